"""What can go wrong with a database: one kind of error, in one sentence, that holds no password."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, quote_plus

if TYPE_CHECKING:
    import psycopg

_SHORT = 4
"""A password of fewer characters may be part of any word."""
_HIDDEN = "***"
_ENCODED = re.compile("%[0-9A-F]{2}")


class Cause(StrEnum):
    """Why a database could not be read."""

    TARGET = "target"
    """Nobody could be asked: no database is named, or not as it must be."""
    CONNECTION = "connection"
    """There is no connection, or it was lost."""
    RIGHTS = "rights"
    TIMEOUT = "timeout"
    LOCK = "lock"
    CHANGED = "changed"
    """The schema changed while it was read."""
    OTHER = "other"


class ReadTrouble(Exception):  # noqa: N818 - the trouble is the database's, not the program's
    """Why a database could not be read: a sentence, the way out, and the kind of cause."""

    def __init__(self, message: str, hint: str, cause: Cause = Cause.OTHER) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.cause = cause


class Secrets:
    """The parameters of a connection that nothing may show, by name. What they are is in no repr,
    and it can be neither pickled nor encoded."""

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, str] = {}) -> None:
        self._values = {name: value for name, value in values.items() if value}

    def __repr__(self) -> str:
        return f"Secrets({', '.join(f'{name}={_HIDDEN}' for name in sorted(self._values))})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secrets) and self._values == other._values

    def __hash__(self) -> int:
        return hash(tuple(sorted(self._values)))

    def __reduce__(self) -> Any:
        raise TypeError("passwords are not written anywhere")

    def for_driver(self) -> dict[str, str]:
        """Parameter by parameter, as they are: for the driver alone."""
        return dict(self._values)

    def scrubbed(self, text: str) -> str:
        """The text without them, however they are written there: as they are, percent-encoded,
        or escaped as in a connection string."""
        for word in sorted(self._values.values()):
            for form in _forms(word):
                if form not in text:
                    continue
                if len(word) < _SHORT:
                    return "(its message is left out: it may hold the password)"
                text = text.replace(form, _HIDDEN)
        return text


def _forms(word: str) -> list[str]:
    escaped = word.replace("\\", "\\\\").replace("'", "\\'")
    encoded = {quote(word, safe=""), quote(word), quote_plus(word)}
    lowered = {_ENCODED.sub(lambda part: part[0].lower(), form) for form in encoded}
    doubled = word.replace("'", "''")
    return sorted({word, escaped, doubled, *encoded, *lowered}, key=lambda form: (-len(form), form))


def trouble_of(error: psycopg.Error, secrets: Secrets) -> ReadTrouble:
    """What PostgreSQL, or the way to it, had to say."""
    state = error.sqlstate or ""
    said = secrets.scrubbed(_in_one_line(error))
    for states, cause, sentence, hint in _KINDS:
        if state.startswith(states):
            return ReadTrouble(f"{sentence}: {said}", hint, cause)
    import psycopg

    if not state and isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        return ReadTrouble(f"the connection was lost: {said}", _AGAIN, Cause.CONNECTION)
    return ReadTrouble(f"PostgreSQL could not answer: {said}", _AGAIN)


_AGAIN = "run again; if it stays so, see what the server's log says"
_KINDS: tuple[tuple[tuple[str, ...], Cause, str, str], ...] = (
    (
        ("57014",),
        Cause.TIMEOUT,
        "PostgreSQL ended a query that took too long",
        "allow more time, or run when the server is less busy",
    ),
    (
        ("55P03",),
        Cause.LOCK,
        "another session holds a lock that was needed",
        "run again when it is done",
    ),
    (
        ("42501",),
        Cause.RIGHTS,
        "the role may not read what was asked for",
        "connect as a role that may",
    ),
    (
        ("22021", "22P05"),
        Cause.OTHER,
        "the database holds text that is not in the encoding it claims",
        "mend the text, or the database's encoding: SQL_ASCII checks nothing",
    ),
    (("08", "57P", "25P03"), Cause.CONNECTION, "the connection was lost", _AGAIN),
    (
        ("53",),
        Cause.CONNECTION,
        "the server has nothing to spare",
        "run when the server is less busy",
    ),
)
"""By the beginnings of SQLSTATEs."""


def _in_one_line(error: psycopg.Error) -> str:
    text = error.diag.message_primary or str(error)
    return " ".join(text.split()) or type(error).__name__


@contextmanager
def translated(secrets: Secrets) -> Iterator[None]:
    """Turns every error of the driver into a ReadTrouble. What the driver's own error holds does
    not go along."""
    import psycopg

    try:
        yield
    except psycopg.Error as error:
        trouble = trouble_of(error, secrets)
    else:
        return
    raise trouble from None

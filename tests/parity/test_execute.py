"""EXECUTE in DO blocks, held against PostgreSQL: a constant is read as the statement that it is,
and what cannot be read leaves nothing known that is not so."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from ctb_lint.readers.sql.reader import read_text
from tests.parity.diff import differences
from tests.parity.played import OPTIONS, PATH, disagreements, play
from tests.parity.sequences import histories
from tests.parity.statements import StatementReport
from tests.parity.test_sequences import ASKED
from tests.parity.whole import Parity, reason
from tests.postgres import Connection, Server

JUDGED = {"column", "constraint", "index"}


@pytest.fixture(scope="module")
def connection(server: Server) -> Iterator[Connection]:
    """One database for all: each history empties it first."""
    with server.database() as connected:
        yield connected


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _escaped(text: str) -> str:
    return "E'" + text.replace("\\", "\\\\").replace("'", "\\'").replace(" ", "\\x20") + "'"


def _halves(text: str) -> str:
    middle = len(text) // 2
    return f"{_quoted(text[:middle])} || ({_quoted(text[middle:])})::text"


def _formatted(text: str) -> str:
    first, _, rest = text.partition(" ")
    return f"format({_quoted('%2$s %1$s')}, {_quoted(rest)}, {_quoted(first)})"


FORMS = {
    "quoted": _quoted,
    "dollars": lambda text: f"$q${text}$q$",
    "escapes": _escaped,
    "halves": _halves,
    "format": _formatted,
    "into": lambda text: f"{_quoted(text)} USING 1, 'two'",
}
"""An expression that gives a text, each in another way."""


def _executed(text: str, form: str) -> str:
    return f"DO $do$ BEGIN EXECUTE {FORMS[form](text)}; END $do$"


def _in_variable(text: str) -> str:
    return f"DO $do$ DECLARE cmd text := {_quoted(text)}; BEGIN EXECUTE cmd; END $do$"


def _within_string(text: str) -> str:
    return "DO " + _quoted(f"BEGIN EXECUTE {_quoted(text)}; END")


WRAPPERS = {
    **{name: lambda text, name=name: _executed(text, name) for name in FORMS},
    "variable": _in_variable,
    "string": _within_string,
}


def _opaque(text: str) -> str:
    """Runs the text, which no reader of constants sees."""
    return f"DO $do$ BEGIN EXECUTE reverse({_quoted(text[::-1])}); END $do$"


_SETTINGS = settings(
    max_examples=int(ASKED) if ASKED else 40,
    derandomize=not ASKED,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@given(history=histories(), data=st.data())
@_SETTINGS
def test_constants_that_are_executed_are_read_as_the_statements_that_they_are(
    connection: Connection, history: list[str], data: st.DataObject
) -> None:
    chosen = data.draw(st.lists(st.sampled_from(sorted(WRAPPERS)), min_size=1))
    wrapped = [
        # Transactions and settings for one transaction are another thing in a block.
        text if _is_steering(text) else WRAPPERS[chosen[number % len(chosen)]](text)
        for number, text in enumerate(history)
    ]
    played = play(connection, wrapped)
    assert disagreements(played) == [], ";\n".join(played.accepted)


def _is_steering(text: str) -> bool:
    words = text.upper().split()
    return words[0] in {"BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "SET", "RESET"}


@given(history=histories(), data=st.data())
@_SETTINGS
def test_what_is_known_behind_an_opaque_statement_is_so(
    connection: Connection, history: list[str], data: st.DataObject
) -> None:
    hidden = data.draw(st.sets(st.integers(0, len(history) - 1), min_size=1, max_size=6))
    played = play(connection, [_opaque(t) if i in hidden else t for i, t in enumerate(history)])
    assume(any("reverse(" in text for text in played.accepted))
    text = "".join(f"{one};\n" for one in played.accepted)
    folded = read_text(text, PATH, OPTIONS)
    parity = Parity(
        folded=folded, live=played.live, report=StatementReport({}, {}, ()), steps=(), seconds=0,
        mismatches=differences(folded.schema, played.live),
    )  # fmt: skip
    for name in folded.schema.tables:
        if not folded.schema.knowledge.why_unknown(name, ("columns", "constraints", "indexes")):
            event("a table is known behind an opaque statement")
    wrong = [str(m) for m in parity.mismatches if m.kind in JUDGED and reason(m, parity) is None]
    assert wrong == [], ";\n".join(played.accepted)

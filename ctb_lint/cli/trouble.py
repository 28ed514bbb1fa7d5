"""What ends a run before it has anything to report: one sentence and the way out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ctb_lint.report import Failure


class RunError(Exception):
    """The run cannot go on: exit code 2. ``failure`` says why, and what to do."""

    def __init__(
        self,
        message: str,
        *,
        hint: str | None = None,
        path: str | None = None,
        line: int | None = None,
    ) -> None:
        from ctb_lint.report import Failure

        self.failure = safe(Failure(message=message, path=path, line=line, hint=hint))
        super().__init__(self.failure.message)


INTERRUPTED = 130
"""The exit code where somebody pressed Ctrl-C."""


def interrupted() -> Failure:
    """What is said then."""
    from ctb_lint.report import Failure

    return Failure(
        "interrupted: what was looked at by then is not reported",
        hint="run again; `ctb-lint audit --resume FILE` writes down how far it gets",
        interrupted=True,
    )


def without_passwords(text: str) -> str:
    """The text of a command line that was not understood, without the passwords of URLs and
    connection strings in it."""
    return _IN_STRING.sub(r"\1***", _IN_URL.sub(r"\1***@", text))


_IN_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*:/{1,2}[^\s:/@]*:)\S*@")
_IN_STRING = re.compile(r"(password\s*=\s*)(?:'(?:[^'\\]|\\.)*'?|\S+)", re.IGNORECASE)


def safe(failure: Failure) -> Failure:
    """The failure without passwords in what it quotes: somebody may take a URL for a path."""
    from msgspec import structs

    path, hint = failure.path, failure.hint
    return structs.replace(
        failure,
        message=without_passwords(failure.message),
        path=path and without_passwords(path),
        hint=hint and without_passwords(hint),
    )


def sentence(failure: Failure) -> str:
    """The failure as standard error shows it: safe to print, and ending in a newline."""
    from ctb_lint.reporters.sanitise import visible

    failure = safe(failure)
    line = f":{failure.line}" if failure.line else ""
    where = f"{visible(failure.path)}{line}: " if failure.path else ""
    hint = f"\n  = hint: {visible(failure.hint)}" if failure.hint else ""
    return f"{where}error: {visible(failure.message)}{hint}\n"


def internal(error: Exception) -> Failure:
    """The failure that stands for a fault of ctb-lint's own."""
    from ctb_lint.report import Failure

    return Failure(
        message=without_passwords(f"internal error: {type(error).__name__}: {error}"),
        hint="this is a fault of ctb-lint: run again with CTB_LINT_TRACEBACK=1 and report what "
        "it prints",
    )


def chosen(option: str, value: str, known: Iterable[str]) -> str:
    """The value, where it is one of the known ones. Raises RunError with the nearest."""
    names = tuple(known)
    if value in names:
        return value
    near = nearest(value, names)
    meant = f"; did you mean {near}?" if near else ""
    raise RunError(f"{option} cannot be {value!r}{meant}", hint=f"use one of {', '.join(names)}")


def together(given: Mapping[str, object]) -> None:
    """Raises RunError where several of these options are given: they exclude each other."""
    named = [option for option, value in given.items() if value]
    if len(named) > 1:
        listed = " and ".join(named)
        raise RunError(f"{listed} cannot be used together", hint=f"leave out {named[-1]}")


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that is most like this one, or None where none is."""
    from difflib import get_close_matches

    folded = {name.casefold(): name for name in known}
    found = get_close_matches(word.casefold(), folded, n=1)
    return folded[found[0]] if found else None

"""One history of generated statements, played to a server and folded by the reader."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from unittest.mock import patch

from msgspec import Struct
from psycopg import Connection

from ctb_lint.history import Outcome, Statement
from ctb_lint.mishaps import InlineIndex, Mishap, SkippedByIfNotExists, TruncatedName
from ctb_lint.model import Schema
from ctb_lint.readers.postgres.inspect import inspect
from ctb_lint.readers.sql.fold import history
from ctb_lint.readers.sql.fold.context import Folding
from ctb_lint.readers.sql.made import Known
from ctb_lint.readers.sql.reader import SqlOptions, read_text
from ctb_lint.readers.sql.statements import Parsed
from tests.parity.diff import differences
from tests.parity.fingerprint import Watch
from tests.parity.folding import watched_fold
from tests.parity.statements import (
    StatementReport,
    in_transaction,
    judged,
    parts_changed,
    run,
    steps,
)
from tests.parity.whole import Parity, reason

PATH = "history.sql"
OPTIONS = SqlOptions(base=Path(), pg_version=18)
_HINTS = (SkippedByIfNotExists, TruncatedName, InlineIndex)
"""Mishaps that PostgreSQL passes over in silence: no word on whether it refuses."""


class Played(Struct, frozen=True):
    """What the server did: the statements it accepted with the parts of the catalogs that each
    changed, those it refused with the error, and the schema at the end."""

    statements: tuple[tuple[str, str | None], ...]
    parts: tuple[tuple[str, ...], ...]
    live: Schema

    @property
    def accepted(self) -> list[str]:
        """The statements without those that were refused."""
        return [text for text, error in self.statements if error is None]


def play(connection: Connection[Any], statements: Sequence[str]) -> Played:
    """Sends the statements one by one, each on its own, after emptying the database."""
    _empty(connection)
    done: list[tuple[str, str | None]] = []
    parts: list[tuple[str, ...]] = []
    watch = Watch(connection)
    for text in statements:
        inside = in_transaction(connection)
        error = run(connection, text)
        done.append((text, error))
        if error is None:
            parts.append(parts_changed(watch, text))
        elif inside and not in_transaction(connection):
            # A transaction that could not be steered was rolled back.
            done.append(("ROLLBACK", None))
            parts.append(watch.update(undone=True))
    _finish(connection)
    return Played(tuple(done), tuple(parts), inspect(connection, default_schema="public"))


def _finish(connection: Connection[Any]) -> None:
    if in_transaction(connection):
        connection.execute("COMMIT")
    connection.execute("RESET ALL; DISCARD TEMP; DISCARD SEQUENCES")
    connection.execute("SET statement_timeout = '5s'")


def _empty(connection: Connection[Any]) -> None:
    """Faster by far than another database."""
    _finish(connection)
    schemas = connection.execute(
        "SELECT quote_ident(nspname) FROM pg_namespace"
        " WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'"
    ).fetchall()
    for (name,) in schemas:
        connection.execute(f"DROP SCHEMA {name} CASCADE".encode())
    connection.execute("CREATE SCHEMA public")


def disagreements(played: Played) -> list[str]:
    """All in which the reader is wrong about the statements that the server accepted."""
    text = "".join(f"{one};\n" for one in played.accepted)
    with watched_fold() as moved:
        folded = read_text(text, PATH, OPTIONS)
    said = steps(folded, {PATH: text})
    assert len(said) == len(played.accepted)
    found = [f"false alarm: {_shown(m)}" for m in folded.history.mishaps if not _is_hint(m)]
    for number, (step, parts) in enumerate(zip(said, played.parts, strict=True)):
        changed = bool(step.location and moved[step.location])
        faults = judged(number, step, parts, lambda _, changed=changed: changed)
        found += [f"{fault} in {step.text}" for fault in faults]
    parity = Parity(
        folded=folded,
        live=played.live,
        report=StatementReport({}, {}, ()),
        steps=said,
        seconds=0,
        mismatches=differences(folded.schema, played.live),
    )
    return found + [str(m) for m in parity.mismatches if reason(m, parity) is None]


def noticed(played: Played) -> list[tuple[str, str, bool]]:
    """The refused statements with their errors, and whether the reader has anything to say."""
    texts = [text for text, _ in played.statements]
    errors = iter([error for _, error in played.statements])
    fold_statement = history.fold_statement
    seen: list[tuple[str, str, bool]] = []

    def stepwise(f: Folding, part: Parsed, known: Known | None = None) -> Statement:
        error = next(errors)
        if error is None:
            return fold_statement(f, part, known)
        before, savepoints, mishaps = f.state.snapshot(), [*f.savepoints], len(f.mishaps)
        statement = fold_statement(f, part, known)
        said = any(not _is_hint(m) for m in f.mishaps[mishaps:])
        unread = statement.outcome in {Outcome.SYNTAX_ERROR, Outcome.NOT_UNDERSTOOD}
        place = statement.location
        seen.append((text[place.start : place.end], error, said or unread))
        f.state.restore(before)
        f.savepoints = savepoints
        return statement

    text = "".join(f"{one};\n" for one in texts)
    with patch.object(history, "fold_statement", stepwise):
        read_text(text, PATH, OPTIONS)
    return seen


def _is_hint(mishap: Mishap) -> bool:
    return isinstance(mishap, _HINTS)


def _shown(mishap: Mishap) -> str:
    part = getattr(mishap, "column", None) or getattr(mishap, "part", None) or ""
    role = getattr(mishap, "role", "")
    return f"line {mishap.at.line}: {type(mishap).__name__} {mishap.name} {part} {role}".rstrip()

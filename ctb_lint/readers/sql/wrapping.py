"""What a file's runner wraps into a transaction: by the file's own markers, by what lies beside
the file, and by what the runner does anyway."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace

from ctb_lint.history import Direction, Layout, MigrationFile, Outcome, Statement
from ctb_lint.readers.sql.sections import Section, section_at
from ctb_lint.readers.sql.statements import Parsed, ParsedFile
from ctb_lint.readers.sql.transactions import in_transaction, is_one_transaction
from ctb_lint.runners import Key, Sends, facts_of, identity

_MAX_BYTES = 64 * 1024
_FLYWAY_OPTION = re.compile(
    r"^[ \t]*executeInTransaction[ \t]*[=:][ \t]*(true|false)[ \t]*\r?$",
    re.IGNORECASE | re.MULTILINE,
)
_FLYWAY_KNOWS = frozenset(
    {
        "ALTER SYSTEM", "CREATE DATABASE", "CREATE INDEX CONCURRENTLY",
        "CREATE SUBSCRIPTION with a replication slot", "CREATE TABLESPACE", "DISCARD ALL",
        "DROP DATABASE", "DROP INDEX CONCURRENTLY", "DROP TABLESPACE", "REINDEX DATABASE",
        "REINDEX SCHEMA", "REINDEX SYSTEM", "VACUUM",
    }
)  # fmt: skip
"""The statements for which Flyway leaves out its transaction of its own accord."""


def wrap(file: ParsedFile, text: str, path: Path, layout: Layout) -> bool | None:
    """Notes on every statement of a file whether a transaction is open when it runs. Whether the
    runner applies the file as one transaction, None where that is not known."""
    if file.sections:
        return _wrap_sections(file)
    facts = facts_of(layout)
    statements = [part.statement for part in file.parts]
    wraps, sends = _wraps(facts.wraps, text, path, layout, statements), facts.sends
    if layout is Layout.PRISMA and any(statement.alone for statement in statements):
        # From 7.4 on Prisma sends a script with CREATE INDEX CONCURRENTLY statement by statement,
        # before that as any other. Which one it is the files do not tell.
        wraps, sends = None, Sends.UNKNOWN
    _note(file.parts, wraps, sends)
    return is_one_transaction(_real(statements), wraps, sends)


def _wrap_sections(file: ParsedFile) -> bool | None:
    ups: list[bool | None] = []
    held: dict[Section, list[Parsed]] = {section: [] for section in file.sections}
    for part in file.parts:
        found = section_at(file.sections, part.statement.location.start)
        if found is not None:
            held[found].append(part)
    for section, own in held.items():
        sends = facts_of(section.layout).sends
        _note(own, section.wrapped, sends)
        if section.direction is Direction.UP:
            real = _real([part.statement for part in own])
            ups.append(is_one_transaction(real, section.wrapped, sends))
    return ups[0] if len(ups) == 1 else (False if ups else None)


def _note(parts: Sequence[Parsed], wraps: bool | None, sends: Sends) -> None:
    found = in_transaction([part.statement for part in parts], wraps, sends)
    for part, inside in zip(parts, found, strict=True):
        if inside is not None:
            part.statement = replace(part.statement, in_transaction=inside)


def ways_back(files: Sequence[MigrationFile], layout: Layout) -> frozenset[str | Key]:
    """What the down files of a history undo: names, and what its runner knows versions by."""
    downs = [file for file in files if file.direction is Direction.DOWN]
    keys = (identity(file, layout) for file in downs)
    return frozenset(file.name for file in downs) | {key for key in keys if key is not None}


def has_way_back(
    file: ParsedFile, migration: MigrationFile, undone: frozenset[str | Key], layout: Layout
) -> bool:
    """Whether a migration can be rolled back: by a file of its own, a section of it, or what is
    written down at its end."""
    if migration.direction is Direction.DOWN:
        return False
    if file.rollback or any(part.down and part.statement.kind for part in file.parts):
        return True
    return migration.name in undone or identity(migration, layout) in undone


_UP = ".up.sql"
_CODE = ("go", "js", "ts", "py", "rb", "sh")


def is_undone_in_code(path: Path) -> bool:
    """Whether a program beside ``X.up.sql`` takes it back: ``X.down.go`` and its like."""
    if not path.name.lower().endswith(_UP):
        return False
    stem = path.name[: -len(_UP)]
    try:
        return any(path.with_name(f"{stem}.down.{ending}").is_file() for ending in _CODE)
    except OSError:
        return False


def _real(statements: Sequence[Statement]) -> list[Statement]:
    """The statements without the empty ones."""
    return [s for s in statements if s.kind or s.outcome is not Outcome.HARMLESS]


def _wraps(
    usual: bool | None, text: str, path: Path, layout: Layout, statements: Sequence[Statement]
) -> bool | None:
    """Whether the runner wraps this file: what it does usually, and what turns that off."""
    if layout is Layout.SQLX and text.startswith("-- no-transaction"):
        return False
    if layout is Layout.DIESEL:
        return _diesel(path.parent / "metadata.toml")
    if layout is Layout.FLYWAY:
        option = _FLYWAY_OPTION.search(_beside(path.with_name(path.name + ".conf")) or "")
        if option:
            return option[1].lower() == "true"
        # Flyway refuses to mix them with others, so that these never run outside a transaction.
        real = _real(statements)
        return not real or not all(s.alone in _FLYWAY_KNOWS for s in real)
    return usual


def _diesel(path: Path) -> bool:
    """diesel takes a file without the key for one that says false, and one that is no TOML for
    none."""
    text = _beside(path)
    if text is None:
        return True
    try:
        return tomllib.loads(text).get("run_in_transaction", False) is True
    except tomllib.TOMLDecodeError:
        return True


def _beside(path: Path) -> str | None:
    """The text of a small file, None where there is none that can be read."""
    try:
        if not path.is_file() or path.stat().st_size > _MAX_BYTES:
            return None
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None

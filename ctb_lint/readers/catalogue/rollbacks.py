"""The ways back that entries give in SQL."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ctb_lint.catalogue import Rollback
from ctb_lint.history import Outcome
from ctb_lint.model import RESERVED, Location, QualifiedName
from ctb_lint.readers.catalogue.declared import SqlBlock, parts_of, rolls_back
from ctb_lint.readers.sql.nodes import name_parts, unwrap
from ctb_lint.readers.sql.statements import Parsed

_TABLES = frozenset({"OBJECT_TABLE", "OBJECT_FOREIGN_TABLE"})
_USUAL = re.compile(
    r"\s*drop[ ]table[ ](?:if[ ]exists[ ])?(?P<name>[a-z_][a-z0-9_]{0,62})(?:[ ]cascade)?;?\s*",
    re.ASCII | re.IGNORECASE,
)
"""What most of them are, and what takes no parser to read."""
_SCHEMAS = frozenset({"OBJECT_SCHEMA"})


def rollbacks(
    blocks: Iterable[SqlBlock], default_schema: str, pg_version: int
) -> Iterator[Rollback]:
    """What each block drops that is a way back. One without statements is none."""
    for one in blocks:
        if not rolls_back(one.block):
            continue
        usual = _USUAL.fullmatch(one.source.text, one.start, one.end)
        if usual and usual["name"].lower() not in RESERVED:
            name = QualifiedName(default_schema, usual["name"].lower())
            yield Rollback(at=one.block.at, drops=((name, one.source.at(*usual.span("name"))),))
            continue
        parts = parts_of(one, pg_version)
        if parts:
            dropped = [pair for part in parts for pair in _tables(part, default_schema)]
            yield Rollback(
                at=one.block.at,
                drops=tuple(dropped),
                schemas=tuple(name for part in parts for name in _schemas(part)),
                unread=next(filter(None, map(_unread, parts)), None),
            )


def _tables(part: Parsed, default_schema: str) -> Iterator[tuple[QualifiedName, Location]]:
    for name, *above in _dropped(part, _TABLES):
        at = part.place.word(name, after=1) if part.place else part.statement.location
        yield QualifiedName(above[0] if above else default_schema, name), at


def _schemas(part: Parsed) -> Iterator[str]:
    yield from (name for name, *_ in _dropped(part, _SCHEMAS))


def _dropped(part: Parsed, kinds: frozenset[str]) -> Iterator[tuple[str, ...]]:
    """The parts of each name that a DROP of these kinds names, the last one first."""
    for wrapped in part.nodes:
        kind, node = unwrap(wrapped)
        if kind == "DropStmt" and node.get("removeType") in kinds:
            yield from (name_parts(one)[::-1] for one in node.get("objects", ()))


def _unread(part: Parsed) -> str | None:
    statement = part.statement
    if (
        statement.outcome in {Outcome.SYNTAX_ERROR, Outcome.NOT_UNDERSTOOD}
        or statement.kind == "DO"
    ):
        place = statement.location
        return f"the statement at {place.path}:{place.line} could not be read"
    return None

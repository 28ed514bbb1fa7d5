"""The index that an inline INDEX clause stands for, read as CREATE INDEX would be."""

from __future__ import annotations

import re

from msgspec import structs

from ctb_lint.model import MAX_NAME_BYTES, Index, IndexKey, Location, Table
from ctb_lint.readers.sql import names
from ctb_lint.readers.sql.fold.context import Folding
from ctb_lint.readers.sql.fold.elements import index_key
from ctb_lint.readers.sql.fold.parts import plain_collations
from ctb_lint.readers.sql.inline_index import InlineIndexClause
from ctb_lint.readers.sql.nodes import Node
from ctb_lint.readers.sql.pg import SyntaxFault, parse

_WORDS = re.compile(r"(?:unique\s+)?(?:index|key)\b", re.IGNORECASE)


def inline_index(f: Folding, table: Table, clause: InlineIndexClause, at: Location) -> Index:
    """The index with its keys, method and predicate. Of a clause that PostgreSQL's CREATE INDEX
    could not have either (MySQL's prefixes, ``FULLTEXT``) it has the keys only."""
    columns = tuple(c.name or c.text for c in clause.columns)
    index = Index(
        name=clause.name or names.make_object_name(table.name.name, "_".join(columns), "idx"),
        keys=tuple(
            IndexKey(column=c.name, descending=c.descending, nulls_first=c.descending)
            for c in clause.columns
        ),
        unique=clause.unique,
        inline=True,
        named=clause.name is not None,
        location=at,
    )
    node = None if _is_plain(clause) else _statement(clause)
    if node is None:
        return index
    f.of(table)
    elements = [item["IndexElem"] for item in node.get("indexParams", ())]
    keys = [index_key(f, e, c.text) for e, c in zip(elements, clause.columns, strict=True)]
    if any(key.expr and c.name for key, c in zip(keys, clause.columns, strict=True)):
        return index  # name(10), the length of a prefix, reads as a call
    where = node.get("whereClause")
    full = structs.replace(
        index,
        keys=tuple(keys),
        method=node.get("accessMethod") or "btree",
        predicate=f.expr(where, _where(clause.text)) if where else None,
        include=tuple(
            item["IndexElem"].get("name", "") for item in node.get("indexIncludingParams", ())
        ),
        nulls_not_distinct=bool(node.get("nulls_not_distinct")),
    )
    return plain_collations(table, full)


def _is_plain(clause: InlineIndexClause) -> bool:
    """Whether CREATE INDEX could say no more of it: names of columns, with a direction perhaps."""
    return clause.plain and all(
        key.name and len(key.name.encode("utf-8", "replace")) <= MAX_NAME_BYTES
        for key in clause.columns
    )


def _statement(clause: InlineIndexClause) -> Node | None:
    """The clause as the node of a CREATE INDEX statement, None where it cannot be one."""
    words = _WORDS.match(clause.text)
    if words is None:
        return None
    start = clause.name_span[1] - clause.start if clause.name_span else words.end()
    try:
        (statement,) = parse(f"CREATE INDEX ON t {clause.text[start:]}")
    except (SyntaxFault, ValueError):
        return None
    node: Node = statement["stmt"].get("IndexStmt", {})
    return node if len(node.get("indexParams", ())) == len(clause.columns) else None


def _where(text: str) -> str:
    """What stands behind the last WHERE."""
    return re.split(r"\bwhere\b", text, flags=re.IGNORECASE)[-1].strip()

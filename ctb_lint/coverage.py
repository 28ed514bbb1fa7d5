"""Which columns of a table rows can be looked up by, and the index to make where they cannot.

A lookup is a search for equal values, as foreign keys, joins and registrations make it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence, Set
from functools import lru_cache
from itertools import chain, count

from ctb_lint.model import (
    MAX_NAME_BYTES,
    AccessPath,
    ConstraintKind,
    DataType,
    Domain,
    Expr,
    IndexKey,
    QualifiedName,
    Schema,
    Table,
    quoted,
)

LOOKUP_METHODS = frozenset({"btree", "hash"})
"""The index methods that every type can be looked up by with."""


def leads(table: Table, column: str) -> bool:
    """Whether rows can be looked up by the column: an index, unique constraint or primary key
    leads with it."""
    return covers(table, (column,))


def covers(table: Table, columns: Sequence[str]) -> bool:
    """Whether rows can be looked up by the columns together: something leads with all of them,
    in any order."""
    wanted = frozenset(columns)
    return any(frozenset(found[: len(wanted)]) == wanted for found in _lookups(table, wanted))


def leads_behind(table: Table, column: str, owners: Set[str]) -> bool:
    """Whether rows can be looked up by the column within one of the owners: something leads with
    an owner, and the column is among the keys behind it."""
    return any(
        column in found[1:] and found[0] in owners for found in _lookups(table, frozenset({column}))
    )


def _lookups(table: Table, wanted: frozenset[str]) -> Iterator[tuple[str, ...]]:
    """The leading columns of everything that can be used when the wanted columns are given."""
    for path in table.access_paths():
        if path.method in LOOKUP_METHODS and _holds_every_row(path.predicate, wanted):
            yield tuple(_plain_columns(table, path))
    for constraint in table.constraints_of(ConstraintKind.EXCLUSION):
        first = constraint.columns[:1]
        partial = " WHERE " in constraint.definition
        if not partial and first and constraint.definition.startswith(f"{first[0]} WITH ="):
            yield first


def _holds_every_row(predicate: Expr | None, wanted: frozenset[str]) -> bool:
    """Whether an index holds all rows that a lookup of the wanted columns can find. Equality
    never finds NULL, so that an index of the rows that are not NULL will do."""
    if predicate is None:
        return True
    return predicate.canonical in {f"({quoted(column)} IS NOT NULL)" for column in wanted}


def _plain_columns(table: Table, path: AccessPath) -> Iterator[str]:
    """The leading keys that are columns in their own collation: another one serves no lookup."""
    for key in path.keys:
        column = table.column(key.column) if key.column else None
        if column is None or key.collation not in {None, column.collation}:
            return
        yield column.name


def create_index(
    schema: Schema, table: QualifiedName, keys: Sequence[IndexKey], *, unique: bool = False
) -> str:
    """The statement that makes an index of the keys, under a name that nothing has:
    ``table_columns_idx``, in at most 63 bytes, with a number where it is taken."""
    name = free_index_name(schema, table, name_parts(keys))
    return create_index_named(name, table, keys, unique=unique)


def create_index_named(
    name: str,
    table: QualifiedName,
    keys: Sequence[IndexKey],
    *,
    unique: bool = False,
    tolerant: bool = False,
) -> str:
    """The statement that makes an index under that name; ``tolerant`` with IF NOT EXISTS."""
    inner = ", ".join(_typed(key) for key in keys)
    kind = "UNIQUE INDEX" if unique else "INDEX"
    guard = "IF NOT EXISTS " if tolerant else ""
    return f"CREATE {kind} {guard}{quoted(name)} ON {table} ({inner});"


def name_parts(keys: Iterable[IndexKey]) -> list[str]:
    """What the keys give to the name of an index."""
    return [_name_part(key) for key in keys]


def free_index_name(
    schema: Schema,
    table: QualifiedName,
    parts: Sequence[str],
    also_taken: Container[str] = frozenset(),
) -> str:
    """``table_parts_idx``, cut to 63 bytes, with a number where the name is taken."""
    taken = relation_names(schema, table.schema)
    base = "_".join([table.name, *parts]).encode()
    endings = chain([b"_idx"], (b"_idx%d" % number for number in count(1)))
    names = ((base[: MAX_NAME_BYTES - len(end)], end) for end in endings)
    readable = (head.decode(errors="ignore") + end.decode() for head, end in names)
    return next(name for name in readable if name not in taken and name not in also_taken)


def relation_names(schema: Schema, within: str) -> Set[str]:
    """The names that no new index of one schema can have."""
    return _relation_names(_Same(schema))[within]


class _Same:
    """A schema as the key of a cache: equal only to itself, since its tables cannot be hashed."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema

    def __hash__(self) -> int:
        return id(self.schema)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.schema is self.schema


def foreign_key_columns(schema: Schema) -> Set[str]:
    """The names of all columns that are part of a foreign key anywhere in the schema."""
    return _foreign_key_columns(_Same(schema))


@lru_cache(maxsize=1)
def _foreign_key_columns(same: _Same) -> frozenset[str]:
    tables = same.schema.tables.values()
    keys = (key for table in tables for key in table.constraints_of(ConstraintKind.FOREIGN))
    return frozenset(name for key in keys for name in key.columns)


@lru_cache(maxsize=1)
def _relation_names(same: _Same) -> defaultdict[str, set[str]]:
    """By schema, the names that no new index can have."""
    schema = same.schema
    taken: defaultdict[str, set[str]] = defaultdict(set)
    for name in chain(schema.tables, schema.views, schema.sequences):
        taken[name.schema].add(name.name)
    for table in schema.tables.values():
        # An inline clause makes no index.
        taken[table.name.schema].update(i.name for i in table.indexes if not i.inline)
        taken[table.name.schema].update(c.name for c in table.constraints)
    for view in schema.views.values():
        taken[view.name.schema].update(index.name for index in view.indexes)
    return taken


def _name_part(key: IndexKey) -> str:
    text = key.column or (key.expr.text if key.expr else "")
    return "_".join(re.findall(r"\w+", text)).lower()


def _typed(key: IndexKey) -> str:
    text = quoted(key.column) if key.column else key.expr.text if key.expr else ""
    return f"{text} DESC" if key.descending else text


def domains_of(schema: Schema, data_type: DataType) -> Iterator[Domain]:
    """The domain that a type names and those that it stands on, outermost first; none for any
    other type, and for an array."""
    seen: set[QualifiedName] = set()
    while not data_type.array:
        name = QualifiedName(data_type.schema or "", data_type.name)
        domain = schema.domains.get(name)
        # A history that PostgreSQL would refuse may stand a domain on itself.
        if domain is None or name in seen:
            return
        yield domain
        seen.add(name)
        data_type = domain.type


def base_type(schema: Schema, data_type: DataType) -> DataType:
    """The type that a domain stands on, however many domains lie between; any other type itself."""
    domains = list(domains_of(schema, data_type)) if schema.domains else ()
    return domains[-1].type if domains else data_type

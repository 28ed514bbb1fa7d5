"""The S section: the SQL of a table, and its Columns list."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ctb_lint.allowed import limits_of
from ctb_lint.catalogue import ColumnItem
from ctb_lint.drafting.markdown import blocks, code, fenced, items, one_line
from ctb_lint.drafting.sql import sql_type, table_sql, types_sql
from ctb_lint.model import Column, Constraint, ConstraintKind, QualifiedName, Schema, Table, quoted
from ctb_lint.type_words import can_stand_for

_PLAIN = re.compile(r"[\w+/. -]{1,60}", re.ASCII)
_OPEN = re.compile(
    r"\b(?:etc|e\.?\s?g|i\.?\s?e|such as|like|including|for (?:example|instance)|examples?"
    r"|and (?:so on|others|more)|or (?:others?|similar)|among others)\b|\.\.\.",
    re.IGNORECASE,
)


def structure(
    table: Table,
    schema: Schema,
    types: tuple[QualifiedName, ...] = (),
    texts: Mapping[str, str] = {},
    label: str = "Columns",
) -> str:
    """The section's body. ``types`` are those that the SQL has to make first, ``texts`` those of
    the migrations, and ``label`` is how the list of columns is called."""
    parts = (types_sql(types, schema, texts), table_sql(table, schema))
    text = "\n".join(part for part in parts if part)
    bare = not any(True for _ in table.access_paths())
    keys = "**Indexes and Keys**: None" if bare and not table.constraints else ""
    return blocks((fenced(text, "sql"), columns_list(table, schema, label=label), keys))


def columns_list(
    table: Table,
    schema: Schema,
    known: Mapping[str, ColumnItem] = {},
    label: str = "Columns",
) -> str:
    """The list of columns. ``known`` are the lines of an earlier list, whose words are kept."""
    lines = (column_line(column, table, schema, known.get(column.name)) for column in table.columns)
    return f"**{label}**:\n{items(lines)}" if table.columns else ""


def value_set(column: Column, table: Table, schema: Schema) -> tuple[str, ...] | None:
    """The closed list of values that the schema enforces, where it can be written as a list that
    everybody reads as closed."""
    limits = [one for one in limits_of(schema, table, column) if one.enforced and one.validated]
    lists = [one.values for one in limits if one.values is not None and not one.ignores_case]
    if len(lists) != 1 or len(lists[0]) < 2 or column.type.array:
        return None
    readable = all(_PLAIN.fullmatch(v) and not _OPEN.search(v) for v in lists[0])
    return lists[0] if readable else None


def bounds(column: Column, table: Table, schema: Schema) -> tuple[int, int] | None:
    """The whole numbers between which the schema keeps the column."""
    limits = [one for one in limits_of(schema, table, column) if one.enforced and one.validated]
    found = [one.bounds for one in limits if one.bounds and one.whole]
    return found[0] if len(found) == 1 else None


def unique_columns(table: Table) -> frozenset[str]:
    """The columns of which no two rows share a value, the primary key's aside."""
    found = {
        path.columns[0]
        for path in table.access_paths()
        if path.unique and len(path.keys) == 1 and path.predicate is None and path.columns[0]
    }
    key = table.primary_key
    own = key.columns[0] if key and len(key.columns) == 1 else None
    return frozenset(name for name in found if name and name != own)


def listed_values(values: tuple[str, ...]) -> str:
    """Values as a closed list."""
    return ", ".join(f'"{value}"' for value in values)


def column_line(column: Column, table: Table, schema: Schema, known: ColumnItem | None) -> str:
    """A line of the list. ``known`` is that of an earlier one, whose words are kept."""
    head = f"{code(quoted(column.name))} ({sql_type(column.type, schema)})"
    facts = list(_facts(column, table, schema, known))
    words = _words(column, table, schema, known)
    said = ", ".join(part for part in (words, *facts) if part)
    return f"{head}: {said}" if said else head


def agrees(column: Column, table: Table, schema: Schema, known: ColumnItem) -> bool:
    """Whether a line of a list says nothing of a column that is not so."""
    typed = known.type is None or can_stand_for(known.type.text, column, schema)
    return typed and _still_right(column, table, schema, known)


def _words(column: Column, table: Table, schema: Schema, known: ColumnItem | None) -> str:
    """What people say of the column: in the earlier list as far as it is still right, else in its
    comment."""
    if known is not None and known.note and _still_right(column, table, schema, known):
        return one_line(known.note)
    if column.comment:
        return one_line(column.comment).rstrip(".")
    key = table.primary_key
    if key and column.name in key.columns:
        return "primary key" if len(key.columns) == 1 else "part of the primary key"
    target = _target(column, table)
    return f"refers to {code(target)}" if target else ""


def _still_right(column: Column, table: Table, schema: Schema, known: ColumnItem) -> bool:
    values = value_set(column, table, schema)
    same_values = known.values is None or set(known.values) == set(values or ())
    same_bounds = known.bounds is None or known.bounds == bounds(column, table, schema)
    key = table.primary_key
    in_key = key is not None and column.name in key.columns
    same_key = (not known.unique or in_key or column.name in unique_columns(table)) and (
        not known.primary or in_key
    )
    return same_values and same_bounds and same_key and (not known.not_null or column.not_null)


def _facts(column: Column, table: Table, schema: Schema, known: ColumnItem | None) -> Iterator[str]:
    """What the schema enforces and the words do not say."""
    kept = known if known and _still_right(column, table, schema, known) else None
    values = value_set(column, table, schema)
    if values and not (kept and kept.values):
        yield listed_values(values)
    span = bounds(column, table, schema)
    if span and not (kept and kept.bounds):
        yield f"({span[0]}-{span[1]})"
    if column.name in unique_columns(table) and not (kept and kept.unique):
        yield "(UNIQUE)"


def _target(column: Column, table: Table) -> str | None:
    for key in table.constraints_of(ConstraintKind.FOREIGN):
        if key.columns == (column.name,) and key.references:
            return target_of(key, 0, table)
    return None


def target_of(key: Constraint, place: int, table: Table) -> str:
    """What a column of a foreign key refers to: ``users.id``."""
    target = key.references
    assert target is not None
    name = quoted(target.name) if target.schema == table.name.schema else str(target)
    columns = key.referenced_columns
    return f"{name}.{quoted(columns[place])}" if place < len(columns) else name

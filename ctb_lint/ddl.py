"""The SQL that makes parts of tables, for hints and fixes: what to type, with qualified names.

Expressions are written as their source has them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from ctb_lint.model import (
    Column,
    Constraint,
    ConstraintKind,
    DataType,
    Expr,
    Index,
    IndexKey,
    QualifiedName,
    quoted,
)

_MARKS = re.compile(r"['\"$]|--|/\*")
SERIAL = frozenset({"smallserial", "serial", "bigserial", "serial2", "serial4", "serial8"})
"""The words for an integer with a sequence of its own."""


def listed(names: Iterable[str]) -> str:
    """Names as they stand in a list of columns."""
    return ", ".join(quoted(name) for name in names)


def literal(text: str) -> str:
    """A text as a constant."""
    return "'" + text.replace("'", "''") + "'"


def expression(expr: Expr) -> str:
    """An expression as it is written, in one line."""
    text = expr.text.strip() or expr.canonical
    if "\n" not in text:
        return text
    # A line break may be part of a constant, or end a comment.
    return expr.canonical if _MARKS.search(text) else " ".join(text.split())


def is_serial(data_type: DataType) -> bool:
    """Whether the type is written as ``serial`` or one of its like."""
    return data_type.text.strip().lower() in SERIAL


def type_sql(data_type: DataType) -> str:
    """A type; ``serial`` where it is written so."""
    return data_type.text.strip().lower() if is_serial(data_type) else data_type.canonical


def column_sql(column: Column, *, not_null: bool = True) -> str:
    """A column as CREATE TABLE or ADD COLUMN has it, without its keys and checks."""
    words = [quoted(column.name), type_sql(column.type)]
    serial = words[1] in SERIAL
    if column.collation:
        words.append(f"COLLATE {collation_sql(column.collation)}")
    if column.identity:
        words.append(f"GENERATED {column.identity.upper()} AS IDENTITY")
    elif column.generated and column.generation:
        how = column.generated.upper()
        words.append(f"GENERATED ALWAYS AS ({expression(column.generation)}) {how}")
    elif column.default and not serial:
        words.append(f"DEFAULT {expression(column.default)}")
    if column.not_null and not_null and not serial and not column.identity:
        words.append("NOT NULL")
    return " ".join(words)


def collation_sql(name: str) -> str:
    """A collation's name; the model has it as PostgreSQL stores it."""
    return quoted(name)


Named = Callable[[QualifiedName], str]
"""How a table is written: with its schema, or without where that is known."""


def constraint_sql(constraint: Constraint, name: str | None = None, named: Named = str) -> str:
    """A constraint as CREATE TABLE or ADD has it, under a name where one is given."""
    lead = f"CONSTRAINT {quoted(name)} " if name else ""
    late, enforced = _late(constraint), _enforced(constraint)
    columns = listed(constraint.columns)
    if constraint.kind is ConstraintKind.CHECK:
        text = expression(constraint.expr) if constraint.expr else "true"
        inherit = " NO INHERIT" if constraint.no_inherit else ""
        return f"{lead}CHECK ({text}){inherit}{enforced}"
    if constraint.kind is ConstraintKind.EXCLUSION:
        # A reader may have the condition apart, or behind the elements.
        elements, _, behind = constraint.definition.partition(" WHERE ")
        condition = expression(constraint.expr) if constraint.expr else behind
        where = f" WHERE ({condition})" if condition else ""
        method = f" USING {constraint.method}" if constraint.method else ""
        return f"{lead}EXCLUDE{method} ({elements}){where}{late}"
    if constraint.kind is ConstraintKind.FOREIGN:
        own = _period(constraint.columns) if constraint.period else columns
        return f"{lead}FOREIGN KEY ({own}) {references_sql(constraint, named)}{late}{enforced}"
    without = " WITHOUT OVERLAPS" if constraint.period else ""
    include = f" INCLUDE ({listed(constraint.include)})" if constraint.include else ""
    return f"{lead}{_key_words(constraint)} ({columns}{without}){include}{late}"


def column_constraint_sql(
    constraint: Constraint, name: str | None = None, named: Named = str
) -> str | None:
    """A constraint as it stands beside its only column; None where it must stand alone."""
    one = constraint
    if len(one.columns) != 1 or one.include or one.period or one.set_columns:
        return None
    if one.kind is ConstraintKind.EXCLUSION:
        return None
    if one.kind is ConstraintKind.CHECK:
        return constraint_sql(one, name, named)
    lead = f"CONSTRAINT {quoted(name)} " if name else ""
    if one.kind is ConstraintKind.FOREIGN:
        return f"{lead}{references_sql(one, named)}{_late(one)}{_enforced(one)}"
    return f"{lead}{_key_words(one)}{_late(one)}"


def references_sql(key: Constraint, named: Named = str) -> str:
    """What a foreign key references, and what happens there."""
    target = named(key.references) if key.references else ""
    names = key.referenced_columns
    inner = _period(names) if key.period and names else listed(names)
    columns = f" ({inner})" if names else ""
    match = "" if key.match == "simple" else f" MATCH {key.match.upper()}"
    only = f" ({listed(key.set_columns)})" if key.set_columns else ""
    delete = "" if key.on_delete == "no action" else f" ON DELETE {key.on_delete.upper()}{only}"
    update = "" if key.on_update == "no action" else f" ON UPDATE {key.on_update.upper()}"
    return f"REFERENCES {target}{columns}{match}{delete}{update}"


def _key_words(key: Constraint) -> str:
    if key.kind is ConstraintKind.PRIMARY:
        return "PRIMARY KEY"
    return "UNIQUE NULLS NOT DISTINCT" if key.nulls_not_distinct else "UNIQUE"


def _late(constraint: Constraint) -> str:
    if not constraint.deferrable:
        return ""
    return " DEFERRABLE INITIALLY DEFERRED" if constraint.initially_deferred else " DEFERRABLE"


def _enforced(constraint: Constraint) -> str:
    return "" if constraint.enforced else " NOT ENFORCED"


def _period(names: tuple[str, ...]) -> str:
    return ", ".join([*(quoted(name) for name in names[:-1]), f"PERIOD {quoted(names[-1])}"])


def index_sql(
    index: Index, table: QualifiedName, name: str | None = None, *, tolerant: bool = False
) -> str:
    """The statement that makes an index, under another name where one is given; ``tolerant`` with
    IF NOT EXISTS."""
    unique = "UNIQUE INDEX" if index.unique else "INDEX"
    guard = "IF NOT EXISTS " if tolerant else ""
    called = quoted(name or index.name)
    return f"CREATE {unique} {guard}{called} ON {table} {index_does(index)};"


def index_does(index: Index) -> str:
    """What an index does: its method, keys and condition."""
    method = "" if index.method == "btree" else f"USING {index.method} "
    keys = ", ".join(key_sql(key) for key in index.keys)
    include = f" INCLUDE ({listed(index.include)})" if index.include else ""
    nulls = " NULLS NOT DISTINCT" if index.nulls_not_distinct else ""
    where = f" WHERE {expression(index.predicate)}" if index.predicate else ""
    return f"{method}({keys}){include}{nulls}{where}"


def key_sql(key: IndexKey) -> str:
    """One key of an index."""
    if key.column is not None:
        words = [quoted(key.column)]
    else:
        words = [f"({expression(key.expr)})" if key.expr else "()"]
    if key.collation:
        words.append(f"COLLATE {collation_sql(key.collation)}")
    if key.opclass:
        words.append(key.opclass)
    if key.descending:
        words.append("DESC")
    if key.nulls_first != key.descending:
        words.append("NULLS FIRST" if key.nulls_first else "NULLS LAST")
    return " ".join(words)

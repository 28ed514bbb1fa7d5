"""Conditions on rows as SQL. Names are quoted, values are literals; nothing is pasted together.

Texts are compared by their bytes, whatever the collation. The session's time zone is UTC.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from psycopg.sql import SQL, Composable, Composed, Identifier, Literal

from ctb_lint import rows
from ctb_lint.model import QualifiedName
from ctb_lint.readers.postgres.rows.shapes import ColumnShape, Shape

BLANKS = " \t\n\v\f\r"
"""What an empty text may hold."""
_NUMBER = r"^[+-]?[0-9]{1,250}(\.[0-9]{0,250})?$"
_FRACTIONS = frozenset({"numeric", "float4", "float8", "money"})
_TRUE, _FALSE = SQL("true"), SQL("false")


class Unanswerable(Exception):  # noqa: N818 - it is the question that is at fault
    """Why a table cannot be asked that, in a sentence."""


def from_table(shape: Shape, alias: str = "t") -> Composed:
    """The table for a FROM clause. One that others inherit from is asked for its own rows."""
    only = SQL("ONLY ") if shape.kind == "r" else SQL("")
    name = Identifier(shape.name.schema, shape.name.name)
    return SQL("{}{} AS {}").format(only, name, Identifier(alias))


def column(name: str, alias: str = "t") -> Composable:
    """A column of what the alias stands for."""
    return Identifier(alias, name)


def as_text(shape: ColumnShape, alias: str = "t") -> Composed:
    """A column as text that is compared by its bytes; of what is text already it costs nothing."""
    return SQL('{}::text COLLATE "C"').format(column(shape.name, alias))


def named(shape: Shape, name: str) -> ColumnShape:
    """The column of that name. Raises Unanswerable where there is none that may be read."""
    found = shape.columns.get(name)
    if found is None:
        raise Unanswerable(f"{shape.name} has no column {name}")
    if not found.readable:
        none = not any(column.readable for column in shape.columns.values())
        what = f"{shape.name}" if none else f"the column {name} of {shape.name}"
        raise Unanswerable(f"the role may not read {what}")
    return found


def present(shapes: Mapping[QualifiedName, Shape], name: QualifiedName) -> Shape:
    """The table of that name. Raises Unanswerable where there is none any more, or the role would
    not see all of its rows."""
    found = shapes.get(name)
    if found is None:
        raise Unanswerable(f"there is no table {name} any more")
    if found.policed:
        raise Unanswerable(f"the role may not read all of {name}: policies hide rows from it")
    return found


def rendered(condition: rows.Condition, shape: Shape, alias: str = "t") -> Composed:
    """The condition on the rows of a table. Raises Unanswerable where a column is not there, may
    not be read, or cannot be asked that."""
    return _KINDS[type(condition)](condition, shape, alias)


def patterns_in(condition: rows.Condition) -> int:
    """How many regular expressions a condition holds."""
    if isinstance(condition, rows.Matches):
        return len(condition.patterns)
    if isinstance(condition, rows.Not):
        return patterns_in(condition.of)
    if isinstance(condition, rows.All | rows.Some):
        return sum(patterns_in(part) for part in condition.of)
    return 0


def _not(condition: rows.Not, shape: Shape, alias: str) -> Composed:
    return SQL("(NOT {})").format(rendered(condition.of, shape, alias))


def _all(condition: rows.All, shape: Shape, alias: str) -> Composed:
    parts = [rendered(part, shape, alias) for part in condition.of]
    return SQL("({})").format(SQL(" AND ").join([*parts, _TRUE]))


def _some(condition: rows.Some, shape: Shape, alias: str) -> Composed:
    parts = [rendered(part, shape, alias) for part in condition.of]
    return SQL("({})").format(SQL(" OR ").join([*parts, _FALSE]))


def _missing(condition: rows.Missing, shape: Shape, alias: str) -> Composed:
    return SQL("({} IS NULL)").format(column(named(shape, condition.column).name, alias))


def _empty(condition: rows.Empty, shape: Shape, alias: str) -> Composed:
    text = as_text(named(shape, condition.column), alias)
    return SQL("(btrim({}, {}) = '')").format(text, Literal(BLANKS))


def _longer(condition: rows.Longer, shape: Shape, alias: str) -> Composed:
    text = as_text(named(shape, condition.column), alias)
    return SQL("(char_length({}) > {})").format(text, Literal(condition.characters))


def _matches(condition: rows.Matches, shape: Shape, alias: str) -> Composed:
    text = as_text(named(shape, condition.column), alias)
    patterns = [one for one in condition.patterns if _storable(one)]
    # A pattern that no text can hold matches none; NULL stays unknown.
    tests = [SQL("{} ~ {}").format(text, Literal(one)) for one in patterns]
    return SQL("({})").format(SQL(" OR ").join(tests or [_no_value(text)]))


def _one_of(condition: rows.OneOf, shape: Shape, alias: str) -> Composed:
    found = named(shape, condition.column)
    values = [value for value in condition.values if _storable(value)]
    plain = column(found.name, alias)
    if found.category == "A":
        text = SQL('{}::text[] COLLATE "C"').format(plain)
        return SQL("({} <@ {}::text[])").format(text, Literal(values))
    if found.category == "N" and found.builtin and found.type != "money":
        numbers = [number for value in values if (number := _as_number(value)) is not None]
        return _any(SQL("{}::numeric").format(plain), SQL("numeric[]"), numbers)
    text = as_text(found, alias)
    if found.type == "citext":
        return _any(SQL("lower({})").format(text), SQL("text[]"), [v.lower() for v in values])
    return _any(text, SQL("text[]"), values)


def _any(value: Composed, kind: SQL, among: list[Any]) -> Composed:
    if not among:
        return _no_value(value)
    return SQL("({} = ANY ({}::{}))").format(value, Literal(among), kind)


def _no_value(value: Composed) -> Composed:
    """False for every value, NULL for none."""
    return SQL("({} IS NULL AND NULL)").format(value)


def _in_range(condition: rows.InRange, shape: Shape, alias: str) -> Composed:
    first, last = Literal(condition.first), Literal(condition.last)
    found = named(shape, condition.column)
    return _number(found, alias, lambda v: SQL("{} BETWEEN {} AND {}").format(v, first, last))


def _whole(condition: rows.Whole, shape: Shape, alias: str) -> Composed:
    found = named(shape, condition.column)
    # What is neither text nor one of these has no fraction; an oid cannot even be rounded.
    may_have = found.category != "N" or found.type in _FRACTIONS
    test = SQL("{} = floor({})") if may_have else SQL("{} = {}")
    return _number(found, alias, lambda v: test.format(v, v))


def _exceeds(condition: rows.Exceeds, shape: Shape, alias: str) -> Composed:
    least = Literal(condition.number)
    found = named(shape, condition.column)
    return _number(found, alias, lambda v: SQL("{} > {}").format(v, least))


def _number(shape: ColumnShape, alias: str, test: Callable[[Composable], Composed]) -> Composed:
    """A test of a column's number. Of text it is the number that is written there: a text that is
    none does not pass."""
    plain = column(shape.name, alias)
    if shape.category == "N" and shape.builtin:
        value = SQL("{}::numeric").format(plain) if shape.type == "money" else plain
        return SQL("({})").format(test(value))
    if shape.category not in "SE":
        raise Unanswerable(f"the column {shape.name} holds no numbers, but {shape.type}")
    text = SQL("btrim({}, {})").format(as_text(shape, alias), Literal(BLANKS))
    return SQL("(CASE WHEN {} ~ {} THEN {} ELSE {} END)").format(
        text, Literal(_NUMBER), test(SQL("{}::numeric").format(text)), _no_value(text)
    )


def _earlier(condition: rows.Earlier, shape: Shape, alias: str) -> Composed:
    found = _time(shape, condition.column)
    return SQL("({} < {})").format(column(found.name, alias), moment(found, condition.than))


def _later(condition: rows.Later, shape: Shape, alias: str) -> Composed:
    found = _time(shape, condition.column)
    return SQL("({} > {})").format(column(found.name, alias), moment(found, condition.than))


def _before(condition: rows.Before, shape: Shape, alias: str) -> Composed:
    first, second = _time(shape, condition.column), _time(shape, condition.other)
    return SQL("({} < {})").format(column(first.name, alias), column(second.name, alias))


def _time(shape: Shape, name: str) -> ColumnShape:
    found = named(shape, name)
    if not found.is_time:
        raise Unanswerable(f"{name} of {shape.name} holds no points in time, but {found.type}")
    return found


def moment(shape: ColumnShape, at: datetime.datetime) -> Composed:
    """A point in time to compare the column with, of a type for which nothing is converted row by
    row."""
    utc = at.astimezone(datetime.UTC)
    if shape.type == "timestamptz":
        return SQL("{}::timestamptz").format(Literal(utc.isoformat()))
    return SQL("{}::timestamp").format(Literal(utc.replace(tzinfo=None).isoformat()))


def _storable(text: str) -> bool:
    """Whether PostgreSQL could hold the text at all."""
    try:
        return "\0" not in text and bool(text.encode() or True)
    except UnicodeEncodeError:
        return False


def _as_number(text: str) -> Decimal | None:
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


_KINDS: dict[type[Any], Callable[..., Composed]] = {
    rows.Missing: _missing,
    rows.Empty: _empty,
    rows.Longer: _longer,
    rows.OneOf: _one_of,
    rows.InRange: _in_range,
    rows.Whole: _whole,
    rows.Matches: _matches,
    rows.Earlier: _earlier,
    rows.Later: _later,
    rows.Before: _before,
    rows.Exceeds: _exceeds,
    rows.Not: _not,
    rows.All: _all,
    rows.Some: _some,
}


def listed(parts: Iterable[Composable]) -> Composed:
    """The parts with commas between them."""
    return SQL(", ").join(list(parts))

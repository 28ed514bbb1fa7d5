"""Expressions after their columns changed: renamed, or of another type."""

from __future__ import annotations

from collections.abc import Mapping

from ctb_lint.model import DataType, Expr, quoted
from ctb_lint.readers.sql.expr import from_text, parse_expression
from ctb_lint.readers.sql.nodes import strings, walk
from ctb_lint.readers.sql.pg import Offsets, SyntaxFault

_PREFIX = len("SELECT ")


def renamed_column(
    expr: Expr, old: str, new: str, types: Mapping[str, DataType], default_schema: str
) -> Expr:
    """The expression with a column under its new name; ``types`` are those after the rename."""
    return _renamed(expr, ("ColumnRef", "fields"), old, new, types, default_schema)


def renamed_function(
    expr: Expr, old: str, new: str, types: Mapping[str, DataType], default_schema: str
) -> Expr:
    """The expression with a function under its new name."""
    return _renamed(expr, ("FuncCall", "funcname"), old, new, types, default_schema)


def _renamed(
    expr: Expr,
    node_and_field: tuple[str, str],
    old: str,
    new: str,
    types: Mapping[str, DataType],
    default_schema: str,
) -> Expr:
    wanted, field = node_and_field
    text = expr.text
    try:
        node = parse_expression(text)
    except SyntaxFault:
        text = expr.canonical  # which is an expression too
        try:
            node = parse_expression(text)
        except SyntaxFault:
            return expr
    offsets = Offsets("SELECT " + text)
    places: list[int] = []
    for name, fields in walk(node):
        if name == wanted and strings(fields.get(field))[-1:] == (old,):
            places.append(offsets.character(fields.get("location", 0)) - _PREFIX)
    for start in sorted(places, reverse=True):
        text = _replaced(text, start, old, new)
    return retyped_expr(Expr(text, expr.canonical), None, types, default_schema)


def _replaced(text: str, start: int, old: str, new: str) -> str:
    """The text with the last name of the reference at ``start`` replaced."""
    for written in (f'"{old}"', old):
        at = text.lower().find(written.lower(), start)
        if at >= 0:
            return text[:at] + quoted(new) + text[at + len(written) :]
    return text


def retyped_expr(
    expr: Expr,
    expected: DataType | None,
    types: Mapping[str, DataType],
    default_schema: str,
) -> Expr:
    """The expression read again, beside columns of other types."""
    try:
        return from_text(expr.text, expected=expected, types=types, default_schema=default_schema)
    except SyntaxFault:
        return expr

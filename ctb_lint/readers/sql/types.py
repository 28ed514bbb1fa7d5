"""Type names as PostgreSQL's ``format_type`` prints them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ctb_lint.model import DataType, QualifiedName
from ctb_lint.readers.sql.builtin_types import (
    CANONICAL_NAMES,
    CATALOGUE_NAMES,
    KEYWORDS,
    SERIAL_TYPES,
)

Node = dict[str, Any]

BUILTIN_TYPES = frozenset(CATALOGUE_NAMES) | frozenset(KEYWORDS) | frozenset(SERIAL_TYPES)
"""Every type name that a user can write without creating a type: catalogue names, the grammar's
spellings (``double precision``) and the serial notations."""

_CATALOGUE = frozenset(CATALOGUE_NAMES)

_FULL_RANGE = 0x7FFF
_FIELDS = ((2, "year"), (1, "month"), (3, "day"), (10, "hour"), (11, "minute"), (12, "second"))
"""Bit numbers of an interval's fields in its modifier, from the largest field."""


def data_type(node: Node, text: str = "") -> DataType:
    """The type that a ``TypeName`` node names; ``text`` is how the source writes it.

    Types of ``pg_catalog`` get ``schema=None``, a qualified type its schema, and an unqualified
    one that is not built in ``schema=""``: whoever knows the search path replaces it. A
    ``table.column%TYPE`` reference keeps that as its name. ``SETOF`` is ignored, and arrays of any
    number of dimensions or bounds are one array flag, as PostgreSQL stores them. Modifiers that
    are not numbers (``geometry(Point,4326)``) stand in ``qualifier``.
    """
    names = [part["String"].get("sval", "") for part in node.get("names", ())]
    array = bool(node.get("arrayBounds"))
    if node.get("pct_type"):
        return DataType(".".join(names) + "%TYPE", schema="", array=array, text=text)
    name = names[-1] if names else ""
    schema = names[-2] if len(names) > 1 else None
    base = name[1:] if name[:1] == "_" and name[1:] in _CATALOGUE else name
    if schema in {None, "pg_catalog"} and base in _CATALOGUE:
        return _builtin(base, node, array or base != name, text)
    numbers, qualifier = _modifiers(node)
    return DataType(name, schema or "", numbers, array, qualifier, text)


def base_type(type_: DataType, domains: Mapping[Any, DataType]) -> DataType:
    """The type behind a domain (of a domain …); any other type itself. ``domains`` maps the names
    of domains to the types they stand on."""
    seen = 0
    while not type_.array and seen < len(domains) + 1:
        under = domains.get(QualifiedName(type_.schema, type_.name)) if type_.schema else None
        if under is None:
            break
        type_, seen = under, seen + 1
    return type_


def serial_type(name: str) -> str | None:
    """The integer type behind a serial notation (``bigserial`` → ``bigint``), None for any other
    name."""
    return SERIAL_TYPES.get(name)


def _builtin(name: str, node: Node, array: bool, text: str) -> DataType:
    numbers, qualifier = _modifiers(node)
    canonical = CANONICAL_NAMES.get(name, name)
    if name == "interval":
        numbers, qualifier = _interval(numbers)
    elif name == "numeric" and len(numbers) == 1:
        numbers = (*numbers, 0)
    elif name == "bpchar" and not numbers:
        canonical = "bpchar"  # unlimited, unlike "character", which is character(1)
    elif name == "bit" and not numbers:
        canonical = '"bit"'  # likewise
    elif name in {"varchar", "varbit", "bit", "bpchar"}:
        numbers = numbers[:1]
    return DataType(canonical, None, numbers, array, qualifier, text)


def _interval(numbers: tuple[int, ...]) -> tuple[tuple[int, ...], str]:
    if not numbers:
        return (), ""
    mask, precision = numbers[0], numbers[1:2]
    if mask == _FULL_RANGE:
        return precision, ""
    fields = [field for bit, field in _FIELDS if mask & (1 << bit)]
    qualifier = fields[0] if len(fields) == 1 else f"{fields[0]} to {fields[-1]}" if fields else ""
    return precision, qualifier


def _modifiers(node: Node) -> tuple[tuple[int, ...], str]:
    values = [_modifier(modifier) for modifier in node.get("typmods", ())]
    numbers = tuple(value for value in values if isinstance(value, int))
    if len(numbers) == len(values):
        return numbers, ""
    return (), "(" + ",".join(str(value) for value in values) + ")"


def _modifier(node: Node) -> int | str:
    kind, content = next(iter(node.items()))
    if kind == "A_Const":
        if "ival" in content:
            value: int = content["ival"].get("ival", 0)
            return value
        for form in ("sval", "fval", "bsval"):
            if form in content:
                return str(content[form].get(form, ""))
    if kind == "ColumnRef":
        return ".".join(f["String"].get("sval", "") for f in content["fields"] if "String" in f)
    return "?"

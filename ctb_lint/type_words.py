"""What a document calls a type, held against the type of a column.

Documents write types as people speak of them: without lengths, with underscores for blanks,
``string`` for any text. What can stand for the type is taken; what cannot is told.
"""

from __future__ import annotations

import re
from functools import lru_cache

from ctb_lint.allowed import base_type
from ctb_lint.datatypes import OTHER, family, is_integer
from ctb_lint.model import Column, DataType, Schema

_WRITTEN = re.compile(
    r"(?P<name>[a-z_][\w.$ ]*?)\s*(?:\(\s*(?P<sizes>\d{1,6}(?:\s*,\s*\d{1,6})?)\s*\))?"
    r"(?P<zone>[ _]with(?:out)?[ _]time[ _]zone)?(?P<array>(?:\s*\[\d{0,4}\])*)"
)
_NAMES = {
    "int": "integer", "int4": "integer", "serial": "integer", "serial4": "integer",
    "int8": "bigint", "bigserial": "bigint", "serial8": "bigint",
    "int2": "smallint", "smallserial": "smallint", "serial2": "smallint",
    "varchar": "character varying", "char": "character", "bpchar": "character",
    "decimal": "numeric", "dec": "numeric", "bool": "boolean", "varbit": "bit varying",
    "float4": "real", "float8": "double precision",
    "timestamp": "timestamp without time zone", "timestamptz": "timestamp with time zone",
    "time": "time without time zone", "timetz": "time with time zone",
}  # fmt: skip
_ANY_OF = {
    "string": "text", "str": "text", "number": "number", "binary": "binary", "blob": "binary",
    "array": "array", "list": "array", "enum": OTHER, "datetime": "date/time",
}  # fmt: skip
"""Words of no dialect, and the family of types that they stand for."""
_FLOATS = frozenset({"real", "double precision"})


def can_stand_for(written: str, column: Column, schema: Schema) -> bool:
    """Whether the written type can be that of the column, or of the type below its domain. A
    length counts where it is written. What is no name of a type at all is not held against it."""
    base = base_type(schema, column.type)
    return _can_stand_for(written, column.type) or (
        base is not column.type and _can_stand_for(written, base)
    )


def is_integer_word(written: str) -> bool:
    """Whether a written type is one of whole numbers."""
    name = written.strip().strip("`").lower()
    return is_integer(DataType(schema=None, name=_NAMES.get(name, name)))


@lru_cache(maxsize=4096)
def _can_stand_for(written: str, data_type: DataType) -> bool:
    match = _WRITTEN.fullmatch(written.strip().strip("`").lower())
    return match is None or _stands_for(match, data_type)


def _stands_for(match: re.Match[str], data_type: DataType) -> bool:
    name = " ".join(f"{match['name']}{match['zone'] or ''}".split())
    if name in _ANY_OF:
        return family(data_type) == _ANY_OF[name]
    if bool(match["array"].strip()) != data_type.array:
        return False
    if name in {"float", "double"}:
        return data_type.schema is None and data_type.name in _FLOATS
    if match["sizes"] and not _same_sizes(match["sizes"], data_type.modifiers):
        return False
    spaced = name.replace("_", " ")
    known = {name, _NAMES.get(name, name), spaced, _NAMES.get(spaced, spaced)}
    own = data_type.name.lower()
    own = "character" if own == "bpchar" else own
    return own in known or f"{data_type.schema}.{own}" in known


def _same_sizes(written: str, modifiers: tuple[int, ...]) -> bool:
    sizes = tuple(int(size) for size in written.split(","))
    return _without_scale_zero(sizes) == _without_scale_zero(modifiers)


def _without_scale_zero(sizes: tuple[int, ...]) -> tuple[int, ...]:
    """``numeric(8, 0)`` is ``numeric(8)``."""
    return sizes[:1] if sizes[1:] == (0,) else sizes

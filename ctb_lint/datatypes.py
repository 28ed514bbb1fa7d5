"""What rules ask of a column's type: its family, its length, and what a foreign key accepts.

Domains and enums are known by name only. Resolve a domain to its base type before asking.
"""

from __future__ import annotations

from typing import Literal

from ctb_lint.model import DataType

KeyMatch = Literal["equal", "comparable", "refused"]

_INTEGERS = frozenset({"smallint", "integer", "bigint"})
_NUMBERS = _INTEGERS | {"numeric", "real", "double precision", "money", "oid"}
_TEXTS = frozenset({"text", "character varying", "character", "bpchar", "citext", "name", '"char"'})
_TIMESTAMPS = frozenset({"date", "timestamp without time zone", "timestamp with time zone"})
_TIMES = _TIMESTAMPS | {"time without time zone", "time with time zone", "interval"}
_BITS = frozenset({"bit", '"bit"', "bit varying"})
_NETWORK = frozenset({"inet", "cidr", "macaddr", "macaddr8"})

OTHER = "enum or other"

_FAMILIES = {
    **dict.fromkeys(_NUMBERS, "number"),
    **dict.fromkeys(_TEXTS, "text"),
    **dict.fromkeys(_TIMES, "date/time"),
    **dict.fromkeys(_BITS, "bits"),
    **dict.fromkeys(_NETWORK, "network"),
    "boolean": "boolean",
    "uuid": "uuid",
    "json": "json",
    "jsonb": "json",
    "bytea": "binary",
}

# Referenced type → the types of other names whose columns may reference it: where an operator
# compares the two as they are, or an implicit cast leads from the referencing type.
_CHARACTERS = frozenset({"text", "character varying", "character", "bpchar"})
_ACCEPTED: dict[str, frozenset[str]] = {
    **dict.fromkeys(_INTEGERS, _INTEGERS),
    "numeric": _INTEGERS,
    "real": _INTEGERS | {"numeric", "double precision"},
    "double precision": _INTEGERS | {"numeric", "real"},
    "oid": _INTEGERS,
    "text": _CHARACTERS | {"name", "citext"},
    "character varying": _CHARACTERS | {"name", "citext"},
    "character": _CHARACTERS,
    "bpchar": _CHARACTERS,
    "name": _CHARACTERS,
    **dict.fromkeys(_TIMESTAMPS, _TIMESTAMPS),
    "time with time zone": frozenset({"time without time zone"}),
    "interval": frozenset({"time without time zone"}),
    "inet": frozenset({"cidr"}),
    "cidr": frozenset({"inet"}),
    "macaddr": frozenset({"macaddr8"}),
    "macaddr8": frozenset({"macaddr"}),
    **dict.fromkeys(_BITS, _BITS),
}


def family(data_type: DataType) -> str:
    """The family of a type: ``text``, ``number``, ``boolean``, ``uuid``, ``date/time``, ``json``,
    ``binary``, ``bits``, ``network``, ``array``, or ``enum or other`` for everything else: enums,
    domains, composite types, ranges, types of extensions."""
    if data_type.array:
        return "array"
    return _FAMILIES.get(_name(data_type), OTHER)


def is_text(data_type: DataType) -> bool:
    """Whether the type holds character strings: text, varchar, char, name, citext."""
    return family(data_type) == "text"


def is_json(data_type: DataType) -> bool:
    """Whether the type is json or jsonb."""
    return family(data_type) == "json"


def is_integer(data_type: DataType) -> bool:
    """Whether the type is smallint, integer or bigint."""
    return not data_type.array and _name(data_type) in _INTEGERS


def text_length(data_type: DataType) -> int | None:
    """How many characters a text type takes at most; None where it is unbounded or no text type.

    ``name`` takes 63 bytes, ``"char"`` one.
    """
    if not is_text(data_type):
        return None
    fixed = {"name": 63, '"char"': 1}.get(data_type.name)
    if fixed is not None:
        return fixed
    if data_type.name == "character" and not data_type.modifiers:
        return 1
    return data_type.modifiers[0] if data_type.modifiers else None


def same_family_for_foreign_key(referencing: DataType, referenced: DataType) -> KeyMatch:
    """Whether PostgreSQL accepts a foreign key from a column of one type to one of another.

    ``equal``: the same base type; lengths and precisions do not matter. ``comparable``: accepted,
    but the types differ (integer → bigint, text → varchar). ``refused``: PostgreSQL has no
    equality operator for the pair (text → integer, bigint → uuid). The order matters: integer may
    reference numeric, numeric may not reference integer. Casts and operators that the schema
    creates itself are not known.
    """
    if referencing.array != referenced.array:
        return "refused"
    source, target = _name(referencing), _name(referenced)
    if source == target and _schema(referencing) == _schema(referenced):
        return "equal"
    if not referencing.array and source in _ACCEPTED.get(target, frozenset()):
        return "comparable"
    return "refused"


def _name(data_type: DataType) -> str:
    # citext is known wherever its extension was put; any other schema's type only has its name.
    if data_type.schema is None or data_type.name == "citext":
        return data_type.name
    return data_type.canonical.split("[")[0]


def _schema(data_type: DataType) -> str | None:
    return None if data_type.name == "citext" else data_type.schema

"""The types that PostgreSQL's operators give."""

from __future__ import annotations

from ctb_lint.model import DataType
from ctb_lint.readers.sql.fold.typing_rules import (
    LITERAL,
    NUMBERS,
    STRINGS,
    TEXT,
    Types,
    Value,
    array_of,
    builtin,
    element,
    short,
)

_BOOLEAN = DataType("boolean")
_PREDICATES = frozenset(
    {
        "=", "<>", "!=", "<", ">", "<=", ">=", "~", "~*", "!~", "!~*", "~~", "!~~", "~~*", "!~~*",
        "@>", "<@", "?", "?|", "?&", "@@", "@?", "^@", "&<", "&>", "-|-",
    }
)  # fmt: skip
"""Operators that are true or false whatever stands beside them."""

_INTEGERS = NUMBERS[:3]
_DATE, _TIME, _TIMETZ = "date", "time without time zone", "time with time zone"
_STAMP, _STAMPTZ = "timestamp without time zone", "timestamp with time zone"
_INTERVAL = "interval"

_ARITHMETIC = {
    **{("+", t, _INTERVAL): t for t in (_STAMP, _STAMPTZ, _TIME, _TIMETZ, _INTERVAL)},
    **{("+", _INTERVAL, t): t for t in (_STAMP, _STAMPTZ, _TIME, _TIMETZ)},
    **{("-", t, _INTERVAL): t for t in (_STAMP, _STAMPTZ, _TIME, _TIMETZ, _INTERVAL)},
    **{("-", t, t): _INTERVAL for t in (_STAMP, _STAMPTZ, _TIME)},
    **{("+", _DATE, t): _DATE for t in ("smallint", "integer")},
    **{("+", t, _DATE): _DATE for t in ("smallint", "integer")},
    **{("-", _DATE, t): _DATE for t in ("smallint", "integer")},
    **{("*", _INTERVAL, t): _INTERVAL for t in NUMBERS},
    **{("*", t, _INTERVAL): _INTERVAL for t in NUMBERS},
    **{("/", _INTERVAL, t): _INTERVAL for t in NUMBERS},
    ("-", _DATE, _DATE): "integer",
    ("+", _DATE, _INTERVAL): _STAMP,
    ("+", _INTERVAL, _DATE): _STAMP,
    ("-", _DATE, _INTERVAL): _STAMP,
    ("+", _DATE, _TIME): _STAMP,
    ("+", _TIME, _DATE): _STAMP,
    ("+", _DATE, _TIMETZ): _STAMPTZ,
    ("+", _TIMETZ, _DATE): _STAMPTZ,
    ("-", _STAMP, _DATE): _INTERVAL,
    ("-", _DATE, _STAMP): _INTERVAL,
    ("-", _STAMPTZ, _STAMP): _INTERVAL,
    ("-", _STAMP, _STAMPTZ): _INTERVAL,
    ("-", _STAMPTZ, _DATE): _INTERVAL,
    ("-", _DATE, _STAMPTZ): _INTERVAL,
    **{("-", "jsonb", t): "jsonb" for t in (*sorted(STRINGS), "smallint", "integer", "text[]")},
    **{("#-", "jsonb", t): "jsonb" for t in ("text[]", "unknown")},
    ("-", "jsonb", "unknown"): "jsonb",
    **{("||", t, t): t for t in ("jsonb", "bytea", "tsvector", "tsquery", "bit varying")},
    ("||", '"bit"', '"bit"'): "bit varying",
    **{("+", t, "unknown"): t for t in (_STAMP, _STAMPTZ, _TIME)},
    **{("+", "unknown", t): t for t in (_STAMP, _STAMPTZ, _TIME)},
    **{(sign, _INTERVAL, "unknown"): _INTERVAL for sign in "*/"},
    **{(sign, "money", "money"): "money" for sign in "+-"},
    **{(sign, "money", t): "money" for sign in "*/" for t in NUMBERS},
    **{("*", t, "money"): "money" for t in NUMBERS},
    ("/", "money", "money"): "double precision",
}  # fmt: skip

_JSON_KEYS = frozenset({*STRINGS, "unknown", "smallint", "integer"})


def unary(types: Types, operator: str, operand: Value) -> DataType | None:
    """The type of an operator before its operand."""
    if operand.type is None:
        return None
    name = short(types.base(operand.type))
    if operator in {"-", "+", "@"} and name in NUMBERS:
        return builtin(name)
    if (operator == "-" and name == _INTERVAL) or (operator == "~" and name in _INTEGERS):
        return builtin(name)
    return None


def binary(types: Types, operator: str, left: Value, right: Value) -> DataType | None:
    """The type of an operator between two operands; None where it cannot be told."""
    if operator in _PREDICATES:
        return _BOOLEAN
    if operator in {"->>", "#>>"}:
        return TEXT
    if left.type is None or right.type is None:
        return None
    one, other = types.base(left.type), types.base(right.type)
    if operator == "||":
        joined = _joined_arrays(types, left, right)
        if joined is not None or one.array or other.array:
            return joined
    names = short(one), short(other)
    if operator == "&&":
        return builtin("tsquery") if "tsquery" in names else _BOOLEAN
    if operator in {"->", "#>"}:
        return one if names[0] in {"json", "jsonb"} and _is_path(operator, names[1]) else None
    exact = _ARITHMETIC.get((operator, *names))
    if exact is not None:
        return builtin(exact)
    # A constant of open type is first tried as the type of the other side.
    assumed = names[1] if one == LITERAL else names[0], names[0] if other == LITERAL else names[1]
    exact = _ARITHMETIC.get((operator, *assumed))
    if exact is not None:
        return builtin(exact)
    if operator == "||":
        return _joined(types, one, other)
    number = _number(operator, *assumed)
    return builtin(number) if number else None


def _is_path(operator: str, name: str) -> bool:
    return name in _JSON_KEYS if operator == "->" else name in {"text[]", "unknown"}


def _number(operator: str, one: str, other: str) -> str | None:
    if one not in NUMBERS or other not in NUMBERS:
        return None
    wider = max(one, other, key=NUMBERS.index)
    if operator in {"+", "-", "*", "/"}:
        # A real beside anything else has no operator of its own.
        return "double precision" if wider == "real" and one != other else wider
    if operator == "%":
        return wider if wider in NUMBERS[:4] else None
    if operator == "^":
        return "numeric" if wider == "numeric" else "double precision"
    if operator in {"&", "|", "#"}:
        return wider if wider in _INTEGERS else None
    if operator in {"<<", ">>"} and one in _INTEGERS and other in _INTEGERS[:2]:
        return one
    return None


def _joined(types: Types, one: DataType, other: DataType) -> DataType | None:
    """Text beside anything that is not an array is text, and so is a constant of open type."""
    sides = {short(t) or ("enum" if types.is_enum(t) else "") for t in (one, other)}
    if sides & {"", "record"}:
        return None
    return TEXT if sides & {*STRINGS, "unknown"} else None


def _joined_arrays(types: Types, left: Value, right: Value) -> DataType | None:
    assert left.type is not None
    assert right.type is not None
    one, other = types.base(left.type), types.base(right.type)
    if not one.array and not other.array:
        return None
    if LITERAL in (one, other):
        return one if one.array else other
    elements = [Value(element(t) if t.array else t) for t in (one, other)]
    found = types.common(elements).type
    return array_of(types.base(found)) if found else None

"""Literals below their casts: what a constant is, whatever it was cast to on the way."""

from __future__ import annotations

from typing import Any

from ctb_lint.datatypes import family
from ctb_lint.model import DataType
from ctb_lint.readers.sql import constants
from ctb_lint.readers.sql.shapes import TEXT_TYPES, operator
from ctb_lint.readers.sql.types import data_type

Node = dict[str, Any]


class Constant:
    """A literal below any number of casts. ``kind`` is ``null``, ``boolean``, ``number``,
    ``string`` or ``bits``; ``casts`` stand from the innermost out."""

    __slots__ = ("casts", "kind", "text")

    def __init__(self, kind: str, text: str, casts: tuple[DataType, ...]) -> None:
        self.kind = kind
        self.text = text
        self.casts = casts

    def type(self, expected: DataType | None = None) -> DataType | None:
        """The type that gives a string its meaning: that of a cast, else the expected one; None
        where it is text or not known."""
        return next((c for c in self.casts if c.array or c.name not in TEXT_TYPES), expected)

    def value(self, expected: DataType | None = None) -> str:
        """The value in PostgreSQL's spelling of its type, as written where that is not known."""
        known = self.type(expected)
        if self.kind != "string" or known is None:
            return self.text
        return _of_type(self.text, known) or self.text

    def family(self, expected: DataType | None = None) -> str:
        """The family of the value's type; ``text`` for a string of which nothing is known."""
        if self.kind != "string":
            return self.kind
        known = self.type(expected)
        return family(known) if known is not None else "text"

    def canonical(self, expected: DataType | None = None) -> str:
        """The value as SQL, without its casts."""
        if self.kind == "null":
            return "NULL"
        value = self.value(expected)
        if self.kind in {"boolean", "number"} or self.family(expected) == "boolean":
            return value
        # A string that reads as a number is the number: whether '5' is text is the column's affair.
        if constants.number(value) == value:
            return value
        if value.startswith(('{"', "[")):
            return quote(constants.jsonb(value) or value)
        return quote(constants.moment(value) or value)


def constant(node: Node) -> Constant | None:
    """The literal that a node is, below its casts; None where it is none."""
    casts: list[Node] = []
    kind, content = next(iter(node.items()))
    while kind == "TypeCast":
        casts.append(content["typeName"])
        kind, content = next(iter(content["arg"].items()))
    negative = False
    if kind == "A_Expr" and operator(content) == "-" and "lexpr" not in content:
        negative = True
        kind, content = next(iter(content["rexpr"].items()))
    if kind != "A_Const":
        return None
    kind, text = _literal(content)
    if negative:
        if kind != "number":
            return None
        text = text[1:] if text.startswith("-") else f"-{text}"
    return Constant(kind, text, tuple(data_type(name) for name in reversed(casts)))


def quote(text: str) -> str:
    """The text as a SQL string."""
    return "'" + text.replace("'", "''") + "'"


def _literal(content: Node) -> tuple[str, str]:
    if content.get("isnull"):
        return "null", "NULL"
    if "boolval" in content:
        return "boolean", "true" if content["boolval"].get("boolval") else "false"
    if "ival" in content:
        return "number", str(content["ival"].get("ival", 0))
    if "fval" in content:
        text = content["fval"].get("fval", "")
        return "number", constants.number(text) or text
    if "bsval" in content:
        text = content["bsval"].get("bsval", "")
        if text[:1] == "x":
            return "bits", "".join(f"{int(digit, 16):04b}" for digit in text[1:])
        return "bits", text[1:]
    return "string", content.get("sval", {}).get("sval", "")


def _of_type(text: str, known: DataType) -> str | None:
    if known.array:
        elements = constants.array(text)
        return constants.printed_array(elements) if elements is not None else None
    kind = family(known)
    if kind == "number":
        return constants.number(text)
    if known.name == "interval":
        last = known.qualifier.split(" ")[-1]
        return constants.interval(text, last or "second")
    if known.name.startswith("time "):
        return constants.clock(text)
    if kind == "date/time":
        return "1970-01-01" if text.strip().lower() == "epoch" else constants.moment(text)
    if kind == "boolean":
        return constants.boolean(text)
    if known.name == "jsonb":
        return constants.jsonb(text)
    if known.name == "uuid" or (known.name == "bytea" and text.startswith("\\x")):
        return text.lower()
    return None

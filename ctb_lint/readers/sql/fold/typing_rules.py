"""The types that PostgreSQL gives to several values together, and their collations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct, structs

from ctb_lint.model import DataType, Domain, ObjectKind, QualifiedName
from ctb_lint.readers.sql.extensions import EXTENSION_TYPES
from ctb_lint.readers.sql.fold.scopes import Output, Outputs
from ctb_lint.readers.sql.state import State

LITERAL = DataType("unknown")
"""What PostgreSQL calls the type of a string constant or NULL that nothing has decided yet."""

TEXT = DataType("text")
NUMBERS = ("smallint", "integer", "bigint", "numeric", "real", "double precision")
"""Numeric types, each of which widens to those behind it."""
STRINGS = frozenset({"text", "character varying", "bpchar", "name"})

_CATEGORIES: dict[str, tuple[str, ...]] = {
    "number": NUMBERS,
    "string": tuple(sorted(STRINGS)),
    "date": (
        "date", "timestamp without time zone", "timestamp with time zone",
        "time without time zone", "time with time zone",
    ),
    "network": ("inet", "cidr"),
    "bits": ('"bit"', "bit varying"),
}  # fmt: skip
_CATEGORY = {name: category for category, names in _CATEGORIES.items() for name in names}
_PREFERRED = {"double precision", "text", "timestamp with time zone", "inet", "bit varying"}
_IMPLICIT: dict[str, frozenset[str]] = {
    **{name: frozenset(NUMBERS[i + 1 :]) for i, name in enumerate(NUMBERS)},
    "text": frozenset({"character varying", "bpchar", "name"}),
    "character varying": frozenset({"text", "bpchar", "name"}),
    "bpchar": frozenset({"text", "character varying", "name"}),
    "name": frozenset({"text"}),
    "date": frozenset({"timestamp without time zone", "timestamp with time zone"}),
    "timestamp without time zone": frozenset({"timestamp with time zone"}),
    "time without time zone": frozenset({"time with time zone"}),
    "cidr": frozenset({"inet"}),
    '"bit"': frozenset({"bit varying"}),
    "bit varying": frozenset({'"bit"'}),
}
"""The casts inside a category that PostgreSQL makes without being asked."""

_POLYMORPHIC = {
    "any", "anyarray", "anycompatible", "anycompatiblearray", "anycompatiblemultirange",
    "anycompatiblenonarray", "anycompatiblerange", "anyelement", "anyenum", "anymultirange",
    "anynonarray", "anyrange", "cstring", "event_trigger", "internal", "record", "trigger", "void",
}  # fmt: skip


class Value(Struct, frozen=True):
    """The type of an expression, None where it is not known, and the collation where it is not
    that of the type. ``explicit`` says that COLLATE set it."""

    type: DataType | None = None
    collation: str | None = None
    explicit: bool = False

    @property
    def is_literal(self) -> bool:
        """Whether this is a constant whose type is still open."""
        return self.type == LITERAL


UNKNOWN = Value()


def plain(name: str, collation: str | None = None) -> Value:
    """A value of a built-in type; ``integer[]`` for an array."""
    return Value(builtin(name), collation)


def builtin(name: str) -> DataType:
    """A built-in type; ``integer[]`` is an array."""
    return DataType(name.removesuffix("[]"), array=name.endswith("[]"))


def bare(type_: DataType) -> DataType:
    """The type without its modifiers: what a function makes of it."""
    name = type_.name
    if type_.schema is None:
        # Without a length, character(1) and bit(1) are other types than these words mean.
        name = {"character": "bpchar", "bit": '"bit"'}.get(name, name)
    return DataType(name, type_.schema, array=type_.array)


def short(type_: DataType) -> str:
    """The name of a built-in type without modifiers; empty for any other type."""
    if type_.schema is not None:
        return ""
    return bare(type_).name + ("[]" if type_.array else "")


def element(type_: DataType) -> DataType:
    """The type of an array's elements."""
    return structs.replace(type_, array=False, text="")


def array_of(type_: DataType) -> DataType | None:
    """The type of an array of such elements; an array of arrays is one more dimension."""
    return None if is_pseudo(type_) else structs.replace(type_, array=True, text="")


def is_open(type_: DataType) -> bool:
    """Whether the type is what stands for one that is not known."""
    return type_.schema is None and type_.name == "unknown"


def is_pseudo(type_: DataType) -> bool:
    """Whether no column can have the type."""
    return is_open(type_) or (type_.schema is None and type_.name in _POLYMORPHIC)


def has_lost_modifiers(found: Value, given: Iterable[Value]) -> bool:
    """Whether one of the values has modifiers which what was found for all of them lacks."""
    kept = found.type is not None and (found.type.modifiers or found.type.qualifier)
    return not kept and any(v.type and (v.type.modifiers or v.type.qualifier) for v in given)


class Types:
    """The rules of types that ask which domains and composite types there are."""

    def __init__(self, state: State) -> None:
        self._state = state

    def domain(self, type_: DataType) -> Domain | None:
        """The domain that the type is."""
        if type_.schema is None or type_.array:
            return None
        return self._state.domains.get(QualifiedName(type_.schema, type_.name))

    def base(self, type_: DataType) -> DataType:
        """The type without modifiers that a domain is over, or the type itself without them."""
        for _ in range(32):
            domain = self.domain(type_)
            if domain is None:
                break
            type_ = domain.type
        return bare(type_)

    def is_enum(self, type_: DataType) -> bool:
        """Whether the type is an enum."""
        return QualifiedName(type_.schema or "", type_.name) in self._state.enums

    def stands(self, type_: DataType) -> bool:
        """Whether the type is there: it may have been renamed since somebody noted its name."""
        if type_.schema is None or type_.name in EXTENSION_TYPES:
            return True
        state, name = self._state, QualifiedName(type_.schema, type_.name)
        return (
            name in state.enums
            or name in state.domains
            or name in state.types
            or state.relations.get(name) in {ObjectKind.TABLE, ObjectKind.VIEW}
        )

    def fields(self, type_: DataType) -> Outputs | None:
        """The fields of a composite type or of a table's rows; None where they are not known."""
        if type_.schema is None or type_.array:
            return None
        name = QualifiedName(type_.schema, type_.name)
        holder = self._state.tables.get(name) or self._state.types.get(name)
        if holder is None or not holder.columns or self._state.is_unknown(name, "columns"):
            return None
        return tuple(
            Output(c.name, None if is_open(c.type) else c.type, c.collation) for c in holder.columns
        )

    # Collations ------------------------------------------------------------------------------

    def own_collation(self, type_: DataType) -> str | None:
        """The collation that the type itself has, where it is not the database's."""
        domain = self.domain(type_)
        if domain is not None:
            return domain.collation or self.own_collation(domain.type)
        return "C" if short(element(type_)) == "name" else None

    def is_collatable(self, type_: DataType) -> bool:
        """Whether values of the type have a collation."""
        base = self.base(element(type_))
        return base.name in STRINGS if base.schema is None else base.name == "citext"

    def collated(self, type_: DataType | None, given: Iterable[Value]) -> Value:
        """A value of that type which is made of the others, with the collation they give it."""
        if type_ is None or not self.is_collatable(type_):
            return Value(type_)
        values = list(given)
        explicit = next((v for v in values if v.explicit), None)
        if explicit is not None:
            return Value(type_, explicit.collation, explicit=True)
        names = {self._collation(v) for v in values} - {None}
        if len(names) > 1:
            return UNKNOWN
        return Value(type_, next(iter(names), None) or self.own_collation(type_))

    def _collation(self, value: Value) -> str | None:
        if value.type is None or not self.is_collatable(value.type):
            return None
        return value.collation or self.own_collation(value.type)

    def output(self, name: str, value: Value) -> Output:
        """A column of the value: a constant of open type becomes text."""
        type_ = TEXT if value.is_literal else value.type
        if type_ is None or is_pseudo(type_):
            return Output(name)
        own = self.own_collation(type_)
        return Output(name, type_, value.collation if value.collation != own else None)

    # Several values ----------------------------------------------------------------------------

    def common(self, values: Sequence[Value]) -> Value:
        """The value that is one of these: of a UNION, CASE, COALESCE, ARRAY or VALUES.

        Modifiers stay only where all have the same, and so do domains.
        """
        types = [v.type for v in values if v.type is not None]
        if len(types) < len(values) or not types:
            return UNKNOWN
        if all(t == LITERAL for t in types):
            return Value(LITERAL)
        first = types[0]
        if all(t.canonical == first.canonical for t in types):
            return self.collated(first, values)
        if all(bare(t) == bare(first) for t in types):
            return self.collated(bare(first), values)
        known = [self.base(t) for t in types if t != LITERAL]
        found: DataType | None = known[0]
        for other in known[1:]:
            found = found and self._wider(found, other)
        return self.collated(found, values)

    def _wider(self, one: DataType, other: DataType) -> DataType | None:
        if one == other:
            return one
        if one.schema is not None or other.schema is not None or one.array != other.array:
            return None
        if _CATEGORY.get(one.name, 1) != _CATEGORY.get(other.name, 2):
            return None
        to, back = _IMPLICIT.get(one.name, frozenset()), _IMPLICIT.get(other.name, frozenset())
        preferred = one.name in _PREFERRED and not one.array
        if not preferred and other.name in to and one.name not in back:
            return other
        return one if one.name in back else None

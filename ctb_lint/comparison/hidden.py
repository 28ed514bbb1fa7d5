"""Names of schemas that hold only what extensions brought.

Where a database keeps its extensions in a schema of their own, and finds them there by its search
path, PostgreSQL prints that schema's name before each of their functions, types and operators.
Files need not have it. It says nothing of what is meant: both sides are compared without it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from msgspec import Struct, structs

from ctb_lint.model import (
    Column,
    Constraint,
    DataType,
    Domain,
    Expr,
    Function,
    IndexKey,
    QualifiedName,
    Schema,
    quoted,
)

T = TypeVar("T")
_NAMES: Mapping[type, tuple[str, ...]] = {
    Column: ("collation",),
    Constraint: ("definition",),
    Domain: ("collation",),
    Function: ("returns",),
    IndexKey: ("opclass", "collation"),
}
"""Where else than in expressions and types names stand as text."""
_PARTS = ("tables", "views", "domains", "types", "functions")


def hidden_schemas(live: Schema) -> frozenset[str]:
    """The schemas of a database in which nothing is its own: what extensions bring is no object of
    a schema."""
    if not live.extensions:
        return frozenset()
    used = {name.schema for name in live.names()}
    return frozenset(live.schemas) - used - {live.default_schema, "public"}


def without(schemas: Iterable[str], declared: Schema, live: Schema) -> tuple[Schema, Schema]:
    """Both without the names of these schemas of the database before others. Files that do not say
    which extensions there are seem to mean their own schema by a type of one."""
    bare = _Bare(schemas)
    found = _within(live, bare)
    own = {*declared.enums, *declared.domains, *declared.types, *declared.tables}
    default = declared.default_schema
    bare.meant = {QualifiedName(default, name) for name in bare.types} - own
    return _within(declared, bare), found


def _within(schema: Schema, bare: _Bare) -> Schema:
    return structs.replace(schema, **{part: bare.value(getattr(schema, part)) for part in _PARTS})


class _Bare:
    """Takes the names of schemas away. What has none of them stays the same object. ``types`` are
    the names of types that stood there, ``meant`` others that are such types."""

    def __init__(self, schemas: Iterable[str]) -> None:
        self._schemas = frozenset(schemas)
        self.types: set[str] = set()
        self.meant: set[QualifiedName] = set()
        names = "|".join(re.escape(quoted(name)) for name in sorted(self._schemas))
        self._prefix = re.compile(
            rf"'(?:[^']|'')*'|OPERATOR\((?:{names})\.([^()\s]+)\)|(?<![\w\".])(?:{names})\.(?=[\w\"])"
        )

    def value(self, value: Any) -> Any:
        """Any part of a schema."""
        if isinstance(value, Expr):
            return _changed(value, {"canonical": self.text(value.canonical)})
        if isinstance(value, DataType):
            return self._type(value)
        if isinstance(value, tuple):
            return _of_tuple(value, self.value)
        if isinstance(value, Mapping):
            return {key: self.value(one) for key, one in value.items()}
        return self._struct(value) if isinstance(value, Struct) else value

    def _type(self, value: DataType) -> DataType:
        if value.schema in self._schemas:
            self.types.add(value.name)
        elif value.schema is None or QualifiedName(value.schema, value.name) not in self.meant:
            return value
        return structs.replace(value, schema=None)

    def text(self, text: str) -> str:
        """A text of SQL; what stands in its strings is left alone."""
        bare = self._prefix.sub(self._left, text)
        return text if bare == text else bare

    @staticmethod
    def _left(found: re.Match[str]) -> str:
        return found[0] if found[0].startswith("'") else found[1] or ""

    def _struct(self, value: Struct) -> Any:
        fields = {name: getattr(value, name) for name in value.__struct_fields__}
        changed = {name: self.value(one) for name, one in fields.items()}
        for name in _NAMES.get(type(value), ()):
            if fields[name]:
                changed[name] = self.text(fields[name])
        if isinstance(value, Function):
            changed["arguments"] = _of_tuple(value.arguments, self.text)
        return _changed(value, changed)


def _of_tuple(value: tuple[Any, ...], of: Callable[[Any], Any]) -> tuple[Any, ...]:
    new = tuple(of(one) for one in value)
    return value if all(a is b for a, b in zip(value, new, strict=True)) else new


def _changed(value: Struct, fields: Mapping[str, Any]) -> Any:
    new = {name: one for name, one in fields.items() if one is not getattr(value, name)}
    return structs.replace(value, **new) if new else value

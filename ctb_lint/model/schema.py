"""A schema as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from ctb_lint.model.knowledge import SQL_FACTS, Knowledge
from ctb_lint.model.names import QualifiedName
from ctb_lint.model.objects import CompositeType, Domain, EnumType, Function, Sequence, View
from ctb_lint.model.parts import Index
from ctb_lint.model.tables import Table


class Schema(Struct, frozen=True):
    """All objects that one source tells of, keyed by their names."""

    tables: Mapping[QualifiedName, Table] = {}
    views: Mapping[QualifiedName, View] = {}
    enums: Mapping[QualifiedName, EnumType] = {}
    domains: Mapping[QualifiedName, Domain] = {}
    types: Mapping[QualifiedName, CompositeType] = {}
    sequences: Mapping[QualifiedName, Sequence] = {}
    functions: tuple[Function, ...] = ()
    schemas: tuple[str, ...] = ()
    extensions: tuple[str, ...] = ()
    default_schema: str = "public"
    knowledge: Knowledge = Knowledge(SQL_FACTS)

    def table(self, name: QualifiedName) -> Table | None:
        """The table of that name, or None."""
        return self.tables.get(name)

    def names(self) -> Iterator[QualifiedName]:
        """The names of all objects."""
        for part in (
            self.tables, self.views, self.enums, self.domains, self.types, self.sequences,
        ):  # fmt: skip
            yield from part
        yield from (function.name for function in self.functions)

    def indexes(self) -> Iterator[tuple[Table, Index]]:
        """Every index with its table, by name."""
        for table in self.tables.values():
            for index in table.indexes:
                yield table, index

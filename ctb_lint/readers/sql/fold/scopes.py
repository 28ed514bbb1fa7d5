"""What a query's names stand for: the columns of its FROM clause, alone and by table."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, structs

from ctb_lint.model import DataType, QualifiedName

RECORD = DataType("record")
"""The type of a row that no table has; no column can have it."""

_SYSTEM_COLUMNS = {
    "ctid": "tid", "tableoid": "oid", "xmin": "xid", "xmax": "xid", "cmin": "cid", "cmax": "cid",
}  # fmt: skip


class Output(Struct, frozen=True):
    """One column of a query; its type is None where the text does not tell."""

    name: str
    type: DataType | None = None
    collation: str | None = None


Outputs = tuple[Output, ...]


class Source(Struct, frozen=True):
    """What a qualified name can reach. ``columns`` is None where their names are not known;
    ``relation`` is set for a table, whose rows have a type and system columns; ``qualified`` says
    whether it may be named with its schema, which an alias hides."""

    alias: str
    columns: Outputs | None
    relation: QualifiedName | None = None
    qualified: bool = False

    def column(self, name: str) -> Output | None:
        """The column of that name; None where it cannot be told."""
        found = only([c for c in self.columns or () if c.name == name])
        if found is None and self.relation and name in _SYSTEM_COLUMNS:
            return Output(name, DataType(_SYSTEM_COLUMNS[name]))
        return found

    @property
    def row(self) -> Output:
        """The whole row as one value."""
        if self.relation is None:
            return Output(self.alias, RECORD)
        return Output(self.alias, DataType(self.relation.name, self.relation.schema))


class Item(Struct, frozen=True):
    """One item of a FROM clause: the columns that ``*`` stands for, None where their names are
    not known, and what qualified names reach in it."""

    columns: Outputs | None
    sources: tuple[Source, ...] = ()


class Scope(Struct, frozen=True):
    """The names that an expression or a subquery sees."""

    items: tuple[Item, ...] = ()
    outer: Scope | None = None
    queries: Mapping[str, Outputs | None] = {}
    """The queries of WITH clauses; None where their columns are not known."""

    def with_items(self, *items: Item) -> Scope:
        """The scope with more of the FROM clause."""
        return Scope((*self.items, *items), self.outer, self.queries)

    def inner(self) -> Scope:
        """The scope of a query inside this one."""
        return Scope((), self, self.queries)

    def beside(self) -> Scope:
        """The scope of a subquery in FROM without LATERAL, which sees nothing to its left."""
        return Scope((), self.outer, self.queries)

    def star(self) -> Outputs | None:
        """What ``*`` stands for."""
        found: list[Output] = []
        for item in self.items:
            if item.columns is None:
                return None
            found.extend(item.columns)
        return tuple(found)

    def source(self, names: tuple[str, ...]) -> Source | None:
        """The table that a name, with or without its schema, stands for."""
        scope: Scope | None = self
        while scope:
            for item in scope.items:
                for source in item.sources:
                    if _names(source, names):
                        return source
            scope = scope.outer
        return None

    def find(self, names: tuple[str, ...]) -> Output | None:
        """The column that a name stands for; None where it cannot be told."""
        if len(names) > 1:
            source = self.source(names[:-1])
            return source.column(names[-1]) if source else None
        scope: Scope | None = self
        while scope:
            columns = [c for item in scope.items for c in item.columns or () if c.name == names[0]]
            if columns:
                return only(columns)
            if any(item.columns is None for item in scope.items):
                return None
            scope = scope.outer
        return self._bare(names[0])

    def _bare(self, name: str) -> Output | None:
        sources = [s for item in self.items for s in item.sources]
        if name in _SYSTEM_COLUMNS and any(s.relation for s in sources):
            return Output(name, DataType(_SYSTEM_COLUMNS[name]))
        source = self.source((name,))
        return source.row if source else None


def only(columns: list[Output]) -> Output | None:
    """The one column there is; None for none, and for several, between which none is right."""
    return columns[0] if len(columns) == 1 else None


def renamed(columns: Outputs, names: tuple[str, ...]) -> Outputs:
    """The columns with other names for the first of them."""
    named = [structs.replace(c, name=n) for c, n in zip(columns, names, strict=False)]
    return (*named, *columns[len(named) :])


def _names(source: Source, names: tuple[str, ...]) -> bool:
    if source.alias != names[-1]:
        return False
    if len(names) == 1:
        return True
    return source.qualified and source.relation == QualifiedName(names[-2], names[-1])

"""Demands: what must hold, and who says so.

The standard, the configuration and a catalogue's claims become demands on concrete objects; the
rules judge them. A finding carries its demand as its *because*.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum

from msgspec import Struct

from ctb_lint.model import Column, Location, ObjectId, ObjectKind, QualifiedName, Schema, Table
from ctb_lint.standard import FIRST_LAYER, LAST_LAYER, Standard


class Stage(StrEnum):
    """The stage of an object's life, as its catalogue entry has it."""

    ACTIVE = "Active"
    PLANNED = "Planned"
    BUILT_IN = "Built-in"
    UNKNOWN = "unknown"


class Strength(StrEnum):
    """Whether a demand must or should hold."""

    MUST = "must"
    SHOULD = "should"


class Origin(Struct, frozen=True):
    """Who demands it: ``by`` reads as the subject of a sentence; ``location`` is the line."""

    by: str
    location: Location | None = None


class Demand(Struct, frozen=True, kw_only=True):
    """Something that must hold for one table or column."""

    table: QualifiedName
    column: str | None = None
    origin: Origin
    strength: Strength = Strength.MUST
    stage: Stage = Stage.UNKNOWN

    @property
    def object(self) -> ObjectId:
        """What the demand is about."""
        if self.column is None:
            return ObjectId(ObjectKind.TABLE, self.table.schema, None, self.table.name)
        return ObjectId(ObjectKind.COLUMN, self.table.schema, self.table.name, self.column)

    @property
    def sentence(self) -> str:
        """The demand in words, for the *because* of a finding."""
        return f"{self.origin.by} demands it"


class Role(StrEnum):
    """What a required column is for."""

    UNIQUE_ID = "unique_id"
    PROCESS_ID = "process_id"
    LAYER = "orbt_layer"
    CREATED_AT = "created_at"


class RequiredColumn(Demand, frozen=True):
    """The table must have the column."""

    role: Role

    @property
    def sentence(self) -> str:
        return f"{self.origin.by} demands a column {self.column} of {self.table}"


class SuitableId(Demand, frozen=True):
    """The id column must be text, and long enough for the shortest id of its format."""

    template: str

    @property
    def sentence(self) -> str:
        return f"{self.origin.by} gives {self.column} the format {self.template}"


class NotNull(Demand, frozen=True):
    """The column must refuse NULL. ``id`` marks the two id columns; ``SHOULD`` where the ids of
    this table are given only for some rows."""

    id: bool = False

    @property
    def sentence(self) -> str:
        if self.strength is Strength.SHOULD:
            return f"{self.origin.by} has {self.column} only where it is provided"
        return f"{self.origin.by} demands a value of {self.column} in every row"


class RequiredIndex(Demand, frozen=True):
    """An index or unique constraint must lead with the column."""

    @property
    def sentence(self) -> str:
        return f"{self.origin.by} looks rows up by {self.column}"


class Unique(Demand, frozen=True):
    """No two rows may share a value of the column."""

    @property
    def sentence(self) -> str:
        return f"{self.origin.by} demands that {self.column} be unique"


class ValueSet(Demand, frozen=True):
    """The column may hold only these values."""

    values: tuple[str, ...]

    @property
    def sentence(self) -> str:
        listed = ", ".join(f"'{value}'" for value in self.values)
        return f"{self.origin.by} says that {self.column} must be one of {listed}"


class Layer(Demand, frozen=True):
    """The column holds an ORBT layer: a whole number from ``first`` to ``last``."""

    first: int = FIRST_LAYER
    last: int = LAST_LAYER

    @property
    def sentence(self) -> str:
        return f"{self.origin.by} numbers the ORBT layers from {self.first} to {self.last}"


class Format(Demand, frozen=True):
    """Values of the column must be of one of the templates; ``id`` names the id."""

    id: str
    templates: tuple[str, ...]

    @property
    def sentence(self) -> str:
        return f"{self.origin.by} gives {self.column} the format {' or '.join(self.templates)}"


class Registration(Demand, frozen=True):
    """Every row's id must be registered in the registry. ``found`` is the table that is the
    registry, None where there is none."""

    registry: str
    found: QualifiedName | None = None

    @property
    def sentence(self) -> str:
        return f"{self.origin.by} demands that every id be registered in {self.registry}"


class RegistryTable(Demand, frozen=True):
    """A registry of ids must exist, with these columns. Its ``table`` is the registry."""

    columns: tuple[str, ...]

    @property
    def sentence(self) -> str:
        return f"{self.origin.by} demands the registry {self.table}"


def demands_of(schema: Schema, standard: Standard) -> tuple[Demand, ...]:
    """Everything that the standard and the configuration demand of the schema, in the order of
    its tables."""
    found: list[Demand] = []
    any_governed = False
    names = sorted(schema.tables)
    registry = next((name for name in names if standard.is_registry(name)), None)
    for name in names:
        table = schema.tables[name]
        governed = standard.governed(table)
        own = list(_of_governed(table, standard, registry)) if governed else []
        if table.persistence != "temporary" and table.partition_of is None:
            own.extend(_of_configured(table, standard))
        found.extend(_distinct(own))
        any_governed = any_governed or governed
    if any_governed:
        found.append(_registry(registry, standard))
    return tuple(found)


def _distinct(demands: list[Demand]) -> Iterable[Demand]:
    """Those of one table. The standard and a configuration key may say the same: the first who
    says it counts."""
    first: dict[tuple[type[Demand], str | None, Role | None], Demand] = {}
    for demand in demands:
        role = demand.role if isinstance(demand, RequiredColumn) else None
        first.setdefault((type(demand), demand.column, role), demand)
    return first.values()


def _of_governed(
    table: Table, standard: Standard, registry: QualifiedName | None
) -> Iterator[Demand]:
    by = Origin(standard.origin)
    name = table.name
    ids = standard.id_columns
    if standard.is_registry(name):
        ids = (standard.registry.unique_id, standard.registry.process_id)
    roles = ((Role.UNIQUE_ID, ids[0]), (Role.PROCESS_ID, ids[1]))
    formats = dict(standard.formats)
    optional = _configured(standard, "optional-ids", standard.optional_ids, name)
    for role, column in roles:
        yield RequiredColumn(table=name, column=column, origin=by, role=role)
        yield NotNull(
            table=name,
            column=column,
            origin=optional or by,
            id=True,
            strength=Strength.SHOULD if optional else Strength.MUST,
        )
        yield RequiredIndex(table=name, column=column, origin=by)
        templates = formats[role.value]
        yield SuitableId(table=name, column=column, origin=by, template=templates[0])
        yield Format(table=name, column=column, origin=by, id=role.value, templates=templates)
    yield RequiredColumn(
        table=name, column=standard.created_at, origin=by, role=Role.CREATED_AT,
        strength=Strength.SHOULD,
    )  # fmt: skip
    tracked = _configured(standard, "tracked-tables", standard.tracked_tables, name)
    if tracked:
        yield RequiredColumn(table=name, column=standard.layer, origin=tracked, role=Role.LAYER)
    if table.column(standard.layer):
        yield Layer(table=name, column=standard.layer, origin=by)
    if standard.is_registry(name):
        yield Unique(table=name, column=standard.registry.unique_id, origin=by)
    else:
        yield Registration(
            table=name, column=standard.unique_id, origin=by,
            registry=standard.registry.table, found=registry,
        )  # fmt: skip


def _of_configured(table: Table, standard: Standard) -> Iterator[Demand]:
    for column in table.columns:
        yield from _of_column(table.name, column, standard)


def _of_column(table: QualifiedName, column: Column, standard: Standard) -> Iterator[Demand]:
    for key, values in standard.value_sets:
        if standard.names_column(key, table, column.name):
            origin = Origin(f"{standard.config_file} (standard.value-sets.{key})")
            yield ValueSet(table=table, column=column.name, origin=origin, values=values)
            break
    for key in standard.not_null:
        if standard.names_column(key, table, column.name):
            origin = Origin(f"{standard.config_file} (standard.not-null: {key})")
            yield NotNull(table=table, column=column.name, origin=origin)
            break
    for key in standard.unique:
        if standard.names_column(key, table, column.name):
            origin = Origin(f"{standard.config_file} (standard.unique: {key})")
            yield Unique(table=table, column=column.name, origin=origin)
            break


def _configured(
    standard: Standard, key: str, patterns: tuple[str, ...], name: QualifiedName
) -> Origin | None:
    for pattern in patterns:
        if standard.names_table(pattern, name):
            return Origin(f"{standard.config_file} (standard.{key}: {pattern})")
    return None


def _registry(found: QualifiedName | None, standard: Standard) -> RegistryTable:
    where, _, table = standard.registry.table.rpartition(".")
    name = found or QualifiedName(where or standard.default_schema, table)
    return RegistryTable(
        table=name, origin=Origin(standard.origin), columns=standard.registry.columns
    )

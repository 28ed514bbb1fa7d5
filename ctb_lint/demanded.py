"""All that is demanded of a schema: by the standard, by configuration, and by the catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec import structs

from ctb_lint.demands import (
    Demand,
    Format,
    Layer,
    NotNull,
    Origin,
    Registration,
    RegistryTable,
    RequiredColumn,
    RequiredIndex,
    Role,
    Stage,
    Strength,
    SuitableId,
    Unique,
    ValueSet,
)
from ctb_lint.model import Column, QualifiedName, Schema, Table
from ctb_lint.standard import Standard


def demanded(
    schema: Schema,
    standard: Standard,
    claimed: Iterable[Demand] = (),
    stages: Mapping[QualifiedName, Stage] = {},
) -> tuple[Demand, ...]:
    """All that is demanded of one source's schema: by its catalogue first, then by the standard.

    Who demands the same as somebody before is left out, and so is the standard where the entry of
    a table says that an id is given only for some rows. ``stages`` are those of the tables: what
    is Planned and there already is held to everything.
    """
    own = tuple(claimed)
    own_ids = {id(demand) for demand in own}
    first: dict[Demand, Demand] = {}
    for demand in (*own, *demands_of(schema, standard)):
        content = demand.content
        known = first.get(content)
        # What one sentence softens, another may demand.
        firmer = known and demand.strength is Strength.MUST and known.strength is Strength.SHOULD
        if known is None or (firmer and id(demand) in own_ids):
            first[content] = demand
    return tuple(_staged(demand, stages.get(demand.table)) for demand in first.values())


def _staged(demand: Demand, stage: Stage | None) -> Demand:
    if stage is None or stage is demand.stage:
        return demand
    return structs.replace(demand, stage=stage)


def stages_in(schema: Schema, stages: Mapping[QualifiedName, Stage]) -> dict[QualifiedName, Stage]:
    """The stages of tables as a source shows them: what is there is no longer only planned."""
    return {
        name: Stage.ACTIVE if stage is Stage.PLANNED and name in schema.tables else stage
        for name, stage in stages.items()
    }


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

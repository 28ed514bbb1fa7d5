"""A governed table is not registered as a table.

The registry holds not only rows: a table is registered by a row whose `entity_type` is `table` and
whose `entity_id` is the table's name, its Barton ID or its HEIR id. Tools that go by the registry
do not know a table without it.

Register it under its HEIR id:

    INSERT INTO ids (unique_id, process_id, entity_type, entity_id)
    VALUES ('…', '…', 'table', 'orders');

Nothing is found where the registry is empty.
"""

from collections.abc import Iterator

from ctb_lint.catalogue import Catalogue
from ctb_lint.demands import Registration
from ctb_lint.model import Schema, Table
from ctb_lint.rows import All, OneOf, Predicate
from ctb_lint.rule import WARNING, Example, RowCheck, rule
from ctb_lint.standard import Standard


@rule("T032", severity=WARNING, doctrine=True, needs=("columns",))
def unregistered_table(
    demand: Registration,
    table: Table,
    schema: Schema,
    standard: Standard,
    catalogue: Catalogue | None,
) -> Iterator[RowCheck]:
    registry = schema.tables.get(demand.found) if demand.found else None
    kind, entity = standard.registry.entity_type, standard.registry.entity_id
    if registry is None or not (registry.column(kind) and registry.column(entity)):
        return
    yield RowCheck(
        check=Predicate(
            registry.name,
            All((OneOf(kind, ("table",)), OneOf(entity, _names(table, catalogue)))),
        ),
        says=f"registers the table {table.name}",
        never=True,
        object=table.id,
        hint=f"add a row with {kind} 'table' and {entity} '{table.name.name}'",
        because=demand,
    )


def _names(table: Table, catalogue: Catalogue | None) -> tuple[str, ...]:
    """All that a table may be registered as."""
    entry = catalogue.entry(table.name) if catalogue else None
    written = (entry.header.barton_id, entry.header.heir_id) if entry else ()
    ids = tuple(one.text for one in written if one)
    return (table.name.name, f"{table.name.schema}.{table.name.name}", str(table.name), *ids)


VALID = [
    Example(
        """
        CREATE TABLE ids (unique_id text PRIMARY KEY, process_id text, entity_type text,
            entity_id text);
        CREATE TABLE orders (id int PRIMARY KEY, unique_id text, process_id text);
        INSERT INTO ids VALUES ('a', 'p', 'table', 'orders');
        """,
        live=True,
    ),
    # Nothing is registered at all.
    Example(
        """
        CREATE TABLE ids (unique_id text PRIMARY KEY, process_id text, entity_type text,
            entity_id text);
        CREATE TABLE orders (id int PRIMARY KEY, unique_id text, process_id text);
        """,
        live=True,
    ),
]

INVALID = [
    Example(
        """
        CREATE TABLE ids (unique_id text PRIMARY KEY, process_id text, entity_type text,
            entity_id text);
        CREATE TABLE orders (id int PRIMARY KEY, unique_id text, process_id text); --! T032
        INSERT INTO ids VALUES ('a', 'p', 'order', 'orders'), ('b', 'p', 'table', 'parts');
        """,
        live=True,
    ),
]

"""Rows are registered under another process than the one they name.

The row says that one process made it, the registry says another. An audit that follows the registry
and one that follows the table come to different ends.

Correct whichever is wrong; where a row went through several processes, the registry holds the one
that made it:

    UPDATE ids SET process_id = o.process_id FROM orders o WHERE o.unique_id = ids.unique_id;
"""

from collections.abc import Iterator

from ctb_lint.demands import Registration
from ctb_lint.model import Column, Schema, Table
from ctb_lint.rows import Disagreement
from ctb_lint.rule import ERROR, Example, RowCheck, rule
from ctb_lint.standard import Standard


@rule("T040", severity=ERROR, doctrine=True, needs=("columns",))
def registration_differs(
    demand: Registration, column: Column, table: Table, schema: Schema, standard: Standard
) -> Iterator[RowCheck]:
    registry = schema.tables.get(demand.found) if demand.found else None
    names = standard.registry
    if registry is None or registry.column(names.unique_id) is None:
        return
    if table.column(standard.process_id) is None or registry.column(names.process_id) is None:
        return
    yield RowCheck(
        check=Disagreement(
            table.name,
            column.name,
            registry.name,
            names.unique_id,
            ((standard.process_id, names.process_id),),
        ),
        says=f"have another {standard.process_id} than {registry.name} has for them",
        object=demand.object,
        facet="process",
        because=demand,
    )


VALID = [
    Example(
        """
        CREATE TABLE ids (unique_id text PRIMARY KEY, process_id text, entity_type text,
            entity_id text);
        INSERT INTO ids VALUES ('a', 'p', 'order', '1'), ('b', NULL, 'order', '2');
        CREATE TABLE orders (id int PRIMARY KEY, unique_id text, process_id text);
        INSERT INTO orders VALUES (1, 'a', 'p'), (2, 'b', 'q'), (3, 'a', NULL);
        """,
        live=True,
    ),
]

INVALID = [
    Example(
        """
        CREATE TABLE ids (unique_id text PRIMARY KEY, process_id text, entity_type text,
            entity_id text);
        INSERT INTO ids VALUES ('a', 'p', 'order', '1');
        CREATE TABLE orders (id int PRIMARY KEY, unique_id text, process_id text); --! T040
        INSERT INTO orders VALUES (1, 'a', 'q');
        """,
        live=True,
    ),
]

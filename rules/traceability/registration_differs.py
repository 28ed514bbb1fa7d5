"""Rows are registered under another process than the one they name, or as rows of another table.

The row says that one process made it, the registry says another. Or the registry has the id as
that of a user, while the row that bears it is an order: the type is looked at where it is the name
of another governed table, in the singular or the plural. An audit that follows the registry and one
that follows the table come to different ends.

Correct whichever is wrong; where a row went through several processes, the registry holds the one
that made it:

    UPDATE ids SET process_id = o.process_id FROM orders o WHERE o.unique_id = ids.unique_id;
"""

from collections.abc import Iterator

from ctb_lint.carriers import words_of
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
    if table.column(standard.process_id) and registry.column(names.process_id):
        yield RowCheck(
            check=Disagreement(
                table.name,
                column.name,
                registry.name,
                names.unique_id,
                same=((standard.process_id, names.process_id),),
            ),
            says=f"have another {standard.process_id} than {registry.name} has for them",
            object=demand.object,
            facet="process",
            because=demand,
        )
    others = _others(table, schema, standard)
    if others and registry.column(names.entity_type):
        yield RowCheck(
            check=Disagreement(
                table.name,
                column.name,
                registry.name,
                names.unique_id,
                foreign=((names.entity_type, others),),
            ),
            says=f"have the {names.entity_type} of another table in {registry.name}",
            object=demand.object,
            facet="entity type",
            because=demand,
        )


def _others(table: Table, schema: Schema, standard: Standard) -> tuple[str, ...]:
    """What the registry may call the rows of other governed tables. Names that have a word in
    common with the table's own are left out: a version of a blueprint may be registered as one."""
    own = set(words_of(table.name.name))
    others = (
        name.name
        for name, other in schema.tables.items()
        if standard.governed(other) and not standard.is_registry(name)
    )
    return tuple(
        sorted(
            spelled
            for name in others
            if not own & set(words_of(name))
            for one in _numbers(name)
            for spelled in (one, one.capitalize(), one.upper())
        )
    )


def _numbers(name: str) -> set[str]:
    """A table's name in the plural and the singular, whichever of the two it is in."""
    found = {name, name.removesuffix("s"), f"{name}s"}
    if name.endswith("ies"):
        found.add(f"{name[:-3]}y")
    if name.endswith(("ses", "xes", "zes", "shes", "ches")):
        found.add(name.removesuffix("es"))
    return found


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
    Example(
        """
        CREATE TABLE ids (unique_id text PRIMARY KEY, process_id text, entity_type text,
            entity_id text);
        INSERT INTO ids VALUES ('a', 'p', 'Order', '1'), ('b', 'p', NULL, '2'),
            ('c', 'p', 'invoice', '3'), ('d', 'p', 'blueprint', '4');
        CREATE TABLE orders (id int PRIMARY KEY, unique_id text, process_id text);
        INSERT INTO orders VALUES (1, 'a', 'p'), (2, 'b', 'p'), (3, 'c', 'p');
        CREATE TABLE blueprints (id int PRIMARY KEY, unique_id text, process_id text);
        CREATE TABLE blueprint_versions (id int PRIMARY KEY, unique_id text, process_id text);
        INSERT INTO blueprint_versions VALUES (1, 'd', 'p');
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
    Example(
        """
        CREATE TABLE ids (unique_id text PRIMARY KEY, process_id text, entity_type text,
            entity_id text);
        INSERT INTO ids VALUES ('a', 'p', 'company', '1');
        CREATE TABLE companies (id int PRIMARY KEY, unique_id text, process_id text);
        CREATE TABLE orders (id int PRIMARY KEY, unique_id text, process_id text); --! T040
        INSERT INTO orders VALUES (1, 'a', 'p');
        """,
        live=True,
    ),
]

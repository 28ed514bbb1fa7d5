"""Rows of a governed table have an id that the registry does not know.

Nobody can look such a row up by its id, its process does not show it, and the next row may be given
the same id. Usually a service wrote the row and failed before it registered it, or data came in
past the services.

Register what is meant to be there, and delete what is not:

    INSERT INTO ids (unique_id, process_id, entity_type, entity_id)
    SELECT unique_id, process_id, 'order', id FROM orders o
     WHERE NOT EXISTS (SELECT FROM ids i WHERE i.unique_id = o.unique_id);

Where a foreign key to the registry holds the ids, no row is looked at: one that is validated and
enforced, and none of whose triggers is switched off.
"""

from collections.abc import Iterator

from ctb_lint.demands import Registration
from ctb_lint.model import Column, Schema, Table
from ctb_lint.rows import Reference
from ctb_lint.rule import ERROR, Example, RowCheck, Undecided, rule
from ctb_lint.standard import Standard


@rule("T033", severity=ERROR, doctrine=True, needs=("columns",), subsumes=("D012",))
def unregistered_id(
    demand: Registration, column: Column, table: Table, schema: Schema, standard: Standard
) -> Iterator[RowCheck | Undecided]:
    registry = schema.tables.get(demand.found) if demand.found else None
    key = standard.registry.unique_id
    if registry is None or registry.column(key) is None:
        yield Undecided(f"there is no registry {demand.registry} with a column {key}")
        return
    yield RowCheck(
        check=Reference(table.name, column.name, registry.name, key),
        says=f"have a {column.name} that {registry.name} does not have",
        object=demand.object,
        hint=f"register them in {registry.name}, or delete them",
        because=demand,
    )


VALID = [
    Example(
        """
        CREATE TABLE ids (unique_id text PRIMARY KEY, process_id text, entity_type text,
            entity_id text);
        INSERT INTO ids VALUES ('a', 'p', 'order', '1');
        CREATE TABLE orders (id int PRIMARY KEY, unique_id text, process_id text);
        INSERT INTO orders VALUES (1, 'a', 'p'), (2, NULL, 'p');
        """,
        live=True,
    ),
    # A foreign key holds it.
    Example(
        """
        CREATE TABLE ids (unique_id text PRIMARY KEY, process_id text, entity_type text,
            entity_id text);
        INSERT INTO ids VALUES ('a', 'p', 'order', '1');
        CREATE TABLE orders (id int PRIMARY KEY, unique_id text REFERENCES ids, process_id text);
        INSERT INTO orders VALUES (1, 'a', 'p');
        """,
        live=True,
    ),
]

INVALID = [
    # What the key lacks is told once.
    Example(
        """
        CREATE TABLE ids (unique_id text PRIMARY KEY, process_id text, entity_type text,
            entity_id text);
        CREATE TABLE orders (id int PRIMARY KEY, unique_id text, process_id text); --! T033
        INSERT INTO orders VALUES (1, 'a', 'p');
        ALTER TABLE orders ADD FOREIGN KEY (unique_id) REFERENCES ids NOT VALID;
        """,
        live=True,
    ),
    # A foreign key to another column says nothing of the id.
    Example(
        """
        CREATE TABLE ids (unique_id text PRIMARY KEY, process_id text, entity_type text,
            entity_id text UNIQUE);
        INSERT INTO ids VALUES ('a', 'p', 'order', '1');
        CREATE TABLE orders (id int PRIMARY KEY, process_id text,
            unique_id text REFERENCES ids (entity_id)); --! T033
        INSERT INTO orders VALUES (1, 'p', '1');
        """,
        live=True,
    ),
    # Its triggers are switched off.
    Example(
        """
        CREATE TABLE ids (unique_id text PRIMARY KEY, process_id text, entity_type text,
            entity_id text);
        CREATE TABLE orders (id int PRIMARY KEY, process_id text,
            unique_id text REFERENCES ids); --! T033
        ALTER TABLE orders DISABLE TRIGGER ALL;
        INSERT INTO orders VALUES (1, 'p', 'a');
        """,
        live=True,
    ),
    Example(
        """
        CREATE TABLE ids (unique_id text PRIMARY KEY, process_id text, entity_type text,
            entity_id text);
        INSERT INTO ids VALUES ('a', 'p', 'order', '1');
        CREATE TABLE orders (id int PRIMARY KEY, unique_id text, process_id text); --! T033
        INSERT INTO orders VALUES (1, 'a', 'p'), (2, 'A', 'p');
        """,
        live=True,
    ),
]

"""Nothing in the schema brings the ids of a table into the registry.

Every `unique_id` must be registered. Where neither a foreign key nor a trigger nor a function ties
the table to the registry, that is left to whatever writes the rows, and the first script that
forgets it leaves rows that no one can trace. This is information, not an error: a service may well
register its ids itself.

To have PostgreSQL do it, register the id in a trigger:

    CREATE TRIGGER register BEFORE INSERT ON orders
        FOR EACH ROW EXECUTE FUNCTION register_id('orders');

or let the registry come first, and refuse what is not in it:

    ALTER TABLE orders ADD FOREIGN KEY (unique_id) REFERENCES ids (unique_id);
"""

import re
from collections.abc import Iterator

from ctb_lint.demands import Registration
from ctb_lint.model import ConstraintKind, Function, QualifiedName, Schema, Table, Trigger, quoted
from ctb_lint.rule import INFO, Example, Finding, rule
from ctb_lint.standard import Standard


@rule(
    "T037",
    severity=INFO,
    doctrine=True,
    needs=("constraints", "triggers", "functions", "function bodies"),
)
def no_registration_path(
    demand: Registration, table: Table, schema: Schema, standard: Standard
) -> Iterator[Finding]:
    registry, column = schema.table(demand.found) if demand.found else None, str(demand.column)
    # No registry at all is T041's; a table without the id is S001's.
    if registry is None or table.column(column) is None:
        return
    if _references(table, registry.name, column) or _references(registry, table.name):
        return
    if _registers(table, schema, registry.name):
        return
    yield Finding(
        message=f"no foreign key, trigger or function ties {table.name} to the registry "
        f"{registry.name}",
        object=table.id,
        at=table.location,
        hint="add a trigger that registers new rows, or "
        f"`FOREIGN KEY ({quoted(column)}) REFERENCES {registry.name} "
        f"({quoted(standard.registry.unique_id)})`",
        because=demand,
    )


def _registers(table: Table, schema: Schema, registry: QualifiedName) -> bool:
    """Whether a trigger of the table, or a function that names it, may register its ids."""
    naming = [f for f in schema.functions if _names(f.body, table.name.name)]
    if not naming and not table.triggers:
        return False
    registering = _registering(schema.functions, registry)
    if any(_may_register(trigger, schema, registering) for trigger in table.triggers):
        return True
    return any(function in registering for function in naming)


def _references(table: Table, target: QualifiedName, column: str | None = None) -> bool:
    return any(
        key.references == target and (column is None or column in key.columns)
        for key in table.constraints_of(ConstraintKind.FOREIGN)
    )


def _registering(functions: tuple[Function, ...], registry: QualifiedName) -> tuple[Function, ...]:
    """The functions whose bodies name the registry, or a function that does."""
    names = {registry.name}
    while True:
        found = tuple(f for f in functions if any(_names(f.body, name) for name in names))
        reached = names | {f.name.name for f in found}
        if reached == names:
            return found
        names = reached


def _names(body: str | None, name: str) -> bool:
    # Most bodies do not hold the name at all: looking is quicker than matching.
    return (
        body is not None
        and name.lower() in body.lower()
        and bool(re.search(rf"(?<![\w$]){re.escape(name)}(?![\w$])", body, re.IGNORECASE))
    )


_OF_POSTGRESQL = frozenset(
    {
        "moddatetime", "suppress_redundant_updates_trigger", "tsvector_update_trigger",
        "tsvector_update_trigger_column", "lo_manage", "insert_username", "autoinc",
    }
)  # fmt: skip
"""Functions for triggers that come with PostgreSQL and its extensions: none registers anything."""


def _may_register(trigger: Trigger, schema: Schema, registering: tuple[Function, ...]) -> bool:
    """Whether the trigger runs a function that registers new rows, or one that cannot be known."""
    if trigger.enabled == "disabled" or "insert" not in trigger.events:
        return False
    if trigger.function.name in _OF_POSTGRESQL:
        return False
    known = [f for f in schema.functions if f.name == trigger.function and f.body is not None]
    return not known or any(f.name == trigger.function for f in registering)


_IDS = """
    CREATE TABLE ids (
        unique_id text PRIMARY KEY, process_id text, entity_type text, entity_id text
    );
"""

VALID = [
    _IDS + "CREATE TABLE orders (unique_id text REFERENCES ids);",
    _IDS + "CREATE TABLE orders (id int PRIMARY KEY, unique_id text);"
    "ALTER TABLE ids ADD COLUMN order_id int REFERENCES orders (id);",
    # A trigger whose function registers, in a schema of its own.
    """
    CREATE TABLE ids (unique_id text PRIMARY KEY, entity_type text);
    CREATE SCHEMA ctb;
    CREATE FUNCTION ctb.register() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO public."ids" (unique_id, entity_type) VALUES (NEW.unique_id, TG_ARGV[0]);
        RETURN NEW;
    END $$;
    CREATE TABLE orders (unique_id text);
    CREATE TRIGGER register BEFORE INSERT ON orders
        FOR EACH ROW EXECUTE FUNCTION ctb.register('order');
    """,
    # The trigger's function calls the one that registers.
    """
    CREATE TABLE ids (unique_id text PRIMARY KEY, entity_type text);
    CREATE FUNCTION register(id text) RETURNS void LANGUAGE sql
        AS $$ INSERT INTO ids (unique_id) VALUES (id) $$;
    CREATE FUNCTION on_insert() RETURNS trigger LANGUAGE plpgsql
        AS $$ BEGIN PERFORM register(NEW.unique_id); RETURN NEW; END $$;
    CREATE TABLE orders (unique_id text);
    CREATE TRIGGER new_row AFTER INSERT ON orders FOR EACH ROW EXECUTE FUNCTION on_insert();
    """,
    # A procedure writes both.
    """
    CREATE TABLE ids (unique_id text PRIMARY KEY, entity_type text);
    CREATE TABLE orders (unique_id text);
    CREATE PROCEDURE new_order(id text) LANGUAGE sql AS $$
        INSERT INTO orders VALUES (id);
        INSERT INTO ids (unique_id) VALUES (id);
    $$;
    """,
    # No registry at all is another fault, and its own rows need no registration.
    "CREATE TABLE orders (unique_id text);",
    _IDS,
    _IDS + "CREATE TABLE schema_migrations (unique_id text);",
]

INVALID = [
    _IDS + "CREATE TABLE orders (unique_id text); --! T037",
    # Neither this key nor these triggers bring the id into the registry.
    """
    CREATE TABLE ids (unique_id text PRIMARY KEY, entity_type text);
    CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql
        AS $$ BEGIN NEW.changed_at = now(); RETURN NEW; END $$;
    CREATE TABLE orders ( --! T037
        unique_id text, changed_at timestamptz, parent_id text REFERENCES ids (unique_id)
    );
    CREATE TRIGGER touch BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();
    CREATE TRIGGER same BEFORE UPDATE ON orders
        FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
    """,
    Example(
        "CREATE TABLE registry (unique_id text); CREATE TABLE orders (unique_id text); --! T037",
        """
        [standard.registry]
        table = "registry"
        """,
    ),
]

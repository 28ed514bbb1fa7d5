"""A trigger is there and disabled: what it enforces or logs does not happen.

Somebody turned it off for a bulk load or a repair and did not turn it on again. Since then rows
come in that nothing checks, stamps or logs, and the schema still shows the trigger.

Turn it on, and look at what came in meanwhile:

    ALTER TABLE orders ENABLE TRIGGER orders_audit;

One that shall not run any more is better dropped. Nothing is found of tables that
the standard does not govern.
"""

from collections.abc import Iterator

from ctb_lint.model import ObjectKind, Table, quoted
from ctb_lint.rule import WARNING, Example, Finding, rule
from ctb_lint.standard import Standard


@rule("E027", severity=WARNING, doctrine=True, needs=("triggers",))
def disabled_trigger(table: Table, standard: Standard) -> Iterator[Finding]:
    if not standard.governed(table):
        return
    for trigger in table.triggers:
        if trigger.enabled != "disabled":
            continue
        name = quoted(trigger.name)
        yield Finding(
            message=f"trigger {name} of {table.name} is disabled: {trigger.function} is not called",
            object=table.part(ObjectKind.TRIGGER, trigger.name),
            at=trigger.location or table.location,
            hint=f"ALTER TABLE {table.name} ENABLE TRIGGER {name};",
        )


VALID = [
    # Off for a load, and on again.
    """
    CREATE TABLE orders (id int);
    CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
    CREATE TRIGGER log BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION note();
    ALTER TABLE orders DISABLE TRIGGER log;
    INSERT INTO orders VALUES (1);
    ALTER TABLE orders ENABLE TRIGGER log;
    """,
    # For replication only.
    """
    CREATE TABLE orders (id int);
    CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
    CREATE TRIGGER log BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION note();
    ALTER TABLE orders ENABLE REPLICA TRIGGER log;
    """,
    Example(
        """
        CREATE TABLE spatial_ref_sys (id int);
        CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
        CREATE TRIGGER log BEFORE INSERT ON spatial_ref_sys FOR EACH ROW EXECUTE FUNCTION note();
        ALTER TABLE spatial_ref_sys DISABLE TRIGGER log;
        """,
        "standard = { exempt-tables = ['spatial_ref_sys'] }",
    ),
]

INVALID = [
    """
    CREATE TABLE orders (id int);
    CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
    CREATE TRIGGER log BEFORE INSERT ON orders --! E027
        FOR EACH ROW EXECUTE FUNCTION note();
    ALTER TABLE orders DISABLE TRIGGER log;
    """,
]

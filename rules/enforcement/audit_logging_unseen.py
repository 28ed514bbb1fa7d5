"""Writes to a table are said to be logged, and nothing in the schema logs them.

Who relies on the log finds out on the day it is needed. A log that the application writes misses
what a migration, a script or a colleague with `psql` changes, and those are the writes that
somebody asks about.

A trigger sees every write:

    CREATE TRIGGER orders_audit AFTER INSERT OR UPDATE OR DELETE ON orders
        FOR EACH ROW EXECUTE FUNCTION write_audit_log();

So do a publication that another system follows and the extension `pgaudit`. This is information:
what an application or the server's own log keeps is in no schema.
"""

import re
from collections.abc import Iterator

from ctb_lint.demands import AuditLogging
from ctb_lint.enforced import bodies, live_triggers
from ctb_lint.history import History
from ctb_lint.live import DatabaseFacts
from ctb_lint.model import Schema, Table
from ctb_lint.rule import INFO, Finding, Undecided, rule

_WRITES = ("insert", "update", "delete")
_ELSEWHERE = re.compile(
    r"\b(?:insert\s+into|perform|call|execute|copy|notify|pg_notify|dblink\w*|raise\s+log)\b",
    re.IGNORECASE,
)


@rule("E010", severity=INFO, doctrine=True, needs=("triggers", "functions", "trigger bodies"))
def audit_logging_unseen(
    demand: AuditLogging,
    table: Table,
    schema: Schema,
    history: History | None,
    facts: DatabaseFacts | None,
) -> Iterator[Finding | Undecided]:
    if "pgaudit" in schema.extensions:
        return
    # Which tables a publication of the migrations follows is no part of the model.
    if history and "CREATE PUBLICATION" in history.applied_kinds:
        return
    sent = {*(facts.followed.get(table.name, ()) if facts and facts.followed else ())}
    sent |= _caught(history, schema, table) if history else set()
    kept = [event for event in _WRITES if event not in sent]
    missed = [event for event in kept if not _is_logged(schema, table, event)]
    if not missed:
        return
    if facts and facts.followed is None:
        yield Undecided("nobody may see whether a publication or a rule sends its writes elsewhere")
        return
    what = "writes to" if len(missed) == len(_WRITES) else f"{' and '.join(missed).upper()} of"
    yield Finding(
        message=f"nothing in the schema logs {what.replace(' AND ', ' and ')} {table.name}",
        object=table.id,
        at=table.location,
        hint=f"add a trigger AFTER {' OR '.join(missed).upper()} ON {table.name} "
        "whose function writes to a log",
        because=demand,
    )


def _caught(history: History, schema: Schema, table: Table) -> set[str]:
    """The writes that a rule of the table may send elsewhere; one of a relation that is not there,
    or is called otherwise by now, may be of this one."""
    known = schema.tables.keys() | schema.views.keys()
    return {
        rule.event
        for rule in history.rules
        if rule.relation == table.name or rule.relation not in known
    }


def _is_logged(schema: Schema, table: Table, event: str) -> bool:
    """Whether a trigger may write to somewhere else: its function does, or cannot be read."""
    for trigger in live_triggers(table, event):
        known = bodies(schema, trigger)
        if known is None or any(_ELSEWHERE.search(body) for body in known):
            return True
    return False


_SAYS = """-- file: SCHEMA_REFERENCE.md
    ### 1. orders

    **Barton ID**: `BID-DATA-001`

    #### E - Enforcement

    - Audit logging enabled
"""

_LOG = """CREATE TABLE log (at timestamptz, what text);
    CREATE FUNCTION write_log() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO log VALUES (now(), TG_OP);
        RETURN NULL;
    END $$;"""

VALID = [
    f"""
    CREATE TABLE orders (id int);
    {_LOG}
    CREATE TRIGGER logged AFTER INSERT OR UPDATE OR DELETE ON orders
        FOR EACH ROW EXECUTE FUNCTION write_log();
    {_SAYS}
    """,
    # One trigger for each kind of write.
    f"""
    CREATE TABLE orders (id int);
    {_LOG}
    CREATE TRIGGER a AFTER INSERT ON orders EXECUTE FUNCTION write_log();
    CREATE TRIGGER b AFTER UPDATE ON orders EXECUTE FUNCTION write_log();
    CREATE TRIGGER c AFTER DELETE ON orders EXECUTE FUNCTION write_log();
    {_SAYS}
    """,
    # What follows the publication may keep a log.
    f"""
    CREATE TABLE orders (id int PRIMARY KEY);
    CREATE PUBLICATION changes FOR TABLE orders;
    {_SAYS}
    """,
    f"""
    CREATE TABLE orders (id int);
    CREATE RULE a AS ON INSERT TO orders DO ALSO NOTIFY changed;
    CREATE RULE b AS ON UPDATE TO orders DO ALSO NOTIFY changed;
    CREATE RULE c AS ON DELETE TO orders DO ALSO NOTIFY changed;
    {_SAYS}
    """,
    # The rules are the table's own, whatever it was called when they were made.
    f"""
    CREATE TABLE sales (id int);
    CREATE RULE a AS ON INSERT TO sales DO ALSO NOTIFY changed;
    CREATE RULE b AS ON UPDATE TO sales DO ALSO NOTIFY changed;
    CREATE RULE c AS ON DELETE TO sales DO ALSO NOTIFY changed;
    ALTER TABLE sales RENAME TO orders;
    {_SAYS}
    """,
    # The catalogue alone does not speak of triggers.
    """
    -- file: SCHEMA_REFERENCE.md
    ### 1. orders

    **Barton ID**: `BID-DATA-001`

    #### S - Structure

    ```sql
    CREATE TABLE orders (id int);
    ```

    #### E - Enforcement

    - Audit logging enabled
    """,
]

INVALID = [
    # A rule is for one kind of writes, and for one table.
    f"""
    CREATE TABLE orders (id int); --! E010
    CREATE RULE told AS ON UPDATE TO orders DO ALSO NOTIFY changed;
    {_SAYS}
    """,
    f"""
    CREATE TABLE orders (id int); --! E010
    CREATE TABLE parts (id int);
    CREATE VIEW shown AS TABLE orders;
    CREATE RULE a AS ON INSERT TO parts DO ALSO NOTIFY changed;
    CREATE RULE b AS ON UPDATE TO parts DO ALSO NOTIFY changed;
    CREATE RULE c AS ON DELETE TO parts DO ALSO NOTIFY changed;
    CREATE RULE d AS ON INSERT TO shown DO INSTEAD NOTHING;
    {_SAYS}
    """,
    f"""
    CREATE TABLE orders (id int); --! E010
    {_SAYS}
    """,
    # This trigger writes nothing elsewhere.
    f"""
    CREATE TABLE orders (id int, updated_at timestamptz); --! E010
    CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        NEW.updated_at := now();
        RETURN NEW;
    END $$;
    CREATE TRIGGER touch BEFORE INSERT OR UPDATE ON orders
        FOR EACH ROW EXECUTE FUNCTION touch();
    {_SAYS}
    """,
    # Who deletes leaves no trace; nor does anybody while the trigger is off.
    f"""
    CREATE TABLE orders (id int); --! E010
    {_LOG}
    CREATE TRIGGER logged AFTER INSERT OR UPDATE ON orders
        FOR EACH ROW EXECUTE FUNCTION write_log();
    {_SAYS}
    """,
    f"""
    CREATE TABLE orders (id int); --! E010
    {_LOG}
    CREATE TRIGGER logged AFTER INSERT OR UPDATE OR DELETE ON orders
        FOR EACH ROW EXECUTE FUNCTION write_log();
    ALTER TABLE orders DISABLE TRIGGER logged;
    {_SAYS}
    """,
]

"""Two foreign keys of one table say the same.

Each of them is checked at every write of either table, and each holds its own lock while it is
made. Where their actions differ, what a delete does depends on which of them PostgreSQL comes to
first; and who drops one believes that the tie is gone.

Drop one of them:

    ALTER TABLE orders DROP CONSTRAINT orders_customer_id_fkey1;
"""

from collections.abc import Iterator

from ctb_lint.changes import AlterConstraint
from ctb_lint.cures import added, may_run_again, settled
from ctb_lint.history import History
from ctb_lint.model import Constraint, ConstraintKind, ObjectKind, Schema, Table, quoted
from ctb_lint.rule import WARNING, Finding, Fix, Related, Safety, rule


@rule("D011", severity=WARNING, needs=("constraints",), fixable=Safety.UNSAFE)
def duplicate_foreign_key(
    table: Table, schema: Schema, history: History | None
) -> Iterator[Finding]:
    # A partition has its parent's keys.
    if table.partition_of or len(table.constraints_of(ConstraintKind.FOREIGN)) < 2:
        return
    order = history.order if history else {}

    def age(key: Constraint) -> tuple[int, int, str]:
        at = key.location
        return (order.get(at.path, 0), at.start, key.name) if at else (0, 0, key.name)

    first: dict[object, Constraint] = {}
    for key in sorted(table.constraints_of(ConstraintKind.FOREIGN), key=age):
        says = _says(key, schema)
        if says is None:
            continue
        other = first.setdefault(says, key)
        if other is key:
            continue
        columns = ", ".join(quoted(column) for column in key.columns)
        differing = _differing(key, other)
        yield Finding(
            message=f"{quoted(key.name)} of {table.name} says what {quoted(other.name)} says: "
            f"({columns}) references {key.references}{differing}",
            object=table.part(ObjectKind.CONSTRAINT, key.name),
            at=key.location,
            hint=f"type `ALTER TABLE {table.name} DROP CONSTRAINT {quoted(key.name)};`",
            related=(Related(f"{quoted(other.name)} is here", other.location),),
            fix=_fix(key, table, history),
        )


def _fix(key: Constraint, table: Table, history: History | None) -> Fix:
    """The constraint dropped from where it has its name and the table its own."""
    renamed = (
        change.at
        for change in (history.changes if history else ())
        if isinstance(change, AlterConstraint) and change.after.name == key.name
    )
    guard = "IF EXISTS " if history and may_run_again(history) else ""
    text = f"ALTER TABLE {table.name} DROP CONSTRAINT {guard}{quoted(key.name)};"
    behind = settled(history, table.name, (), key.location, *renamed) if history else None
    title = f"drop constraint {quoted(key.name)}"
    fix = added(title, text, history, behind, safety=Safety.UNSAFE)
    return Fix(fix.title, fix.edits, fix.statements, fix.safety, discards=(key.name,))


def _says(key: Constraint, schema: Schema) -> object:
    """The pairs of columns and the target, in no order; None where they cannot be known."""
    target = schema.table(key.references) if key.references else None
    primary = target.primary_key if target else None
    columns = key.referenced_columns or (primary.columns if primary else ())
    if len(columns) != len(key.columns):
        return None
    return (key.references, frozenset(zip(key.columns, columns, strict=True)))


def _differing(key: Constraint, other: Constraint) -> str:
    for event, one, two in (
        ("DELETE", key.on_delete, other.on_delete),
        ("UPDATE", key.on_update, other.on_update),
    ):
        if one != two:
            return f"; ON {event} they differ: {one.upper()} and {two.upper()}"
    return ""


VALID = [
    "CREATE TABLE a (id int PRIMARY KEY);"
    "CREATE TABLE b (one int REFERENCES a, two int REFERENCES a);",
    # The same columns, another target or other columns of it.
    """
    CREATE TABLE a (id int PRIMARY KEY, number int UNIQUE); CREATE TABLE c (id int PRIMARY KEY);
    CREATE TABLE b (i int REFERENCES a, FOREIGN KEY (i) REFERENCES c,
        FOREIGN KEY (i) REFERENCES a (number));
    """,
    # The same columns in other pairs.
    """
    CREATE TABLE a (x int, y int, PRIMARY KEY (x, y), UNIQUE (y, x));
    CREATE TABLE b (p int, q int, FOREIGN KEY (p, q) REFERENCES a (x, y),
        FOREIGN KEY (p, q) REFERENCES a (y, x));
    """,
    # Tables of the same name in two schemas.
    """
    CREATE SCHEMA old; CREATE TABLE old.a (id int PRIMARY KEY);
    CREATE TABLE a (id int PRIMARY KEY);
    CREATE TABLE b (i int REFERENCES a, FOREIGN KEY (i) REFERENCES old.a);
    """,
    # A later migration replaces it.
    """
    -- file: 001.sql
    CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (i int REFERENCES a);
    -- file: 002.sql
    ALTER TABLE b DROP CONSTRAINT b_i_fkey,
        ADD CONSTRAINT b_i_fkey FOREIGN KEY (i) REFERENCES a ON DELETE CASCADE;
    """,
    # Partitions have their parent's.
    """
    CREATE TABLE a (id int PRIMARY KEY);
    CREATE TABLE b (i int REFERENCES a, day date) PARTITION BY RANGE (day);
    CREATE TABLE b_2025 PARTITION OF b FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
    """,
]

INVALID = [
    """
    -- file: 001.sql
    CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (i int REFERENCES a);
    -- file: 002.sql
    ALTER TABLE b ADD FOREIGN KEY ("i") REFERENCES public.a (id) ON DELETE CASCADE; --! D011
    """,
    # The same pairs in another order.
    """
    CREATE TABLE a (x int, y int, PRIMARY KEY (x, y), UNIQUE (y, x));
    CREATE TABLE b (
        p int, q int,
        FOREIGN KEY (p, q) REFERENCES a (x, y),
        FOREIGN KEY (q, p) REFERENCES a (y, x) --! D011
    );
    """,
]

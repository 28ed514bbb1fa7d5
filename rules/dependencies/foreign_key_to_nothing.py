"""A foreign key points at a table or at columns that it cannot point at.

PostgreSQL refuses it when the migration runs: the table is not there or comes only later, a column
is not there, or the columns are no key, so that one row could refer to several. The migrations do
not apply from the beginning, and a new environment cannot be built from them.

Create the table first, in the same file or an earlier one, and point at its primary key or at
columns with a unique constraint:

    ALTER TABLE customers ADD UNIQUE (email);
    ALTER TABLE orders ADD FOREIGN KEY (customer_email) REFERENCES customers (email);

Where two tables refer to each other, create both and add one of the keys after that.
"""

from collections.abc import Iterator

from ctb_lint.history import History
from ctb_lint.mishaps import Mishap, UnknownColumn, UnknownRelation
from ctb_lint.model import (
    Constraint,
    ConstraintKind,
    Location,
    ObjectId,
    ObjectKind,
    Schema,
    Table,
    quoted,
)
from ctb_lint.rule import ERROR, Finding, Related, rule

ROLE = "foreign key target"


@rule(
    "D003",
    severity=ERROR,
    refused=True,
    needs=("tables", "columns", "constraints"),
    subsumes=("M006", "M015", "S016"),
)
def foreign_key_to_nothing(
    subject: UnknownRelation | UnknownColumn | Constraint,
    table: Table | None,
    schema: Schema,
    history: History | None,
) -> Iterator[Finding]:
    if isinstance(subject, Mishap):
        if history and subject.role == ROLE:
            yield from _of_mishap(subject, schema, history)
    elif subject.kind is ConstraintKind.FOREIGN and table and table.partition_of is None:
        # What did not fit when the statement ran was said of the statement.
        if history and subject.location and any(_mishaps_in(subject.location, history)):
            return
        yield from _of_constraint(subject, table, schema, history)


def _of_mishap(
    mishap: UnknownRelation | UnknownColumn, schema: Schema, history: History
) -> Iterator[Finding]:
    related: tuple[Related, ...] = ()
    hint = f"did you mean {mishap.guessed}?" if mishap.guessed else "create it before the key"
    if isinstance(mishap, UnknownColumn):
        fact = f"the column {quoted(mishap.column)} of {mishap.name}, which is not there"
    elif mishap.created_later:
        later = mishap.created_later
        fact = f"{mishap.name}, which {later.path}:{later.line} creates only later"
        related = (Related(f"{mishap.name} is created here", later),)
        hint = "add the key in a statement after that one"
    elif mishap.dropped and not mishap.outside:
        fact = f"{mishap.name}, which {mishap.dropped.path}:{mishap.dropped.line} took away"
        related = (Related(f"{mishap.name} goes here", mishap.dropped),)
    elif history.from_nothing and not mishap.outside:
        fact = f"{mishap.name}, which no file creates"
    else:
        return
    owner = _owner(mishap, schema, history)
    yield Finding(
        message=f"{_subject(owner)} references {fact}",
        object=owner,
        at=mishap.at,
        facet=f"{mishap.name}",
        hint=hint,
        related=related,
    )


def _of_constraint(
    key: Constraint, table: Table, schema: Schema, history: History | None
) -> Iterator[Finding]:
    target = schema.table(key.references) if key.references else None
    needs = ("tables", "columns", "constraints", "indexes")
    if key.references is None or schema.knowledge.why_unknown(key.references, needs):
        return
    hint = None
    if target is None:
        made_here = history and history.from_nothing and key.references.schema in schema.schemas
        if key.references in schema.views:
            fact = f"{key.references}, which is a view"
        elif made_here:
            fact = f"{key.references}, which does not exist"
        else:
            return
    else:
        wrong = _unfit(key, target)
        if wrong is None:
            return
        fact, hint = wrong
    name = table.part(ObjectKind.CONSTRAINT, key.name)
    yield Finding(
        message=f"{_subject(name)} references {fact}",
        object=name,
        at=key.location,
        facet=str(key.references),
        hint=hint,
    )


def _unfit(key: Constraint, target: Table) -> tuple[str, str | None] | None:
    """Why the key cannot point at the columns of the target, and what to type."""
    primary = target.primary_key
    columns = key.referenced_columns or (primary.columns if primary else ())
    if not columns:
        return f"{target.name}, which has no primary key", "name the columns that it references"
    for column in columns:
        if target.column(column) is None:
            return f"the column {quoted(column)} of {target.name}, which is not there", None
    listed = ", ".join(quoted(column) for column in columns)
    if len(columns) != len(key.columns):
        return f"{target.name} ({listed}) with {len(key.columns)} columns", None
    if _is_key(target, columns):
        return None
    return (
        f"{target.name} ({listed}), which is neither its primary key nor unique",
        f"type `ALTER TABLE {target.name} ADD UNIQUE ({listed});` before it",
    )


def _is_key(target: Table, columns: tuple[str, ...]) -> bool:
    """Whether a key that is checked at once, or a unique index of all rows, has exactly these
    columns."""
    deferrable = {c.name for c in target.constraints if c.deferrable}
    return any(
        path.unique
        and path.predicate is None
        and path.name not in deferrable
        and len(path.columns) == len(columns)
        and set(path.columns) == set(columns)
        for path in target.access_paths()
    )


def _mishaps_in(place: Location, history: History) -> Iterator[Mishap]:
    for mishap in history.mishaps:
        is_one = isinstance(mishap, UnknownRelation | UnknownColumn) and mishap.role == ROLE
        if is_one and place.covers(mishap.at):
            yield mishap


def _owner(mishap: Mishap, schema: Schema, history: History) -> ObjectId:
    """The constraint that the mishap is part of; where it did not last, its table's."""
    for table in schema.tables.values():
        for key in table.constraints_of(ConstraintKind.FOREIGN):
            if key.location and key.location.covers(mishap.at):
                return table.part(ObjectKind.CONSTRAINT, key.name)
    made_by = (change.table for change in history.changes if change.statement == mishap.statement)
    name = next((name for name in made_by if name), None)
    part = f"foreign key to {mishap.name}"
    if name is None:
        return ObjectId(ObjectKind.CONSTRAINT, None, None, part)
    return ObjectId(ObjectKind.CONSTRAINT, name.schema, name.name, part)


def _subject(owner: ObjectId) -> str:
    if owner.relation is None:
        return "a foreign key"
    named = f"{quoted(owner.schema or '')}.{quoted(owner.relation)}"
    return f"a foreign key of {named}" if " " in owner.name else f"{quoted(owner.name)} of {named}"


VALID = [
    "CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (a_id int REFERENCES a);",
    # To itself, and to each other.
    "CREATE TABLE a (id int PRIMARY KEY, parent int REFERENCES a (id));",
    """
    CREATE TABLE a (id int PRIMARY KEY, b_id int);
    CREATE TABLE b (id int PRIMARY KEY, a_id int REFERENCES a);
    ALTER TABLE a ADD FOREIGN KEY (b_id) REFERENCES b (id) DEFERRABLE;
    """,
    # The columns of a key in another order; a unique index without a condition.
    """
    CREATE TABLE a (x int, y int, z int, PRIMARY KEY (x, y));
    CREATE UNIQUE INDEX a_z ON a (z) INCLUDE (x);
    CREATE TABLE b (x int, y int, z int REFERENCES a (z), FOREIGN KEY (y, x) REFERENCES a (y, x));
    """,
    """
    CREATE SCHEMA app;
    CREATE TABLE app."User" ("Id" int UNIQUE);
    CREATE TABLE orders (user_id int REFERENCES app."User" ("Id"));
    """,
    # In a later file, after the table.
    """
    -- file: 001.sql
    CREATE TABLE b (id int, a_id int);
    -- file: 002.sql
    CREATE TABLE a (id int);
    ALTER TABLE a ADD PRIMARY KEY (id);
    ALTER TABLE b ADD CONSTRAINT to_a FOREIGN KEY (a_id) REFERENCES a NOT VALID;
    """,
    # The key goes with its table, and follows a renamed one.
    """
    CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int REFERENCES a);
    CREATE TABLE c (id int PRIMARY KEY); CREATE TABLE d (id int REFERENCES c);
    DROP TABLE a CASCADE;
    ALTER TABLE c RENAME TO e; ALTER TABLE e RENAME COLUMN id TO number;
    """,
    """
    CREATE TABLE a (id int, day date, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
    CREATE TABLE a_2025 PARTITION OF a FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
    CREATE TABLE b (a_id int, day date, FOREIGN KEY (a_id, day) REFERENCES a);
    """,
]

INVALID = [
    # No file creates it: once, however often it is referenced.
    """
    CREATE TABLE b (
        a_id int REFERENCES a (id), --! D003
        c int
    );
    ALTER TABLE b ADD FOREIGN KEY (c) REFERENCES a (id); --! D003
    """,
    """
    -- file: 001.sql
    CREATE TABLE b (a_id int REFERENCES a); --! D003
    -- file: 002.sql
    CREATE TABLE a (id int PRIMARY KEY);
    """,
    # The columns: not there, no key, only some rows, a part of a key.
    """
    CREATE TABLE a (id int PRIMARY KEY, x int, y int, UNIQUE (x, y));
    CREATE UNIQUE INDEX partly ON a (y) WHERE x > 0;
    CREATE TABLE b (
        p int REFERENCES a (number), --! D003
        q int REFERENCES a (x), --! D003
        r int REFERENCES a (y), --! D003
        s int REFERENCES a (id)
    );
    """,
    "CREATE TABLE a (id int); CREATE TABLE b (a_id int REFERENCES a); --! D003",
    "CREATE VIEW a AS SELECT 1 AS id; CREATE TABLE b (a_id int REFERENCES a (id)); --! D003",
    """
    CREATE TABLE a (id int UNIQUE DEFERRABLE);
    CREATE TABLE b (a_id int REFERENCES a (id)); --! D003
    """,
    # Of a table that did not last.
    "CREATE TABLE b (a_id int REFERENCES a); DROP TABLE b; --! D003",
    """
    CREATE TABLE a (id int PRIMARY KEY);
    DROP TABLE a;
    CREATE TABLE b (i int REFERENCES a); --! D003
    """,
]

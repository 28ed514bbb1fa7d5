"""Migrations change a table, and its entry in the catalogue did not change with them.

Who looks the table up reads what it was. The catalogue is only trusted as long as it never lags
behind, and the moment at which a table changes is the last one at which somebody knows why.

Change the table's entry in the same commit or pull request. This is judged in runs with `--since`
or `--staged`, where there is a catalogue (`SCHEMA_REFERENCE.md`, or what `catalogue` in the
configuration names): the table's entry has to be another one. Of a table without an entry some
section that changed has to name it, in a heading above it or in its text.
"""

import re
from collections.abc import Iterator

from ctb_lint.changed_files import CatalogueChange
from ctb_lint.changes import (
    AddColumn,
    AddConstraint,
    AlterColumn,
    Change,
    CreateIndex,
    CreateTable,
    DropColumn,
    DropConstraint,
    DropIndex,
    DropTable,
    RenameColumn,
    RenameTable,
)
from ctb_lint.history import History
from ctb_lint.model import ObjectId, ObjectKind, QualifiedName, Schema, Table
from ctb_lint.rule import WARNING, Example, Finding, rule
from ctb_lint.standard import Standard

WORDS: dict[type[Change], str] = {
    AddColumn: "gets a column",
    AddConstraint: "gets a constraint",
    AlterColumn: "gets another column definition",
    CreateIndex: "gets an index",
    CreateTable: "is created",
    DropColumn: "loses a column",
    DropConstraint: "loses a constraint",
    DropIndex: "loses an index",
    DropTable: "is dropped",
    RenameColumn: "gets another column name",
    RenameTable: "gets another name",
}
"""The changes that an entry tells of."""


@rule("T026", severity=WARNING, doctrine=True)
def catalogue_not_updated(
    catalogue: CatalogueChange, history: History, schema: Schema, standard: Standard
) -> Iterator[Finding]:
    new = set(catalogue.statements)
    seen: set[QualifiedName] = set()
    born: set[QualifiedName] = set()
    for change in history.changes:
        name = change.table
        if change.statement not in new or type(change) not in WORDS or name is None:
            continue
        if isinstance(change, CreateTable):
            born.add(name)
        table = schema.table(name)
        if name in seen or _is_of_no_entry(change, name, table, standard, name in born):
            continue
        names = {name, change.new_name} if isinstance(change, RenameTable) else {name}
        fault = _fault(catalogue, names)
        if fault is None:
            continue
        seen.add(name)
        yield Finding(
            message=f"{name} {WORDS[type(change)]}, and {fault}",
            object=table.id if table else ObjectId(ObjectKind.TABLE, name.schema, None, name.name),
            at=change.at,
            hint=f"change the entry of {name.name} in {catalogue.path} with it",
        )


def _fault(catalogue: CatalogueChange, names: set[QualifiedName]) -> str | None:
    """How the catalogue did not follow; None where it did. Where the table has an entry, that must
    have changed; else any section that names it."""
    if names & catalogue.entries:
        kept = not names & catalogue.changed
        return f"its entry in {catalogue.path} did not change" if kept else None
    if any(_is_named(one.name, section) for one in names for section in catalogue.sections):
        return None
    return f"{catalogue.path} {'says nothing of it' if catalogue.sections else 'did not change'}"


def _is_of_no_entry(
    change: Change, name: QualifiedName, table: Table | None, standard: Standard, born: bool
) -> bool:
    """Whether the table is none that a catalogue tells of: a tool's own, a temporary one, a
    partition, or one that came and went."""
    if standard.exempt(name):
        return True
    known = table or change.before
    if known and (known.persistence == "temporary" or known.partition_of):
        return True
    return born and table is None and not isinstance(change, RenameTable)


def _is_named(word: str, section: str) -> bool:
    """Whether a text has the name as a whole word."""
    return bool(re.search(rf"(?<![\w$]){re.escape(word)}(?![\w$])", section, re.IGNORECASE))


_ENTRIES = """
    -- file: SCHEMA_REFERENCE.md
    # Tables
    ## users
    **Barton ID**: BID-DATA-001
    {users}
    ## orders
    **Barton ID**: BID-DATA-002
    Ordered by one of the users{orders}.
"""
_USERS = """
    -- file: 001_users.sql
    CREATE TABLE users (id int);
"""

CONFIG = 'catalogue = ["migrations/REFERENCE.md"]'
BEFORE = """
    -- file: 001_users.sql
    CREATE TABLE users (id int);
    -- file: REFERENCE.md
    # Tables
    ## users
    Those who may log in.
"""

VALID = [
    # An entry is that of its table, whatever it speaks of.
    Example(
        f"""
    {_USERS}
    -- file: 002_email.sql
    ALTER TABLE users ADD COLUMN email text;
    {_ENTRIES.format(users="Who may log in, by email.", orders="")}
    """,
        before=_USERS + _ENTRIES.format(users="Who may log in.", orders=""),
    ),
    # The entry changed with the table.
    Example(
        """
        -- file: 001_users.sql
        CREATE TABLE users (id int);
        -- file: 002_email.sql
        ALTER TABLE users ADD COLUMN email text;
        -- file: REFERENCE.md
        # Tables
        ## users
        Those who may log in, by their email.
        """,
        config=CONFIG,
        before=BEFORE,
    ),
    # A table got its entry, another's went.
    Example(
        """
        -- file: 001_users.sql
        CREATE TABLE users (id int);
        -- file: 002_orders.sql
        CREATE TABLE orders (id int);
        DROP TABLE users;
        -- file: REFERENCE.md
        # Tables
        ## `public.orders`
        What was bought.
        """,
        config=CONFIG,
        before=BEFORE,
    ),
    # Rows, comments, temporary tables, and a tool's own are in no entry.
    Example(
        """
        -- file: 001_users.sql
        CREATE TABLE users (id int);
        -- file: 002_rows.sql
        INSERT INTO users VALUES (1);
        COMMENT ON TABLE users IS 'Those who may log in.';
        CREATE TEMPORARY TABLE scratch (id int);
        CREATE TABLE passing (id int); DROP TABLE passing;
        CREATE TABLE schema_migrations (version text);
        -- file: REFERENCE.md
        # Tables
        ## users
        Those who may log in.
        """,
        config=CONFIG,
        before=BEFORE,
    ),
    # No catalogue.
    Example(
        BEFORE + "    -- file: 002_orders.sql\n    CREATE TABLE orders (id int);",
        before=BEFORE,
    ),
    # What was there before is old, in a file that got longer, too.
    Example(
        """
        -- file: 001_users.sql
        CREATE TABLE users (id int);
        CREATE TABLE orders (id int);
        -- file: REFERENCE.md
        # Tables
        ## users
        Those who may log in.
        ## orders
        What was bought.
        """,
        config=CONFIG,
        before=BEFORE,
    ),
]

INVALID = [
    # Another entry speaks of the table, and changed.
    Example(
        f"""
    {_USERS}
    -- file: 002_email.sql
    ALTER TABLE users ADD COLUMN email text; --! T026
    {_ENTRIES.format(users="Who may log in.", orders=", by email")}
    """,
        before=_USERS + _ENTRIES.format(users="Who may log in.", orders=""),
    ),
    Example(
        BEFORE
        + """
    -- file: 002_orders.sql
    CREATE TABLE orders (id int); --! T026
    ALTER TABLE orders ADD COLUMN total int;
    ALTER TABLE users ADD COLUMN email text; --! T026
    """,
        config=CONFIG,
        before=BEFORE,
    ),
    # The catalogue changed, for another table.
    Example(
        """
        -- file: 001_users.sql
        CREATE TABLE users (id int);
        -- file: 002_orders.sql
        CREATE TABLE orders (id int);
        DROP TABLE users; --! T026
        -- file: REFERENCE.md
        # Tables
        ## users
        Those who may log in.
        ## orders
        What superusers bought.
        """,
        config=CONFIG,
        before=BEFORE,
    ),
]

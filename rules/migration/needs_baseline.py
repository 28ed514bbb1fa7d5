"""A history assumes tables from before its first file.

They were made by hand, by a framework, or by files that lie elsewhere. The migrations alone build
no database, and nothing that is found here can say whether those tables have their ids, indexes
and constraints: they are left out of every check.

Check the whole history where only a part of it was given. Files that lie elsewhere belong into
the same folder. For a database that was never built from these files, write what it has:

    pg_dump --schema-only --no-owner app > db/structure.sql

Then name that dump as the start of the history. Rails' `db/structure.sql` and dbmate's
`db/schema.sql` are such dumps, too.

    [[histories]]
    name = "app"
    path = "db/migrations"
    dump = "db/structure.sql"

Migrations that the dump contains are not read again: it lists them, or `dump-version` names the
last of them.

Where the assumption is meant, exclude the files, or ignore this rule for them.
"""

from collections.abc import Iterator

from ctb_lint.history import History
from ctb_lint.mishaps import UnknownRelation
from ctb_lint.model import ObjectId, ObjectKind
from ctb_lint.rule import WARNING, Example, Finding, rule

LISTED = 5


@rule("M016", severity=WARNING)
def needs_baseline(history: History) -> Iterator[Finding]:
    assumed = [
        mishap
        for mishap in history.mishaps
        if isinstance(mishap, UnknownRelation)
        and not mishap.dropped
        and not (history.from_nothing and (mishap.created_later or not mishap.outside))
    ]
    if not assumed:
        return
    names = list(dict.fromkeys(str(mishap.name) for mishap in assumed))
    listed = ", ".join(names[:LISTED])
    if len(names) > LISTED:
        listed += f" and {len(names) - LISTED} more"
    relations = "a relation" if len(names) == 1 else f"{len(names)} relations"
    yield Finding(
        message=f"{history.name} assumes {relations} from before its first file: {listed}",
        object=ObjectId(ObjectKind.HISTORY, None, None, history.name),
        at=assumed[0].at,
        hint="check the whole history, or give it a dump of the schema to start from: "
        '`pg_dump --schema-only > db/structure.sql`, and `dump = "db/structure.sql"` '
        "in `[[histories]]`",
    )


VALID = [
    "CREATE TABLE users (id int); ALTER TABLE users ADD COLUMN email text;",
    # Nothing has to be there for this.
    "DROP TABLE IF EXISTS users; CREATE TABLE users (id int);",
    # Made by the migration tool itself.
    """
    CREATE TABLE schema_migrations (version text);
    INSERT INTO schema_migrations VALUES ('1');
    """,
    # PostgreSQL's own relations are always there.
    "SELECT count(*) FROM pg_catalog.pg_class; CREATE TABLE users (id int);",
]

INVALID = [
    """
    -- file: 014_email.sql
    ALTER TABLE users ADD COLUMN email text; --! M016
    -- file: 015_orders.sql
    CREATE TABLE orders (user_id int REFERENCES users (id));
    ALTER TABLE parts ADD COLUMN name text;
    """,
    # A schema that no file of this history makes.
    """
    CREATE TABLE users (id uuid);
    ALTER TABLE users ADD FOREIGN KEY (id) REFERENCES auth.users (id); --! M016
    """,
    Example(
        """
        CREATE TABLE orders (id int);
        ALTER TABLE users ADD COLUMN email text; --! M016
        """,
        config="""
        [[histories]]
        name = "app"
        path = "migrations"
        from-nothing = false
        """,
    ),
]

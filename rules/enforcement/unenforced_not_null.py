"""A column that must have a value in every row accepts NULL.

The document promises a value, so readers leave the case out: sums skip the row, joins lose it, and
the code that meets the NULL fails far from the one that wrote it.

Fill what is missing, then let PostgreSQL hold the promise. On a large table the check lets
SET NOT NULL pass without a second look at every row:

    UPDATE users SET email = '…' WHERE email IS NULL;
    ALTER TABLE users ADD CONSTRAINT email_there CHECK (email IS NOT NULL) NOT VALID;
    ALTER TABLE users VALIDATE CONSTRAINT email_there;
    ALTER TABLE users ALTER COLUMN email SET NOT NULL;
"""

from collections.abc import Iterator

from ctb_lint.allowed import VALUE, checks_on, domains_of
from ctb_lint.demands import NotNull, Strength
from ctb_lint.model import Column, Constraint, Schema, Table, quoted
from ctb_lint.rule import ERROR, Example, Finding, rule


@rule("E005", severity=ERROR, doctrine=True, needs=("columns", "constraints"))
def unenforced_not_null(
    demand: NotNull, column: Column, table: Table, schema: Schema
) -> Iterator[Finding]:
    # The two id columns are S004's.
    if demand.id or demand.strength is Strength.SHOULD or column.not_null:
        return
    if any(domain.not_null for domain in domains_of(schema, column.type)):
        return
    checks = [
        check for check, name in checks_on(schema, table, column) if _refuses_null(check, name)
    ]
    if any(check.validated for check in checks):
        return
    pending = f": the check {quoted(checks[0].name)} is NOT VALID" if checks else ""
    yield Finding(
        message=f"{demand.object} allows NULL{pending}",
        object=demand.object,
        at=column.null_location or column.location,
        hint=f"type `ALTER TABLE {table.name} ALTER COLUMN {quoted(column.name)} SET NOT NULL;`",
        because=demand,
    )


def _refuses_null(check: Constraint, name: str) -> bool:
    """Whether the check has ``name IS NOT NULL`` among terms that must all hold."""
    canonical = check.expr.canonical if check.expr else ""
    names = {name, VALUE.upper()} if name == VALUE else {name}
    return not any(word in canonical for word in (" OR ", "NOT (", "CASE ")) and any(
        f"({one} IS NOT NULL)" in canonical for one in names
    )


_CONFIG = "standard = { not-null = ['users.email'] }"

VALID = [
    Example("CREATE TABLE users (email text NOT NULL);", _CONFIG),
    Example("CREATE TABLE users (email text PRIMARY KEY);", _CONFIG),
    Example("CREATE TABLE users (a int, email text, PRIMARY KEY (email, a));", _CONFIG),
    Example(
        "CREATE DOMAIN email AS text NOT NULL; CREATE DOMAIN mail AS email;"
        "CREATE TABLE users (email mail);",
        _CONFIG,
    ),
    Example("CREATE TABLE users (email text CHECK (email IS NOT NULL AND email <> ''));", _CONFIG),
    Example("CREATE TABLE users (email int GENERATED ALWAYS AS IDENTITY);", _CONFIG),
    # A later migration mends it.
    Example(
        """
        -- file: 001.sql
        CREATE TABLE public."users" ("email" text);
        -- file: 002.sql
        ALTER TABLE ONLY public.users ALTER COLUMN email SET NOT NULL;
        """,
        _CONFIG,
    ),
    # A table of another schema, and one without the column.
    Example("CREATE SCHEMA old; CREATE TABLE old.users (email text);", _CONFIG),
    Example("CREATE TABLE users (id int);", _CONFIG),
]

INVALID = [
    Example("CREATE TABLE users (email text UNIQUE); --! E005", _CONFIG),
    Example(
        """
        CREATE TABLE users (id int, email text NOT NULL);
        ALTER TABLE users ALTER COLUMN email DROP NOT NULL; --! E005
        """,
        _CONFIG,
    ),
    Example(
        """
        CREATE TABLE users (
            phone text,
            email text, --! E005
            CHECK (phone IS NOT NULL OR email IS NOT NULL)
        );
        """,
        _CONFIG,
    ),
]

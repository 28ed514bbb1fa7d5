"""A column whose values must be unique accepts the same value twice.

Code that looks a row up by such a column takes the first that it finds. With two, it updates the
wrong one, logs the wrong user in, or registers one id for two entities; and once there are
duplicates, the constraint can no longer be added.

Add a unique constraint. On a large table build its index first:

    CREATE UNIQUE INDEX CONCURRENTLY users_email_key ON users (email);
    ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE USING INDEX users_email_key;

A key of several columns does not make one of them unique, and neither does an index with a
condition on anything but the column's being there.
"""

from collections.abc import Iterator

from ctb_lint.demands import Unique
from ctb_lint.model import AccessPath, Column, ConstraintKind, ObjectKind, Table, quoted
from ctb_lint.rule import ERROR, Example, Finding, rule

_ONE_TO_ONE = frozenset({"lower", "upper", "casefold", "btrim", "trim", "md5", "sha256"})
"""Functions that give equal values of equal ones: what is unique below them is unique."""


@rule("E007", severity=ERROR, doctrine=True, needs=("columns", "constraints", "indexes"))
def unenforced_unique(demand: Unique, column: Column, table: Table) -> Iterator[Finding]:
    name = column.name
    if any(_is_unique(path, name) for path in table.access_paths()):
        return
    if any(
        c.definition == f"{name} WITH =" for c in table.constraints_of(ConstraintKind.EXCLUSION)
    ):
        return
    near = next((p for p in table.access_paths() if p.unique and name in p.columns), None)
    fact = f"; {quoted(near.name)} {_lacks(near)}" if near else ""
    yield Finding(
        message=f"nothing keeps the values of {demand.object} unique{fact}",
        object=demand.object,
        at=table.lost(ObjectKind.INDEX, name) or column.location,
        hint=f"type `ALTER TABLE {table.name} ADD UNIQUE ({quoted(name)});`",
        because=demand,
    )


def _is_unique(path: AccessPath, column: str) -> bool:
    if not path.unique or len(path.keys) != 1:
        return False
    # NULLs are distinct anyway: an index of the rows that have a value covers every row.
    if path.predicate and path.predicate.canonical != f"({quoted(column)} IS NOT NULL)":
        return False
    key = path.keys[0]
    if key.expr is None:
        return key.column == column
    return key.expr.columns == (column,) and set(key.expr.functions) <= _ONE_TO_ONE


def _lacks(path: AccessPath) -> str:
    if len(path.keys) > 1:
        listed = ", ".join(quoted(column) if column else "…" for column in path.columns)
        return f"is of ({listed}) together"
    return "holds only some rows" if path.predicate else "is no index on the column itself"


_CONFIG = "standard = { unique = ['users.email'] }"

VALID = [
    Example("CREATE TABLE users (email text UNIQUE);", _CONFIG),
    Example("CREATE TABLE users (email text PRIMARY KEY);", _CONFIG),
    Example("CREATE TABLE users (email text); CREATE UNIQUE INDEX u ON users (email);", _CONFIG),
    Example(
        'CREATE TABLE public."users" ("email" text);'
        'ALTER TABLE ONLY public.users ADD CONSTRAINT "Email once" UNIQUE ("email");',
        _CONFIG,
    ),
    # NULLs are distinct, with or without this condition.
    Example(
        "CREATE TABLE users (email text);"
        "CREATE UNIQUE INDEX u ON users (email) WHERE email IS NOT NULL;",
        _CONFIG,
    ),
    # Stricter than what is demanded.
    Example(
        "CREATE TABLE users (email text); CREATE UNIQUE INDEX u ON users (lower(email));", _CONFIG
    ),
    Example("CREATE TABLE users (email text, EXCLUDE USING btree (email WITH =));", _CONFIG),
    # A later migration mends it.
    Example(
        """
        -- file: 001.sql
        CREATE TABLE users (id int, email text, UNIQUE (id, email));
        -- file: 002.sql
        CREATE UNIQUE INDEX u ON users (email);
        ALTER TABLE users ADD CONSTRAINT email_once UNIQUE USING INDEX u;
        """,
        _CONFIG,
    ),
    "CREATE TABLE ids (unique_id text PRIMARY KEY);",
]

INVALID = [
    Example("CREATE TABLE users (email text NOT NULL); --! E007", _CONFIG),
    # Each of these leaves the same address free for another row.
    Example(
        """
        CREATE TABLE users (
            tenant int,
            email text, --! E007
            gone_at date,
            UNIQUE (tenant, email)
        );
        CREATE UNIQUE INDEX u ON users (email) WHERE gone_at IS NULL;
        CREATE INDEX i ON users (email);
        """,
        _CONFIG,
    ),
    Example(
        """
        CREATE TABLE users (email text CONSTRAINT once UNIQUE);
        ALTER TABLE users DROP CONSTRAINT once; --! E007
        """,
        _CONFIG,
    ),
    "CREATE TABLE ids (unique_id text NOT NULL, process_id text); --! E007",
]

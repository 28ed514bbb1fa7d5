"""A column of states, roles or types has a default, and nobody says which other values there are.

The default shows that the values are meant to be few. Without the list each service makes up its
own: `active`, `Active`, `enabled`. Nothing can then be checked, and every query over the column is
a guess.

Write the list down, in the catalogue or in the schema:

    - `status` must be one of: "active", "blocked"

    ALTER TABLE users ADD CONSTRAINT users_status_check CHECK (status IN ('active', 'blocked'));

An enum type and a foreign key to a lookup table say it as well. Where any text is legal, the column
is better called by another name.
"""

from collections.abc import Iterator

from ctb_lint.allowed import base_type, default_of, limits_of, lookup_of, may_limit, sql_text
from ctb_lint.column_names import words_of
from ctb_lint.datatypes import is_text
from ctb_lint.demands import Demands, ValueSet
from ctb_lint.enforced import may_guard
from ctb_lint.model import Column, ObjectKind, Schema, Table, quoted
from ctb_lint.rule import INFO, Finding, rule
from ctb_lint.standard import Standard

_CLOSED = frozenset({"status", "state", "role", "type", "severity"})
_OPEN = frozenset({"content", "mime", "media", "address", "country", "us"})
"""Words before it that make an open set of it: ``content_type``, ``us_state``."""


@rule(
    "E017",
    severity=INFO,
    doctrine=True,
    needs=("columns", "constraints", "enums", "trigger bodies"),
)
def undeclared_value_set(
    column: Column, table: Table, schema: Schema, demands: Demands, standard: Standard
) -> Iterator[Finding]:
    if not _is_closed(column.name) or not standard.governed(table):
        return
    if not is_text(base_type(schema, column.type)):
        return
    default = default_of(schema, column)
    if default is None or not default[0].literal or _is_declared(column, table, schema, demands):
        return
    name = table.part(ObjectKind.COLUMN, column.name)
    yield Finding(
        message=f"{name} has the default {sql_text(default[0].literal)}, "
        "and no list says which other values it may have",
        object=name,
        at=column.location,
        hint=f"write `{column.name}` must be one of: … into the catalogue, "
        f"and add `CHECK ({quoted(column.name)} IN (…))`",
    )


def _is_closed(name: str) -> bool:
    words = words_of(name)
    return bool(words) and words[-1] in _CLOSED and _OPEN.isdisjoint(words)


def _is_declared(column: Column, table: Table, schema: Schema, demands: Demands) -> bool:
    """Whether anybody says which values there are, or a check or trigger may."""
    if any(one.column == column.name for one in demands.of(ValueSet, table.name)):
        return True
    if limits_of(schema, table, column) or lookup_of(table, column):
        return True
    return may_limit(schema, table, column) or may_guard(schema, table, column.name)


_SAYS = """-- file: SCHEMA_REFERENCE.md
    ### 1. orders

    **Barton ID**: `BID-DATA-001`

    #### E - Enforcement

    - `status` must be one of: "open", "paid"
"""

VALID = [
    # The catalogue lists them.
    f"""
    CREATE TABLE orders (status text DEFAULT 'open');
    {_SAYS}
    """,
    "CREATE TABLE orders (status text DEFAULT 'open' CHECK (status IN ('open', 'paid')));",
    "CREATE TYPE status AS ENUM ('open'); CREATE TABLE orders (status status DEFAULT 'open');",
    """
    CREATE TABLE states (name text PRIMARY KEY);
    CREATE TABLE orders (state text DEFAULT 'open' REFERENCES states (name));
    """,
    # A check that cannot be read may be the list.
    "CREATE TABLE orders (status text DEFAULT 'open' CHECK (lower(status) IN ('open')));",
    # Neither text, nor of few values, nor with a default.
    """
    CREATE TABLE orders (status int DEFAULT 1, content_type text DEFAULT 'text/plain',
        role text, prototype text DEFAULT 'x', state text DEFAULT '');
    """,
    # What a migration tool owns.
    "CREATE TABLE schema_migrations (status text DEFAULT 'done');",
]

INVALID = [
    "CREATE TABLE users (role text DEFAULT 'user', status varchar DEFAULT 'on'); --! E017 E017",
    # This check says nothing of other values.
    """
    CREATE TABLE orders (
        "orderState" text NOT NULL DEFAULT 'open' --! E017
    );
    """,
    # The list is of another table.
    f"""
    CREATE TABLE invoices (status text DEFAULT 'open'); --! E017
    {_SAYS}
    """,
]

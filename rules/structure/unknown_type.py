"""A type is neither built in, nor created by an earlier statement, nor of an extension.

PostgreSQL refuses the statement. The type is misspelt, is another database's (`datetime`,
`nvarchar`), or is created by a later file than the one that uses it.

Create it first, or use a type that PostgreSQL has:

    CREATE TYPE order_status AS ENUM ('open', 'paid');
    CREATE TABLE orders (status order_status, placed_at timestamptz);

The types of an extension are known once `CREATE EXTENSION` was seen, and in a history that does not
start from nothing this rule says nothing.
"""

from collections.abc import Iterator

from ctb_lint.history import History
from ctb_lint.mishaps import UnknownType
from ctb_lint.model import ObjectId, ObjectKind
from ctb_lint.rule import ERROR, Finding, Related, rule


@rule("S020", severity=ERROR, refused=True)
def unknown_type(mishap: UnknownType, history: History) -> Iterator[Finding]:
    if not history.from_nothing:
        return
    later = mishap.created_later
    if later:
        message = f"the type {mishap.written} is used before it is created"
        hint = "create the type before this statement"
    else:
        message = f"there is no type {mishap.written}"
        hint = (
            f"did you mean `{mishap.guessed}`?"
            if mishap.guessed
            else "create the type first, or the extension that brings it"
        )
    yield Finding(
        message=message,
        object=ObjectId(ObjectKind.TYPE, mishap.name.schema, None, mishap.name.name),
        at=mishap.at,
        hint=hint,
        related=(Related("it is created only here", later),) if later else (),
    )


VALID = [
    """
    CREATE TABLE orders (
        a int4, b "char", c double precision, d timestamptz(3), e interval day to second,
        f character varying(10)[], g int4range, h tsvector, i serial, j bpchar, k xid8, l name
    );
    """,
    # Enums, domains, composites, ranges, tables: all are types.
    """
    CREATE TYPE mood AS ENUM ('good', 'bad');
    CREATE DOMAIN "Nr" AS integer;
    CREATE TYPE pair AS (a int, b "Nr");
    CREATE TYPE span AS RANGE (SUBTYPE = numeric);
    CREATE TABLE base (m mood, n "Nr", p pair, s span, t span_multirange);
    CREATE TABLE orders (b base, many mood[], more public.mood);
    """,
    # An extension's, and one of another schema.
    """
    CREATE SCHEMA app;
    CREATE EXTENSION hstore SCHEMA app;
    CREATE EXTENSION citext;
    CREATE TYPE app.mood AS ENUM ('good');
    CREATE TABLE orders (a citext, b app.hstore, c app.mood);
    SET search_path = app, public;
    CREATE TABLE lines (a citext, b hstore, c mood);
    """,
    # Another file, another name by now.
    """
    -- file: 001_type.sql
    CREATE TYPE mood AS ENUM ('good');
    ALTER TYPE mood RENAME TO humour;
    -- file: 002_table.sql
    CREATE TABLE orders (mood humour);
    """,
]

INVALID = [
    """
    CREATE TABLE orders (
        id uuidd, --! S020
        status order_status --! S020
    );
    """,
    """
    -- file: 001_orders.sql
    CREATE TABLE orders (id int, mood mood); --! S020
    ALTER TABLE orders ADD COLUMN "at" "Timestamp"; --! S020
    -- file: 002_type.sql
    CREATE TYPE mood AS ENUM ('good');
    """,
    """
    CREATE TYPE mood AS ENUM ('good');
    DROP TYPE mood;
    CREATE TABLE orders (mood mood); --! S020
    """,
]

"""A password stands in a migration or in the catalogue.

Whoever can read the repository can sign in, and so can whoever could at any time: a commit is not
forgotten when the line is. The password cannot be changed without a new migration, and the copy for
tests has the one of production.

Change the password, and take it out. A migration gets it from outside:

    CREATE ROLE app LOGIN;
    -- outside the migrations: \\password app

A URL names the user only, or stands in an environment variable. Placeholders such as
`user:password@host` and `${DB_PASSWORD}` are no passwords. What is found here is shown nowhere, and
neither is it in the excerpts of other findings.
"""

from collections.abc import Iterator

from ctb_lint.model import ObjectId, ObjectKind
from ctb_lint.passwords import Carrier, Password
from ctb_lint.rule import ERROR, WARNING, Finding, rule

_HINTS = {
    Carrier.ROLE: "change it, and set it outside the migrations",
    Carrier.MAPPING: "change it, and set it outside the migrations",
    Carrier.URL: "change it, and leave the user only, or a variable in its place",
    Carrier.STRING: "change it, and take it from ~/.pgpass or the environment",
    Carrier.VARIABLE: "change it, and set the variable outside the repository",
}


@rule("A009", severity=ERROR, doctrine=True)
def password_in_sql(password: Password) -> Iterator[Finding]:
    what = "the hash of a password" if password.hashed else "a password"
    whose = f" of {password.whose}" if password.whose else ""
    yield Finding(
        message=f"{what}{whose} stands in {password.carrier}",
        object=ObjectId(ObjectKind.FILE, None, None, password.at.path),
        at=password.at,
        facet=f"{password.carrier.name.lower()} {password.whose}".strip(),
        hint=_HINTS[password.carrier],
        # A SCRAM verifier has to be guessed before it lets anybody in.
        severity=WARNING if password.hashed else None,
    )


VALID = [
    "CREATE ROLE app LOGIN; CREATE ROLE reader PASSWORD NULL;",
    # Filled in when it is run.
    "CREATE ROLE shop_app PASSWORD '${APP_PASSWORD}';",
    """
    DO $$ BEGIN
        EXECUTE format('CREATE ROLE built_app PASSWORD %L', current_setting('app.password', true));
    END $$;
    """,
    "-- psql postgresql://user:password@host:5432/dbname",
    "COMMENT ON DATABASE app IS 'postgres://app@db.example.com/app';",
    # A column of passwords is another question.
    "CREATE TABLE users (name text, password text DEFAULT 'none');",
    """
    -- file: SCHEMA_REFERENCE.md
    # Connection Details

    **PostgreSQL**:
    - Format: `postgresql://user:password@host:5432/dbname`
    - On your machine: `postgres://postgres:postgres@localhost/app`

    ```sql
    CREATE ROLE app LOGIN PASSWORD 'changeme';
    ```
    """,
]

INVALID = [
    "CREATE ROLE app LOGIN PASSWORD 'kX9-qq31'; --! A009",
    # It is run as it stands.
    "ALTER ROLE app PASSWORD 'changeme'; --! A009",
    """
    -- psql postgres://app:kX9-qq31@db.example.com/app --! A009
    CREATE USER MAPPING FOR app SERVER other
        OPTIONS (user 'app', password 'kX9-qq31'); --! A009
    """,
    """
    DO $$ BEGIN
        EXECUTE 'CREATE ROLE app PASSWORD ''kX9-qq31'''; --! A009
    END $$;
    """,
    """
    CREATE SUBSCRIPTION s
        CONNECTION 'host=db.example.com dbname=app password=kX9-qq31' --! A009
        PUBLICATION p;
    """,
    """
    -- file: SCHEMA_REFERENCE.md
    # Connection Details

    **PostgreSQL**:
    - URL: `postgresql://app:kX9-qq31@db.example.com/app` <!--! A009 -->

    ```bash
    PGPASSWORD=kX9-qq31 psql -h db.example.com app <!--! A009 -->
    ```
    """,
]

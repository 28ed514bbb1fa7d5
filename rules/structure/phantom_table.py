"""A table that is declared does not exist.

The contract promises it, and nothing makes it. Whoever reads the entry builds on a table that no
database has.

Write the migration that creates it. Where the table is still to come, say so, and nothing is
missing yet; where it went, take its entry out:

    **Status**: Planned

A table that a migration tool makes for itself is not looked for in migrations, nor one that the
standard exempts. In a database both have to be there, once they are declared.
"""

from collections.abc import Iterator

from ctb_lint.claims import ClaimKind
from ctb_lint.contrasts import contrast, declares, in_database, or_declare, types_lacking, where
from ctb_lint.demands import Demands, NamedMigration, Stage
from ctb_lint.differences import PhantomTable
from ctb_lint.model import ObjectId, ObjectKind, QualifiedName, Schema, quoted
from ctb_lint.rule import ERROR, INFO, Example, Finding, Related, rule
from ctb_lint.standard import Standard
from ctb_lint.tokens import shown


@rule(
    "S049",
    severity=ERROR,
    planned=INFO,
    doctrine=True,
    # The file that was to make it, its other name, its types, and who asks for the registry.
    subsumes=("S048", "S052", "T007", "T020", "T021", "T041"),
    claims=(ClaimKind.TABLE,),
)
def phantom_table(
    difference: PhantomTable, standard: Standard, schema: Schema, demands: Demands
) -> Iterator[Finding]:
    if not in_database(difference) and (
        difference.stage is Stage.BUILT_IN or standard.exempt(difference.table)
    ):
        return
    table, likely = difference.table, difference.likely
    types = types_lacking(schema, (column.type for column in difference.wanted.columns))
    named = tuple(
        Related(f"its entry names the migration {shown(one.file)}", one.origin.location)
        for one in demands.of(NamedMigration, table)
    )
    if difference.stage is Stage.PLANNED:
        told = f"{table} is planned, and not {where(difference)} yet"
        yield contrast(difference, told, about=types, related=named)
        return
    told = f"{table} is not {where(difference)}; {declares(difference)} it"
    if likely is None:
        yield contrast(difference, told, hint=_hint(difference), about=types, related=named)
        return
    yield contrast(
        difference,
        f"{told}; {likely.name} may be it: they share {' and '.join(likely.shared)}",
        hint=f"call both the same: {or_declare(difference, f'the name {likely.name}')}, "
        f"or rename the table to {quoted(table.name)}",
        related=(Related(f"{likely.name} is here", likely.location), *named),
        about=(*_tables(likely.table), *types),
    )


def _hint(difference: PhantomTable) -> str:
    if difference.declared == "catalogue":
        return "write the migration that creates it, or write `**Status**: Planned` into its entry"
    return "run the migrations that create it"


def _tables(name: QualifiedName | None) -> tuple[ObjectId, ...]:
    return (ObjectId(ObjectKind.TABLE, name.schema, None, name.name),) if name else ()


_ENTRY = """
    -- file: SCHEMA_REFERENCE.md
    # Tables

    ## 1. orders

    **Barton ID**: BID-SHOP-001
    **Status**: {status}

    ### S - Structure

    ```sql
    CREATE TABLE orders ( {mark}
        id UUID PRIMARY KEY,
        state TEXT
    );
    ```
"""

VALID = [
    f"""
    {_ENTRY.format(status="Active", mark="")}
    -- file: 001_orders.sql
    CREATE TABLE purchases (id uuid PRIMARY KEY, state text);
    ALTER TABLE purchases RENAME TO orders;
    """,
    # What a migration tool makes for itself, and what is exempt.
    f"""
    {_ENTRY.format(status="Active (Built-in)", mark="").replace("orders", "os_jobs")}

    ## 2. schema_migrations

    **Barton ID**: BID-SHOP-999
    **Status**: Active

    ```sql
    CREATE TABLE schema_migrations (version TEXT PRIMARY KEY);
    ```
    -- file: 001_users.sql
    CREATE TABLE users (id uuid PRIMARY KEY);
    """,
    Example(
        f"""
    {_ENTRY.format(status="Active", mark="")}
    -- file: 001_users.sql
    CREATE TABLE users (id uuid PRIMARY KEY);
    """,
        config="standard = { exempt-tables = ['orders'] }",
    ),
    # Built under a name that nobody can know, or there from before the first file.
    f"""
    {_ENTRY.format(status="Active", mark="")}
    -- file: 001_orders.sql
    DO $$ BEGIN EXECUTE 'CREATE TABLE ' || current_setting('x') || ' (id int)'; END $$;
    """,
    f"""
    {_ENTRY.format(status="Active", mark="")}
    -- file: 007_state.sql
    ALTER TABLE orders ADD COLUMN state text;
    """,
]

INVALID = [
    f"""
    {_ENTRY.format(status="Active", mark="--! S049")}
    -- file: 001_users.sql
    CREATE TABLE users (id uuid PRIMARY KEY);
    """,
    # Planned: not yet, which is no fault and good to know.
    f"""
    {_ENTRY.format(status="Planned", mark="--! S049")}
    -- file: 001_users.sql
    CREATE TABLE users (id uuid PRIMARY KEY);
    """,
    # Dropped; of another schema; under another name.
    f"""
    {_ENTRY.format(status="Active", mark="--! S049")}
    -- file: 001_orders.sql
    CREATE TABLE orders (id uuid PRIMARY KEY, state text);
    -- file: 002_drop.sql
    DROP TABLE orders;
    """,
    f"""
    {_ENTRY.format(status="Active", mark="--! S049")}
    -- file: 001_orders.sql
    CREATE SCHEMA app;
    CREATE TABLE app.orders (id uuid PRIMARY KEY, state text);
    """,
]

"""The database has no registry of ids, or one that lacks columns it needs.

The registry is where every `unique_id` is looked up: which process made it, and which entity it
belongs to. Without the registry no id can be traced, and every check of registered ids is skipped.

Create it, in the first migration or in a new one:

    CREATE TABLE ids (
        unique_id varchar(255) PRIMARY KEY,
        process_id varchar(255) NOT NULL,
        entity_type text NOT NULL,
        entity_id text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now()
    );

If it is there under other names, say so in the configuration:

    [standard.registry]
    table = "registry.heir_ids"
    unique-id = "heir_id"
"""

from collections.abc import Iterator

from ctb_lint.changes import DropTable
from ctb_lint.demands import RegistryTable
from ctb_lint.history import History
from ctb_lint.model import Location, ObjectKind, Schema, Table, quoted
from ctb_lint.rule import ERROR, Example, Finding, rule


@rule("T041", severity=ERROR, doctrine=True, needs=("tables", "columns"))
def registry_missing_or_unfit(
    demand: RegistryTable, table: Table | None, schema: Schema, history: History | None
) -> Iterator[Finding]:
    if table is None and demand.table not in schema.views:
        yield Finding(
            message=f"there is no registry of ids: no table {demand.table}",
            object=demand.object,
            at=_where(demand, history),
            facet="missing",
            hint=_hint(demand, schema),
            because=demand,
        )
    missing = [column for column in demand.columns if table and table.column(column) is None]
    if table and missing:
        listed = ", ".join(quoted(column) for column in missing)
        lost = [place for c in missing if (place := table.lost(ObjectKind.COLUMN, c))]
        yield Finding(
            message=f"the registry {table.name} lacks {listed}",
            object=table.id,
            at=lost[-1] if lost else table.location,
            facet="columns",
            hint="add the columns, or name them in `[standard.registry]` of the configuration",
            because=demand,
        )


def _where(demand: RegistryTable, history: History | None) -> Location | None:
    """Where the registry was dropped, else the beginning of the history."""
    if history is None:
        return None
    dropped = [
        change.at
        for change in history.changes
        if isinstance(change, DropTable) and change.table == demand.table
    ]
    return dropped[-1] if dropped else next((file.location for file in history.files), None)


def _hint(demand: RegistryTable, schema: Schema) -> str:
    """To create it; or, where a table of another name has its columns, to say so."""
    for name in sorted(schema.tables):
        if all(schema.tables[name].column(column) for column in demand.columns):
            return f'if {name} is the registry, set `standard.registry.table = "{name}"`'
    unique_id, process_id, *others = (quoted(column) for column in demand.columns)
    columns = [
        "id uuid PRIMARY KEY DEFAULT gen_random_uuid()",
        f"{unique_id} text NOT NULL UNIQUE",
        f"{process_id} text NOT NULL",
        *(f"{column} text NOT NULL" for column in others),
        "created_at timestamptz NOT NULL DEFAULT now()",
    ]
    index = f"CREATE INDEX ON {demand.table} ({process_id});"
    return f"type `CREATE TABLE {demand.table} ({', '.join(columns)}); {index}`"


_IDS = "(unique_id text PRIMARY KEY, process_id text, entity_type text, entity_id text)"

VALID = [
    f"CREATE TABLE ids {_IDS};",
    # It may come last, or in another file.
    f"""
    -- file: 001.sql
    CREATE TABLE orders (unique_id text);
    -- file: 002.sql
    CREATE TABLE IF NOT EXISTS public."ids" {_IDS};
    """,
    """
    -- file: 001.sql
    CREATE TABLE ids (unique_id text PRIMARY KEY, process_id text);
    -- file: 002.sql
    ALTER TABLE ids ADD COLUMN entity_type text, ADD COLUMN entity_id text;
    """,
    # Nothing here needs a registry.
    "CREATE TABLE schema_migrations (version text PRIMARY KEY);",
    "CREATE TEMPORARY TABLE scratch (id int);",
    "CREATE TYPE mood AS ENUM ('good');",
    Example(
        "CREATE SCHEMA registry;"
        "CREATE TABLE registry.heir (heir text, process_id text, kind text, entity_id text);",
        """
        [standard.registry]
        table = "registry.heir"
        unique-id = "heir"
        entity-type = "kind"
        """,
    ),
    # A view over the tables of another schema may be the registry.
    """
    CREATE SCHEMA core;
    CREATE TABLE core.ids (unique_id text, process_id text, entity_type text, entity_id text);
    CREATE VIEW ids AS SELECT * FROM core.ids;
    """,
]

INVALID = [
    "CREATE TABLE orders (unique_id text); --! T041",
    """
    -- file: 001.sql
    SELECT 1; --! T041
    -- file: 002.sql
    CREATE TABLE orders (unique_id text);
    CREATE TABLE payments (unique_id text);
    """,
    """
    CREATE TABLE orders (unique_id text);
    CREATE TABLE ids (unique_id text, process_id text); --! T041
    """,
    f"""
    CREATE TABLE orders (unique_id text);
    CREATE TABLE ids {_IDS};
    DROP TABLE ids; --! T041
    """,
    f"""
    CREATE TABLE ids {_IDS};
    ALTER TABLE ids DROP COLUMN entity_id; --! T041
    """,
    # In a schema of which nobody spoke.
    f"CREATE SCHEMA core; CREATE TABLE core.ids {_IDS}; --! T041",
]

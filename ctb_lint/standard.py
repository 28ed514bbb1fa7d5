"""The CTB standard as data. Every value can be overridden in configuration."""

from __future__ import annotations

from msgspec import Struct

from ctb_lint.model import QualifiedName, Table, TableKind

MIGRATION_TOOL_TABLES = frozenset(
    {
        "schema_migrations",
        "alembic_version",
        "flyway_schema_history",
        "__diesel_schema_migrations",
        "_prisma_migrations",
        "_sqlx_migrations",
        "goose_db_version",
        "django_migrations",
        "knex_migrations",
        "knex_migrations_lock",
        "atlas_schema_revisions",
        "ar_internal_metadata",
        "databasechangelog",
        "databasechangeloglock",
        "schema_migration",
        "gorp_migrations",
        "migrations",
        "typeorm_metadata",
        "__drizzle_migrations",
        "__efmigrationshistory",
        "sequelizemeta",
        "refinery_schema_history",
        "pgmigrations",
        "sqitch_changes",
        "boundary_schema_version",
        "phinxlog",
    }
)
"""Tables that a migration tool owns, by name in lower case: exempt from the standard."""

PLATFORM_SCHEMAS = {
    **dict.fromkeys(
        (
            "_analytics", "_realtime", "_supavisor", "auth", "extensions", "graphql",
            "graphql_public", "pgbouncer", "pgsodium", "pgsodium_masks", "realtime", "storage",
            "supabase_functions", "supabase_migrations", "vault",
        ),
        "Supabase",
    ),
    **dict.fromkeys(("neon", "neon_auth"), "Neon"),
    **dict.fromkeys(("_heroku", "heroku_ext"), "Heroku"),
    **dict.fromkeys(
        (
            "_timescaledb_cache", "_timescaledb_catalog", "_timescaledb_config",
            "_timescaledb_functions", "_timescaledb_internal",
        ),
        "TimescaleDB",
    ),
    "hdb_catalog": "Hasura",
}  # fmt: skip
"""Schemas that a platform keeps for itself, in a database where nothing of one's own declares
anything in them."""

FIRST_LAYER, LAST_LAYER = 1, 4
"""ORBT layers: 1 input, 2 processing, 3 output, 4 orchestration."""

LAYER_NAMES = {1: "Input", 2: "Processing", 3: "Output", 4: "Orchestration"}

BUILT_IN_NUMBER = "999"
"""The number in the Barton ID of a table that a migration tool owns."""

DEFAULT_FORMATS = {
    "unique_id": ("{db}-{subhive}-{app}-{timestamp}-{random16}",),
    "process_id": ("{db}.{subhive}.{app}.V{ver}.{date}.{stage}",),
    "heir_id": ("HEIR-{yyyy}-{mm}-{system}-{name}-{nn}",),
    "barton_id": ("BID-{division}-{nnn}",),
}
"""Id templates by the id's name; see ``ctb_lint.formats`` for the tokens."""


class Registry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """The registry of ids: its table and the names of its columns."""

    table: str = "ids"
    unique_id: str = "unique_id"
    process_id: str = "process_id"
    entity_type: str = "entity_type"
    entity_id: str = "entity_id"

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns without which a table cannot be the registry."""
        return (self.unique_id, self.process_id, self.entity_type, self.entity_id)


class Standard(Struct, frozen=True, kw_only=True):
    """What CTB demands of every governed table.

    Table patterns are ``schema.table`` with ``*`` as wildcard; a pattern without a dot stands
    for a table of the default schema. Column keys are ``schema.table.column``, ``table.column``
    or ``*.column``.
    """

    unique_id: str = "unique_id"
    process_id: str = "process_id"
    layer: str = "orbt_layer"
    created_at: str = "created_at"
    registry: Registry = Registry()
    exempt_tables: tuple[str, ...] = ()
    tracked_tables: tuple[str, ...] = ()
    optional_ids: tuple[str, ...] = ()
    value_sets: tuple[tuple[str, tuple[str, ...]], ...] = ()
    roles: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """What the words of a catalogue (``Administrators``) are as roles of the database."""
    not_null: tuple[str, ...] = ()
    unique: tuple[str, ...] = ()
    formats: tuple[tuple[str, tuple[str, ...]], ...] = tuple(DEFAULT_FORMATS.items())
    legacy_formats: tuple[tuple[str, tuple[str, ...]], ...] = ()
    tokens: tuple[tuple[str, tuple[str, ...]], ...] = ()
    default_schema: str = "public"
    origin: str = "the CTB standard"
    """How findings name the source of the demands that are not of a configuration key."""
    config_file: str = ""
    """The configuration file that the overridden values come from, as displayed."""

    def roles_of(self, words: str) -> tuple[str, ...] | None:
        """The roles that a catalogue's words stand for, however they are capitalised; None where
        nobody said."""
        said = " ".join(words.split()).casefold()
        for known, roles in self.roles:
            if " ".join(known.split()).casefold() == said:
                return roles
        return None

    @property
    def id_columns(self) -> tuple[str, str]:
        """The names of the two id columns."""
        return (self.unique_id, self.process_id)

    def governed(self, table: Table) -> bool:
        """Whether the standard holds for the table: not for foreign or temporary tables,
        partitions, and what a migration tool owns."""
        return (
            table.kind is not TableKind.FOREIGN
            and table.persistence != "temporary"
            and table.partition_of is None
            and not self.exempt(table.name)
        )

    def exempt(self, name: QualifiedName) -> bool:
        """Whether a migration tool owns the table, or the configuration exempts it."""
        if name.name.lower() in MIGRATION_TOOL_TABLES:
            return True
        return any(self.names_table(pattern, name) for pattern in self.exempt_tables)

    def is_registry(self, name: QualifiedName) -> bool:
        """Whether this is the registry of ids."""
        return self.names_table(self.registry.table, name)

    def names_table(self, pattern: str, name: QualifiedName) -> bool:
        """Whether a table pattern stands for the table."""
        schema, dot, table = pattern.rpartition(".")
        return _matches(schema if dot else self.default_schema, name.schema) and _matches(
            table, name.name
        )

    def names_column(self, key: str, table: QualifiedName, column: str) -> bool:
        """Whether a column key stands for the column."""
        owner, _, name = key.rpartition(".")
        if not _matches(name, column):
            return False
        return owner in {"", "*"} or self.names_table(owner, table)


def _matches(pattern: str, name: str) -> bool:
    """Wildcard match with ``*`` only: brackets and question marks are legal in names."""
    if "*" not in pattern:
        return pattern == name
    head, *middle, tail = pattern.split("*")
    if len(name) < len(head) + len(tail) or not name.startswith(head) or not name.endswith(tail):
        return False
    rest = name[len(head) : len(name) - len(tail)]
    for part in middle:
        found = rest.find(part)
        if found < 0:
            return False
        rest = rest[found + len(part) :]
    return True

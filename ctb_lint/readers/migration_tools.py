"""Migration tools as data: what tells of each, where its migrations are, and the way to SQL."""

from __future__ import annotations

import re

from msgspec import Struct

SNAPSHOT = (
    "dump the database it builds (pg_dump --schema-only --no-owner DATABASE > db/structure.sql) "
    'and give the dump to a history: dump = "db/structure.sql"'
)
"""The way out that every tool has."""


class MigrationTool(Struct, frozen=True, kw_only=True):
    """A tool and its traces in a repository.

    ``migrations`` matches the path of a migration, the group ``folder`` is its folder. ``mark``
    matches the path of a file that only this tool has. ``dependency`` matches a line in a manifest
    (``package.json``, ``go.mod`` …). The tool is there where its mark is, or where a migration is
    and what is given of the other two. ``sql`` says that its migrations are SQL; where they are
    not, ``way_out`` tells how SQL is had.
    """

    name: str
    migrations: re.Pattern[str]
    mark: re.Pattern[str] | None = None
    dependency: re.Pattern[str] | None = None
    sql: bool = False
    way_out: str = SNAPSHOT


def _path(folder: str, name: str) -> re.Pattern[str]:
    return re.compile(rf"(?P<folder>(?:.*/)?{folder})/{name}\Z")


def _file(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?:.*/)?{name}\Z")


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.MULTILINE)


_JS = r"\.[cm]?[jt]s"
_SQL_FILE = r"[^/]+\.sql"
_MIGRATIONS = r"migrations?"

TOOLS = (
    MigrationTool(
        name="Alembic",
        migrations=_path(r"versions", r"(?!__init__)[^/]+\.py"),
        mark=_file(r"(?:alembic\.ini|script\.py\.mako)"),
        way_out="write the SQL with alembic upgrade head --sql > migrations.sql, and check that",
    ),
    MigrationTool(
        name="Django",
        migrations=_path(r"migrations", r"\d{4}_\w+\.py"),
        way_out="write the SQL of each migration with python manage.py sqlmigrate APP NUMBER > "
        "NUMBER_APP.sql, and check the folder of those files",
    ),
    MigrationTool(
        name="Rails",
        migrations=_path(r"db/\w*migrate", r"\d+_\w+\.rb"),
        way_out="set config.active_record.schema_format = :sql, run bin/rails db:schema:dump, and "
        'check db/structure.sql: dump = "db/structure.sql"',
    ),
    MigrationTool(
        name="Ecto",
        migrations=_path(r"priv/[^/]+/migrations", r"\d+_\w+\.exs"),
        way_out="run mix ecto.dump, and check the structure.sql that it writes",
    ),
    MigrationTool(
        name="Laravel",
        migrations=_path(r"migrations", r"\d{4}_\d{2}_\d{2}_\d{6}_\w+\.php"),
        way_out="run php artisan schema:dump --path=database/schema/pgsql-schema.sql, and check "
        "that file",
    ),
    MigrationTool(
        name="Doctrine Migrations",
        migrations=_path(r"[^/]+", r"Version\d{14}\.php"),
        way_out="write the SQL with doctrine-migrations migrate --write-sql=migrations.sql against "
        "an empty database, and check that",
    ),
    MigrationTool(
        name="Phinx",
        migrations=_path(r"migrations", r"\d{14}_\w+\.php"),
        mark=_file(r"phinx\.(?:php|ya?ml|json)"),
    ),
    MigrationTool(
        name="EF Core",
        migrations=_path(r"[^/]+", r"\d{14}_\w+(?<!\.Designer)\.cs"),
        way_out="write the SQL with dotnet ef migrations script --output migrations.sql, and check "
        "that",
    ),
    MigrationTool(
        name="Liquibase",
        migrations=_path(r"(?:changelogs?|liquibase)(?:/[^/]+)*", r"[^/]+\.(?:xml|ya?ml|json)"),
        mark=_file(
            r"(?:liquibase\.properties"
            r"|(?:db\.changelog[\w.-]*|changelog-?master|db/changelog/[^/]+)\.(?:xml|ya?ml|json))"
        ),
        way_out="write the SQL with liquibase update-sql --url=offline:postgresql "
        "--changelog-file=CHANGELOG --output-file=migrations.sql, and check that",
    ),
    MigrationTool(
        name="Knex",
        migrations=_path(_MIGRATIONS, rf"\d{{14}}_[^/]+{_JS}"),
        mark=_file(rf"knexfile{_JS}"),
    ),
    MigrationTool(
        name="Sequelize",
        migrations=_path(_MIGRATIONS, rf"\d+[-_][^/]+{_JS}"),
        mark=_file(r"\.sequelizerc"),
        dependency=_words(r'"(?:sequelize-cli|umzug)"\s*:'),
    ),
    MigrationTool(
        name="TypeORM",
        migrations=_path(r"[^/]+", rf"\d{{13}}-[^/]+{_JS}"),
        mark=_file(rf"ormconfig(?:{_JS}|\.json)"),
        dependency=_words(r'"typeorm"\s*:'),
    ),
    MigrationTool(
        name="MikroORM",
        migrations=_path(r"[^/]+", rf"Migration\d{{14}}[^/]*{_JS}"),
    ),
    MigrationTool(
        name="node-pg-migrate",
        migrations=_path(_MIGRATIONS, rf"\d+_[^/]+{_JS}"),
        dependency=_words(r'"node-pg-migrate"\s*:'),
        way_out="write new migrations as SQL (node-pg-migrate create NAME "
        f"--migration-file-language sql); for those that are there, {SNAPSHOT}",
    ),
    MigrationTool(
        name="SeaORM",
        migrations=_path(r"[^/]+", r"m\d{8}_\d{6}_\w+\.rs"),
    ),
    MigrationTool(
        name="goose (Go migrations)",
        migrations=_path(r"[^/]+", r"\d+_\w+(?<!_test)\.go"),
        dependency=_words(r"\bpressly/goose\b"),
    ),
    MigrationTool(
        name="Flyway (Java migrations)",
        migrations=_path(r"[^/]+", r"[VR][\d_.]*__\w+\.(?:java|kt)"),
    ),
    MigrationTool(
        name="Flyway",
        migrations=_path(r"[^/]+", r"(?:[VUB]\d+(?:[._]\d+)*|R)__[^/]*\.sql"),
        mark=_file(r"flyway\.(?:conf|toml)"),
        sql=True,
    ),
    MigrationTool(
        name="Drizzle",
        migrations=_path(r"drizzle(?:/[^/]+)?", _SQL_FILE),
        mark=_file(rf"drizzle(?:\.[\w-]+)?\.config{_JS}"),
        sql=True,
    ),
    MigrationTool(
        name="Prisma",
        migrations=_path(r"migrations", r"[^/]+/migration\.sql"),
        mark=_file(r"schema\.prisma"),
        sql=True,
    ),
    MigrationTool(
        name="Supabase",
        migrations=_path(r"supabase/migrations", _SQL_FILE),
        mark=_file(r"supabase/config\.toml"),
        sql=True,
    ),
    MigrationTool(
        name="Diesel",
        migrations=_path(r"migrations", r"[^/]+/up\.sql"),
        mark=_file(r"diesel\.toml"),
        sql=True,
    ),
    MigrationTool(
        name="sqlx",
        migrations=_path(r"migrations", _SQL_FILE),
        dependency=_words(r"^sqlx\b"),
        sql=True,
    ),
    MigrationTool(
        name="golang-migrate",
        migrations=_path(r"[^/]+", r"\d+_[^/]*\.up\.sql"),
        dependency=_words(r"\bgolang-migrate/migrate\b"),
        sql=True,
    ),
    MigrationTool(
        name="goose",
        migrations=_path(r"[^/]+", r"\d+_[^/]*\.sql"),
        dependency=_words(r"\bpressly/goose\b"),
        sql=True,
    ),
    MigrationTool(
        name="dbmate",
        migrations=_path(r"migrations", r"\d+_[^/]*\.sql"),
        dependency=_words(r"\bdbmate\b"),
        sql=True,
    ),
    MigrationTool(
        name="Sqitch",
        migrations=_path(r"deploy", _SQL_FILE),
        mark=_file(r"sqitch\.plan"),
        sql=True,
    ),
    MigrationTool(
        name="Atlas",
        migrations=_path(r"migrations", _SQL_FILE),
        mark=_file(r"atlas\.hcl"),
        sql=True,
    ),
)
"""The tools, those that write no SQL first."""

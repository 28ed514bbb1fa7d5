"""What each migration tool does with a folder of SQL files: one table of facts for every layout.

Every claim was held against the tool's own documentation or source:

- Flyway: "Versioned", "Undo", "Baseline" and "Repeatable Migrations", "Script Configuration Files",
  "Validate Migration Naming", "Mixed"; its comparison of versions and its PostgreSQL parser.
- goose: "SQL Migrations" of its README, and its parser of annotations.
- dbmate: "Creating Migrations" and "Migration Options" of its README, and how it finds migrations.
- golang-migrate: ``MIGRATIONS.md``, and "Multi-statement mode" of its PostgreSQL driver.
- sqlx: the documentation of ``MigrationSource``, and how its PostgreSQL driver applies one.
- diesel: the documentation of ``FileBasedMigrations`` and of ``MigrationHarness``.
- Prisma: "Mental model" of Prisma Migrate, and how its schema engine lists a migrations folder.
- Supabase: "Local development with schema migrations", and the CLI's list of local migrations.
- sql-migrate: "Usage" and "Writing migrations" of its README, and how it compares two migrations.
- Rails: the guide "Active Record Migrations", and ``ActiveRecord::Migrator``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from enum import StrEnum

from msgspec import Struct

from ctb_lint.history import Layout, MigrationFile

Key = tuple[tuple[int, ...], str]
"""What versions are compared by: numbers first, text second; one of the two is empty."""


class Sends(StrEnum):
    """In what pieces a runner hands a file to PostgreSQL."""

    STATEMENTS = "statements"
    """One by one: without a transaction around them each commits for itself."""
    WHOLE = "whole"
    """All in one message. PostgreSQL runs several statements of one message as one transaction."""
    PIPELINE = "pipeline"
    """One after the other without waiting: PostgreSQL commits when the last is done."""
    UNKNOWN = "unknown"


class RunnerFacts(Struct, frozen=True, kw_only=True):
    """What is known of the runner of a layout.

    ``tool`` is its name, None where no tool is known. ``shape`` is the layout of the files alone.
    ``form`` shows how it wants files named, ``name`` matches the names that it reads (groups
    ``version`` and, where the name tells, ``down``); ``passes_over`` says what it does with other
    files. ``key`` makes of a version what the runner compares by, None where versions need not be
    unique, and ``twice`` says what it does with the second file of a version. ``by_name`` says
    that it applies files in the order of their names, not of their versions; ``order_open`` that
    nothing known decides between the two. ``wraps`` says whether it puts a transaction around each
    file, and ``opt_out`` what turns that off. ``records`` says whether it keeps a list of what ran,
    ``by_whole_name`` that it lists files by their whole names, so that versions may be shared.
    """

    tool: str | None = None
    shape: Layout
    form: str | None = None
    name: re.Pattern[str] | None = None
    passes_over: str = ""
    key: Callable[[str], Key] | None = None
    twice: str = ""
    by_name: bool = False
    order_open: bool = False
    wraps: bool | None = None
    sends: Sends = Sends.UNKNOWN
    opt_out: str | None = None
    records: bool | None = None
    by_whole_name: bool = False


_MAX_DIGITS = 4000
"""Numbers beyond that are cut: Python refuses to read them."""


def numeric(version: str) -> Key:
    """``7`` and ``007`` are one version."""
    return (int(version[:_MAX_DIGITS]),), ""


def dotted(version: str) -> Key:
    """Flyway: ``1.0`` is ``1``, ``1_2`` is ``1.2``, and ``1.10`` comes after ``1.9``."""
    parts = [int(part[:_MAX_DIGITS]) for part in re.split(r"[._]", version)]
    while len(parts) > 1 and parts[-1] == 0:
        parts.pop()
    return tuple(parts), ""


def textual(version: str) -> Key:
    """``7`` and ``007`` are two versions."""
    return (), version


def _generic(version: str) -> Key:
    """Numbers of folders and files: ``10.02`` is (10, 2)."""
    return tuple(int(part[:_MAX_DIGITS]) for part in version.split(".")), ""


_INSERT = "whose row for it is refused by the table of versions"

RUNNERS: Mapping[Layout, RunnerFacts] = {
    Layout.FLAT: RunnerFacts(shape=Layout.FLAT, key=_generic, by_name=True, order_open=True),
    Layout.PSQL: RunnerFacts(
        shape=Layout.FLAT, key=_generic, by_name=True, order_open=True, records=False
    ),
    Layout.UP_DOWN_SUFFIX: RunnerFacts(shape=Layout.UP_DOWN_SUFFIX, key=_generic, order_open=True),
    Layout.UP_DOWN_FOLDER: RunnerFacts(
        shape=Layout.UP_DOWN_FOLDER, key=_generic, by_name=True, order_open=True
    ),
    Layout.MIGRATION_FOLDER: RunnerFacts(
        shape=Layout.MIGRATION_FOLDER, by_name=True, order_open=True
    ),
    Layout.SINGLE: RunnerFacts(shape=Layout.SINGLE),
    Layout.FLYWAY: RunnerFacts(
        tool="Flyway",
        shape=Layout.FLAT,
        form="V1_2__name.sql",
        name=re.compile(
            r"(?:[VB](?P<version>\d+(?:[._]\d+)*)|(?P<down>U)(?P<undone>\d+(?:[._]\d+)*)|R)__"
            r".*\.sql\Z",
            re.DOTALL | re.ASCII,
        ),
        passes_over="Flyway ignores it",
        key=dotted,
        twice="Flyway refuses to run: found more than one migration with version",
        wraps=True,
        sends=Sends.STATEMENTS,
        opt_out="write `executeInTransaction=false` into {file}.conf",
        records=True,
    ),
    Layout.GOOSE: RunnerFacts(
        tool="goose",
        shape=Layout.FLAT,
        form="00001_name.sql",
        name=re.compile(r"(?P<version>0*[1-9]\d*)_.*\.sql\Z", re.DOTALL | re.ASCII),
        passes_over="goose does not run it: a version above zero and `_` must come first",
        key=numeric,
        twice="goose refuses to run: found duplicate migration version",
        wraps=True,
        sends=Sends.STATEMENTS,
        opt_out="write `-- +goose NO TRANSACTION` at the head of {file}",
        records=True,
    ),
    Layout.DBMATE: RunnerFacts(
        tool="dbmate",
        shape=Layout.FLAT,
        form="20250102030405_name.sql",
        name=re.compile(r"(?P<version>\d+).*\.sql\Z", re.DOTALL | re.ASCII),
        passes_over="dbmate ignores it",
        key=textual,
        twice=f"dbmate runs this one as well, {_INSERT}",
        by_name=True,
        wraps=True,
        sends=Sends.WHOLE,
        opt_out="write `transaction:false` behind the marker of its section, and put the "
        "statement alone into a file",
        records=True,
    ),
    Layout.RAILS: RunnerFacts(
        tool="Rails",
        shape=Layout.FLAT,
        form="20250102030405_name.sql",
        name=re.compile(r"(?P<version>\d+)_.*\.sql\Z", re.DOTALL | re.ASCII),
        passes_over="Rails passes over what has no version",
        key=numeric,
        twice="Rails refuses to run: multiple migrations have the version number",
        records=True,
    ),
    Layout.SUPABASE: RunnerFacts(
        tool="Supabase",
        shape=Layout.FLAT,
        form="20250102030405_name.sql",
        name=re.compile(r"(?P<version>\d+)_.*\.sql\Z", re.DOTALL | re.ASCII),
        passes_over="Supabase skips it",
        key=textual,
        twice=f"Supabase runs this one as well, {_INSERT}",
        by_name=True,
        wraps=False,
        sends=Sends.PIPELINE,
        opt_out="put the statement alone into a migration",
        records=True,
    ),
    Layout.PRISMA: RunnerFacts(
        tool="Prisma",
        shape=Layout.MIGRATION_FOLDER,
        by_name=True,
        wraps=False,
        sends=Sends.WHOLE,
        records=True,
    ),
    Layout.DIESEL: RunnerFacts(
        tool="diesel",
        shape=Layout.UP_DOWN_FOLDER,
        key=textual,
        twice="diesel keeps one of the two and passes over the other",
        wraps=True,
        sends=Sends.WHOLE,
        opt_out="write `run_in_transaction = false` into metadata.toml beside {file}, and put the "
        "statement alone into a migration",
        records=True,
    ),
    Layout.SQLX: RunnerFacts(
        tool="sqlx",
        shape=Layout.UP_DOWN_SUFFIX,
        form="1_name.sql",
        name=re.compile(
            r"(?P<version>\d+)_.*?(?:\.up|(?P<down>\.down))?\.sql\Z", re.DOTALL | re.ASCII
        ),
        passes_over="sqlx does not run it: an integer and `_` must come first",
        key=numeric,
        twice=f"sqlx runs this one as well, {_INSERT}",
        wraps=True,
        sends=Sends.WHOLE,
        opt_out="begin {file} with the line `-- no-transaction`, and put the statement alone "
        "into it",
        records=True,
    ),
    Layout.GOLANG_MIGRATE: RunnerFacts(
        tool="golang-migrate",
        shape=Layout.UP_DOWN_SUFFIX,
        form="1_name.up.sql",
        name=re.compile(r"(?P<version>\d+)_.*\.(?:up|(?P<down>down))\..*\Z", re.DOTALL | re.ASCII),
        passes_over="golang-migrate ignores it",
        key=numeric,
        twice="golang-migrate refuses to run: duplicate migration file",
        wraps=False,
        sends=Sends.WHOLE,
        opt_out="put the statement alone into a migration",
        records=True,
    ),
    Layout.SQL_MIGRATE: RunnerFacts(
        tool="sql-migrate",
        shape=Layout.FLAT,
        key=numeric,
        wraps=True,
        sends=Sends.STATEMENTS,
        opt_out="write `notransaction` behind `-- +migrate Up` in {file}",
        records=True,
        by_whole_name=True,
    ),
}
"""The facts of every layout."""


def facts_of(layout: Layout) -> RunnerFacts:
    """The facts of a layout."""
    return RUNNERS[layout]


_CALLBACK = re.compile(r"(?:before|after)[A-Z][A-Za-z]*(?:__.*)?\.sql\Z", re.DOTALL)
_LIMITS = {Layout.GOLANG_MIGRATE: 1 << 64, Layout.GOOSE: 1 << 63, Layout.SQLX: 1 << 63}
"""The number from which on a version does not fit into what the runner keeps it in."""


def fits(name: str, layout: Layout) -> bool:
    """Whether the runner of a layout reads a file of that name."""
    pattern = RUNNERS[layout].name
    if pattern is None:
        return True
    if layout is Layout.FLYWAY and _CALLBACK.match(name):
        return True
    match = pattern.match(name)
    if match is None:
        return False
    limit, version = _LIMITS.get(layout), match["version"]
    return limit is None or version is None or numeric(version)[0] < (limit,)


def identity(file: MigrationFile, layout: Layout) -> Key | None:
    """What the runner knows a file by: two files that share it are one migration to it. None where
    it goes by the whole name, or the file has no version."""
    facts = RUNNERS[layout]
    if facts.by_whole_name or facts.key is None or file.version is None:
        return None
    return facts.key(file.version)

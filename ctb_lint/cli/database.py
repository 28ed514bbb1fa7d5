"""The live database that a run looks at."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from ctb_lint.applied import AppliedVersions
from ctb_lint.cli.options import ENVIRONMENT
from ctb_lint.cli.trouble import RunError, nearest, safe
from ctb_lint.history import Layout
from ctb_lint.live import DatabaseFacts, LiveFacts
from ctb_lint.model import Schema
from ctb_lint.report import Database, Failure, SnapshotFile

if TYPE_CHECKING:
    from ctb_lint.cli.request import Request
    from ctb_lint.config import Config
    from ctb_lint.readers.postgres.target import Target

SNAPSHOT = "snapshot"
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


class Live(Struct, frozen=True, kw_only=True):
    """What a database is: its schema, what lasts of it beside that, and the major version of its
    server. A running one tells more (``facts``), and is named by somebody (``origin``: ``--db``,
    ``DATABASE_URL``); else ``snapshot`` is the file that stands for it. ``applied`` is what it
    notes of migrations, by the layout whose tool would note it there."""

    schema: Schema
    lasting: DatabaseFacts
    major: int
    facts: LiveFacts | None = None
    origin: str = ""
    applied: Mapping[Layout, AppliedVersions] = {}
    snapshot: SnapshotFile | None = None

    @property
    def name(self) -> str:
        """What it is called where no history and no catalogue gives it a name."""
        return self.facts.server.database if self.facts else SNAPSHOT

    @property
    def about(self) -> Database | None:
        """What a report says of a database that was asked."""
        if self.facts is None:
            return None
        tables = len(self.schema.tables)
        return Database(server=self.facts.server, origin=self.origin, tables=tables)


class Looked(Struct, frozen=True):
    """What came of looking: a database, or why there is none; nothing where nobody asked.
    ``target`` is what was connected to."""

    live: Live | None = None
    failures: tuple[Failure, ...] = ()
    target: Target | None = None


def refuse_urls(given: Iterable[str | None]) -> None:
    """Raises RunError where a database is named in the wrong place: what names it may hold a
    password, and is not repeated."""
    if any(value and _URL.match(value) for value in given):
        raise RunError("a URL stands where none belongs", hint="name a database with --db URL")


def look(request: Request, config: Config) -> Looked:
    """Reads the schema of the database that the request means. What goes wrong is a failure of
    the run, which has files to report on all the same."""
    from ctb_lint.readers.postgres.trouble import ReadTrouble

    if request.snapshot is not None:
        return from_snapshot(request.snapshot, config)
    if request.db is None:
        return Looked()
    try:
        return _connected(request, config)
    except ReadTrouble as trouble:
        return Looked(failures=(Failure(trouble.message, hint=trouble.hint),))


def _connected(request: Request, config: Config) -> Looked:
    from ctb_lint.readers.postgres.applied import applied_versions
    from ctb_lint.readers.postgres.connect import connected
    from ctb_lint.readers.postgres.inspect import inspect_with_facts
    from ctb_lint.readers.postgres.trouble import ReadTrouble, translated

    target = target_of(request)
    with connected(target) as connection:
        found = inspect_with_facts(connection, target, default_schema=config.default_schema)
        applied: Mapping[Layout, AppliedVersions] = {}
        failures: tuple[Failure, ...] = ()
        try:
            with translated(target.secrets):
                applied = applied_versions(connection, found.schema)
        except ReadTrouble as trouble:
            # A migration that runs now holds its tool's table; the schema is known all the same.
            message = f"what the database notes of migrations could not be read: {trouble.message}"
            failures = (Failure(message, hint=trouble.hint),)
    live = Live(
        schema=found.schema,
        lasting=found.facts.lasting,
        major=found.facts.server.major,
        facts=found.facts,
        origin=target.origin,
        applied=applied,
    )
    return Looked(live, failures, target)


def from_snapshot(named: str, config: Config) -> Looked:
    """What a snapshot has of a database, or why it is none that can be used."""
    from ctb_lint.cli.debts import shown
    from ctb_lint.readers.snapshot.reader import MOST_BYTES, SnapshotTrouble, read

    path = shown(Path(named), config)

    def failed(message: str, hint: str, line: int | None = None) -> Looked:
        return Looked(failures=(safe(Failure(message, path=path, line=line, hint=hint)),))

    try:
        with Path(named).open("rb") as stream:
            data = stream.read(MOST_BYTES + 1)
        found = read(data)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        return failed(f"cannot be read: {why}", "ctb-lint snapshot --output FILE writes one")
    except SnapshotTrouble as trouble:
        return failed(trouble.message, trouble.hint, trouble.line)
    schema, stamp = found.schema, found.stamp
    if schema.default_schema != config.default_schema:
        own = schema.default_schema
        return failed(
            f"was taken with the default schema {own}, and this run has {config.default_schema}",
            f"take it again with --default-schema {config.default_schema}, or check with {own}",
        )
    about = SnapshotFile(
        path=path,
        sha256=hashlib.sha256(data).hexdigest(),
        postgresql=found.postgresql,
        tables=len(schema.tables),
        taken=stamp.taken if stamp else None,
        database=stamp.database if stamp else None,
        server=stamp.server if stamp else None,
    )
    return Looked(Live(schema=schema, lasting=found.facts, major=found.postgresql, snapshot=about))


def target_of(request: Request) -> Target:
    """What the request means to connect to. Raises ReadTrouble where that is nothing."""
    from ctb_lint.readers.postgres.connect import libpq_defaults
    from ctb_lint.readers.postgres.target import choose_target

    return choose_target(
        None if request.db == ENVIRONMENT else request.db,
        os.environ,
        libpq_defaults(),
        allow_plaintext=request.allow_plaintext,
    )


def histories_of(request: Request, config: Config, read: Sequence[str]) -> tuple[str, ...]:
    """Which of the histories that were read build the database: those that the command line
    names, else those that are configured as ``live``, else the only one.

    Raises RunError where that is none of them, or not clear.
    """
    configured = [history.name for history in config.histories if history.live]
    wanted = request.histories or configured
    if not wanted:
        if len(read) > 1:
            raise RunError(
                f"there are {len(read)} histories: which of them builds the database?",
                hint=f"name it with --history {read[0]}, or set live = true in its [[histories]]",
            )
        return tuple(read)
    for name in wanted:
        if name not in read:
            near = nearest(name, read)
            meant = f"; did you mean {near}?" if near else ""
            listed = ", ".join(read) or "no history"
            raise RunError(f"no history {name} is read{meant}", hint=f"this run reads {listed}")
    return tuple(dict.fromkeys(wanted))

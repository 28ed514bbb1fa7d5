"""The live database that a run looks at."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from ctb_lint.applied import AppliedVersions
from ctb_lint.cli.options import ENVIRONMENT
from ctb_lint.cli.trouble import RunError, nearest
from ctb_lint.history import Layout
from ctb_lint.live import LiveFacts, Server
from ctb_lint.model import Schema
from ctb_lint.report import Database, Failure

if TYPE_CHECKING:
    from ctb_lint.cli.run import Request
    from ctb_lint.config import Config
    from ctb_lint.readers.postgres.target import Target

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


class Live(Struct, frozen=True):
    """What a database is: its schema, what only a running one tells, and who named it (``--db``,
    ``DATABASE_URL``). ``applied`` is what it notes of migrations, by the layout whose tool would
    note it there."""

    schema: Schema
    facts: LiveFacts
    origin: str
    applied: Mapping[Layout, AppliedVersions] = {}

    @property
    def server(self) -> Server:
        """Who was asked."""
        return self.facts.server

    @property
    def about(self) -> Database:
        """What a report says of it."""
        return Database(server=self.server, origin=self.origin, tables=len(self.schema.tables))


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

    target = target_of(request)
    with connected(target) as connection:
        found = inspect_with_facts(connection, target, default_schema=config.default_schema)
        applied = applied_versions(connection, found.schema)
    return Looked(Live(found.schema, found.facts, target.origin, applied), target=target)


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

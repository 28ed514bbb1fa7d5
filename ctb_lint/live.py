"""What only a running database can tell, beside its schema: who was asked and as whom, how much
there is, and what is used.

Counters and positions are those of the moment; they are no part of the snapshot that the schema
was read on. What the role may not see is None, or missing, and never 0.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from msgspec import Struct

from ctb_lint.model import Grant, QualifiedName


class Server(Struct, frozen=True):
    """The server that was asked, and how it was reached.

    ``host`` is the name or address that was connected to, or the folder of a socket; behind a
    pooler it is the pooler's. ``version`` is the server's own text (``18.1``), ``version_number``
    PostgreSQL's ``server_version_num`` (180001). ``tls`` says that the connection is encrypted,
    ``local`` that it does not leave the machine, ``plaintext_allowed`` that someone let it go
    without. ``in_recovery`` is a standby.
    """

    host: str
    port: int
    database: str
    role: str
    version: str
    version_number: int
    superuser: bool
    tls: bool
    local: bool
    plaintext_allowed: bool
    in_recovery: bool

    @property
    def major(self) -> int:
        """The major version: 18."""
        return self.version_number // 10_000


class Role(Struct, frozen=True):
    """What the role that asked may do beyond its privileges. ``member_of`` names the roles whose
    privileges it has, directly or not, sorted; for a superuser, who has those of all, none."""

    name: str
    superuser: bool
    bypasses_row_security: bool
    creates_roles: bool
    creates_databases: bool
    replicates: bool
    member_of: tuple[str, ...] = ()


class TableUse(Struct, frozen=True):
    """How large a table or materialized view is, and what was done with it since its counters
    were last reset. ``rows`` is PostgreSQL's estimate, None where nothing was ever counted;
    ``pages`` are of 8 KiB. A partitioned table has nothing itself: its partitions have."""

    rows: int | None
    pages: int
    sequential_scans: int
    index_scans: int
    inserted: int
    updated: int
    deleted: int


class IndexUse(Struct, frozen=True):
    """How an index fares. ``constraint`` says that a constraint owns it, ``valid`` that queries
    may use it, ``ready`` that writes keep it up; ``building`` that it is being built now.
    ``last_used`` is known from PostgreSQL 16 on."""

    table: QualifiedName
    name: str
    unique: bool
    constraint: bool
    valid: bool
    ready: bool
    building: bool
    pages: int
    scans: int
    last_used: datetime.datetime | None = None


class SequencePosition(Struct, frozen=True):
    """Where a sequence stands. ``last`` is the value given last, None where none was given yet;
    ``unknown`` says why it cannot be known. ``owned_by`` is the table and column that draw from
    it, those of identity columns too."""

    name: QualifiedName
    minimum: int
    maximum: int
    increment: int
    cycles: bool
    last: int | None = None
    unknown: str | None = None
    owned_by: tuple[QualifiedName, str] | None = None


class SchemaRights(Struct, frozen=True):
    """Who owns a schema, and what others may do in it (``create``, ``usage``)."""

    owner: str
    grants: tuple[Grant, ...] = ()


class EventTrigger(Struct, frozen=True):
    """A trigger on DDL; ``enabled`` as of ordinary triggers."""

    name: str
    event: str
    function: QualifiedName
    enabled: str


class DatabaseFacts(Struct, frozen=True):
    """What a database tells beside its schema that stays as it is until somebody changes it: a
    snapshot has it, too. ``schemas`` are who owns which schema, and what others may do there;
    ``followed`` the relations whose writes a publication or a rule sends elsewhere, with the kinds
    of writes (``delete``, ``insert``, ``update``), None where the role may not ask."""

    schemas: Mapping[str, SchemaRights] = {}
    followed: Mapping[QualifiedName, tuple[str, ...]] | None = {}


class LiveFacts(Struct, frozen=True):
    """All of it.

    ``counting`` says that the server counts at all, ``counted_since`` when it last began anew,
    ``read_at`` when it was asked. ``settings`` has those of ``SETTINGS`` that the role may see.
    ``unknown`` holds (what, why) for whatever could not be asked.
    """

    server: Server
    read_at: datetime.datetime
    role: Role | None = None
    counting: bool = True
    counted_since: datetime.datetime | None = None
    tables: Mapping[QualifiedName, TableUse] = {}
    indexes: tuple[IndexUse, ...] = ()
    sequences: tuple[SequencePosition, ...] = ()
    schemas: Mapping[str, SchemaRights] = {}
    event_triggers: tuple[EventTrigger, ...] = ()
    followed: Mapping[QualifiedName, tuple[str, ...]] | None = {}
    settings: Mapping[str, str] = {}
    unknown: tuple[tuple[str, str], ...] = ()

    def why_unknown(self, *asked: str) -> str | None:
        """Why the answer to one of these questions is not known; None where all are."""
        return next((why for what, why in self.unknown if what in asked), None)

    @property
    def lasting(self) -> DatabaseFacts:
        """Those of them that are not of the moment."""
        return DatabaseFacts(self.schemas, self.followed)


SETTINGS = (
    "log_statement",
    "password_encryption",
    "pgaudit.log",
    "row_security",
    "session_replication_role",
    "shared_preload_libraries",
    "ssl",
    "track_counts",
    "wal_level",
)
"""The server's settings that are worth knowing."""

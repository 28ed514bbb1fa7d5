"""The evidence that a run judges: what each source says, and what is demanded of it."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from msgspec import Struct

from ctb_lint.applied import AppliedVersions
from ctb_lint.catalogue import Catalogue
from ctb_lint.changed_files import CatalogueChange, FileChange
from ctb_lint.claims import Claim
from ctb_lint.demands import Demand
from ctb_lint.differences import Difference, NotCompared
from ctb_lint.history import DocumentedHistory, History
from ctb_lint.live import DatabaseFacts, LiveFacts
from ctb_lint.mishaps import Mishap
from ctb_lint.model import QualifiedName, Schema
from ctb_lint.rows import Check, RowFact
from ctb_lint.shadow import Shadow
from ctb_lint.sources import SourceKind as SourceKind
from ctb_lint.standard import Standard
from ctb_lint.surroundings import Commits, Surroundings
from ctb_lint.waivers import WaiverUse


class Source(Struct, frozen=True):
    """One source: its schema, the history where it has one, and the demands on it.

    ``database`` tells the sources of one database from those of another: a fault is one only
    within its database. ``waivers`` are judged when all else has been: what became of them.
    ``catalogue`` is what the document says whose tables the schema declares. ``file_changes`` and
    ``catalogue_change`` are there in a run that is held against another state.
    ``differences`` are those from what another source declares, ``compared`` the tables that were
    held against it and ``not_compared`` what could not be. ``mishaps`` are those of a source that
    has no history: of a catalogue's SQL. ``claims`` are what the catalogue says that can be
    checked, ``documented`` the migrations that it names, where none are read. ``facts`` are what
    only a running database tells, ``lasting`` what any does. ``row_facts`` are the answers about
    the rows of a database, None where nobody asked; ``shadow`` is what a real server made of the
    history, ``applied`` which of its files the database says it has had.
    """

    kind: SourceKind
    database: str
    schema: Schema
    history: History | None = None
    demands: tuple[Demand, ...] = ()
    waivers: tuple[WaiverUse, ...] = ()
    file_changes: tuple[FileChange, ...] = ()
    catalogue_change: CatalogueChange | None = None
    catalogue: Catalogue | None = None
    differences: tuple[Difference, ...] = ()
    compared: frozenset[QualifiedName] = frozenset()
    not_compared: tuple[NotCompared, ...] = ()
    mishaps: tuple[Mishap, ...] = ()
    claims: tuple[Claim, ...] = ()
    documented: DocumentedHistory | None = None
    shadow: Shadow | None = None
    facts: LiveFacts | None = None
    lasting: DatabaseFacts | None = None
    applied: AppliedVersions | None = None
    row_facts: Mapping[Check, RowFact] | None = None


class Target(Struct, frozen=True):
    """The PostgreSQL that the migrations are for. ``assumed`` says that nobody named it."""

    version: int
    assumed: bool = False


class Evidence(Struct, frozen=True):
    """Everything that rules may be given. ``as_of`` is the date that rules take for today,
    ``catalogue`` the document that describes the tables of every source. ``surroundings`` and
    ``commits`` are what became of the files and commits that it names, None where nobody could
    look."""

    sources: tuple[Source, ...]
    standard: Standard
    target: Target
    as_of: datetime.date
    catalogue: Catalogue | None = None
    surroundings: Surroundings | None = None
    commits: Commits | None = None

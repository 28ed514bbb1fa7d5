"""Claims: what a catalogue says that can be checked, and how each ends.

The catalogue's reader makes the claims. One that demands something carries its demands; the others
are judged by the rules that name their kind (``@rule(claims=…)``). The ledger adds up: every claim
is held, broken, skipped or not understood.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from ctb_lint.demands import Demand
from ctb_lint.model import Location, QualifiedName


class ClaimKind(StrEnum):
    """What a claim is about. The words stand in the ledger."""

    # Of the document.
    INDEX_ROW = "index row"
    STATISTIC = "statistic"
    LAYER_LIST = "layer list"
    REQUIRED = "required of all tables"
    ENTITY = "diagram entity"
    ATTRIBUTE = "diagram attribute"
    EDGE = "diagram edge"
    CONNECTION = "connection"
    RUNNER = "runner"
    REVIEW = "review"
    LINK = "link"
    # Of an entry's header.
    BARTON_ID = "Barton ID"
    HEIR_ID = "HEIR ID"
    STATUS = "status"
    CREATED = "created"
    AUTHOR = "author"
    MODIFIED = "last modified"
    TARGET = "target date"
    # Structure.
    TABLE = "declared table"
    COLUMN = "declared column"
    INDEX = "declared index"
    CONSTRAINT = "declared constraint"
    COLUMN_ITEM = "Columns list"
    # Traceability and migration.
    MIGRATION_FILE = "migration file"
    SOURCE_PATH = "source path"
    COMMIT = "commit"
    DIAGRAM_FILE = "diagram file"
    CREATION = "creation command"
    ROLLBACK = "rollback"
    VERSION = "version"
    # The others.
    ACCESS = "access"
    ROW_SECURITY = "row-level security"
    PURPOSE = "purpose"
    USE_CASES = "use cases"
    WORKFLOWS = "workflows"
    RELATED = "related tables"
    RULE = "rule"
    FOREIGN_KEYS = "foreign keys"
    INTEGRATION = "external integration"
    PROCESS = "linked process"
    LAYER = "ORBT layer"


class Claim(Struct, frozen=True, kw_only=True, gc=False):
    """One thing that the catalogue says.

    ``text`` is what it says, in one line; ``entry`` the table whose entry says it, None for the
    document itself; ``section`` the STAMPED letter. ``demands`` must all hold for the claim to
    hold. ``softens`` are demands of the standard that it makes weaker, and that are no part of the
    claim. ``beyond`` is the reason why nothing that is read can tell whether it holds.
    ``understood`` is False for a sentence of which nobody knows what it demands.
    """

    kind: ClaimKind
    text: str
    at: Location
    entry: QualifiedName | None = None
    section: str | None = None
    demands: tuple[Demand, ...] = ()
    softens: tuple[Demand, ...] = ()
    beyond: str | None = None
    understood: bool = True


class Claims(Struct, frozen=True):
    """All claims of a catalogue, for rules that look at several."""

    all: tuple[Claim, ...]


class Verdict(StrEnum):
    """How a claim ends."""

    HELD = "held"
    BROKEN = "broken"
    SKIPPED = "skipped"
    NOT_UNDERSTOOD = "not understood"


class Ruling(Struct, frozen=True):
    """A claim and how it ended. ``codes`` are the rules that found it broken, sorted; ``why`` says
    why it was skipped, or against what it was held."""

    claim: Claim
    verdict: Verdict
    why: str = ""
    codes: tuple[str, ...] = ()

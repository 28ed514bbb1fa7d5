"""A catalogue as a whole: its entries, and what stands beside them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property

from msgspec import Struct

from ctb_lint.catalogue.entries import Entry
from ctb_lint.catalogue.written import (
    CodeBlock,
    Field,
    HeadingLine,
    Link,
    MisDecoded,
    Sentence,
    When,
    Written,
)
from ctb_lint.connection_strings import ConnectionString
from ctb_lint.demands import Stage
from ctb_lint.diagram import Diagram
from ctb_lint.model import Location, QualifiedName
from ctb_lint.passwords import Password


class IndexRow(Struct, frozen=True, kw_only=True, gc=False):
    """A row of the table index; a cell that is absent or empty is None. ``line`` is the whole
    line that it stands on and ``text`` what is written there; ``keys`` has for each of its cells
    the field that it holds, empty where that is none of these."""

    at: Location
    line: Location
    text: str
    keys: tuple[str, ...]
    name: Written
    number: Written | None = None
    barton_id: Written | None = None
    purpose: Written | None = None
    status: Written | None = None
    stage: Stage = Stage.UNKNOWN
    migration: Written | None = None


class StatisticKind(StrEnum):
    """What a statistic counts."""

    TOTAL = "tables"
    ACTIVE = "active tables"
    PLANNED = "planned tables"
    BUILT_IN = "built-in tables"
    HEIR = "tables with HEIR tracking"
    INDEXES = "tables with indexes"
    JSONB = "tables with JSONB"
    AVERAGE_COLUMNS = "average columns"
    UNKNOWN = "unknown"


class Statistic(Struct, frozen=True):
    """A number that the catalogue gives. ``number`` and ``percent`` (of ``7 (100%)``) are None
    where the value has none; ``number_at`` and ``percent_at`` are the places of their digits."""

    kind: StatisticKind
    name: str
    value: Written
    at: Location
    number: float | None = None
    percent: float | None = None
    number_at: Location | None = None
    percent_at: Location | None = None


class LayerAssignment(Struct, frozen=True):
    """The tables that the catalogue puts into one ORBT layer; ``number`` is None where neither a
    number nor the layer's name tells it."""

    number: int | None
    name: str
    tables: tuple[Written, ...]
    at: Location


class Connection(Struct, frozen=True):
    """What the catalogue says of connecting to one database: ``name`` is the label above,
    ``variables`` the names of environment variables, ``urls`` the connection URLs."""

    name: str
    at: Location
    sentences: tuple[Sentence, ...]
    variables: tuple[Written, ...] = ()
    urls: tuple[Written, ...] = ()


class Footer(Struct, frozen=True, kw_only=True):
    """What the document says of itself: its header and footer, as fields and parsed. ``totals``
    are the numbers of ``7 (3 active, 4 planned)``."""

    fields: tuple[Field, ...] = ()
    updated: When | None = None
    review_schedule: Written | None = None
    next_review: When | None = None
    totals: tuple[Statistic, ...] = ()


class LegendSection(Struct, frozen=True):
    """What the legend lists for one STAMPED section."""

    letter: str
    at: Location
    sentences: tuple[Sentence, ...]


class TroubleKind(StrEnum):
    """What could not be read as it was meant."""

    SQL = "sql"
    MERMAID = "mermaid"
    FENCE = "fence"
    NESTING = "nesting"
    UNNAMED = "unnamed entry"
    ENTRY_TWICE = "entry twice"
    TABLE_TWICE = "table twice"
    CHARACTER = "character"


class Trouble(Struct, frozen=True):
    """Something in the catalogue that could not be read; the rest was. ``message`` is a sentence
    without its full stop; ``entry`` is the name of the table whose entry it stands in."""

    kind: TroubleKind
    message: str
    at: Location
    hint: str | None = None
    entry: str | None = None


class Catalogue(Struct, frozen=True, kw_only=True, dict=True):
    """All files of a catalogue as one. Everything stands in the order of ``paths`` and of the
    text. ``required`` are the demands on all tables, ``blocks`` every fenced block of code, those
    of entries included."""

    paths: tuple[str, ...] = ()
    entries: tuple[Entry, ...] = ()
    index: tuple[IndexRow, ...] = ()
    statistics: tuple[Statistic, ...] = ()
    diagrams: tuple[Diagram, ...] = ()
    layers: tuple[LayerAssignment, ...] = ()
    required: tuple[Sentence, ...] = ()
    connections: tuple[Connection, ...] = ()
    footer: Footer = Footer()
    legend: tuple[LegendSection, ...] = ()
    sentences: tuple[Sentence, ...] = ()
    """What it says outside entries, legend, index and statistics."""
    blocks: tuple[CodeBlock, ...] = ()
    headings: tuple[HeadingLine, ...] = ()
    links: tuple[Link, ...] = ()
    mis_decoded: tuple[MisDecoded, ...] = ()
    passwords: tuple[Password, ...] = ()
    connection_strings: tuple[ConnectionString, ...] = ()
    troubles: tuple[Trouble, ...] = ()

    def entry(self, table: QualifiedName) -> Entry | None:
        """The first entry of that table."""
        return self._by_table.get(table)

    @cached_property
    def _by_table(self) -> Mapping[QualifiedName, Entry]:
        return {entry.table: entry for entry in reversed(self.entries)}

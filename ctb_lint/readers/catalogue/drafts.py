"""What is being put together while the blocks of a catalogue are walked through."""

from __future__ import annotations

from msgspec import Struct, field

from ctb_lint.catalogue import (
    CodeBlock,
    Field,
    HeadingLine,
    IndexRow,
    LegendSection,
    Link,
    MisDecoded,
    Section,
    Sentence,
    Statistic,
    Trouble,
)
from ctb_lint.connection_strings import ConnectionString
from ctb_lint.diagram import Diagram
from ctb_lint.model import Location
from ctb_lint.passwords import Password
from ctb_lint.readers.catalogue.candidates import EntryHeading
from ctb_lint.readers.catalogue.source import Source


class SectionDraft(Struct):
    """A STAMPED section that is being read."""

    letter: str
    title: str
    at: Location
    level: int
    sentences: list[Sentence] = field(default_factory=list)
    blocks: list[CodeBlock] = field(default_factory=list)

    def section(self) -> Section:
        """What has been read of it."""
        blocks = tuple(self.blocks)
        return Section(self.letter, self.title, self.at, tuple(self.sentences), blocks)


class LegendDraft(Struct):
    """What the legend lists for a STAMPED section, while it is being read."""

    letter: str
    at: Location
    sentences: list[Sentence] = field(default_factory=list)

    def section(self) -> LegendSection:
        """What has been read of it."""
        return LegendSection(self.letter, self.at, tuple(self.sentences))


class EntryDraft(Struct):
    """An entry that is being read; ``end`` is the offset behind it."""

    heading: EntryHeading
    title: str
    source: Source
    start: int
    at: Location
    end: int = 0
    fields: list[Field] = field(default_factory=list)
    sections: list[SectionDraft] = field(default_factory=list)
    preface: list[Sentence] = field(default_factory=list)
    blocks: list[CodeBlock] = field(default_factory=list)
    sql: list[tuple[CodeBlock, int, int]] = field(default_factory=list)
    """The blocks of SQL with their offsets."""


class CatalogueDraft(Struct):
    """All that has been read of a catalogue. The sentences of the document's parts are kept by
    the part's name."""

    entries: list[EntryDraft] = field(default_factory=list)
    index: list[IndexRow] = field(default_factory=list)
    statistics: list[Statistic] = field(default_factory=list)
    totals: list[Statistic] = field(default_factory=list)
    diagrams: list[Diagram] = field(default_factory=list)
    parts: dict[str, list[Sentence]] = field(default_factory=dict)
    sentences: list[Sentence] = field(default_factory=list)
    legend: list[LegendSection] = field(default_factory=list)
    blocks: list[CodeBlock] = field(default_factory=list)
    shared_sql: list[tuple[CodeBlock, int, int, Source]] = field(default_factory=list)
    """Blocks of SQL outside entries."""
    headings: list[HeadingLine] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    mis_decoded: list[MisDecoded] = field(default_factory=list)
    passwords: list[Password] = field(default_factory=list)
    connection_strings: list[ConnectionString] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)

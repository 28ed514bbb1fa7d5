"""What a catalogue says: entries, index, statistics, diagrams, layers, demands on all tables.

The catalogue's reader fills these; rules and claims judge them. Nothing here says whether a word
of it is true. Each thing knows its place in the file; ``Written.text`` is the text as it reads:
repaired where it was mis-decoded, without the quotes of Markdown where it is one quoted name.
"""

from ctb_lint.catalogue.document import (
    Catalogue,
    Connection,
    Footer,
    IndexRow,
    LayerAssignment,
    LegendSection,
    Statistic,
    StatisticKind,
    Trouble,
    TroubleKind,
)
from ctb_lint.catalogue.entries import SECTION_TITLES, ColumnItem, Entry, Header, Rollback, Section
from ctb_lint.catalogue.written import (
    CodeBlock,
    Field,
    HeadingLine,
    Link,
    LinkKind,
    MisDecoded,
    Sentence,
    SentenceKind,
    When,
    Written,
)

__all__ = [
    "SECTION_TITLES",
    "Catalogue",
    "CodeBlock",
    "ColumnItem",
    "Connection",
    "Entry",
    "Field",
    "Footer",
    "Header",
    "HeadingLine",
    "IndexRow",
    "LayerAssignment",
    "LegendSection",
    "Link",
    "LinkKind",
    "MisDecoded",
    "Rollback",
    "Section",
    "Sentence",
    "SentenceKind",
    "Statistic",
    "StatisticKind",
    "Trouble",
    "TroubleKind",
    "When",
    "Written",
]

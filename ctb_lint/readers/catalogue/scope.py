"""Where in a file a block stands: the headings above it, the entry, section and list around it."""

from __future__ import annotations

from ctb_lint.headings import Headings
from ctb_lint.model import Location
from ctb_lint.readers.catalogue.blocks import Lines
from ctb_lint.readers.catalogue.drafts import EntryDraft, SectionDraft
from ctb_lint.readers.catalogue.lines import Part, bare
from ctb_lint.readers.catalogue.words import speaks_of, undressed

PARTS = ("required", "legend", "layers", "connection", "statistics", "index")
"""The parts of a document outside entries, in the order in which a heading is asked for them."""


def part_of(text: str, headings: Headings) -> str:
    """The part of the document that a heading or label opens; empty where it opens none."""
    return next((part for part in PARTS if speaks_of(text, getattr(headings, part))), "")


class Scope:
    """Moves with the blocks of one file. ``label`` is the line (``**Columns**:``) or the heading
    inside a section that stands above, None where there is none."""

    def __init__(self, headings: Headings) -> None:
        self._headings = headings
        self._above: list[tuple[int, str, str]] = []
        """The headings above: level, text, and the part of the document that each opens."""
        self.entry: EntryDraft | None = None
        self.section: SectionDraft | None = None
        self.label: str | None = None
        self._heading_label: str | None = None
        """The heading inside an entry that is no section's: a label for all below it."""
        self._label_part = ""
        self._items: list[Part | None] = []
        """The list items that the next one may be nested in."""

    @property
    def letter(self) -> str | None:
        """The section's letter."""
        return self.section.letter if self.section else None

    @property
    def titles(self) -> tuple[str, ...]:
        """The headings above, outermost first."""
        return tuple(text for _, text, _ in self._above)

    @property
    def level(self) -> int:
        """The level of the nearest heading above; 0 where there is none."""
        return self._above[-1][0] if self._above else 0

    @property
    def part(self) -> str:
        """The part of the document that stands here: the label's, else the nearest heading's."""
        if self._label_part:
            return self._label_part
        return next((part for _, _, part in reversed(self._above) if part), "")

    def below(self, level: int, text: str, part: str = "") -> None:
        """A heading: whatever was labelled above it is over."""
        self._forget_labels()
        while self._above and self._above[-1][0] >= level:
            self._above.pop()
        self._above.append((level, text, part))

    def top(self) -> None:
        """No heading stands above what follows."""
        self._above.clear()

    def end(self, offset: int) -> None:
        """The entry, where there is one, ends at an offset."""
        if self.entry is not None:
            self.entry.end = offset
        self.entry = self.section = None
        self._forget_labels()

    def open_section(self, known: tuple[str, str], at: Location, level: int) -> None:
        """A section of the entry begins; its letter and title, and the level of its heading."""
        assert self.entry is not None
        self.section = SectionDraft(known[0], known[1], at, level)
        self.entry.sections.append(self.section)
        self.label, self._heading_label, self._items = None, None, []

    def head(self, text: str, *, deeper: bool) -> None:
        """A heading inside the entry that opens no section: a label for all below it. It ends
        the section unless it stands deeper."""
        if not deeper:
            self.section = None
        self.label = self._heading_label = undressed(text).rstrip(":")

    def put_label(self, text: str) -> None:
        """A line that is a label."""
        self.label = text
        self._label_part = part_of(text, self._headings) if self.entry is None else ""

    def drop_label(self) -> None:
        """A line that stands beside the labels, not below one."""
        self.label, self._label_part = self._heading_label, ""

    def _forget_labels(self) -> None:
        self.label, self._heading_label, self._label_part, self._items = None, None, "", []

    def leave_list(self) -> None:
        """Text outside lists."""
        self._items = []

    def remember(self, depth: int, item: Part) -> None:
        """A list item of that depth: those that follow may be nested in it."""
        if depth <= 1:  # as most are
            self._items = [item]
            return
        del self._items[depth - 1 :]
        while len(self._items) < depth - 1:
            self._items.append(None)
        self._items.append(item)

    def group(self, lines: Lines) -> str | None:
        """The label above some lines, or the item that they are nested in."""
        above = self._items[: lines.depth - 1] if lines.item else self._items[: lines.depth]
        for item in reversed(above):
            if item and (said := _shown(item)):
                return said
        return self.label


def _shown(item: Part) -> str:
    return item.name or bare(undressed(item.piece.text)).rstrip(":")[:200]

"""The walk through a file's blocks: each goes to the entry, section or part that it stands in."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import structs

from ctb_lint.catalogue import (
    CodeBlock,
    Field,
    HeadingLine,
    LegendSection,
    Sentence,
    Trouble,
    TroubleKind,
)
from ctb_lint.headings import Headings
from ctb_lint.readers.catalogue.blocks import (
    Block,
    Fence,
    Heading,
    Lines,
    Row,
    Rule,
    Table,
    TooDeep,
)
from ctb_lint.readers.catalogue.candidates import Candidates
from ctb_lint.readers.catalogue.code import language_of
from ctb_lint.readers.catalogue.drafts import CatalogueDraft, EntryDraft, SectionDraft
from ctb_lint.readers.catalogue.labels import (
    SECTION_LABEL,
    behind,
    lettered,
    section_of_row,
    title_of,
)
from ctb_lint.readers.catalogue.lines import Part, Piece, bare, split
from ctb_lint.readers.catalogue.links import links_of, slug_of
from ctb_lint.readers.catalogue.mermaid import is_diagram, read_diagram
from ctb_lint.readers.catalogue.parts import tail_of, unquoted
from ctb_lint.readers.catalogue.sentences import label_of, row_part, row_sentence, sentence
from ctb_lint.readers.catalogue.source import Source
from ctb_lint.readers.catalogue.tables import (
    columns_of_index,
    index_rows,
    is_statistics,
    statistic,
    totals,
)
from ctb_lint.readers.catalogue.words import (
    document_key,
    field_key,
    shortened,
    speaks_of,
    stamped,
    undressed,
)

PARTS = ("required", "legend", "layers", "connection", "statistics", "index")


class Walk:
    """Reads one file into the draft of the catalogue."""

    def __init__(
        self, source: Source, found: Candidates, headings: Headings, draft: CatalogueDraft
    ) -> None:
        self.source = source
        self.candidates = found
        self.headings = headings
        self.draft = draft
        self.stack: list[tuple[int, str, str]] = []
        """The headings above: level, text, and the part of the document that each opens."""
        self.entry: EntryDraft | None = None
        self.section: SectionDraft | None = None
        self.legend: LegendSection | None = None
        self.label: str | None = None
        self.heading_label: str | None = None
        """The heading inside an entry that is no section's: a label for all below it."""
        self.label_part = ""
        self.items: list[str | None] = []
        """The texts of the list items that the next one may be nested in."""
        self.slugs: dict[str, int] = {}

    def run(self, blocks: Sequence[Block]) -> None:
        """Walks through all blocks of the file."""
        tail = tail_of(blocks)
        for index, block in enumerate(blocks):
            if index == tail:
                self._close(block.start if isinstance(block, Rule) else len(self.source.text))
                self.stack.clear()
            if isinstance(block, Heading):
                self._heading(index, block)
            elif isinstance(block, Lines):
                self._lines(block)
            elif isinstance(block, Table):
                self._table(block)
            elif isinstance(block, Fence):
                self._fence(block)
            elif isinstance(block, TooDeep):
                self._too_deep(block.piece)
        self._close(len(self.source.text))
        for piece in self.candidates.unnamed:
            self._trouble(
                TroubleKind.UNNAMED, f"the heading `{shortened(piece.text)}` names no table", piece,
                "write the table's name into the heading: `### 3. users`",
            )  # fmt: skip

    # Headings ----------------------------------------------------------------------------

    def _heading(self, index: int, block: Heading) -> None:
        piece, level = block.piece, block.level
        at = self.source.at(piece.start, piece.end)
        text = undressed(piece.text)
        self.draft.headings.append(HeadingLine(level, text, slug_of(piece.text, self.slugs), at))
        self.draft.links.extend(links_of(self.source, piece))
        self.items, self.label, self.heading_label, self.label_part = [], None, None, ""
        known = stamped(piece.text)
        begins = self.candidates.entries.get(index)
        inside = self.entry is not None and begins is None and (
            level > self.entry.heading.level
            or (level == self.entry.heading.level and known is not None)
        )  # fmt: skip
        while self.stack and self.stack[-1][0] >= level:
            self.stack.pop()
        if inside:
            self.stack.append((level, text, ""))
            self._heading_inside(known, piece, level)
            return
        if self.entry is not None:
            self._close(piece.start)
        part = next((p for p in PARTS if speaks_of(text, getattr(self.headings, p))), "")
        self.stack.append((level, text, "" if begins else part))
        if begins is not None:
            name = self.source.at(begins.name.start, begins.name.end)
            self.entry = EntryDraft(begins, text, self.source, piece.start, name)
            self.draft.entries.append(self.entry)
        elif known and self._part() == "legend":
            self._new_legend(known[0], piece)
        else:
            self._close_legend()

    def _heading_inside(self, known: tuple[str, str] | None, piece: Piece, level: int) -> None:
        deeper = self.section is not None and level > self.section.level
        if known and not (deeper and len(piece.text.split()) > 1 and not lettered(piece.text)):
            self._open_section(known, piece, level)
            return
        if not deeper:
            self.section = None
        self.label = self.heading_label = undressed(piece.text).rstrip(":")

    def _open_section(self, known: tuple[str, str], piece: Piece, level: int) -> None:
        assert self.entry is not None
        at = self.source.at(piece.start, piece.end)
        self.section = SectionDraft(known[0], known[1], at, level)
        self.entry.sections.append(self.section)
        self.label, self.heading_label, self.items = None, None, []

    def _close(self, end: int) -> None:
        self._close_legend()
        if self.entry is not None:
            self.entry.end = end
        self.entry = self.section = None
        self.label, self.heading_label, self.label_part, self.items = None, None, "", []

    # Lines -------------------------------------------------------------------------------

    def _lines(self, block: Lines) -> None:
        for piece in block.lines:
            self.draft.links.extend(links_of(self.source, piece))
        if not block.depth:
            self.items = []
        for number, part in enumerate(block.parts):
            lines = block if not number else structs.replace(block, item=False, number=None)
            if self._section_label(part):
                continue
            self._part_of_lines(part, lines)

    def _section_label(self, part: Part) -> bool:
        """Whether a line opens a STAMPED section; what it says behind the title is read."""
        text = part.piece.text
        in_legend = self.entry is None and self._part() == "legend"
        if (self.entry is None and not in_legend) or not SECTION_LABEL.match(text):
            return False
        head = part.name if part.bold and part.name else text
        title = title_of(head, text)
        known = stamped(title, label=True)
        if known is None:
            return False
        if in_legend:
            self._new_legend(known[0], part.piece)
        else:
            level = self.section.level if self.section else self.stack[-1][0] + 1
            self._open_section(known, part.piece, level)
        rest = behind(part, title)
        if rest is not None:
            self._part_of_lines(split(rest), Lines((rest,), (split(rest),)))
        return True

    def _part_of_lines(self, part: Part, lines: Lines) -> None:
        if not part.piece.text:
            return
        label = label_of(part)
        group = self._group(lines)
        if label is not None and not lines.depth:
            self.label = label
            self.label_part = self._label_part(label)
            return
        if lines.item:
            self._remember(lines.depth, part)
        if not lines.depth and part.bold and part.name:
            # A line like the labels: it stands beside them, not below.
            self.label, self.label_part = self.heading_label, ""
            group = self.label
        one = sentence(
            self.source, part,
            section=self.section.letter if self.section else None, group=group, lines=lines,
        )  # fmt: skip
        if label is not None and lines.item:
            # An item that only introduces those below it.
            return
        self._place(one, part)

    def _label_part(self, label: str) -> str:
        if self.entry is not None:
            return ""
        return next((p for p in PARTS if speaks_of(label, getattr(self.headings, p))), "")

    def _group(self, lines: Lines) -> str | None:
        """The label, or the item that this one is nested in."""
        above = self.items[: max(lines.depth - 1, 0)] if lines.item else self.items[: lines.depth]
        return next((text for text in reversed(above) if text), None) or self.label

    def _remember(self, depth: int, part: Part) -> None:
        del self.items[max(depth - 1, 0) :]
        while len(self.items) < depth - 1:
            self.items.append(None)
        self.items.append(part.name or bare(undressed(part.piece.text)).rstrip(":")[:200])

    def _place(self, one: Sentence, part: Part) -> None:
        entry = self.entry
        if entry is None:
            self._place_in_document(one, part)
        elif self.section is not None:
            self.section.sentences.append(one)
        else:
            field = self._field(one)
            if field:
                entry.fields.append(field)
            else:
                entry.preface.append(one)

    def _field(self, one: Sentence) -> Field | None:
        if not one.name or one.value is None:
            return None
        key = field_key(one.name, self.headings)
        if not key and (one.group or one.kind == "row"):
            return None
        return Field(key, one.name, unquoted(one.value), one.at)

    def _place_in_document(self, one: Sentence, part: Part | None) -> None:
        kind = self._part()
        if kind == "legend" and self.legend is not None:
            self.legend = structs.replace(self.legend, sentences=(*self.legend.sentences, one))
            return
        if kind == "statistics" and part and part.value and part.name:
            name = Piece(part.name, part.piece.start, part.piece.end)
            found = statistic(self.source, name, part.value, part.piece)
            if found:
                self.draft.statistics.append(found)
                return
        self.draft.parts.setdefault(kind, []).append(one)
        self.draft.sentences.append(one)
        if one.name and part and part.value and document_key(one.name) == "total":
            self.draft.totals.extend(totals(self.source, one.name, part.value, part.piece))

    def _part(self) -> str:
        """The part of the document that stands here: the label's, else the nearest heading's."""
        if self.label_part:
            return self.label_part
        return next((part for _, _, part in reversed(self.stack) if part), "")

    # Tables ------------------------------------------------------------------------------

    def _table(self, table: Table) -> None:
        rows = (table.head, *table.rows) if table.head else table.rows
        for row in rows:
            for cell in row.cells:
                self.draft.links.extend(links_of(self.source, cell))
        if self.entry is not None:
            self._table_inside(table, self.entry)
            return
        part = self._part()
        if (table.head and columns_of_index(table.head)) or part == "index":
            found = list(index_rows(self.source, table, self.headings))
            self.draft.index.extend(found)
            if found:
                return
        if part == "statistics" or is_statistics(table.head):
            for row in rows:
                if len(row.cells) > 1:
                    found_one = statistic(self.source, row.cells[0], row.cells[1], row.whole)
                    if found_one:
                        self.draft.statistics.append(found_one)
            return
        if part == "legend" and self._legend_table(table):
            return
        for row in table.rows:
            one = row_sentence(self.source, table, row, section=None, group=self.label)
            self._place_in_document(one, row_part(row))

    def _table_inside(self, table: Table, entry: EntryDraft) -> None:
        letter = self.section.letter if self.section else None
        rows = list(table.rows)
        if table.head and self.section is None and len(table.head.cells) == 2:
            first = bare(undressed(table.head.cells[0].text))
            if field_key(first, self.headings):
                rows.insert(0, table.head)
        for row in rows:
            of_row = self.section is None or self.section.level == self.stack[-1][0] + 1
            known = section_of_row(row) if of_row else None
            if known:
                self._open_section(known, row.cells[0], self.stack[-1][0] + 1)
                row = Row(row.cells[1:], row.whole)
                letter = known[0]
            one = row_sentence(self.source, table, row, section=letter, group=self.label)
            self._place(one, row_part(row) or Part(row.whole))

    def _legend_table(self, table: Table) -> bool:
        found = False
        for row in table.rows:
            known = stamped(row.cells[0].text) if row.cells else None
            if known:
                found = True
                self._new_legend(known[0], row.cells[0])
                one = row_sentence(self.source, table, row, section=known[0], group=None)
                self._place_in_document(one, None)
        return found

    # Code --------------------------------------------------------------------------------

    def _fence(self, fence: Fence) -> None:
        source = self.source
        body = fence.body
        language = language_of(fence.info)
        block = self._code_block(fence, language)
        self.draft.blocks.append(block)
        if self.entry is not None:
            self.entry.blocks.append(block)
            if self.section is not None:
                self.section.blocks.append(block)
            if language == "sql":
                self.entry.sql.append((block, body.start, body.end))
        elif language == "sql":
            self.draft.shared_sql.append((block, body.start, body.end, source))
        if language == "mermaid" and is_diagram(source.text[body.start : body.end]):
            self._diagram(body)
        if not fence.closed:
            self._trouble(
                TroubleKind.FENCE, "the block of code that begins here is never closed",
                fence.opening, "close it with a line of ```",
            )  # fmt: skip

    def _code_block(self, fence: Fence, language: str) -> CodeBlock:
        at = self.source.at
        return CodeBlock(
            language=language,
            text=fence.body.text,
            at=at(fence.body.start, fence.body.end),
            fence=at(fence.opening.start, fence.opening.end),
            section=self.section.letter if self.section else None,
            group=self.label,
            entry=self.entry.heading.name.text if self.entry else None,
            headings=tuple(text for _, text, _ in self.stack),
            closed=fence.closed,
        )

    def _diagram(self, body: Piece) -> None:
        wanted = self.headings.diagram
        here = [text for _, text, _ in self.stack] + ([self.label] if self.label else [])
        if wanted and not any(speaks_of(text, wanted) for text in here):
            return
        diagram, troubles = read_diagram(self.source, body.start, body.end)
        self.draft.diagrams.append(diagram)
        self.draft.troubles.extend(troubles)

    # Legend and trouble --------------------------------------------------------------------

    def _new_legend(self, letter: str, piece: Piece) -> None:
        self._close_legend()
        self.legend = LegendSection(letter, self.source.at(piece.start, piece.end), ())

    def _close_legend(self) -> None:
        if self.legend is not None:
            self.draft.legend.append(self.legend)
        self.legend = None

    def _too_deep(self, piece: Piece) -> None:
        self._trouble(
            TroubleKind.NESTING, "lists or quotes are nested too deeply here to be read", piece,
            "nest them less deeply",
        )  # fmt: skip

    def _trouble(self, kind: TroubleKind, message: str, piece: Piece, hint: str) -> None:
        at = self.source.at(piece.start, piece.end)
        entry = self.entry.heading.name.text if self.entry else None
        self.draft.troubles.append(Trouble(kind, message, at, hint, entry))

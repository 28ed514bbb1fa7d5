"""The walk through a file's blocks: each goes to the entry, section or part that it stands in."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import structs

from ctb_lint.catalogue import CodeBlock, HeadingLine, Trouble, TroubleKind
from ctb_lint.headings import Headings
from ctb_lint.readers.catalogue.blocks import (
    Block,
    Fence,
    Heading,
    Lines,
    Rule,
    Table,
    TooDeep,
)
from ctb_lint.readers.catalogue.candidates import Candidates
from ctb_lint.readers.catalogue.code import language_of
from ctb_lint.readers.catalogue.drafts import CatalogueDraft, EntryDraft
from ctb_lint.readers.catalogue.labels import (
    SECTION_LABEL,
    SECTION_LABEL_BEGINS,
    behind,
    lettered,
    title_of,
)
from ctb_lint.readers.catalogue.lines import Part, Piece, split
from ctb_lint.readers.catalogue.links import links_of, slug_of
from ctb_lint.readers.catalogue.mermaid import is_diagram, read_diagram
from ctb_lint.readers.catalogue.parts import tail_of
from ctb_lint.readers.catalogue.placing import Placing
from ctb_lint.readers.catalogue.rows import place_table
from ctb_lint.readers.catalogue.scope import Scope, part_of
from ctb_lint.readers.catalogue.sentences import label_of, sentence
from ctb_lint.readers.catalogue.several import fields_of_line
from ctb_lint.readers.catalogue.source import Source
from ctb_lint.readers.catalogue.words import section_of, shortened, speaks_of, undressed


class Walk:
    """Reads one file into the draft of the catalogue."""

    def __init__(
        self, source: Source, found: Candidates, headings: Headings, draft: CatalogueDraft
    ) -> None:
        self.source = source
        self.candidates = found
        self.headings = headings
        self.draft = draft
        self.scope = Scope(headings)
        self.placing = Placing(source, headings, draft, self.scope)
        self.slugs: dict[str, int] = {}

    def run(self, blocks: Sequence[Block]) -> None:
        """Walks through all blocks of the file."""
        tail = tail_of(blocks, self.headings)
        for index, block in enumerate(blocks):
            if index == tail:
                self._end(block.start if isinstance(block, Rule) else len(self.source.text))
                self.scope.top()
            if isinstance(block, Lines):
                self._lines(block)
            elif isinstance(block, Heading):
                self._heading(index, block)
            elif isinstance(block, Fence):
                self._fence(block)
            elif isinstance(block, Table):
                self._table(block)
            elif isinstance(block, TooDeep):
                self._trouble(
                    TroubleKind.NESTING, "lists or quotes are nested too deeply here to be read",
                    block.piece, "nest them less deeply",
                )  # fmt: skip
        self._end(len(self.source.text))
        for piece in self.candidates.unnamed:
            self._trouble(
                TroubleKind.UNNAMED, f"the heading `{shortened(piece.text)}` names no table", piece,
                "write the table's name into the heading: `### 3. users`",
            )  # fmt: skip

    def _end(self, offset: int) -> None:
        self.placing.end_legend()
        self.scope.end(offset)

    def _trouble(self, kind: TroubleKind, message: str, piece: Piece, hint: str) -> None:
        at = self.source.at(piece.start, piece.end)
        entry = self.scope.entry.heading.name.text if self.scope.entry else None
        self.draft.troubles.append(Trouble(kind, message, at, hint, entry))

    # Headings ----------------------------------------------------------------------------

    def _heading(self, index: int, block: Heading) -> None:
        piece, level, scope = block.piece, block.level, self.scope
        text = undressed(piece.text)
        at = self.source.at(piece.start, piece.end)
        self.draft.headings.append(HeadingLine(level, text, slug_of(piece.text, self.slugs), at))
        self.draft.links.extend(links_of(self.source, piece))
        known = section_of(piece.text, self.headings)
        begins = self.candidates.entries.get(index)
        entry = scope.entry
        if entry is not None and begins is None and (
            level > entry.heading.level or (level == entry.heading.level and known is not None)
        ):  # fmt: skip
            scope.below(level, text)
            self._heading_inside(known, piece, level)
            return
        if entry is not None:
            self._end(piece.start)
        scope.below(level, text, "" if begins else part_of(text, self.headings))
        if begins is not None:
            name = self.source.at(begins.name.start, begins.name.end)
            scope.entry = EntryDraft(begins, text, self.source, piece.start, name)
            self.draft.entries.append(scope.entry)
        elif known and scope.part == "legend":
            self.placing.begin_legend(known[0], piece)
        else:
            self.placing.end_legend()

    def _heading_inside(self, known: tuple[str, str] | None, piece: Piece, level: int) -> None:
        section = self.scope.section
        deeper = section is not None and level > section.level
        if known and not (deeper and len(piece.text.split()) > 1 and not lettered(piece.text)):
            self.scope.open_section(known, self.source.at(piece.start, piece.end), level)
        else:
            self.scope.head(piece.text, deeper=deeper)

    # Lines -------------------------------------------------------------------------------

    def _lines(self, block: Lines) -> None:
        for piece in block.lines:
            self.draft.links.extend(links_of(self.source, piece))
        if not block.depth:
            self.scope.leave_list()
        lines = block
        for part in block.parts:
            if not self._opens_section(part):
                header = self.scope.entry is not None and self.scope.section is None
                for one in fields_of_line(part, self.headings) if header else (part,):
                    self._part(one, lines)
            if lines is block and len(block.parts) > 1:
                lines = structs.replace(block, item=False, number=None)

    def _opens_section(self, part: Part) -> bool:
        """Whether a line opens a STAMPED section; what it says behind the title is read."""
        text, scope = part.piece.text, self.scope
        if text[:1] not in SECTION_LABEL_BEGINS or not SECTION_LABEL.match(text):
            return False
        in_legend = scope.entry is None and scope.part == "legend"
        if scope.entry is None and not in_legend:
            return False
        title = title_of(part.name if part.bold and part.name else text, text)
        known = section_of(title, self.headings, label=True)
        if known is None:
            return False
        if in_legend:
            self.placing.begin_legend(known[0], part.piece)
        else:
            level = scope.section.level if scope.section else scope.level + 1
            scope.open_section(known, self.source.at(part.piece.start, part.piece.end), level)
        rest = behind(part, title)
        if rest is not None:
            said = split(rest)
            self._part(said, Lines((rest,), (said,)))
        return True

    def _part(self, part: Part, lines: Lines) -> None:
        if not part.piece.text:
            return
        scope = self.scope
        label = label_of(part)
        if label is not None and not lines.depth:
            scope.put_label(label)
            return
        group = scope.group(lines)
        if lines.item:
            scope.remember(lines.depth, part)
        if not lines.depth and part.bold and part.name:
            scope.drop_label()
            group = scope.label
        if label is not None and lines.item:
            # An item that only introduces those below it.
            return
        one = sentence(self.source, part, section=scope.letter, group=group, lines=lines)
        self.placing.place(one, part)

    def _table(self, table: Table) -> None:
        for row in (table.head, *table.rows) if table.head else table.rows:
            for cell in row.cells:
                self.draft.links.extend(links_of(self.source, cell))
        place_table(self.placing, table)

    # Code --------------------------------------------------------------------------------

    def _fence(self, fence: Fence) -> None:
        source, scope, body = self.source, self.scope, fence.body
        block = self._code_block(fence)
        self.draft.blocks.append(block)
        if scope.entry is not None:
            scope.entry.blocks.append(block)
            if scope.section is not None:
                scope.section.blocks.append(block)
            if block.language == "sql":
                scope.entry.sql.append((block, body.start, body.end))
        elif block.language == "sql":
            self.draft.shared_sql.append((block, body.start, body.end, source))
        if block.language == "mermaid" and is_diagram(source.text[body.start : body.end]):
            self._diagram(body)
        if not fence.closed:
            self._trouble(
                TroubleKind.FENCE, "the block of code that begins here is never closed",
                fence.opening, "close it with a line of ```",
            )  # fmt: skip

    def _code_block(self, fence: Fence) -> CodeBlock:
        at, scope = self.source.at, self.scope
        return CodeBlock(
            language=language_of(fence.info, fence.body.text),
            text=fence.body.text,
            at=at(fence.body.start, fence.body.end),
            fence=at(fence.opening.start, fence.opening.end),
            section=scope.letter,
            group=scope.label,
            entry=scope.entry.heading.name.text if scope.entry else None,
            headings=scope.titles,
            closed=fence.closed,
        )

    def _diagram(self, body: Piece) -> None:
        wanted = self.headings.diagram
        here = (*self.scope.titles, self.scope.label or "")
        if wanted and not any(speaks_of(text, wanted) for text in here):
            return
        diagram, troubles = read_diagram(self.source, body.start, body.end)
        self.draft.diagrams.append(diagram)
        self.draft.troubles.extend(troubles)

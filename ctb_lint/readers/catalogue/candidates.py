"""Which headings begin an entry: known by what stands below them, not by how they are worded."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from msgspec import Struct, field

from ctb_lint.demands import Stage
from ctb_lint.heading_pattern import HeadingPattern, heading_pattern
from ctb_lint.headings import Headings
from ctb_lint.readers.catalogue.blocks import Block, Fence, Heading, Lines, Table
from ctb_lint.readers.catalogue.code import is_sql, language_of
from ctb_lint.readers.catalogue.lines import Piece, bare, codes
from ctb_lint.readers.catalogue.tables import columns_of_index
from ctb_lint.readers.catalogue.words import (
    field_key,
    numbered,
    section_of,
    speaks_of,
    stage_of,
    undressed,
)

_NAME = r"[A-Za-z_][\w$]{0,62}(?:\.[A-Za-z_][\w$]{0,62})?"
_HEADED = re.compile(
    rf"(?:tables?\b\s*[:–—-]?\s*)?(?P<name>{_NAME})(?:\s+table)?\s*(?:[-–—:|(\[,].*)?",
    re.IGNORECASE,
)
_SNAKE = re.compile(r"(?<![\w./-])[A-Za-z][A-Za-z0-9]*_\w{1,60}(?![\w./-])")
_IN_PARENTHESES = re.compile(r"[(\[]([^()\[\]]{1,60})[)\]]")
_CREATE = re.compile(
    r"\bcreate\s+(?:unlogged\s+|foreign\s+)?table\s+(?:if\s+not\s+exists\s+)?"
    r"((?:\"[^\"\n]{1,80}\"|[\w$]{1,80})(?:\s*\.\s*(?:\"[^\"\n]{1,80}\"|[\w$]{1,80}))?)",
    re.IGNORECASE,
)
_NAME_GOES_ON = re.compile(r"[\w$]")
_AROUND_DOT = re.compile(r"\s*\.\s*")
_IDS = frozenset({"barton-id", "heir-id"})


class EntryHeading(Struct, frozen=True):
    """A heading that begins an entry. ``name`` is the table's as written (``schema.table`` or
    ``table``), with the place it is written at; ``quoted`` says that it stands in a code span."""

    index: int
    level: int
    name: Piece
    quoted: bool
    number: int | None
    stage: Stage | None


class _Heading(Struct):
    """A heading with what stands below it and below no other heading of its own kind."""

    index: int
    block: Heading
    letter: str | None
    parent: _Heading | None
    name: Piece | None = None
    quoted: bool = False
    number: int | None = None
    letters: set[str] = field(default_factory=set)
    ids: bool = False
    tables: list[str] = field(default_factory=list)
    told: Piece | None = None
    chosen: bool = False

    @property
    def strong(self) -> bool:
        """Whether the heading alone reads like a table's name."""
        name = self.name.text if self.name else ""
        return bool(name) and (self.quoted or "_" in name or self.number is not None)

    @property
    def place(self) -> tuple[int, int]:
        """What headings that stand beside each other share."""
        return (self.parent.index if self.parent else -1, self.block.level)


class Candidates(Struct, frozen=True):
    """The entries of one file by the index of their heading's block, and the headings that name
    no table although an id stands below them."""

    entries: dict[int, EntryHeading]
    unnamed: tuple[Piece, ...]


def candidates(blocks: Sequence[Block], headings: Headings, known: frozenset[str]) -> Candidates:
    """The entries of one file. ``known`` are the names in the table index, in lower case."""
    pattern = heading_pattern(headings.entry) if headings.entry else None
    found = _headings(blocks, headings, pattern)
    if pattern is not None:
        for one in found:
            one.chosen = one.name is not None
    else:
        _choose(found, headings, known)
    unnamed: list[Piece] = []
    entries: dict[int, EntryHeading] = {}
    for one in found:
        if not one.chosen:
            continue
        name = one.name or one.told
        if name is None:
            unnamed.append(one.block.piece)
            continue
        stage = _stage(one.block.piece.text, headings)
        entries[one.index] = EntryHeading(
            one.index, one.block.level, name, one.quoted, one.number, stage
        )
    return Candidates(entries, tuple(unnamed))


def index_names(blocks: Sequence[Block], headings: Headings) -> Iterator[str]:
    """The names that a table index lists, in lower case."""
    for block in blocks:
        if isinstance(block, Table) and block.head:
            columns = columns_of_index(block.head, headings)
            place = columns.get("name")
            for row in block.rows if place is not None else ():
                if place is not None and place < len(row.cells):
                    yield bare(row.cells[place].text).lower()


def created_tables(sql: str) -> list[str]:
    """The names that CREATE TABLE statements in a text give, as written."""
    return [_AROUND_DOT.sub(".", match[1]) for match in _creations(sql)]


def _creations(sql: str) -> Iterator[re.Match[str]]:
    """Looks for the word first, which takes a tenth of the time; what is not ASCII may be of
    another length in lower case."""
    if not sql.isascii():
        yield from _CREATE.finditer(sql)
        return
    lowered = sql.lower()
    at = lowered.find("create")
    while at >= 0:
        match = _CREATE.match(sql, at)
        if match:
            yield match
        at = lowered.find("create", match.end() if match else at + 1)


def _headings(
    blocks: Sequence[Block], headings: Headings, pattern: HeadingPattern | None
) -> list[_Heading]:
    found: list[_Heading] = []
    stack: list[_Heading] = []
    owner: _Heading | None = None
    for index, block in enumerate(blocks):
        if isinstance(block, Heading):
            known = section_of(block.piece.text, headings)
            letter = known[0] if known else None
            while stack and _ends(stack[-1], block, letter):
                stack.pop()
            one = _Heading(index, block, letter, stack[-1] if stack else None)
            _name(one, pattern)
            owner = _owner(stack)
            if letter and owner:
                owner.letters.add(letter)
            stack.append(one)
            found.append(one)
            owner = owner if letter else one
        elif owner is not None:
            _evidence(owner, block, headings)
    return found


def _ends(above: _Heading, block: Heading, letter: str | None) -> bool:
    """Whether a heading ends the one above. Sections may stand at the level of their entry."""
    if above.block.level != block.level:
        return above.block.level > block.level
    return letter is None or above.letter is not None or not above.strong


def _owner(stack: list[_Heading]) -> _Heading | None:
    return next((one for one in reversed(stack) if one.letter is None), None)


def _evidence(owner: _Heading, block: Block, headings: Headings) -> None:
    if isinstance(block, Fence):
        if is_sql(language_of(block.info, block.body.text)):
            owner.tables.extend(created_tables(block.body.text))
    elif isinstance(block, Table):
        rows = (block.head, *block.rows) if block.head else block.rows
        for row in rows:
            if len(row.cells) == 2:
                _told(owner, bare(undressed(row.cells[0].text)), row.cells[1], headings)
    elif isinstance(block, Lines):
        for part in block.parts:
            if part.name and part.value:
                _told(owner, part.name, part.value, headings)


def _told(owner: _Heading, name: str, value: Piece, headings: Headings) -> None:
    key = field_key(name, headings)
    if key in _IDS:
        owner.ids = True
    elif key == "table" and owner.told is None and re.fullmatch(_NAME, bare(value.text)):
        offset = value.text.find(bare(value.text))
        start = value.start + offset
        owner.told = Piece(bare(value.text), start, start + len(bare(value.text)))


def _name(one: _Heading, pattern: HeadingPattern | None) -> None:
    piece = one.block.piece
    if pattern is not None:
        found = pattern.find(piece.text)
        if found and (name := bare(piece.text[slice(*found)])):
            one.name = _cut(piece, name)
            one.number = numbered(undressed(piece.text))[0]
        return
    code = next((c for c in codes(piece) if re.fullmatch(_NAME, c.text)), None)
    one.number, rest = numbered(undressed(piece.text))
    if one.letter:
        return
    if code:
        one.name, one.quoted = code, True
        return
    match = _HEADED.fullmatch(rest)
    if match and match["name"].lower() not in {"table", "tables"}:
        one.name = _cut(piece, match["name"])
        return
    snake = _SNAKE.search(rest)
    if snake:
        one.name = _cut(piece, snake[0])


def _cut(piece: Piece, name: str) -> Piece:
    """The place of a name in a piece of text."""
    text = piece.text
    offset = text.find(name)
    while offset >= 0 and (
        _NAME_GOES_ON.match(text, offset + len(name))
        or (offset and _NAME_GOES_ON.match(text, offset - 1))
    ):
        offset = text.find(name, offset + 1)
    offset = max(offset, 0)
    return Piece(name, piece.start + offset, min(piece.start + offset + len(name), piece.end))


def _choose(found: list[_Heading], headings: Headings, known: frozenset[str]) -> None:
    for one in found:
        one.chosen = one.letter is None and _is_entry(one, headings, known)
    below: Counter[int] = Counter()
    for one in found:
        if one.chosen:
            for above in _above(one):
                below[above.index] += 1
    for one in found:
        # What holds several entries is none, whatever its own header says.
        if below[one.index] > 1:
            one.chosen = False
    for one in found:
        if one.chosen and any(above.chosen for above in _above(one)):
            one.chosen = False
    beside = {one.place for one in found if one.chosen}
    for one in found:
        if not one.chosen and one.letter is None and one.strong and one.place in beside:
            one.chosen = not any(above.chosen for above in _above(one))


def _above(one: _Heading) -> Iterator[_Heading]:
    parent = one.parent
    while parent is not None:
        yield parent
        parent = parent.parent


def _is_entry(one: _Heading, headings: Headings, known: frozenset[str]) -> bool:
    name = one.name.text.lower() if one.name else ""
    short = name.rpartition(".")[2]
    created = {table.replace('"', "").lower().rpartition(".")[2] for table in one.tables}
    legend = speaks_of(one.block.piece.text, headings.legend)
    if one.ids:
        if not name and one.told is None and len(created) == 1:
            one.told = Piece(one.tables[0].replace('"', ""), *_span(one))
        elif name and created and short not in created and not one.strong and len(created) == 1:
            # A heading in prose; the SQL below it has the name.
            one.name = Piece(one.tables[0].replace('"', ""), *_span(one))
        return bool(name or one.told) or one.block.level > 1
    if name and (short in created or short in known or name in known):
        return True
    if not one.letters or legend or not name:
        return False
    return one.strong or (len(one.letters) > 1 and one.block.level > 1)


def _span(one: _Heading) -> tuple[int, int]:
    return one.block.piece.start, one.block.piece.end


def _stage(text: str, headings: Headings) -> Stage | None:
    for match in _IN_PARENTHESES.finditer(text):
        stage = stage_of(match[1], headings)
        if stage is not Stage.UNKNOWN:
            return stage
    return None

"""The parts of the document around the entries: layers, connections, footer, demands on all."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from msgspec import structs

from ctb_lint.catalogue import (
    Connection,
    Field,
    Footer,
    LayerAssignment,
    Sentence,
    SentenceKind,
    Statistic,
    Written,
)
from ctb_lint.headings import Headings
from ctb_lint.model import Location
from ctb_lint.readers.catalogue.blocks import Block, Fence, Heading, Lines, Rule
from ctb_lint.readers.catalogue.dates import when
from ctb_lint.readers.catalogue.lines import bare
from ctb_lint.readers.catalogue.words import document_key, undressed, words
from ctb_lint.standard import FIRST_LAYER, LAST_LAYER, LAYER_NAMES

_CODE = re.compile(r"`([^`\n]+)`")
_LAYER_NUMBER = re.compile(r"\blayer\s*#?\s*([1-9])\b|^\W*([1-9])(?![\w.])|^\W*L([1-9])\b", re.I)
_IDENTIFIER = re.compile(r"(?<![\w./-])[A-Za-z_][\w$]{0,62}(?:\.[A-Za-z_]\w{0,62})?(?![\w/-])")
_VARIABLE = re.compile(r"(?<![\w/])[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+(?![\w])")
_FOOTERS = frozenset({"next-review", "review-schedule", "maintainer", "updated"})
_URL = re.compile(r"\b[a-z][a-z0-9+]{1,20}://[^\s`\"'<>)\]]{1,500}", re.IGNORECASE)


def fields_of(sentences: Iterable[Sentence], headings: Headings) -> Iterator[Field]:
    """The sentences that are fields of the whole document."""
    for one in sentences:
        if one.name and one.value and one.value.text:
            key = document_key(one.name, headings)
            if key:
                yield Field(key, one.name, unquoted(one.value), one.at)


def unquoted(value: Written) -> Written:
    """The value without the marks that enclose all of it, and the place of what is inside."""
    inner = bare(value.text)
    if inner == value.text or value.at.end - value.at.start != len(value.text):
        return structs.replace(value, text=inner)
    return cut(value, value.text.find(inner), len(inner))


def cut(value: Written, offset: int, length: int) -> Written:
    """A part of a piece of text, with its place."""
    return Written(
        value.text[offset : offset + length], cut_at(value.at, value.text, offset, length)
    )


def cut_at(at: Location, text: str, offset: int, length: int) -> Location:
    """The place of a part of a text that stands at a place; all of it where the text there reads
    otherwise (joined lines, repaired characters)."""
    if at.line != at.end_line or at.end - at.start != len(text):
        return at
    start, column = at.start + offset, at.column + offset
    return Location(at.path, start, start + length, at.line, column, at.line, column + length)


def footer(fields: Sequence[Field], totals: tuple[Statistic, ...]) -> Footer:
    """The document's own fields. Where one stands twice the last counts: the footer's."""
    last = {field.key: field.value for field in fields}
    next_review, updated = last.get("next-review"), last.get("updated")
    return Footer(
        fields=tuple(fields),
        updated=when(updated) if updated else None,
        review_schedule=last.get("review-schedule"),
        next_review=when(next_review) if next_review else None,
        totals=totals,
    )


def connections(sentences: Sequence[Sentence]) -> Iterator[Connection]:
    """The sentences about connecting, one connection a label."""
    groups: dict[str, list[Sentence]] = {}
    for one in sentences:
        groups.setdefault(one.group or "", []).append(one)
    for name, members in groups.items():
        variables = [found for one in members for found in _matches(_VARIABLE, one)]
        urls = [found for one in members for found in _matches(_URL, one)]
        yield Connection(name, members[0].at, tuple(members), tuple(variables), tuple(urls))


def _matches(pattern: re.Pattern[str], one: Sentence) -> Iterator[Written]:
    for match in pattern.finditer(one.text):
        yield cut(Written(one.text, one.at), match.start(), len(match.group()))


def layers(sentences: Iterable[Sentence], tables: frozenset[str]) -> Iterator[LayerAssignment]:
    """The layers and their tables. ``tables`` are the known ones in lower case: beside what stands
    as code, their names count where they stand as words."""
    for one in sentences:
        number, name = _layer(one)
        named = tuple(_tables(one, tables))
        if number is None and not named:
            continue
        if named or one.name or one.number:
            yield LayerAssignment(number, name, named, one.at)


def _layer(one: Sentence) -> tuple[int | None, str]:
    head = undressed(one.name or one.text.split(":")[0])
    if one.kind is SentenceKind.ROW:
        head = " ".join(undressed(cell.text) for cell in one.cells[:2])
    match = _LAYER_NUMBER.search(head)
    if match:
        number = int(next(group for group in match.groups() if group))
    else:
        number = next(
            (n for n, known in LAYER_NAMES.items() if known.lower() in words(head)),
            one.number or 0,
        )
    known = FIRST_LAYER <= number <= LAST_LAYER
    name = undressed(one.cells[0].text) if one.cells else head
    return (number if known else None), name


def _tables(one: Sentence, known: frozenset[str]) -> Iterator[Written]:
    found: dict[int, str] = {match.start(1): match[1] for match in _CODE.finditer(one.text)}
    masked = _CODE.sub(lambda match: " " * len(match.group()), one.text)
    for match in _IDENTIFIER.finditer(masked):
        if match.group().lower() in known:
            found[match.start()] = match.group()
    for start, name in sorted(found.items()):
        if _IDENTIFIER.fullmatch(name):
            yield cut(Written(one.text, one.at), start, len(name))


def tail_of(blocks: Sequence[Block], headings: Headings) -> int | None:
    """The rule behind which the document's footer stands: no heading follows it, and a field of
    the whole document does."""
    found = False
    for index in range(len(blocks) - 1, -1, -1):
        block = blocks[index]
        if isinstance(block, Heading | Fence):
            return None
        if isinstance(block, Lines):
            found = found or any(
                document_key(part.name or "", headings) in _FOOTERS for part in block.parts
            )
        elif isinstance(block, Rule) and found:
            return index
    return None

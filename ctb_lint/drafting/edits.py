"""Where in a catalogue something new goes, and the text with it; all else stays as it is."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ctb_lint.catalogue import Catalogue, CodeBlock, Entry
from ctb_lint.model import Location
from ctb_lint.rule import Edit

_LINE_END = re.compile(r"\r\n|\n|\r")
_RULE = re.compile(r"[ \t]{0,3}(?:-{3,}|\*{3,}|_{3,})[ \t]*\Z")
_HASHES = re.compile(r"[ \t]{0,3}(#{1,6})[ \t]")


def spliced(text: str, edits: Iterable[Edit]) -> str:
    """The text with the edits made, none of which meets another; line ends are those of the
    text."""
    found = _LINE_END.search(text)
    end = found.group() if found else "\n"
    pieces: list[str] = []
    done = 0
    for edit in sorted(set(edits), key=lambda one: (one.start, one.end)):
        pieces += [text[done : edit.start], edit.text.replace("\n", end)]
        done = edit.end
    return "".join([*pieces, text[done:]])


def line_start(text: str, offset: int) -> int:
    """Where the line of an offset begins."""
    return max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1


def line_end(text: str, offset: int) -> int:
    """Where the line of an offset ends, before its line end."""
    found = _LINE_END.search(text, offset)
    return found.start() if found else len(text)


def heading_level(text: str, at: Location) -> int | None:
    """How many hashes a heading has whose text stands at a place; None where it has none."""
    match = _HASHES.match(text, line_start(text, at.start))
    return len(match[1]) if match else None


def stands_alone(text: str, block: CodeBlock) -> bool:
    """Whether a block of code is closed and stands in no list and no quote: its lines are those
    of the file."""
    start = line_start(text, block.fence.start)
    return block.closed and text[start : start + 1] in {"`", "~"}


def extent(text: str, entry: Entry) -> tuple[int, int]:
    """Where the lines of an entry begin, and where its text ends: before blank lines and a
    horizontal rule that part it from what follows."""
    start = line_start(text, entry.whole.start)
    end = entry.whole.end
    begins = line_start(text, end)
    # Where the next heading follows, the entry ends behind its hashes.
    if end < len(text) and _HASHES.match(text, begins):
        end = begins
    kept = text[start:end].rstrip()
    last = kept[line_start(kept, len(kept)) :]
    # A rule below a line of text would make a heading of it.
    above = kept[: len(kept) - len(last)]
    if _RULE.match(last) and re.search(r"(?:\n|\r\n?)[ \t]*(?:\n|\r\n?)\Z", above):
        kept = above.rstrip()
    return start, start + len(kept)


def appended(text: str, path: str, catalogue: Catalogue, entry: str) -> Edit:
    """The edit that writes a new entry behind the last one of a file, parted as the others are."""
    here = [one for one in catalogue.entries if one.whole.path == path]
    if not here:
        end = len(text.rstrip())
        return Edit(path, end, end, ("\n\n" if end else "") + entry.rstrip("\n"))
    _, end = extent(text, here[-1])
    parted = any(_parts(text, one) for one in here)
    between = "\n\n---\n\n" if parted else "\n\n"
    return Edit(path, end, end, between + entry.rstrip("\n"))


def _parts(text: str, entry: Entry) -> bool:
    """Whether a horizontal rule stands behind the entry."""
    _, end = extent(text, entry)
    return any(_RULE.match(line) for line in text[end : entry.whole.end].splitlines())

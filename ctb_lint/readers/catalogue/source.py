"""One file of the catalogue: the text as it reads, and where each piece of it stands."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right

from ctb_lint.catalogue import MisDecoded
from ctb_lint.model import Location
from ctb_lint.readers.catalogue.mis_decoded import damages
from ctb_lint.readers.sql.text import LineIndex

_LINE_END = re.compile(r"\r\n|\n|\r")


class Source:
    """``text`` is the file's, with mis-decoded spans repaired; all offsets that the reader handles
    count in it. ``at`` turns them into places of the file as it stands."""

    def __init__(self, path: str, written: str) -> None:
        self.path = path
        self.written = written
        self._index = LineIndex(written)
        found = damages(written)
        pieces: list[str] = []
        last = shift = 0
        self._starts: list[int] = []
        """Where the repaired spans begin in ``text``."""
        self._spans: list[tuple[int, int, int]] = []
        """Of each: its end in ``text``, its start and end in ``written``."""
        for damage in found:
            pieces += (written[last : damage.start], damage.repaired)
            start = damage.start + shift
            end = start + len(damage.repaired)
            self._starts.append(start)
            self._spans.append((end, damage.start, damage.end))
            shift = end - damage.end
            last = damage.end
        pieces.append(written[last:])
        # Markdown knows no NUL; the character that stands for it is as long.
        self.text = "".join(pieces).replace("\0", "\ufffd")
        self.mis_decoded = tuple(
            MisDecoded(self._index.location(path, d.start, d.end), d.repaired, d.codec)
            for d in found
        )
        self.lines = _LINE_END.split(self.text)
        """The lines without their ends; what stands behind the last line end is one."""
        same = self._index if self.text == written else LineIndex(self.text)
        self.line_starts = same.starts
        """The offset at which each line begins."""

    def line(self, number: int) -> str:
        """A line without its end, by its 0-based number."""
        return self.lines[number]

    def line_start(self, number: int) -> int:
        """The offset at which a line begins; that of the end of the text for one behind it."""
        return self.line_starts[number] if number < len(self.lines) else len(self.text)

    def line_of(self, offset: int) -> int:
        """The 0-based number of the line that an offset stands in."""
        return bisect_right(self.line_starts, offset) - 1

    def original(self, offset: int, *, end: bool = False) -> int:
        """The offset in the file of one in the text; inside a repaired span the span's edge."""
        index = (bisect_left if end else bisect_right)(self._starts, offset) - 1
        if index < 0:
            return offset
        stop, start, after = self._spans[index]
        if offset < stop or (offset == stop and end):
            return after if end else start
        return after + offset - stop

    def at(self, start: int, end: int) -> Location:
        """The place of a span of the text."""
        if not self._starts:
            # Most spans end on the line that they begin on.
            starts = self.line_starts
            line = bisect_right(starts, start)
            if 0 <= start < end and line < len(starts) and end < starts[line]:
                before = starts[line - 1] - 1
                return Location(self.path, start, end, line, start - before, line, end - before)
            return self._index.location(self.path, start, end if end > start else start)
        first = self.original(start)
        last = self.original(end, end=True) if end > start else first
        return self._index.location(self.path, first, last)

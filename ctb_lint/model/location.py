"""Places in source text."""

from __future__ import annotations

from msgspec import Struct


class Location(Struct, frozen=True, order=True, gc=False):
    """A span of source text.

    ``start`` and ``end`` are 0-based character offsets (end exclusive) into the decoded file;
    lines and columns are 1-based, and the end column is exclusive.
    """

    path: str
    start: int
    end: int
    line: int
    column: int
    end_line: int
    end_column: int

    def covers(self, other: Location) -> bool:
        """Whether the other span lies wholly inside this one."""
        return self.path == other.path and self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Location) -> bool:
        """Whether the two spans share at least one character, or touch where one is empty."""
        return self.path == other.path and self.start <= other.end and other.start <= self.end

"""Ranges that together hold every row of a table exactly once, each small enough for a short
transaction.

``Walk`` goes along an index in its own order, ``Pages`` through the table as it is stored, and
``Whole`` is for what can be cut neither way. A walk sees every row once whatever happens
meanwhile. A row that is updated while pages are gone through may move past the reader.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TypeVar

from msgspec import Struct, structs
from psycopg.sql import SQL, Composable, Composed, Identifier, Literal

from ctb_lint.readers.postgres.rows.render import column, from_table, listed
from ctb_lint.readers.postgres.rows.session import Row
from ctb_lint.readers.postgres.rows.shapes import ColumnShape, Shape

Token = tuple[str, ...]
"""Where a range ends: values of the index's columns as text, or the number of a page."""
Probe = Callable[[Composed], list[Row]]
_Any = TypeVar("_Any")


class Span(Struct, frozen=True):
    """One range. ``where(alias)`` is what makes a row belong to it; of a walk also
    ``where(alias, columns)``, by other columns that hold the same. ``end`` is None for the last,
    ``missing`` marks the range of rows that have no value to be sorted by. ``order`` names the
    columns by which ranges follow each other. ``parts`` are ranges that together are this one,
    where such are known: PostgreSQL can look at several at once."""

    where: Callable[..., Composed]
    end: Token | None
    missing: bool = False
    order: tuple[str, ...] = ()
    parts: tuple[Span, ...] = ()


class Ranges(ABC):
    """The ranges of one table, one after the other. ``after`` is the end of what lies behind."""

    way = ""
    """By what the ranges are made: an ``after`` means something only to others made so."""
    divisible = True
    after: Token | None = None
    settings: tuple[str, ...] = ()
    """Of the transactions in which its ranges are looked at."""

    @abstractmethod
    def ahead(self, size: int, probe: Probe) -> Span | None:
        """The next range, of about so many rows, None where all lies behind. ``probe`` answers a
        statement."""

    @abstractmethod
    def passed(self, span: Span, rows: int) -> None:
        """The range lies behind, and had so many rows."""

    @abstractmethod
    def refused(self) -> None:
        """The last range took too long: the next must be no guess."""


class Whole(Ranges):
    """The whole table at once."""

    way = "whole"
    divisible = False

    def __init__(self) -> None:
        self._left = True

    def ahead(self, size: int, probe: Probe) -> Span | None:
        return Span(lambda *_: SQL("true").format(), None) if self._left else None

    def passed(self, span: Span, rows: int) -> None:
        self._left = False

    def refused(self) -> None:
        raise AssertionError("there is no smaller range")


_FULL = 291.0
"""So many rows at most fit on a page of 8 KiB."""


class Pages(Ranges):
    """The table page by page. ``pages`` is the number that it has now: what is added meanwhile
    belongs to the last range. Where the rows are ``counted``, a range has no more of them than it
    should have, or is a single page."""

    way = "pages"

    def __init__(
        self, shape: Shape, pages: int, after: Token | None = None, *, counted: bool = False
    ) -> None:
        self._pages = pages
        self._counted = counted
        known = max(1.0, (shape.rows or 0) / pages if pages else 0.0)
        self._density = _FULL if counted else known
        self._left = True
        self.after = after

    def ahead(self, size: int, probe: Probe) -> Span | None:
        if not self._left:
            return None
        first = self._first
        last = first + max(1, int(size / self._density))
        end = None if last >= self._pages else last
        cuts = _evenly(range(first + 1, min(last, self._pages)))
        parts = tuple(map(_of_pages, (first, *cuts), (*cuts, end)))
        return structs.replace(_of_pages(first, end), parts=parts)

    def passed(self, span: Span, rows: int) -> None:
        if span.end is None:
            self._left = False
            return
        pages = int(span.end[0]) - self._first
        self.after = span.end
        # What a page holds differs from one end of a table to the other.
        if not self._counted:
            self._density = max(1.0, (self._density + rows / pages) / 2)

    def refused(self) -> None:
        """Its ranges are no guesses."""

    @property
    def _first(self) -> int:
        return int(self.after[0]) if self.after else 0


def _of_pages(first: int, last: int | None) -> Span:
    """From one page to before another, or to the end."""

    def where(alias: str, *_: object) -> Composed:
        own = Identifier(alias, "ctid")
        since = SQL("{} >= {}::tid").format(own, Literal(f"({first},0)"))
        if last is None:
            return since
        return SQL("{} AND {} < {}::tid").format(since, own, Literal(f"({last},0)"))

    return Span(where, None if last is None else (str(last),), order=("ctid",))


_PARTS = 4
"""How many parts a range has: more than there are workers, so that none of them waits long."""


def _evenly(among: Sequence[_Any]) -> list[_Any]:
    """Where to cut a range into its parts: some of what it could be cut at."""
    count = min(_PARTS - 1, len(among))
    return [among[(number + 1) * len(among) // (count + 1)] for number in range(count)]


class Walk(Ranges):
    """Along an index of ``columns``: a range begins after the values that the last one ended with.

    ``cuts`` are values of a single column, sorted as it is, with ``per_cut`` rows from one to the
    next: they save looking for the end of a range. ``expected`` is how many rows there may be,
    where anybody knows. ``missing`` asks for one more range in the end, of the rows that have no
    value.
    """

    def __init__(
        self,
        shape: Shape,
        columns: tuple[ColumnShape, ...],
        *,
        after: Token | None = None,
        cuts: tuple[str, ...] = (),
        per_cut: float = 0.0,
        expected: int | None = None,
        missing: bool = False,
    ) -> None:
        self.way = f"walk {', '.join(one.name for one in columns)}"
        self._shape = shape
        self._columns = tuple(one.name for one in columns)
        # Where an earlier run ended between two cuts, which two is not known.
        self._cuts = cuts if after is None or after[0] in cuts else ()
        self._next = self._cuts.index(after[0]) + 1 if after and self._cuts else 0
        self._per_cut = max(1.0, per_cut)
        self._expected = expected if after is None else None
        self._missing = missing
        self._left = True
        self._guess = True
        self.after = after

    def ahead(self, size: int, probe: Probe) -> Span | None:
        if not self._left:
            missing = Span(self._without, None, missing=True, order=self._columns)
            return missing if self._missing else None
        high = self._end(size, probe)
        within = self._cuts[self._next : self._place(high)]
        bounds = (self.after, *((cut,) for cut in _evenly(within)), high)
        parts = tuple(self._span(low, end) for low, end in pairwise(bounds))
        return structs.replace(self._span(self.after, high), parts=parts)

    def passed(self, span: Span, rows: int) -> None:
        self._guess = True
        self._expected = None
        if span.missing:
            self._missing = False
        elif span.end is None:
            self._left = False
        else:
            self.after = span.end
            if span.end[0] in self._cuts[self._next :]:
                self._next = self._cuts.index(span.end[0], self._next) + 1

    def refused(self) -> None:
        self._guess = False

    def _place(self, end: Token | None) -> int:
        """The place of the cut that a range ends with; of the next where it ends with none."""
        ahead = self._cuts[self._next :]
        return self._next + (ahead.index(end[0]) if end and end[0] in ahead else 0)

    def _end(self, size: int, probe: Probe) -> Token | None:
        """The values that the next range ends with, None where it has no end."""
        ahead = self._cuts[self._next :]
        if self._guess and ahead and size >= self._per_cut:
            return (ahead[min(int(size / self._per_cut), len(ahead)) - 1],)
        if self._guess and not ahead and self._expected is not None and self._expected <= size:
            return None
        until = (ahead[0],) if ahead else None
        keys = listed(SQL("{}::text").format(column(name)) for name in self._columns)
        order = listed(column(name) for name in self._columns)
        found = probe(
            SQL("SELECT {} FROM {} WHERE {} ORDER BY {} OFFSET {} LIMIT 1").format(
                keys,
                from_table(self._shape),
                self._between("t", self._columns, self.after, until),
                order,
                Literal(size - 1),
            )
        )
        return tuple(found[0]) if found else until

    def _span(self, low: Token | None, high: Token | None) -> Span:
        return Span(
            lambda alias, columns=self._columns: self._between(alias, columns, low, high),
            high,
            order=self._columns,
        )

    def _between(
        self, alias: str, columns: tuple[str, ...], low: Token | None, high: Token | None
    ) -> Composed:
        tests: list[Composable] = []
        if low is not None:
            tests.append(SQL("{} > {}").format(_row(alias, columns), _values(low)))
        if high is not None:
            tests.append(SQL("{} <= {}").format(_row(alias, columns), _values(high)))
        if not tests:
            tests = [SQL("{} IS NOT NULL").format(column(name, alias)) for name in columns]
        return SQL("({})").format(SQL(" AND ").join(tests))

    def _without(self, alias: str, columns: tuple[str, ...] | None = None) -> Composed:
        tests = [SQL("{} IS NULL").format(column(n, alias)) for n in columns or self._columns]
        return SQL("({})").format(SQL(" OR ").join(tests))


def _row(alias: str, columns: tuple[str, ...]) -> Composed:
    return SQL("({})").format(listed(column(name, alias) for name in columns))


def _values(token: Token) -> Composed:
    """Constants of no type of their own: each becomes what it is compared with."""
    return SQL("({})").format(listed(Literal(value) for value in token))

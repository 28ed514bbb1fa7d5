"""Questions about rows, as data: which rows are at fault, not how a store is asked.

A rule about rows says what it looks for; a reader renders that in the language of its store, runs
it, and answers with facts. A row counts where a condition is true: NULL is neither true nor false,
as in SQL, so that a missing value is at fault only where ``Missing`` asks for it.
"""

from __future__ import annotations

import datetime

from msgspec import Struct

from ctb_lint.model import QualifiedName


class Missing(Struct, frozen=True, tag=True):
    """The column is NULL."""

    column: str


class Empty(Struct, frozen=True, tag=True):
    """The column, as text, holds nothing but blanks."""

    column: str


class Longer(Struct, frozen=True, tag=True):
    """The column, as text, has more than so many characters."""

    column: str
    characters: int


class OneOf(Struct, frozen=True, tag=True):
    """The column, as text, is one of the values. Numbers are compared as numbers, citext whatever
    its case; of an array every element is one of them."""

    column: str
    values: tuple[str, ...]


class InRange(Struct, frozen=True, tag=True):
    """The column's number is from ``first`` to ``last``, both included. Of text it is the number
    that is written there: a text that is none is in no range."""

    column: str
    first: int
    last: int


class Whole(Struct, frozen=True, tag=True):
    """The column's number has no fraction, likewise."""

    column: str


class Matches(Struct, frozen=True, tag=True):
    """The column, as text, matches one of the PostgreSQL regular expressions, case counting."""

    column: str
    patterns: tuple[str, ...]


class Earlier(Struct, frozen=True, tag=True):
    """The column's point in time is before a moment, given with its zone. What has no zone is
    taken for UTC."""

    column: str
    than: datetime.datetime


class Later(Struct, frozen=True, tag=True):
    """The column's point in time is after a moment, given with its zone."""

    column: str
    than: datetime.datetime


class Before(Struct, frozen=True, tag=True):
    """The column's point in time is before that of another column of the row."""

    column: str
    other: str


class Exceeds(Struct, frozen=True, tag=True):
    """The column's number is greater than this one, likewise."""

    column: str
    number: int


class Not(Struct, frozen=True, tag=True):
    """The condition is false."""

    of: Condition


class All(Struct, frozen=True, tag=True):
    """Every one of the conditions is true."""

    of: tuple[Condition, ...]


class Some(Struct, frozen=True, tag=True):
    """One of the conditions is true."""

    of: tuple[Condition, ...]


Condition = (
    Missing
    | Empty
    | Longer
    | OneOf
    | InRange
    | Whole
    | Matches
    | Earlier
    | Later
    | Before
    | Exceeds
    | Not
    | All
    | Some
)


class Predicate(Struct, frozen=True):
    """The rows of a table for which a condition is true."""

    table: QualifiedName
    fails: Condition


class Duplicate(Struct, frozen=True):
    """The values of the columns together that more than one row of the table has. Rows where one
    of the columns is NULL share nothing."""

    table: QualifiedName
    columns: tuple[str, ...]


class Reference(Struct, frozen=True):
    """The rows whose value of ``column`` no row of ``target`` has in ``target_column``. A row
    without a value refers to nothing, and is not at fault."""

    table: QualifiedName
    column: str
    target: QualifiedName
    target_column: str


class Disagreement(Struct, frozen=True):
    """The rows whose ``column`` finds a row of ``target`` by ``target_column`` that says otherwise:
    of one of the pairs ``same`` (own column, target's column) both sides have a value and the
    values differ, or one of the target's columns of ``foreign`` has one of the values with it."""

    table: QualifiedName
    column: str
    target: QualifiedName
    target_column: str
    same: tuple[tuple[str, str], ...] = ()
    foreign: tuple[tuple[str, tuple[str, ...]], ...] = ()


class Overlap(Struct, frozen=True):
    """The values of the first of the parts that one of the others has, too: each is a table and its
    column."""

    parts: tuple[tuple[QualifiedName, str], ...]

    @property
    def table(self) -> QualifiedName:
        """The first of the tables, whose values they are."""
        return self.parts[0][0]


Check = Predicate | Duplicate | Reference | Disagreement | Overlap


class RowFact(Struct, frozen=True, kw_only=True):
    """What a store answered.

    ``rows`` were looked at and ``failing`` of them are at fault (values, of Duplicate and Overlap).
    ``examples`` are the primary keys of some of those, each as ``column = value`` pairs in one
    text; never another column's value. ``share`` is below 1 where only a sample was looked at, and
    ``bound`` then the greatest share of faulty rows that the sample leaves possible, with 95 %
    confidence. ``unfinished`` says why not all rows that were asked for were looked at, ``unread``
    those of which other table than the check's own, ``how`` how it was done where that matters
    (``a validated foreign key holds it``).
    """

    rows: int
    failing: int
    examples: tuple[str, ...] = ()
    share: float = 1.0
    bound: float | None = None
    unfinished: str | None = None
    unread: QualifiedName | None = None
    how: str = ""

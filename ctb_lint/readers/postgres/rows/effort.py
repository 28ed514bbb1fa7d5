"""How much trouble to take over rows: how long, how many, which; and how far an earlier run got."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Callable

from msgspec import Struct, field

from ctb_lint.rows import Check, RowFact


class Effort(Struct, frozen=True, kw_only=True):
    """What a run may cost, and which rows it is about. Times are in seconds.

    ``max_seconds`` is for all checks together, ``max_rows`` for each table; what is left then is
    not finished. ``sample`` is the share of rows that is looked at of large tables, above 0 and
    below 1. ``since`` leaves out rows of which ``created_at`` is older, less the ``lag`` that
    transactions may take that were still in flight then.

    A transaction over a range of rows should take ``target`` and is ended after ``limit``; what
    cannot be cut into ranges is ended after ``longest``. ``lock`` is how long a lock is waited
    for, ``size`` how many rows the first range has, ``examples`` how many keys of faulty rows are
    fetched.
    """

    max_seconds: float | None = None
    max_rows: int | None = None
    sample: float | None = None
    since: datetime.datetime | None = None
    lag: datetime.timedelta = datetime.timedelta(hours=1)
    created_at: str = "created_at"
    target: float = 0.7
    limit: float = 1.7
    longest: float = 60.0
    lock: float = 1.0
    size: int = 10_000
    examples: int = 3

    @property
    def moment(self) -> datetime.datetime | None:
        """The moment since which rows are looked at."""
        return self.since - self.lag if self.since else None


class Progress(Struct, frozen=True):
    """How far a check is: ``looked`` of about ``expected`` rows, None where nobody knows."""

    what: str
    looked: int
    expected: int | None


Report = Callable[[Progress], None]


def silent(progress: Progress) -> None:
    """Reports nothing."""


class Position(Struct, frozen=True):
    """How far checks that go together got: ``way`` says by what the ranges were made, ``after``
    is the end of the last. ``failing`` and ``examples`` have one element for each check."""

    way: str
    after: tuple[str, ...]
    rows: int
    failing: tuple[int, ...]
    examples: tuple[tuple[str, ...], ...]


class Record(Struct):
    """What a run has found out so far, so that another can go on where it was interrupted.

    It can be encoded with ``msgspec``. It holds keys of rows, and is to be kept like them; of what
    database it is, is for its keeper to know. ``facts`` are complete answers.
    """

    facts: dict[str, RowFact] = field(default_factory=dict)
    positions: dict[str, Position] = field(default_factory=dict)


def key_of(*checks: Check) -> str:
    """What checks are called in a record."""
    # Lone surrogates, which a value from a file may hold, cannot be encoded otherwise.
    told = "\0".join(f"{type(check).__name__}{check!r}" for check in checks)
    return hashlib.sha256(told.encode("utf-8", "backslashreplace")).hexdigest()

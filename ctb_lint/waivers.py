"""Waivers: findings that somebody accepts, with a reason.

A waiver stands in a comment of a migration (``-- ctb-lint: allow S001, S010 (reason)``) or in the
configuration (``[[waive]]``). Readers find the comments; the engine holds waivers against findings
and tells of each what became of it; rules judge that.
"""

from __future__ import annotations

import datetime
from fnmatch import fnmatchcase

from msgspec import Struct

from ctb_lint.model import Location, ObjectId


class Waiver(Struct, frozen=True, kw_only=True):
    """An accepted fault.

    ``rules`` are codes or names, as written. ``at`` is the comment, or the entry of the
    configuration. ``covers`` is the span whose findings it waives; where it is None it waives by
    ``object``, a pattern as ``matches`` takes it. ``expires`` is the last day on which it holds.
    ``live`` says that it is of a database: a run without one does not call it unused.
    ``problem`` says why it cannot be understood: such a waiver waives nothing.
    """

    rules: tuple[str, ...]
    at: Location
    reason: str = ""
    covers: Location | None = None
    object: str | None = None
    owner: str | None = None
    expires: datetime.date | None = None
    problem: str | None = None
    live: bool = False


class WaiverUse(Struct, frozen=True, kw_only=True):
    """A waiver and what became of it in a run.

    ``idle`` are the rules that ran wherever the waiver reaches and found nothing to waive;
    ``unknown`` are those that no rule is called. ``expired`` waivers waive nothing, ``waived`` is
    the number of findings that the waiver holds back (that it would, where it has expired).
    """

    waiver: Waiver
    waived: int = 0
    idle: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    expired: bool = False


def matches(pattern: str, named: ObjectId) -> bool:
    """Whether a pattern means an object: ``orders``, ``public.orders`` or ``log_*`` a relation with
    all its parts, ``orders.status`` one column, index or constraint; for a file or history its
    path or name."""
    return any(fnmatchcase(name, pattern) for name in _names(named))


def _names(named: ObjectId) -> tuple[str, ...]:
    if named.schema is None:
        return (named.name,)
    if named.relation is None:
        return (named.name, f"{named.schema}.{named.name}")
    part = f"{named.relation}.{named.name}"
    return (
        named.relation, f"{named.schema}.{named.relation}", part, f"{named.schema}.{part}",
    )  # fmt: skip

"""What rules ask of rows → what the database answers."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby

from ctb_lint.model import QualifiedName
from ctb_lint.readers.postgres.rows import shapes as shapes_of
from ctb_lint.readers.postgres.rows.disagreements import disagreeing
from ctb_lint.readers.postgres.rows.duplicates import duplicated
from ctb_lint.readers.postgres.rows.effort import Effort, Record, Report, key_of, silent
from ctb_lint.readers.postgres.rows.job import unfinished
from ctb_lint.readers.postgres.rows.overlaps import overlapping
from ctb_lint.readers.postgres.rows.references import referring
from ctb_lint.readers.postgres.rows.render import Unanswerable
from ctb_lint.readers.postgres.rows.scan import scanned
from ctb_lint.readers.postgres.rows.session import Connect, Session
from ctb_lint.readers.postgres.rows.shapes import Shape
from ctb_lint.readers.postgres.rows.sweep import Run
from ctb_lint.readers.postgres.trouble import ReadTrouble
from ctb_lint.rows import Check, Disagreement, Duplicate, Overlap, Predicate, Reference, RowFact

DEFAULT = Effort()


def ask(
    checks: Iterable[Check],
    connect: Connect,
    effort: Effort = DEFAULT,
    *,
    record: Record | None = None,
    report: Report = silent,
    clock: Callable[[], float] = time.monotonic,
) -> dict[Check, RowFact]:
    """An answer to every check. What could not be looked at is ``unfinished`` in its answer, with
    the reason; nothing is raised for it.

    ``connect`` makes a connection. ``record`` is what an earlier run left, and is kept up to date:
    it is worth writing down also where this is interrupted.
    """
    began = clock()
    wanted = sorted(set(checks), key=lambda check: (check.table, repr(check)))
    record = Record() if record is None else record
    facts = {
        check: record.facts[key_of(check)] for check in wanted if key_of(check) in record.facts
    }
    left = [check for check in wanted if check not in facts]
    until = None if effort.max_seconds is None else began + effort.max_seconds
    with Session(connect, effort.lock) as session:
        run = Run(session, effort, record, until, report, clock)
        try:
            shapes = session.use(
                lambda live: shapes_of.shapes(live, set(_tables(left))), effort.longest
            )
        except ReadTrouble as trouble:
            facts |= unfinished(tuple(left), trouble.message)
            return {check: facts[check] for check in wanted}
        facts |= overlapping(run, [one for one in left if isinstance(one, Overlap)], shapes)
        left = [check for check in left if not isinstance(check, Overlap)]
        for _, group in groupby(left, lambda check: check.table):
            ones = list(group)
            scans = [check for check in ones if isinstance(check, Predicate)]
            facts |= scanned(run, scans, shapes)
            for check in ones:
                if not isinstance(check, Predicate):
                    facts |= _answered(run, check, shapes)
    return {check: facts[check] for check in wanted}


def _tables(checks: Iterable[Check]) -> Iterator[QualifiedName]:
    """All tables that checks are about."""
    for check in checks:
        yield check.table
        if isinstance(check, Reference | Disagreement):
            yield check.target
        if isinstance(check, Overlap):
            yield from (name for name, _ in check.parts)


def _answered(
    run: Run, check: Check, shapes: Mapping[QualifiedName, Shape]
) -> dict[Check, RowFact]:
    """The answer to a check that goes alone."""
    try:
        match check:
            case Duplicate():
                return duplicated(run, check, shapes)
            case Reference():
                return referring(run, check, shapes)
            case Disagreement():
                return disagreeing(run, check, shapes)
            case Overlap():
                return overlapping(run, (check,), shapes)
            case Predicate():
                return scanned(run, (check,), shapes)
    except Unanswerable as why:
        return unfinished((check,), str(why))
    except ReadTrouble as trouble:
        # While it was found out how to look: nothing was looked at.
        return unfinished((check,), trouble.message)

"""Looking at some of the rows only, and what the result is worth then."""

from __future__ import annotations

import math

from psycopg.sql import SQL, Composed, Literal

from ctb_lint.readers.postgres.rows.shapes import Shape
from ctb_lint.readers.postgres.rows.sweep import TID_RANGES, Run

SMALLEST = 100_000
"""A table of fewer rows is looked at as a whole: a sample of it would be worth little, and save
little."""

_CONFIDENCE_LEFT = 0.05
_QUANTILE = 1.6449
_MANY = 300
"""From here on the normal distribution is near enough, and Poisson's is hard to work out."""


_UNITS = 1 << 30


def is_sampled(run: Run, shape: Shape) -> bool:
    """Whether only a sample of the table is looked at."""
    large = shape.rows is not None and shape.rows >= SMALLEST
    return run.effort.sample is not None and large and shape.located


def drawn(run: Run, shape: Shape) -> Composed:
    """What makes a row belong to the sample, or to all rows where there is none. Rows are drawn one
    by one, by where they are stored: the same ones each time, whatever is in them. Of whole pages,
    whose rows were written together, no bound would hold."""
    if not is_sampled(run, shape):
        return SQL("true").format()
    share = run.effort.sample or 1
    if run.session.version < TID_RANGES:
        return SQL("random() < {}").format(Literal(share))
    return SQL("(hashtidextended(t.ctid, t.tableoid::bigint) & {}) < {}").format(
        Literal(_UNITS - 1), Literal(round(share * _UNITS))
    )


def upper_bound(rows: int, failing: int) -> float:
    """The greatest share of faulty rows that leaves a chance of 5 % to find so few in a sample of
    so many: Poisson's bound, which is never below the exact one. 1 where nothing was looked at."""
    if rows <= 0:
        return 1.0
    if failing > _MANY:
        most = failing + 2 + _QUANTILE * math.sqrt(failing + 1)
    else:
        low, high = float(failing), failing + 10.0 + 10 * math.sqrt(failing + 1)
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (
                (middle, high) if _at_most(failing, middle) > _CONFIDENCE_LEFT else (low, middle)
            )
        most = high
    return min(1.0, most / rows)


def _at_most(count: int, mean: float) -> float:
    """The chance of so many or fewer where so many are to be expected."""
    term = math.exp(-mean)
    total = term
    for number in range(1, count + 1):
        term *= mean / number
        total += term
    return total

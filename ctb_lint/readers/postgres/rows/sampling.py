"""Looking at some of the rows only, and what the result is worth then."""

from __future__ import annotations

import math

from psycopg.sql import SQL, Composed, Literal

from ctb_lint.readers.postgres.rows.render import from_table
from ctb_lint.readers.postgres.rows.shapes import Shape
from ctb_lint.readers.postgres.rows.sweep import Run

SMALLEST = 100_000
"""A table of fewer rows is looked at as a whole: a sample of it would be worth little, and save
little."""

_CONFIDENCE_LEFT = 0.05
_QUANTILE = 1.6449
_MANY = 1000


def is_sampled(run: Run, shape: Shape) -> bool:
    """Whether only a sample of the table is looked at."""
    large = shape.rows is not None and shape.rows >= SMALLEST
    return run.effort.sample is not None and large and not shape.foreign


def source_of(run: Run, shape: Shape) -> Composed:
    """The table for a FROM clause, or the same sample of it each time. Rows are drawn one by one:
    of whole pages, whose rows were written together, no bound would hold."""
    if not is_sampled(run, shape):
        return from_table(shape)
    percent = Literal(100 * (run.effort.sample or 1))
    return SQL("{} TABLESAMPLE BERNOULLI ({}) REPEATABLE (1)").format(from_table(shape), percent)


def upper_bound(rows: int, failing: int) -> float:
    """The greatest share of faulty rows that leaves a chance of 5 % to find so few in a sample of
    so many: Poisson's bound, which is never below the exact one. 1 where nothing was looked at."""
    if rows <= 0:
        return 1.0
    if failing > _MANY:
        most = failing + 1 + _QUANTILE * math.sqrt(failing + 1)
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

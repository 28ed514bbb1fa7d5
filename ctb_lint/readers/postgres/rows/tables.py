"""How a table is gone through, and what its rows are called."""

from __future__ import annotations

import datetime

from psycopg.sql import SQL, Composed

from ctb_lint.readers.postgres.rows import shapes
from ctb_lint.readers.postgres.rows.ranges import Pages, Ranges, Span, Token, Walk, Whole
from ctb_lint.readers.postgres.rows.render import column, listed, moment
from ctb_lint.readers.postgres.rows.sampling import drawn, is_sampled
from ctb_lint.readers.postgres.rows.session import Row
from ctb_lint.readers.postgres.rows.shapes import ColumnShape, Shape, Statistics, key_text
from ctb_lint.readers.postgres.rows.sweep import TID_RANGES, Run

_IN_ORDER = 0.5
"""From which correlation on a key is taken to follow the rows as they are stored."""
_SCATTERED = frozenset({"uuid", "text", "varchar", "bpchar"})
"""Types of keys that, as long as there are no statistics, are taken not to."""


def ranges_of(run: Run, shape: Shape, after: Token | None = None) -> Ranges:
    """The best way through a table: along its primary key where that is how its rows lie, else
    page by page, as a sample is drawn; at once where neither can be."""
    made, sampled = _made_at(run, shape), is_sampled(run, shape)
    if made and not sampled and shape.index_on(made.name):
        since = _since(run, made)
        return Walk(shape, (made,), after=after or since, missing=True)
    key = shape.primary_key
    found = statistics_of(run, shape, key[0]) if key else None
    walkable = bool(key) and all(one.builtin for one in key)
    paged = shape.located and run.session.version >= TID_RANGES
    if walkable and not (paged and (sampled or _is_scattered(key[0], found))):
        cuts = found.cuts if found and len(key) == 1 else ()
        return walk(shape, key, after, cuts)
    if not paged:
        return Whole()
    return Pages(shape, pages_of(run, shape), after, counted=run.effort.max_rows is not None)


def walk(
    shape: Shape,
    columns: tuple[ColumnShape, ...],
    after: Token | None = None,
    cuts: tuple[str, ...] = (),
    *,
    missing: bool = False,
) -> Walk:
    """Along an index of these columns."""
    per_cut = (shape.rows or 0) / max(1, len(cuts) - 1)
    return Walk(
        shape,
        columns,
        after=after,
        cuts=cuts if shape.rows else (),
        per_cut=per_cut,
        expected=shape.rows,
        missing=missing,
    )


def statistics_of(run: Run, shape: Shape, of: ColumnShape) -> Statistics | None:
    """What the statistics say of a column."""
    found: Statistics | None = run.session.use(
        lambda connection: shapes.statistics(connection, shape, of.name), run.effort.limit
    )
    return found


def narrowed(run: Run, shape: Shape) -> Composed:
    """Which of the rows are looked at: those of the sample, since the moment that was asked for,
    and of these also those of which nobody knows when they were made."""
    since, made = run.effort.moment, _made_at(run, shape)
    if since is None or made is None:
        return drawn(run, shape)
    own = column(made.name)
    new = SQL("({} IS NULL OR {} > {})").format(own, own, moment(made, since))
    return SQL("{} AND {}").format(new, drawn(run, shape))


def narrows(run: Run, shape: Shape) -> bool:
    """Whether that leaves rows out."""
    return _made_at(run, shape) is not None


def keys_of(shape: Shape, alias: str = "t") -> Composed | None:
    """What to select for the names of rows: the primary key, else where they are stored; None
    where rows have neither."""
    key = shape.primary_key
    if key:
        return listed(SQL("{}::text").format(column(one.name, alias)) for one in key)
    if not shape.located:
        return None
    return SQL("{}::text").format(column("ctid", alias))


def order_of(shape: Shape, span: Span, alias: str = "t") -> Composed:
    """How to sort rows so that the first ones are the same however large the ranges are."""
    key = tuple(one.name for one in shape.primary_key) or ("ctid",)
    names = dict.fromkeys((*span.order, *key))
    return listed(column(name, alias) for name in names)


def called(shape: Shape, key: Row) -> str:
    """What a row is called, of what ``keys_of`` selects."""
    parts = shape.primary_key
    if not parts:
        return f"ctid = {key[0]}"
    return ", ".join(key_text(part, value) for part, value in zip(parts, key, strict=True))


def all_called(shape: Shape, keys: list[Row]) -> tuple[str, ...]:
    """What rows are called."""
    return tuple(called(shape, key) for key in keys)


def _made_at(run: Run, shape: Shape) -> ColumnShape | None:
    """The column that tells which rows are new enough, where only those are looked at."""
    made = shape.columns.get(run.effort.created_at)
    if run.effort.moment is None or made is None or not (made.is_time and made.readable):
        return None
    return made


def _since(run: Run, made: ColumnShape) -> Token:
    assert run.effort.moment is not None
    utc = run.effort.moment.astimezone(datetime.UTC)
    return ((utc if made.type == "timestamptz" else utc.replace(tzinfo=None)).isoformat(),)


def _is_scattered(column_: ColumnShape, found: Statistics | None) -> bool:
    """Whether rows that follow each other by the column lie all over the table."""
    if found is None:
        return column_.type in _SCATTERED
    return abs(found.correlation) < _IN_ORDER


def pages_of(run: Run, shape: Shape) -> int:
    """How many pages a table has now."""
    found: int = run.session.use(
        lambda connection: shapes.pages(connection, shape), run.effort.limit
    )
    return found

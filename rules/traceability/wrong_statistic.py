"""A statistic of the catalogue is not what its entries give.

Figures are quoted in reports and reviews. One that is wrong hides a table that was forgotten, or
tracking that is not there, and makes readers doubt the rest.

Write the right figure. Where it is right under one way to count and wrong under another, this is
information: say in the figure's name what is counted.

    | Total Tables | 7 |
    | Tables with HEIR Tracking | 6 (85%) |

A percentage may be rounded or cut; a key counts as an index, or does not, unless the name of the
figure speaks of keys ("Tables with Keys or Indexes", "Tables with Indexes besides their Keys").
"""

import re
from collections import Counter
from collections.abc import Iterator

from ctb_lint.catalogue import Catalogue, Statistic, StatisticKind
from ctb_lint.claims import ClaimKind
from ctb_lint.figures import Figures, Reading, figures_of, shown
from ctb_lint.model import Location, ObjectId, ObjectKind, Schema
from ctb_lint.rule import ERROR, INFO, Edit, Finding, Fix, Safety, Undecided, rule
from ctb_lint.standard import Standard

_ROUGHLY = re.compile(r"[~≈><+]|\b(?:about|around|roughly|approx|almost|over|nearly|ca)\b", re.I)

_NOT_ALL = "not all is known of every table"
_KEYS = re.compile(r"\bkeys?\b", re.I)
_BESIDES = re.compile(r"\b(?:besides?|beyond|without|except|excluding|not counting|other)\b", re.I)


@rule(
    "T014",
    severity=ERROR,
    doctrine=True,
    fixable=Safety.SAFE,
    claims=(ClaimKind.STATISTIC,),
)
def wrong_statistic(
    catalogue: Catalogue, schema: Schema, standard: Standard
) -> Iterator[Finding | Undecided]:
    if not catalogue.entries:
        return
    figures = figures_of(catalogue, schema, standard)
    given = (*catalogue.statistics, *catalogue.footer.totals)
    stated = {int(one.number) for one in given if one.kind is StatisticKind.TOTAL and one.number}
    totals = figures.totals | stated
    seen: Counter[str] = Counter()
    for one in given:
        seen[one.kind] += 1
        facet = f"{one.kind} {seen[one.kind]}"
        if _ROUGHLY.search(one.value.text):
            yield Undecided("it is no exact figure", one.at)
            continue
        if one.kind is StatisticKind.AVERAGE_COLUMNS:
            yield from _judged_average(one, figures, facet)
        else:
            yield from _judged(one, figures, totals, facet)


def _judged_average(one: Statistic, figures: Figures, facet: str) -> Iterator[Finding | Undecided]:
    right = figures.average
    if right is None:
        yield Undecided(_NOT_ALL, one.at)
    elif one.number is not None and not shown(right.low, one.number):
        figure = f"{right.low:.1f}"
        told = f"given as {one.value.text}, but it is {figure} {right.what}"
        yield _finding(one, told, facet, figure, _fix(one, figure, None))


def _judged(
    one: Statistic, figures: Figures, totals: frozenset[int], facet: str
) -> Iterator[Finding | Undecided]:
    """What is wrong with a number of tables, or with the share that it is of all."""
    readings = _meant(one, figures.readings.get(one.kind, ()))
    if not readings:
        yield Undecided("nobody knows what it counts", one.at)
        return
    right = readings[0]
    told = f"given as {one.value.text}, but {right.figure} of {figures.total} {right.what}"
    if one.number is not None:
        holding = [way for way in readings if way.holds(one.number)]
        missed = [way for way in readings if way.plain and way not in holding]
        if not holding:
            yield _miscounted(one, told, facet, right, figures.total)
            return
        if missed:
            ways = f"{holding[0].figure} {holding[0].what}, but {missed[0].figure} {missed[0].what}"
            yield _finding(one, f"given as {one.value.text}: {ways}", facet, None)
            return
        if all(way.low < way.high for way in holding):
            yield Undecided(_NOT_ALL, one.at)
            return
    if one.percent is not None and not _is_fair(one, one.percent, readings, totals):
        yield _miscounted(one, told, facet, right, figures.total)


def _meant(one: Statistic, readings: tuple[Reading, ...]) -> tuple[Reading, ...]:
    """The ways to count that the name of a figure leaves open."""
    if one.kind is not StatisticKind.INDEXES or not _KEYS.search(one.name):
        return readings
    besides = _BESIDES.search(one.name) is not None
    return tuple(way for way in readings if ("besides" in way.what) is besides)


def _is_fair(
    one: Statistic, percent: float, readings: tuple[Reading, ...], totals: frozenset[int]
) -> bool:
    """Whether some fair count of some fair total is the percentage, rounded or cut."""
    counts = [one.number] if one.number is not None else [way.low for way in readings]
    unsure = one.number is None and any(way.low < way.high for way in readings)
    return unsure or any(
        shown(100 * count / total, percent) for count in counts for total in totals
    )


def _miscounted(one: Statistic, told: str, facet: str, right: Reading, total: int) -> Finding:
    """A finding with what to write instead; where not all can be known, it has no fix."""
    certain = right.low == right.high
    share = f"{100 * right.low / total:.0f}" if certain and one.percent is not None else None
    figure = f"{right.figure} ({share}%)" if share else right.figure
    return _finding(one, told, facet, figure, _fix(one, right.figure, share) if certain else None)


def _fix(one: Statistic, number: str, share: str | None) -> Fix | None:
    """The fix that writes the right digits; None where the place of the wrong ones is not
    certain."""
    at = one.value.at
    if at.line != at.end_line or at.end - at.start != len(one.value.text):
        return None
    edits = [*_digits(one, one.number_at, number), *_digits(one, one.percent_at, share)]
    return Fix(f"write {number}", tuple(edits)) if edits else None


def _digits(one: Statistic, at: Location | None, digits: str | None) -> Iterator[Edit]:
    if at is None or digits is None:
        return
    first = at.start - one.value.at.start
    old = one.value.text[first : first + at.end - at.start]
    new = digits.replace(".", ",") if "," in old else digits
    if old != new:
        yield Edit(at.path, at.start, at.end, new)


def _finding(
    one: Statistic, told: str, facet: str, figure: str | None, fix: Fix | None = None
) -> Finding:
    """An error with the figure to write, or information where another reading holds."""
    name = one.name if " " in one.name else str(one.kind).capitalize()
    hint = f"write {figure}" if figure else "say in its name what is counted"
    return Finding(
        message=f"{name}: {told}",
        object=ObjectId(ObjectKind.FILE, None, None, one.at.path),
        at=one.at,
        facet=facet,
        hint=hint,
        severity=None if figure else INFO,
        fix=fix,
    )


_ENTRIES = """
    ### 1. orders

    **Barton ID**: `BID-DATA-001`
    **HEIR ID**: `HEIR-2025-08-SHQ-ORDERS-01`
    **Status**: Active

    #### S - Structure

    ```sql
    CREATE TABLE orders (
        id int PRIMARY KEY,
        unique_id text,
        process_id text,
        note jsonb,
        INDEX idx_unique_id (unique_id)
    );
    ```

    ### 2. payments

    **Barton ID**: `BID-DATA-002`
    **HEIR ID**: `HEIR-2025-08-SHQ-PAYMENTS-01`
    **Status**: Planned

    #### S - Structure

    ```sql
    CREATE TABLE payments (unique_id text, process_id text, price numeric, at date);
    CREATE INDEX payments_at ON payments (at);
    ```

    ### 3. schema_migrations

    **Barton ID**: `BID-DATA-999`
    **Status**: Active (Built-in)

    #### S - Structure

    ```sql
    CREATE TABLE schema_migrations (version text, at date);
    CREATE INDEX ON schema_migrations (version);
    ```
"""

VALID = [
    # Percentages rounded and cut; averages, too.
    f"""
    -- file: SCHEMA_REFERENCE.md
    ## Tables
    {_ENTRIES}
    ## Schema Statistics

    | Metric | Value |
    |--------|-------|
    | Total Tables | 3 |
    | Active Tables | 2 (67%) |
    | Planned Tables | 1 (33.3%) |
    | Tables with HEIR Tracking | 2 (66%) |
    | Tables with Indexes | 3 (100%) |
    | Tables with JSONB | 1 |
    | Average Columns per Table | 3.3 |
    | Pages | 12 |

    ---

    **Review Schedule**: Monthly
    **Total Tables**: 3 (2 active, 1 planned)
    """,
    # In a list; roughly; of a table whose SQL cannot be read nothing is known.
    f"""
    -- file: SCHEMA_REFERENCE.md
    ## Tables
    {_ENTRIES}
    ### 4. refunds

    **Barton ID**: `BID-DATA-004`
    **Status**: Active

    #### S - Structure

    ```sql
    CREATE TABLE refunds (at date not);
    ```

    ## Statistics

    - Tables: 4
    - Tables with JSONB: 2
    - Tables with keys or indexes: 4
    - Tables with indexes besides keys: 3
    - Tables with HEIR tracking: 3
    - Average columns per table: 7
    - Active tables: about 50
    """,
    # Without entries there is nothing to count.
    """
    -- file: SCHEMA_REFERENCE.md
    ## Statistics

    | Metric | Value |
    |--------|-------|
    | Total Tables | 3 |
    """,
]

INVALID = [
    f"""
    -- file: SCHEMA_REFERENCE.md
    ## Tables
    {_ENTRIES}
    ## Schema Statistics

    | Metric | Value |
    |--------|-------|
    | Total Tables | 4 | <!--! T014 -->
    | Active Tables | 3 | <!--! T014 -->
    | Planned Tables | 2 | <!--! T014 -->
    | Tables with HEIR Tracking | 3 (100%) | <!--! T014 -->
    | Tables with Indexes | 1 | <!--! T014 -->
    | Tables with JSONB | 1 (40%) | <!--! T014 -->
    | Average Columns per Table | 4 | <!--! T014 -->

    ---

    **Review Schedule**: Monthly
    **Total Tables**: 3 (1 active, 2 planned) <!--! T014 --> <!--! T014 -->
    """,
    # Right under one reading: of a table with a key and no index, and of what is Built-in.
    """
    -- file: SCHEMA_REFERENCE.md
    ### 1. orders

    **Barton ID**: `BID-DATA-001`
    **Status**: Active

    #### S - Structure

    ```sql
    CREATE TABLE orders (id int PRIMARY KEY);
    ```

    ### 2. schema_migrations

    **Barton ID**: `BID-DATA-999`
    **Status**: Active (Built-in)

    #### S - Structure

    ```sql
    CREATE TABLE schema_migrations (version text);
    ```

    ## Statistics

    - Tables with indexes: 1 (50%) <!--! T014 -->
    - Total tables: 1 <!--! T014 -->
    """,
]

"""A statistic of the catalogue is not what its entries give.

Figures are quoted in reports and reviews. One that is wrong hides a table that was forgotten, or
tracking that is not there, and makes readers doubt the rest.

Write the right figure. Where it is right under one way to count and wrong under another, this is
information: say in the figure's name what is counted.

    | Total Tables | 7 |
    | Tables with HEIR Tracking | 6 (85%) |

A percentage may be rounded or cut; a key counts as an index, or does not.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterator

from msgspec import Struct

from ctb_lint.catalogue import Catalogue, Entry, Statistic, StatisticKind
from ctb_lint.demands import Stage
from ctb_lint.model import ObjectId, ObjectKind, Schema
from ctb_lint.rule import ERROR, INFO, Finding, rule
from ctb_lint.standard import Standard

_ROUGHLY = re.compile(r"[~≈><+]|\b(?:about|around|roughly|approx|almost|over|nearly|ca)\b", re.I)
_JSON = frozenset({"json", "jsonb"})


class Reading(Struct, frozen=True):
    """One way to count, and what it gives: from ``low`` to ``high``, where not all can be known.
    The ``plain`` ways should all hold; one that is not plain is an excuse where they do not."""

    what: str
    low: float
    high: float
    plain: bool = True

    def holds(self, number: float) -> bool:
        """Whether the number is what was counted."""
        return self.low <= number <= self.high

    @property
    def text(self) -> str:
        """What was counted, in words."""
        value = f"{self.low:g}" if self.low == self.high else f"{self.low:g} to {self.high:g}"
        return f"{value} {self.what}"

    def figure(self, one: Statistic, total: int) -> str:
        """What to write instead of the statistic."""
        if one.kind is StatisticKind.AVERAGE_COLUMNS:
            return f"{self.low:.1f}"
        share = f" ({100 * self.low / total:.0f}%)" if one.percent is not None and total else ""
        return f"{self.low:g}{share}"


class Facts(Struct, frozen=True):
    """What is known of one table; None where it is not."""

    stage: Stage
    columns: int | None
    tracked: bool | None
    layered: bool | None
    json: bool | None
    jsonb: bool | None
    indexed: bool | None
    keyed: bool | None
    heir: bool


@rule("T014", severity=ERROR, doctrine=True)
def wrong_statistic(catalogue: Catalogue, schema: Schema, standard: Standard) -> Iterator[Finding]:
    if not catalogue.entries:
        return
    entries = {entry.table: entry for entry in reversed(catalogue.entries)}
    facts = [_facts(entry, schema, standard) for entry in entries.values()]
    given = (*catalogue.statistics, *catalogue.footer.totals)
    totals = {len(facts), len(catalogue.index) or len(facts)}
    # What a migration tool owns need not be tracked: shares of the others are fair.
    totals.add(sum(fact.stage is not Stage.BUILT_IN for fact in facts))
    totals |= {int(one.number) for one in given if one.kind is StatisticKind.TOTAL and one.number}
    seen: Counter[str] = Counter()
    for one in given:
        readings = _readings(one.kind, facts, catalogue)
        if not readings or _ROUGHLY.search(one.value.text):
            continue
        seen[one.kind] += 1
        finding = _judged(one, readings, totals, len(facts), f"{one.kind} {seen[one.kind]}")
        if finding:
            yield finding


def _judged(
    one: Statistic, readings: list[Reading], totals: set[int], total: int, facet: str
) -> Finding | None:
    """What is wrong with the statistic, None where nothing is."""
    right = readings[0]
    if one.kind is StatisticKind.AVERAGE_COLUMNS:
        if one.number is None or one.number in _shown(right.low, _decimals(one.number)):
            return None
        told = f"given as {one.value.text}, but it is {right.low:.1f} {right.what}"
        return _finding(one, told, facet, right.figure(one, 0))
    if one.number is not None:
        holding = [reading for reading in readings if reading.holds(one.number)]
        if not holding:
            told = f"given as {one.value.text}, but {right.text}"
            return _finding(one, told, facet, right.figure(one, total))
        missed = [way for way in readings if way.plain and way not in holding]
        if missed:
            told = f"given as {one.value.text}: {holding[0].text}, but {missed[0].text}"
            return _finding(one, told, facet, None)
    if one.percent is not None and not _fair_percent(one, readings, totals):
        told = f"given as {one.value.text}, but {right.text} of {total}"
        return _finding(one, told, facet, right.figure(one, total))
    return None


def _fair_percent(one: Statistic, readings: list[Reading], totals: set[int]) -> bool:
    """Whether some fair count of some fair total is the percentage, rounded or cut."""
    counts = (
        [one.number]
        if one.number is not None
        else [n for r in readings for n in range(int(r.low), int(r.high) + 1)]
    )
    percent = one.percent or 0.0
    return any(
        percent in _shown(100 * count / total, _decimals(percent))
        for count in counts
        for total in totals
        if total
    )


def _shown(value: float, decimals: int) -> set[float]:
    """The value with so many decimals: rounded, and cut."""
    scale = 10**decimals
    return {
        math.floor(value * scale + 1e-9) / scale,
        math.floor(value * scale + 0.5 + 1e-9) / scale,
        round(value, decimals),
    }


def _decimals(number: float) -> int:
    return 0 if number == int(number) else len(f"{number:.6f}".rstrip("0").split(".")[1])


def _readings(kind: StatisticKind, facts: list[Facts], catalogue: Catalogue) -> list[Reading]:
    """The fair ways to count, the first the nearest; empty where nothing can be counted."""
    index = [row.stage for row in catalogue.index]
    if kind is StatisticKind.AVERAGE_COLUMNS:
        known = [fact.columns for fact in facts if fact.columns is not None]
        if len(known) < len(facts):
            return []
        average = sum(known) / len(known)
        told = f"({sum(known)} columns in {len(known)} tables)"
        return [Reading(told, average, average)]
    if kind is StatisticKind.TOTAL:
        rows = [Reading("rows of the index", len(index), len(index), plain=False)]
        own = sum(fact.stage is not Stage.BUILT_IN for fact in facts)
        return [
            Reading("tables have an entry", len(facts), len(facts)),
            *(rows if index else []),
            Reading("tables are not Built-in", own, own, plain=False),
        ]
    if kind in _STAGES:
        return _staged(kind, facts, index)
    return [
        _counted(what, [count(fact) for fact in facts], plain=plain)
        for of, what, count, plain in _TRAITS
        if of is kind
    ]


def _staged(kind: StatisticKind, facts: list[Facts], index: list[Stage]) -> list[Reading]:
    """Of a stage: what is Built-in is Active as well, unless somebody counts it by itself."""
    stages, word = _STAGES[kind]
    of_entries = [None if f.stage is Stage.UNKNOWN else f.stage in stages for f in facts]
    of_rows = [None if stage is Stage.UNKNOWN else stage in stages for stage in index]
    alone = [None if f.stage is Stage.UNKNOWN else f.stage in stages[:1] for f in facts]
    readings = [_counted(f"entries are {word}", of_entries)]
    if index:
        readings.append(_counted(f"rows of the index are {word}", of_rows, plain=False))
    if len(stages) > 1:
        readings.append(_counted(f"are {word} and not Built-in", alone, plain=False))
    return readings


_STAGES = {
    StatisticKind.ACTIVE: ((Stage.ACTIVE, Stage.BUILT_IN), "Active"),
    StatisticKind.PLANNED: ((Stage.PLANNED,), "Planned"),
    StatisticKind.BUILT_IN: ((Stage.BUILT_IN,), "Built-in"),
}
_TRAITS: tuple[tuple[StatisticKind, str, Callable[[Facts], bool | None], bool], ...] = (
    (StatisticKind.HEIR, "have both id columns", lambda fact: fact.tracked, True),
    (StatisticKind.HEIR, "have a HEIR ID", lambda fact: fact.heir, False),
    (StatisticKind.HEIR, "have a layer as well", lambda fact: fact.layered, False),
    (StatisticKind.INDEXES, "have a key or an index", lambda fact: fact.keyed, True),
    (StatisticKind.INDEXES, "have an index besides their keys", lambda fact: fact.indexed, True),
    (StatisticKind.JSONB, "have a jsonb column", lambda fact: fact.jsonb, True),
    (StatisticKind.JSONB, "have a json or jsonb column", lambda fact: fact.json, False),
)


def _counted(what: str, traits: list[bool | None], *, plain: bool = True) -> Reading:
    certain = sum(trait is True for trait in traits)
    return Reading(what, certain, certain + sum(trait is None for trait in traits), plain)


def _facts(entry: Entry, schema: Schema, standard: Standard) -> Facts:
    table = schema.table(entry.table)
    heir = entry.header.heir_id is not None
    unknown = schema.knowledge.why_unknown(entry.table, ("columns", "constraints", "indexes"))
    if table is None or unknown:
        nothing = (None,) * 7
        return Facts(entry.stage, *nothing, heir)
    names = {column.name for column in table.columns}
    types = {column.type.name for column in table.columns}
    tracked = names >= set(standard.id_columns)
    return Facts(
        stage=entry.stage,
        columns=len(table.columns),
        tracked=tracked,
        layered=tracked and standard.layer in names,
        json=bool(types & _JSON),
        jsonb="jsonb" in types,
        indexed=bool(table.indexes),
        keyed=any(True for _ in table.access_paths()),
        heir=heir,
    )


def _finding(one: Statistic, told: str, facet: str, figure: str | None) -> Finding:
    """An error with the figure to write, or information where another reading holds."""
    name = one.name if " " in one.name else str(one.kind)
    hint = f"write {figure}" if figure else "say in its name what is counted"
    return Finding(
        message=f"{name}: {told}",
        object=ObjectId(ObjectKind.FILE, None, None, one.at.path),
        at=one.at,
        facet=facet,
        hint=hint,
        severity=None if figure else INFO,
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

"""The figures of a catalogue: what its entries give, by every fair way to count."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct

from ctb_lint.catalogue import Catalogue, Entry, StatisticKind
from ctb_lint.demands import Stage
from ctb_lint.model import Schema
from ctb_lint.standard import Standard

_NEEDED = ("columns", "constraints", "indexes")
_JSON = frozenset({"json", "jsonb"})


class Reading(Struct, frozen=True):
    """One way to count, and what it gives: from ``low`` to ``high``, where not all can be known.
    ``what`` continues a sentence that begins with the number. Where one that is not ``plain``
    gives another number, nothing is wrong: it only excuses a figure that agrees with it."""

    what: str
    low: float
    high: float
    plain: bool = True

    def holds(self, number: float) -> bool:
        """Whether the number can be what was counted."""
        return self.low <= number <= self.high

    @property
    def figure(self) -> str:
        """What was counted, in digits."""
        return f"{self.low:g}" if self.low == self.high else f"{self.low:g} to {self.high:g}"


class Figures(Struct, frozen=True):
    """What can be counted. ``readings`` has, by the kind of a statistic, the fair ways to count,
    the nearest first; a kind of which nothing can be known has none. ``total`` is the number of
    tables, ``totals`` are all those that a percentage can fairly be of. ``average`` is the number
    of columns of a table, None where it cannot be known."""

    readings: Mapping[StatisticKind, tuple[Reading, ...]]
    total: int
    totals: frozenset[int]
    average: Reading | None


class _Facts(Struct, frozen=True):
    """What is known of one table; None where it is not."""

    stage: Stage
    heir: bool
    columns: int | None = None
    tracked: bool | None = None
    layered: bool | None = None
    json: bool | None = None
    jsonb: bool | None = None
    indexed: bool | None = None
    keyed: bool | None = None


_Trait = tuple[StatisticKind, str, Callable[[_Facts], bool | None], bool]
_STAGES = (
    (StatisticKind.ACTIVE, "Active", (Stage.ACTIVE, Stage.BUILT_IN)),
    (StatisticKind.PLANNED, "Planned", (Stage.PLANNED,)),
    (StatisticKind.BUILT_IN, "Built-in", (Stage.BUILT_IN,)),
)
_TRAITS: tuple[_Trait, ...] = (
    (StatisticKind.HEIR, "have both id columns", lambda fact: fact.tracked, True),
    (StatisticKind.HEIR, "have a HEIR ID", lambda fact: fact.heir, False),
    (StatisticKind.HEIR, "have a layer as well", lambda fact: fact.layered, False),
    (StatisticKind.INDEXES, "have a key or an index", lambda fact: fact.keyed, True),
    (StatisticKind.INDEXES, "have an index besides their keys", lambda fact: fact.indexed, True),
    (StatisticKind.JSONB, "have a jsonb column", lambda fact: fact.jsonb, True),
    (StatisticKind.JSONB, "have a json or jsonb column", lambda fact: fact.json, False),
)


def figures_of(catalogue: Catalogue, schema: Schema, standard: Standard) -> Figures:
    """Counts the entries, each table once. ``schema`` holds the tables that they declare."""
    entries = {entry.table: entry for entry in reversed(catalogue.entries)}
    facts = [_facts(entry, schema, standard) for entry in entries.values()]
    stages = [fact.stage for fact in facts]
    index = [row.stage for row in catalogue.index]
    own = sum(stage is not Stage.BUILT_IN for stage in stages)
    total = [Reading("have an entry", len(facts), len(facts))]
    if index:
        total.append(Reading("are in the index", len(index), len(index), plain=False))
    total.append(Reading("are not Built-in", own, own, plain=False))
    readings = {StatisticKind.TOTAL: tuple(total)}
    for kind, word, counted in _STAGES:
        readings[kind] = tuple(_staged(word, counted, stages, index))
    for kind, what, trait, plain in _TRAITS:
        one = _counted(what, [trait(fact) for fact in facts], plain=plain)
        readings[kind] = (*readings.get(kind, ()), one)
    # What a migration tool owns need not be tracked: shares of the others are fair.
    totals = frozenset({len(facts), own, len(index)} - {0})
    return Figures(readings, len(facts), totals, _average(facts))


def shown(value: float, like: float) -> bool:
    """Whether a figure can stand for the value: rounded or cut to as many decimals."""
    scale = 10 ** (0 if like == int(like) else len(f"{like:.6f}".rstrip("0").split(".")[1]))
    scaled = value * scale
    near = {math.floor(scaled + 1e-9), math.floor(scaled + 0.5 + 1e-9), round(scaled)}
    return round(like * scale) in near


def _average(facts: Sequence[_Facts]) -> Reading | None:
    known = [fact.columns for fact in facts if fact.columns is not None]
    if not known or len(known) < len(facts):
        return None
    average = sum(known) / len(known)
    return Reading(f"({sum(known)} columns in {len(known)} tables)", average, average)


def _staged(
    word: str, counted: tuple[Stage, ...], stages: list[Stage], index: list[Stage]
) -> list[Reading]:
    """Of a stage: what is Built-in is Active as well, unless somebody counts it by itself."""
    readings = [_counted(f"are {word}", [_is(stage, counted) for stage in stages])]
    if index:
        rows = [_is(stage, counted) for stage in index]
        readings.append(_counted(f"are {word} in the index", rows, plain=False))
    if len(counted) > 1:
        alone = [_is(stage, counted[:1]) for stage in stages]
        readings.append(_counted(f"are {word} and not Built-in", alone, plain=False))
    return readings


def _is(stage: Stage, counted: tuple[Stage, ...]) -> bool | None:
    return None if stage is Stage.UNKNOWN else stage in counted


def _counted(what: str, traits: list[bool | None], *, plain: bool = True) -> Reading:
    certain = sum(trait is True for trait in traits)
    return Reading(what, certain, certain + sum(trait is None for trait in traits), plain)


def _facts(entry: Entry, schema: Schema, standard: Standard) -> _Facts:
    table = schema.table(entry.table)
    heir = entry.header.heir_id is not None
    if table is None or schema.knowledge.why_unknown(entry.table, _NEEDED):
        return _Facts(entry.stage, heir)
    names = {column.name for column in table.columns}
    types = {column.type.name for column in table.columns}
    tracked = names >= set(standard.id_columns)
    return _Facts(
        stage=entry.stage,
        heir=heir,
        columns=len(table.columns),
        tracked=tracked,
        layered=tracked and standard.layer in names,
        json=bool(types & _JSON),
        jsonb="jsonb" in types,
        indexed=bool(table.indexes),
        keyed=any(True for _ in table.access_paths()),
    )

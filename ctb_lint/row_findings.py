"""What a store answered about rows → findings."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from ctb_lint.evidence import Source
from ctb_lint.rows import Check, Duplicate, Overlap, RowFact
from ctb_lint.rule import Finding, RowCheck, Undecided

_SHOWN = 3
_SINGULAR = {"are": "is", "have": "has"}


def of_rows(asked: Iterable[RowCheck | Undecided], source: Source) -> Iterator[Finding | Undecided]:
    """The findings of a rule about rows. What nobody answered, or not of all rows, is undecided."""
    facts = source.row_facts
    assert facts is not None, "a rule about rows runs only where rows were asked"
    for one in asked:
        if isinstance(one, Undecided):
            yield one
            continue
        fact = facts.get(one.check)
        if fact is None:
            yield Undecided("its rows were not looked at", of=one.check.table)
            continue
        partial = _partial(fact)
        if partial:
            yield Undecided(partial, of=one.check.table)
        if one.never:
            # Only all rows together can show that none is such.
            whole = fact.share >= 1 and not fact.unfinished
            if whole and fact.rows and not fact.failing:
                yield _finding(one, f"no row of {one.check.table} {one.says}")
        elif fact.failing:
            says = _of_one(one.says) if fact.failing == 1 else one.says
            yield _finding(one, f"{_counted(one.check, fact)} {says}{_examples(fact)}")


def _partial(fact: RowFact) -> str:
    """Why what was found may not be all that there is; empty where all rows were looked at."""
    if fact.unfinished:
        return f"not all of its rows were looked at: {fact.unfinished}"
    if fact.bound is not None:
        most = percent(fact.bound)
        return f"a sample of its rows: with 95 % confidence at most {most} of them are at fault"
    return "only some of its rows were looked at" if fact.share < 1 else ""


def percent(share: float) -> str:
    """``0.031 %``, to two digits, and never less than it is."""
    if share <= 0:
        return "0 %"
    digits = 1 - math.floor(math.log10(100 * share))
    return f"{math.ceil(round(100 * share * 10**digits, 6)) / 10**digits:g} %"


def _finding(one: RowCheck, message: str) -> Finding:
    return Finding(
        message=message,
        object=one.object,
        at=None,
        facet=one.facet,
        hint=one.hint,
        because=one.because,
        severity=one.severity,
        stage=one.stage,
    )


def _counted(check: Check, fact: RowFact) -> str:
    """How many of how many, in words."""
    looked = "" if fact.share >= 1 and not fact.unfinished else " that were looked at"
    if isinstance(check, Overlap):
        values = "value" if fact.failing == 1 else "values"
        return f"{fact.failing:,} {values} of {check.table}{looked}"
    if isinstance(check, Duplicate):
        values = "value" if fact.failing == 1 else "values"
        return f"{fact.failing:,} {values} in {fact.rows:,} rows of {check.table}{looked}"
    rows = "row" if fact.rows == 1 else "rows"
    return f"{fact.failing:,} of {fact.rows:,} {rows} of {check.table}{looked}"


def _of_one(says: str) -> str:
    """What is said of several rows, of one."""
    verb, rest = says.split(" ", 1)
    return f"{_SINGULAR.get(verb, verb)} {rest}"


def _examples(fact: RowFact) -> str:
    if not fact.examples:
        return ""
    shown = "; ".join(fact.examples[:_SHOWN])
    more = "; …" if fact.failing > len(fact.examples[:_SHOWN]) else ""
    return f": {shown}{more}"

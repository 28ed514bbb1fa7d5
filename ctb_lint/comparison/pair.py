"""The two sides of a comparison, what either can know, and how their parts find each other."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from msgspec import Struct

from ctb_lint.demands import Stage
from ctb_lint.differences import NotCompared
from ctb_lint.model import (
    Expr,
    Knowledge,
    ObjectId,
    ObjectKind,
    QualifiedName,
    Schema,
    Unknown,
    speaks_of,
)

P = TypeVar("P")
Key = Callable[[P], Hashable | None]
Step = tuple[Key[P], Key[P]]
"""How a declared part, and how an actual one, is known."""


class Pair(Struct, frozen=True):
    """The declared and the actual schema, the kinds of their sources and the stages of tables;
    ``whole`` are the objects of which a server printed all that is declared."""

    declared: Schema
    actual: Schema
    declared_by: str
    actual_by: str
    stages: Mapping[QualifiedName, Stage] = {}
    whole: frozenset[ObjectId] = frozenset()

    def about(self, relation: QualifiedName, kind: ObjectKind, part: str | None) -> dict[str, Any]:
        """What every difference says: the pair, the relation, the object and the stage. ``part``
        is None for the relation itself."""
        named = (
            ObjectId(kind, relation.schema, None, relation.name)
            if part is None
            else ObjectId(kind, relation.schema, relation.name, part)
        )
        return {
            "declared": self.declared_by,
            "actual": self.actual_by,
            "table": relation,
            "object": named,
            "stage": self.stages.get(relation, Stage.UNKNOWN),
        }


# Knowledge -------------------------------------------------------------------------------------


class _Side:
    """What one side knows, looked up by relation."""

    def __init__(self, source: str, knowledge: Knowledge) -> None:
        self.source = source
        self.facts = knowledge.facts
        self._made_after = knowledge.made_after
        self._unknown: defaultdict[QualifiedName | None, list[Unknown]] = defaultdict(list)
        for entry in knowledge.unknown:
            self._unknown[entry[0]].append(entry)

    def lacks(self, relation: QualifiedName | None, fact: str) -> NotCompared | None:
        if fact not in self.facts:
            why = f"this source knows nothing of {fact}"
            return NotCompared(source=self.source, relation=None, fact=fact, why=why, never=True)
        for name in (None, relation):
            for entry in self._unknown.get(name, ()):
                if speaks_of(entry, relation, fact, self._made_after):
                    return NotCompared(source=self.source, relation=name, fact=fact, why=entry[2])
        return None


class Ledger:
    """Says what can be compared, and keeps what cannot."""

    def __init__(self, pair: Pair) -> None:
        self._declared = _Side(pair.declared_by, pair.declared.knowledge)
        self._actual = _Side(pair.actual_by, pair.actual.knowledge)
        self._kept: set[NotCompared] = set()

    def both(self, relation: QualifiedName | None, *facts: str) -> bool:
        """Whether both sides know these facts of the relation."""
        known = [self._knows(s, relation, facts) for s in (self._declared, self._actual)]
        return all(known)

    def declared(self, relation: QualifiedName | None, *facts: str) -> bool:
        """Whether the declared side knows these facts."""
        return self._knows(self._declared, relation, facts)

    def actual(self, relation: QualifiedName | None, *facts: str) -> bool:
        """Whether the actual side knows these facts."""
        return self._knows(self._actual, relation, facts)

    def pass_over(self, source: str, relation: QualifiedName | None, fact: str, why: str) -> None:
        """Keeps one thing that cannot be compared for another reason."""
        self._kept.add(NotCompared(source=source, relation=relation, fact=fact, why=why))

    def not_compared(self) -> tuple[NotCompared, ...]:
        """All that was asked for and is not known, sorted."""
        return tuple(sorted(self._kept, key=_order))

    def _knows(self, side: _Side, relation: QualifiedName | None, facts: tuple[str, ...]) -> bool:
        lacking = [lack for fact in facts if (lack := side.lacks(relation, fact))]
        for lack in lacking:
            # A fact that neither side can know is none that was passed over.
            if any(lack.fact in one.facts for one in (self._declared, self._actual)):
                self._kept.add(lack)
        return not lacking


def _order(one: NotCompared) -> tuple[object, ...]:
    return (one.source, one.relation is not None, str(one.relation), one.fact, one.why)


# Matching --------------------------------------------------------------------------------------


class Matched(Struct, Generic[P]):
    """What found its like, and what is left on either side, each in its order."""

    pairs: list[tuple[P, P]]
    missing: list[P]
    undeclared: list[P]


def match(wanted: Sequence[P], found: Sequence[P], steps: Iterable[Step[P]]) -> Matched[P]:
    """Pairs the parts of two sides, step by step: each step has a key for either side, and parts
    of the same key belong together; a part whose key is None waits for a later step. What is
    declared alike twice meets what is there alike twice, one by one."""
    pairs: list[tuple[P, P]] = []
    left, right = list(wanted), list(found)
    for wanted_key, found_key in steps:
        if not left or not right:
            break
        waiting: defaultdict[Hashable, deque[int]] = defaultdict(deque)
        for number, part in enumerate(right):
            key = found_key(part)
            if key is not None:
                waiting[key].append(number)
        rest: list[P] = []
        taken: set[int] = set()
        for part in left:
            key = wanted_key(part)
            others = waiting.get(key) if key is not None else None
            if others:
                number = others.popleft()
                taken.add(number)
                pairs.append((part, right[number]))
            else:
                rest.append(part)
        left = rest
        right = [part for number, part in enumerate(right) if number not in taken]
    return Matched(pairs, left, right)


def by_name(
    wanted: Iterable[P], found: Iterable[P], name: Key[P]
) -> list[tuple[P | None, P | None]]:
    """The parts of two sides by their names, sorted; None where a side lacks one."""
    ours = {name(part): part for part in wanted}
    theirs = {name(part): part for part in found}
    names: list[Any] = list(ours.keys() | theirs.keys())
    return [(ours.get(key), theirs.get(key)) for key in sorted(names)]


def differing(wanted: Mapping[str, object], found: Mapping[str, object]) -> tuple[str, ...]:
    """The facts that differ, in their order."""
    return tuple(fact for fact, value in wanted.items() if found[fact] != value)


def canonical(expr: Expr | None) -> str | None:
    """The expression's canonical text, None where there is none."""
    return expr.canonical if expr else None

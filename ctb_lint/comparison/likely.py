"""Likely renames: what is missing under one name and there under another, with what they share.

A guess is made only where it is the one candidate on both sides. What is looked for, from the
surest sign down: a name that differs in case and underscores only; the same type and keys; the
same place among the columns with the same type, NULL and default.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from msgspec import Struct, field

from ctb_lint.comparison.pair import canonical
from ctb_lint.differences import Likely
from ctb_lint.model import Column, ConstraintKind, QualifiedName, Table, quoted

T = TypeVar("T")

_ENOUGH = 0.6
"""The share of columns that two tables must have in common."""
_COMMON = 8
"""A column that more tables than this have says nothing of which of them it is."""


class LikelyColumns(Struct):
    """The guesses for one table, by the column's own name."""

    of_missing: dict[str, Likely] = field(default_factory=dict)
    of_undeclared: dict[str, Likely] = field(default_factory=dict)


def likely_columns(
    wanted: Table, found: Table, missing: Sequence[Column], undeclared: Sequence[Column]
) -> LikelyColumns:
    """Which missing column is probably which undeclared one."""
    guesses = LikelyColumns()
    if not missing or not undeclared:
        return guesses
    common = {c.name for c in wanted.columns} & {c.name for c in found.columns}
    facts = {id(c): fact for c, fact in _facts(wanted, missing, common)}
    facts |= {id(c): fact for c, fact in _facts(found, undeclared, common)}
    left, right = list(missing), list(undeclared)
    for step in _STEPS:

        def key(column: Column, step: Step = step) -> Hashable | None:
            return step(column, facts[id(column)])

        for one, two in _only_candidates(left, right, key):
            shared = _shared(one, two, facts[id(one)], facts[id(two)])
            guesses.of_missing[one.name] = Likely(two.name, shared, two.location)
            guesses.of_undeclared[two.name] = Likely(one.name, shared, one.location)
        left = [c for c in left if c.name not in guesses.of_missing]
        right = [c for c in right if c.name not in guesses.of_undeclared]
    return guesses


class _Facts(Struct, frozen=True):
    """Of a column: the last column before it that both sides have, how far behind that it
    stands, and the keys and indexes that it is part of."""

    place: tuple[str, int]
    keys: tuple[str, ...]


def _facts(
    table: Table, columns: Sequence[Column], common: set[str]
) -> Iterator[tuple[Column, _Facts]]:
    keys = _keys(table)
    asked = {column.name for column in columns}
    before, distance = "", 0
    for column in table.columns:
        if column.name in common:
            before, distance = column.name, 0
            continue
        distance += 1
        if column.name in asked:
            yield column, _Facts((before, distance), tuple(sorted(keys[column.name])))


def _keys(table: Table) -> Mapping[str, set[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    words = {
        ConstraintKind.PRIMARY: "the primary key",
        ConstraintKind.UNIQUE: "a unique constraint",
        ConstraintKind.CHECK: "a check",
        ConstraintKind.EXCLUSION: "an exclusion constraint",
    }
    for constraint in table.constraints:
        target = constraint.references
        word = f"a foreign key to {target}" if target else words.get(constraint.kind, "")
        for name in constraint.columns:
            found[name].add(word)
    for index in table.indexes:
        for column in index.columns:
            if column is not None:
                found[column].add("a unique index" if index.unique else "an index")
    return found


def _plain(name: str) -> str:
    return name.replace("_", "").casefold()


def _nature(column: Column) -> tuple[object, ...]:
    return (
        column.type.canonical, column.not_null, canonical(column.default), column.identity,
        column.generated, canonical(column.generation),
    )  # fmt: skip


Step = Callable[[Column, _Facts], Hashable | None]
_STEPS: tuple[Step, ...] = (
    lambda column, _: _plain(column.name) or None,
    lambda column, facts: (_nature(column), facts.keys, facts.place) if facts.keys else None,
    lambda column, facts: (column.type.canonical, facts.keys) if facts.keys else None,
    lambda column, facts: (_nature(column), facts.keys, facts.place),
)


def _shared(one: Column, two: Column, mine: _Facts, other: _Facts) -> tuple[str, ...]:
    words = []
    if _plain(one.name) == _plain(two.name):
        words.append("the name but for case and underscores")
    if one.type.canonical == two.type.canonical:
        words.append(f"type {one.type.canonical}")
    if mine.place == other.place:
        words.append("the same place")
    if one.default is not None and canonical(one.default) == canonical(two.default):
        words.append(f"default {canonical(one.default)}")
    return (*words, *(key for key in mine.keys if key in other.keys))


def _only_candidates(
    left: Iterable[T], right: Iterable[T], key: Callable[[T], Hashable | None]
) -> Iterator[tuple[T, T]]:
    """The pairs of the same key, where no other of either side has it."""
    ours, theirs = _grouped(left, key), _grouped(right, key)
    for value, ones in ours.items():
        twos = theirs.get(value, [])
        if len(ones) == 1 and len(twos) == 1:
            yield ones[0], twos[0]


def _grouped(parts: Iterable[T], key: Callable[[T], Hashable | None]) -> dict[Hashable, list[T]]:
    groups: defaultdict[Hashable, list[T]] = defaultdict(list)
    for part in parts:
        value = key(part)
        if value is not None:
            groups[value].append(part)
    return groups


# Tables ----------------------------------------------------------------------------------------


class LikelyTables(Struct):
    """The guesses for whole tables, by the table's own name."""

    of_phantom: dict[QualifiedName, Likely] = field(default_factory=dict)
    of_rogue: dict[QualifiedName, Likely] = field(default_factory=dict)


def likely_tables(phantoms: Sequence[Table], rogues: Sequence[Table]) -> LikelyTables:
    """Which declared table that is missing is probably which undeclared one."""
    guesses = LikelyTables()
    columns = {id(t): _columns(t) for t in (*phantoms, *rogues)}

    def accept(one: Table, two: Table) -> None:
        shared = _shared_of_tables(one, two, columns[id(one)], columns[id(two)])
        guesses.of_phantom[one.name] = Likely(str(two.name), shared, two.location, two.name)
        guesses.of_rogue[two.name] = Likely(str(one.name), shared, one.location, one.name)

    def left() -> tuple[list[Table], list[Table]]:
        return (
            [t for t in phantoms if t.name not in guesses.of_phantom],
            [t for t in rogues if t.name not in guesses.of_rogue],
        )

    steps: tuple[Callable[[Table], Hashable | None], ...] = (
        # In another schema, or in another spelling of the name.
        lambda t: (_plain(t.name.name), columns[id(t)]),
        lambda t: columns[id(t)] if len(columns[id(t)]) > 1 else None,
        lambda t: _plain(t.name.name) or None,
    )
    for step in steps:
        for one, two in list(_only_candidates(*left(), step)):
            if _share(columns[id(one)], columns[id(two)]) >= _ENOUGH:
                accept(one, two)
    lost, new = left()
    for_rogue = {id(two): one for two, one in _best(new, lost, columns)}
    for one, two in _best(lost, new, columns):
        if for_rogue.get(id(two)) is one:
            accept(one, two)
    return guesses


def _columns(table: Table) -> frozenset[tuple[str, str]]:
    return frozenset((c.name, c.type.canonical) for c in table.columns)


def _share(one: frozenset[tuple[str, str]], two: frozenset[tuple[str, str]]) -> float:
    return len(one & two) / max(len(one | two), 1)


def _best(
    ones: Sequence[Table],
    others: Sequence[Table],
    columns: Mapping[int, frozenset[tuple[str, str]]],
) -> list[tuple[Table, Table]]:
    """For each table the one of the others that shares most with it, where that is enough and no
    second shares as much. Only what few tables have leads to a candidate."""
    having: defaultdict[tuple[str, str], list[Table]] = defaultdict(list)
    for table in others:
        for column in columns[id(table)]:
            having[column].append(table)
    found = []
    for table in ones:
        own = columns[id(table)]
        near = {
            id(other): other
            for column in own
            if len(having.get(column, ())) <= _COMMON
            for other in having.get(column, ())
        }
        ranked = Counter({key: len(own & columns[key]) for key in near}).most_common(2)
        if not ranked or (len(ranked) == 2 and ranked[0][1] == ranked[1][1]):
            continue
        other = near[ranked[0][0]]
        if len(own & columns[id(other)]) > 1 and _share(own, columns[id(other)]) >= _ENOUGH:
            found.append((table, other))
    return found


def _shared_of_tables(
    one: Table,
    two: Table,
    mine: frozenset[tuple[str, str]],
    other: frozenset[tuple[str, str]],
) -> tuple[str, ...]:
    words = []
    if one.name.name == two.name.name:
        words.append(f"the name {quoted(one.name.name)}")
    elif _plain(one.name.name) == _plain(two.name.name):
        words.append("the name but for case and underscores")
    words.append(f"{len(mine & other)} of {len(mine | other)} columns")
    key, its = one.primary_key, two.primary_key
    if key is not None and its is not None and key.columns == its.columns:
        words.append(f"the primary key ({', '.join(quoted(c) for c in key.columns)})")
    return tuple(words)

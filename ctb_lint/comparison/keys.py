"""Constraints and indexes: which belongs to which, and what differs.

Names that PostgreSQL made up do not matter, nor does one that several indexes are given. A unique
constraint and a unique index of the same keys enforce the same, and are no difference.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any

from ctb_lint.comparison.pair import Ledger, Pair, Step, canonical, differing, match
from ctb_lint.differences import (
    CommentDiffers,
    Difference,
    ForeignKeyDiffers,
    IndexDiffers,
    KeyDiffers,
    MissingIndex,
    UndeclaredIndex,
    ValidityDiffers,
)
from ctb_lint.model import (
    Constraint,
    ConstraintKind,
    Index,
    IndexKey,
    Location,
    ObjectKind,
    Schema,
    Table,
    View,
)

Meaning = dict[str, object]


class Keys:
    """Compares the constraints and indexes of tables and views."""

    def __init__(self, pair: Pair, ledger: Ledger) -> None:
        self._pair = pair
        self._ledger = ledger
        self._shared = _shared_names(pair.declared)

    def of_table(self, wanted: Table, found: Table) -> Iterator[Difference]:
        """All in which the constraints and indexes of one table differ."""
        lost: list[Constraint | Index] = []
        new: list[Constraint | Index] = []
        constraints = self._ledger.both(wanted.name, "constraints")
        indexes = self._ledger.both(wanted.name, "indexes")
        if constraints:
            yield from self._constraints(wanted, found, lost, new)
        if indexes:
            yield from self._indexes(wanted, found, lost, new)
        if constraints and indexes:
            # Either may stand for the other.
            left = match(lost, new, ((_unique, _unique),))
            lost, new = left.missing, left.undeclared
        else:
            lost, new = ([part for part in side if not _is_unique(part)] for side in (lost, new))
        for part in lost:
            yield self._missing(wanted, found, part)
        for part in new:
            yield self._undeclared(wanted, found, part)

    def of_view(self, wanted: View, found: View) -> Iterator[Difference]:
        """All in which the indexes of a materialized view differ."""
        lost: list[Constraint | Index] = []
        new: list[Constraint | Index] = []
        yield from self._indexes(wanted, found, lost, new)
        for part in lost:
            yield self._missing(wanted, found, part)
        for part in new:
            yield self._undeclared(wanted, found, part)

    def _missing(
        self, wanted: Table | View, found: Table | View, part: Constraint | Index
    ) -> Difference:
        about = self._about(wanted, found, part, None)
        if isinstance(part, Constraint):
            return _of_constraint(part, None, about)
        covered = None
        if isinstance(found, Table):
            covered = _covering(part, found)
            leading = part.columns[0] if part.keys else None
            gone = found.lost(ObjectKind.INDEX, leading) if leading else None
            about["related"] = gone or found.location
        return MissingIndex(wanted=part, covered_by=covered, **about)

    def _undeclared(
        self, wanted: Table | View, found: Table | View, part: Constraint | Index
    ) -> Difference:
        about = self._about(wanted, found, None, part)
        if isinstance(part, Constraint):
            return _of_constraint(None, part, about)
        return UndeclaredIndex(found=part, **about)

    def _constraints(
        self,
        wanted: Table,
        found: Table,
        lost: list[Constraint | Index],
        new: list[Constraint | Index],
    ) -> Iterator[Difference]:
        """The differences of constraints that both sides have; the others are put aside."""
        named = self._ledger.both(wanted.name, "constraint names")
        matched = match(wanted.constraints, found.constraints, _constraint_steps(named))
        lost += matched.missing
        new += matched.undeclared
        for one, two in matched.pairs:
            what = differing(_meaning(one), _meaning(two))
            if not (one.referenced_columns and two.referenced_columns):
                # A target that is not known has no key to be filled in.
                what = tuple(fact for fact in what if fact != "referenced columns")
            if named and one.named and one.name != two.name:
                what = ("name", *what)
            about = self._about(wanted, found, one, two)
            if what:
                yield _of_constraint(one, two, about, what)
            # What is not enforced is not validated either.
            fact = "enforced" if one.enforced != two.enforced else "validated"
            yield from self._state(fact, one, two, about)

    def _indexes(
        self,
        wanted: Table | View,
        found: Table | View,
        lost: list[Constraint | Index],
        new: list[Constraint | Index],
    ) -> Iterator[Difference]:
        """The differences of indexes that both sides have; the others are put aside."""
        matched = match(wanted.indexes, found.indexes, _INDEX_STEPS)
        lost += matched.missing
        new += matched.undeclared
        for one, two in matched.pairs:
            what = differing(_index_meaning(one), _index_meaning(two))
            if (
                one.named
                and one.name != two.name
                and one.name not in self._shared[wanted.name.schema]
            ):
                what = ("name", *what)
            about = self._about(wanted, found, one, two)
            if what:
                yield IndexDiffers(wanted=one, found=two, what=what, **about)
            yield from self._state("valid", one, two, about)

    def _state(
        self, fact: str, one: Constraint | Index, two: Constraint | Index, about: dict[str, Any]
    ) -> Iterator[Difference]:
        """Whether both hold, and what is said of them."""
        wanted, found = getattr(one, fact), getattr(two, fact)
        if wanted != found:
            yield ValidityDiffers(what=fact, name=two.name, wanted=wanted, found=found, **about)
        if one.comment != two.comment and self._ledger.both(about["table"], "comments"):
            yield CommentDiffers(wanted=one.comment, found=two.comment, **about)

    def _about(
        self,
        wanted: Table | View,
        found: Table | View,
        one: Constraint | Index | None,
        two: Constraint | Index | None,
    ) -> dict[str, Any]:
        part = one or two
        assert part is not None
        is_index = isinstance(part, Index)
        kind = ObjectKind.INDEX if is_index else ObjectKind.CONSTRAINT
        return {
            **self._pair.about(wanted.name, kind, part.name),
            "at": _place(one, wanted.location),
            "related": _place(two, found.location),
        }


def _shared_names(schema: Schema) -> Mapping[str, frozenset[str]]:
    """By schema, the names that are given to several indexes: PostgreSQL makes one of each, so
    that nobody can have the others under that name."""
    given: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for table in schema.tables.values():
        given[table.name.schema].update(index.name for index in table.indexes)
    shared: defaultdict[str, frozenset[str]] = defaultdict(frozenset)
    for within, names in given.items():
        shared[within] = frozenset(name for name, times in names.items() if times > 1)
    return shared


def _of_constraint(
    one: Constraint | None,
    two: Constraint | None,
    about: dict[str, Any],
    what: tuple[str, ...] = (),
) -> Difference:
    part = one or two
    assert part is not None
    if part.kind is ConstraintKind.FOREIGN:
        return ForeignKeyDiffers(wanted=one, found=two, what=what, **about)
    return KeyDiffers(key=part.kind, wanted=one, found=two, what=what, **about)


def _place(part: Constraint | Index | None, table: Location | None) -> Location | None:
    return (part.location if part else None) or table


# What they mean --------------------------------------------------------------------------------


def _meaning(c: Constraint) -> Meaning:
    """What a constraint enforces, fact by fact."""
    if c.kind is ConstraintKind.CHECK:
        return {"expression": canonical(c.expr), "no inherit": c.no_inherit}
    late = {"deferrable": c.deferrable, "initially deferred": c.initially_deferred}
    if c.kind is ConstraintKind.FOREIGN:
        return {
            "columns": c.columns,
            "references": c.references,
            "referenced columns": c.referenced_columns,
            "on delete": c.on_delete,
            "on update": c.on_update,
            "match": c.match,
            "set columns": c.set_columns,
            **late,
            "period": c.period,
        }
    if c.kind is ConstraintKind.EXCLUSION:
        # A reader may have the condition apart, or behind the elements.
        elements, _, where = c.definition.partition(" WHERE ")
        condition = canonical(c.expr) or where or None
        return {"method": c.method, "elements": elements, "expression": condition, **late}
    return {
        "columns": c.columns,
        "include": c.include,
        **late,
        "nulls not distinct": c.nulls_not_distinct,
        "without overlaps": c.period,
    }


def _index_meaning(index: Index) -> Meaning:
    """What an index does, fact by fact."""
    return {
        "keys": tuple(_key_meaning(key) for key in index.keys),
        "unique": index.unique,
        "method": index.method,
        "predicate": canonical(index.predicate),
        "include": index.include,
        "nulls not distinct": index.nulls_not_distinct,
    }


def _key_meaning(key: IndexKey) -> tuple[object, ...]:
    what = key.column, canonical(key.expr)
    return (*what, key.descending, key.nulls_first, key.opclass, key.collation)


def _values(meaning: Meaning) -> Hashable:
    return tuple(meaning.values())


# Which belong together -------------------------------------------------------------------------


def _constraint_steps(named: bool) -> Sequence[Step[Constraint]]:
    """From the surest sign to the loosest. Where names are in doubt on either side, they lead to
    nothing."""

    def exact(c: Constraint) -> Hashable | None:
        return (c.kind, c.name, _values(_meaning(c)))

    def meaning(c: Constraint) -> Hashable | None:
        return (c.kind, _values(_meaning(c)))

    def made_up(c: Constraint) -> Hashable | None:
        return None if c.named else meaning(c)

    def name(c: Constraint) -> Hashable | None:
        return (c.kind, c.name)

    def columns(c: Constraint) -> Hashable | None:
        # The order of a check's columns says nothing.
        check = c.kind is ConstraintKind.CHECK
        names = tuple(sorted(c.columns)) if check else c.columns
        return (c.kind, names) if any(names) else None

    def primary(c: Constraint) -> Hashable | None:
        return c.kind if c.kind is ConstraintKind.PRIMARY else None

    loose: tuple[Step[Constraint], ...]
    loose = ((meaning, meaning), (columns, columns), (primary, primary))
    return ((exact, exact), (made_up, meaning), (name, name), *loose) if named else loose


def _exact_index(index: Index) -> Hashable | None:
    return (index.name, _values(_index_meaning(index)))


def _same_index(index: Index) -> Hashable | None:
    return _values(_index_meaning(index))


def _made_up_index(index: Index) -> Hashable | None:
    return None if index.named else _same_index(index)


def _index_name(index: Index) -> Hashable | None:
    return index.name


def _index_keys(index: Index) -> Hashable | None:
    return tuple(_key_meaning(key) for key in index.keys)


_INDEX_STEPS: tuple[Step[Index], ...] = (
    (_exact_index, _exact_index),
    (_made_up_index, _same_index),
    (_index_name, _index_name),
    (_same_index, _same_index),
    (_index_keys, _index_keys),
)


def _is_unique(part: Constraint | Index) -> bool:
    """Whether a constraint and an index may stand for each other here."""
    return part.unique if isinstance(part, Index) else part.kind is ConstraintKind.UNIQUE


def _unique(part: Constraint | Index) -> Hashable | None:
    """What a plain unique constraint or index enforces, None for any other."""
    if isinstance(part, Constraint):
        plain = part.kind is ConstraintKind.UNIQUE and not (part.deferrable or part.period)
        columns: tuple[str | None, ...] = part.columns
    else:
        keys = tuple(IndexKey(column=key.column) for key in part.keys)
        plain = (
            part.unique and part.valid and part.method == "btree" and part.predicate is None
            and keys == part.keys and None not in part.columns
        )  # fmt: skip
        columns = part.columns
    return (columns, part.include, part.nulls_not_distinct) if plain else None


def _covering(index: Index, table: Table) -> str | None:
    """The first index or key of the table that answers all that the index would answer."""
    size = len(index.keys)
    wanted = _index_keys(index)
    for path in table.access_paths():
        if path.method != index.method or (size != len(path.keys) and path.method != "btree"):
            continue
        keys = tuple(_key_meaning(key) for key in path.keys[:size])
        part = canonical(path.predicate) not in {None, canonical(index.predicate)}
        enforced = path.unique and len(path.keys) == size
        if keys == wanted and not part and (enforced or not index.unique):
            return path.name
    return None

"""Where two Schemas of the same statements differ: the reader's, and the server's.

Each object becomes a flat record of the facts that must agree; two records of the same kind and
name are compared fact by fact. What an object stands in is part of its name, so a table that is
missing takes its columns, constraints and indexes with it, and each counts.

Partitions are tables: their columns are compared like any other's. What PostgreSQL cloned from
the parent is not in the server's Schema, so a constraint, index or trigger that the reader gives
to a partition or child table is passed over where an ancestor has its like.

Not compared: locations, texts as written, temporary tables, owners and what they may do, who may
call functions, bodies of functions and definitions of views.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct, structs

from ctb_lint.model import Constraint, ConstraintKind, QualifiedName, Schema, Table
from ctb_lint.readers.sql.state import TEMPORARY
from tests.parity.facts import Facts, Key, facts

MISSING, EXTRA, POSITION = "missing", "extra", "position"


class Mismatch(Struct, frozen=True):
    """One fact on which reader and server disagree.

    ``kind`` is what it is about (``column``, ``index`` …), ``object`` its full name, ``facet`` the
    fact, ``missing`` where only the server has the object and ``extra`` where only the reader
    has. ``read`` and ``live`` are the two values. ``relation`` is the table or view concerned.
    """

    kind: str
    object: str
    facet: str
    read: Any = None
    live: Any = None
    relation: QualifiedName | None = None

    def __str__(self) -> str:
        if self.facet in {MISSING, EXTRA}:
            return f"{self.kind} {self.object}: {self.facet}"
        return f"{self.kind} {self.object}: {self.facet} read {self.read!r}, live {self.live!r}"


class Figure(Struct, frozen=True):
    """Of one kind, how many objects either side has, and how many are the same on both."""

    kind: str
    compared: int
    equal: int

    @property
    def share(self) -> float:
        """Equal of compared, 1 where there was nothing to compare."""
        return self.equal / self.compared if self.compared else 1.0


def differences(read: Schema, live: Schema) -> tuple[Mismatch, ...]:
    """All that differs, sorted by kind and object."""
    ours, theirs = _records(read, live)
    found = []
    for key in sorted(ours.keys() | theirs.keys()):
        mine, real = ours.get(key), theirs.get(key)
        if real is None:
            found.append(Mismatch(key.kind, key.object, EXTRA, read=mine, relation=key.relation))
        elif mine is None:
            found.append(Mismatch(key.kind, key.object, MISSING, live=real, relation=key.relation))
        else:
            found.extend(
                Mismatch(key.kind, key.object, facet, mine[facet], value, key.relation)
                for facet, value in real.items()
                if mine[facet] != value
            )
    return tuple(found)


def figures(read: Schema, live: Schema) -> tuple[Figure, ...]:
    """For each kind of which either side has any: how many were compared, how many are equal."""
    ours, theirs = _records(read, live)
    keys = ours.keys() | theirs.keys()
    compared = Counter(key.kind for key in keys)
    equal = Counter(key.kind for key in keys if ours.get(key) == theirs.get(key))
    return tuple(Figure(kind, compared[kind], equal[kind]) for kind in sorted(compared))


def renamed(mismatch: Mismatch, all_: Iterable[Mismatch]) -> bool:
    """Whether the object stands on both sides, the same but for its name."""
    twin = {MISSING: EXTRA, EXTRA: MISSING}.get(mismatch.facet)
    mine = mismatch.read or mismatch.live
    return twin is not None and any(
        other.facet == twin
        and other.kind == mismatch.kind
        and other.relation == mismatch.relation
        and (other.read or other.live) == mine
        for other in all_
    )


def total(parts: Iterable[Figure]) -> tuple[Figure, ...]:
    """The figures of several comparisons, summed kind by kind."""
    compared: Counter[str] = Counter()
    equal: Counter[str] = Counter()
    for part in parts:
        compared[part.kind] += part.compared
        equal[part.kind] += part.equal
    return tuple(Figure(kind, compared[kind], equal[kind]) for kind in sorted(compared))


def _records(read: Schema, live: Schema) -> tuple[Mapping[Key, Facts], Mapping[Key, Facts]]:
    ours = dict(facts(_comparable(_with_live_names(read, live), live)))
    theirs = dict(facts(_comparable(live, live)))
    for name, view in read.views.items():
        # The reader says that it cannot know them.
        if view.columns is None:
            theirs.pop(Key("view columns", str(name), name), None)
    for key, mine in ours.items():
        # One missing column must not make all that follow it differ: the place counts among the
        # columns that both have.
        if key.kind == "column" and key in theirs:
            table = read.tables[key.relation] if key.relation else None
            other = live.tables[key.relation] if key.relation else None
            assert table is not None
            assert other is not None
            mine[POSITION] = _place(table, other, str(mine["name"]))
            theirs[key][POSITION] = _place(other, table, str(mine["name"]))
    return ours, theirs


def _with_live_names(read: Schema, live: Schema) -> Schema:
    """The reader's schema with the server's names for constraints of tables of which the reader
    says that it cannot know what constraints are called: all else of them is still compared."""
    tables = dict(read.tables)
    for name, table in read.tables.items():
        real = live.tables.get(name)
        if real and read.knowledge.why_unknown(name, ("constraint names",)):
            tables[name] = structs.replace(table, constraints=_named_as(table, real))
    return structs.replace(read, tables=tables)


def _named_as(table: Table, real: Table) -> tuple[Constraint, ...]:
    same = {c.name for c in real.constraints} & {c.name for c in table.constraints}
    free = [c for c in real.constraints if c.name not in same]
    renamed: list[Constraint] = []
    for constraint in table.constraints:
        twin = None
        if constraint.name not in same:
            twin = next((c for c in free if _meaning(c) == _meaning(constraint)), None)
        if twin:
            free.remove(twin)
        renamed.append(structs.replace(constraint, name=twin.name) if twin else constraint)
    return tuple(renamed)


def _meaning(constraint: Constraint) -> tuple[object, ...]:
    return (
        constraint.kind,
        () if constraint.kind is ConstraintKind.CHECK else constraint.columns,
        constraint.references,
        constraint.referenced_columns,
        constraint.expr.canonical if constraint.expr else None,
        constraint.on_delete,
        constraint.on_update,
    )


def _place(table: Table, other: Table, name: str) -> int:
    common = [column.name for column in table.columns if other.column(column.name)]
    return common.index(name)


# What is left out ----------------------------------------------------------------------------


def _comparable(schema: Schema, live: Schema) -> Schema:
    tables = {
        name: _without_owner(
            _without_clones(table, schema, live.tables.get(name, Table(name))), live
        )
        for name, table in schema.tables.items()
        if table.persistence != "temporary"
    }
    sequences = {
        name: sequence
        for name, sequence in schema.sequences.items()
        if not (sequence.owned_by and _is_identity(schema, *sequence.owned_by))
        and name.schema != TEMPORARY
    }
    views = {name: view for name, view in schema.views.items() if name.schema != TEMPORARY}
    return structs.replace(schema, tables=tables, views=views, sequences=sequences)


def _is_identity(schema: Schema, table: QualifiedName, column: str) -> bool:
    owner = schema.tables.get(table)
    found = owner.column(column) if owner else None
    return found is not None and found.identity is not None


_WHO_RUNS_IT = frozenset({"current_role", "current_user", "session_user"})


def _without_owner(table: Table, live: Schema) -> Table:
    """The table without what its owner may do by being it; who runs the statements is the owner."""
    real = live.tables.get(table.name)
    owner = real.owner if real and real.owner else ""
    return structs.replace(
        table,
        grants=tuple(g for g in table.grants if g.grantee not in {owner, *_WHO_RUNS_IT}),
        policies=tuple(
            structs.replace(
                policy, roles=tuple(owner if r in _WHO_RUNS_IT else r for r in policy.roles)
            )
            for policy in table.policies
        ),
    )


def _without_clones(table: Table, schema: Schema, live: Table) -> Table:
    """The table without what an ancestor has as well and the server does not list here.

    A partition gets all from its parent; a child table its checks only.
    """
    parents = tuple(_ancestors(table, schema))
    above = parents if table.partition_of else ()
    cloned = {_shape(c) for parent in above for c in parent.constraints}
    cloned |= {_shape(c) for p in parents for c in p.constraints_of(ConstraintKind.CHECK)}
    indexes = {structs.replace(i, **_NAMELESS) for parent in above for i in parent.indexes}
    triggers = {trigger.name for parent in above for trigger in parent.triggers}
    listed = {c.name for c in live.constraints}
    listed |= {i.name for i in live.indexes} | {t.name for t in live.triggers}
    return structs.replace(
        table,
        constraints=tuple(
            c for c in table.constraints if c.name in listed or _shape(c) not in cloned
        ),
        indexes=tuple(
            i
            for i in table.indexes
            if i.name in listed or structs.replace(i, **_NAMELESS) not in indexes
        ),
        triggers=tuple(t for t in table.triggers if t.name in listed or t.name not in triggers),
    )


_NAMELESS = {"name": "", "named": True, "valid": True, "comment": None, "location": None}


def _shape(constraint: Constraint) -> tuple[object, ...]:
    """What a clone shares with its original: checks keep their name, keys get one of their own."""
    check = constraint.kind is ConstraintKind.CHECK
    return (
        constraint.kind,
        constraint.name if check else "",
        () if check else constraint.columns,
        constraint.references,
        constraint.referenced_columns,
    )


def _ancestors(table: Table, schema: Schema) -> Iterator[Table]:
    waiting = [parent for parent in (table.partition_of, *table.inherits) if parent]
    seen = {table.name}
    while waiting:
        name = waiting.pop()
        parent = schema.tables.get(name)
        if parent is not None and name not in seen:
            seen.add(name)
            yield parent
            waiting += [up for up in (parent.partition_of, *parent.inherits) if up]

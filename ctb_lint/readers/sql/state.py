"""The schema as it stands between two statements: what the fold reads and changes."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

from msgspec import structs

from ctb_lint.model import (
    ANYTHING,
    SQL_FACTS,
    CompositeType,
    Constraint,
    ConstraintKind,
    DataType,
    Domain,
    EnumType,
    Function,
    Grant,
    Index,
    Knowledge,
    Location,
    ObjectKind,
    QualifiedName,
    Schema,
    Sequence,
    Table,
    Unknown,
    View,
    speaks_of,
)
from ctb_lint.readers.sql.extensions import EXTENSION_TYPES

SYSTEM_SCHEMAS = frozenset({"pg_catalog", "information_schema", "pg_toast"})
TEMPORARY = "pg_temp"
"""The schema that temporary relations are kept under here; PostgreSQL numbers it."""

INDEX_BACKED = frozenset({ConstraintKind.PRIMARY, ConstraintKind.UNIQUE, ConstraintKind.EXCLUSION})


class State:
    """All objects by name, the search path, and what is not known."""

    def __init__(self, default_schema: str = "public") -> None:
        self.default_schema = default_schema
        self.tables: dict[QualifiedName, Table] = {}
        self.views: dict[QualifiedName, View] = {}
        self.enums: dict[QualifiedName, EnumType] = {}
        self.domains: dict[QualifiedName, Domain] = {}
        self.types: dict[QualifiedName, CompositeType] = {}
        self.sequences: dict[QualifiedName, Sequence] = {}
        self.functions: dict[tuple[QualifiedName, tuple[str, ...]], Function] = {}
        self.schemas: set[str] = {default_schema, "public"}
        self.extensions: dict[str, str] = {}
        self.default_grants: dict[tuple[str | None, str | None], tuple[Grant, ...]] = {}
        """What roles get on the tables and views that are made from here on: by the role that makes
        them (None: the one that runs the history) and the schema that they are in (None: any)."""
        self.search_path: tuple[str, ...] = (default_schema,)
        self.role: str | None = None
        """Who makes what is made now, after SET ROLE or SET SESSION AUTHORIZATION; None: the one
        that runs the history."""
        self.unknown: list[Unknown] = []
        self.made_after: dict[QualifiedName, frozenset[str]] = {}
        """As in ``Knowledge``; a table that was dropped stands here too."""
        self.relations: dict[QualifiedName, ObjectKind] = {}
        self.index_owner: dict[QualifiedName, QualifiedName] = {}
        self.constraint_names: Counter[tuple[str, str]] = Counter()
        self.assumed: set[QualifiedName] = set()
        self.parents: set[QualifiedName] = set()
        """Tables that may have partitions or inheriting tables: look-ups spare all others."""
        self.referenced: set[QualifiedName] = set()
        """Tables that a foreign key may point at."""
        self.dropped: dict[QualifiedName, Location] = {}

    def snapshot(self) -> State:
        """A copy that later changes of this state do not reach; the objects are shared."""
        twin = copy.copy(self)
        for name, value in vars(self).items():
            if isinstance(value, dict | set | list):
                setattr(twin, name, value.copy())
        return twin

    def restore(self, earlier: State) -> None:
        """Becomes what it was when the snapshot was taken."""
        vars(self).update(vars(earlier.snapshot()))

    def rename_defaults(self, schema: str, new: str | None) -> None:
        """Takes default privileges along with a schema to its new name, or away (None)."""
        for role, within in [key for key in self.default_grants if key[1] == schema]:
            held = self.default_grants.pop((role, within))
            if new is not None:
                self.default_grants[role, new] = held

    # Tables and what belongs to them -----------------------------------------------------

    def put_table(self, table: Table) -> None:
        """Adds or replaces a table, with the names of its indexes and constraints."""
        old = self.tables.get(table.name)
        if old is not None:
            self._forget_parts(old)
        self.tables[table.name] = table
        self.relations[table.name] = ObjectKind.TABLE
        for name in _index_names(table):
            self.relations[name] = ObjectKind.INDEX
            self.index_owner[name] = table.name
        for constraint in table.constraints:
            self.constraint_names[table.name.schema, constraint.name] += 1
            if constraint.references:
                self.referenced.add(constraint.references)
        self.parents.update(table.inherits)
        if table.partition_of:
            self.parents.add(table.partition_of)

    def remove_table(self, name: QualifiedName, where: Location | None) -> Table | None:
        """Takes a table away, and the foreign keys of others that point at it."""
        table = self.tables.pop(name, None)
        if table is None:
            return None
        self._forget_parts(table)
        self.relations.pop(name, None)
        if where:
            self.dropped[name] = where
        for other in self.referring(name):
            kept = tuple(c for c in other.constraints if c.references != name)
            self.put_table(structs.replace(other, constraints=kept))
        for sequence in [
            s for s in self.sequences.values() if s.owned_by and s.owned_by[0] == name
        ]:
            self.sequences.pop(sequence.name)
            self.relations.pop(sequence.name, None)
        return table

    def partitions(self, name: QualifiedName) -> list[Table]:
        """The partitions of a table, those right below it."""
        if name not in self.parents:
            return []
        return [table for table in self.tables.values() if table.partition_of == name]

    def referring(self, name: QualifiedName) -> list[Table]:
        """The tables whose foreign keys point at a table."""
        if name not in self.referenced:
            return []
        return [
            table
            for table in self.tables.values()
            if any(c.references == name for c in table.constraints)
        ]

    def _forget_parts(self, table: Table) -> None:
        for name in _index_names(table):
            if self.index_owner.get(name) == table.name:
                self.relations.pop(name, None)
                self.index_owner.pop(name, None)
        for constraint in table.constraints:
            key = (table.name.schema, constraint.name)
            self.constraint_names[key] -= 1
            if self.constraint_names[key] <= 0:
                del self.constraint_names[key]

    def put_view(self, view: View) -> None:
        """Adds or replaces a view, with the names of its indexes."""
        old = self.views.get(view.name)
        for index in old.indexes if old else ():
            self.relations.pop(QualifiedName(view.name.schema, index.name), None)
            self.index_owner.pop(QualifiedName(view.name.schema, index.name), None)
        self.views[view.name] = view
        self.relations[view.name] = ObjectKind.VIEW
        for index in view.indexes:
            name = QualifiedName(view.name.schema, index.name)
            self.relations[name] = ObjectKind.INDEX
            self.index_owner[name] = view.name

    def remove_view(self, name: QualifiedName, where: Location | None, cascade: bool) -> None:
        """Takes a view away, and with CASCADE the views that read it."""
        view = self.views.pop(name, None)
        if view is None:
            return
        for index in view.indexes:
            self.relations.pop(QualifiedName(name.schema, index.name), None)
            self.index_owner.pop(QualifiedName(name.schema, index.name), None)
        self.relations.pop(name, None)
        if where:
            self.dropped[name] = where
        if cascade:
            self.remove_readers(name, where)

    def remove_readers(self, name: QualifiedName, where: Location | None) -> None:
        """Takes the views away that read a relation which went with CASCADE."""
        for reader in [v.name for v in self.views.values() if name in v.depends_on]:
            self.remove_view(reader, where, cascade=True)

    # Names --------------------------------------------------------------------------------

    def creation_name(self, schema: str | None, name: str) -> QualifiedName:
        """The name that an object created under this name gets."""
        if schema:
            return QualifiedName(schema, name)
        for candidate in self.search_path:
            if candidate in self.schemas:
                return QualifiedName(candidate, name)
        return QualifiedName(self.search_path[0] if self.search_path else self.default_schema, name)

    def find_relation(self, schema: str | None, name: str) -> QualifiedName | None:
        """The relation that a name stands for, through the search path; None for none."""
        if schema:
            found = QualifiedName(schema, name)
            return found if found in self.relations else None
        for candidate in (TEMPORARY, *self.search_path):
            found = QualifiedName(candidate, name)
            if found in self.relations:
                return found
        return None

    def find_type(self, schema: str, name: str) -> QualifiedName | None:
        """The user-defined type that a name stands for; ``schema`` is empty for an unqualified
        name. Tables and views are types too."""
        for candidate in (schema,) if schema else (TEMPORARY, *self.search_path):
            found = QualifiedName(candidate, name)
            if found in self.enums or found in self.domains or found in self.types:
                return found
            if self.relations.get(found) in {ObjectKind.TABLE, ObjectKind.VIEW}:
                return found
        return None

    def relation_taken(self, schema: str, name: str) -> bool:
        """Whether a relation of the schema has the name."""
        return QualifiedName(schema, name) in self.relations

    def constraint_taken(self, schema: str, name: str) -> bool:
        """Whether a constraint of the schema has the name, of a table or a domain."""
        return (schema, name) in self.constraint_names or any(
            constraint.name == name and domain.name.schema == schema
            for domain in self.domains.values()
            for constraint in domain.constraints
        )

    def nearest_relation(self, name: QualifiedName) -> QualifiedName | None:
        """The table or view whose name is most like this one, or None."""
        near = {
            str(known): known
            for known, kind in self.relations.items()
            if kind in {ObjectKind.TABLE, ObjectKind.VIEW}
        }
        return next((near[m] for m in get_close_matches(str(name), sorted(near), 1, 0.8)), None)

    # Facts ---------------------------------------------------------------------------------

    def make_unknown(self, relation: QualifiedName | None, facts: Iterable[str], why: str) -> None:
        """Notes that facts of a relation (None: of every relation) cannot be known from here on.
        What its children and partitions have of it goes with it."""
        listed = sorted(facts)
        if relation is None:
            for name, earlier in self.made_after.items():
                if why in earlier:
                    self.made_after[name] = earlier - {why}
        entries: list[Unknown] = [(relation, fact, why) for fact in listed]
        fresh = [entry for entry in entries if entry not in self.unknown]
        self.unknown += fresh
        if fresh and relation in self.parents:
            for child in [t.name for t in self.tables.values() if relation in _parents(t)]:
                self.make_unknown(child, listed, why)

    def make_known(self, name: QualifiedName) -> None:
        """A relation or type that is made anew, or taken away, is known again: nothing that was
        not known of every relation is said of it."""
        self.unknown = [entry for entry in self.unknown if entry[0] != name]
        earlier = frozenset(why for relation, _, why in self.unknown if relation is None)
        if earlier:
            self.made_after[name] = earlier

    def doubt_names(self, table: QualifiedName) -> None:
        """A constraint without a name gets one that is free: what could not be read may have
        taken the one that it would get."""
        for relation, fact, why in self.unknown.copy():
            if relation is None and fact in {"tables", "constraints", "indexes", ANYTHING}:
                self.make_unknown(table, ("constraint names",), why)

    def move_knowledge(self, old: QualifiedName, new: QualifiedName) -> None:
        """What is known of a relation goes with it to its new name."""
        earlier = self.made_after.pop(old, None)
        self.made_after.pop(new, None)
        if earlier is not None:
            self.made_after[new] = earlier
        kept = (entry for entry in self.unknown if entry[0] != new)
        self.unknown = [(new if name == old else name, fact, why) for name, fact, why in kept]

    def take_over_unknown(
        self, child: QualifiedName, parent: QualifiedName, facts: Iterable[str]
    ) -> None:
        """What is not known of a table is not known of one that copies it."""
        for fact in facts:
            for entry in self.unknown.copy():
                if speaks_of(entry, parent, fact, self.made_after):
                    self.make_unknown(child, (fact,), entry[2])

    def may_stand(self, name: QualifiedName) -> bool:
        """Whether what could not be read may have made a relation of that name."""
        earlier = self.made_after.get(name, frozenset())
        return any(
            fact != "constraint names"
            if relation == name
            else relation is None and fact in {"tables", ANYTHING} and why not in earlier
            for relation, fact, why in self.unknown
        )

    def is_unknown(self, relation: QualifiedName, fact: str) -> bool:
        """Whether a fact of a relation cannot be known."""
        if relation in self.assumed:
            return True
        return any(speaks_of(entry, relation, fact, self.made_after) for entry in self.unknown)

    def _enums_unknown(self) -> list[Unknown]:
        """The tables that were made anew with columns of types that were not."""
        found: list[Unknown] = []
        for name in self.made_after:
            table = self.tables.get(name)
            for column in table.columns if table else ():
                type_ = column.type
                if type_.schema is None or type_.name in EXTENSION_TYPES:
                    continue
                of_type = QualifiedName(type_.schema, type_.name)
                found += [
                    (name, "enums", why)
                    for relation, fact, why in self.unknown
                    if relation is None
                    and fact in {"enums", "tables", ANYTHING}
                    and why not in self.made_after.get(of_type, ())
                ]
        return list(dict.fromkeys(found))

    def freeze(self) -> Schema:
        """The schema as it stands, sorted."""
        unknown = [*self.unknown, *self._enums_unknown()]
        known = {n: why for n, why in sorted(self.made_after.items()) if why}
        return Schema(
            tables={name: _sorted_parts(self.tables[name]) for name in sorted(self.tables)},
            views=_by_name(self.views),
            enums=_by_name(self.enums),
            domains=_by_name(self.domains),
            types=_by_name(self.types),
            sequences=_by_name(self.sequences),
            functions=tuple(self.functions[key] for key in sorted(self.functions)),
            schemas=tuple(sorted(self.schemas)),
            extensions=tuple(sorted(self.extensions)),
            default_schema=self.default_schema,
            knowledge=Knowledge(SQL_FACTS, tuple(unknown), known),
        )


def _parents(table: Table) -> tuple[QualifiedName | None, ...]:
    return (*table.inherits, table.partition_of)


def _by_name(objects: dict[QualifiedName, Any]) -> dict[QualifiedName, Any]:
    return {name: objects[name] for name in sorted(objects)}


def _index_names(table: Table) -> list[QualifiedName]:
    """The names that the table's indexes take in the schema; an inline clause makes none."""
    schema = table.name.schema
    owned = [c.name for c in table.constraints if c.kind in INDEX_BACKED]
    return [
        QualifiedName(schema, name)
        for name in (*owned, *(i.name for i in table.indexes if not i.inline))
    ]


def _sorted_parts(table: Table) -> Table:
    parts = (table.constraints, table.indexes, table.policies, table.triggers)
    if all(len(part) < 2 for part in parts):
        return table
    return structs.replace(
        table,
        constraints=tuple(sorted(table.constraints, key=_constraint_order)),
        indexes=tuple(sorted(table.indexes, key=_index_order)),
        policies=tuple(sorted(table.policies, key=lambda policy: policy.name)),
        triggers=tuple(sorted(table.triggers, key=lambda trigger: trigger.name)),
    )


def _constraint_order(constraint: Constraint) -> tuple[str, str]:
    return (constraint.name, constraint.kind)


def _index_order(index: Index) -> tuple[str, int]:
    return (index.name, index.location.start if index.location else 0)


def retyped(type_: DataType, old: QualifiedName, new: QualifiedName) -> DataType:
    """The type under its new name, where it is the renamed one."""
    if (type_.schema, type_.name) != (old.schema, old.name):
        return type_
    return structs.replace(type_, schema=new.schema, name=new.name)

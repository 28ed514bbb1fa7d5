"""What migrations make, in the words in which a real server prints it.

A server adds casts, turns expressions round and writes views anew; text alone tells that only in
part. Where the history was applied to a server, what it printed there takes the place of what the
files say. What it cannot tell stays as the files have it: names that it does not know, and what
calls a function that only stood in for the real one. Places stay those of the files.
"""

from __future__ import annotations

import re
from collections.abc import Container, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from msgspec import Struct, structs

from ctb_lint.agreed import as_agreed
from ctb_lint.model import (
    Column,
    Constraint,
    ConstraintKind,
    Domain,
    Expr,
    Function,
    Grant,
    Index,
    IndexKey,
    ObjectId,
    ObjectKind,
    Policy,
    QualifiedName,
    Schema,
    Table,
    Trigger,
    View,
)
from ctb_lint.shadow import Shadow

P = TypeVar("P", bound=Struct)
_WORD = re.compile(r"\w+")


class Printed(Struct, frozen=True):
    """A schema, and the objects in it of which all is in the words of a server of the same version
    as the one that it is held against: tables, views and routines."""

    schema: Schema
    whole: frozenset[ObjectId] = frozenset()


def printed(own: Schema, shadow: Shadow, there: Schema, major: int) -> Printed:
    """The schema of a history as the server has it to which it was applied. ``there`` is the
    schema of the database, of that major version, that it will be held against."""
    if shadow.schema is None:
        return Printed(own)
    agreed = as_agreed(own, shadow.schema, there)
    return _Printing(agreed, shadow.schema, shadow, there, major).all()


class _Printing:
    """What the files make, what came of them, and what they are held against."""

    def __init__(
        self, own: Schema, made: Schema, shadow: Shadow, there: Schema, major: int
    ) -> None:
        self._own = own
        self._made = made
        self._there = there
        self._alike = shadow.major == major
        self._stubs = shadow.stubs
        self._role = shadow.role

    def all(self) -> Printed:
        own, made, there = self._own, self._made, self._there
        tables = {
            name: self._table(table, made.tables.get(name), there.tables.get(name, _NO_TABLE))
            for name, table in own.tables.items()
        }
        views = {
            name: self._view(view, made.views.get(name), there.views.get(name, _NO_VIEW))
            for name, view in own.views.items()
        }
        domains = {
            name: self._domain(domain, made.domains.get(name), there.domains.get(name))
            for name, domain in own.domains.items()
        }
        routines = _by(made.functions, _signature)
        functions = tuple(
            self._function(one, routines.get(_signature(one))) for one in own.functions
        )
        schema = structs.replace(
            own, tables=tables, views=views, domains=domains, functions=functions
        )
        return Printed(schema, frozenset(self._whole(routines)) if self._alike else frozenset())

    # Expressions ----------------------------------------------------------------------------

    def _expr(self, own: Expr | None, made: Expr | None, there: Iterable[Expr | None]) -> Any:
        """The expression in the server's form. Of two versions either form may be the one that
        the database has: each prints in its own way."""
        if own is None or made is None or not self._is_real(*own.functions, *made.functions):
            return own
        if not self._alike:
            forms = {one.canonical for one in there if one}
            if own.canonical in forms and made.canonical not in forms:
                return own
        return structs.replace(own, canonical=made.canonical)

    def _with(self, own: P, made: P | None, there: P | None, *names: str) -> P:
        """A part with its expressions of these names in the server's form."""
        if made is None:
            return own
        forms = {
            name: self._expr(getattr(own, name), getattr(made, name), (getattr(there, name, None),))
            for name in names
        }
        return structs.replace(own, **forms)

    def _is_real(self, *functions: str) -> bool:
        return self._stubs.isdisjoint(functions)

    def _is_real_text(self, text: str) -> bool:
        return not self._stubs or self._is_real(*_WORD.findall(text))

    # Tables ---------------------------------------------------------------------------------

    def _table(self, own: Table, made: Table | None, there: Table) -> Table:
        if made is None:
            return own
        columns, kept = _by(made.columns, _name), _by(there.columns, _name)
        return structs.replace(
            own,
            columns=tuple(
                self._column(one, columns.get(one.name), kept.get(one.name)) for one in own.columns
            ),
            constraints=tuple(self._constraints(own.constraints, made, there)),
            indexes=tuple(self._indexes(own, made, there)),
            triggers=tuple(self._triggers(own, made, there)),
            policies=tuple(self._policies(own, made, there)),
            grants=_granted(own, made, {self._role, made.owner}),
            partition_key=made.partition_key if self._alike else own.partition_key,
        )

    def _column(self, own: Column, made: Column | None, there: Column | None) -> Column:
        if made is None or made.type.canonical != own.type.canonical:
            return own
        return self._with(own, made, there, "default", "generation")

    def _constraints(
        self, own: Sequence[Constraint], made: Table | Domain, there: Table | Domain | None
    ) -> Iterator[Constraint]:
        known = _by(made.constraints, _constraint)
        kept = there.constraints if there else ()
        for one in own:
            other = known.get(_constraint(one))
            if other is None:
                yield one
                continue
            expr = self._expr(one.expr, other.expr, (c.expr for c in kept))
            definition = one.definition
            if one.kind is ConstraintKind.EXCLUSION and self._is_real_text(other.definition):
                elements = {c.definition for c in kept}
                if self._alike or other.definition in elements:
                    definition, expr = other.definition, expr or other.expr
            yield structs.replace(one, expr=expr, definition=definition)

    def _indexes(
        self, own: Table | View, made: Table | View, there: Table | View
    ) -> Iterator[Index]:
        known = _by(made.indexes, _index)
        predicates = [index.predicate for index in there.indexes]
        keys = [key.expr for index in there.indexes for key in index.keys]
        for one in own.indexes:
            other = known.get(_index(one))
            if other is None:
                yield one
                continue
            pairs = zip(one.keys, other.keys, strict=True)
            yield structs.replace(
                one,
                keys=tuple(self._key(key, its, keys) for key, its in pairs),
                predicate=self._expr(one.predicate, other.predicate, predicates),
            )

    def _key(self, own: IndexKey, made: IndexKey, there: Iterable[Expr | None]) -> IndexKey:
        return structs.replace(own, expr=self._expr(own.expr, made.expr, there))

    def _triggers(
        self, own: Table | View, made: Table | View, there: Table | View
    ) -> Iterator[Trigger]:
        known, kept = _by(made.triggers, _name), _by(there.triggers, _name)
        for one in own.triggers:
            yield self._with(one, known.get(one.name), kept.get(one.name), "when")

    def _policies(self, own: Table, made: Table, there: Table) -> Iterator[Policy]:
        known, kept = _by(made.policies, _name), _by(there.policies, _name)
        for one in own.policies:
            yield self._with(one, known.get(one.name), kept.get(one.name), "using", "check")

    # The rest -------------------------------------------------------------------------------

    def _view(self, own: View, made: View | None, there: View) -> View:
        if made is None:
            return own
        view = structs.replace(
            own,
            indexes=tuple(self._indexes(own, made, there)),
            triggers=tuple(self._triggers(own, made, there)),
            grants=_granted(own, made, {self._role}),
            columns=made.columns,
        )
        if not self._is_told(made.definition):
            return view
        return structs.replace(view, definition=made.definition)

    def _is_told(self, text: str | None) -> bool:
        """Whether a server of the other's version printed that, with nothing standing in."""
        return self._alike and bool(text) and self._is_real_text(text or "")

    def _domain(self, own: Domain, made: Domain | None, there: Domain | None) -> Domain:
        if made is None:
            return own
        domain = self._with(own, made, there, "default")
        constraints = tuple(self._constraints(own.constraints, made, there))
        return structs.replace(domain, constraints=constraints)

    def _function(self, own: Function, made: Function | None) -> Function:
        if made is None or not self._is_told(made.body):
            return own
        return structs.replace(own, returns=made.returns, body=made.body)

    def _whole(self, routines: Mapping[Hashable, Function]) -> Iterator[ObjectId]:
        made = self._made
        for name in self._own.tables:
            if name in made.tables and self._is_told(made.tables[name].partition_key):
                yield ObjectId(ObjectKind.TABLE, name.schema, None, name.name)
        for name in self._own.views:
            if name in made.views and self._is_told(made.views[name].definition):
                yield ObjectId(ObjectKind.VIEW, name.schema, None, name.name)
        for one in self._own.functions:
            other = routines.get(_signature(one))
            if other and self._is_told(other.body):
                yield routine(one)


def routine(function: Function) -> ObjectId:
    """A routine by its name and arguments: several may have one name."""
    named = f"{function.name.name}({', '.join(function.arguments)})"
    return ObjectId(ObjectKind.FUNCTION, function.name.schema, None, named)


def _granted(
    own: Table | View, made: Table | View, owners: Container[str | None]
) -> tuple[Grant, ...]:
    """What roles hold, with the statements that gave it. What the owner was given is no grant on
    the server, and stays as the files have it: the database may be somebody else's."""
    places = {
        (one.grantee, column): one.location
        for one in own.grants
        for column in one.columns or (None,)
    }
    found = []
    for one in made.grants:
        at = (places.get((one.grantee, column)) for column in one.columns or (None,))
        found.append(structs.replace(one, location=next(filter(None, at), None)))
    return (*found, *(one for one in own.grants if one.grantee in owners))


_NO_TABLE = Table(QualifiedName("", ""))
_NO_VIEW = View(QualifiedName("", ""), "")


def _by(parts: Iterable[P], key: Any) -> dict[Any, P]:
    return {key(part): part for part in parts}


def _name(part: Any) -> str:
    return str(part.name)


def _constraint(one: Constraint) -> Hashable:
    return one.kind, one.name, tuple(sorted(one.columns))


def _index(one: Index) -> Hashable:
    return one.name, one.method, one.columns


def _signature(one: Function) -> Hashable:
    return one.name, one.arguments

"""What a column may hold, as far as its type, its domains and its checks say.

``limits_of`` gives what can be read. A check that limits a column in a form that cannot be read
is not absent: ``may_limit`` says whether one could do what is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from decimal import Decimal, InvalidOperation

from msgspec import Struct, structs

from ctb_lint.changes import DropConstraint
from ctb_lint.history import History
from ctb_lint.model import (
    Column,
    Constraint,
    ConstraintKind,
    DataType,
    Domain,
    Expr,
    Location,
    ObjectKind,
    QualifiedName,
    Schema,
    Table,
    quoted,
)

VALUE = "value"
"""What the check of a domain calls the value that it judges."""


class Limit(Struct, frozen=True, kw_only=True):
    """One thing that limits what a column may hold.

    ``what`` names it in a sentence; ``kind`` is ``constraint`` for a check and ``type`` for an
    enum type. ``values`` is the closed list that it allows, ``bounds`` the inclusive numbers
    between which it keeps the column, of which ``whole`` ones only. ``constraint`` is the check
    of the table itself.
    """

    what: str
    kind: ObjectKind
    values: tuple[str, ...] | None = None
    bounds: tuple[int, int] | None = None
    whole: bool = False
    ignores_case: bool = False
    constraint: Constraint | None = None
    validated: bool = True
    enforced: bool = True
    location: Location | None = None

    @property
    def listed(self) -> tuple[str, ...] | None:
        """The values that it allows, where they are a closed list of any kind."""
        if self.values is None and self.bounds and self.whole:
            first, last = self.bounds
            return tuple(str(number) for number in range(first, min(last, first + 999) + 1))
        return self.values

    def permits(self, value: str) -> bool:
        """Whether the value passes."""
        if self.values is not None and self.ignores_case:
            return value.lower() in {legal.lower() for legal in self.values}
        if self.values is not None:
            return value in self.values
        number = as_number(value)
        if self.bounds is None or number is None:
            return True
        return self.bounds[0] <= number <= self.bounds[1]


def limits_of(schema: Schema, table: Table, column: Column) -> tuple[Limit, ...]:
    """Everything that gives a closed list or bounds of the column: the checks of the table that
    speak of it alone, those of its domain, its enum type. Checks that are not enforced or not
    validated are among them, and say so."""
    base = base_type(schema, column.type)
    found = [
        _of_check(check, check.expr, f"the check {quoted(check.name)}", base)
        for check in table.constraints_of(ConstraintKind.CHECK)
        if check.expr and check.expr.columns == (column.name,)
    ]
    for domain in domains_of(schema, column.type):
        found += [
            structs.replace(
                _of_check(check, check.expr, f"the domain {domain.name}", base), constraint=None
            )
            for check in domain.constraints
            if check.expr
        ]
    enum = schema.enums.get(_key(base)) if base.schema else None
    if enum:
        what = f"the enum type {enum.name}"
        found.append(
            Limit(what=what, kind=ObjectKind.TYPE, values=enum.values, location=enum.location)
        )
    return tuple(limit for limit in found if limit.values is not None or limit.bounds)


def lookup_of(table: Table, column: Column) -> Constraint | None:
    """The enforced foreign key of the column alone, which keeps it to the keys of a lookup
    table."""
    return next(
        (
            key
            for key in table.constraints_of(ConstraintKind.FOREIGN)
            if key.columns == (column.name,) and key.enforced
        ),
        None,
    )


def may_limit(schema: Schema, table: Table, column: Column, *choices: Collection[str]) -> bool:
    """Whether enforced checks that cannot be read could keep the column to what is asked for:
    they call a function of the schema, or of each choice name at least one value."""
    checks = [*_unread(schema, table, column)]
    own = {function.name.name for function in schema.functions}
    if any(own & {name.rpartition(".")[2] for name in check.functions} for check in checks):
        return True
    text = " ".join(check.canonical for check in checks)
    return bool(checks) and all(any(_names(text, value) for value in choice) for choice in choices)


def checks_on(schema: Schema, table: Table, column: Column) -> Iterator[tuple[Constraint, str]]:
    """The enforced checks that read the column, its domain's among them, each with the name that
    it calls the column by."""
    for check in table.constraints_of(ConstraintKind.CHECK):
        if check.enforced and check.expr and column.name in check.expr.columns:
            yield check, quoted(column.name)
    for domain in domains_of(schema, column.type):
        for check in domain.constraints:
            if check.enforced and check.expr:
                yield check, VALUE


def domains_of(schema: Schema, data_type: DataType) -> Iterator[Domain]:
    """The domain of a type, the domain under that, and so on."""
    seen = set()
    while (domain := schema.domains.get(_key(data_type))) and domain.name not in seen:
        seen.add(domain.name)
        yield domain
        data_type = domain.type


def base_type(schema: Schema, data_type: DataType) -> DataType:
    """The type below all domains; an array of a domain is an array of its base type."""
    if not schema.domains:
        return data_type
    for domain in domains_of(schema, data_type):
        array = data_type.array or domain.type.array
        data_type = structs.replace(domain.type, array=array)
    return data_type


def default_of(schema: Schema, column: Column) -> tuple[Expr, Location | None] | None:
    """The default that an omitted value becomes, the domain's where the column has none, and
    where it is set; None where there is none."""
    if column.default:
        return column.default, column.default_location or column.location
    for domain in domains_of(schema, column.type):
        if domain.default:
            return domain.default, column.location
    return None


def dropped_check(history: History | None, table: Table, column: Column) -> Location | None:
    """Where the last check of the column alone was dropped."""
    places = [
        change.at
        for change in (history.changes if history else ())
        if isinstance(change, DropConstraint)
        and change.table == table.name
        and change.constraint.kind is ConstraintKind.CHECK
        and change.constraint.columns == (column.name,)
    ]
    return places[-1] if places else None


def as_number(value: str) -> Decimal | None:
    """The number that a literal is, or None."""
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def sql_text(value: str) -> str:
    """The value as a SQL literal."""
    return "'" + value.replace("'", "''") + "'"


def enumerated(values: Collection[str], last: str = "and") -> str:
    """The values as SQL literals in a sentence: ``'a', 'b' and 'c'``; ``nothing`` for none, as of
    an enum without labels."""
    if not values:
        return "nothing"
    *most, final = (sql_text(value) for value in values)
    return f"{', '.join(most)} {last} {final}" if most else final


def _of_check(check: Constraint, expr: Expr | None, what: str, base: DataType) -> Limit:
    integers = base.schema is None and base.name in {"smallint", "integer", "bigint"}
    return Limit(
        what=what,
        kind=ObjectKind.CONSTRAINT,
        values=expr.values if expr else None,
        bounds=expr.bounds if expr else None,
        # A list of whole numbers lets no fraction pass, whatever the type.
        whole=integers or bool(expr and " = ANY (" in expr.canonical),
        ignores_case=base.name == "citext",
        constraint=check,
        validated=check.validated,
        enforced=check.enforced,
        location=check.location,
    )


def _unread(schema: Schema, table: Table, column: Column) -> Iterator[Expr]:
    """The expressions of enforced checks on the column that give neither values nor bounds."""
    for check, _ in checks_on(schema, table, column):
        expr = check.expr
        if expr and expr.values is None and expr.bounds is None:
            yield expr


def _names(text: str, value: str) -> bool:
    """Whether an expression has the value as a literal."""
    if sql_text(value) in text:
        return True
    is_number = as_number(value) is not None
    return is_number and bool(re.search(rf"(?<![\w.]){re.escape(value)}(?![\w.])", text))


def _key(data_type: DataType) -> QualifiedName:
    return QualifiedName(data_type.schema or "", data_type.name)

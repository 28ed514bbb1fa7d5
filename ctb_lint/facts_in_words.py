"""What differs of a constraint or index, in the words of SQL: one phrase for each side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from ctb_lint.contrasts import not_but
from ctb_lint.ddl import constraint_sql, expression, key_sql, listed
from ctb_lint.differences import Difference
from ctb_lint.model import Constraint, ConstraintKind, Expr, Index, quoted

P = TypeVar("P")


def told(
    difference: Difference,
    facts: Sequence[str],
    phrase: Callable[[P, str], str],
    wanted: P,
    found: P,
) -> str:
    """``is ON DELETE CASCADE in the migrations, not ON DELETE NO ACTION as the catalogue
    declares``."""
    here = " and ".join(phrase(found, fact) for fact in facts)
    there = " and ".join(phrase(wanted, fact) for fact in facts)
    return f"is {not_but(difference, here, there)}"


KINDS = {
    ConstraintKind.PRIMARY: "primary key",
    ConstraintKind.UNIQUE: "unique constraint",
    ConstraintKind.CHECK: "check",
    ConstraintKind.FOREIGN: "foreign key",
    ConstraintKind.EXCLUSION: "exclusion constraint",
}


def constraint_words(constraint: Constraint) -> str:
    """``primary key (id)``, ``check (total > 0)``."""
    kind = KINDS[constraint.kind]
    if constraint.kind is ConstraintKind.CHECK:
        return f"{kind} {_braced(_text(constraint.expr))}"
    if constraint.kind is ConstraintKind.EXCLUSION:
        return f"{kind} ({constraint.definition})"
    return f"{kind} ({listed(constraint.columns)})"


def constraint_fact(constraint: Constraint, fact: str) -> str:
    """One fact of a constraint, as ``KeyDiffers`` and ``ForeignKeyDiffers`` name them."""
    yes_or_no = _CONSTRAINT_WORDS.get(fact)
    if yes_or_no:
        words, holds = yes_or_no
        return words if holds(constraint) else f"not {words}"
    return _CONSTRAINT_FACTS[fact](constraint)


_CONSTRAINT_WORDS: dict[str, tuple[str, Callable[[Constraint], bool]]] = {
    "deferrable": ("DEFERRABLE", lambda c: c.deferrable),
    "initially deferred": ("INITIALLY DEFERRED", lambda c: c.initially_deferred),
    "no inherit": ("NO INHERIT", lambda c: c.no_inherit),
    "nulls not distinct": ("NULLS NOT DISTINCT", lambda c: c.nulls_not_distinct),
    "without overlaps": ("WITHOUT OVERLAPS", lambda c: c.period),
    "period": ("over a PERIOD", lambda c: c.period),
}

_CONSTRAINT_FACTS: dict[str, Callable[[Constraint], str]] = {
    "name": lambda c: f"called {quoted(c.name)}",
    "columns": lambda c: f"on ({listed(c.columns)})",
    "expression": lambda c: _braced(_text(c.expr)),
    "include": lambda c: f"INCLUDE ({listed(c.include)})" if c.include else "without INCLUDE",
    "method": lambda c: f"USING {c.method}",
    "elements": lambda c: f"({c.definition})",
    "references": lambda c: f"to {c.references}",
    "referenced columns": lambda c: f"to ({listed(c.referenced_columns)})",
    "on delete": lambda c: f"ON DELETE {c.on_delete.upper()}",
    "on update": lambda c: f"ON UPDATE {c.on_update.upper()}",
    "match": lambda c: f"MATCH {c.match.upper()}",
    "set columns": lambda c: f"setting ({listed(c.set_columns or c.columns)})",
}


def index_fact(index: Index, fact: str) -> str:
    """One fact of an index, as ``IndexDiffers`` names them."""
    return _INDEX_FACTS[fact](index)


_INDEX_FACTS: dict[str, Callable[[Index], str]] = {
    "name": lambda i: f"called {quoted(i.name)}",
    "keys": lambda i: f"on ({', '.join(key_sql(key) for key in i.keys)})",
    "unique": lambda i: "unique" if i.unique else "not unique",
    "method": lambda i: f"USING {i.method}",
    "predicate": lambda i: f"WHERE {_text(i.predicate)}" if i.predicate else "of all rows",
    "include": lambda i: f"INCLUDE ({listed(i.include)})" if i.include else "without INCLUDE",
    "nulls not distinct": lambda i: (
        "NULLS NOT DISTINCT" if i.nulls_not_distinct else "NULLS DISTINCT"
    ),
}


def _text(expr: Expr | None) -> str:
    return expression(expr) if expr else "true"


def _braced(text: str) -> str:
    return f"({text})"


def made_like(wanted: Constraint, found: Constraint, *, only_named: bool) -> str:
    """The clauses of ALTER TABLE that make of a constraint the one that is wanted; ``only_named``
    says that they differ in nothing but their names."""
    if only_named:
        return f"RENAME CONSTRAINT {quoted(found.name)} TO {quoted(wanted.name)}"
    return f"DROP CONSTRAINT {quoted(found.name)}, ADD {constraint_sql(wanted, found.name)}"

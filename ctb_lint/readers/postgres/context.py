"""What all parts of the introspection look things up in, and where they say what is unknown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from ctb_lint.model import DataType, Expr, QualifiedName, Unknown
from ctb_lint.readers.postgres.alike import ColumnNames
from ctb_lint.readers.postgres.expressions import Expressions
from ctb_lint.readers.postgres.names import Names

UNPRINTED = "another session had it locked, or changed it, while it was read"
UNREAD = "PostgreSQL prints an expression of it that is not understood"


class Context:
    """``relations`` and ``columns`` are the names of relations and of their columns by number,
    ``types`` the base types of columns by name, ``collations`` those that columns have,
    ``domains`` the base types of domains, ``checks`` the printed checks of tables; ``unknown`` is
    what turned out not to be known."""

    def __init__(self, default_schema: str, names: Names, expressions: Expressions) -> None:
        self.default_schema = default_schema
        self.names = names
        self.expressions = expressions
        self.relations: dict[int, QualifiedName] = {}
        self.columns: ColumnNames = {}
        self.types: defaultdict[int, dict[str, DataType]] = defaultdict(dict)
        self.checks: Mapping[int, str | None] = {}
        self.collations: dict[tuple[int, int], int] = {}
        self.domains: dict[int, DataType] = {}
        self.unknown: set[Unknown] = set()

    def named(self, relation: int, numbers: list[int] | None) -> tuple[str, ...]:
        """The names of columns by their numbers, in that order; 0, an expression, has none."""
        names = self.columns.get(relation, {})
        return tuple(names[number] for number in numbers or () if number in names)

    def collation_beside(self, relation: int, column: int, collation: int) -> str | None:
        """The name of an index key's collation, None where it is the column's own."""
        own = self.collations.get((relation, column), 0)
        return None if collation == own else self.names.collation(collation)

    def expression(
        self,
        relation: int,
        fact: str,
        there: bool,
        text: str | None,
        expected: DataType | None = None,
    ) -> Expr | None:
        """An expression of a relation. Where there is one that was not printed or cannot be read,
        the fact is not known of the relation."""
        if not there:
            return None
        types = self.types[relation]
        found = None if text is None else self.expressions.read(text, expected, types)
        if found is None:
            self.unknown.add((self.relations.get(relation), fact, UNREAD if text else UNPRINTED))
        return found

    def domain_expression(self, domain: int, text: str | None) -> Expr | None:
        """The condition of a domain."""
        types = {"value": self.domains[domain]} if domain in self.domains else {}
        found = self.expressions.read(text, None, types) if text is not None else None
        if found is None:
            self.unknown.add((None, "enums", UNREAD if text else UNPRINTED))
        return found

"""The expressions of a schema read again beside the types of their columns.

``pg_get_expr`` prints casts that PostgreSQL added by itself; which of them are redundant is known
only with the types at hand, as the SQL reader has them too.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import structs

from ctb_lint.model import (
    Column,
    Constraint,
    DataType,
    Domain,
    Expr,
    Index,
    QualifiedName,
    Schema,
    Table,
)
from ctb_lint.readers.sql.rewrites import retyped_expr
from ctb_lint.readers.sql.types import base_type


def typed(schema: Schema) -> Schema:
    """The schema with the canonical forms that its column types give."""
    domains = {name: domain.type for name, domain in schema.domains.items()}
    reader = _Reader(domains, schema.default_schema)
    return structs.replace(
        schema,
        tables={name: reader.table(table) for name, table in schema.tables.items()},
        domains={name: reader.domain(domain) for name, domain in schema.domains.items()},
    )


class _Reader:
    def __init__(self, domains: Mapping[QualifiedName, DataType], default_schema: str) -> None:
        self.domains = domains
        self.default_schema = default_schema
        self.types: dict[str, DataType] = {}

    def base(self, type_: DataType) -> DataType:
        return base_type(type_, self.domains)

    def again(self, expr: Expr | None, expected: DataType | None = None) -> Expr | None:
        if expr is None:
            return None
        return retyped_expr(expr, expected, self.types, self.default_schema)

    def table(self, table: Table) -> Table:
        self.types = {c.name: self.base(c.type) for c in table.columns}
        return structs.replace(
            table,
            columns=tuple(self.column(c) for c in table.columns),
            constraints=tuple(self.constraint(c) for c in table.constraints),
            indexes=tuple(self.index(i) for i in table.indexes),
            policies=tuple(
                structs.replace(p, using=self.again(p.using), check=self.again(p.check))
                for p in table.policies
            ),
            triggers=tuple(structs.replace(t, when=self.again(t.when)) for t in table.triggers),
        )

    def column(self, column: Column) -> Column:
        expected = self.base(column.type)
        return structs.replace(
            column,
            default=self.again(column.default, expected),
            generation=self.again(column.generation, expected),
        )

    def constraint(self, constraint: Constraint) -> Constraint:
        return structs.replace(constraint, expr=self.again(constraint.expr))

    def index(self, index: Index) -> Index:
        keys = tuple(structs.replace(k, expr=self.again(k.expr)) for k in index.keys)
        return structs.replace(index, keys=keys, predicate=self.again(index.predicate))

    def domain(self, domain: Domain) -> Domain:
        base = self.base(domain.type)
        self.types = {"value": base}
        return structs.replace(
            domain,
            default=self.again(domain.default, base),
            constraints=tuple(self.constraint(c) for c in domain.constraints),
        )

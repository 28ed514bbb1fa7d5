"""Putting constraints and indexes on a table, and taking columns off it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import structs

from ctb_lint.model import (
    Constraint,
    ConstraintKind,
    Expr,
    Grant,
    Index,
    Location,
    ObjectKind,
    QualifiedName,
    Table,
)
from ctb_lint.readers.sql import names
from ctb_lint.readers.sql.fold.context import Folding
from ctb_lint.readers.sql.nodes import Node
from ctb_lint.readers.sql.rewrites import renamed_column


def resolved(f: Folding, table: Table, bare: Constraint, target: Node | None) -> Constraint:
    """The constraint with its target, and with the name that PostgreSQL gives it where it has
    none."""
    if bare.kind is ConstraintKind.FOREIGN and target is not None:
        bare = _with_target(f, table, bare, target)
    if bare.name:
        return bare
    return structs.replace(bare, name=chosen_name(f, table, bare))


def _with_target(f: Folding, table: Table, bare: Constraint, node: Node) -> Constraint:
    """A foreign key whose table, and referenced columns where it names none, are looked up."""
    role = "foreign key target"
    wanted = f.state.creation_name(node.get("schemaname"), node["relname"])
    found = f.state.find_relation(node.get("schemaname"), node["relname"])
    if found is None and wanted == table.name:
        found = table.name
    if found is None:
        f.relation(node, role)
        return structs.replace(bare, references=wanted)
    target = table if found == table.name else f.state.tables.get(found)
    columns = bare.referenced_columns
    if target is None:
        return structs.replace(bare, references=found)
    if not columns:
        key = target.primary_key
        columns = key.columns if key else ()
    for column in columns:
        if target.column(column) is None:
            f.unknown_column(
                target, column, role, f.place.word(column, after=node.get("location", 0))
            )
    return structs.replace(bare, references=found, referenced_columns=columns)


def chosen_name(f: Folding, table: Table, bare: Constraint) -> str:
    """The name that PostgreSQL makes up for a constraint without one."""
    schema, relation = table.name.schema, table.name.name
    own = {c.name for c in table.constraints}

    def noted(taken: bool) -> bool:
        f.collided = f.collided or taken
        return taken

    def constraint_taken(name: str) -> bool:
        return noted(name in own or f.state.constraint_taken(schema, name))

    def taken(name: str) -> bool:
        return noted(f.state.relation_taken(schema, name)) or constraint_taken(name)

    if bare.kind is ConstraintKind.PRIMARY:
        return names.primary_key(relation, taken)
    if bare.kind is ConstraintKind.UNIQUE:
        return names.unique(relation, (*bare.columns, *bare.include), taken)
    if bare.kind is ConstraintKind.EXCLUSION:
        return names.exclusion(relation, [c or None for c in bare.columns], taken)
    if bare.kind is ConstraintKind.FOREIGN:
        return names.foreign_key(relation, bare.columns, constraint_taken)
    return names.check(relation, bare.columns, constraint_taken)


def with_constraint(f: Folding, table: Table, constraint: Constraint) -> Table:
    """The table with one more constraint, and the NOT NULLs that a primary key brings."""
    role = {
        ConstraintKind.PRIMARY: "PRIMARY KEY",
        ConstraintKind.UNIQUE: "UNIQUE",
        ConstraintKind.CHECK: "CHECK",
        ConstraintKind.FOREIGN: "FOREIGN KEY",
        ConstraintKind.EXCLUSION: "EXCLUDE",
    }[constraint.kind]
    for column in constraint.columns:
        if column and table.column(column) is None:
            at = f.place.word(column, after=_byte(f, constraint.location))
            f.unknown_column(table, column, role, at)
    columns = table.columns
    if constraint.kind is ConstraintKind.PRIMARY:
        columns = tuple(
            structs.replace(c, not_null=True) if c.name in constraint.columns else c
            for c in columns
        )
    return structs.replace(table, columns=columns, constraints=(*table.constraints, constraint))


def _byte(f: Folding, location: Location | None) -> int:
    """A byte offset at or before a place of this statement: good enough to search from."""
    if location is None:
        return 0
    return max(f.place.offset(location.start) - f.place.start, 0)


def check_index_columns(f: Folding, table: Table, index: Index, node: Node) -> None:
    """Records the columns of an index that the table lacks."""
    after = node["relation"].get("location", 0)
    named = [k.column for k in index.keys if k.column] + list(index.include)
    for expr in [k.expr for k in index.keys if k.expr] + [index.predicate]:
        named += list(expr.columns) if expr else []
    for column in dict.fromkeys(named):
        if table.column(column) is None:
            f.unknown_column(table, column, "CREATE INDEX", f.place.word(column, after=after + 1))


def plain_collations(table: Table, index: Index) -> Index:
    """The index without the collations that its columns have of themselves."""
    own = {column.name: column.collation for column in table.columns}
    keys = tuple(
        structs.replace(key, collation=None)
        if key.column and key.collation and key.collation == own.get(key.column)
        else key
        for key in index.keys
    )
    return structs.replace(index, keys=keys)


def without_column(f: Folding, table: Table, name: str) -> Table:
    """The table without a column and all that depends on it, as DROP COLUMN takes it."""
    gone = f.lose(table, ObjectKind.COLUMN, name, (name,))
    kept: list[Constraint] = []
    for constraint in table.constraints:
        if name in constraint.columns or name in constraint.include:
            gone = f.lose(gone, ObjectKind.INDEX, constraint.name, constraint.columns)
        else:
            kept.append(constraint)
    indexes: list[Index] = []
    for index in table.indexes:
        if name in index_columns(index):
            gone = f.lose(gone, ObjectKind.INDEX, index.name, tuple(c or "" for c in index.columns))
        else:
            indexes.append(index)
    left = structs.replace(
        gone,
        columns=tuple(c for c in table.columns if c.name != name),
        constraints=tuple(kept),
        indexes=tuple(indexes),
        policies=tuple(
            p for p in table.policies if not any(name in e.columns for e in (p.using, p.check) if e)
        ),
        triggers=tuple(t for t in table.triggers if name not in t.columns),
        grants=tuple(_granted_without(table.grants, name)),
    )
    for column in left.columns:
        # A generated column reads no other generated one.
        if column.generation is not None and name in column.generation.columns:
            left = without_column(f, left, column.name)
    return left


def _granted_without(grants: Iterable[Grant], column: str) -> Iterator[Grant]:
    for one in grants:
        left = tuple(name for name in one.columns if name != column)
        if left or not one.columns:
            yield structs.replace(one, columns=left)


def index_columns(index: Index) -> set[str]:
    """Every column that an index reads."""
    found = {key.column for key in index.keys if key.column} | set(index.include)
    for expr in [key.expr for key in index.keys] + [index.predicate]:
        found |= set(expr.columns) if expr else set()
    return found


def with_renamed_column(f: Folding, table: Table, old: str, new: str) -> Table:
    """The table with a column renamed wherever it is named."""

    def name_of(column: str) -> str:
        return new if column == old else column

    def names_of(columns: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(map(name_of, columns))

    types = {name_of(c.name): c.type for c in table.columns}

    def expr_of(expr: Expr | None) -> Expr | None:
        if expr is None or old not in expr.columns:
            return expr
        return renamed_column(expr, old, new, types, f.state.default_schema)

    return structs.replace(
        table,
        columns=tuple(
            structs.replace(c, name=name_of(c.name), generation=expr_of(c.generation))
            for c in table.columns
        ),
        constraints=tuple(
            structs.replace(
                c,
                columns=names_of(c.columns),
                include=names_of(c.include),
                set_columns=names_of(c.set_columns),
                expr=expr_of(c.expr),
                referenced_columns=names_of(c.referenced_columns)
                if c.references == table.name
                else c.referenced_columns,
            )
            for c in table.constraints
        ),
        indexes=tuple(
            structs.replace(
                i,
                keys=tuple(
                    structs.replace(k, column=k.column and name_of(k.column), expr=expr_of(k.expr))
                    for k in i.keys
                ),
                include=names_of(i.include),
                predicate=expr_of(i.predicate),
            )
            for i in table.indexes
        ),
        policies=tuple(
            structs.replace(p, using=expr_of(p.using), check=expr_of(p.check))
            for p in table.policies
        ),
        triggers=tuple(
            structs.replace(t, columns=names_of(t.columns), when=expr_of(t.when))
            for t in table.triggers
        ),
        grants=tuple(
            structs.replace(g, columns=tuple(sorted(names_of(g.columns)))) for g in table.grants
        ),
    )


def referenced_renamed(f: Folding, target: QualifiedName, old: str, new: str) -> None:
    """Renames a column in the foreign keys of other tables that point at it."""
    for other in f.state.referring(target):
        if other.name == target:
            continue
        if any(c.references == target and old in c.referenced_columns for c in other.constraints):
            constraints = tuple(
                structs.replace(
                    c,
                    referenced_columns=tuple(
                        new if name == old else name for name in c.referenced_columns
                    ),
                )
                if c.references == target
                else c
                for c in other.constraints
            )
            f.state.put_table(structs.replace(other, constraints=constraints))

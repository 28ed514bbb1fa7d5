"""An index can do nothing that another index of the table does not do as well.

Each index is written with every row, kept in memory and vacuumed. One whose keys are the first keys
of another answers no question that the other does not answer. A unique constraint or primary key
has an index of its own; a second one beside it is the usual case.

Drop it:

    DROP INDEX orders_unique_id_idx;

Two indexes count as equal only where method, order, operator class, collation and predicate are the
same, and a unique index is only covered by one that enforces the same.
"""

from collections.abc import Callable, Iterator

from ctb_lint.cures import may_run_again, removed, statement_at
from ctb_lint.history import History
from ctb_lint.model import (
    AccessPath,
    Constraint,
    Expr,
    IndexKey,
    ObjectKind,
    QualifiedName,
    Table,
    quoted,
)
from ctb_lint.rule import WARNING, Finding, Fix, Related, Safety, rule

Place = tuple[bool, int, int, str]


@rule(
    "S013",
    severity=WARNING,
    needs=("columns", "constraints", "indexes"),
    fixable=Safety.UNSAFE,
)
def redundant_index(table: Table, history: History | None) -> Iterator[Finding]:
    if table.partition_of:  # its indexes are its parent's
        return
    inline = {index.name for index in table.indexes if index.inline}
    paths = [path for path in table.access_paths() if path.constraint or path.name not in inline]
    constraints = {constraint.name: constraint for constraint in table.constraints}
    place = _place_in(history)
    for narrow in paths:
        if narrow.constraint:
            continue
        # Of indexes that cover each other the first stays.
        covering = [
            wide
            for wide in paths
            if wide.name != narrow.name
            and _is_covered(narrow, wide, constraints)
            and not (_is_covered(wide, narrow, constraints) and place(narrow) < place(wide))
        ]
        if covering:
            yield _finding(table, narrow, min(covering, key=place), history)


def _finding(
    table: Table, narrow: AccessPath, wide: AccessPath, history: History | None
) -> Finding:
    same = len(narrow.keys) == len(wide.keys)
    what = "has the keys of" if same else "is covered by"
    kind = "the index of constraint" if wide.constraint else "index"
    return Finding(
        message=f"index {quoted(narrow.name)} of {table.name} {what} {kind} {quoted(wide.name)}",
        object=table.part(ObjectKind.INDEX, narrow.name),
        at=narrow.location or table.location,
        hint=f"DROP INDEX {QualifiedName(table.name.schema, narrow.name)};",
        related=(Related(f"{quoted(wide.name)} is made here", wide.location),)
        if wide.location
        else (),
        fix=_fix(table, narrow, history),
    )


def _fix(table: Table, narrow: AccessPath, history: History | None) -> Fix:
    """The statement that makes it taken out, where that does nothing else; DROP INDEX."""
    made = statement_at(history, narrow.location) if history and narrow.location else None
    alone = made is not None and made.kind == "CREATE INDEX"
    guard = "IF EXISTS " if history and may_run_again(history) else ""
    return Fix(
        f"take index {quoted(narrow.name)} out",
        removed(made) if made and alone else (),
        (f"DROP INDEX {guard}{QualifiedName(table.name.schema, narrow.name)};",),
        Safety.UNSAFE,
        discards=(narrow.name,),
    )


def _is_covered(narrow: AccessPath, wide: AccessPath, constraints: dict[str, Constraint]) -> bool:
    """Whether the wide one does all that the narrow one does. A constraint is there for its own
    sake, and is covered by nothing."""
    owner = constraints.get(wide.name)
    # What holds WITHOUT OVERLAPS is no tree.
    if narrow.constraint or narrow.method != wide.method or (owner and owner.period):
        return False
    if _canonical(narrow.predicate) != _canonical(wide.predicate):
        return False
    size = len(narrow.keys)
    keys = [_identity(key) for key in wide.keys]
    if [_identity(key) for key in narrow.keys] != keys[:size]:
        return False
    # Only a tree is searched by its first keys alone.
    if size != len(keys) and (narrow.unique or narrow.method != "btree"):
        return False
    if not set(narrow.include) <= {*wide.include, *wide.columns}:
        return False
    return not narrow.unique or _enforces(narrow, wide, owner)


def _enforces(narrow: AccessPath, wide: AccessPath, constraint: Constraint | None) -> bool:
    """Whether the wide one refuses every row that the narrow one, which is unique, refuses."""
    late = wide.constraint and constraint is not None and constraint.deferrable
    return wide.unique and not late and (wide.nulls_not_distinct or not narrow.nulls_not_distinct)


def _identity(key: IndexKey) -> tuple[object, ...]:
    what = key.column, _canonical(key.expr)
    return (*what, key.descending, key.nulls_first, key.opclass, key.collation)


def _canonical(expr: Expr | None) -> str | None:
    return expr.canonical if expr else None


def _place_in(history: History | None) -> Callable[[AccessPath], Place]:
    """What orders access paths: constraints first, then by where and when they are made."""

    order = history.order if history else {}

    def place(path: AccessPath) -> Place:
        at = path.location
        where = (order.get(at.path, 0), at.start) if at else (0, 0)
        return (not path.constraint, *where, path.name)

    return place


VALID = [
    # Keys in another order, another direction, another part of the rows.
    """
    CREATE TABLE orders (a int, b int, c text, UNIQUE (a, b));
    CREATE INDEX ON orders (b, a);
    CREATE INDEX ON orders (a DESC, b);
    CREATE INDEX ON orders (a) WHERE b > 0;
    CREATE INDEX ON orders (a) WHERE b > 1;
    """,
    # Another method, operator class, collation or expression.
    """
    CREATE TABLE orders (a text UNIQUE, b int[]);
    CREATE INDEX ON orders USING hash (a);
    CREATE INDEX ON orders (a text_pattern_ops);
    CREATE INDEX ON orders (a COLLATE "C");
    CREATE INDEX ON orders (lower(a));
    CREATE INDEX ON orders (upper(a));
    """,
    # A unique index enforces what a wider one, or one that is not unique, does not.
    """
    CREATE TABLE orders (a int, b int);
    CREATE UNIQUE INDEX one ON orders (a);
    CREATE INDEX two ON orders (a, b);
    CREATE UNIQUE INDEX three ON orders (b) NULLS NOT DISTINCT;
    CREATE UNIQUE INDEX four ON orders (b, a);
    """,
    # What an index includes counts.
    """
    CREATE TABLE orders (a int PRIMARY KEY, b int, c int);
    CREATE INDEX one ON orders (a) INCLUDE (b);
    """,
    # The same columns of two tables.
    """
    CREATE TABLE a (x int); CREATE TABLE b (x int);
    CREATE INDEX ON a (x); CREATE INDEX ON b (x);
    """,
    # Mended by a later file.
    """
    -- file: 001_a.sql
    CREATE TABLE orders (a int UNIQUE);
    CREATE INDEX idx_a ON orders (a);
    -- file: 002_b.sql
    DROP INDEX IF EXISTS public.idx_a;
    """,
    # A partition's indexes are its parent's.
    """
    CREATE TABLE logs (at date, a int) PARTITION BY RANGE (at);
    CREATE INDEX ON logs (at, a);
    CREATE TABLE logs_2025 PARTITION OF logs FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
    """,
    # A tree is searched by its first keys, other methods are not.
    """
    CREATE TABLE orders (a int, b int);
    CREATE INDEX ON orders USING brin (a);
    CREATE INDEX ON orders USING brin (a, b);
    """,
]

INVALID = [
    """
    CREATE TABLE orders (unique_id text UNIQUE, a int, b int, PRIMARY KEY (a, b));
    CREATE INDEX idx_unique_id ON orders (unique_id); --! S013
    CREATE INDEX idx_a ON orders (a); --! S013
    """,
    # Of two that are equal, the later one; names say nothing of the order.
    """
    -- file: 001_a.sql
    CREATE TABLE orders (a text);
    CREATE INDEX z ON orders (lower(a)) WHERE a IS NOT NULL;
    -- file: 002_b.sql
    CREATE INDEX y ON orders (LOWER(a)) WHERE (a IS NOT NULL); --! S013
    CREATE INDEX x ON public.orders USING btree (lower(a)) WHERE a IS NOT NULL; --! S013
    """,
    # The wider one may come later.
    """
    CREATE TABLE orders (a int, b int, c int);
    CREATE INDEX narrow ON orders (a) INCLUDE (b); --! S013
    CREATE INDEX wide ON orders (a, b) INCLUDE (c);
    CREATE UNIQUE INDEX one ON orders (c);
    CREATE INDEX two ON orders (c); --! S013
    """,
    """
    CREATE TABLE orders (a int, b int);
    CREATE INDEX h1 ON orders USING hash (a);
    CREATE INDEX h2 ON orders USING hash (a); --! S013
    ALTER TABLE orders ADD CONSTRAINT k UNIQUE (b);
    CREATE UNIQUE INDEX b_again ON orders (b); --! S013
    """,
]

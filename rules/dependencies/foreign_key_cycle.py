"""Tables refer to each other in a circle of foreign keys.

No order of inserts fits all of them, nor does any order of deletes, of restoring a dump table by
table, or of filling a test database. It can be right, an employee and the department that the
employee leads, and then one of the keys has to give way.

Let one of the columns be NULL and fill it afterwards, or have one key checked at the end of the
transaction:

    ALTER TABLE departments ALTER CONSTRAINT departments_head_fkey DEFERRABLE INITIALLY DEFERRED;

A table that refers to itself is no circle.
"""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from ctb_lint.history import History
from ctb_lint.model import (
    Constraint,
    ConstraintKind,
    ObjectKind,
    QualifiedName,
    Schema,
    Table,
    quoted,
)
from ctb_lint.rule import INFO, Finding, Related, rule


class _Edge(Struct, frozen=True):
    table: Table
    key: Constraint
    target: QualifiedName


_Graph = Mapping[QualifiedName, list[_Edge]]


@rule("D006", severity=INFO, needs=("tables", "constraints"))
def foreign_key_cycle(schema: Schema, history: History | None) -> Iterator[Finding]:
    graph = {name: list(_edges(table, schema)) for name, table in sorted(schema.tables.items())}
    order = history.order if history else {}

    def age(edge: _Edge) -> tuple[int, int, QualifiedName, str]:
        at = edge.key.location
        place = (order.get(at.path, 0), at.start) if at else (0, 0)
        return (*place, edge.table.name, edge.key.name)

    for component in _components(graph):
        inside = [e for name in component for e in graph[name] if e.target in component]
        closing = max(inside, key=age)
        path = _way_back(graph, component, closing)
        names = [str(edge.table.name) for edge in path]
        more = f", among {len(component)} that are so joined" if len(component) > len(path) else ""
        yield Finding(
            message=f"foreign keys form a circle: {' → '.join([*names, names[0]])}{more}",
            object=closing.table.part(ObjectKind.CONSTRAINT, closing.key.name),
            at=closing.key.location,
            facet=" ".join(str(name) for name in sorted(component)),
            hint=_hint(path, schema),
            related=tuple(
                Related(f"{quoted(edge.key.name)} of {edge.table.name}", edge.key.location)
                for edge in path[1:]
            ),
        )


def _hint(path: list[_Edge], schema: Schema) -> str:
    """Which key of the circle gives way already, and how; else how to let one."""
    for edge in path:
        if edge.key.initially_deferred:
            return f"insert in one transaction: the key of {edge.table.name} is checked at its end"
    for edge in path:
        if edge.key.deferrable:
            known = not schema.knowledge.why_unknown(edge.table.name, ("constraint names",))
            name = quoted(edge.key.name) if known else "ALL"
            return f"insert in one transaction after `SET CONSTRAINTS {name} DEFERRED`"
    for edge in path:
        for name in edge.key.columns if edge.key.match == "simple" else ():
            column = edge.table.column(name)
            if column and not column.not_null:
                return f"insert {edge.table.name} with {quoted(name)} NULL, and fill it afterwards"
    return "make one of the keys DEFERRABLE, or let its column be NULL at first"


def _edges(table: Table, schema: Schema) -> Iterator[_Edge]:
    """The foreign keys to other tables; a partition's are its parent's."""
    for key in table.constraints_of(ConstraintKind.FOREIGN):
        target = key.references
        if target and target != table.name and target in schema.tables and not table.partition_of:
            yield _Edge(table, key, target)


def _components(graph: _Graph) -> list[set[QualifiedName]]:
    """The strongly connected components of more than one table (Tarjan, without recursion)."""
    number: dict[QualifiedName, int] = {}
    low: dict[QualifiedName, int] = {}
    stack: list[QualifiedName] = []
    on_stack: set[QualifiedName] = set()
    found: list[set[QualifiedName]] = []
    for root in graph:
        work = [(root, iter(graph[root]))] if root not in number else []
        while work:
            name, edges = work[-1]
            if name not in number:
                number[name] = low[name] = len(number)
                stack.append(name)
                on_stack.add(name)
            edge = next(edges, None)
            if edge is None:
                work.pop()
                if work:
                    parent = work[-1][0]
                    low[parent] = min(low[parent], low[name])
                if low[name] == number[name]:
                    start = stack.index(name)
                    component = set(stack[start:])
                    del stack[start:]
                    on_stack -= component
                    if len(component) > 1:
                        found.append(component)
            elif edge.target not in number:
                work.append((edge.target, iter(graph[edge.target])))
            elif edge.target in on_stack:
                low[name] = min(low[name], number[edge.target])
    return found


def _way_back(graph: _Graph, component: set[QualifiedName], closing: _Edge) -> list[_Edge]:
    """The shortest circle through an edge, from that edge on."""
    ways: list[list[_Edge]] = [[closing]]
    seen = {closing.target}
    for way in ways:
        for edge in graph[way[-1].target]:
            if edge.target == closing.table.name:
                return [*way, edge]
            if edge.target in component and edge.target not in seen:
                seen.add(edge.target)
                ways.append([*way, edge])
    return [closing]


VALID = [
    # A chain, a diamond, two keys of one table to the same other.
    """
    CREATE TABLE a (id int PRIMARY KEY);
    CREATE TABLE b (id int PRIMARY KEY, a_id int REFERENCES a, old_a int REFERENCES a);
    CREATE TABLE c (id int PRIMARY KEY, a_id int REFERENCES a, b_id int REFERENCES b);
    """,
    # To itself.
    "CREATE TABLE nodes (id int PRIMARY KEY, up int REFERENCES nodes, next int REFERENCES nodes);",
    # A later migration breaks the circle.
    """
    -- file: 001.sql
    CREATE TABLE a (id int PRIMARY KEY, b_id int);
    CREATE TABLE b (id int PRIMARY KEY, a_id int REFERENCES a);
    ALTER TABLE a ADD CONSTRAINT to_b FOREIGN KEY (b_id) REFERENCES b;
    -- file: 002.sql
    ALTER TABLE a DROP CONSTRAINT to_b;
    """,
    # Tables of the same name in two schemas.
    """
    CREATE SCHEMA old;
    CREATE TABLE old.a (id int PRIMARY KEY);
    CREATE TABLE b (id int PRIMARY KEY, a_id int REFERENCES old.a);
    CREATE TABLE a (id int PRIMARY KEY, b_id int REFERENCES b);
    """,
]

INVALID = [
    """
    CREATE TABLE a (id int PRIMARY KEY, b_id int);
    CREATE TABLE b (id int PRIMARY KEY, a_id int REFERENCES a);
    ALTER TABLE a ADD FOREIGN KEY (b_id) REFERENCES b; --! D006
    """,
    # A key that gives way makes it possible to live with; the circle is still there.
    """
    CREATE TABLE a (id int PRIMARY KEY, b_id int NOT NULL);
    CREATE TABLE b (id int PRIMARY KEY, a_id int NOT NULL REFERENCES a);
    ALTER TABLE a ADD FOREIGN KEY (b_id) REFERENCES b DEFERRABLE; --! D006
    CREATE TABLE c (id int PRIMARY KEY, d_id int NOT NULL);
    CREATE TABLE d (id int PRIMARY KEY REFERENCES c DEFERRABLE INITIALLY DEFERRED);
    ALTER TABLE c ADD FOREIGN KEY (d_id) REFERENCES d; --! D006
    """,
    # One circle of three, at the key that closes it, and another of two.
    """
    -- file: 001.sql
    CREATE TABLE a (id int PRIMARY KEY, c_id int);
    CREATE TABLE b (id int PRIMARY KEY, a_id int REFERENCES a);
    CREATE TABLE c (id int PRIMARY KEY, b_id int REFERENCES b);
    CREATE TABLE d (id int PRIMARY KEY, e_id int);
    CREATE TABLE e (id int PRIMARY KEY REFERENCES d DEFERRABLE);
    -- file: 002.sql
    ALTER TABLE d ADD FOREIGN KEY (e_id) REFERENCES e; --! D006
    ALTER TABLE a ADD FOREIGN KEY (c_id) REFERENCES c; --! D006
    """,
]

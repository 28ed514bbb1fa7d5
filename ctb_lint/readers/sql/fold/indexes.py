"""CREATE INDEX."""

from __future__ import annotations

from msgspec import structs

from ctb_lint.changes import CreateIndex
from ctb_lint.mishaps import WantedIndex
from ctb_lint.model import Index, ObjectKind, QualifiedName, Table, View
from ctb_lint.readers.sql import names
from ctb_lint.readers.sql.fold.context import Folding
from ctb_lint.readers.sql.fold.elements import build_index
from ctb_lint.readers.sql.fold.partitions import with_index_like
from ctb_lint.readers.sql.fold.parts import check_index_columns, plain_collations
from ctb_lint.readers.sql.nodes import Node


def create_index(f: Folding, node: Node) -> None:
    """CREATE INDEX on a table, a materialized view, or all partitions of a table."""
    found = f.relation(node["relation"], "CREATE INDEX")
    if found is None:
        return
    holder = f.state.tables.get(found) or f.state.views.get(found)
    if holder is None:
        return
    if isinstance(holder, Table):
        f.of(holder)
    schema = found.schema
    name = node.get("idxname") or _made_up(f, node, found)
    index = build_index(f, node, name)
    at = index.location or f.place.whole
    taken = QualifiedName(schema, name)
    if taken in f.state.relations:
        _taken(f, taken, found, index, bool(node.get("if_not_exists")))
        return
    if isinstance(holder, View):
        f.state.put_view(structs.replace(holder, indexes=(*holder.indexes, index)))
        return
    check_index_columns(f, holder, index, node)
    index = plain_collations(holder, index)
    f.changed(CreateIndex, at, holder, index=index, concurrently=bool(node.get("concurrent")))
    f.state.put_table(structs.replace(holder, indexes=(*holder.indexes, index)))
    if node["relation"].get("inh"):
        _on_partitions(f, holder, index)


def _made_up(f: Folding, node: Node, table: QualifiedName) -> str:
    keys: list[str | None] = []
    for wrapped in (*node.get("indexParams", ()), *node.get("indexIncludingParams", ())):
        element = wrapped["IndexElem"]
        keys.append(
            element["name"] if "name" in element else names.expression_name(element["expr"])
        )
    return names.index(table.name, keys, lambda n: f.state.relation_taken(table.schema, n))


def _taken(
    f: Folding, taken: QualifiedName, table: QualifiedName, index: Index, tolerated: bool
) -> None:
    at = index.location or f.place.whole
    behind = f.place.text[f.place.offset(at.end) : f.place.end]
    wanted = WantedIndex(table, index, behind.strip())
    if not tolerated:
        f.twice(taken, ObjectKind.INDEX, at, wanted=wanted)
        return
    differences = _differences(f, taken, table, index)
    f.skipped(taken, ObjectKind.INDEX, at, differences, wanted=wanted)


def _differences(
    f: Folding, taken: QualifiedName, table: QualifiedName, index: Index
) -> tuple[str, ...]:
    owner = f.state.index_owner.get(taken)
    if owner is None:
        return (f"{taken} is a {f.state.relations[taken]}",)
    if owner != table:
        return (f"{taken.name} is an index of {owner}",)
    holder = f.state.tables.get(owner)
    existing = next((i for i in holder.indexes if i.name == taken.name), None) if holder else None
    if existing is None:
        keys = _constraint_keys(holder, taken.name)
        wanted = tuple(key.column or "" for key in index.keys)
        same = keys is None or keys == wanted
        return () if same else (f"{taken.name} is the index of a key on ({', '.join(keys or ())})",)
    found = []
    if existing.keys != index.keys:
        found.append(f"{taken.name} is on ({_keys(existing)}), not ({_keys(index)})")
    if existing.unique != index.unique:
        found.append(f"{taken.name} is {'' if existing.unique else 'not '}unique")
    if existing.predicate != index.predicate and _canonical(existing) != _canonical(index):
        found.append(f"{taken.name} has another WHERE")
    if existing.method != index.method:
        found.append(f"{taken.name} is a {existing.method} index, not {index.method}")
    return tuple(found)


def _constraint_keys(holder: Table | None, name: str) -> tuple[str, ...] | None:
    """The columns of the key that owns an index, None where none does."""
    constraints = holder.constraints if holder else ()
    return next((c.columns for c in constraints if c.name == name), None)


def _canonical(index: Index) -> str:
    return index.predicate.canonical if index.predicate else ""


def _keys(index: Index) -> str:
    return ", ".join(
        (key.column or (key.expr.text if key.expr else "")) + (" DESC" if key.descending else "")
        for key in index.keys
    )


def _on_partitions(
    f: Folding, table: Table, index: Index, above: frozenset[QualifiedName] = frozenset()
) -> None:
    """PostgreSQL builds the index on every partition too. In a history that it would refuse, a
    table may be a partition of its own partition."""
    for child in f.state.partitions(table.name):
        if child.name in above:
            continue
        grown = with_index_like(f, child, index)
        f.state.put_table(grown)
        _on_partitions(f, grown, index, above | {table.name, child.name})

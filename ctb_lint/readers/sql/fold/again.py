"""A CREATE TABLE whose text was folded before: its table is moved to where it stands now.

Only what the text alone decides is kept: no types of the history's own, no parents, no copies, no
name that had to give way to another.
"""

from __future__ import annotations

from msgspec import structs

from ctb_lint.changes import CreateTable
from ctb_lint.model import Column, Constraint, ConstraintKind, Location, QualifiedName, Table
from ctb_lint.readers.sql.fold.context import Folding, is_temporary
from ctb_lint.readers.sql.fold.grants import from_defaults
from ctb_lint.readers.sql.fold.tables import with_inline
from ctb_lint.readers.sql.made import Known, Made, key_of
from ctb_lint.readers.sql.nodes import Node
from ctb_lint.readers.sql.place import Place
from ctb_lint.readers.sql.state import TEMPORARY
from ctb_lint.readers.sql.statements import Parsed

_ELSEWHERE = ("inhRelations", "partbound", "ofTypename", "partspec")
"""What brings in something from outside of the statement, or is too rare to keep."""


def keep(f: Folding, part: Parsed, known: Known) -> None:
    """Keeps what a CREATE TABLE made that has just been folded without a fault, and that made no
    sequences."""
    place = part.place
    if place is None or place.written is not None or not _is_by_itself(f, part):
        return
    key = key_of(place.text[place.start : place.end])
    relation = part.nodes[0]["CreateStmt"]["relation"]
    schema = relation.get("schemaname")
    table = f.state.tables.get(f.state.creation_name(schema, relation["relname"]))
    if key is None or table is None or table.location is None:
        return
    if any(column.type.schema is not None for column in table.columns):
        return
    bare = structs.replace(table, grants=()) if table.grants else table
    known[key] = Made(key, part.statement, bare, schema)


def _is_by_itself(f: Folding, part: Parsed) -> bool:
    """Whether nothing but its text decides what a statement makes."""
    if part.statement.kind != "CREATE TABLE":
        return False
    if len(part.nodes) != 1 or part.clauses or part.long_names or part.conditional:
        return False
    node = part.nodes[0].get("CreateStmt")
    if node is None or f.collided or f.opaque or f.state.unknown or not _on_usual_path(f):
        return False
    if any(node.get(key) for key in _ELSEWHERE) or is_temporary(node["relation"]):
        return False
    return all(map(_is_plain, node.get("tableElts", ())))


def _is_plain(wrapped: Node) -> bool:
    """Whether an element is a column or a constraint; what a foreign key refers to is written."""
    column = wrapped.get("ColumnDef")
    if column is None:
        return "Constraint" in wrapped and _says_all(wrapped["Constraint"])
    if "typeName" not in column:
        return False
    return all(_says_all(one["Constraint"]) for one in column.get("constraints", ()))


def _says_all(constraint: Node) -> bool:
    return constraint["contype"] != "CONSTR_FOREIGN" or bool(constraint.get("pk_attrs"))


def made_again(f: Folding, part: Parsed, made: Made) -> bool:
    """Folds a statement whose text was folded before; False where what stands here by now may
    make it another."""
    place, name = part.place, made.table.name
    if place is None or part.conditional or not _fits(f, place, made):
        return False
    table = _moved(made, place)
    at = table.location or place.whole
    f.made_anew(name, tolerant=part.statement.tolerant)
    f.state.assumed.discard(name)
    table = with_inline(f, table, part.clauses)
    table = structs.replace(table, grants=from_defaults(f, name), owner=f.state.role)
    f.changed(CreateTable, at, made=name)
    f.state.put_table(table)
    f.state.doubt_names(name)
    f.fresh.add(name)
    return True


def _fits(f: Folding, place: Place, made: Made) -> bool:
    state, name, whole = f.state, made.table.name, place.whole
    # Where text was repaired, its places are not those of the file.
    if whole.end - whole.start != place.end - place.start or not _on_usual_path(f):
        return False
    if state.creation_name(made.schema, name.name) != name or name in state.relations:
        return False
    for one in made.table.constraints:
        taken = state.constraint_taken(name.schema, one.name)
        if taken or state.relation_taken(name.schema, one.name):
            return False
        if one.kind is ConstraintKind.FOREIGN and one.references != name:
            target = _target(f, one)
            if target is None or any(target.column(c) is None for c in one.referenced_columns):
                return False
    return True


def _target(f: Folding, one: Constraint) -> Table | None:
    """The table that a foreign key refers to, None where a temporary one hides it."""
    wanted = one.references
    if wanted is None or QualifiedName(TEMPORARY, wanted.name) in f.state.relations:
        return None
    return f.state.tables.get(wanted)


def _on_usual_path(f: Folding) -> bool:
    """Whether names are looked up in the default schema."""
    return f.state.search_path == (f.state.default_schema,)


def _moved(made: Made, place: Place) -> Table:
    """The table with the places that it has here."""
    then, now = made.statement.location, place.whole
    path, by, down, right = (
        now.path, now.start - then.start, now.line - then.line, now.column - then.column,
    )  # fmt: skip

    def moved(at: Location | None) -> Location | None:
        if at is None:
            return None
        return Location(
            path,
            at.start + by,
            at.end + by,
            at.line + down,
            at.column + right if at.line == then.line else at.column,
            at.end_line + down,
            at.end_column + right if at.end_line == then.line else at.end_column,
        )

    def column(one: Column) -> Column:
        return structs.replace(
            one,
            location=moved(one.location),
            type_location=moved(one.type_location),
            null_location=moved(one.null_location),
            default_location=moved(one.default_location),
        )

    table = made.table
    return structs.replace(
        table,
        columns=tuple(map(column, table.columns)),
        constraints=tuple(
            structs.replace(one, location=moved(one.location)) for one in table.constraints
        ),
        location=moved(table.location),
    )

"""From a statement's node to its handler."""

from __future__ import annotations

from collections.abc import Callable

from ctb_lint.model import ObjectKind
from ctb_lint.readers.sql.fold import (
    comments,
    drops,
    indexes,
    queries,
    renames,
    routines,
    rows,
    session,
    tables,
    types,
)
from ctb_lint.readers.sql.fold.alter import alter_table
from ctb_lint.readers.sql.fold.blocks import Block, constant_only, literal_text, touched
from ctb_lint.readers.sql.fold.context import Folding
from ctb_lint.readers.sql.inline_index import InlineIndexClause
from ctb_lint.readers.sql.kinds import Treatment, kind_of
from ctb_lint.readers.sql.lexeme import Kind, lexemes
from ctb_lint.readers.sql.nodes import Node, options, string, unwrap
from ctb_lint.readers.sql.pg import SyntaxFault, parse
from ctb_lint.readers.sql.place import Place
from ctb_lint.readers.sql.split import RawStatement

Handler = Callable[[Folding, Node], None]


def fold_node(f: Folding, wrapped: Node, clauses: tuple[InlineIndexClause, ...] = ()) -> None:
    """Folds one statement, whose place is ``f.place``."""
    name, node = unwrap(wrapped)
    f.types = {}
    f.place.focus = 0
    if name == "CreateStmt":
        tables.create_table(f, node, clauses)
    elif name in HANDLERS:
        HANDLERS[name](f, node)
    elif kind_of(name).treatment is Treatment.HARMLESS:
        f.harmless = True
    else:
        f.not_understood(f"what {kind_of(name).tag} does cannot be read from its text")


def _foreign_table(f: Folding, node: Node) -> None:
    tables.create_table(f, node["base"], foreign=True)


def _schema(f: Folding, node: Node) -> None:
    types.create_schema(f, node, lambda element: fold_node(f, element))


def _drop_owned(f: Folding, node: Node) -> None:
    f.not_understood("DROP OWNED drops whatever the role owns")


def _select(f: Folding, node: Node) -> None:
    if "intoClause" in node:
        into = {"into": node["intoClause"], "query": {"SelectStmt": _without_into(node)}}
        queries.create_table_as(f, into)
        return
    f.reads({"SelectStmt": node}, "SELECT")
    session.run_functions(f, node)


def _without_into(node: Node) -> Node:
    return {key: value for key, value in node.items() if key != "intoClause"}


def _do(f: Folding, node: Node) -> None:
    """DO: the static SQL of its block folds, what it builds makes facts unknown."""
    given = options(node.get("args"))
    language = string(given["language"]).lower() if "language" in given else "plpgsql"
    if language != "plpgsql":
        f.not_understood(f"a DO block in {language}")
        return
    found = _body(f)
    if found is None:
        f.not_understood("a DO block whose body is written with escapes")
        return
    body, base = found
    outer, conditional = f.place, f.conditional
    f.harmless = True
    for piece in Block(body).pieces():
        f.conditional = conditional or piece.guarded
        if piece.dynamic:
            f.place = Place(
                outer.lines, outer.path, body, RawStatement(piece.start, piece.end), base
            )
            _execute(f, body[piece.start : piece.end], body, piece.start, base)
        else:
            _inner(f, body, piece.start, piece.end, base, outer)
    f.place, f.conditional = outer, conditional


def _body(f: Folding) -> tuple[str, int] | None:
    """The text of a DO block's body and its offset in the file; None where it has escapes."""
    for token in lexemes(f.place.text, f.place.start, f.place.end):
        if token.kind is Kind.STRING:
            value = literal_text(token.text)
            inside = token.text.find(value)
            if inside < 0:
                return None
            return value, f.place.base + token.start + inside
    return None


def _inner(f: Folding, body: str, start: int, end: int, base: int, outer: Place) -> None:
    """One static statement of a block."""
    text = body[start:end]
    try:
        statements = parse(text)
    except SyntaxFault:
        # INTO a variable, and other words that only PL/pgSQL knows, stand in queries.
        if not text.lstrip().upper().startswith(_QUERIES):
            f.not_understood(f"in its block: {' '.join(text.split())[:60]}")
        return
    f.place = Place(outer.lines, outer.path, body, RawStatement(start, end), base)
    for statement in statements:
        harmless = f.harmless
        f.harmless = False
        name, _ = unwrap(statement["stmt"])
        if name in {"SelectStmt"} and _names_variable(statement["stmt"]):
            f.harmless = True
        else:
            fold_node(f, statement["stmt"])
        f.harmless = harmless and f.harmless


_QUERIES = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")


def _names_variable(wrapped: Node) -> bool:
    """In PL/pgSQL ``SELECT … INTO x`` fills a variable and makes no table."""
    return "intoClause" in wrapped["SelectStmt"]


def _execute(f: Folding, expression: str, body: str, start: int, base: int) -> None:
    """EXECUTE: a constant folds as if it stood there, built SQL makes facts unknown."""
    outer = f.place
    tokens = lexemes(expression, 0, len(expression))
    cut = next((t.start for t in tokens if t.upper in {"USING", "INTO"}), len(expression))
    constant = constant_only(expression[:cut])
    if constant and cut == len(expression):
        first, last, _ = constant
        _inner(f, body, start + first, start + last, base, outer)
        return
    touch = touched(expression)
    if not touch.facts:
        return
    relation = None
    if touch.table:
        relation = f.state.find_relation(*touch.table) or f.state.creation_name(*touch.table)
    why = f"EXECUTE at {outer.path}:{outer.whole.line} builds its SQL"
    f.state.make_unknown(relation, touch.facts, why)
    f.touched.update(touch.facts)
    f.not_understood("EXECUTE builds its SQL: what it does cannot be read from the text")


HANDLERS: dict[str, Handler] = {
    "AlterDomainStmt": types.alter_domain,
    "AlterEnumStmt": types.alter_enum,
    "AlterFunctionStmt": routines.alter_function,
    "AlterObjectSchemaStmt": renames.set_schema,
    "AlterPolicyStmt": routines.alter_policy,
    "AlterSeqStmt": types.alter_sequence,
    "AlterTableStmt": alter_table,
    "CallStmt": session.run_functions,
    "CommentStmt": comments.comment,
    "CompositeTypeStmt": types.create_composite,
    "CopyStmt": rows.copy,
    "CreateDomainStmt": types.create_domain,
    "CreateEnumStmt": types.create_enum,
    "CreateExtensionStmt": types.create_extension,
    "CreateForeignTableStmt": _foreign_table,
    "CreateFunctionStmt": routines.create_function,
    "CreatePolicyStmt": routines.create_policy,
    "CreateRangeStmt": types.create_range,
    "CreateSchemaStmt": _schema,
    "CreateSeqStmt": types.create_sequence,
    "CreateTableAsStmt": queries.create_table_as,
    "CreateTrigStmt": routines.create_trigger,
    "DefineStmt": types.define,
    "DeleteStmt": rows.delete,
    "DoStmt": _do,
    "DropOwnedStmt": _drop_owned,
    "DropStmt": drops.drop,
    "GrantStmt": routines.grant,
    "IndexStmt": indexes.create_index,
    "InsertStmt": rows.insert,
    "MergeStmt": rows.merge,
    "RenameStmt": renames.rename,
    "SelectStmt": _select,
    "TransactionStmt": session.transaction,
    "TruncateStmt": rows.truncate,
    "UpdateStmt": rows.update,
    "VariableSetStmt": session.set_variable,
    "ViewStmt": queries.create_view,
}

CREATES: dict[str, tuple[str, ObjectKind]] = {
    "CompositeTypeStmt": ("typevar", ObjectKind.TYPE),
    "CreateForeignTableStmt": ("base", ObjectKind.TABLE),
    "CreateSeqStmt": ("sequence", ObjectKind.SEQUENCE),
    "CreateStmt": ("relation", ObjectKind.TABLE),
    "ViewStmt": ("view", ObjectKind.VIEW),
}
"""Where a statement that creates a relation names it."""

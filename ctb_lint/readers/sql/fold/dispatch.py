"""From a statement's node to its handler."""

from __future__ import annotations

from collections.abc import Callable

from ctb_lint.model import ObjectKind
from ctb_lint.readers.sql.fold import (
    comments,
    drops,
    grants,
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
from ctb_lint.readers.sql.fold.context import Folding
from ctb_lint.readers.sql.fold.do_blocks import do
from ctb_lint.readers.sql.inline_index import InlineIndexClause
from ctb_lint.readers.sql.kinds import Treatment, kind_of
from ctb_lint.readers.sql.nodes import Node, unwrap

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
    do(f, node, fold_node)


HANDLERS: dict[str, Handler] = {
    "AlterDefaultPrivilegesStmt": grants.default_privileges,
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
    "GrantStmt": grants.grant,
    "IndexStmt": indexes.create_index,
    "InsertStmt": rows.insert,
    "MergeStmt": rows.merge,
    "RenameStmt": renames.rename,
    "RuleStmt": routines.create_rule,
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

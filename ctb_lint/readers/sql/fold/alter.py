"""ALTER TABLE: one handler for each of PostgreSQL's actions."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import structs

from ctb_lint.changes import AlterTable
from ctb_lint.model import QualifiedName, Table
from ctb_lint.readers.sql.fold import alter_columns as columns
from ctb_lint.readers.sql.fold import alter_constraints as constraints
from ctb_lint.readers.sql.fold.context import Folding
from ctb_lint.readers.sql.fold.partitions import OF_CHILDREN, attach, detach
from ctb_lint.readers.sql.fold.queries import relation_options
from ctb_lint.readers.sql.nodes import Node, role_name


def alter_table(f: Folding, node: Node) -> None:
    """ALTER TABLE, VIEW, INDEX and SEQUENCE, action by action."""
    relation = node["relation"]
    kind = node.get("objtype", "OBJECT_TABLE")
    if kind == "OBJECT_TYPE":
        from ctb_lint.readers.sql.fold.types import alter_composite

        alter_composite(f, node)
        return
    found = f.relation(
        relation, f"ALTER {kind.removeprefix('OBJECT_')}", bool(node.get("missing_ok"))
    )
    if found is None:
        return
    if found not in f.state.tables:
        _alter_other(f, found, node)
        return
    f.only = not relation.get("inh")
    starts = f.place.actions() if len(node.get("cmds", ())) > 1 else [0]
    commands = [wrapped["AlterTableCmd"] for wrapped in node.get("cmds", ())]
    for number, command in sorted(enumerate(commands), key=lambda pair: _pass(pair[1])):
        f.place.focus = starts[min(number, len(starts) - 1)]
        table = f.state.tables.get(found)
        if table is None:
            return
        f.of(table)
        action = command["subtype"].removeprefix("AT_")
        handler = ACTIONS.get(action)
        if handler:
            handler(f, table, command)
        elif action in TABLE_ONLY:
            f.changed(AlterTable, f.place.whole, table, action=action)
        else:
            f.not_understood(f"ALTER TABLE action {action} is not known")


_PASSES = {
    "AT_DropColumn": 0, "AT_DropConstraint": 0, "AT_DropExpression": 0, "AT_DropIdentity": 0,
    "AT_DropNotNull": 0,
    "AT_AlterColumnType": 1,
    "AT_AddColumn": 2,
    "AT_SetExpression": 3,
    "AT_SetIdentity": 4, "AT_SetNotNull": 4,
    "AT_AddIdentity": 7, "AT_ColumnDefault": 7,
}  # fmt: skip
_CONSTRAINT_PASSES = {
    "CONSTR_NOTNULL": 4, "CONSTR_PRIMARY": 6, "CONSTR_UNIQUE": 6, "CONSTR_EXCLUSION": 6,
}  # fmt: skip


def _pass(command: Node) -> int:
    """PostgreSQL carries the actions out in passes, and those of a pass as they stand."""
    subtype = command["subtype"]
    if subtype == "AT_ColumnDefault" and "def" not in command:
        return 0
    if subtype == "AT_AddConstraint":
        constraint = command["def"]["Constraint"]
        return (
            5 if constraint.get("indexname") else _CONSTRAINT_PASSES.get(constraint["contype"], 7)
        )
    return _PASSES.get(subtype, 8)


def _alter_other(f: Folding, found: QualifiedName, node: Node) -> None:
    """ALTER VIEW, INDEX or SEQUENCE: what changes there is not in the model, but defaults are."""
    for wrapped in node.get("cmds", ()):
        command = wrapped["AlterTableCmd"]
        if found in f.state.views and command["subtype"] in _OPTIONS:
            _view_options(f, found, command)
        if command["subtype"] == "AT_AttachPartition" and found in f.state.index_owner:
            continue
        if command["subtype"] not in _HARMLESS_ELSEWHERE:
            f.not_understood(f"ALTER of {found}: {command['subtype'].removeprefix('AT_')}")


_OPTIONS = {"AT_SetRelOptions", "AT_ResetRelOptions"}


def _view_options(f: Folding, name: QualifiedName, command: Node) -> None:
    view = f.state.views[name]
    given = relation_options(command["def"]["List"]["items"])
    kept = {key: value for key, value in view.options if key not in dict(given)}
    if command["subtype"] == "AT_SetRelOptions":
        kept |= dict(given)
    f.state.put_view(structs.replace(view, options=tuple(sorted(kept.items()))))


_HARMLESS_ELSEWHERE = {
    "AT_ChangeOwner", "AT_SetRelOptions", "AT_ResetRelOptions", "AT_SetStatistics",
    "AT_SetTableSpace", "AT_ColumnDefault", "AT_SetStorage", "AT_ClusterOn", "AT_DropCluster",
    "AT_SetLogged", "AT_SetUnLogged", "AT_SetAccessMethod", "AT_ReplaceRelOptions",
    "AT_SetOptions", "AT_ResetOptions",
}  # fmt: skip

# The table as a whole ---------------------------------------------------------------------------


def _flag(**fields: bool | str) -> Callable[[Folding, Table, Node], None]:
    def apply(f: Folding, table: Table, command: Node) -> None:
        action = command["subtype"].removeprefix("AT_")
        f.changed(AlterTable, f.place.whole, table, action=action)
        changed = structs.replace(table, **fields)
        if "row_security" in fields:
            changed = structs.replace(changed, row_security_location=f.place.whole)
        f.state.put_table(changed)

    return apply


def _owner(f: Folding, table: Table, command: Node) -> None:
    owner = role_name(command.get("newowner", {}))
    f.changed(AlterTable, f.place.whole, table, action="ChangeOwner")
    f.state.put_table(structs.replace(table, owner=owner))


def _trigger_state(state: str) -> Callable[[Folding, Table, Node], None]:
    def apply(f: Folding, table: Table, command: Node) -> None:
        name = command.get("name")
        f.changed(AlterTable, f.place.whole, table, action=command["subtype"].removeprefix("AT_"))
        triggers = tuple(
            structs.replace(t, enabled=state) if name in {None, t.name} else t
            for t in table.triggers
        )
        f.state.put_table(structs.replace(table, triggers=triggers))

    return apply


def _inherit(f: Folding, table: Table, command: Node) -> None:
    parent = f.table(command["def"]["RangeVar"], "INHERIT")
    if parent and parent.name not in {
        table.name,
        *(c.name for c in columns.descendants(f, table.name)),
    }:
        f.changed(AlterTable, f.place.whole, table, action="AddInherit")
        f.state.take_over_unknown(table.name, parent.name, OF_CHILDREN)
        f.state.put_table(structs.replace(table, inherits=(*table.inherits, parent.name)))


def _no_inherit(f: Folding, table: Table, command: Node) -> None:
    parent = f.table(command["def"]["RangeVar"], "NO INHERIT")
    if parent:
        f.changed(AlterTable, f.place.whole, table, action="DropInherit")
        kept = tuple(name for name in table.inherits if name != parent.name)
        f.state.put_table(structs.replace(table, inherits=kept))


ACTIONS: dict[str, Callable[[Folding, Table, Node], None]] = {
    "AddColumn": columns.add_column,
    "AddConstraint": constraints.add_constraint,
    "AddIdentity": columns.add_identity,
    "AddInherit": _inherit,
    "AlterColumnType": columns.alter_type,
    "AlterConstraint": constraints.alter_constraint,
    "AttachPartition": attach,
    "ChangeOwner": _owner,
    "ColumnDefault": columns.column_default,
    "DetachPartition": detach,
    "DetachPartitionFinalize": detach,
    "DisableRowSecurity": _flag(row_security=False),
    "DisableTrig": _trigger_state("disabled"),
    "DisableTrigAll": _trigger_state("disabled"),
    "DisableTrigUser": _trigger_state("disabled"),
    "DropColumn": columns.drop_column,
    "DropConstraint": constraints.drop_constraint,
    "DropExpression": columns.drop_expression,
    "DropIdentity": columns.drop_identity,
    "DropInherit": _no_inherit,
    "DropNotNull": columns.drop_not_null,
    "EnableAlwaysTrig": _trigger_state("always"),
    "EnableReplicaTrig": _trigger_state("replica"),
    "EnableRowSecurity": _flag(row_security=True),
    "EnableTrig": _trigger_state("origin"),
    "EnableTrigAll": _trigger_state("origin"),
    "EnableTrigUser": _trigger_state("origin"),
    "ForceRowSecurity": _flag(force_row_security=True),
    "NoForceRowSecurity": _flag(force_row_security=False),
    "ResetOptions": columns.column_only,
    "SetCompression": columns.column_only,
    "SetExpression": columns.set_expression,
    "SetIdentity": columns.set_identity,
    "SetLogged": _flag(persistence="permanent"),
    "SetNotNull": columns.set_not_null,
    "SetOptions": columns.column_only,
    "SetStatistics": columns.column_only,
    "SetStorage": columns.column_only,
    "SetUnLogged": _flag(persistence="unlogged"),
    "ValidateConstraint": constraints.validate,
}

TABLE_ONLY = {
    "AlterColumnGenericOptions", "ClusterOn", "DisableRule", "DropCluster", "DropOf", "AddOf",
    "EnableAlwaysRule", "EnableReplicaRule", "EnableRule", "GenericOptions", "ReplicaIdentity",
    "ResetRelOptions", "SetAccessMethod", "SetRelOptions", "SetTableSpace", "DropOids",
}  # fmt: skip
"""Actions on a table that change nothing the model holds."""

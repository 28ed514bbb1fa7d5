"""Which statements a transaction block is open for, and which PostgreSQL refuses inside one."""

from __future__ import annotations

from collections.abc import Sequence

from ctb_lint.history import Outcome, Statement
from ctb_lint.readers.sql.nodes import Node, options
from ctb_lint.runners import Sends

COMMANDS = {
    "TRANS_STMT_BEGIN": "BEGIN",
    "TRANS_STMT_START": "START TRANSACTION",
    "TRANS_STMT_COMMIT": "COMMIT",
    "TRANS_STMT_ROLLBACK": "ROLLBACK",
    "TRANS_STMT_SAVEPOINT": "SAVEPOINT",
    "TRANS_STMT_RELEASE": "RELEASE",
    "TRANS_STMT_ROLLBACK_TO": "ROLLBACK TO SAVEPOINT",
    "TRANS_STMT_PREPARE": "PREPARE TRANSACTION",
    "TRANS_STMT_COMMIT_PREPARED": "COMMIT PREPARED",
    "TRANS_STMT_ROLLBACK_PREPARED": "ROLLBACK PREPARED",
}
"""The commands that one node of the tree stands for."""
OPENING = frozenset({"BEGIN", "START TRANSACTION"})
CLOSING = frozenset({"COMMIT", "ROLLBACK", "PREPARE TRANSACTION"})

_ALWAYS = {
    "AlterSystemStmt": "ALTER SYSTEM",
    "CreateTableSpaceStmt": "CREATE TABLESPACE",
    "CreatedbStmt": "CREATE DATABASE",
    "DropTableSpaceStmt": "DROP TABLESPACE",
    "DropdbStmt": "DROP DATABASE",
}
_COMMITS_AT_ONCE = frozenset(
    {
        "ALTER DATABASE SET TABLESPACE", "ALTER SYSTEM", "COMMIT PREPARED", "CREATE DATABASE",
        "CREATE SUBSCRIPTION with a replication slot", "CREATE TABLESPACE", "DISCARD ALL",
        "DROP DATABASE", "DROP TABLESPACE", "ROLLBACK PREPARED",
    }
)  # fmt: skip
"""Those that run in the one transaction that is committed right behind them."""
_NO = frozenset({"false", "off", "0", "no"})
_WHOLE_REINDEX = {
    "REINDEX_OBJECT_SCHEMA": "REINDEX SCHEMA",
    "REINDEX_OBJECT_DATABASE": "REINDEX DATABASE",
    "REINDEX_OBJECT_SYSTEM": "REINDEX SYSTEM",
}


def alone(name: str, node: Node) -> str | None:
    """The form of a statement that PostgreSQL refuses inside a transaction block, None for what it
    takes there. What depends on what stands in the database (DROP SUBSCRIPTION, REINDEX of a
    partitioned table) is taken for accepted."""
    if name in _ALWAYS:
        return _ALWAYS[name]
    if name == "IndexStmt":
        return "CREATE INDEX CONCURRENTLY" if node.get("concurrent") else None
    if name == "DropStmt":
        return "DROP INDEX CONCURRENTLY" if node.get("concurrent") else None
    if name == "ReindexStmt":
        concurrent = _is_on(node.get("params"), "concurrently")
        return "REINDEX CONCURRENTLY" if concurrent else _WHOLE_REINDEX.get(node.get("kind", ""))
    if name == "VacuumStmt":
        return "VACUUM" if node.get("is_vacuumcmd") else None
    if name == "ClusterStmt":
        return None if "relation" in node else "CLUSTER without a table"
    if name == "AlterDatabaseStmt":
        return "ALTER DATABASE SET TABLESPACE" if "tablespace" in _named(node) else None
    if name == "DiscardStmt":
        return "DISCARD ALL" if node.get("target", "DISCARD_ALL") == "DISCARD_ALL" else None
    if name == "CreateSubscriptionStmt":
        given = node.get("options")
        slot = _is_on(given, "connect", True) and _is_on(given, "create_slot", True)
        return "CREATE SUBSCRIPTION with a replication slot" if slot else None
    if name == "AlterTableStmt":
        return _detached(node)
    if name == "TransactionStmt":
        command = COMMANDS.get(node.get("kind", "TRANS_STMT_BEGIN"), "")
        return command if command in {"COMMIT PREPARED", "ROLLBACK PREPARED"} else None
    return None


def _detached(node: Node) -> str | None:
    for wrapped in node.get("cmds", ()):
        action = wrapped.get("AlterTableCmd", {})
        part = action.get("def", {}).get("PartitionCmd", {})
        if action.get("subtype") == "AT_DetachPartition" and part.get("concurrent"):
            return "DETACH PARTITION CONCURRENTLY"
    return None


def _named(node: Node) -> dict[str, Node]:
    return options(node.get("options"))


def _is_on(given: list[Node] | None, name: str, default: bool = False) -> bool:
    """Whether an option is on: named without a value means on."""
    found = options(given)
    if name not in found:
        return default
    value = found[name]
    written = value.get("String", {}).get("sval")
    if written is None and "Integer" in value:
        written = str(value["Integer"].get("ival", 0))
    if written is None and "Boolean" in value:
        written = str(value["Boolean"].get("boolval", False)).lower()
    return written is None or str(written).lower() not in _NO


def in_transaction(
    statements: Sequence[Statement], wraps: bool | None, sends: Sends
) -> list[bool | None]:
    """For each statement of a piece that a runner hands over whether a block is open when it runs.

    ``wraps`` says whether the runner opens one around the piece. A BEGIN counts as standing where
    it finds the transaction, a COMMIT as standing in what it ends.
    """
    real = [s for s in statements if s.kind or s.outcome is not Outcome.HARMLESS]
    if sends is Sends.WHOLE and len(real) > 1:
        return [True] * len(statements)
    state = wraps
    found: list[bool | None] = []
    for statement in statements:
        found.append(state)
        if statement.kind in OPENING:
            state = True
        elif statement.kind in CLOSING:
            state = None if sends is Sends.UNKNOWN else False
        elif sends is Sends.PIPELINE:
            # Most of what must run alone commits at once. Anything else leaves the rest of the
            # pipeline in its transaction, and so does what begins transactions of its own.
            state = state if statement.alone in _COMMITS_AT_ONCE else True
    return found


def is_one_transaction(
    statements: Sequence[Statement], wraps: bool | None, sends: Sends
) -> bool | None:
    """Whether the runner applies a piece as one transaction: all of it, or nothing."""
    ends = any(statement.kind in CLOSING for statement in statements)
    if wraps:
        return not ends
    if sends is Sends.WHOLE and wraps is False:
        return len(statements) > 1 and not ends
    if sends is Sends.PIPELINE:
        return not ends and not any(statement.alone for statement in statements)
    return wraps

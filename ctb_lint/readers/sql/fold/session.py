"""SET, transactions, and functions that a SELECT or CALL runs."""

from __future__ import annotations

import re

from ctb_lint.readers.sql.fold.context import Folding
from ctb_lint.readers.sql.nodes import Node, string, strings, walk

_CHANGES_SCHEMA = re.compile(
    r"\b(?:CREATE|ALTER|DROP)\s+(?:OR\s+REPLACE\s+)?(?:UNLOGGED\s+|FOREIGN\s+|UNIQUE\s+)?"
    r"(?:TABLE|INDEX|TYPE|SCHEMA|VIEW|MATERIALIZED|TRIGGER|POLICY|SEQUENCE|DOMAIN)\b"
    r"|\bEXECUTE\b(?!\s+(?:FUNCTION|PROCEDURE)\b)",
    re.IGNORECASE,
)
OPAQUE_FUNCTIONS = frozenset(
    {
        "addgeometrycolumn", "dropgeometrycolumn", "dropgeometrytable", "create_parent",
        "create_distributed_table", "create_hypertable", "create_reference_table", "dblink_exec",
        "query_to_xml", "run_maintenance", "table_log_init",
    }
)  # fmt: skip
"""Functions of extensions and of PostgreSQL that change tables or run SQL given as text."""


_ONLY_INDEXES = dict.fromkeys(
    ("create_distributed_table", "create_hypertable", "create_reference_table"), ("indexes",)
)
"""Those that leave columns and constraints as they are."""


def set_variable(f: Folding, node: Node) -> None:
    """SET and RESET: only the search path and the role matter."""
    f.harmless = True
    kind, name = node.get("kind"), node.get("name")
    if kind == "VAR_RESET_ALL":
        f.state.search_path = (f.state.default_schema,)
    if name not in _VARIABLES:
        return
    held = _VARIABLES[name]
    if node.get("is_local") and f.savepoints:
        f.session.setdefault(held, getattr(f.state, held))
    values = [
        string({"String": arg["A_Const"]["sval"]})
        for arg in node.get("args", ())
        if "sval" in arg.get("A_Const", {})
    ]
    if held == "role":
        f.state.role = next((one for one in values if one.lower() != "none"), None)
    elif kind == "VAR_SET_VALUE":
        set_search_path(f, values)
    else:
        f.state.search_path = (f.state.default_schema,)


_VARIABLES = {"search_path": "search_path", "role": "role", "session_authorization": "role"}
"""Those that matter, with what of the state they are."""


def set_search_path(f: Folding, values: list[str]) -> None:
    """Makes these schemas the search path."""
    f.state.search_path = tuple(
        v.strip().strip('"') for v in values if v.strip() not in {"", "$user", '"$user"'}
    )


def transaction(f: Folding, node: Node) -> None:
    """BEGIN, COMMIT, ROLLBACK and savepoints: what is rolled back did not happen."""
    f.harmless = True
    kind = node["kind"].removeprefix("TRANS_STMT_")
    if kind in {"BEGIN", "START"}:
        # Within a transaction PostgreSQL warns and goes on.
        f.savepoints = f.savepoints or [("", f.state.snapshot())]
    elif kind == "SAVEPOINT":
        f.savepoints.append((node.get("savepoint_name", ""), f.state.snapshot()))
    elif kind == "COMMIT" and f.savepoints:
        _end(f, node)
    elif kind == "ROLLBACK" and f.savepoints:
        f.state.restore(f.savepoints[0][1])
        _end(f, node)
    elif kind == "ROLLBACK_TO":
        _back_to(f, node.get("savepoint_name", ""))
    elif kind == "RELEASE":
        _release(f, node.get("savepoint_name", ""))


def _end(f: Folding, node: Node) -> None:
    """The end of a transaction, or with AND CHAIN the begin of the next."""
    for held, value in f.session.items():
        setattr(f.state, held, value)
    f.session = {}
    f.savepoints = [("", f.state.snapshot())] if node.get("chain") else []


def _named(f: Folding, name: str) -> int | None:
    """Where the last savepoint of that name stands."""
    places = [i for i, (known, _) in enumerate(f.savepoints) if known == name]
    return places[-1] if places else None


def _back_to(f: Folding, name: str) -> None:
    place = _named(f, name)
    if place is not None:
        f.state.restore(f.savepoints[place][1])
        del f.savepoints[place + 1 :]


def _release(f: Folding, name: str) -> None:
    place = _named(f, name)
    if place is not None:
        del f.savepoints[place:]


def run_functions(f: Folding, node: Node) -> None:
    """A function that is known to change the schema, or to run built SQL, cannot be followed."""
    f.harmless = True
    for kind, fields in walk(node):
        if kind != "FuncCall":
            continue
        parts = strings(fields.get("funcname"))
        if not parts:
            continue
        if parts[-1] == "set_config" and len(fields.get("args", ())) > 1:
            _set_config(f, fields["args"])
        elif parts[-1] in OPAQUE_FUNCTIONS:
            f.touched.update(_ONLY_INDEXES.get(parts[-1], ()))
            f.not_understood(f"runs {parts[-1]}(), which may change tables")
        else:
            _own_function(f, parts)


def _set_config(f: Folding, args: list[Node]) -> None:
    name, value = (arg.get("A_Const", {}).get("sval", {}).get("sval") for arg in args[:2])
    if name == "search_path":
        set_search_path(f, (value or "").split(","))


def _own_function(f: Folding, parts: tuple[str, ...]) -> None:
    for key, function in f.state.functions.items():
        if key[0].name != parts[-1] or (len(parts) > 1 and key[0].schema != parts[-2]):
            continue
        if function.body and _CHANGES_SCHEMA.search(function.body):
            f.not_understood(f"runs {parts[-1]}(), whose body changes the schema")
            return

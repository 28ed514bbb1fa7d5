"""GRANT and REVOKE on tables, views and their columns, and ALTER DEFAULT PRIVILEGES."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct, structs

from ctb_lint.model import Grant, Location, QualifiedName
from ctb_lint.readers.sql.fold.context import Folding
from ctb_lint.readers.sql.nodes import Node, name_parts, options, role_name, string, strings

_OF_TABLES = ("delete", "insert", "references", "select", "trigger", "truncate", "update")
_OF_COLUMNS = ("insert", "references", "select", "update")
_MAKERS = ("current_user", "current_role", "session_user")
_MAINTAIN = 17
"""The PostgreSQL version that first has the privilege MAINTAIN."""

_Key = tuple[str, str | None, str]
"""A role, a column (None for the whole table) and a privilege."""


class _Right(Struct):
    """Whether a privilege may be passed on, and the statement that gave it."""

    grantable: bool
    location: Location | None


def grant(f: Folding, node: Node) -> None:
    """GRANT and REVOKE on tables and views."""
    if node.get("objtype") != "OBJECT_TABLE" or node.get("targtype") not in {
        "ACL_TARGET_OBJECT", "ACL_TARGET_ALL_IN_SCHEMA",
    }:  # fmt: skip
        f.harmless = True
        return
    for relation in _granted(f, node):
        table = f.state.tables.get(relation)
        if table:
            f.state.put_table(structs.replace(table, grants=_changed(f, table.grants, node)))
        else:
            view = f.state.views[relation]
            f.state.put_view(structs.replace(view, grants=_changed(f, view.grants, node)))


def default_privileges(f: Folding, node: Node) -> None:
    """ALTER DEFAULT PRIVILEGES: what roles get on tables and views that are made later."""
    f.harmless = True
    action = node["action"]
    if action.get("objtype") != "OBJECT_TABLE":
        return
    given = options(node.get("options"))
    roles = [role_name(one) for one in _listed(given, "roles")] or [_MAKERS[0]]
    schemas: list[str | None] = [string(one) for one in _listed(given, "schemas")]
    makers = (f.state.role if role in _MAKERS else role for role in roles)
    for role in dict.fromkeys(makers):
        for schema in schemas or [None]:
            held = f.state.default_grants.get((role, schema), ())
            f.state.default_grants[role, schema] = _changed(f, held, action)


def _listed(given: Mapping[str, Node], name: str) -> list[Node]:
    return list(given[name]["List"].get("items", ())) if name in given else []


def from_defaults(f: Folding, name: QualifiedName) -> tuple[Grant, ...]:
    """What roles have on a table or view because it is made now. Where that depends on who makes
    it, nobody knows."""
    held: dict[_Key, _Right] = {}
    for (role, schema), granted in f.state.default_grants.items():
        if schema not in {None, name.schema} or not granted:
            continue
        if role != f.state.role:
            if role is None or f.state.role is None:
                # The one that runs the history may have any name.
                whose = f" FOR ROLE {role}: who makes it is" if role else ": whose they are is"
                why = f"ALTER DEFAULT PRIVILEGES{whose} not known"
                f.state.make_unknown(name, ("grants",), why)
            continue
        for key, right in (pair for one in granted for pair in _apart(one)):
            known = held.get(key)
            right.grantable = right.grantable or (known is not None and known.grantable)
            held[key] = right
    return tuple(_together(held))


def _granted(f: Folding, node: Node) -> list[QualifiedName]:
    """The tables and views that a GRANT is about."""
    if node["targtype"] == "ACL_TARGET_ALL_IN_SCHEMA":
        schemas = {name_parts(o)[-1] for o in node.get("objects", ())}
        return [n for n in (*f.state.tables, *f.state.views) if n.schema in schemas]
    found = [f.relation(o["RangeVar"], "GRANT") for o in node.get("objects", ())]
    return [n for n in found if n and (n in f.state.tables or n in f.state.views)]


def _changed(f: Folding, before: Iterable[Grant], node: Node) -> tuple[Grant, ...]:
    """What is held after the statement."""
    held = {key: right for one in before for key, right in _apart(one)}
    option = bool(node.get("grant_option"))
    for role in map(role_name, node.get("grantees", ())):
        for column, privilege in _named(f, node):
            if node.get("is_grant"):
                known = held.pop((role, column, privilege), None)
                passed_on = option or (known is not None and known.grantable)
                held[role, column, privilege] = _Right(passed_on, f.place.whole)
                continue
            for key in [key for key in held if _is_revoked(key, role, column, privilege)]:
                if option:
                    held[key].grantable = False
                else:
                    del held[key]
    return tuple(_together(held))


def _is_revoked(key: _Key, role: str, column: str | None, privilege: str) -> bool:
    """What is taken from a table is taken from its columns as well."""
    return key[0] == role and key[2] == privilege and column in {None, key[1]}


def _named(f: Folding, node: Node) -> Iterator[tuple[str | None, str]]:
    """The columns and privileges that a statement names; ALL is each of them."""
    wanted = [one["AccessPriv"] for one in node.get("privileges", ())] or [{}]
    for one in wanted:
        columns: tuple[str, ...] = strings(one.get("cols"))
        name = one.get("priv_name")
        for privilege in [name] if name else _every(f, of_columns=bool(columns)):
            yield from ((column, privilege) for column in columns or (None,))


def _every(f: Folding, *, of_columns: bool) -> tuple[str, ...]:
    """What ALL stands for."""
    if of_columns:
        return _OF_COLUMNS
    return (*_OF_TABLES, "maintain") if f.pg_version >= _MAINTAIN else _OF_TABLES


def _apart(one: Grant) -> Iterator[tuple[_Key, _Right]]:
    for column in one.columns or (None,):
        for privilege in one.privileges:
            yield (one.grantee, column, privilege), _Right(one.grantable, one.location)


def _together(held: dict[_Key, _Right]) -> Iterator[Grant]:
    """One grant for each role and the columns of which it may do the same, at the last statement
    that gave some of it."""
    by_column: dict[tuple[str, str | None, bool], list[str]] = {}
    last: dict[tuple[str, str | None, bool], Location | None] = {}
    for (role, column, privilege), right in held.items():
        key = (role, column, right.grantable)
        by_column.setdefault(key, []).append(privilege)
        last[key] = right.location
    columns: dict[Grant, list[str]] = {}
    places: dict[Grant, Location | None] = {}
    for key, privileges in by_column.items():
        role, column, grantable = key
        marked = () if column is None else ("",)
        alike = Grant(role, tuple(sorted(privileges)), marked, grantable)
        columns.setdefault(alike, []).extend([] if column is None else [column])
        places[alike] = last[key]
    for alike, names in columns.items():
        yield structs.replace(alike, columns=tuple(sorted(names)), location=places[alike])

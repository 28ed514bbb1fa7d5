"""Everything but columns, constraints and indexes: triggers, policies, grants, types, views and
routines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import structs

from ctb_lint.comparison.keys import Keys
from ctb_lint.comparison.pair import Ledger, Pair, by_name, canonical, differing
from ctb_lint.demands import Stage
from ctb_lint.differences import (
    CommentDiffers,
    Difference,
    EnumDiffers,
    GrantDiffers,
    PolicyDiffers,
    RowSecurityDiffers,
    TriggerDiffers,
    TypeDefinitionDiffers,
    ViewOrFunctionDiffers,
)
from ctb_lint.model import (
    CompositeType,
    Domain,
    Function,
    Grant,
    ObjectId,
    ObjectKind,
    Policy,
    QualifiedName,
    Table,
    Trigger,
    View,
)
from ctb_lint.printed import routine
from ctb_lint.sources import SourceKind

_WHOEVER = "CURRENT_USER is whoever applied them"
_APPLYING = frozenset({"current_user", "current_role", "session_user"})
_IN_OTHER_WORDS = "PostgreSQL prints a view in words of its own"


class Objects:
    """Compares them."""

    def __init__(self, pair: Pair, ledger: Ledger, keys: Keys) -> None:
        self._pair = pair
        self._ledger = ledger
        self._keys = keys
        self._users: defaultdict[tuple[str | None, str], set[Stage]] | None = None
        self._live = SourceKind.LIVE in {pair.declared_by, pair.actual_by}

    def of_table(self, wanted: Table, found: Table) -> Iterator[Difference]:
        """Triggers, row security, policies and grants of one table, and what is said of it and
        its columns."""
        name = wanted.name
        if self._ledger.both(name, "triggers"):
            yield from self._triggers(wanted, found)
        if self._ledger.both(name, "policies"):
            yield from self._row_security(wanted, found)
            yield from self._policies(wanted, found)
        if self._ledger.both(name, "grants"):
            yield from self._grants(wanted, found, ObjectKind.TABLE)
        if self._ledger.both(name, "comments"):
            yield from self._comments(wanted, found)
        elif self._pair.declared_by == SourceKind.CATALOGUE and self._ledger.actual(
            name, "comments"
        ):
            # A catalogue need not repeat comments; those that its SQL has it declares.
            yield from (one for one in self._comments(wanted, found) if one.wanted)

    def _comments(self, wanted: Table, found: Table) -> Iterator[CommentDiffers]:
        yield from self._comment(wanted.name, ObjectKind.TABLE, None, wanted, found)
        theirs = {column.name: column for column in found.columns}
        for column in wanted.columns:
            other = theirs.get(column.name)
            if other is not None:
                yield from self._comment(wanted.name, ObjectKind.COLUMN, column.name, column, other)

    def of_schema(self) -> Iterator[Difference]:
        """Types, views and routines of both schemas."""
        yield from self._types()
        yield from self._views()
        yield from self._functions()

    # Parts of tables ------------------------------------------------------------------------

    def _triggers(self, wanted: Table | View, found: Table | View) -> Iterator[Difference]:
        for one, two in by_name(wanted.triggers, found.triggers, _name):
            what = differing(_trigger(one), _trigger(two)) if one and two else ()
            if what or not one or not two:
                about = self._about(wanted, found, ObjectKind.TRIGGER, one, two)
                yield TriggerDiffers(wanted=one, found=two, what=what, **about)
            elif self._ledger.both(wanted.name, "comments"):
                yield from self._comment(wanted.name, ObjectKind.TRIGGER, one.name, one, two)

    def _row_security(self, wanted: Table, found: Table) -> Iterator[Difference]:
        one, two = _row_security(wanted), _row_security(found)
        if one != two:
            yield RowSecurityDiffers(
                wanted=one,
                found=two,
                at=wanted.row_security_location or wanted.location,
                related=found.row_security_location or found.location,
                **self._pair.about(wanted.name, ObjectKind.TABLE, None),
            )

    def _policies(self, wanted: Table, found: Table) -> Iterator[Difference]:
        for one, two in by_name(wanted.policies, found.policies, _name):
            one = self._applied(one, two, wanted.name) if one and two else one
            what = differing(_policy(one), _policy(two)) if one and two else ()
            if what or not one or not two:
                about = self._about(wanted, found, ObjectKind.POLICY, one, two)
                yield PolicyDiffers(wanted=one, found=two, what=what, **about)
            elif self._ledger.both(wanted.name, "comments"):
                yield from self._comment(wanted.name, ObjectKind.POLICY, one.name, one, two)

    def _applied(self, one: Policy, two: Policy, table: QualifiedName) -> Policy:
        """A policy for whoever applies the migrations, as it is for the role that did."""
        others = set(one.roles) - _APPLYING
        more = set(two.roles) - others
        if not self._live or len(others) == len(one.roles):
            return one
        if not others.issubset(two.roles) or len(more) > 1:
            return one
        self._ledger.pass_over(self._pair.declared_by, table, "roles of policies", _WHOEVER)
        return structs.replace(one, roles=two.roles)

    def _grants(
        self, wanted: Table | View, found: Table | View, kind: ObjectKind
    ) -> Iterator[Difference]:
        owners = {getattr(wanted, "owner", None), getattr(found, "owner", None)}
        if self._live:
            # Whoever applied the migrations owns what they made.
            owners |= _APPLYING
        ours, theirs = _granted(wanted.grants), _granted(found.grants)
        for grantee, columns in sorted(ours.keys() | theirs.keys()):
            one = ours.get((grantee, columns), {})
            two = theirs.get((grantee, columns), {})
            # An owner holds all privileges, whether they were granted or not.
            if grantee in owners or one.keys() == two.keys():
                continue
            yield GrantDiffers(
                grantee=grantee,
                columns=columns,
                wanted=tuple(sorted(one)),
                found=tuple(sorted(two)),
                at=next(iter(one.values()), None) or wanted.location,
                related=next(iter(two.values()), None) or found.location,
                **self._pair.about(wanted.name, kind, None),
            )

    def _comment(
        self, relation: QualifiedName, kind: ObjectKind, part: str | None, one: Any, two: Any
    ) -> Iterator[CommentDiffers]:
        if one.comment != two.comment:
            yield CommentDiffers(
                wanted=one.comment,
                found=two.comment,
                at=one.location,
                related=two.location,
                **self._pair.about(relation, kind, part),
            )

    def _about(
        self, wanted: Table | View, found: Table | View, kind: ObjectKind, one: Any, two: Any
    ) -> dict[str, Any]:
        return {
            **self._pair.about(wanted.name, kind, (one or two).name),
            "at": (one.location if one else None) or wanted.location,
            "related": (two.location if two else None) or found.location,
        }

    # Types ----------------------------------------------------------------------------------

    def _types(self) -> Iterator[Difference]:
        declared, actual = self._pair.declared, self._pair.actual
        for enum, other in self._named(declared.enums, actual.enums, "enums"):
            if enum and other and enum.values == other.values:
                yield from self._said(enum, other)
            else:
                yield EnumDiffers(wanted=enum, found=other, **self._own(enum, other))
        for one, two in self._named(declared.domains, actual.domains, "enums"):
            what = differing(_domain(one), _domain(two)) if one and two else ()
            yield from self._type(one, two, what)
        for old, new in self._named(declared.types, actual.types, "enums"):
            what = differing(_composite(old), _composite(new)) if old and new else ()
            yield from self._type(old, new, what)

    def _type(
        self,
        one: Domain | CompositeType | None,
        two: Domain | CompositeType | None,
        what: tuple[str, ...],
    ) -> Iterator[Difference]:
        if what or not one or not two:
            yield TypeDefinitionDiffers(wanted=one, found=two, what=what, **self._own(one, two))
        else:
            yield from self._said(one, two)

    def _named(
        self, ours: Mapping[QualifiedName, Any], theirs: Mapping[QualifiedName, Any], fact: str
    ) -> Iterator[tuple[Any, Any]]:
        """The objects of two schemas by name, those that both sides can know."""
        for name in sorted(ours.keys() | theirs.keys()):
            if self._ledger.both(name, fact):
                yield ours.get(name), theirs.get(name)

    def _own(self, one: Any, two: Any, kind: ObjectKind = ObjectKind.TYPE) -> dict[str, Any]:
        about = self._pair.about((one or two).name, kind, None)
        if kind is ObjectKind.TYPE and self._is_planned((one or two).name):
            about["stage"] = Stage.PLANNED
        return {
            **about,
            "at": one.location if one else None,
            "related": two.location if two else None,
        }

    def _is_planned(self, type_: QualifiedName) -> bool:
        """Whether only tables that are still planned are declared with columns of the type."""
        if self._users is None:
            self._users = defaultdict(set)
            for name, table in self._pair.declared.tables.items():
                stage = self._pair.stages.get(name, Stage.UNKNOWN)
                for column in table.columns:
                    self._users[column.type.key].add(stage)
        return self._users[type_.schema, type_.name] == {Stage.PLANNED}

    def _said(self, one: Any, two: Any, kind: ObjectKind = ObjectKind.TYPE) -> Iterator[Difference]:
        if self._ledger.both(one.name, "comments"):
            yield from self._comment(one.name, kind, None, one, two)

    # Views and routines ---------------------------------------------------------------------

    def _views(self) -> Iterator[Difference]:
        declared, actual = self._pair.declared, self._pair.actual
        for one, two in self._named(declared.views, actual.views, "functions"):
            what = self._of_views(one, two) if one and two else ()
            if what or not one or not two:
                about = self._own(one, two, ObjectKind.VIEW)
                yield ViewOrFunctionDiffers(wanted=one, found=two, what=what, **about)
            if not one or not two:
                continue
            if one.materialized and two.materialized and self._ledger.both(one.name, "indexes"):
                yield from self._keys.of_view(one, two)
            if self._ledger.both(one.name, "triggers"):
                yield from self._triggers(one, two)
            if self._ledger.both(one.name, "grants"):
                yield from self._grants(one, two, ObjectKind.VIEW)
            yield from self._said(one, two, ObjectKind.VIEW)

    def _of_views(self, one: View, two: View) -> tuple[str, ...]:
        found = [] if one.materialized == two.materialized else ["materialized"]
        known = one.columns is not None and two.columns is not None
        if known and one.columns != two.columns:
            found.append("columns")
        if sorted(one.options) != sorted(two.options):
            found.append("options")
        if not self._ledger.both(one.name, "view definitions"):
            return tuple(found)
        if _in_one_line(one.definition) != _in_one_line(two.definition):
            named = ObjectId(ObjectKind.VIEW, one.name.schema, None, one.name.name)
            if self._live and named not in self._pair.whole:
                live = SourceKind.LIVE
                self._ledger.pass_over(live, one.name, "view definitions", _IN_OTHER_WORDS)
            else:
                found.append("definition")
        return tuple(found)

    def _functions(self) -> Iterator[Difference]:
        ours, theirs = self._pair.declared.functions, self._pair.actual.functions
        for one, two in by_name(ours, theirs, lambda f: (f.name, f.arguments)):
            name = (one.name if one else None) or (two.name if two else None)
            if not self._ledger.both(name, "functions"):
                continue
            what = self._of_functions(one, two) if one and two else ()
            if what or not one or not two:
                about = self._own(one, two, ObjectKind.FUNCTION)
                yield ViewOrFunctionDiffers(wanted=one, found=two, what=what, **about)
            else:
                yield from self._said(one, two, ObjectKind.FUNCTION)

    def _of_functions(self, one: Function, two: Function) -> tuple[str, ...]:
        what = differing(_function(one), _function(two))
        # PostgreSQL prints a result type in words of its own, and keeps no text of a body that is
        # SQL itself.
        if self._live:
            if routine(one) not in self._pair.whole:
                what = tuple(fact for fact in what if fact != "returns")
            if not (one.body and two.body) or {_is_parsed(one), _is_parsed(two)} != {False}:
                what = tuple(fact for fact in what if fact != "definition")
        if not self._ledger.both(one.name, "function bodies"):
            what = tuple(fact for fact in what if fact != "definition")
        return what


def _name(part: Any) -> Any:
    return part.name


def _trigger(trigger: Trigger) -> dict[str, object]:
    return {
        "timing": trigger.timing,
        "events": sorted(trigger.events),
        "level": trigger.level,
        "function": trigger.function,
        "when": canonical(trigger.when),
        "columns": sorted(trigger.columns),
        "enabled": trigger.enabled,
        "constraint": trigger.constraint,
    }


def _policy(policy: Policy) -> dict[str, object]:
    return {
        "command": policy.command,
        "permissive": policy.permissive,
        "roles": sorted(policy.roles),
        "using": canonical(policy.using),
        "check": canonical(policy.check),
    }


def _row_security(table: Table) -> str:
    if table.row_security:
        return "forced" if table.force_row_security else "on"
    return "off, forced" if table.force_row_security else "off"


def _granted(grants: tuple[Grant, ...]) -> dict[tuple[str, tuple[str, ...]], dict[str, Any]]:
    """Privileges by role and column, each with its place. Whoever has all others has MAINTAIN as
    well, in the versions that know it."""
    found: dict[tuple[str, tuple[str, ...]], dict[str, Any]] = {}
    for grant in grants:
        for column in grant.columns or (None,):
            held = found.setdefault((grant.grantee, (column,) if column else ()), {})
            for privilege in grant.privileges:
                words = f"{privilege}{_OPTION}" if grant.grantable else privilege
                held.setdefault(words, grant.location)
    for held in found.values():
        for option in ("", _OPTION):
            if all(f"{privilege}{option}" in held for privilege in _ALL):
                held.pop(f"maintain{option}", None)
    return found


_OPTION = " with grant option"
_ALL = ("delete", "insert", "references", "select", "trigger", "truncate", "update")


def _domain(domain: Domain) -> dict[str, object]:
    return {
        "type": domain.type.canonical,
        "nullability": domain.not_null,
        "default": canonical(domain.default),
        "collation": domain.collation,
        "checks": sorted(canonical(c.expr) or "" for c in domain.constraints),
    }


def _composite(type_: CompositeType) -> dict[str, object]:
    return {
        "kind": type_.kind,
        "columns": [(c.name, c.type.canonical) for c in type_.columns],
    }


def _function(function: Function) -> dict[str, object]:
    path = function.search_path
    return {
        "kind": function.kind,
        "returns": function.returns,
        "language": function.language,
        "security": function.security_definer,
        "search_path": path and [part.strip(' "') for part in path.split(",")],
        "volatility": function.volatility,
        "definition": (function.body or "").replace("\r\n", "\n").strip(),
    }


def _is_parsed(function: Function) -> bool:
    """Whether the body is SQL of its own (RETURN, BEGIN ATOMIC): its text is the statement's."""
    return (function.body or "").lstrip()[:6].lower() == "create"


def _in_one_line(text: str) -> str:
    return " ".join(text.rstrip("; \n\t").split())

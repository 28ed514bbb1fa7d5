"""The contract between rules and everything else.

A rule is one file: a docstring that is the user's documentation, ``VALID`` and ``INVALID``
examples that are its tests, and one function under ``@rule``. The type of the function's first
parameter says what it judges; further parameters are injected by type.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Any

from msgspec import Struct, structs

from ctb_lint.claims import ClaimKind
from ctb_lint.demands import Demand, Stage
from ctb_lint.model import Location, ObjectId, QualifiedName
from ctb_lint.rows import Check


class Severity(StrEnum):
    """How bad a finding is; ``off`` means that the rule does not run."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"
    OFF = "off"

    @property
    def rank(self) -> int:
        """0 for error, 3 for off: the smaller, the worse."""
        return _RANKS[self]


_RANKS = {severity: rank for rank, severity in enumerate(Severity)}

ERROR, WARNING, INFO, OFF = Severity


class Safety(StrEnum):
    """Whether a fix may be applied without being asked for by name."""

    SAFE = "safe"
    UNSAFE = "unsafe"


class Edit(Struct, frozen=True, order=True):
    """Replace the characters ``start`` to ``end`` (exclusive) of a file by ``text``."""

    path: str
    start: int
    end: int
    text: str


class Fix(Struct, frozen=True):
    """A mechanical cure, as data: all of it is applied, or none.

    ``edits`` cure the file where the fault is. A released file must not change: there the cure is
    ``statements``, each a whole SQL statement with its semicolon, which go into a new migration.
    A fix with one of the two empty can be applied only the other way.

    ``claims`` are the relations that it brings into being: of two fixes that claim one name, one
    waits until the other is applied. ``discards`` are the names that are gone when its edits are
    made: they are not made where anything else of the history speaks of such a name.
    """

    title: str
    edits: tuple[Edit, ...] = ()
    statements: tuple[str, ...] = ()
    safety: Safety = Safety.SAFE
    claims: tuple[str, ...] = ()
    discards: tuple[str, ...] = ()


class Related(Struct, frozen=True):
    """Another place that belongs to a finding."""

    message: str
    location: Location | None = None


class Finding(Struct, frozen=True, kw_only=True):
    """What a rule found.

    ``message`` names the object and the fact; ``hint`` says what to type. ``object`` and
    ``facet`` identify the fault whatever line it is on: two findings of one rule about one object
    differ in their facet. ``at`` is None for a live object. ``scope`` is the span inside which
    findings of subsumed rules are the same fault (default: ``at``). ``about`` are further objects
    that the fault is about: what subsumed rules find of them is the same fault, and it is hidden
    where one of them is what another finding hides. ``severity`` overrides the rule's own;
    ``stage`` is that of the object, where no demand tells it.
    """

    message: str
    object: ObjectId
    at: Location | None
    facet: str = ""
    hint: str | None = None
    because: Demand | None = None
    related: tuple[Related, ...] = ()
    scope: Location | None = None
    about: tuple[ObjectId, ...] = ()
    severity: Severity | None = None
    stage: Stage | None = None
    fix: Fix | None = None


class RowCheck(Struct, frozen=True, kw_only=True):
    """What a rule about rows looks for, and how to speak of what is found.

    ``says`` completes "3 of 10 rows of public.orders …" (``have a state that is none of …``,
    of one row ``has``).
    ``never`` turns the question round: the finding is that no row at all is such, of a table that
    has rows, and ``says`` then completes "no row of public.orders …". The rest is
    as in ``Finding``.
    """

    check: Check
    says: str
    object: ObjectId
    facet: str = ""
    never: bool = False
    hint: str | None = None
    because: Demand | None = None
    severity: Severity | None = None
    stage: Stage | None = None


class Undecided(Struct, frozen=True):
    """What a rule yields of a subject of which this source cannot tell, and why: the subject is
    skipped, and what demands it is neither held nor broken. Nor are the claims of the rule's kinds
    in whose span ``at`` lies. ``of`` is the relation of which it cannot tell, where that is not the
    subject's own."""

    why: str
    at: Location | None = None
    of: QualifiedName | None = None


class Example(Struct, frozen=True):
    """An example that needs more than one SQL text: ``text`` may hold several files, each after
    a line ``-- file: NAME``; ``config`` is TOML as it stands under ``[tool.ctb-lint]``. ``before``
    holds the files, written likewise, of the commit that the project is held against: the example
    is then checked with ``--since``. ``shadow``: its migrations are applied to a real server.
    ``live``: they are what a real database is made by first, which is then audited beside
    them, by a role that may read and no more, or with ``superuser`` by one that may do anything;
    a file ``live.sql`` is run there only."""

    text: str
    config: str = ""
    before: str = ""
    shadow: bool = False
    live: bool = False
    superuser: bool = False


Judge = (
    Callable[..., Iterator[Finding | Undecided]]
    | Callable[..., Iterator[RowCheck]]
    | Callable[..., Iterator[RowCheck | Undecided]]
)
"""What a rule is: its findings, or what it asks of rows."""


class Parameter(Struct, frozen=True):
    """One injected parameter of a rule."""

    name: str
    type: type[Any]
    optional: bool


class Rule(Struct, frozen=True, kw_only=True):
    """A rule with all that is known of it. Made by ``@rule``; completed by the registry."""

    code: str
    name: str
    severity: Severity
    judge: Judge
    doctrine: bool = False
    refused: bool = False
    planned: Severity | None = None
    builtin: Severity | None = None
    needs: tuple[str, ...] = ()
    subsumes: tuple[str, ...] = ()
    fixable: Safety | None = None
    subjects: tuple[type[Any], ...] = ()
    claims: tuple[ClaimKind, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    of_rows: bool = False
    module: str = ""
    documentation: str = ""
    valid: tuple[Example, ...] = ()
    invalid: tuple[Example, ...] = ()

    @property
    def summary(self) -> str:
        """The first sentence of the documentation."""
        return " ".join(self.documentation.split("\n\n", 1)[0].split())


def rule(
    code: str,
    *,
    severity: Severity,
    doctrine: bool = False,
    refused: bool = False,
    planned: Severity | None = None,
    builtin: Severity | None = None,
    needs: tuple[str, ...] = (),
    subsumes: tuple[str, ...] = (),
    fixable: Safety | None = None,
    claims: tuple[ClaimKind, ...] = (),
) -> Callable[[Judge], Rule]:
    """Makes a rule of a function.

    ``doctrine``: a finding is a CTB violation. ``refused``: PostgreSQL itself would refuse what
    is found, so that even the ``minimal`` profile has the rule. ``planned``, ``builtin``: the
    severity where the object's stage is Planned or Built-in. ``needs``: the facts without which
    the rule is skipped for an object (see ``Knowledge``). ``subsumes``: codes that the same fault
    at the same place raises as well and that are then left out. ``claims``: the kinds of claim of
    a catalogue that the rule judges without a demand: one is broken where a finding lies in it.
    """

    def make(judge: Judge) -> Rule:
        return Rule(
            code=code,
            name=judge.__name__.replace("_", "-"),
            severity=severity,
            judge=judge,
            doctrine=doctrine,
            refused=refused,
            planned=planned,
            builtin=builtin,
            needs=needs,
            subsumes=subsumes,
            fixable=fixable,
            claims=claims,
            module=judge.__module__,
        )

    return make


def complete(
    bare: Rule, documentation: str, valid: tuple[Example, ...], invalid: tuple[Example, ...]
) -> Rule:
    """The rule with its documentation, examples and the meaning of its parameters.

    Raises TypeError where the function's signature is not one of a rule.
    """
    hints = typing.get_type_hints(bare.judge)
    names = [name for name in hints if name != "return"]
    if not names:
        raise TypeError(f"{bare.module}: a rule needs a parameter that says what it judges")
    first, *others = names
    return structs.replace(
        bare,
        documentation=documentation.strip(),
        valid=valid,
        invalid=invalid,
        subjects=_members(hints[first]),
        parameters=tuple(_parameter(name, hints[name]) for name in others),
        of_rows=_yields(hints.get("return"), RowCheck),
    )


def _yields(hint: Any, kind: type[Any]) -> bool:
    """Whether a judge with this return type yields such things."""
    return any(kind in _members(one) for one in typing.get_args(hint))


def _members(hint: Any) -> tuple[type[Any], ...]:
    if isinstance(hint, types.UnionType):
        return tuple(hint.__args__)
    return (hint,)


def _parameter(name: str, hint: Any) -> Parameter:
    members = [member for member in _members(hint) if member is not types.NoneType]
    if len(members) != 1:
        raise TypeError(f"parameter {name}: one type, or one type and None")
    return Parameter(name, members[0], optional=len(_members(hint)) > 1)

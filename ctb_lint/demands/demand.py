"""A demand, whatever it is for: on what, by whom, how firmly, and at which stage."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from msgspec import Struct, structs

from ctb_lint.model import Location, ObjectId, ObjectKind, QualifiedName


class Stage(StrEnum):
    """The stage of an object's life, as its catalogue entry has it."""

    ACTIVE = "Active"
    PLANNED = "Planned"
    BUILT_IN = "Built-in"
    UNKNOWN = "unknown"


class Strength(StrEnum):
    """Whether a demand must or should hold."""

    MUST = "must"
    SHOULD = "should"


class Origin(Struct, frozen=True, gc=False):
    """Who demands it: ``by`` reads as the subject of a sentence; ``location`` is the line."""

    by: str
    location: Location | None = None


_ANYBODY = Origin("")


class Demand(Struct, frozen=True, kw_only=True, gc=False):
    """Something that must hold for one table or column."""

    table: QualifiedName
    column: str | None = None
    origin: Origin
    strength: Strength = Strength.MUST
    stage: Stage = Stage.UNKNOWN

    @property
    def object(self) -> ObjectId:
        """What the demand is about."""
        if self.column is None:
            return ObjectId(ObjectKind.TABLE, self.table.schema, None, self.table.name)
        return ObjectId(ObjectKind.COLUMN, self.table.schema, self.table.name, self.column)

    @property
    def sentence(self) -> str:
        """The demand in words, for the *because* of a finding."""
        return f"{self.origin.by} demands it"

    @property
    def content(self) -> Demand:
        """What is demanded, whoever says so and how firmly: equal for two who demand the same."""
        return structs.replace(self, origin=_ANYBODY, stage=Stage.UNKNOWN, strength=Strength.MUST)


_Kind = TypeVar("_Kind", bound=Demand)


class Demands(Struct, frozen=True):
    """All that is demanded of one source, by table: for rules that hold one demand against
    another, or ask whether somebody demands anything of a column."""

    by_table: Mapping[QualifiedName, tuple[Demand, ...]] = {}

    def of(self, kind: type[_Kind], table: QualifiedName) -> tuple[_Kind, ...]:
        """The demands of one kind on a table and its columns."""
        return tuple(one for one in self.by_table.get(table, ()) if isinstance(one, kind))

"""Demands: what must hold, and who says so.

The standard, the configuration and a catalogue's claims become demands on concrete objects; the
rules judge them. A finding carries its demand as its *because*.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from msgspec import Struct, structs

from ctb_lint.model import Location, ObjectId, ObjectKind, QualifiedName
from ctb_lint.standard import FIRST_LAYER, LAST_LAYER


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


class Role(StrEnum):
    """What a required column is for."""

    UNIQUE_ID = "unique_id"
    PROCESS_ID = "process_id"
    LAYER = "orbt_layer"
    CREATED_AT = "created_at"


class RequiredColumn(Demand, frozen=True):
    """The table must have the column."""

    role: Role

    @property
    def sentence(self) -> str:
        return f"{self.origin.by} demands a column {self.column} of {self.table}"


class SuitableId(Demand, frozen=True):
    """The id column must be text, and long enough for the shortest id of its format."""

    template: str

    @property
    def sentence(self) -> str:
        return f"{self.origin.by} gives {self.column} the format {self.template}"


class NotNull(Demand, frozen=True):
    """The column must refuse NULL. ``id`` marks the two id columns; ``SHOULD`` where the ids of
    this table are given only for some rows."""

    id: bool = False

    @property
    def sentence(self) -> str:
        if self.strength is Strength.SHOULD:
            return f"{self.origin.by} has {self.column} only where it is provided"
        return f"{self.origin.by} demands a value of {self.column} in every row"


class RequiredIndex(Demand, frozen=True):
    """An index or unique constraint must lead with the column."""

    @property
    def sentence(self) -> str:
        return f"{self.origin.by} looks rows up by {self.column}"


class Unique(Demand, frozen=True):
    """No two rows may share a value of the column."""

    @property
    def sentence(self) -> str:
        return f"{self.origin.by} demands that {self.column} be unique"


class ValueSet(Demand, frozen=True):
    """The column may hold only these values."""

    values: tuple[str, ...]

    @property
    def content(self) -> Demand:
        """The order of the values does not matter."""
        plain = structs.replace(self, values=tuple(sorted(self.values)))
        return super(ValueSet, plain).content

    @property
    def sentence(self) -> str:
        listed = ", ".join(f"'{value}'" for value in self.values)
        return f"{self.origin.by} says that {self.column} must be one of {listed}"


class Layer(Demand, frozen=True):
    """The column holds an ORBT layer: a whole number from ``first`` to ``last``."""

    first: int = FIRST_LAYER
    last: int = LAST_LAYER

    @property
    def sentence(self) -> str:
        return f"{self.origin.by} numbers the ORBT layers from {self.first} to {self.last}"


class Format(Demand, frozen=True):
    """Values of the column must be of one of the templates; ``id`` names the id."""

    id: str
    templates: tuple[str, ...]

    @property
    def sentence(self) -> str:
        return f"{self.origin.by} gives {self.column} the format {' or '.join(self.templates)}"


class Registration(Demand, frozen=True):
    """Every row's id must be registered in the registry. ``found`` is the table that is the
    registry, None where there is none."""

    registry: str
    found: QualifiedName | None = None

    @property
    def sentence(self) -> str:
        return f"{self.origin.by} demands that every id be registered in {self.registry}"


class RegistryTable(Demand, frozen=True):
    """A registry of ids must exist, with these columns. Its ``table`` is the registry."""

    columns: tuple[str, ...]

    @property
    def sentence(self) -> str:
        return f"{self.origin.by} demands the registry {self.table}"


# What catalogues claim -------------------------------------------------------------------------


class NonEmpty(Demand, frozen=True):
    """The column may hold no empty value."""

    @property
    def sentence(self) -> str:
        return f"{self.origin.by} says that {self.column} must not be empty"


class DefaultValue(Demand, frozen=True):
    """The column's default must be this value; ``value`` is without its quotes."""

    value: str

    @property
    def sentence(self) -> str:
        return f"{self.origin.by} gives {self.column} the default '{self.value}'"


class Content(Demand, frozen=True):
    """The column must hold text of one of these formats, in lower case: ``json``, ``yaml``."""

    formats: tuple[str, ...]

    @property
    def sentence(self) -> str:
        listed = " or ".join(name.upper() for name in self.formats)
        return f"{self.origin.by} says that {self.column} holds valid {listed}"


class ValidTimestamp(Demand, frozen=True):
    """The column's points in time must be checked."""

    @property
    def sentence(self) -> str:
        return f"{self.origin.by} says that {self.column} is validated"


class ValidEmail(Demand, frozen=True):
    """Addresses must be checked. Where ``column`` is None, it is the table's column of them."""

    @property
    def sentence(self) -> str:
        return f"{self.origin.by} says that e-mail addresses are validated"


class HashedPassword(Demand, frozen=True):
    """Passwords must be stored as hashes. ``algorithms`` are the names that are given, in lower
    case; where ``column`` is None, it is the table's column of passwords."""

    algorithms: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        return f"{self.origin.by} says that passwords are hashed"


class VersionHash(Demand, frozen=True):
    """The table must keep a hash of each version. Where ``column`` is None, it is the table's
    column of version hashes. ``algorithms`` are the names that are given, in lower case and
    without hyphens: ``sha256``."""

    algorithms: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        return f"{self.origin.by} says that a hash tells versions apart"


class AuditLogging(Demand, frozen=True):
    """Every write to the table must be logged."""

    @property
    def sentence(self) -> str:
        return f"{self.origin.by} says that writes to {self.table} are logged"


class AccessTracking(Demand, frozen=True):
    """Every access to a row must be counted or dated in it."""

    @property
    def sentence(self) -> str:
        return f"{self.origin.by} says that access to {self.table} is tracked"


class Retention(Demand, frozen=True):
    """Rows must go once they are so many days old. ``values`` are those of ``column`` whose rows
    it is about (``critical`` of ``severity``); empty stands for all rows. ``column`` is None
    where the words name no column, and then ``values`` are the words (``errors``)."""

    days: int
    values: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        of = f" of {' and '.join(self.values)}" if self.values else ""
        return f"{self.origin.by} keeps rows{of} for {self.days} days"


class Action(StrEnum):
    """What a role may do with the rows of a table."""

    READ = "read"
    WRITE = "write"
    DELETE = "delete"


class Access(Demand, frozen=True):
    """Who may do ``action``: ``roles`` in the words of the catalogue; ``everybody`` where it says
    all (authenticated) users. ``after_days`` is the age that a row must have first."""

    action: Action
    roles: tuple[str, ...] = ()
    everybody: bool = False
    after_days: int | None = None

    @property
    def sentence(self) -> str:
        who = "everybody" if self.everybody else ", ".join(self.roles)
        when = f" after {self.after_days} days" if self.after_days is not None else ""
        return f"{self.origin.by} lets {who} {self.action} {self.table}{when}"


class RowSecurity(Demand, frozen=True):
    """Row-level security must be on, or with ``wanted`` False none is asked for."""

    wanted: bool

    @property
    def sentence(self) -> str:
        word = "demands" if self.wanted else "asks for no"
        return f"{self.origin.by} {word} row-level security of {self.table}"


class NoForeignKeys(Demand, frozen=True):
    """The table is said to have no foreign keys."""

    @property
    def sentence(self) -> str:
        return f"{self.origin.by} says that {self.table} has no foreign keys"


class ForeignKeyTo(Demand, frozen=True):
    """The table must have a foreign key to ``target``. ``column`` is None where the words name
    none, ``target_column`` likewise."""

    target: QualifiedName
    target_column: str | None = None

    @property
    def sentence(self) -> str:
        of = f" of {self.column}" if self.column else ""
        return f"{self.origin.by} names a foreign key{of} to {self.target}"


class SoftReference(Demand, frozen=True):
    """The values of ``column`` must be there in ``target``, though no foreign key enforces it.
    ``target_column`` is None where the words name none."""

    target: QualifiedName
    target_column: str | None = None

    @property
    def sentence(self) -> str:
        return f"{self.origin.by} names a soft reference of {self.column} to {self.target}"


class RelatedTable(Demand, frozen=True):
    """``other`` is named as a table that has to do with this one: it must be a table. ``depends``
    says that it is this one that depends on the other."""

    other: QualifiedName
    depends: bool = False

    @property
    def sentence(self) -> str:
        return f"{self.origin.by} ties {self.table} to {self.other}"


class NamedMigration(Demand, frozen=True):
    """The migration file ``file`` (a name or path, as written) must exist and create the table."""

    file: str

    @property
    def sentence(self) -> str:
        return f"{self.origin.by} names {self.file} as the migration of {self.table}"


class LinkedProcess(Demand, frozen=True):
    """The id of the process that writes the table; a literal ``{date}`` may stand for a date."""

    id: str

    @property
    def sentence(self) -> str:
        return f"{self.origin.by} links {self.table} to the process {self.id}"

"""What only a catalogue claims of its tables."""

from __future__ import annotations

from enum import StrEnum

from ctb_lint.demands.demand import Demand
from ctb_lint.model import QualifiedName


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

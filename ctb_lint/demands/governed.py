"""What the standard and the configuration demand of governed tables; a catalogue may, too."""

from __future__ import annotations

from enum import StrEnum

from msgspec import structs

from ctb_lint.demands.demand import Demand, Strength
from ctb_lint.model import QualifiedName
from ctb_lint.standard import FIRST_LAYER, LAST_LAYER


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

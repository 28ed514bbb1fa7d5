"""ER diagrams as data: entities with their attributes, and the edges between them."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from ctb_lint.model import Location


class Cardinality(StrEnum):
    """How many rows one end of an edge stands for."""

    ZERO_OR_ONE = "zero or one"
    EXACTLY_ONE = "exactly one"
    ZERO_OR_MORE = "zero or more"
    ONE_OR_MORE = "one or more"


class Attribute(Struct, frozen=True):
    """An attribute of a diagram's entity; ``keys`` of ``PK``, ``FK`` and ``UK``."""

    type: str
    name: str
    keys: tuple[str, ...]
    comment: str | None
    at: Location


class Entity(Struct, frozen=True):
    """An entity of a diagram as written there; ``alias`` is the name it is shown by. One that
    only edges name has no attributes and ``at`` its first mention."""

    name: str
    attributes: tuple[Attribute, ...]
    at: Location
    alias: str | None = None


class Edge(Struct, frozen=True):
    """A relationship of a diagram, with how many rows each end stands for."""

    left: str
    right: str
    left_at: Location
    right_at: Location
    left_cardinality: Cardinality
    right_cardinality: Cardinality
    identifying: bool
    label: str
    at: Location


class Diagram(Struct, frozen=True):
    """A mermaid ER diagram."""

    at: Location
    entities: tuple[Entity, ...] = ()
    edges: tuple[Edge, ...] = ()

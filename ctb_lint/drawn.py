"""The edges of ER diagrams, and the tables that they tie together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import combinations

from msgspec import Struct

from ctb_lint.carriers import Carrier, Carriers, shared_key
from ctb_lint.catalogue import Catalogue, Entry
from ctb_lint.diagram import Cardinality, Diagram, Edge
from ctb_lint.model import ConstraintKind, Location, QualifiedName, Schema, Table
from ctb_lint.once import once
from ctb_lint.soft_words import LOOSE
from ctb_lint.standard import Standard
from ctb_lint.surroundings import Built
from ctb_lint.tokens import shown

_SEPARATOR = re.compile(r"[\s.-]+")
_MANY = frozenset({Cardinality.ZERO_OR_MORE, Cardinality.ONE_OR_MORE})
_KEYS = re.compile(r"\b(?:foreign[- ]keys?|fks?)\b", re.IGNORECASE)
_NEEDED = ("columns", "constraints")
_CODE = re.compile(r"`([^`]{1,200})`")


class Drawn(Struct, frozen=True):
    """An edge of a diagram and the two tables at its ends. ``many`` is the side of which one row
    of the other has several, None where the diagram draws both sides alike."""

    edge: Edge
    left: Table
    right: Table
    many: Table | None

    @property
    def sides(self) -> tuple[Table, Table]:
        """The table that is referred to and the one that refers, as far as the diagram tells."""
        return (self.right, self.left) if self.many is self.left else (self.left, self.right)

    @property
    def words(self) -> str:
        """What the diagram draws: ``ties blueprints to users ('owns')``."""
        label = f" ({shown(self.edge.label)})" if self.edge.label else ""
        referred, referring = self.sides
        return f"ties {referring.name.name} to {referred.name.name}{label}"


def plain(name: str) -> str:
    """The name of an entity as it is compared: case, hyphens and blanks do not count."""
    return _SEPARATOR.sub("_", name.strip().lower())


def drawn(catalogue: Catalogue, schema: Schema) -> Iterator[Drawn]:
    """The edges between tables that the catalogue declares. One that several diagrams draw comes
    once; what has an end that is no table is left out."""
    seen: set[tuple[QualifiedName, QualifiedName, str]] = set()
    for edge, left, right in _edges(catalogue, schema):
        if left is None or right is None:
            continue
        key = (left.name, right.name, edge.label.strip().lower())
        if key not in seen:
            seen.add(key)
            yield Drawn(edge, left, right, _many(edge, left, right))


def unjudged(catalogue: Catalogue, schema: Schema) -> Iterator[tuple[Edge, str]]:
    """The edges of which nobody can tell whether something in the database stands for them, and
    why."""
    for edge, left, right in _edges(catalogue, schema):
        for name, side in ((edge.left, left), (edge.right, right)):
            why = (
                schema.knowledge.why_unknown(side.name, _NEEDED)
                if side
                else f"no SQL that can be read declares {name}"
            )
            if why:
                yield edge, why
                break


def _edges(
    catalogue: Catalogue, schema: Schema
) -> Iterator[tuple[Edge, Table | None, Table | None]]:
    """All edges with the tables at their ends, None where an end is no table."""
    by_name = _by_name(schema)
    for diagram in catalogue.diagrams:
        known = {plain(entity.alias): entity.name for entity in diagram.entities if entity.alias}
        aliases = {plain(entity.name): entity.alias for entity in diagram.entities if entity.alias}
        for edge in diagram.edges:
            left, right = (
                by_name.get(plain(end))
                or by_name.get(plain(aliases.get(plain(end), "")))
                or by_name.get(plain(known.get(plain(end), "")))
                for end in (edge.left, edge.right)
            )
            yield edge, left, right


@once
def places(catalogue: Catalogue, schema: Schema) -> dict[QualifiedName, tuple[Location, Diagram]]:
    """Where the tables are drawn that diagrams draw: the place of each and its diagram, the first
    of several; in the order of the text."""
    by_name = _by_name(schema)
    found: dict[QualifiedName, tuple[Location, Diagram]] = {}
    for diagram in catalogue.diagrams:
        for entity in diagram.entities:
            table = by_name.get(plain(entity.name)) or by_name.get(plain(entity.alias or ""))
            if table:
                found.setdefault(table.name, (entity.at, diagram))
    return found


def _by_name(schema: Schema) -> dict[str, Table]:
    """The tables by what an entity may call them. Of tables of one name in several schemas the
    bare name means the first."""
    found: dict[str, Table] = {}
    for name, table in sorted(schema.tables.items()):
        found.setdefault(plain(name.name), table)
        found.setdefault(plain(f"{name.schema}.{name.name}"), table)
    return found


def _many(edge: Edge, left: Table, right: Table) -> Table | None:
    is_left, is_right = edge.left_cardinality in _MANY, edge.right_cardinality in _MANY
    if is_left is is_right:
        return None
    return left if is_left else right


class Ties:
    """Which tables the database knows to belong together: a foreign key leads from one to the
    other, a third table has keys to both, or one inherits from the other or is its part."""

    def __init__(self, schemas: Iterable[Schema]) -> None:
        self._pairs: set[frozenset[QualifiedName]] = set()
        for schema in schemas:
            for table in schema.tables.values():
                keys = table.constraints_of(ConstraintKind.FOREIGN)
                targets = {key.references for key in keys if key.references}
                above = {*table.inherits, *filter(None, (table.partition_of,))}
                self._pairs |= {frozenset((table.name, other)) for other in targets | above}
                self._pairs |= {frozenset(pair) for pair in combinations(targets, 2)}

    def tie(self, one: QualifiedName, other: QualifiedName) -> bool:
        """Whether two tables are tied together; a table to itself by a key of its own."""
        return frozenset((one, other)) in self._pairs


class Soft(Struct, frozen=True):
    """A reference that an entry declares to be unenforced; ``columns`` are what it names as code.
    ``own`` says that it speaks of the foreign keys of the entry's own table only."""

    columns: tuple[str, ...]
    own: bool


def soft_references(entry: Entry | None) -> Iterator[Soft]:
    """What an entry says of references that no foreign key enforces, in its section of
    Dependencies."""
    section = entry.section("D") if entry else None
    for sentence in section.sentences if section else ():
        if LOOSE.search(sentence.text):
            own = _KEYS.search(sentence.name or "") or _KEYS.search(sentence.group or "")
            yield Soft(tuple(_CODE.findall(sentence.text)), bool(own))


class Untied(Struct, frozen=True):
    """An edge that nothing in the database stands for. ``carriers`` are the columns that could
    hold what it draws, the likeliest first; ``soft`` says that an entry declares it so."""

    drawn: Drawn
    carriers: tuple[Carrier, ...]
    soft: bool


@once
def untied(
    catalogue: Catalogue, schema: Schema, standard: Standard, built: Built | None
) -> tuple[Untied, ...]:
    """The edges without a foreign key, of tables of which all is known. ``schema`` is what the
    catalogue declares; a key that the migrations have is one."""
    made = built.schemas if built else ()
    ties = Ties((schema, *made))
    carriers = Carriers(schema, standard)
    entries = {entry.table: entry for entry in reversed(catalogue.entries)}
    found: list[Untied] = []
    for one in drawn(catalogue, schema):
        known = (schema.knowledge.why_unknown(side.name, _NEEDED) for side in one.sides)
        if any(known) or ties.tie(one.left.name, one.right.name):
            continue
        found.append(_untied(one, carriers, [entries.get(side.name) for side in one.sides]))
    return tuple(found)


def _untied(one: Drawn, carriers: Carriers, entries: list[Entry | None]) -> Untied:
    referred, referring = one.sides
    # What the referred table says of its own foreign keys is of another edge.
    soft = [s for s in soft_references(entries[0]) if not s.own or one.many is None]
    soft += soft_references(entries[1])
    found: list[Carrier] = []
    for column in (name for s in soft for name in s.columns):
        owner, other = one.sides if not referring.column(column) else (referring, referred)
        if owner.column(column):
            found.append(Carrier(owner.name, column, other.name))
    found += carriers.between(referring, referred, one.edge.label)
    ends = (one.edge.left_cardinality, one.edge.right_cardinality)
    shared = shared_key(referring, referred) if _MANY.isdisjoint(ends) else None
    found += [shared] if shared else []
    return Untied(one, tuple(found), bool(soft))

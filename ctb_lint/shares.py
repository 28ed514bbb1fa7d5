"""What a catalogue says, shared out to the histories that it describes."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct, structs

from ctb_lint.catalogue import Catalogue
from ctb_lint.claims import Claim
from ctb_lint.compare import compare
from ctb_lint.demanded import stages_in
from ctb_lint.demands import Demand, Stage
from ctb_lint.differences import Comparison, Difference, NotCompared, PhantomTable, RogueTable
from ctb_lint.evidence import SourceKind
from ctb_lint.model import QualifiedName, Schema


class Share(Struct, frozen=True):
    """What one history is held against: the demands that claims make, the stages of its tables,
    the differences from what is declared, and the tables that were compared."""

    claimed: tuple[Demand, ...] = ()
    stages: Mapping[QualifiedName, Stage] = {}
    comparison: Comparison = Comparison()
    compared: frozenset[QualifiedName] = frozenset()


def claimed_by(claims: Iterable[Claim]) -> Iterator[Demand]:
    """The demands that claims make, and those that they soften."""
    for claim in claims:
        yield from claim.demands
        yield from claim.softens


def stages_of(catalogue: Catalogue) -> dict[QualifiedName, Stage]:
    """The stage of each table that has an entry; of two entries the first counts."""
    found: dict[QualifiedName, Stage] = {}
    for entry in catalogue.entries:
        found.setdefault(entry.table, entry.stage)
    return found


def shared_out(
    catalogue: Catalogue,
    declared: Schema,
    claims: Iterable[Claim],
    histories: Sequence[Schema],
    kind: SourceKind = SourceKind.MIGRATIONS,
    assuming: Container[int] = (),
) -> tuple[Share, ...]:
    """One share for each history. A table is held against every history that creates it; what none
    has is the first one's, so that it is missed once. ``assuming`` are the numbers of those that
    begin with tables which nobody reads: there none is missed."""
    demands = tuple(claimed_by(claims))
    stages = stages_of(catalogue)
    shares = []
    for number, schema in enumerate(histories):
        one = _share(declared, demands, stages, schema, _others(number, histories), kind)
        kept = _passed_over(one.comparison, stages, kind, misses=number not in assuming)
        shares.append(structs.replace(one, comparison=kept))
    return tuple(shares)


def _passed_over(
    found: Comparison, described: Container[QualifiedName], kind: SourceKind, *, misses: bool
) -> Comparison:
    """The comparison without tables of which nobody can tell: those that an entry describes
    without SQL and, where nothing can be missed, those that are missing."""
    kept: list[Difference] = []
    passed: list[NotCompared] = []
    for one in found.differences:
        if isinstance(one, RogueTable) and one.table in described:
            source, why = SourceKind.CATALOGUE, "its entry has no SQL that creates it"
        elif isinstance(one, PhantomTable) and not misses:
            source, why = kind, "the migrations assume tables from before their first file"
        else:
            kept.append(one)
            continue
        passed.append(NotCompared(source=source, relation=one.table, fact="tables", why=why))
    return Comparison(tuple(kept), (*found.not_compared, *passed))


def _others(number: int, histories: Sequence[Schema]) -> Sequence[Schema] | None:
    """The histories that may have what the first one lacks; None for the others, which are not
    asked for what they lack."""
    return None if number else histories[1:]


def _share(
    declared: Schema,
    demands: tuple[Demand, ...],
    stages: Mapping[QualifiedName, Stage],
    schema: Schema,
    others: Sequence[Schema] | None,
    kind: SourceKind,
) -> Share:
    def concerned(part: str, name: QualifiedName) -> bool:
        if name in getattr(schema, part):
            return True
        return others is not None and not any(name in getattr(one, part) for one in others)

    wanted = declared if others is not None and not others else _narrowed(declared, concerned)
    known = stages_in(schema, stages)
    return Share(
        tuple(one for one in demands if concerned("tables", one.table)),
        known,
        compare(wanted, schema, SourceKind.CATALOGUE, kind, known),
        frozenset(wanted.tables.keys() & schema.tables.keys()),
    )


def _narrowed(declared: Schema, concerned: Callable[[str, QualifiedName], bool]) -> Schema:
    parts = ("tables", "views", "enums", "domains", "types", "sequences")
    kept = {
        part: {n: one for n, one in getattr(declared, part).items() if concerned(part, n)}
        for part in parts
    }
    return structs.replace(declared, **kept)

"""Two schemas → their differences; one comparison for every pair of sources.

Readers make canonical forms, so that comparing is equality: of types, of expressions, of what an
index or key does. Nothing is folded away here but what nobody chose: names that PostgreSQL made
up, the order of columns, whether a plain unique constraint or a unique index enforces the same,
and what a partition or child table has from its parent.

What either side cannot know gives no difference, and is listed instead. Everything is looked up by
name: the time grows with the size of the two schemas.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ctb_lint.comparison.columns import Columns
from ctb_lint.comparison.hidden import hidden_schemas, without
from ctb_lint.comparison.keys import Keys
from ctb_lint.comparison.likely import likely_tables
from ctb_lint.comparison.objects import Objects
from ctb_lint.comparison.pair import Ledger, Pair, differing
from ctb_lint.comparison.parents import above, own_parts, without_inherited
from ctb_lint.demands import Stage
from ctb_lint.differences import (
    Comparison,
    Difference,
    PhantomTable,
    RogueTable,
    StorageDiffers,
)
from ctb_lint.model import ObjectId, ObjectKind, QualifiedName, Schema, Table
from ctb_lint.sources import SourceKind

_PLAIN_KEY = re.compile(r"\w+ \(\w+(, \w+)*\)", re.ASCII)


def compare(
    declared: Schema,
    actual: Schema,
    declared_source: SourceKind,
    actual_source: SourceKind,
    stages: Mapping[QualifiedName, Stage] = {},
    whole: frozenset[ObjectId] = frozenset(),
) -> Comparison:
    """All in which the actual schema is not what is declared, sorted, and what could not be
    compared. ``stages`` are those of the declared tables, ``whole`` the declared objects that are
    wholly in the words of a server like the actual one."""
    if actual_source is SourceKind.LIVE and (hidden := hidden_schemas(actual)):
        declared, actual = without(hidden, declared, actual)
    pair = Pair(declared, actual, str(declared_source), str(actual_source), stages, whole)
    ledger = Ledger(pair)
    found = [*_tables(pair, ledger)]
    found += Objects(pair, ledger, Keys(pair, ledger)).of_schema()
    return Comparison(tuple(sorted(found, key=_order)), ledger.not_compared())


def differences(
    declared: Schema,
    actual: Schema,
    declared_source: SourceKind,
    actual_source: SourceKind,
    stages: Mapping[QualifiedName, Stage] = {},
) -> tuple[Difference, ...]:
    """Only the differences of ``compare``."""
    return compare(declared, actual, declared_source, actual_source, stages).differences


def _order(difference: Difference) -> tuple[object, ...]:
    places = (difference.at, difference.related)
    return (
        difference.table,
        difference.object,
        type(difference).__name__,
        difference.facet,
        *((place is not None, place and (place.path, place.start)) for place in places),
    )


def _tables(pair: Pair, ledger: Ledger) -> Iterator[Difference]:
    ours, theirs = _lasting(pair.declared), _lasting(pair.actual)
    yield from _one_sided(pair, ledger, ours, theirs)
    both = sorted(ours.keys() & theirs.keys())
    columns = Columns(pair)
    keys = Keys(pair, ledger)
    objects = Objects(pair, ledger, keys)
    wanted_parts, found_parts = own_parts(ours), own_parts(theirs)
    of_columns: dict[QualifiedName, list[Difference]] = {}
    for name in both:
        if ledger.both(name, "tables"):
            yield from _storage(pair, ours[name], theirs[name])
        if ledger.both(name, "columns"):
            of_columns[name] = [*columns.differences(ours[name], theirs[name])]
        wanted, found = ours[name], theirs[name]
        if above(wanted) and not above(found):
            pass  # what the one has from its parent is the other's own
        elif above(found) and not above(wanted):
            wanted, found = found_parts(wanted, found), found_parts(found, found)
        else:
            wanted, found = wanted_parts(wanted, wanted), found_parts(found, found)
        yield from keys.of_table(wanted, found)
        yield from objects.of_table(wanted, found)
    yield from without_inherited(of_columns, ours, theirs)


def _lasting(schema: Schema) -> dict[QualifiedName, Table]:
    """The tables that outlive their session."""
    return {n: t for n, t in schema.tables.items() if t.persistence != "temporary"}


def _one_sided(
    pair: Pair,
    ledger: Ledger,
    ours: Mapping[QualifiedName, Table],
    theirs: Mapping[QualifiedName, Table],
) -> Iterator[Difference]:
    phantoms = [ours[n] for n in sorted(ours.keys() - theirs.keys()) if ledger.actual(n, "tables")]
    rogues = [
        theirs[n] for n in sorted(theirs.keys() - ours.keys()) if ledger.declared(n, "tables")
    ]
    likely = likely_tables(phantoms, rogues)
    for table in phantoms:
        yield PhantomTable(
            wanted=table,
            likely=likely.of_phantom.get(table.name),
            at=table.location,
            **pair.about(table.name, ObjectKind.TABLE, None),
        )
    for table in rogues:
        yield RogueTable(
            found=table,
            likely=likely.of_rogue.get(table.name),
            parent_declared=table.partition_of in ours,
            related=table.location,
            **pair.about(table.name, ObjectKind.TABLE, None),
        )


def _storage(pair: Pair, wanted: Table, found: Table) -> Iterator[Difference]:
    what = differing(_stored(wanted), _stored(found))
    keys = (wanted.partition_key or "", found.partition_key or "")
    # Expressions and operator classes of a partition key have no canonical form but a server's.
    told = wanted.id in pair.whole and keys[0] != keys[1]
    if not told and not all(_PLAIN_KEY.fullmatch(key) for key in keys):
        what = tuple(fact for fact in what if fact != "partition key")
    if what:
        yield StorageDiffers(
            wanted=wanted,
            found=found,
            what=what,
            at=wanted.location,
            related=found.location,
            **pair.about(wanted.name, ObjectKind.TABLE, None),
        )


def _stored(table: Table) -> dict[str, object]:
    return {
        "kind": table.kind,
        "persistence": table.persistence,
        "partition of": table.partition_of,
        "partition key": (table.partition_key or "").lower(),
        "inherits": table.inherits,
    }

"""Rows of what only a running database can tell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from ctb_lint.live import (
    SETTINGS,
    EventTrigger,
    IndexUse,
    LiveFacts,
    Role,
    SchemaRights,
    SequencePosition,
    TableUse,
)
from ctb_lint.model import QualifiedName
from ctb_lint.readers.postgres.asking import chosen, sent
from ctb_lint.readers.postgres.connect import Limits, begin, server_from
from ctb_lint.readers.postgres.context import Context
from ctb_lint.readers.postgres.names import Row
from ctb_lint.readers.postgres.parts import ENABLED
from ctb_lint.readers.postgres.rights import grants
from ctb_lint.readers.postgres.schema import Catalog
from ctb_lint.readers.postgres.target import Target

if TYPE_CHECKING:
    from psycopg import Connection

NEEDED = ("server", "moment")
UNNEEDED = ("role", "settings", "event_triggers", "followers", "table_use", "index_use")
"""What is asked beside the schema. Where one of these may not be asked, that much is unknown."""


class Positions(Struct, frozen=True):
    """Of sequences by number: why the position is unknown, and the last value. ``unknown`` says
    why none could be asked."""

    of: Mapping[int, tuple[str | None, int | None]]
    unknown: str | None = None


def positions(connection: Connection[Any], limits: Limits, oids: Sequence[int]) -> Positions:
    """Where sequences stand: in short transactions of their own, in one round trip."""
    from psycopg import errors

    if not oids:
        return Positions({})
    version = connection.info.server_version // 10_000
    questions = chosen("positions", version, oids)
    try:
        answers = sent(connection, "; ".join(f"{begin(limits)}; {q}; COMMIT" for q in questions))
    except (
        errors.InsufficientPrivilege, errors.InternalError_, errors.LockNotAvailable,
        errors.UndefinedTable,
    ) as error:  # fmt: skip
        why = error.diag.message_primary or "PostgreSQL did not say why"
    else:
        return Positions({row[0]: (row[1], row[2]) for rows in answers for row in rows})
    connection.execute("ROLLBACK")
    return Positions({}, why)


def live_facts(
    catalog: Catalog,
    stands: Positions,
    context: Context,
    connection: Connection[Any],
    target: Target,
) -> LiveFacts:
    """The facts."""
    rows = catalog.rows
    ((read_at, counted_since, counting),) = rows["moment"]
    unknown = [(name, catalog.denied[name]) for name in UNNEEDED if name in catalog.denied]
    if stands.unknown:
        unknown.append(("positions", stands.unknown))
    return LiveFacts(
        server=server_from(rows["server"][0], connection, target),
        read_at=read_at,
        role=next((_role(row) for row in rows["role"]), None),
        counting=counting,
        counted_since=counted_since,
        tables=dict(sorted(_tables(rows, context))),
        indexes=tuple(sorted(_indexes(rows, context), key=lambda i: (i.table, i.name))),
        sequences=tuple(sorted(_sequences(rows, stands, context), key=lambda s: s.name)),
        schemas={
            name: SchemaRights(owner, grants(rights, owner))
            for name, rights, owner in sorted(rows["schemas"])
        },
        event_triggers=tuple(
            EventTrigger(name, event, QualifiedName(schema, function), ENABLED[enabled])
            for name, event, schema, function, enabled in rows["event_triggers"]
        ),
        followed=None
        if "followers" in catalog.denied
        else {
            QualifiedName(schema, name): tuple(events) for schema, name, events in rows["followers"]
        },
        settings={name: value for name, value in sorted(rows["settings"]) if name in SETTINGS},
        unknown=tuple(unknown),
    )


def _role(row: Row) -> Role:
    name, superuser, bypasses, makes_roles, makes_databases, replicates, member_of = row
    return Role(
        name=name,
        superuser=superuser,
        bypasses_row_security=bypasses,
        creates_roles=makes_roles,
        creates_databases=makes_databases,
        replicates=replicates,
        member_of=tuple(sorted(member_of)),
    )


def _tables(
    rows: Mapping[str, list[Row]], context: Context
) -> Iterator[tuple[QualifiedName, TableUse]]:
    scans: Counter[int] = Counter()
    for row in rows["index_use"]:
        scans[row[0]] += row[8]
    for oid, estimate, pages, sequential, inserted, updated, deleted in rows["table_use"]:
        # Before PostgreSQL 14 a table that was never counted has 0 rows on 0 pages.
        counted = estimate > 0 or (estimate == 0 and pages > 0)
        yield (
            context.relations[oid],
            TableUse(
                rows=round(estimate) if counted else None,
                pages=pages,
                sequential_scans=sequential,
                index_scans=scans[oid],
                inserted=inserted,
                updated=updated,
                deleted=deleted,
            ),
        )


def _indexes(rows: Mapping[str, list[Row]], context: Context) -> Iterator[IndexUse]:
    for relation, *facts in rows["index_use"]:
        yield IndexUse(context.relations[relation], *facts)


def _sequences(
    rows: Mapping[str, list[Row]], stands: Positions, context: Context
) -> Iterator[SequencePosition]:
    for row in rows["sequences"]:
        oid, schema, name, _, minimum, maximum, increment, cycles, _, relation, number = row
        unknown, last = stands.of.get(
            oid, (stands.unknown or "it was made or dropped meanwhile", None)
        )
        owner = context.relations.get(relation) if relation else None
        column = context.columns.get(relation, {}).get(number) if owner else None
        yield SequencePosition(
            name=QualifiedName(schema, name),
            minimum=minimum,
            maximum=maximum,
            increment=increment,
            cycles=cycles,
            last=last,
            unknown=unknown,
            owned_by=(owner, column) if owner and column else None,
        )

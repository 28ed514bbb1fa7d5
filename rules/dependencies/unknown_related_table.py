"""An entry ties its table to another that does not exist.

Related and dependent tables are what a reviewer goes through before a change. A name that leads
nowhere is a table that was renamed, dropped or never made, and the one that is really meant is not
looked at.

Write the name of a table that has an entry, or take it out:

    **Related Entities**:
    - `users`: Associated user context

Only names in backticks are taken for tables.
"""

import difflib
from collections.abc import Iterator

from ctb_lint.catalogue import Catalogue
from ctb_lint.claims import Claims
from ctb_lint.demands import RelatedTable
from ctb_lint.model import ObjectId, ObjectKind, QualifiedName, Schema
from ctb_lint.rule import WARNING, Finding, rule
from ctb_lint.surroundings import Built

_FEW = 200


@rule("D016", severity=WARNING, doctrine=True)
def unknown_related_table(
    demand: RelatedTable,
    catalogue: Catalogue,
    schema: Schema,
    claims: Claims,
    built: Built | None,
) -> Iterator[Finding]:
    schemas = (schema, *(built.schemas if built else ()))
    if any(demand.other in {*one.tables, *one.views} for one in schemas):
        return
    entries = {entry.table for entry in catalogue.entries}
    rows = {row.name.text.strip("`* ").lower() for row in catalogue.index}
    if demand.other in entries or demand.other.name.lower() in rows:
        return
    yield Finding(
        message=f"{demand.table} is tied to {demand.other}, which is no table",
        object=ObjectId(ObjectKind.TABLE, demand.table.schema, None, demand.table.name),
        at=demand.origin.location,
        facet=f"{demand.other}",
        hint=_hint(demand.other, entries),
        because=demand,
    )


def _hint(name: QualifiedName, entries: set[QualifiedName]) -> str:
    # To look for what is alike takes long where there is much of it.
    names = sorted({entry.name for entry in entries}) if len(entries) <= _FEW else []
    near = difflib.get_close_matches(name.name, names, 1)
    return (
        f"did you mean `{near[0]}`?" if near else f"write the entry of {name.name}, or take it out"
    )


_ENTRY = """
    -- file: SCHEMA_REFERENCE.md
    ### 1. orders

    **Barton ID**: `BID-DATA-001`

    #### P - Purpose

    **Related Entities**:
    - {said}

    ### 2. users (Planned)

    **Barton ID**: `BID-DATA-002`
"""

_MIGRATIONS = """
    -- file: 001_lines.sql
    CREATE TABLE lines (id int);
    CREATE VIEW open_lines AS SELECT id FROM lines;
"""

VALID = [
    _ENTRY.format(said="`users`: who ordered, by `public.users`"),
    _ENTRY.format(said="All tables with HEIR tracking, and payments"),
    _MIGRATIONS + _ENTRY.format(said="`lines`, `open_lines`"),
]

INVALID = [
    _ENTRY.format(said="`user`: who ordered <!--! D016 -->"),
    _MIGRATIONS + _ENTRY.format(said="`sales.lines`, `lines` <!--! D016 -->"),
]

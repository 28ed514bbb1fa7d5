"""An Active table depends on one that is only Planned.

What is Active runs in production; what is Planned need not exist. The one cannot hold without the
other: either the key is not there, or the status of one of the two is wrong.

Put the status right, or leave the dependency out until the other table exists:

    **Status**: Active

A foreign key counts, and what an entry says under "Foreign Keys" or "Depends on". Related entities
and the lines of a diagram are no dependencies.
"""

from collections.abc import Iterator

from ctb_lint.catalogue import Catalogue, Entry
from ctb_lint.claims import Claims
from ctb_lint.demands import ForeignKeyTo, RelatedTable, Stage
from ctb_lint.entry_ids import finding_on
from ctb_lint.model import ConstraintKind, Location, QualifiedName, Table
from ctb_lint.rule import WARNING, Finding, Related, rule

_LIVE = frozenset({Stage.ACTIVE, Stage.BUILT_IN})


@rule("D007", severity=WARNING, doctrine=True)
def active_depends_on_planned(
    subject: Entry | ForeignKeyTo | RelatedTable,
    table: Table | None,
    catalogue: Catalogue,
    claims: Claims,
) -> Iterator[Finding]:
    if isinstance(subject, Entry):
        for target, at in _keys(table):
            yield from _judged(subject, target, at, catalogue)
        return
    entry = catalogue.entry(subject.table)
    if isinstance(subject, ForeignKeyTo):
        target = subject.target
    elif subject.depends:
        target = subject.other
    else:
        return
    if entry and target not in {name for name, _ in _keys(table)}:
        yield from _judged(entry, target, subject.origin.location, catalogue)


def _keys(table: Table | None) -> Iterator[tuple[QualifiedName, Location | None]]:
    for key in table.constraints_of(ConstraintKind.FOREIGN) if table else ():
        if key.references:
            yield key.references, key.location


def _judged(
    entry: Entry, target: QualifiedName, at: Location | None, catalogue: Catalogue
) -> Iterator[Finding]:
    other = catalogue.entry(target)
    if entry.stage not in _LIVE or other is None or other.stage is not Stage.PLANNED:
        return
    yield finding_on(
        entry,
        f"{entry.table} is {entry.stage} and depends on {target}, which is Planned",
        at or entry.at,
        f"{target}",
        f"make {target.name} Active, or leave the dependency out until it is",
        (Related(f"{target} is Planned here", other.at),),
    )


_ENTRIES = """
    -- file: SCHEMA_REFERENCE.md
    ### 1. orders

    **Barton ID**: `BID-DATA-001`
    **Status**: {stage}

    #### S - Structure

    ```sql
    CREATE TABLE orders (
        user_id int{key}
    );
    ```

    #### P - Purpose

    **Related Entities**:
    - `users`: who ordered

    #### D - Dependencies

    {said}

    ### 2. users (Planned)

    **Barton ID**: `BID-DATA-002`
    **Status**: Planned

    #### S - Structure

    ```sql
    CREATE TABLE users (id int PRIMARY KEY);
    ```

    ```mermaid
    erDiagram
        USERS ||--o{{ ORDERS : places
    ```
"""

VALID = [
    # Related, drawn, and no more than that.
    _ENTRIES.format(stage="Active", key="", said="**Foreign Keys**: None"),
    _ENTRIES.format(stage="Planned", key=" REFERENCES users", said="**Depends on**: `users`"),
]

INVALID = [
    _ENTRIES.format(
        stage="Active", key=" REFERENCES users --! D007", said="**Foreign Keys**: `users`"
    ),
    _ENTRIES.format(
        stage="Active", key="", said="**Foreign Keys**: `user_id` → `users` <!--! D007 -->"
    ),
    _ENTRIES.format(
        stage="Active (Built-in)", key="", said="**Depends on**: `users` <!--! D007 -->"
    ),
]

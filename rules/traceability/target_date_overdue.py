"""A table is still Planned although its target date has passed.

Either the table exists, and the catalogue says that it does not; or the plan has slipped, and
whoever waits for the table reads a date that nobody keeps.

Write the status as it is, or agree on a new date:

    **Status**: Active

    **Target Date**: 2027-03-31

A month, a quarter or a year lasts to its last day. `--as-of` judges on another day than today.
"""

import datetime
from collections.abc import Iterator

from ctb_lint.catalogue import Entry
from ctb_lint.claims import ClaimKind
from ctb_lint.demands import Stage
from ctb_lint.entry_ids import object_of
from ctb_lint.rule import WARNING, Finding, rule
from ctb_lint.tokens import shown


@rule("T012", severity=WARNING, doctrine=True, claims=(ClaimKind.TARGET,))
def target_date_overdue(entry: Entry, as_of: datetime.date) -> Iterator[Finding]:
    target = entry.header.target
    if entry.stage is not Stage.PLANNED or target is None or target.last is None:
        return
    if target.last >= as_of:
        return
    ended = "" if target.first == target.last else f", which ended on {target.last}"
    yield Finding(
        message=f"{entry.table} is still Planned, with the target date {shown(target.text)}{ended}",
        object=object_of(entry),
        at=target.at,
        hint="write `**Status**: Active` if it exists, else a new target date",
        stage=entry.stage,
    )


VALID = [
    """
    -- file: SCHEMA_REFERENCE.md
    ## users
    **Barton ID**: BID-DATA-001
    **Status**: Planned
    **Target Date**: Q4 2999

    ## orders
    **Barton ID**: BID-DATA-002
    **Status**: Planned
    **Target Date**: 9999
    """,
    # It was met, there is none, or it is none that can be read.
    """
    -- file: SCHEMA_REFERENCE.md
    ## users
    **Barton ID**: BID-DATA-001
    **Status**: Active
    **Target Date**: Q4 2020

    ## orders (Planned)
    **Barton ID**: BID-DATA-002

    ## payments
    **Barton ID**: BID-DATA-003
    **Status**: Planned
    **Target Date**: when there is time
    """,
]

INVALID = [
    """
    -- file: SCHEMA_REFERENCE.md
    ## users
    **Barton ID**: BID-DATA-001
    **Status**: Planned
    **Target Date**: Q4 2020 <!--! T012 -->

    ## orders (Planned)
    - Barton ID: BID-DATA-002
    - Planned for: March 2021 <!--! T012 -->

    ## payments
    **Barton ID**: BID-DATA-003
    **Status**: Planned
    **Target Date**: 2020-02-29 (with the shop) <!--! T012 -->
    """,
]

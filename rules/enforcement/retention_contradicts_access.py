"""The rows of a table may be deleted at another age than the one they are kept for.

The entry keeps critical errors for a year and lets administrators delete any row after 90 days:
whoever does what the one sentence allows breaks the other. The other way round, rows that have to
go after 90 days must wait until somebody may touch them.

Say the same in both, row by row where they differ:

    - **Delete Access**: Administrators only (after 365 days)
    - Retention policy: 90 days for errors, 365 days for critical

with a service that deletes the errors earlier named beside the administrators.
"""

from collections.abc import Iterator

from ctb_lint.catalogue import Entry
from ctb_lint.claims import ClaimKind
from ctb_lint.demands import Access, Action, Demands, Retention
from ctb_lint.entry_ids import object_of
from ctb_lint.rule import WARNING, Finding, rule


@rule("E030", severity=WARNING, doctrine=True, claims=(ClaimKind.ACCESS, ClaimKind.RULE))
def retention_contradicts_access(entry: Entry, demands: Demands) -> Iterator[Finding]:
    allowed = [
        (one, one.after_days)
        for one in demands.of(Access, entry.table)
        if one.action is Action.DELETE and one.after_days is not None
    ]
    if not allowed:
        return
    kept = demands.of(Retention, entry.table)
    # Who may delete first, and who must not before.
    access, age = min(allowed, key=lambda pair: pair[1])
    for retention in kept:
        if retention.days == age:
            continue
        those = f"those of {' and '.join(retention.values)}" if retention.values else "they"
        if age < retention.days:
            told = f"after {age} days, but {those} are kept for {retention.days} days"
        else:
            told = f"only after {age} days, but {those} go after {retention.days} days"
        yield Finding(
            message=f"rows of {entry.table} may be deleted {told}",
            object=object_of(entry),
            at=access.origin.location,
            facet=" ".join(retention.values),
            hint="give both the same age",
            because=retention,
            stage=entry.stage,
        )


VALID = [
    """
    -- file: SCHEMA_REFERENCE.md
    ### 1. orders

    **Barton ID**: `BID-DATA-001`

    #### A - Authentication & Authorization

    - **Delete Access**: Administrators only (after 90 days)

    #### E - Enforcement

    - Retention policy: 90 days
    """,
    # An age is said only once.
    """
    -- file: SCHEMA_REFERENCE.md
    ### 1. orders

    **Barton ID**: `BID-DATA-001`

    #### A - Authentication & Authorization

    - **Delete Access**: Administrators only

    #### E - Enforcement

    - Retention policy: 90 days for errors, 365 days for critical
    """,
    # The age of another right.
    """
    -- file: SCHEMA_REFERENCE.md
    ### 1. orders

    **Barton ID**: `BID-DATA-001`

    #### A - Authentication & Authorization

    - **Read Access**: Administrators only (after 90 days)

    #### E - Enforcement

    - Retention policy: 365 days
    """,
]

INVALID = [
    """
    -- file: SCHEMA_REFERENCE.md
    ### 1. orders

    **Barton ID**: `BID-DATA-001`

    #### A - Authentication & Authorization

    - **Delete Access**: Administrators only (after 90 days) <!--! E030 -->

    #### E - Enforcement

    - Retention policy: 90 days for errors, 365 days for critical
    """,
    # Too late for some, too early for others.
    """
    -- file: SCHEMA_REFERENCE.md
    ### 1. orders

    **Barton ID**: `BID-DATA-001`

    #### A - Authentication & Authorization

    - **Delete Access**: Administrators only (after 3 months) <!--! E030 E030 -->

    #### E - Enforcement

    - Kept for 30 days for info, one year or 365 days for audits
    """,
]

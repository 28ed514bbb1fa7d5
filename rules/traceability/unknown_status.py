"""The status of an entry is none that the standard knows.

The status decides what an entry is held to: what is Active must exist, what is Planned need not
yet. An entry with a word of its own is held to everything, and every count of active and planned
tables leaves it out.

Write one of the three:

    **Status**: Active
    **Status**: Planned
    **Status**: Active (Built-in)
"""

import difflib
from collections.abc import Iterator

from ctb_lint.catalogue import Entry
from ctb_lint.claims import ClaimKind
from ctb_lint.demands import Stage
from ctb_lint.entry_ids import object_of
from ctb_lint.rule import ERROR, Finding, rule
from ctb_lint.tokens import shown

WRITTEN = {"active": "Active", "planned": "Planned", "built-in": "Active (Built-in)"}


@rule("T011", severity=ERROR, doctrine=True, claims=(ClaimKind.STATUS,))
def unknown_status(entry: Entry) -> Iterator[Finding]:
    status = entry.header.status
    if status is None or entry.header.stage is not Stage.UNKNOWN:
        return
    words = status.text[:40].lower().split()
    near = [known for word in words for known in difflib.get_close_matches(word, WRITTEN, 1)]
    meant = f"write `{WRITTEN[near[0]]}`" if near else "write Active, Planned or Active (Built-in)"
    yield Finding(
        message=f"{entry.table} has the status {shown(status.text)}, which is neither Active, "
        "Planned nor Built-in",
        object=object_of(entry),
        at=status.at,
        hint=meant,
        stage=entry.stage,
    )


VALID = [
    """
    -- file: SCHEMA_REFERENCE.md
    ## users
    **Barton ID**: BID-DATA-001
    **Status**: Active

    ## orders
    **Barton ID**: BID-DATA-002
    - Status: `planned`

    ## schema_migrations
    **Barton ID**: BID-DATA-999
    **Status**: Active (Built-in)

    ## payments
    **Barton ID**: BID-DATA-003
    **Status**: ✅ **Active** (since 2024)
    """,
    # None at all is another fault; a column of that name is none of the entry's.
    """
    -- file: SCHEMA_REFERENCE.md
    ## users
    **Barton ID**: BID-DATA-001
    ### S - Structure
    - `status` (VARCHAR): "open", "shut"
    - **Status**: open
    """,
]

INVALID = [
    """
    -- file: SCHEMA_REFERENCE.md
    ## users
    **Barton ID**: BID-DATA-001
    **Status**: Deprecated <!--! T011 -->

    ## orders
    **Barton ID**: BID-DATA-002
    **Status**: Actve <!--! T011 -->
    """,
    # The heading does not mend it.
    """
    -- file: SCHEMA_REFERENCE.md
    ## users (Planned)
    **Barton ID**: BID-DATA-001
    **Status**: in review <!--! T011 -->
    """,
]

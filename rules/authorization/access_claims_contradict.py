"""Two sentences of an entry let different people do the same.

One says that all users may read the rows, the other names the roles that may. Whoever grants the
rights follows the one they read first; whoever audits them follows the other.

Keep one of the two, and say the same in both sections:

    - **Read Access**: Administrators, Support team
    - **Row-Level Security**: None

An entry that asks both for row-level security and for none contradicts itself in the same way.
"""

from collections.abc import Iterator

from ctb_lint.catalogue import Entry
from ctb_lint.claims import ClaimKind
from ctb_lint.demands import Access, Action, Demand, Demands, RowSecurity
from ctb_lint.entry_ids import object_of
from ctb_lint.rule import WARNING, Finding, rule


@rule(
    "A017",
    severity=WARNING,
    doctrine=True,
    claims=(ClaimKind.ACCESS, ClaimKind.ROW_SECURITY),
)
def access_claims_contradict(entry: Entry, demands: Demands) -> Iterator[Finding]:
    said = demands.of(Access, entry.table)
    for action in Action:
        of_action = [one for one in said if one.action is action]
        everybody = [one for one in of_action if one.everybody]
        some = [one for one in of_action if not one.everybody]
        if everybody and some:
            roles = ", ".join(some[0].roles) or "nobody"
            told = f"lets everybody {action} its rows, and {roles} only"
            yield _finding(entry, told, action, everybody[0], some[0])
    security = demands.of(RowSecurity, entry.table)
    wanted = [one for one in security if one.wanted]
    unwanted = [one for one in security if not one.wanted]
    if wanted and unwanted:
        told = "asks for row-level security, and for none"
        yield _finding(entry, told, "row security", wanted[0], unwanted[0])


def _finding(entry: Entry, told: str, facet: str, one: Demand, other: Demand) -> Finding:
    """At the later of the two, because of the earlier."""
    first, second = sorted((one, other), key=_place)
    return Finding(
        message=f"the entry of {entry.table} {told}",
        object=object_of(entry),
        at=second.origin.location,
        facet=facet,
        hint="correct the sentence that is wrong",
        because=first,
        stage=entry.stage,
    )


def _place(demand: Demand) -> tuple[str, int]:
    at = demand.origin.location
    return (at.path, at.start) if at else ("", 0)


VALID = [
    """
    -- file: SCHEMA_REFERENCE.md
    ### 1. orders

    **Barton ID**: `BID-DATA-001`

    #### A - Authentication & Authorization

    - **Read Access**: Administrators, Support team
    - **Write Access**: All authenticated users
    - **Row-Level Security**: None
    """,
    # Of two lists of roles the second may add to the first.
    """
    -- file: SCHEMA_REFERENCE.md
    ### 1. orders

    **Barton ID**: `BID-DATA-001`

    #### A - Authentication & Authorization

    - **Read Access**: Administrators
    - **Read Access (reports)**: Finance
    """,
    # What one table allows is nothing to another.
    """
    -- file: SCHEMA_REFERENCE.md
    ### 1. orders

    **Barton ID**: `BID-DATA-001`

    #### A - Authentication & Authorization

    - **Read Access**: Administrators

    ### 2. invoices

    **Barton ID**: `BID-DATA-002`

    #### A - Authentication & Authorization

    - **Read Access**: All users
    """,
]

INVALID = [
    """
    -- file: SCHEMA_REFERENCE.md
    ### 1. orders

    **Barton ID**: `BID-DATA-001`

    #### A - Authentication & Authorization

    - **Read Access**: Administrators, Support team
    - **Write Access**: Services
    - **Row-Level Security**: None (all authenticated users can read) <!--! A017 -->
    """,
    """
    -- file: SCHEMA_REFERENCE.md
    ### 1. orders

    **Barton ID**: `BID-DATA-001`

    #### A - Authentication & Authorization

    - **Delete Access**: Everybody
    - **Delete Access**: None <!--! A017 -->
    - **Row-Level Security**: Required
    - **RLS**: Off <!--! A017 -->
    """,
]

"""The day on which the catalogue was to be reviewed next has passed.

A catalogue that nobody reads again drifts, and everything in it is believed all the same. The date
is the promise that somebody looks.

Review the catalogue, and write the day of the review after that:

    **Next Review**: 2027-01-15

A month, a quarter or a year lasts to its last day. `--as-of` judges on another day than today.
"""

import datetime
from collections.abc import Iterator

from ctb_lint.catalogue import Catalogue
from ctb_lint.claims import ClaimKind
from ctb_lint.model import ObjectId, ObjectKind
from ctb_lint.rule import WARNING, Finding, rule
from ctb_lint.tokens import shown


@rule("T013", severity=WARNING, doctrine=True, claims=(ClaimKind.REVIEW,))
def review_overdue(catalogue: Catalogue, as_of: datetime.date) -> Iterator[Finding]:
    due = catalogue.footer.next_review
    if due is None or due.last is None or due.last >= as_of:
        return
    days = (as_of - due.last).days
    late = "1 day" if days == 1 else f"{days} days"
    yield Finding(
        message=f"the review of the catalogue, due {shown(due.text)}, is {late} overdue",
        object=ObjectId(ObjectKind.FILE, None, None, due.at.path),
        at=due.at,
        hint="review it, and write the day of the next review",
    )


VALID = [
    """
    -- file: SCHEMA_REFERENCE.md
    # Tables
    ## users
    **Barton ID**: BID-DATA-001

    ---
    **Next Review**: 2999-11-23
    """,
    # What was reviewed last, and what an entry or a sentence says.
    """
    -- file: SCHEMA_REFERENCE.md
    # Tables
    **Last Updated**: 2020-10-23
    **Review Schedule**: Monthly

    The next review in 2020 was the last of its kind.

    ## users
    **Barton ID**: BID-DATA-001
    **Next Review**: 2020-11-23
    """,
    # It cannot be read; the last one counts.
    """
    -- file: SCHEMA_REFERENCE.md
    # Tables
    **Next Review**: 2020-11-23

    ## users
    **Barton ID**: BID-DATA-001

    ---
    **Next Review**: next spring
    """,
]

INVALID = [
    """
    -- file: SCHEMA_REFERENCE.md
    # Tables
    ## users
    **Barton ID**: BID-DATA-001

    ---
    **Review Schedule**: Monthly
    **Next Review**: 2020-11-23 <!--! T013 -->
    """,
    """
    -- file: SCHEMA_REFERENCE.md
    # Tables
    - Review due: Q1 2021 <!--! T013 -->

    ## users
    **Barton ID**: BID-DATA-001
    """,
]

"""A sentence of the catalogue is not understood, so that nobody checks it.

The Enforcement section is a contract: each of its sentences says what must hold. One that only
people can read is not held against the migrations and the database, and drifts like all prose.

Word it as one of the sentences that are known, one demand a line, names in backticks:

    - `status` must be one of: "open", "paid"
    - `number` must be non-empty
    - No NULL values for `created_at`

Where it demands nothing of the database, move it to another section. `ctb-lint claims` prints how
each sentence was read.
"""

from collections.abc import Iterator

from ctb_lint.claims import Claim
from ctb_lint.model import ObjectId, ObjectKind
from ctb_lint.rule import INFO, Finding, rule

_LONGEST = 80


@rule("E013", severity=INFO, doctrine=True)
def claim_not_understood(claim: Claim) -> Iterator[Finding]:
    if claim.understood:
        return
    text = " ".join(claim.text.split())
    shown = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
    if claim.entry:
        named = ObjectId(ObjectKind.TABLE, claim.entry.schema, None, claim.entry.name)
    else:
        named = ObjectId(ObjectKind.FILE, None, None, claim.at.path)
    yield Finding(
        message=f'not understood, and not checked: "{shown}"',
        object=named,
        at=claim.at,
        facet=text,
        hint="word it like the examples of `ctb-lint explain E013`, one demand a line",
    )


VALID = [
    """
    -- file: SCHEMA_REFERENCE.md
    ### 1. orders

    **Barton ID**: `BID-DATA-001`

    #### E - Enforcement

    - `number` must be non-empty
    - Rate limiting on login attempts
    """,
    # What stands in other sections may be prose.
    """
    -- file: SCHEMA_REFERENCE.md
    ### 1. orders

    **Barton ID**: `BID-DATA-001`

    #### P - Purpose

    **Business Purpose**: Orders shall be kept in good order
    """,
]

INVALID = [
    """
    -- file: SCHEMA_REFERENCE.md
    ### 1. orders

    **Barton ID**: `BID-DATA-001`

    #### E - Enforcement

    - `number` must be non-empty
    - Numbers shall be kept in good order <!--! E013 -->
    """,
]

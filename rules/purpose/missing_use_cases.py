"""The Purpose section of an entry names no use case.

Use cases tell which reads and writes a table has to serve. Without them nobody can say which index
is needed, which column is still used, or who has to be asked before a change.

List them:

    **Use Cases**:
    1. Fulfilment
    2. Yearly accounts

An entry without a Purpose section at all is told of by missing-stamped-section.
"""

import re
from collections.abc import Iterator

from ctb_lint.catalogue import Entry, Sentence
from ctb_lint.claims import ClaimKind
from ctb_lint.entry_ids import object_of
from ctb_lint.purposes import USE_CASES
from ctb_lint.questions import asks
from ctb_lint.rule import INFO, Finding, rule

_MEANING = re.compile(r"[^\W_]")


@rule("P004", severity=INFO, doctrine=True, claims=(ClaimKind.USE_CASES, ClaimKind.WORKFLOWS))
def missing_use_cases(entry: Entry) -> Iterator[Finding]:
    section = entry.section("P")
    if section is None:
        return
    sections = (one for one in entry.sections if one.letter == section.letter)
    sentences = (*entry.preface, *(s for one in sections for s in one.sentences))
    if any(_is_use_case(sentence) for sentence in sentences):
        return
    yield Finding(
        message=f"the Purpose section of {entry.table} names no use case",
        object=object_of(entry),
        at=section.at,
        hint="list them under `**Use Cases**:`",
        stage=entry.stage,
    )


def _is_use_case(sentence: Sentence) -> bool:
    if sentence.group and USE_CASES.search(sentence.group):
        return _names_one(sentence.text)
    told = sentence.value if sentence.name and USE_CASES.search(sentence.name) else None
    return told is not None and _names_one(told.text)


def _names_one(text: str) -> bool:
    return _MEANING.search(text) is not None and not asks(text)


VALID = [
    """
    -- file: SCHEMA_REFERENCE.md
    ### 1. orders

    **Barton ID**: `BID-DATA-001`

    #### P - Purpose

    **Business Purpose**: Orders of customers

    **Use Cases**:
    1. Fulfilment
    """,
    # In one line, in a list of another style, as workflows.
    """
    -- file: SCHEMA_REFERENCE.md
    ### orders

    Barton ID: BID-DATA-001

    #### Purpose

    Use cases: fulfilment, accounts

    ### payments

    Barton ID: BID-DATA-002

    #### Purpose

    Used for:
    * accounts

    ### refunds

    Barton ID: BID-DATA-003

    #### Purpose

    ##### Workflows

    - The clerk gives the money back
    """,
    """
    -- file: SCHEMA_REFERENCE.md
    ### orders

    **Barton ID**: `BID-DATA-001`

    #### D - Dependencies

    **Foreign Keys**: None
    """,
]

INVALID = [
    """
    -- file: SCHEMA_REFERENCE.md
    ### 1. orders

    **Barton ID**: `BID-DATA-001`

    #### P - Purpose <!--! P004 -->

    **Business Purpose**: Orders of customers, used daily

    **Use Cases**:

    **Related Entities**:
    - `customers`: who ordered
    """,
    # A question is no answer.
    """
    -- file: SCHEMA_REFERENCE.md
    ### 1. orders

    **Barton ID**: `BID-DATA-001`

    #### P - Purpose <!--! P004 -->

    **Business Purpose**: Orders of customers

    **Use Cases**:
    1. TBD: what is it used for?
    """,
]

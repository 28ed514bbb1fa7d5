"""The Purpose section of an entry does not say what the table is for.

A table whose purpose nobody wrote down is kept because nobody dares to drop it, and is filled with
what belongs elsewhere. The reviewer of the next migration has nothing to hold it against.

Write one sentence:

    **Business Purpose**: Orders of customers, from the basket to the invoice

An entry without a Purpose section at all is told of by missing-stamped-section.
"""

import re
from collections.abc import Iterator

from ctb_lint.catalogue import Entry, Section, Sentence
from ctb_lint.claims import ClaimKind
from ctb_lint.entry_ids import gap_severity, object_of
from ctb_lint.purposes import PURPOSE
from ctb_lint.questions import asks
from ctb_lint.rule import ERROR, INFO, WARNING, Finding, rule
from ctb_lint.standard import Standard

_OTHER = re.compile(
    r"\b(?:use|used|uses|usage|users?|workflows?|scenarios?|related|entities|owners?|see|status"
    r"|consumers?|stakeholders?|version|date)\b",
    re.IGNORECASE,
)
_SAYS_NOTHING = re.compile(
    r"[\W_]*(?:(?:n\s*/\s*a|none|unknown|to (?:be|do)(?: \w+){0,3})[\W_]*)?", re.IGNORECASE
)


@rule(
    "P003",
    severity=ERROR,
    planned=WARNING,
    builtin=INFO,
    doctrine=True,
    claims=(ClaimKind.PURPOSE,),
)
def missing_purpose(entry: Entry, standard: Standard) -> Iterator[Finding]:
    section = entry.section("P")
    if section is None or _has_purpose(entry, section):
        return
    yield Finding(
        message=f"the Purpose section of {entry.table} does not say what the table is for",
        object=object_of(entry),
        at=section.at,
        hint="write `**Business Purpose**: …`",
        severity=gap_severity(entry, standard),
        stage=entry.stage,
    )


def _has_purpose(entry: Entry, section: Section) -> bool:
    fields = (field for field in entry.header.fields if PURPOSE.search(field.name))
    if any(_says(field.value.text) for field in fields):
        return True
    sections = (one for one in entry.sections if one.letter == section.letter)
    sentences = (*entry.preface, *(s for one in sections for s in one.sentences))
    return any(_states(sentence) for sentence in sentences)


def _states(sentence: Sentence) -> bool:
    """Whether the sentence tells a purpose: it is called so, or stands in the section as prose."""
    if sentence.name and sentence.value and PURPOSE.search(sentence.name):
        return _says(sentence.value.text)
    if sentence.group and PURPOSE.search(sentence.group):
        return _says(sentence.text)
    plain = sentence.group is None and not _OTHER.search(sentence.name or "")
    return plain and sentence.section == "P" and _says(sentence.text)


def _says(text: str) -> bool:
    return _SAYS_NOTHING.fullmatch(text) is None and not asks(text)


VALID = [
    """
    -- file: SCHEMA_REFERENCE.md
    ### 1. orders

    **Barton ID**: `BID-DATA-001`
    **Status**: Active

    #### P - Purpose

    **Business Purpose**: Orders of customers
    """,
    # Prose, a bullet, a label above: however it is said.
    """
    -- file: SCHEMA_REFERENCE.md
    ### orders

    Barton ID: BID-DATA-001

    #### Purpose

    What customers ordered, none of it older than a year.

    ### payments

    Barton ID: BID-DATA-002

    #### (P) Purpose

    - What customers paid

    ### refunds

    Barton ID: BID-DATA-003

    #### P: Purpose

    **Purpose**

    What customers got back

    ### accounts

    Barton ID: BID-DATA-004

    #### Purpose

    One place for all: money that comes and goes
    """,
    # Without the section it is another rule that tells.
    """
    -- file: SCHEMA_REFERENCE.md
    ### orders

    **Barton ID**: `BID-DATA-001`
    **Status**: Active

    #### D - Dependencies

    **Foreign Keys**: None
    """,
]

INVALID = [
    """
    -- file: SCHEMA_REFERENCE.md
    ### 1. orders

    **Barton ID**: `BID-DATA-001`
    **Status**: Active

    #### P - Purpose <!--! P003 -->

    **Use Cases**: Fulfilment
    **Owner**: Sales

    ### 2. payments (Planned)

    **Barton ID**: `BID-DATA-002`
    **Status**: Planned

    #### P - Purpose <!--! P003 -->
    """,
    # Words that say nothing.
    """
    -- file: SCHEMA_REFERENCE.md
    ### orders

    **Barton ID**: `BID-DATA-001`

    #### P - Purpose <!--! P003 -->

    **Business Purpose**: TBD

    ### payments

    **Barton ID**: `BID-DATA-002`

    #### P - Purpose <!--! P003 -->

    To be written.
    """,
]

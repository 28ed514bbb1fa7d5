"""An entry of the catalogue asks something that nobody has answered.

A draft asks what only a person can know: who may read the table, how long its rows are kept, which
services write it. As long as the mark stands there, the section looks complete and says nothing.

Answer it in its place:

    - **Read Access**: Administrators, support
    - Retention policy: 90 days

What begins with TBD, TBA, TODO, FIXME or "to be decided" is such a question. Status, dates, author,
purpose and use cases have rules of their own.
"""

from collections.abc import Iterator

from ctb_lint.catalogue import Entry, Sentence
from ctb_lint.entry_ids import finding_on, gap_severity
from ctb_lint.model import Location
from ctb_lint.purposes import called_purpose, called_use_case
from ctb_lint.questions import asked_in, asks
from ctb_lint.rule import INFO, WARNING, Finding, rule
from ctb_lint.standard import Standard

_OWN_RULES = frozenset({"barton-id", "heir-id", "status", "created", "author", "modified"})
"""Fields that T001 to T008 and T011 judge."""


@rule("T029", severity=WARNING, doctrine=True, planned=INFO, builtin=INFO)
def unanswered_question(entry: Entry, standard: Standard) -> Iterator[Finding]:
    for field in entry.header.fields:
        if field.key not in _OWN_RULES and asks(field.value.text):
            yield _finding(entry, field.name, asked_in(field.value.text), field.at, standard)
    asking = [(one, asked) for one in entry.sentences if (asked := _asked(one)) is not None]
    if not asking:
        return
    uses = [one for one in entry.sentences if one.section == "P" and called_use_case(one)]
    unused = uses if all(_asked(one) is not None for one in uses) else []
    for sentence, asked in asking:
        if not called_purpose(sentence) and sentence not in unused:
            name = sentence.name or sentence.group or sentence.section or ""
            yield _finding(entry, name, asked, sentence.at, standard)


def _asked(sentence: Sentence) -> str | None:
    """What a line asks, or the first cell of a row that asks something."""
    if sentence.cells:
        return next((asked_in(cell.text) for cell in sentence.cells if asks(cell.text)), None)
    return asked_in(sentence.text)


def _finding(
    entry: Entry, name: str, asked: str | None, at: Location, standard: Standard
) -> Finding:
    what = f": {asked}" if asked else ""
    return finding_on(
        entry,
        f"{entry.table} leaves {name} open{what}",
        at,
        f"{name} {asked}",
        "answer it in its place",
        severity=gap_severity(entry, standard),
    )


VALID = [
    # Answered; what another rule judges; words that only begin alike, and what stands in code.
    """
    -- file: SCHEMA_REFERENCE.md
    ### 1. orders

    **Barton ID**: `BID-DATA-001`
    **Author**: TBD
    **Reviewer**: Todor Dimov

    #### S - Structure

    ```sql
    CREATE TABLE orders (id int PRIMARY KEY); -- TBD: more columns?
    ```

    #### A - Authorization

    - **Read Access**: Administrators (others: tbd)

    #### P - Purpose

    **Business Purpose**: TBD: what is it for?

    **Use Cases**:
    1. TBD
    2. TODO: which others?

    #### E - Enforcement

    - Todos are kept for 90 days
    - `tbd` must be non-empty
    """,
    # Outside entries anything may be open.
    """
    -- file: SCHEMA_REFERENCE.md
    **Maintainer**: TBD

    - TODO: more tables
    """,
]

INVALID = [
    """
    -- file: SCHEMA_REFERENCE.md
    ### 1. orders

    **Barton ID**: `BID-DATA-001`
    **Status**: Active
    **Reviewer**: TBD <!--! T029 -->

    #### A - Authorization

    - **Read Access**: TBD: who may read it? <!--! T029 -->
    - **Write Access:** *To be decided* <!--! T029 -->

    | Role | Delete |
    |------|--------|
    | Administrators | tbd | <!--! T029 -->

    #### P - Purpose

    **Use Cases**:
    1. Fulfilment
    2. TBD: what else? <!--! T029 -->

    #### E - Enforcement

    TODO <!--! T029 -->
    """,
    # Information where the table is only planned.
    """
    -- file: SCHEMA_REFERENCE.md
    ### 1. orders

    **Barton ID**: `BID-DATA-001`
    **Status**: Planned
    **Target Date**: TBD: when? <!--! T029 -->
    """,
]

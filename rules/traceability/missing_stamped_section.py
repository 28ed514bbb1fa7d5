"""An entry of the catalogue lacks one of the seven STAMPED sections, or leaves it empty.

Each section answers a question that somebody will have under pressure: who may read this table,
how is its migration rolled back, what breaks when it goes. An answer that was never written down
is looked up in the code, or guessed.

Add the section, with what the legend lists for it:

    #### D - Dependencies

    **Foreign Keys**: None

Where the table is Planned a missing section is a warning. Where a migration tool owns the table it
is information.
"""

from collections.abc import Iterator

from ctb_lint.catalogue import SECTION_TITLES, Entry
from ctb_lint.entry_ids import gap_severity, object_of
from ctb_lint.rule import ERROR, INFO, WARNING, Example, Finding, rule
from ctb_lint.standard import Standard


@rule("T009", severity=ERROR, doctrine=True, planned=WARNING, builtin=INFO)
def missing_stamped_section(entry: Entry, standard: Standard) -> Iterator[Finding]:
    for letter, title in SECTION_TITLES.items():
        there = [section for section in entry.sections if section.letter == letter]
        if not all(section.empty for section in there) or (entry.repeats and not there):
            continue
        name = f"{letter} - {title}"
        what = "only the heading of the" if there else "no"
        yield Finding(
            message=f"{entry.table} has {what} section {name}",
            object=object_of(entry),
            at=there[0].at if there else entry.at,
            facet=letter,
            hint=f"write it below the heading `{name}`",
            severity=gap_severity(entry, standard),
            stage=entry.stage,
        )


VALID = [
    """
    -- file: SCHEMA_REFERENCE.md
    ## users
    **Status**: Active
    ### S - Structure
    ```sql
    CREATE TABLE users (id int);
    ```
    ### T - Traceability
    - **Commit**: `1617b8ef`
    ### A - Authentication & Authorization
    - **Read Access**: everyone
    ### M - Migration
    ```bash
    psql -f 001_users.sql
    ```
    ### P - Purpose
    Who may log in.
    ### E - Enforcement
    | Column | Rule |
    |---|---|
    | id | unique |
    ### D - Dependencies
    1. None
    """,
    # A second entry of a table is a fault of its own.
    """
    -- file: SCHEMA_REFERENCE.md
    ## 1. users
    S: the table `users`
    T: created in 2025
    A: everyone
    M: by `001.sql`
    P: who may log in
    E: nothing
    D: none
    ## 1. users
    A: clerks
    """,
    # Other words, another order, labels for headings.
    """
    -- file: SCHEMA_REFERENCE.md
    ## `users` (Active)
    **Barton ID**: BID-DATA-001

    **P - Purpose**: who may log in

    **S - Structure**
    - `id` (INTEGER)

    **D - Dependencies**: none

    M: Migration - 001_users.sql

    **A** Authorization: everyone reads

    E: Enforcement - none

    **T: Traceability**
    - Commit: `1617b8ef`
    """,
    # The legend is no entry.
    """
    -- file: SCHEMA_REFERENCE.md
    ## STAMPED Legend
    ### S - Structure
    - Columns
    """,
]

_SECTIONS = """
    ### S - Structure
    - `id` (INTEGER)
    ### T - Traceability
    - **Commit**: `1617b8ef`
    ### A - Authorization
    - **Read Access**: everyone
    ### M - Migration
    - **Version**: 1.0
    ### P - Purpose
    Who may log in.
"""

INVALID = [
    f"""
    -- file: SCHEMA_REFERENCE.md
    ## users <!--! T009 T009 -->
    **Status**: Active
{_SECTIONS}
    ## orders <!--! T009 T009 -->
    **Status**: Planned
{_SECTIONS}
    ## schema_migrations <!--! T009 T009 -->
    **Status**: Active (Built-in)
{_SECTIONS}
    """,
    # A heading is no section; nor is a comment that nobody sees.
    f"""
    -- file: SCHEMA_REFERENCE.md
    ## users
    **Status**: Active
{_SECTIONS}
    ### E - Enforcement <!--! T009 -->

    ### D - Dependencies <!--! T009 -->
    <!-- to be written -->
    """,
    # Another entry's section.
    Example(
        f"""
    -- file: SCHEMA_REFERENCE.md
    ## users <!--! T009 T009 -->
    **Status**: Active
{_SECTIONS}
    ## orders
    **Status**: Active
{_SECTIONS}
    ### E - Enforcement
    - `id` must be unique
    ### D - Dependencies
    - None
    """
    ),
]

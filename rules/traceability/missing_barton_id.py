"""An entry of the catalogue gives its table no Barton ID.

The Barton ID is the number that a table keeps for life. Names change, and the audit trail, tickets
and other catalogues then still point at the right table; a table without the number can only be
found by a name that may not be its name any more.

Add the field below the entry's heading, with the next number that is free:

    **Barton ID**: `BID-DATA-008`

Tables that a migration tool owns have the number 999. For them it is information.
"""

import itertools
from collections import Counter
from collections.abc import Iterator

from ctb_lint.catalogue import Catalogue
from ctb_lint.demands import Stage
from ctb_lint.entry_ids import BARTON, gap_severity, id_of, object_of, parsed
from ctb_lint.rule import ERROR, INFO, Example, Finding, rule
from ctb_lint.standard import BUILT_IN_NUMBER, Standard


@rule("T001", severity=ERROR, doctrine=True, builtin=INFO)
def missing_barton_id(catalogue: Catalogue, standard: Standard) -> Iterator[Finding]:
    lacking = [one for one in catalogue.entries if not (one.header.barton_id or one.repeats)]
    if not lacking:
        return
    listed = {
        row.name.text.rpartition(".")[2]: row.barton_id.text
        for row in catalogue.index
        if row.barton_id
    }
    division, last = _division(catalogue, standard, set(listed.values()))
    template = dict(standard.formats)["barton_id"][0].replace("{division}", division)
    free = (number for n in itertools.count(last + 1) if (number := f"{n:03}") != BUILT_IN_NUMBER)
    for entry in lacking:
        owned = entry.stage is Stage.BUILT_IN or standard.exempt(entry.table)
        known = listed.get(entry.name)
        number = "" if known else BUILT_IN_NUMBER if owned else next(free)
        where = ", as the index has it" if known else ""
        yield Finding(
            message=f"{entry.table} has no Barton ID",
            object=object_of(entry),
            at=entry.at,
            hint=f"write `**Barton ID**: {known or template.replace('{nnn}', number)}`{where}",
            severity=gap_severity(entry, standard),
            stage=entry.stage,
        )


def _division(catalogue: Catalogue, standard: Standard, listed: set[str]) -> tuple[str, int]:
    """The division that most tables are of, and the highest number in it that is not of a built-in
    table; the token itself and 0 where no table has one."""
    given = listed | {value.text for one in catalogue.entries if (value := id_of(one, BARTON))}
    divisions: Counter[str] = Counter()
    highest: Counter[str] = Counter()
    for text in sorted(given):
        tokens = parsed(text, BARTON, standard)
        division, number = tokens.get("division", "{division}"), tokens.get("nnn", "0")
        divisions[division] += "division" in tokens
        if number.isdecimal() and len(number) < 10 and number != BUILT_IN_NUMBER:
            highest[division] = max(highest[division], int(number))
    usual = max(divisions, key=lambda division: divisions[division], default="{division}")
    return usual, highest[usual]


VALID = [
    """
    -- file: SCHEMA_REFERENCE.md
    ## users
    **Barton ID**: `BID-DATA-001`
    """,
    # As an item, in a table, and in the section of Traceability.
    """
    -- file: SCHEMA_REFERENCE.md
    ## `users`
    - Barton id: BID-DATA-001

    ## `orders`
    | Field | Value |
    |---|---|
    | Barton ID | BID-DATA-002 |

    ## `payments`
    **HEIR ID**: HEIR-2025-08-SHQ-PAY-01
    ### T - Traceability
    - **BID**: BID-DATA-003
    """,
    # One that is wrong is another fault; the legend is no entry.
    """
    -- file: SCHEMA_REFERENCE.md
    ## STAMPED Legend
    ### T - Traceability
    - Barton ID of the table

    ## users
    **Barton ID**: to be given
    """,
]

INVALID = [
    """
    -- file: SCHEMA_REFERENCE.md
    ## 1. users
    **Barton ID**: `BID-DATA-001`

    ## 2. orders <!--! T001 -->
    **HEIR ID**: `HEIR-2025-08-SHQ-ORDERS-01`
    """,
    # The index alone does not do.
    """
    -- file: SCHEMA_REFERENCE.md
    | Table | Barton ID | Status |
    |---|---|---|
    | users | BID-DATA-001 | Active |

    ## users <!--! T001 -->
    **Barton ID**:

    ## schema_migrations <!--! T001 -->
    **Status**: Active (Built-in)
    ### S - Structure
    ```sql
    CREATE TABLE schema_migrations (version text);
    ```
    """,
    Example(
        """
        -- file: SCHEMA_REFERENCE.md
        ## users <!--! T001 -->
        **HEIR ID**: `HEIR-2025-08-SHQ-USERS-01`
        """,
        """
        [formats]
        barton-id = ["T-{nnn}"]
        """,
    ),
]

"""A waiver has run out.

Somebody accepted the fault until a day, and that day has passed. The waiver no longer holds
anything back, so the findings that it covered count again.

Mend what it covered and delete the waiver. Where more time is needed, agree on a new day and write
it down: `until 2027-03-31` in the comment, `expires = 2027-03-31` in the configuration.
"""

from collections.abc import Iterator

from ctb_lint.model import ObjectId, ObjectKind
from ctb_lint.rule import ERROR, Example, Finding, rule
from ctb_lint.waivers import WaiverUse


# An audit's own record that has lapsed is a violation, like a demand that nobody meets.
@rule("T051", severity=ERROR, doctrine=True)
def expired_waiver(use: WaiverUse) -> Iterator[Finding]:
    waiver = use.waiver
    if not use.expired or waiver.problem:
        return
    listed = ", ".join(waiver.rules)
    where = f" of {waiver.object}" if waiver.object else ""
    held = f"{use.waived} finding{'' if use.waived == 1 else 's'}" if use.waived else "nothing"
    owner = f"; {waiver.owner} answers for it" if waiver.owner else ""
    yield Finding(
        message=f"the waiver of {listed}{where} ended on {waiver.expires}; "
        f"it covered {held}{owner}",
        object=ObjectId(ObjectKind.FILE, None, None, waiver.at.path),
        at=waiver.at,
        facet=f"{listed} {waiver.object or ''}".strip(),
        hint="mend what it covered and delete it, or agree on a new day"
        if use.waived
        else "delete it",
    )


VALID = [
    """
    -- ctb-lint: allow S001, S002 until 9999-12-31 (replaced next year)
    CREATE TABLE imported (id int);
    """,
    "-- ctb-lint: allow S001, S002 (for ever)\nCREATE TABLE imported (id int);",
    Example(
        "CREATE TABLE imported (id int);",
        config="""
        [[waive]]
        rule = "S001"
        object = "imported"
        reason = "replaced next year"
        expires = 9999-12-31
        """,
    ),
]

INVALID = [
    """
    -- ctb-lint: allow S001, S002 until 2020-12-31 (replaced next year) --! T051
    CREATE TABLE imported (id int);
    """,
    """
    -- ctb-lint: allow-file S011 until 2020-12-31 (replaced next year) --! T051
    SELECT 1;
    """,
]

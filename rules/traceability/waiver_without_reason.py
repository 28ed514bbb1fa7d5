"""A waiver gives no reason.

A fault was accepted, and nobody can tell why: not the next maintainer, not the auditor. Whether it
can go is then anybody's guess, so it never goes.

Write the reason behind the rules:

    -- ctb-lint: allow S001 (imported as it is, replaced next year)
"""

from collections.abc import Iterator

from ctb_lint.model import ObjectId, ObjectKind
from ctb_lint.rule import ERROR, Finding, rule
from ctb_lint.waivers import WaiverUse


@rule("T052", severity=ERROR, doctrine=True)
def waiver_without_reason(use: WaiverUse) -> Iterator[Finding]:
    waiver = use.waiver
    # A dot, or a sign that nobody sees, is none.
    if any(sign.isalnum() for sign in waiver.reason) or waiver.problem:
        return
    listed = ", ".join(waiver.rules)
    where = f" of {waiver.object}" if waiver.object else ""
    yield Finding(
        message=f"the waiver of {listed}{where} gives no reason",
        object=ObjectId(ObjectKind.FILE, None, None, waiver.at.path),
        at=waiver.at,
        facet=f"{listed} {waiver.object or ''}".strip(),
        hint='give reason = "…"' if waiver.object else f"write `allow {listed} (why)`",
    )


VALID = [
    """
    -- ctb-lint: allow S001, S002 (imported as it is)
    CREATE TABLE imported (id int);
    """,
    """
    /* ctb-lint: allow S001, S002 (imported
       as it is) */
    CREATE TABLE imported (id int);
    """,
]

INVALID = [
    """
    -- ctb-lint: allow S001, S002 --! T052
    CREATE TABLE imported (id int);
    """,
    """
    CREATE TABLE imported (id int); -- ctb-lint: allow S001, S002 () --! T052
    """,
    """
    CREATE TABLE imported (id int); -- ctb-lint: allow S001, S002 (...) --! T052
    """,
]

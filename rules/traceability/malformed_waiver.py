"""A waiver cannot be understood, and waives nothing.

It names a rule that does not exist, or is not written as a waiver is. Whoever wrote it believes
that something is waived.

A waiver is a comment on the statement, or at the head of the file, apart from the first statement:

    -- ctb-lint: allow S001, S010 until 2027-03-31 (imported as it is)
    CREATE TABLE imported (id int);
"""

from collections.abc import Iterator

from ctb_lint.model import ObjectId, ObjectKind
from ctb_lint.rule import ERROR, Finding, rule
from ctb_lint.waivers import WaiverUse


@rule("T053", severity=ERROR, doctrine=True)
def malformed_waiver(use: WaiverUse) -> Iterator[Finding]:
    waiver = use.waiver
    unknown = [f"no rule is called {name}" for name in use.unknown]
    for problem in [waiver.problem] if waiver.problem else unknown:
        yield Finding(
            message=f"this waiver is not understood: {problem}",
            object=ObjectId(ObjectKind.FILE, None, None, waiver.at.path),
            at=waiver.at,
            facet=problem,
            hint="ctb-lint rules lists the codes and names" if use.unknown else None,
        )


VALID = [
    """
    -- ctb-lint: allow S001, missing-process-id until 9999-12-31 (imported as it is)
    CREATE TABLE imported (id int);
    """,
    "-- ctb-lint found nothing here\nSELECT 1;",
    "SELECT '-- ctb-lint: allow nonsense';",
]

INVALID = [
    """
    -- ctb-lint: allow missing-unique-di (there is no such rule) --! T053
    CREATE TABLE imported (id int);
    """,
    """
    -- ctb-lint: ignore S001 --! T053
    CREATE TABLE imported (id int);
    -- ctb-lint disable S001 (old) --! T053
    CREATE TABLE other (id int);
    """,
    """
    -- ctb-lint: allow S001 until next-year (old) --! T053
    CREATE TABLE imported (id int);
    """,
    """
    CREATE TABLE imported (id int);

    -- ctb-lint: allow S001 (behind it) --! T053
    """,
]

"""A waiver allows what is no longer found.

The fault was mended, or the waiver names the wrong object. It stays behind as a standing
permission: when the same fault comes back, nobody is told.

Delete the rule from the waiver, or the whole waiver where it names no other. In the configuration
delete the `[[waive]]` entry.
"""

from collections.abc import Iterator

from ctb_lint.model import ObjectId, ObjectKind
from ctb_lint.rule import WARNING, Example, Finding, rule
from ctb_lint.waivers import WaiverUse


@rule("T050", severity=WARNING)
def unused_waiver(use: WaiverUse) -> Iterator[Finding]:
    waiver = use.waiver
    if waiver.problem:
        return
    for name in use.idle:
        where = f" of {waiver.object}" if waiver.object else " here"
        others = len(waiver.rules) > 1
        yield Finding(
            message=f"nothing{where} needs the waiver of {name}",
            object=ObjectId(ObjectKind.FILE, None, None, waiver.at.path),
            at=waiver.at,
            facet=f"{name} {waiver.object or ''}".strip(),
            hint=f"delete {name} from it" if others else "delete the waiver",
        )


VALID = [
    """
    -- ctb-lint: allow S001, S002 (imported as it is, replaced next year)
    CREATE TABLE imported (id int);
    """,
    # At the end of the statement's last line, or inside of it.
    """
    CREATE TABLE a (id int); -- ctb-lint: allow missing-unique-id, missing-process-id (old)
    CREATE TABLE b ( -- ctb-lint: allow S001, S002 (old)
        id int
    );
    """,
    # For the whole file: apart from the first statement.
    """
    -- ctb-lint: allow S001, S002 (all of it is imported)

    CREATE TABLE a (id int);
    CREATE TABLE b (id int);
    """,
    Example(
        "CREATE TABLE imported (id int);",
        config="""
        [[waive]]
        rule = ["S001", "S002"]
        object = "imported"
        reason = "replaced next year"
        """,
    ),
    # What is said of ctb-lint in prose is no waiver.
    """
    -- ctb-lint allows no such table, see the manual
    CREATE TABLE a (
        unique_id varchar(255) NOT NULL UNIQUE,
        process_id varchar(255) NOT NULL
    );
    """,
]

INVALID = [
    """
    -- ctb-lint: allow S001, S011 (old) --! T050
    CREATE TABLE imported (id int);
    """,
    """
    CREATE TABLE a (id int);
    -- ctb-lint: allow-file S011 (none is left) --! T050
    CREATE TABLE b (id int);
    """,
    # It is on the other table.
    """
    CREATE TABLE a (id int);
    CREATE TABLE b (unique_id text NOT NULL UNIQUE); -- ctb-lint: allow S001 (old) --! T050
    """,
]

"""The database was audited as a superuser.

A superuser passes by every policy and privilege: what such an audit reads says little of what the
application may see, and its password opens everything. An application that connects like that has
no access control at all.

Make a role for it that may read and no more:

    CREATE ROLE auditor LOGIN PASSWORD '…';
    GRANT pg_read_all_data TO auditor;
"""

from collections.abc import Iterator

from ctb_lint.live import LiveFacts
from ctb_lint.model import ObjectId, ObjectKind
from ctb_lint.rule import WARNING, Example, Finding, rule


@rule("A013", severity=WARNING)
def superuser_connection(facts: LiveFacts) -> Iterator[Finding]:
    if facts.server.superuser:
        yield Finding(
            message=f"{facts.server.role} is a superuser: no policy and no privilege holds it back",
            object=ObjectId(ObjectKind.DATABASE, None, None, facts.server.database),
            at=None,
            hint="connect as a role that is granted pg_read_all_data",
        )


VALID = [
    Example("CREATE TABLE orders (id int);", live=True),
]

INVALID = [
    Example("CREATE TABLE orders (id int); --! A013", live=True, superuser=True),
]

"""Every role may make objects in a schema that others look through.

Up to PostgreSQL 14 PUBLIC may create in the schema public, and databases that were upgraded still
let it. Whoever can connect puts a function or table there, and the next call that does not name its
schema takes it for the real one.

Take the privilege away:

    REVOKE CREATE ON SCHEMA public FROM PUBLIC;
"""

from collections.abc import Iterator

from ctb_lint.live import DatabaseFacts
from ctb_lint.model import ObjectId, ObjectKind, quoted
from ctb_lint.rule import WARNING, Example, Finding, rule


@rule("A015", severity=WARNING)
def writable_public_schema(facts: DatabaseFacts) -> Iterator[Finding]:
    for name, rights in sorted(facts.schemas.items()):
        for grant in rights.grants:
            if grant.grantee == "public" and "create" in grant.privileges:
                yield Finding(
                    message=f"every role may make objects in the schema {quoted(name)}",
                    object=ObjectId(ObjectKind.SCHEMA, name, None, name),
                    at=None,
                    hint=f"REVOKE CREATE ON SCHEMA {quoted(name)} FROM PUBLIC;",
                )


VALID = [
    Example("CREATE SCHEMA app; GRANT USAGE ON SCHEMA app TO PUBLIC;", live=True),
]

INVALID = [
    Example("CREATE SCHEMA app; GRANT CREATE ON SCHEMA app TO PUBLIC; --! A015", live=True),
]

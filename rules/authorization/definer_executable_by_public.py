"""Everybody may call a function that runs with its owner's privileges.

PostgreSQL grants EXECUTE on every new function to PUBLIC. For a SECURITY DEFINER function that
means that each role, also one that was made to read a single view, does through it what the owner
may do.

Take it from PUBLIC, and grant it to those who need it:

    REVOKE EXECUTE ON FUNCTION place_order(uuid) FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION place_order(uuid) TO shop;
"""

from collections.abc import Iterator

from ctb_lint.live import DatabaseFacts
from ctb_lint.model import Function, ObjectId, ObjectKind
from ctb_lint.rule import INFO, Example, Finding, rule

_CALLED_BY_POSTGRESQL = frozenset({"trigger", "event_trigger"})


@rule("A008", severity=INFO, needs=("functions", "grants"))
def definer_executable_by_public(function: Function, facts: DatabaseFacts) -> Iterator[Finding]:
    del facts  # files do not tell who may call what
    if not function.security_definer or function.returns in _CALLED_BY_POSTGRESQL:
        return
    if not any(grant.grantee == "public" for grant in function.grants):
        return
    arguments = ", ".join(function.arguments)
    routine = "PROCEDURE" if function.kind == "procedure" else "FUNCTION"
    yield Finding(
        message=f"every role may call {function.name}({arguments}), which runs as its owner",
        object=ObjectId(ObjectKind.FUNCTION, function.name.schema, None, function.name.name),
        at=None,
        facet=arguments,
        hint=f"REVOKE EXECUTE ON {routine} {function.name}({arguments}) FROM PUBLIC;",
    )


VALID = [
    Example(
        """
        CREATE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER SET search_path = ''
            AS 'SELECT 1';
        REVOKE EXECUTE ON FUNCTION f() FROM PUBLIC;
        """,
        live=True,
    ),
    Example("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';", live=True),
]

INVALID = [
    Example(
        """
        CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql SECURITY DEFINER --! A008
            SET search_path = '' AS 'SELECT a';
        """,
        live=True,
    ),
]

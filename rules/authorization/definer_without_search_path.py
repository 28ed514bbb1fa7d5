"""A SECURITY DEFINER function runs as its owner, with the search_path of whoever calls it.

The caller chooses which schemas are looked through. With one of his own in front, `lower(x)` or the
name of a table means what he put there, and it is run with the owner's privileges.

Fix the path, and write names with their schemas:

    ALTER FUNCTION place_order(uuid) SET search_path = '';

`pg_temp` belongs at the end of a path that is not empty, since it is searched first otherwise.
"""

from collections.abc import Iterator

from ctb_lint.model import Function, ObjectId, ObjectKind
from ctb_lint.rule import WARNING, Finding, rule


@rule("A007", severity=WARNING, needs=("functions",))
def definer_without_search_path(function: Function) -> Iterator[Finding]:
    if not function.security_definer or function.search_path is not None:
        return
    arguments = ", ".join(function.arguments)
    routine = "PROCEDURE" if function.kind == "procedure" else "FUNCTION"
    yield Finding(
        message=f"{function.name}({arguments}) runs as its owner with its caller's search_path",
        object=ObjectId(ObjectKind.FUNCTION, function.name.schema, None, function.name.name),
        at=function.location,
        facet=arguments,
        hint=f"ALTER {routine} {function.name}({arguments}) SET search_path = '';",
    )


VALID = [
    "CREATE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER SET search_path = ''"
    " AS 'SELECT 1';",
    "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';",
    """
    CREATE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';
    ALTER FUNCTION f() SET search_path = pg_catalog, pg_temp;
    """,
    """
    CREATE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';
    ALTER FUNCTION f() SECURITY INVOKER;
    """,
]

INVALID = [
    "CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT a'; --! A007",
    """
    CREATE PROCEDURE p() LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'; --! A007
    """,
]

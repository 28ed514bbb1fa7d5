"""A view, function or procedure is missing, not declared, or another one than is declared.

What is called by name is trusted by name: queries, triggers and policies do what the body says that
is there, not the one that was reviewed.

Make it again as it is declared, in one statement:

    CREATE OR REPLACE VIEW public.open_orders AS SELECT id FROM public.orders WHERE state = 'open';

PostgreSQL prints the definition of a view in words of its own: of a view in a database only its
columns and options are compared, and whether it is there. That of a function it keeps as it was
written.
"""

from collections.abc import Iterator

from ctb_lint.contrasts import contrast, declares, not_but, or_declare, where
from ctb_lint.ddl import listed
from ctb_lint.differences import ViewOrFunctionDiffers
from ctb_lint.model import Function, View
from ctb_lint.rule import WARNING, Example, Finding, rule


@rule("S053", severity=WARNING)
def view_or_function_differs(difference: ViewOrFunctionDiffers) -> Iterator[Finding]:
    wanted, found = difference.wanted, difference.found
    one = wanted or found
    if one is None:
        return
    if found is None:
        fact = f"is not {where(difference)}; {declares(difference)} it"
        hint = "make it as it is declared"
    elif wanted is None:
        fact = f"is {where(difference)}; {declares(difference)} none"
        hint = or_declare(difference, f"the {_kind(one)}")
    else:
        fact = " and ".join(_told(difference, fact) for fact in difference.what)
        hint = f"make it again as it is declared, or {or_declare(difference, 'what is there')}"
    yield contrast(difference, f"the {_kind(one)} {_name(one)} {fact}", hint=hint)


def _kind(one: View | Function) -> str:
    if isinstance(one, Function):
        return one.kind
    return "materialized view" if one.materialized else "view"


def _name(one: View | Function) -> str:
    if isinstance(one, Function):
        return f"{one.name}({', '.join(one.arguments)})"
    return str(one.name)


def _told(difference: ViewOrFunctionDiffers, fact: str) -> str:
    if fact == "definition":
        return f"does something else {where(difference)} than {declares(difference)}"
    found, wanted = (_words(one, fact) for one in (difference.found, difference.wanted))
    return f"{_VERBS.get(fact, 'is')} {not_but(difference, found, wanted)}"


_VERBS = {"columns": "has the columns", "options": "has", "returns": "returns"}


def _words(one: View | Function | None, fact: str) -> str:
    if isinstance(one, Function):
        return _of_function(one, fact)
    if one is None or fact == "materialized":
        return "materialized" if one and one.materialized else "a plain view"
    if fact == "columns":
        return f"({listed(one.columns or ())})"
    return ", ".join(f"{name}={value}" for name, value in one.options) or "no options"


def _of_function(one: Function, fact: str) -> str:
    words = {
        "kind": f"a {one.kind}",
        "returns": one.returns or "nothing",
        "language": f"in {one.language}",
        "security": f"SECURITY {'DEFINER' if one.security_definer else 'INVOKER'}",
        "search_path": f"with the search_path {one.search_path or 'of its caller'}",
        "volatility": one.volatility.upper(),
    }
    return words[fact]


VALID = [
    Example(
        """
        CREATE TABLE orders (id int, state text);
        CREATE VIEW open_orders AS SELECT id FROM orders WHERE state = 'open';
        CREATE FUNCTION paid(n int) RETURNS bool LANGUAGE sql STABLE AS 'SELECT n > 0';
        -- file: live.sql
        CREATE OR REPLACE VIEW open_orders AS SELECT orders.id FROM orders
            WHERE (orders.state = 'open'::text);
        CREATE OR REPLACE FUNCTION public.paid("n" integer) RETURNS boolean
            STABLE LANGUAGE "sql" AS $$SELECT n > 0$$;
        """,
        live=True,
    ),
]

INVALID = [
    Example(
        """
        CREATE TABLE orders (id int, state text);
        CREATE VIEW open_orders AS SELECT id FROM orders; --! S053
        CREATE VIEW all_orders AS SELECT id FROM orders; --! S053
        CREATE FUNCTION paid(n int) RETURNS bool LANGUAGE sql AS 'SELECT n > 0'; --! S053
        -- file: live.sql
        DROP VIEW all_orders;
        CREATE OR REPLACE VIEW open_orders AS SELECT id, state FROM orders;
        CREATE OR REPLACE FUNCTION paid(n int) RETURNS bool LANGUAGE sql AS 'SELECT n >= 0';
        CREATE FUNCTION paid(n text) RETURNS bool LANGUAGE sql AS 'SELECT true'; --! S053
        """,
        live=True,
    ),
    Example(
        """
        CREATE FUNCTION paid(n int) RETURNS bool LANGUAGE sql --! S053
            SECURITY DEFINER SET search_path = '' AS 'SELECT n > 0';
        -- file: live.sql
        ALTER FUNCTION paid(int) SECURITY INVOKER RESET search_path IMMUTABLE;
        """,
        live=True,
    ),
]

"""A policy, or the row security of a table, is not what is declared.

The rows that a role sees are no longer those that were agreed on: too many, which nobody notices,
or too few, which somebody does.

Put the database right as it is declared:

    ALTER TABLE public.orders ENABLE ROW LEVEL SECURITY;
    ALTER POLICY own_orders ON public.orders USING (owner = current_user);
"""

from collections.abc import Callable, Iterator

from ctb_lint.contrasts import contrast, declares, not_but, or_declare, where
from ctb_lint.ddl import expression
from ctb_lint.differences import PolicyDiffers, RowSecurityDiffers
from ctb_lint.facts_in_words import told
from ctb_lint.model import ObjectId, ObjectKind, Policy, quoted
from ctb_lint.rule import WARNING, Example, Finding, rule


@rule(
    "S055",
    severity=WARNING,
    # What is wrong with the policies of one side alone.
    subsumes=("A003", "A004"),
)
def policy_differs(difference: PolicyDiffers | RowSecurityDiffers) -> Iterator[Finding]:
    if isinstance(difference, RowSecurityDiffers):
        yield _of_table(difference)
        return
    wanted, found, table = difference.wanted, difference.found, difference.table
    name = quoted(difference.object.name)
    if found is None:
        fact = f"is not {where(difference)}; {declares(difference)} it"
        hint = f"type `{_created(wanted, str(table))}`" if wanted else None
    elif wanted is None:
        fact = f"is {where(difference)}; {declares(difference)} none"
        hint = or_declare(difference, "the policy")
    else:
        fact = told(difference, difference.what, _fact, wanted, found)
        hint = f"type `DROP POLICY {name} ON {table}; {_created(wanted, str(table))}`"
    # A table whose only policy is missing has none.
    about = (ObjectId(ObjectKind.TABLE, table.schema, None, table.name),) if found is None else ()
    yield contrast(difference, f"policy {name} of {table} {fact}", hint=hint, about=about)


def _of_table(difference: RowSecurityDiffers) -> Finding:
    wanted, found = _state(difference.wanted), _state(difference.found)
    changes = []
    if wanted[0] != found[0]:
        changes.append("ENABLE" if wanted[0] else "DISABLE")
    if wanted[1] != found[1]:
        changes.append("FORCE" if wanted[1] else "NO FORCE")
    alters = ", ".join(f"{change} ROW LEVEL SECURITY" for change in changes)
    return contrast(
        difference,
        f"row security of {difference.table} "
        f"is {not_but(difference, difference.found, difference.wanted)}",
        hint=f"type `ALTER TABLE {difference.table} {alters};`",
    )


def _state(words: str) -> tuple[bool, bool]:
    """Whether it is on, and whether it is forced on the owner as well."""
    return not words.startswith("off"), words.endswith("forced")


def _fact(policy: Policy, fact: str) -> str:
    return _FACTS[fact](policy)


_FACTS: dict[str, Callable[[Policy], str]] = {
    "command": lambda p: f"FOR {p.command.upper()}",
    "permissive": lambda p: "PERMISSIVE" if p.permissive else "RESTRICTIVE",
    "roles": lambda p: f"TO {_roles(p)}",
    "using": lambda p: f"USING ({expression(p.using)})" if p.using else "without USING",
    "check": lambda p: f"WITH CHECK ({expression(p.check)})" if p.check else "without WITH CHECK",
}


def _roles(policy: Policy) -> str:
    return ", ".join("PUBLIC" if role == "public" else quoted(role) for role in policy.roles)


def _created(policy: Policy, table: str) -> str:
    facts = ["command", "roles", *(fact for fact in ("using", "check") if getattr(policy, fact))]
    words = [] if policy.permissive else ["AS RESTRICTIVE"]
    text = " ".join([*words, *(_fact(policy, fact) for fact in facts)])
    return f"CREATE POLICY {quoted(policy.name)} ON {table} {text};"


_TABLE = """
        CREATE TABLE orders (id int, owner text); {one}
        ALTER TABLE orders ENABLE ROW LEVEL SECURITY; {two}
        CREATE POLICY own ON orders FOR SELECT USING (owner = CURRENT_USER); {three}
"""
_NONE = dict.fromkeys(("one", "two", "three"), "")

VALID = [
    Example(
        f"""
        {_TABLE.format(**_NONE)}
        -- file: live.sql
        DROP POLICY own ON orders;
        CREATE POLICY "own" ON public.orders AS PERMISSIVE FOR SELECT TO PUBLIC
            USING (("owner" = CURRENT_USER));
        """,
        live=True,
    ),
]

INVALID = [
    Example(
        f"""
        {_TABLE.format(one="--! S055", two="--! S055", three="--! S055")}
        -- file: live.sql
        ALTER TABLE orders DISABLE ROW LEVEL SECURITY;
        ALTER TABLE orders FORCE ROW LEVEL SECURITY;
        ALTER POLICY own ON orders USING (true);
        CREATE POLICY other ON orders;
        """,
        live=True,
    ),
    Example(
        f"""
        {_TABLE.format(one="", two="", three="--! S055")}
        -- file: live.sql
        DROP POLICY own ON orders;
        """,
        live=True,
    ),
]

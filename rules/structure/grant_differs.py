"""A role may do more or less with a table or view than is declared.

What was granted by hand is in no file: it is gone with the next database, and until then somebody
reads or writes what was not meant for him.

Grant and revoke as it is declared:

    REVOKE UPDATE ON public.orders FROM reports;

What the owner holds counts for nothing: it may do everything.
"""

from collections.abc import Iterable, Iterator

from ctb_lint.contrasts import contrast, declarer, not_but
from ctb_lint.ddl import listed
from ctb_lint.differences import GrantDiffers
from ctb_lint.model import quoted
from ctb_lint.rule import WARNING, Example, Finding, rule

_OPTION = " with grant option"


@rule(
    "S056",
    severity=WARNING,
    # What is wrong with a grant of one side alone.
    subsumes=("A005", "A006"),
)
def grant_differs(difference: GrantDiffers) -> Iterator[Finding]:
    role = "PUBLIC" if difference.grantee == "public" else quoted(difference.grantee)
    of = f" ({listed(difference.columns)})" if difference.columns else ""
    found, wanted = (_words(held) for held in (difference.found, difference.wanted))
    typed = " ".join(_statements(difference, of, role))
    yield contrast(
        difference,
        f"{role} has {not_but(difference, found, wanted)}: on {difference.table}{of}",
        hint=f"type `{typed}`, or put {declarer(difference)} right",
    )


def _words(privileges: Iterable[str]) -> str:
    return " and ".join(map(_word, privileges)) or "no privilege"


def _word(privilege: str) -> str:
    return privilege.upper()


def _statements(difference: GrantDiffers, of: str, role: str) -> Iterator[str]:
    """What makes the one of the other."""
    wanted, found = {*difference.wanted}, {*difference.found}
    for privilege in sorted(wanted - found):
        name, option, _ = privilege.partition(_OPTION)
        tail = " WITH GRANT OPTION" if option else ""
        if option or f"{name}{_OPTION}" not in found:
            yield f"GRANT {name.upper()}{of} ON {difference.table} TO {role}{tail};"
    for privilege in sorted(found - wanted):
        name, option, _ = privilege.partition(_OPTION)
        if option and name in wanted:
            yield f"REVOKE GRANT OPTION FOR {name.upper()}{of} ON {difference.table} FROM {role};"
        elif f"{name}{_OPTION}" not in wanted:
            yield f"REVOKE {name.upper()}{of} ON {difference.table} FROM {role};"


VALID = [
    Example(
        """
        CREATE TABLE orders (id int, state text);
        GRANT SELECT, UPDATE (state) ON orders TO pg_monitor;
        -- file: live.sql
        REVOKE ALL ON orders FROM pg_monitor;
        GRANT UPDATE (state) ON public.orders TO pg_monitor;
        GRANT SELECT ON TABLE public.orders TO pg_monitor;
        """,
        live=True,
    ),
]

INVALID = [
    Example(
        """
        CREATE TABLE orders (id int, state text); --! S056
        GRANT SELECT, UPDATE ON orders TO pg_monitor; --! S056
        GRANT UPDATE (state) ON orders TO pg_signal_backend; --! S056
        -- file: live.sql
        REVOKE UPDATE ON orders FROM pg_monitor;
        REVOKE UPDATE (state) ON orders FROM pg_signal_backend;
        GRANT SELECT ON orders TO PUBLIC;
        """,
        live=True,
    ),
]

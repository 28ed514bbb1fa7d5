"""Access privileges as the catalogs keep them, and as grants of the model."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from msgspec import structs

from ctb_lint.model import Grant

_WORDS = {
    "a": "insert",
    "r": "select",
    "w": "update",
    "d": "delete",
    "D": "truncate",
    "x": "references",
    "t": "trigger",
    "X": "execute",
    "U": "usage",
    "C": "create",
    "m": "maintain",
}
_ITEM = re.compile(r'("(?:[^"]|"")*"|[^=]*)=([A-Za-z*]*)/', re.DOTALL)
"""``grantee=privileges/grantor``, each followed by a star that may be granted on. The grantee has
double quotes where it is more than letters and digits; nobody stands for everyone."""


def grants(items: Iterable[str] | None, owner: str, column: str | None = None) -> tuple[Grant, ...]:
    """The grants that an access control list holds, sorted; those of a column where one is named.
    What the owner has by being it is none."""
    if items is None:
        return ()
    return _grants(tuple(items), owner, (column,) if column is not None else ())


@lru_cache(maxsize=1024)
def _grants(items: tuple[str, ...], owner: str, columns: tuple[str, ...]) -> tuple[Grant, ...]:
    held: dict[tuple[str, bool], set[str]] = {}
    for item in items:
        found = _ITEM.match(item)
        assert found is not None, "PostgreSQL prints every item so"
        grantee = _role(found[1])
        if grantee == owner:
            continue
        for letter, star in re.findall(r"([A-Za-z])(\*?)", found[2]):
            held.setdefault((grantee, bool(star)), set()).add(_WORDS.get(letter, letter))
    return tuple(
        Grant(grantee, tuple(sorted(privileges)), columns, grantable)
        for (grantee, grantable), privileges in sorted(held.items())
    )


def together(of_columns: Iterable[Grant]) -> tuple[Grant, ...]:
    """The grants on single columns of one relation, with the columns of which a role may do the
    same in one, sorted."""
    columns: dict[Grant, list[str]] = {}
    for grant in of_columns:
        columns.setdefault(structs.replace(grant, columns=()), []).extend(grant.columns)
    found = (structs.replace(g, columns=tuple(sorted(names))) for g, names in columns.items())
    return tuple(sorted(found, key=lambda g: (g.grantee, g.columns, g.grantable)))


def _role(text: str) -> str:
    if not text:
        return "public"
    return text[1:-1].replace('""', '"') if text.startswith('"') else text

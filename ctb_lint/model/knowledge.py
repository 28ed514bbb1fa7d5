"""What a source can know, and of which objects it cannot: unknown is not absent."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from ctb_lint.model.names import QualifiedName

ANYTHING = "*"

Unknown = tuple[QualifiedName | None, str, str]
"""A relation, or None for every relation; the kind of fact that is not known of it; and why."""

_OF_ONE_OBJECT = frozenset(
    {
        "columns", "constraints", "constraint names", "indexes", "enums", "comments", "policies",
        "triggers", "trigger bodies", "grants", "rows",
    }
)  # fmt: skip
"""The facts that the statement which makes an object gives anew. Which other tables and functions
there are is none of them."""


def speaks_of(
    entry: Unknown,
    relation: QualifiedName | None,
    fact: str,
    made_after: Mapping[QualifiedName, frozenset[str]],
) -> bool:
    """Whether what is not known is this fact of this relation (None: of the schema as a whole).
    ``made_after`` as in ``Knowledge``."""
    name, known, why = entry
    if known not in {fact, ANYTHING}:
        return False
    if name is not None or relation is None or fact not in _OF_ONE_OBJECT:
        return name in {None, relation}
    return why not in made_after.get(relation, ())


class Knowledge(Struct, frozen=True):
    """What a source can know at all, and of which objects it cannot know it.

    ``facts`` names kinds of fact (``tables``, ``columns``, ``constraints``, ``indexes``,
    ``enums``, ``comments``, ``policies``, ``triggers``, ``functions``, ``grants``, ``rows``;
    ``constraint names`` where only what constraints are called is in doubt, ``function bodies``
    where only what functions do is, ``trigger bodies`` where what those do that a table's triggers
    call, ``view definitions`` where only what views select).
    ``unknown`` holds (relation, fact, why); a relation of ``None`` stands for every relation, a
    fact of ``*`` for every fact. Unknown is not absent: a rule that needs such a fact of such an
    object is skipped, and said so. ``made_after`` has, for relations and types that a later
    statement made anew, the reasons that held for every relation before and say nothing of them.
    """

    facts: frozenset[str] = frozenset()
    unknown: tuple[Unknown, ...] = ()
    made_after: Mapping[QualifiedName, frozenset[str]] = {}

    def why_unknown(self, relation: QualifiedName | None, facts: tuple[str, ...]) -> str | None:
        """Why one of these facts cannot be known of the relation, or None where all can."""
        for fact in facts:
            if fact not in self.facts:
                return f"this source knows nothing of {fact}"
        for entry in self.unknown:
            if any(speaks_of(entry, relation, fact, self.made_after) for fact in facts):
                return entry[2]
        return None


SQL_FACTS = frozenset(
    {
        "tables", "columns", "constraints", "constraint names", "indexes", "enums", "comments",
        "policies", "triggers", "trigger bodies", "functions", "function bodies",
        "view definitions", "grants",
    }
)  # fmt: skip
"""What migration files and a live database can tell of a schema."""

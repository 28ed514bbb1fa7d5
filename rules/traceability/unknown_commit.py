"""An entry names a commit that the repository does not have.

The commit says who made the table, and why. One that was lost when branches were squashed or
rebased, or that is another repository's, answers neither.

Look for the one that brought the migration in, and write its id:

    git log --format=%h -- migrations/001_orders.sql

Needs git, and a clone with all of its history: `actions/checkout` fetches one commit only unless it
is told `fetch-depth: 0`.
"""

from collections.abc import Iterator

from ctb_lint.catalogue import Catalogue
from ctb_lint.claims import ClaimKind, Claims
from ctb_lint.model import ObjectId, ObjectKind
from ctb_lint.named_paths import commit_of, value_of
from ctb_lint.rule import WARNING, Finding, Undecided, rule
from ctb_lint.surroundings import Commits
from ctb_lint.tokens import shown


@rule("T023", severity=WARNING, doctrine=True, claims=(ClaimKind.COMMIT,))
def unknown_commit(
    catalogue: Catalogue, claims: Claims, commits: Commits
) -> Iterator[Finding | Undecided]:
    for claim in claims.all:
        table = claim.entry
        if claim.kind is not ClaimKind.COMMIT or table is None:
            continue
        commit = commit_of(claim.text)
        if commit is None:
            yield Undecided(f"{shown(value_of(claim.text))} is no id of a commit", claim.at)
        elif commit not in commits.known:
            entry = catalogue.entry(table)
            yield Finding(
                message=f"{commit[:12]}, the commit of {table}, is not in this repository",
                object=ObjectId(ObjectKind.TABLE, table.schema, None, table.name),
                at=claim.at,
                facet=commit,
                hint="write the commit that brought the migration in",
                stage=entry.stage if entry else None,
            )


_ENTRY = """
    -- file: SCHEMA_REFERENCE.md
    ### 1. orders

    **Barton ID**: `BID-DATA-001`

    #### T - Traceability

    - **Commit**: {commit}
"""
_REPOSITORY = """
    -- file: README.txt
    Any other file puts an example into a repository.
"""

VALID = [
    # In no repository nobody can tell, nor of what is no id.
    _ENTRY.format(commit="`1617b8ef`"),
    _REPOSITORY + _ENTRY.format(commit="to be committed"),
]

INVALID = [
    _REPOSITORY + _ENTRY.format(commit="`1617b8ef` <!--! T023 -->"),
]

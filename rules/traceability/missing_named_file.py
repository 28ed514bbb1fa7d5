"""The catalogue refers to a file or folder that the repository does not have.

Who follows the reference finds nothing, and cannot tell whether the thing was moved, was never
made, or is in another repository.

Write the path as it is now, from the root of the repository or from the catalogue's own folder:

    - **Data README**: `ctb/data/README.md`

Links count, and what stands as code and is written like a file in a folder (`docs/notes.md`) or
like a folder (`docs/`). Patterns, addresses and routes do not. Migrations, source paths and
diagrams are for other rules.
"""

import re
from collections.abc import Iterator

from ctb_lint.catalogue import Catalogue, Link, LinkKind
from ctb_lint.claims import ClaimKind, Claims
from ctb_lint.model import Location, ObjectId, ObjectKind
from ctb_lint.named_paths import displayed, plain
from ctb_lint.rule import WARNING, Finding, rule
from ctb_lint.surroundings import Surroundings

_FILE = re.compile(
    r"\.(?:md|mdx|rst|txt|sql|json|jsonc|ya?ml|toml|ini|cfg|conf|env|xml|csv|tsv|html?|mmd|dbml"
    r"|py|ipynb|sh|bash|ps1|[cm]?[jt]sx?|go|rs|rb|php|java|kt|cs|swift|c|h|cpp|proto|prisma|graphql"
    r"|lock|svg|png|jpe?g|gif|pdf|zip|gz|rules)\Z",
    re.IGNORECASE,
)
"""How the names of files end."""
_OTHERS = frozenset({ClaimKind.MIGRATION_FILE, ClaimKind.SOURCE_PATH, ClaimKind.DIAGRAM_FILE})


@rule("T042", severity=WARNING, claims=(ClaimKind.LINK,))
def missing_named_file(
    catalogue: Catalogue, claims: Claims, surroundings: Surroundings
) -> Iterator[Finding]:
    taken = _Spans(one.at for one in claims.all if one.kind in _OTHERS)
    seen: set[tuple[str, str]] = set()
    for link in catalogue.links:
        path = plain(link.target.text)
        named = surroundings.files.get(path) if path and _is_meant(link) else None
        if named is None or named.places or taken.cover(link.target.at):
            continue
        key = (link.target.at.path, path or "")
        if key in seen:
            continue
        seen.add(key)
        where = "lies outside of the repository" if named.outside else "is not in the repository"
        yield Finding(
            message=f"{displayed(link.target.text)} {where}",
            object=ObjectId(ObjectKind.FILE, None, None, link.target.at.path),
            at=link.target.at,
            facet=link.target.text,
            hint="write where it is now, or take the reference out",
        )


def _is_meant(link: Link) -> bool:
    """Whether a link refers to a file or folder. Code with a stroke may be a route, a kind of
    content or two words: it has to end as files do, or as folders are written."""
    target = link.target.text.partition("#")[0]
    if link.kind is LinkKind.LINK:
        return bool(target)
    if "/" not in target.strip("/") and not target.endswith("/"):
        return False
    folder = target.endswith("/") and not target.startswith("/")
    return folder or bool(_FILE.search(target))


class _Spans:
    """Places by their lines, to look up quickly what lies inside."""

    def __init__(self, places: Iterator[Location]) -> None:
        self._lines = {(at.path, line) for at in places for line in range(at.line, at.end_line + 1)}

    def cover(self, at: Location) -> bool:
        """Whether the place begins on the line of one of them."""
        return (at.path, at.line) in self._lines


_DOCUMENT = """
    -- file: SCHEMA_REFERENCE.md
    # Our data

    - **Runner**: `migrations/run.sh`{marks[0]}
    - **Folder**: `migrations/`, [the same](./migrations), `*.sql`, `migrations/{{name}}.sql`
    - **Notes**: [notes](docs/notes.md#top){marks[1]}
    - **Elsewhere**: <https://example.org/a/b>, `../other/file.md`{marks[2]}
    - **Words**: `orders.id`, `run.sh`, `and/or`, `/api/v1/`, `application/json`, `HEIR/1.0`

    ### 1. orders

    **Barton ID**: `BID-DATA-001`

    #### T - Traceability

    - **Source Path**: `sql/packages/`
"""
_MARK = " <!--! T042 -->"

VALID = [
    # In no repository nobody can tell.
    _DOCUMENT.format(marks=[""] * 3),
    """
    -- file: run.sh
    psql -f "$1"
    -- file: SCHEMA_REFERENCE.md
    See [how](migrations/run.sh), `run.sh`, `migrations/` and [the top](#our-data).
    """,
]

INVALID = [
    """
    -- file: run.sh
    psql -f "$1"
"""
    + _DOCUMENT.format(marks=["", *[_MARK] * 2]),
]

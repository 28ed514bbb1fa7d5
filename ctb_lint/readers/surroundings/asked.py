"""What a catalogue names that lies outside of it: paths and commits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from msgspec import Struct

from ctb_lint.catalogue import Catalogue, LinkKind
from ctb_lint.claims import Claim, ClaimKind
from ctb_lint.demands import NamedMigration
from ctb_lint.model import QualifiedName
from ctb_lint.named_paths import commit_of, plain, run_by, value_of
from ctb_lint.shell import scripts


class Asked(Struct, frozen=True):
    """The paths to look for, and of which the content is wanted; the commits to ask git for."""

    paths: frozenset[str]
    contents: frozenset[str]
    commits: frozenset[str]


def asked(catalogue: Catalogue, claims: Iterable[Claim]) -> Asked:
    """Everything that a rule may want to know."""
    contents = set(_contents(catalogue, claims))
    links = {path for link in catalogue.links if (path := _linked(link.kind, link.target.text))}
    rows = {plain(row.migration.text) for row in catalogue.index if row.migration}
    commits = (commit_of(claim.text) for claim in claims if claim.kind is ClaimKind.COMMIT)
    return Asked(
        frozenset(filter(None, links | contents | rows)),
        frozenset(filter(None, contents)),
        frozenset(filter(None, commits)),
    )


def _linked(kind: LinkKind, target: str) -> str | None:
    """The path that a link leads to; one without a folder and an ending is a word."""
    path = plain(target)
    return path if path and (kind is LinkKind.LINK or "/" in target or "." in path) else None


def _contents(catalogue: Catalogue, claims: Iterable[Claim]) -> Iterator[str | None]:
    """Migrations wherever they may be, diagrams, and the scripts that commands run."""
    folders: defaultdict[QualifiedName | None, list[str]] = defaultdict(list)
    files: defaultdict[QualifiedName | None, list[str]] = defaultdict(list)
    for claim in claims:
        if claim.kind is ClaimKind.DIAGRAM_FILE:
            yield plain(value_of(claim.text))
        elif claim.kind is ClaimKind.SOURCE_PATH and (path := plain(value_of(claim.text))):
            folders[claim.entry].append(path)
            yield path
        for demand in claim.demands:
            if isinstance(demand, NamedMigration) and (path := plain(demand.file)):
                files[claim.entry].append(path)
                yield path
    for block in catalogue.blocks:
        if block.language in {"bash", ""}:
            yield from (path for _, path in run_by(block.text))
            yield from (plain(path) for _, path in scripts(block.text))
    for entry, ones in files.items():
        for folder in folders.get(entry, ()):
            yield from (f"{folder}/{path.rpartition('/')[2]}" for path in ones)

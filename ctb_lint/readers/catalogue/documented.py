"""The migrations that a catalogue names, as a history of names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ctb_lint.catalogue import Catalogue, Written
from ctb_lint.claims import Claim
from ctb_lint.demands import NamedMigration
from ctb_lint.history import Direction, DocumentedHistory, Layout, MigrationFile
from ctb_lint.named_paths import plain
from ctb_lint.readers.sql.conventions import convention_of, parse_name


def documented(catalogue: Catalogue, claims: Iterable[Claim]) -> DocumentedHistory | None:
    """The migrations of the table index and of the entries, each where it is named first; None
    where none is named. They are taken for files of one folder."""
    files: dict[str, MigrationFile] = {}
    for written in _named(catalogue, claims):
        path = plain(written.text) or ""
        name = path.rpartition("/")[2]
        parsed = parse_name(name)
        if not name.lower().endswith(".sql") or parsed.direction is Direction.DOWN:
            continue
        convention, version = convention_of(parsed.stem)
        files.setdefault(
            parsed.stem,
            MigrationFile(
                path=name,
                name=parsed.stem,
                direction=Direction.UP,
                convention=convention,
                version=version,
                location=written.at,
            ),
        )
    if not files:
        return None
    ordered = tuple(file for _, file in sorted(files.items()))
    return DocumentedHistory(catalogue.paths[0], "", Layout.FLAT, ordered)


def _named(catalogue: Catalogue, claims: Iterable[Claim]) -> Iterator[Written]:
    yield from (row.migration for row in catalogue.index if row.migration)
    for claim in claims:
        for demand in claim.demands:
            if isinstance(demand, NamedMigration) and demand.origin.location:
                yield Written(demand.file, demand.origin.location)

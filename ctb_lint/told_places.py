"""Where a catalogue says that migrations are: entries, their commands, and documented runners."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from msgspec import Struct

from ctb_lint.catalogue import Catalogue, CodeBlock, Entry
from ctb_lint.claims import Claim, ClaimKind, Claims
from ctb_lint.demands import NamedMigration
from ctb_lint.model import Location, QualifiedName
from ctb_lint.named_paths import gone_through, plain, run_by, same, value_of


class Told(Struct, frozen=True):
    """A path as one place of the catalogue has it."""

    path: str
    at: Location

    @property
    def is_file(self) -> bool:
        """Whether it is a file of SQL."""
        return self.path.lower().endswith(".sql")

    @property
    def name(self) -> str:
        """The last part of it."""
        return self.path.rpartition("/")[2]

    @property
    def folder(self) -> str:
        """The folder that it is or is in; empty where none is told."""
        return self.path.rpartition("/")[0] if self.is_file else self.path


class EntryPlaces(Struct, frozen=True):
    """What one entry says: its ``sources`` (Source Path), the migration ``files`` that it names,
    and what its ``commands`` run."""

    entry: Entry
    sources: tuple[Told, ...]
    files: tuple[Told, ...]
    commands: tuple[Told, ...]


def of_entries(catalogue: Catalogue, claims: Claims) -> Iterator[EntryPlaces]:
    """What each entry says of where its migration is."""
    by_entry: defaultdict[QualifiedName | None, list[Claim]] = defaultdict(list)
    for claim in claims.all:
        if claim.kind in {ClaimKind.SOURCE_PATH, ClaimKind.MIGRATION_FILE}:
            by_entry[claim.entry].append(claim)
    for entry in catalogue.entries:
        own = by_entry.get(entry.table, [])
        back = {rollback.at for rollback in entry.rollbacks}
        yield EntryPlaces(
            entry,
            tuple(_paths((value_of(one.text), one.at) for one in own if not one.demands)),
            tuple(_paths(_files(own))),
            tuple(one for block in entry.blocks if block.at not in back for one in _run(block)),
        )


def of_runners(catalogue: Catalogue) -> Iterator[tuple[CodeBlock, tuple[Told, ...]]]:
    """The folders that the programs outside entries go through, and the files that they run."""
    for block in catalogue.blocks:
        told = tuple(_run(block)) if block.entry is None else ()
        if told:
            yield block, told


def agree(one: str, other: str) -> bool:
    """Whether two folders can be one; what names no folder agrees with all."""
    return not one or not other or same(one, other)


def _files(claims: list[Claim]) -> Iterator[tuple[str, Location]]:
    for claim in claims:
        for demand in claim.demands:
            if isinstance(demand, NamedMigration):
                yield demand.file, claim.at


def _run(block: CodeBlock) -> Iterator[Told]:
    """What a block of shell or Python names. A command that takes something back is not meant."""
    if block.language in {"bash", ""}:
        found = run_by(block.text)
    elif block.language in {"python", "py"}:
        found = gone_through(block.text)
    else:
        return
    yield from (Told(path, block.line(line)) for line, path in found)


def _paths(written: Iterator[tuple[str, Location]]) -> Iterator[Told]:
    for text, at in written:
        path = plain(text)
        if path:
            yield Told(path, at)

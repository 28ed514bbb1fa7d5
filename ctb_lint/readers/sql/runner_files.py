"""What a migration tool makes of the files in its folder: versions, directions, and their order."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from ctb_lint.history import Convention, Direction, Layout
from ctb_lint.readers.sql.conventions import version_key
from ctb_lint.runners import dotted, facts_of, fits

OrderKey = tuple[int, tuple[int, ...], str, str]
"""What files are sorted by: their kind, their version as numbers, their text, and their path."""


class FileEntry(Struct, frozen=True):
    """One file of a history. ``name`` orders it: the file's stem, or its folder's name. ``dump``
    marks the schema dump that the configuration puts before all others; ``applied`` is False for
    one that the runner does not run on an empty database."""

    file: Path
    display: str
    name: str
    direction: Direction
    convention: Convention
    version: str | None = None
    dump: bool = False
    applied: bool = True


_STAMP_DIGITS = 8
_AROUND = re.compile(r"(?:before|after)(?:Each)?Migrate(?:Statement)?(?:__|\.)")


def adapted(entries: Sequence[FileEntry], layout: Layout) -> list[FileEntry]:
    """The files as their runner sees them."""
    if layout is Layout.FLYWAY:
        return _without_superseded([_flyway(entry) for entry in entries])
    if layout is Layout.DIESEL:
        return [_diesel(entry) for entry in entries]
    pattern = facts_of(layout).name
    if pattern is None:
        return list(entries)
    found: list[FileEntry] = []
    for entry in entries:
        match = pattern.match(entry.file.name)
        if match is None or not fits(entry.file.name, layout):
            found.append(_passed_over(entry))
            continue
        down = "down" in pattern.groupindex and match["down"] is not None
        direction = Direction.DOWN if down else Direction.UP
        version = match["version"]
        convention = _convention(version)
        found.append(replace(entry, direction=direction, version=version, convention=convention))
    return found


def _passed_over(entry: FileEntry) -> FileEntry:
    return replace(
        entry, direction=Direction.UP, version=None, convention=Convention.OTHER, applied=False
    )


def _convention(version: str) -> Convention:
    stamped = len(re.split(r"[._]", version)[0]) >= _STAMP_DIGITS
    return Convention.TIMESTAMPED if stamped else Convention.NUMBERED


def _flyway(entry: FileEntry) -> FileEntry:
    """Versioned, undo, baseline and repeatable migrations; callbacks count as those that run
    around a migrate, or not at all."""
    pattern = facts_of(Layout.FLYWAY).name
    match = pattern.match(entry.file.name) if pattern else None
    bare = replace(entry, direction=Direction.UP, version=None, convention=Convention.OTHER)
    if match is None:
        return replace(bare, applied=bool(_AROUND.match(entry.file.name)))
    version = match["version"] or match["undone"]
    if version is None:
        return bare
    direction = Direction.DOWN if match["down"] else Direction.UP
    version = version.replace("_", ".")
    return replace(bare, direction=direction, version=version, convention=_convention(version))


def _without_superseded(entries: list[FileEntry]) -> list[FileEntry]:
    """On an empty database the newest baseline migration stands for every version up to its own."""
    newest = max(
        (dotted(e.version) for e in entries if e.version and _is_baseline(e)),
        default=None,
    )
    if newest is None:
        return entries
    return [
        replace(e, applied=False)
        if e.version
        and e.direction is Direction.UP
        and (dotted(e.version) < newest or (dotted(e.version) == newest and not _is_baseline(e)))
        else e
        for e in entries
    ]


def _is_baseline(entry: FileEntry) -> bool:
    return entry.file.name.startswith("B") and entry.convention is not Convention.OTHER


def _diesel(entry: FileEntry) -> FileEntry:
    """The version is what stands before the first underscore, without dashes."""
    version = entry.name.split("_", 1)[0].replace("-", "")
    if not (version.isascii() and version.isdigit()):
        return replace(entry, version=None, convention=Convention.OTHER)
    return replace(entry, version=version, convention=_convention(version))


def order_of(entries: Sequence[FileEntry], layout: Layout) -> Callable[[FileEntry], OrderKey]:
    """The key by which the runner of a layout sorts its files; what it passes over comes last."""
    facts = facts_of(layout)
    if layout is Layout.FLYWAY:
        return _flyway_order
    by_folder = facts.shape in {Layout.UP_DOWN_FOLDER, Layout.MIGRATION_FOLDER}
    if facts.tool is None:
        # Plain files are taken by sorted() of their names, those with an up and a down by number.
        numeric = layout is Layout.UP_DOWN_SUFFIX and all(e.version is not None for e in entries)

        def plain(entry: FileEntry) -> OrderKey:
            version = version_key(entry.version) if numeric and entry.version else ()
            return 0, version, entry.name if by_folder else entry.file.name, entry.display

        return plain

    def key(entry: FileEntry) -> OrderKey:
        name = entry.name if by_folder else entry.file.name
        if not fits(entry.file.name, layout):
            return 1, (), name, entry.display
        if facts.by_name or facts.key is None or entry.version is None:
            return 0, (), name, entry.display
        numbers, text = facts.key(entry.version)
        return 0, numbers, text or name, entry.display

    return key


def _flyway_order(entry: FileEntry) -> OrderKey:
    """Versions as numbers; what is repeatable runs by its description when all of them have."""
    name = entry.file.name
    if entry.version is not None:
        return 1, dotted(entry.version)[0], name, entry.display
    if _AROUND.match(name):
        return 0 if name.startswith("before") else 3, (), name, entry.display
    if name.startswith("R__"):
        return 2, (), name.removeprefix("R__").replace("_", " "), entry.display
    return 4, (), name, entry.display

"""Which files form which history, and in what order their runner applies them.

Pure: a listing of folders comes in, histories come out. ``discover`` makes the listing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from ctb_lint.history import Convention, Direction, Layout
from ctb_lint.readers.sql.conventions import (
    DOWN_FOLDERS,
    FLYWAY,
    FOLDER_FILES,
    FileName,
    convention_of,
    parse_name,
    version_key,
)


class FileEntry(Struct, frozen=True):
    """One file of a history. ``name`` orders it: the file's stem, or its folder's name."""

    file: Path
    display: str
    name: str
    direction: Direction
    convention: Convention
    version: str | None = None


class HistoryFiles(Struct, frozen=True):
    """The files of one history: ups in the order of their runner, then downs.

    ``skipped`` are files that belong to it but are not read: (display, why).
    ``from_nothing`` is as configured, None where nothing is.
    """

    name: str
    root: str
    layout: Layout
    entries: tuple[FileEntry, ...]
    skipped: tuple[tuple[str, str], ...] = ()
    from_nothing: bool | None = None


class Folder(Struct, frozen=True):
    """A folder and the SQL files right in it: (file name, path, display), sorted by name."""

    path: Path
    display: str
    files: tuple[tuple[str, Path, str], ...]


class _Group(Struct):
    """Files that go together, before they are put in order."""

    root: Path
    layout: Layout
    entries: list[FileEntry]
    skipped: list[tuple[str, str]]


def histories(folders: Iterable[Folder], display: dict[Path, str]) -> list[HistoryFiles]:
    """Group the files of a listing into histories, sorted by root.

    ``display`` maps every folder that may be a root to how it is shown.
    """
    listing = {folder.path: folder for folder in folders if folder.files}
    groups: dict[tuple[Path, Layout], _Group] = {}
    for path in sorted(listing):
        folder = listing[path]
        own = [f for f in folder.files if f[0].lower() in FOLDER_FILES]
        flat = tuple(f for f in folder.files if f[0].lower() not in FOLDER_FILES)
        if own:
            _add_migration_folder(groups, folder, own)
        if flat:
            root, kind = _root_of(path, listing)
            _add_flat(groups, replace(folder, files=flat), root, kind)
    found = [_ordered(group, display) for _, group in sorted(groups.items())]
    return [h for h in found if h.entries or h.skipped]


def _group(groups: dict[tuple[Path, Layout], _Group], root: Path, layout: Layout) -> _Group:
    return groups.setdefault((root, layout), _Group(root, layout, [], []))


def _add_migration_folder(
    groups: dict[tuple[Path, Layout], _Group],
    folder: Folder,
    files: Sequence[tuple[str, Path, str]],
) -> None:
    """``NAME/up.sql`` and ``NAME/down.sql`` (diesel), ``NAME/migration.sql`` (Prisma): both apply
    them in the order of the folders' names."""
    for name, path, shown in files:
        is_prisma = name.lower() == "migration.sql"
        layout = Layout.MIGRATION_FOLDER if is_prisma else Layout.UP_DOWN_FOLDER
        convention, version = convention_of(folder.path.name)
        _group(groups, folder.path.parent, layout).entries.append(
            FileEntry(
                path, shown, folder.path.name, FOLDER_FILES[name.lower()], convention, version
            )
        )


def _root_of(path: Path, listing: dict[Path, Folder]) -> tuple[Path, str]:
    """The root of the history that a folder of flat files belongs to, and as what: ``versions``
    (a numbered folder of numbered files), ``down``, ``up``, or ``flat``."""
    if is_versioned(listing[path]):
        return path.parent, "versions"
    parent = listing.get(path.parent)
    beside_flat = parent is not None and any(
        name.lower() not in FOLDER_FILES for name, _, _ in parent.files
    )
    low = path.name.lower()
    has_up = any(p.parent == path.parent and p.name.lower() == "up" for p in listing)
    if low in DOWN_FOLDERS and (beside_flat or has_up):
        return path.parent, "down"
    has_down = any(p.parent == path.parent and p.name.lower() in DOWN_FOLDERS for p in listing)
    if low == "up" and has_down:
        return path.parent, "up"
    return path, "flat"


def is_versioned(folder: Folder) -> bool:
    """Whether this is a folder such as ``10`` that holds only files such as ``02_x.up.sql``."""
    name = folder.path.name
    return (
        name.isascii()
        and name.isdigit()
        and all(convention_of(parse_name(n).stem)[1] is not None for n, _, _ in folder.files)
    )


def _add_flat(
    groups: dict[tuple[Path, Layout], _Group], folder: Folder, root: Path, kind: str
) -> None:
    names = {name: _parse(name, folder) for name, _, _ in folder.files}
    suffixed = any(parsed.direction is not None for parsed in names.values())
    layout = Layout.UP_DOWN_SUFFIX if suffixed or kind == "versions" else Layout.FLAT
    other = Layout.FLAT if layout is Layout.UP_DOWN_SUFFIX else Layout.UP_DOWN_SUFFIX
    if kind != "flat" and (root, other) in groups:
        layout = other
    group = _group(groups, root, layout)
    best = _preferred(names)
    flyway = all(FLYWAY.match(name) for name in names)
    for name, path, shown in folder.files:
        parsed = names[name]
        convention, version = convention_of(parsed.stem)
        chosen = best.get((parsed.stem, parsed.direction))
        if parsed.database is not None:
            group.skipped.append((shown, f"it is for {parsed.database}"))
            continue
        if chosen is not None and chosen != name:
            group.skipped.append((shown, f"{chosen} takes its place on PostgreSQL"))
            continue
        stem = parsed.stem
        if kind == "versions":
            stem, version = f"{folder.path.name}/{stem}", f"{folder.path.name}.{version}"
        undo = flyway and name.startswith("U")
        fallback = Direction.DOWN if kind == "down" or undo else Direction.UP
        group.entries.append(
            FileEntry(path, shown, stem, parsed.direction or fallback, convention, version)
        )


def _parse(name: str, folder: Folder) -> FileName:
    """The name's parts; ``X_up.sql`` says a direction only where ``X_down.sql`` is there too."""
    parsed = parse_name(name)
    if parsed.direction is not None:
        return parsed
    low = name.lower()
    pairs = (("_up.sql", "_down.sql", Direction.UP), ("_down.sql", "_up.sql", Direction.DOWN))
    for ending, opposite, direction in pairs:
        if low.endswith(ending):
            stem = name[: -len(ending)]
            if any(other.lower() == stem.lower() + opposite for other, _, _ in folder.files):
                return FileName(stem, direction)
    return parsed


def _preferred(names: dict[str, FileName]) -> dict[tuple[str, Direction | None], str]:
    """Of the variants of one migration the one that is PostgreSQL's own."""
    return {(p.stem, p.direction): name for name, p in sorted(names.items()) if p.ours}


def _ordered(group: _Group, display: dict[Path, str]) -> HistoryFiles:
    entries = sorted(group.entries, key=_order(group))
    ups = [e for e in entries if e.direction is Direction.UP]
    downs = [e for e in entries if e.direction is Direction.DOWN]
    shown = display.get(group.root, group.root.as_posix())
    name = shown if shown != "." else group.root.name or "."
    return HistoryFiles(name, shown, group.layout, (*ups, *downs), tuple(sorted(group.skipped)))


def _order(group: _Group) -> Callable[[FileEntry], tuple[tuple[int, ...], str, str]]:
    """diesel and Prisma go by the folder's name; golang-migrate by the number before the first
    underscore; a runner of plain files by ``sorted()`` of the file names."""
    by_folder = group.layout in {Layout.UP_DOWN_FOLDER, Layout.MIGRATION_FOLDER}
    if all(FLYWAY.match(entry.file.name) for entry in group.entries):
        return _flyway_order
    numeric = group.layout is Layout.UP_DOWN_SUFFIX and all(
        entry.version is not None for entry in group.entries
    )

    def key(entry: FileEntry) -> tuple[tuple[int, ...], str, str]:
        version = version_key(entry.version) if numeric and entry.version else ()
        return version, entry.name if by_folder else entry.file.name, entry.display

    return key


def _flyway_order(entry: FileEntry) -> tuple[tuple[int, ...], str, str]:
    """Versions as numbers; what is repeatable runs when all of them have."""
    found = FLYWAY.match(entry.file.name)
    version = found[2] if found else None
    numbers = tuple(map(int, re.split(r"[._]", version))) if version else (_LAST,)
    return numbers, entry.file.name, entry.display


_LAST = 1 << 62


def order_conflicts(entries: Sequence[FileEntry]) -> tuple[tuple[FileEntry, FileEntry], ...]:
    """Pairs (earlier, later) by number that stand the other way round by name: ``9_x`` and
    ``10_x``. Only neighbours by number are held against each other.

    Folders of versions have only one order, by number, and are left out.
    """
    numbered = [
        (version_key(e.version), e)
        for e in entries
        if e.version is not None and "." not in e.version and e.direction is Direction.UP
    ]
    numbered.sort(key=lambda pair: (pair[0], pair[1].name))
    return tuple((a, b) for (_, a), (_, b) in pairwise(numbered) if a.name > b.name)

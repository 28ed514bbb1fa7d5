"""Which files form which history, and in what order their runner applies them.

Pure: a listing of folders comes in, histories come out. ``discover`` makes the listing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from ctb_lint.history import Direction, Layout
from ctb_lint.readers.sql.conventions import (
    DOWN_FOLDERS,
    FOLDER_FILES,
    FileName,
    convention_of,
    parse_name,
    version_key,
)
from ctb_lint.readers.sql.runner_files import FileEntry as FileEntry
from ctb_lint.readers.sql.runner_files import adapted, order_of
from ctb_lint.runners import facts_of, fits


class HistoryFiles(Struct, frozen=True):
    """The files of one history: ups in the order of their runner, then downs.

    ``skipped`` are files that belong to it but are not read: (display, why).
    ``from_nothing``, ``dump_version`` and ``released`` are as configured, None where nothing is;
    ``forced`` says that the layout is.
    """

    name: str
    root: str
    layout: Layout
    entries: tuple[FileEntry, ...]
    skipped: tuple[tuple[str, str], ...] = ()
    from_nothing: bool | None = None
    dump_version: str | None = None
    released: str | None = None
    forced: bool = False


class Folder(Struct, frozen=True):
    """A folder and the SQL files right in it: (file name, path, display), sorted by name."""

    path: Path
    display: str
    files: tuple[tuple[str, Path, str], ...]


Detect = Callable[[Path, Layout, Sequence[FileEntry]], Layout]
"""From the root, the shape and the files of a history to its layout."""


class _Group(Struct):
    """Files that go together, before they are put in order. ``forced`` says that the layout was
    configured; otherwise it is the shape."""

    root: Path
    layout: Layout
    entries: list[FileEntry]
    skipped: list[tuple[str, str]]
    forced: bool = False


_Groups = dict[tuple[Path, Layout, bool], _Group]


def histories(
    folders: Iterable[Folder],
    display: dict[Path, str],
    layouts: Mapping[Path, Layout] | None = None,
    detect: Detect = lambda root, shape, entries: shape,
) -> list[HistoryFiles]:
    """Group the files of a listing into histories, sorted by root.

    ``display`` maps every folder that may be a root to how it is shown; ``layouts`` the roots
    whose layout is configured to it. The others get the layout that ``detect`` makes of a shape.
    """
    listing = {folder.path: folder for folder in folders if folder.files}
    groups: _Groups = {}
    for path in sorted(listing):
        rest = _add_forced(groups, listing[path], listing, layouts or {})
        own = [f for f in rest.files if f[0].lower() in FOLDER_FILES]
        flat = tuple(f for f in rest.files if f[0].lower() not in FOLDER_FILES)
        if own:
            _add_migration_folder(groups, path, own)
        if flat:
            root, kind = _root_of(path, listing)
            _add_flat(groups, replace(rest, files=flat), root, kind)
    found = [_ordered(group, display, detect) for _, group in sorted(groups.items())]
    return [h for h in found if h.entries or h.skipped]


def misfit(history: HistoryFiles) -> str | None:
    """Why a history cannot have the layout that was configured for it, None where it can."""
    facts = facts_of(history.layout)
    names = [entry.file.name for entry in history.entries if not entry.dump]
    if facts.tool and not any(fits(name, history.layout) for name in names):
        return f"holds no file that {facts.tool} reads: none is named like {facts.form}"
    if history.layout is Layout.SINGLE and len(names) > 1:
        return f"holds {len(names)} files, so it is not `single`"
    if history.layout is Layout.UP_DOWN_SUFFIX and not any(
        parse_name(name).direction for name in names
    ):
        return "holds no file that is named like NAME.up.sql"
    return None


def _add_forced(
    groups: _Groups, folder: Folder, listing: dict[Path, Folder], layouts: Mapping[Path, Layout]
) -> Folder:
    """Give the files of a folder to the history whose layout is configured and takes them; the
    folder with the files that are left."""
    above = next((p for p in (folder.path, *folder.path.parents) if p in layouts), None)
    if above is None:
        return folder
    layout = layouts[above]
    shape = facts_of(layout).shape
    none = replace(folder, files=())
    if shape in {Layout.UP_DOWN_FOLDER, Layout.MIGRATION_FOLDER}:
        names = {"migration.sql"} if shape is Layout.MIGRATION_FOLDER else {"up.sql", "down.sql"}
        own = [f for f in folder.files if f[0].lower() in names]
        if folder.path.parent != above or not own:
            return folder
        _add_migration_folder(groups, folder.path, own, layout)
        return replace(folder, files=tuple(f for f in folder.files if f not in own))
    if layout is Layout.FLYWAY:
        _add_flat(groups, folder, above, "flat", layout)
        return none
    root, kind = _root_of(folder.path, listing)
    if facts_of(layout).tool and folder.path == above:
        root, kind = above, "flat"
    if root != above:
        return folder
    _add_flat(groups, folder, root, kind, layout)
    return none


def _group(groups: _Groups, root: Path, layout: Layout, forced: bool = False) -> _Group:
    return groups.setdefault((root, layout, forced), _Group(root, layout, [], [], forced))


def _add_migration_folder(
    groups: _Groups,
    folder: Path,
    files: Sequence[tuple[str, Path, str]],
    forced: Layout | None = None,
) -> None:
    """``NAME/up.sql`` and ``NAME/down.sql`` (diesel), ``NAME/migration.sql`` (Prisma): both apply
    them in the order of the folders' names."""
    for name, path, shown in files:
        is_prisma = name.lower() == "migration.sql"
        layout = Layout.MIGRATION_FOLDER if is_prisma else Layout.UP_DOWN_FOLDER
        convention, version = convention_of(folder.name)
        direction = FOLDER_FILES[name.lower()]
        _group(groups, folder.parent, forced or layout, forced is not None).entries.append(
            FileEntry(path, shown, folder.name, direction, convention, version)
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
    groups: _Groups, folder: Folder, root: Path, kind: str, forced: Layout | None = None
) -> None:
    names = {name: _parse(name, folder) for name, _, _ in folder.files}
    suffixed = any(parsed.direction is not None for parsed in names.values())
    layout = Layout.UP_DOWN_SUFFIX if suffixed or kind == "versions" else Layout.FLAT
    other = Layout.FLAT if layout is Layout.UP_DOWN_SUFFIX else Layout.UP_DOWN_SUFFIX
    if kind != "flat" and (root, other, False) in groups:
        layout = other
    group = _group(groups, root, forced or layout, forced is not None)
    best = _preferred(names)
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
        direction = parsed.direction or (Direction.DOWN if kind == "down" else Direction.UP)
        group.entries.append(FileEntry(path, shown, stem, direction, convention, version))


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


def _ordered(group: _Group, display: dict[Path, str], detect: Detect) -> HistoryFiles:
    """The history of a group: ups in the order of their runner, then downs."""
    bare = sorted(group.entries, key=order_of(group.entries, group.layout))
    layout = group.layout if group.forced else detect(group.root, group.layout, bare)
    entries = adapted(bare, layout)
    entries.sort(key=order_of(entries, layout))
    ups = [e for e in entries if e.direction is Direction.UP]
    downs = [e for e in entries if e.direction is Direction.DOWN]
    shown = display.get(group.root, group.root.as_posix())
    name = shown if shown != "." else group.root.name or "."
    skipped = tuple(sorted(group.skipped))
    return HistoryFiles(name, shown, layout, (*ups, *downs), skipped, forced=group.forced)


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

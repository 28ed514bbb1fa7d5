"""Finding migration files: from the paths that were named to the histories behind them."""

from __future__ import annotations

import difflib
import os
import stat
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from ctb_lint.history import Direction, Layout
from ctb_lint.readers.sql.conventions import DOWN_FOLDERS, FOLDER_FILES, convention_of, parse_name
from ctb_lint.readers.sql.detect import detect
from ctb_lint.readers.sql.heads import ConfiguredHistory, dumps_of, heads_of, with_heads
from ctb_lint.readers.sql.layout import FileEntry, Folder, HistoryFiles, histories, misfit
from ctb_lint.readers.sql.paths import absolute, is_below, show
from ctb_lint.readers.sql.text import ReadFailure, failure_of
from ctb_lint.runners import facts_of

PASSED_OVER = frozenset({"node_modules", "venv", "__pycache__", "site-packages"})
"""Folders that are never looked into unless they are named; hidden ones likewise."""
_ALL = 1 << 30


class Discovery(Struct, frozen=True):
    """What was found. ``selected`` are the displays of the files to report on; ``skipped`` are
    files that are not read, (display, why), and ``folders_passed_over`` counts hidden folders and
    those of dependencies."""

    histories: tuple[HistoryFiles, ...]
    selected: frozenset[str]
    failures: tuple[ReadFailure, ...] = ()
    skipped: tuple[tuple[str, str], ...] = ()
    folders_passed_over: int = 0


class _Walk(Struct):
    """What the walks through folders gather."""

    base: Path
    excluded: Sequence[str]
    folders: dict[Path, Folder] = field(default_factory=dict)
    failures: dict[str, ReadFailure] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)
    passed_over: set[Path] = field(default_factory=set)
    added: frozenset[Path] = frozenset()
    named: set[Path] = field(default_factory=set)

    def fail(self, failure: ReadFailure) -> None:
        self.failures.setdefault(failure.path, failure)


def discover(
    paths: Sequence[Path],
    *,
    base: Path,
    configured: Sequence[ConfiguredHistory] = (),
    excluded: Sequence[str] = (),
    added: Collection[Path] = (),
) -> Discovery:
    """Find the histories that the paths belong to.

    ``paths`` are files and folders; empty means the configured histories, or else ``base``. A
    file selects itself only, but its whole history is found; a folder selects all below it.
    ``excluded`` are patterns as of ``.gitignore``, relative to ``base``; a file that is named
    itself is read all the same. ``added`` are files that are taken as there. Never raises for
    what the file system holds.
    """
    base = absolute(base)
    walk = _Walk(base, excluded, added=frozenset(added))
    roots = [(absolute(base / c.path), c) for c in configured]
    wanted = [absolute(p) for p in paths] or [root for root, _ in roots] or [base]
    files, folders = _look_at(wanted, walk)
    walk.named.update(files)
    for root, config in roots:
        reach = [root, *dumps_of(config, base)]
        near = (is_below(p, r) or is_below(r, p) for p in (*files, *folders) for r in reach)
        if root.is_dir() and any(near):
            _list(root, walk, _ALL)
    for folder in folders:
        _list(folder, walk, _ALL)
    for file in files:
        _list_around(file, walk)
    shown = {p: show(p, base) for f in walk.folders for p in (f, f.parent, f.parent.parent)}
    found = _configured(_histories(walk, shown, roots), roots, base)
    found = with_heads(found, heads_of(roots, base))
    found += _singles(files, found, walk)
    found = [h for h in found if _touched(h, files, folders, base)]
    for history in found:
        walk.skipped.update(history.skipped)
    _note_empty(found, folders, walk)
    selected = _selected(found, files, folders, base)
    return Discovery(
        histories=tuple(sorted(found, key=lambda h: (h.root, h.layout.value, h.name))),
        selected=selected,
        failures=tuple(walk.failures[key] for key in sorted(walk.failures)),
        skipped=tuple(sorted(walk.skipped.items())),
        folders_passed_over=len(walk.passed_over),
    )


def _look_at(wanted: Sequence[Path], walk: _Walk) -> tuple[list[Path], list[Path]]:
    """Part the paths into files and folders; those that are neither fail."""
    files: list[Path] = []
    folders: list[Path] = []
    for path in dict.fromkeys(wanted):
        try:
            mode = path.stat().st_mode
        except OSError as error:
            walk.fail(_missing(path, error, walk.base))
        except ValueError:
            walk.fail(ReadFailure(show(path, walk.base), "is no possible name", "check the name"))
        else:
            (folders if stat.S_ISDIR(mode) else files).append(path)
    return files, folders


def _missing(path: Path, error: OSError, base: Path) -> ReadFailure:
    """Why a named path cannot be looked at, with the name that could have been meant."""
    failure = failure_of(error, show(path, base))
    if isinstance(error, FileNotFoundError) and path.is_symlink():
        message = "is a symlink to what does not exist"
        return replace(failure, message=message, hint="mend or remove the link")
    return replace(failure, hint=_nearest(path) or failure.hint)


def _nearest(path: Path) -> str | None:
    """Which existing name could have been meant."""
    try:
        beside = sorted(other.name for other in path.parent.iterdir())
    except OSError:
        return None
    close = difflib.get_close_matches(path.name, beside[:2000], n=1)
    return f"did you mean `{show(path.parent / close[0], path.parent)}`?" if close else None


def _list(root: Path, walk: _Walk, depth: int) -> None:
    """List the folders from ``root`` down, ``depth`` levels deep, each real folder once."""
    excluded = _excluder(walk)
    pending = [(root, depth, frozenset[str]())]
    links: list[tuple[Path, int, frozenset[str]]] = []
    seen: set[str] = set()
    while pending or links:
        # Links wait, so that a folder is read under its own name where it has one here.
        path, left, above = pending.pop() if pending else links.pop(0)
        real = os.path.realpath(path)
        if real in above:
            message = "is a symlink to a folder that it stands in"
            walk.fail(ReadFailure(show(path, walk.base), message, "remove the link, or exclude it"))
            continue
        if real in seen:
            walk.skipped[show(path, walk.base)] = "its folder was read already"
            continue
        seen.add(real)
        files: list[tuple[str, Path, str]] = []
        for name, is_folder in _entries(path, walk):
            child = path / name
            if excluded(child, is_folder):
                continue
            if not is_folder:
                if name.lower().endswith(".sql"):
                    files.append((name, child, show(child, walk.base)))
            elif name.startswith(".") or name in PASSED_OVER:
                walk.passed_over.add(child)
            elif left > 0:
                waiting = links if child.is_symlink() else pending
                waiting.append((child, left - 1, above | {real}))
        walk.folders.setdefault(path, Folder(path, show(path, walk.base), tuple(files)))


def _entries(path: Path, walk: _Walk) -> list[tuple[str, bool]]:
    """The names in a folder, sorted, and whether each is a folder."""
    found = []
    for one in walk.added:
        if one.is_relative_to(path) and one != path:
            below = one.relative_to(path).parts
            found.append((below[0], len(below) > 1))
    if found and not path.exists():
        return sorted(set(found))
    try:
        with os.scandir(path) as entries:
            for entry in entries:
                try:
                    found.append((entry.name, entry.is_dir()))
                except OSError as error:
                    walk.fail(failure_of(error, show(Path(entry.path), walk.base)))
    except OSError as error:
        walk.fail(failure_of(error, show(path, walk.base)))
    return sorted(set(found))


def _excluder(walk: _Walk) -> Callable[[Path, bool], bool]:
    """Whether a path is excluded; what was named itself never is."""
    if not walk.excluded:
        return lambda _path, _is_folder: False
    from pathspec import GitIgnoreSpec

    spec = GitIgnoreSpec.from_lines(walk.excluded)

    def excluded(path: Path, is_folder: bool) -> bool:
        if any(is_below(named, path) for named in walk.named):
            return False
        if not path.is_relative_to(walk.base):
            return False
        shown = show(path, walk.base)
        return spec.match_file(shown + "/" if is_folder else shown)

    return excluded


def _list_around(file: Path, walk: _Walk) -> None:
    """List the folders that a file's history can lie in."""
    parent = file.parent
    name = parent.name.lower()
    deeper = (
        file.name.lower() in FOLDER_FILES
        or (name.isdigit() and convention_of(parse_name(file.name).stem)[1] is not None)
        or name in DOWN_FOLDERS
        or name == "up"
    )
    if deeper:
        _list(parent.parent, walk, 1)
    _list(parent, walk, 0)
    for beside in sorted(DOWN_FOLDERS):
        if (parent / beside).is_dir():
            _list(parent / beside, walk, 0)


def _histories(
    walk: _Walk, shown: dict[Path, str], roots: Sequence[tuple[Path, ConfiguredHistory]]
) -> list[HistoryFiles]:
    """The histories of what was listed. A configured layout that does not fit its files fails, and
    they are read as what they look like."""
    layouts = {root: c.layout for root, c in roots if c.layout and root in walk.folders}
    found = histories(walk.folders.values(), shown, layouts, detect)
    forced = {h.root: misfit(h) for h in found if h.forced}
    unfit: dict[Path, str] = {}
    for root, layout in layouts.items():
        at = shown[root]
        why = forced.get(at, _NO_SUCH.get(facts_of(layout).shape, "holds no file of its own"))
        below = (folder for path, folder in walk.folders.items() if is_below(path, root))
        if why is not None and any(folder.files for folder in below):
            unfit[root] = why
            config = next(c for r, c in roots if r == root and c.layout)
            hint = f"correct `layout` of the history `{config.name}`, or leave it out"
            walk.fail(ReadFailure(at, f"{why}, but is configured as `{layout.value}`", hint))
    if not unfit:
        return found
    fitting = {root: layout for root, layout in layouts.items() if root not in unfit}
    return histories(walk.folders.values(), shown, fitting, detect)


_NO_SUCH = {
    Layout.UP_DOWN_FOLDER: "holds no folder with an up.sql",
    Layout.MIGRATION_FOLDER: "holds no folder with a migration.sql",
}


def _configured(
    found: list[HistoryFiles], roots: Sequence[tuple[Path, ConfiguredHistory]], base: Path
) -> list[HistoryFiles]:
    """Give the histories at configured paths their names; the deepest path that fits decides."""
    named: list[HistoryFiles] = []
    for history in found:
        files = [entry.file for entry in history.entries]
        fits = [
            (len(root.parts), root, c)
            for root, c in roots
            if files and all(is_below(file, root) and file != root for file in files)
        ]
        if not fits:
            named.append(history)
            continue
        _, root, config = max(fits, key=lambda fit: fit[0])
        own = history.root == show(root, base)
        named.append(
            replace(
                history,
                name=config.name if own else f"{config.name}/{_below(history.root, root, base)}",
                from_nothing=config.from_nothing,
                dump_version=config.dump_version,
                released=config.released,
            )
        )
    return _apart(named)


def _below(shown: str, root: Path, base: Path) -> str:
    """The part of a shown path that lies below a configured root."""
    return shown.removeprefix(show(root, base) + "/")


def _apart(found: list[HistoryFiles]) -> list[HistoryFiles]:
    """Tell histories of one name apart by their layout."""
    names = [history.name for history in found]
    return [
        replace(h, name=f"{h.name} ({h.layout.value})") if names.count(h.name) > 1 else h
        for h in found
    ]


def _singles(files: list[Path], found: list[HistoryFiles], walk: _Walk) -> list[HistoryFiles]:
    """Named files that no history took: they stand alone. Those for another database fail."""
    known = {entry.file for history in found for entry in history.entries}
    left_out = {shown: why for history in found for shown, why in history.skipped}
    singles = []
    for file in files:
        shown = show(file, walk.base)
        if shown in left_out:
            hint = "name a file that is for PostgreSQL"
            walk.fail(ReadFailure(shown, f"is not read: {left_out[shown]}", hint))
        elif file not in known:
            parsed = parse_name(file.name)
            convention, version = convention_of(parsed.stem)
            direction = parsed.direction or Direction.UP
            entry = FileEntry(file, shown, parsed.stem, direction, convention, version)
            singles.append(HistoryFiles(shown, shown, Layout.SINGLE, (entry,)))
    return singles


def _touched(history: HistoryFiles, files: list[Path], folders: list[Path], base: Path) -> bool:
    """Whether anything that was named belongs to the history."""
    members = {entry.display for entry in history.entries} | {s for s, _ in history.skipped}
    if any(show(file, base) in members for file in files):
        return True
    paths = [entry.file for entry in history.entries]
    paths += [base / shown for shown, _ in history.skipped]
    # A history may have nothing but its dump, which lies elsewhere.
    paths.append(base / history.root)
    return any(is_below(path, folder) for folder in folders for path in paths)


def _note_empty(found: list[HistoryFiles], folders: list[Path], walk: _Walk) -> None:
    """A named folder without anything to read is a failure, not a success."""
    for folder in folders:
        if any(is_below(e.file, folder) for history in found for e in history.entries):
            continue
        if any(h.entries and is_below(walk.base / h.root, folder) for h in found):
            continue
        shown = show(folder, walk.base)
        others = sum(1 for h in found for s, _ in h.skipped if is_below(walk.base / s, folder))
        message = "holds no SQL files"
        if others:
            message = f"holds no SQL files for PostgreSQL, only {others} for other databases"
        why, hint = (None, None) if others else _instead(folder, walk.base)
        message, hint = why or message, hint or "name the folder that holds the migrations"
        walk.fail(ReadFailure(shown, message, hint))


def _instead(folder: Path, base: Path) -> tuple[str | None, str | None]:
    """What a folder without SQL holds instead, and the way out."""
    from ctb_lint.readers.projects import instead_of_sql

    if not folder.is_relative_to(base):
        base = folder
    return instead_of_sql(base, folder.relative_to(base).as_posix())


def _selected(
    found: list[HistoryFiles], files: list[Path], folders: list[Path], base: Path
) -> frozenset[str]:
    """The files that are named or lie below a folder that is; a dump also with its history."""
    named = set(files)
    return frozenset(
        entry.display
        for history in found
        for entry in history.entries
        for place in (entry.file, base / history.root if entry.dump else entry.file)
        if place in named or any(is_below(place, folder) for folder in folders)
    )

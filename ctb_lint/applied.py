"""Which migrations a database says it has had, and which files they are."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from ctb_lint.history import Direction, History, MigrationFile
from ctb_lint.model import QualifiedName
from ctb_lint.runners import facts_of, identity


class AppliedVersions(Struct, frozen=True):
    """What the table of a migration tool holds. ``versions`` are as written there, in the order of
    that table; ``newest_only`` says that the tool keeps one row, the newest version, and that all
    before it ran. ``failed`` are versions that began and did not end well. ``unknown`` says why
    nothing of it could be read."""

    table: QualifiedName
    versions: tuple[str, ...]
    newest_only: bool = False
    failed: tuple[str, ...] = ()
    unknown: str | None = None


class Standing(Struct, frozen=True):
    """A history beside what a database says: files that did not run there, versions that no file
    has, and files that began and did not end well."""

    pending: tuple[MigrationFile, ...] = ()
    vanished: tuple[str, ...] = ()
    broken: tuple[MigrationFile, ...] = ()


def standing(history: History, applied: AppliedVersions) -> Standing:
    """Where the database stands in the history. A file is known by its version, by its name or by
    the name of its file, whichever the table holds."""
    files = [f for f in history.files if f.direction is Direction.UP and f.applied and not f.dump]
    if applied.newest_only:
        return _of_newest(files, applied)
    names = {file.path: _names(file, history) for file in files}
    recorded = {_plain(version) for version in applied.versions}
    failed = {_plain(version) for version in applied.failed}
    known = set().union(*names.values()) if names else set()
    return Standing(
        pending=tuple(f for f in files if names[f.path].isdisjoint(recorded | failed)),
        vanished=tuple(v for v in applied.versions if _plain(v) not in known),
        broken=tuple(f for f in files if not names[f.path].isdisjoint(failed)),
    )


def _of_newest(files: Iterable[MigrationFile], applied: AppliedVersions) -> Standing:
    """Where only the newest version is kept."""
    versions = [v for v in (*applied.versions, *applied.failed) if v.isdecimal()]
    if not versions:
        return Standing()
    newest = (int(versions[0]),)
    files = [file for file in files if file.number]
    broken = tuple(f for f in files if f.number == newest) if applied.failed else ()
    return Standing(
        pending=tuple(file for file in files if file.number > newest),
        vanished=() if any(f.number == newest for f in files) else (versions[0],),
        broken=broken,
    )


def _names(file: MigrationFile, history: History) -> set[str]:
    """All that a table of versions may call a file."""
    base = file.path.rsplit("/", 1)[-1]
    found = {file.name, base, base.removesuffix(".sql")}
    if file.version is not None and not facts_of(history.layout).by_whole_name:
        found.add(file.version)
        found.add(_plain(file.version))
        key = identity(file, history.layout)
        if key and key[0]:
            found.add(".".join(map(str, key[0])))
    return {_plain(name) for name in found}


def _plain(version: str) -> str:
    """A number without its leading zeros, everything else as it is."""
    return str(int(version)) if version.isdecimal() and len(version) < _DIGITS else version


_DIGITS = 4000
"""Numbers beyond that Python refuses to read."""

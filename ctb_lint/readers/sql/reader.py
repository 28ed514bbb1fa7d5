"""The entry: paths in, histories with their schemas out."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from ctb_lint.connection_strings import ConnectionString, connection_strings
from ctb_lint.history import Convention, Direction, Folded, History, Layout, MigrationFile
from ctb_lint.model import Location
from ctb_lint.passwords import Password, located
from ctb_lint.readers.sql.discover import discover
from ctb_lint.readers.sql.dump import contained, is_dump
from ctb_lint.readers.sql.fold.history import FoldOptions, fold
from ctb_lint.readers.sql.heads import ConfiguredHistory
from ctb_lint.readers.sql.layout import FileEntry, HistoryFiles
from ctb_lint.readers.sql.made import Known
from ctb_lint.readers.sql.paths import absolute, show
from ctb_lint.readers.sql.released import unknown_version, up_to
from ctb_lint.readers.sql.rerun import set_reruns
from ctb_lint.readers.sql.statements import ParsedFile, parse_file
from ctb_lint.readers.sql.text import (
    LineIndex,
    ReadFailure,
    SourceText,
    from_stdin,
    read_source,
)
from ctb_lint.readers.sql.wrapping import has_way_back, is_undone_in_code, ways_back, wrap
from ctb_lint.waivers import Waiver


class SqlOptions(Struct, frozen=True, kw_only=True):
    """How to read. ``base`` is the folder that shown paths are relative to; ``watch`` the column
    names whose literals are kept; ``max_size`` in bytes; ``stdin`` the bytes of standard input
    and the name it is shown under: where a file of that name is there, its place in its history
    is taken by those bytes. ``released`` is the last migration that was applied somewhere, for
    histories that name none of their own; ``released_must_match`` says that it must be one of
    those that are read. ``released_only`` leaves out all migrations that are not released.
    ``overlay`` holds, by absolute path, what is to be read in the place of files that are there,
    and files that are not there yet. ``known`` takes what CREATE TABLE statements make, for a
    catalogue that repeats them."""

    base: Path
    default_schema: str = "public"
    pg_version: int = 15
    watch: frozenset[str] = frozenset()
    max_size: int = 10_000_000
    histories: tuple[ConfiguredHistory, ...] = ()
    exclude: tuple[str, ...] = ()
    stdin: tuple[bytes, str] | None = None
    released: str | None = None
    released_must_match: bool = True
    released_only: bool = False
    overlay: Mapping[Path, bytes] = {}
    known: Known | None = None

    @property
    def fold(self) -> FoldOptions:
        """What of these the fold needs."""
        return FoldOptions(self.default_schema, self.watch, self.pg_version, self.known)


class ReadFile(Struct, frozen=True):
    """A file that was read: its display path, the hash of its bytes, its size in bytes, the
    number of its statements, the name of its history and the waivers in its comments."""

    path: str
    sha256: str
    size: int
    statements: int
    history: str
    waivers: tuple[Waiver, ...] = ()


class SqlRead(Struct, frozen=True):
    """All that was read. ``selected`` are the paths to report on, ``failures`` what could not be
    read, ``texts`` the text of every file, ``skipped`` (path, why) pairs."""

    folded: tuple[Folded, ...]
    selected: frozenset[str]
    failures: tuple[ReadFailure, ...]
    files: tuple[ReadFile, ...]
    texts: Mapping[str, str]
    skipped: tuple[tuple[str, str], ...]

    @property
    def waivers(self) -> tuple[Waiver, ...]:
        """Those of all files."""
        return tuple(waiver for file in self.files for waiver in file.waivers)


class _Gathered(Struct):
    """What the histories add up to. ``unmatched`` says of each history for which ``released``
    stands for nothing why, ``matched`` whether it stands for something in another."""

    files: list[ReadFile] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    failures: list[ReadFailure] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    unmatched: list[ReadFailure] = field(default_factory=list)
    matched: bool = False

    def keep(self, source: SourceText, file: ParsedFile, history: str) -> None:
        """Takes in a file that was read as one of that history."""
        self.texts[source.path] = source.text
        about = (source.path, source.sha256, source.size, len(file.parts), history)
        self.files.append(ReadFile(*about, file.waivers))


def read(paths: Sequence[Path], options: SqlOptions) -> SqlRead:
    """Reads every history that the paths belong to. Never raises for what files hold: what
    cannot be read is a failure."""
    folded: list[Folded] = []
    gathered = _Gathered()
    failures, skipped = gathered.failures, gathered.skipped
    selected: set[str] = set()
    named = [path for path in paths if not (options.stdin and str(path) == "-")]
    given: dict[Path, SourceText | ReadFailure] = {}
    if options.stdin and os.path.isfile(options.stdin[1]):  # noqa: PTH113 - never raises
        # What an editor holds of a file that is there: the rest of its history is as it is.
        file = Path(options.stdin[1]).absolute()
        named.append(file)
        shown = show(file, options.base.absolute())
        given[file.resolve()] = from_stdin(options.stdin[0], shown, options.max_size)
    elif options.stdin:
        data, display = options.stdin
        source = from_stdin(data, display, options.max_size)
        selected.add(display)
        if isinstance(source, ReadFailure):
            failures.append(source)
        else:
            entry = FileEntry(Path(display), display, display, Direction.UP, Convention.OTHER)
            group = HistoryFiles(display, display, Layout.SINGLE, (entry,))
            folded.append(_fold(group, [source], gathered, options))
    if named or not options.stdin:
        found = discover(
            named,
            base=options.base,
            configured=options.histories,
            excluded=options.exclude,
            added=options.overlay,
        )
        failures.extend(found.failures)
        skipped.extend(found.skipped)
        selected.update(found.selected)
        for group in found.histories:
            sources: list[SourceText | None] = []
            for entry in group.entries:
                held = given.get(entry.file.resolve()) if given else None
                laid = options.overlay.get(absolute(entry.file)) if options.overlay else None
                if laid is not None:
                    held = from_stdin(laid, entry.display, options.max_size)
                got = held or read_source(entry.file, entry.display, options.max_size)
                if isinstance(got, ReadFailure):
                    failures.append(got)
                sources.append(None if isinstance(got, ReadFailure) else got)
            folded.append(_fold(group, sources, gathered, options))
    if gathered.unmatched and not gathered.matched and options.released_must_match:
        failures.append(gathered.unmatched[0])
    return SqlRead(
        tuple(folded),
        frozenset(selected),
        tuple(failures),
        tuple(gathered.files),
        gathered.texts,
        tuple(skipped),
    )


def read_text(text: str, path: str = "example.sql", options: SqlOptions | None = None) -> Folded:
    """One text as a history of its own."""
    options = options or SqlOptions(base=Path())
    entry = FileEntry(Path(path), path, path, Direction.UP, Convention.OTHER)
    source = SourceText(path, text, "", len(text))
    group = HistoryFiles(path, path, Layout.SINGLE, (entry,))
    return _fold(group, [source], _Gathered(), options)


def _migration(entry: FileEntry, path: str, text: str) -> MigrationFile:
    return MigrationFile(
        path=path,
        name=entry.name,
        direction=entry.direction,
        convention=entry.convention,
        version=entry.version,
        applied=entry.applied,
        location=LineIndex(text[:1]).location(path, 0, 0),
    )


def _fold(
    group: HistoryFiles,
    sources: Sequence[SourceText | None],
    gathered: _Gathered,
    options: SqlOptions,
) -> Folded:
    migrations = [
        _migration(entry, entry.display, source.text if source else "")
        for entry, source in zip(group.entries, sources, strict=True)
    ]
    first = _dump(group, sources)
    held: frozenset[str] = frozenset()
    begun: ParsedFile | None = None
    if first is not None:
        migrations[0] = replace(migrations[0], dump=True)
        begun = parse_file(first.text, first.path, options.pg_version)
        held = _contained(group, migrations, begun, first, gathered)
    released = held | _released(group, migrations, gathered, options)
    parsed: list[ParsedFile] = []
    kept: list[MigrationFile] = []
    undone = ways_back(migrations, group.layout)
    order = 0
    for migration, entry, source in zip(migrations, group.entries, sources, strict=True):
        migration = replace(migration, released=migration.path in released)
        if options.released_only and not migration.released:
            continue
        kept.append(migration)
        if source is None:
            parsed.append(ParsedFile(entry.display, [], unread="unreadable"))
            continue
        if migration.dump and begun is not None:
            file = begun
        elif migration.path in held:
            file = ParsedFile(source.path, [], folds=False)
        else:
            file = parse_file(source.text, source.path, options.pg_version, entry.direction)
            file.folds = file.folds and entry.applied
        kept[-1] = replace(
            migration,
            transactional=wrap(file, source.text, entry.file, group.layout),
            rollback=has_way_back(file, migration, undone, group.layout)
            or is_undone_in_code(entry.file),
        )
        if group.layout is Layout.PSQL:
            set_reruns(file.parts, options.pg_version)
        for part in file.parts:
            part.order = order = order + 1
        parsed.append(file)
        gathered.keep(source, file, group.name)
    history = History(
        group.name,
        group.root,
        group.layout,
        tuple(kept),
        passwords=tuple(found for source in sources if source for found in _passwords(source)),
        connection_strings=tuple(s for source in sources if source for s in _strings(source)),
    )
    from_nothing = True if begun and group.from_nothing is None else group.from_nothing
    return fold(history, parsed, options.fold, from_nothing)


def _passwords(source: SourceText) -> tuple[Password, ...]:
    return located(source.text, _places(source), runs=True)


def _strings(source: SourceText) -> tuple[ConnectionString, ...]:
    return connection_strings(source.text, _places(source))


def _places(source: SourceText) -> Callable[[int, int], Location]:
    """Places of the text. Its lines are counted only where something is found."""

    @cache
    def index() -> LineIndex:
        return LineIndex(source.text)

    return lambda start, end: index().location(source.path, start, end)


def _dump(group: HistoryFiles, sources: Sequence[SourceText | None]) -> SourceText | None:
    """The text of the first file where that is a schema dump: the configuration says so, or the
    file itself."""
    if not group.entries or group.entries[0].direction is Direction.DOWN:
        return None
    source = sources[0]
    return source if source and (group.entries[0].dump or is_dump(source.text)) else None


def _contained(
    group: HistoryFiles,
    migrations: Sequence[MigrationFile],
    parsed: ParsedFile,
    source: SourceText,
    gathered: _Gathered,
) -> frozenset[str]:
    """The paths of the migrations that the dump holds, and so are not folded."""
    found = contained(migrations, migrations[0], parsed, source.text, group.dump_version)
    if isinstance(found, ReadFailure):
        gathered.failures.append(found)
        return frozenset()
    gathered.skipped += [(path, f"contained in {source.path}") for path in sorted(found)]
    return found


def _released(
    group: HistoryFiles,
    migrations: Sequence[MigrationFile],
    gathered: _Gathered,
    options: SqlOptions,
) -> frozenset[str]:
    """The paths of the migrations that have been applied somewhere, as the configuration says."""
    dumps = frozenset(entry.display for entry in group.entries if entry.dump)
    wanted = group.released or options.released
    if wanted is None:
        return dumps
    found = up_to(migrations, wanted)
    if found:
        gathered.matched = gathered.matched or not group.released
        return found | dumps | {file.path for file in migrations if file.dump}
    failure = unknown_version(migrations, wanted, "released", group.root)
    if group.released:
        gathered.failures.append(failure)
    elif group.layout is not Layout.SINGLE:
        gathered.unmatched.append(failure)
    return dumps

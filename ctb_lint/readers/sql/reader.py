"""The entry: paths in, histories with their schemas out."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from ctb_lint.history import Convention, Direction, Folded, History, Layout, MigrationFile
from ctb_lint.readers.sql.discover import ConfiguredHistory, discover, show
from ctb_lint.readers.sql.fold.history import FoldOptions, fold
from ctb_lint.readers.sql.layout import FileEntry, HistoryFiles
from ctb_lint.readers.sql.statements import ParsedFile, parse_file
from ctb_lint.readers.sql.text import (
    LineIndex,
    ReadFailure,
    SourceText,
    from_stdin,
    read_source,
)


class SqlOptions(Struct, frozen=True, kw_only=True):
    """How to read. ``base`` is the folder that shown paths are relative to; ``watch`` the column
    names whose literals are kept; ``max_size`` in bytes; ``stdin`` the bytes of standard input
    and the name it is shown under: where a file of that name is there, its place in its history
    is taken by those bytes."""

    base: Path
    default_schema: str = "public"
    pg_version: int = 15
    watch: frozenset[str] = frozenset()
    max_size: int = 10_000_000
    histories: tuple[ConfiguredHistory, ...] = ()
    exclude: tuple[str, ...] = ()
    stdin: tuple[bytes, str] | None = None

    @property
    def fold(self) -> FoldOptions:
        """What of these the fold needs."""
        return FoldOptions(self.default_schema, self.watch, self.pg_version)


class ReadFile(Struct, frozen=True):
    """A file that was read: its display path, the hash of its bytes, its size in bytes, the
    number of its statements and the name of its history."""

    path: str
    sha256: str
    size: int
    statements: int
    history: str


class SqlRead(Struct, frozen=True):
    """All that was read. ``selected`` are the paths to report on, ``failures`` what could not be
    read, ``texts`` the text of every file, ``skipped`` (path, why) pairs."""

    folded: tuple[Folded, ...]
    selected: frozenset[str]
    failures: tuple[ReadFailure, ...]
    files: tuple[ReadFile, ...]
    texts: Mapping[str, str]
    skipped: tuple[tuple[str, str], ...]


def read(paths: Sequence[Path], options: SqlOptions) -> SqlRead:
    """Reads every history that the paths belong to. Never raises for what files hold: what
    cannot be read is a failure."""
    folded: list[Folded] = []
    files: list[ReadFile] = []
    texts: dict[str, str] = {}
    failures: list[ReadFailure] = []
    skipped: list[tuple[str, str]] = []
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
            folded.append(_fold(group, [source], files, texts, options))
    if named or not options.stdin:
        found = discover(
            named, base=options.base, configured=options.histories, excluded=options.exclude
        )
        failures.extend(found.failures)
        skipped.extend(found.skipped)
        selected.update(found.selected)
        for group in found.histories:
            sources: list[SourceText | None] = []
            for entry in group.entries:
                held = given.get(entry.file.resolve()) if given else None
                got = held or read_source(entry.file, entry.display, options.max_size)
                if isinstance(got, ReadFailure):
                    failures.append(got)
                sources.append(None if isinstance(got, ReadFailure) else got)
            folded.append(_fold(group, sources, files, texts, options))
    return SqlRead(
        tuple(folded), frozenset(selected), tuple(failures), tuple(files), texts, tuple(skipped)
    )


def read_text(text: str, path: str = "example.sql", options: SqlOptions | None = None) -> Folded:
    """One text as a history of its own."""
    options = options or SqlOptions(base=Path())
    entry = FileEntry(Path(path), path, path, Direction.UP, Convention.OTHER)
    source = SourceText(path, text, "", len(text))
    group = HistoryFiles(path, path, Layout.SINGLE, (entry,))
    return _fold(group, [source], [], {}, options)


def _migration(entry: FileEntry, path: str, text: str) -> MigrationFile:
    return MigrationFile(
        path=path,
        name=entry.name,
        direction=entry.direction,
        convention=entry.convention,
        version=entry.version,
        location=LineIndex(text[:1]).location(path, 0, 0),
    )


def _fold(
    group: HistoryFiles,
    sources: Sequence[SourceText | None],
    files: list[ReadFile],
    texts: dict[str, str],
    options: SqlOptions,
) -> Folded:
    parsed: list[ParsedFile] = []
    migrations: list[MigrationFile] = []
    order = 0
    for entry, source in zip(group.entries, sources, strict=True):
        if source is None:
            parsed.append(ParsedFile(entry.display, [], unread="unreadable"))
            migrations.append(_migration(entry, entry.display, ""))
            continue
        file = parse_file(source.text, source.path, options.pg_version, entry.direction)
        for part in file.parts:
            part.order = order = order + 1
        parsed.append(file)
        texts[source.path] = source.text
        files.append(ReadFile(source.path, source.sha256, source.size, len(file.parts), group.name))
        migrations.append(_migration(entry, source.path, source.text))
    history = History(group.name, group.root, group.layout, tuple(migrations))
    return fold(history, parsed, options.fold, group.from_nothing)

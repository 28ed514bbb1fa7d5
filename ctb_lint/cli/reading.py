"""Reading the migrations that a run is about: which paths, and with which options."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, structs

from ctb_lint.catalogue import Catalogue
from ctb_lint.claims import Claim
from ctb_lint.cli.parts import is_pattern, parts
from ctb_lint.cli.trouble import RunError, safe
from ctb_lint.cli.usual import lone_dumps, usual_paths
from ctb_lint.history import DocumentedHistory
from ctb_lint.mishaps import Mishap
from ctb_lint.model import Schema
from ctb_lint.report import Failure
from ctb_lint.surroundings import Commits, Surroundings

if TYPE_CHECKING:
    from ctb_lint.cli.request import Request
    from ctb_lint.config import Config
    from ctb_lint.readers.catalogue.reader import CatalogueRead
    from ctb_lint.readers.git.repository import Repository, State
    from ctb_lint.readers.sql.made import Known
    from ctb_lint.readers.sql.reader import SqlRead

STDIN = "-"
STDIN_NAME = "stdin.sql"


class Document(Struct, frozen=True):
    """The catalogue: what it says, the tables that it declares, what does not fit of their SQL,
    and what can be checked of all that; the migrations that it names; and what became of the files
    and commits that it names, None where nobody could look."""

    catalogue: Catalogue
    schema: Schema
    mishaps: tuple[Mishap, ...] = ()
    claims: tuple[Claim, ...] = ()
    documented: DocumentedHistory | None = None
    surroundings: Surroundings | None = None
    commits: Commits | None = None


def everything(
    request: Request, config: Config, state: Path | None = None, *, released_only: bool = False
) -> tuple[SqlRead, Document | None]:
    """The migrations, as ``migrations`` reads them, and the catalogue where there is one.

    Where there is a catalogue or a database, there need be no migrations. The catalogue's files
    are among those that were read. Raises RunError as ``migrations``.
    """
    files = _catalogue(request, config, state)
    known: Known | None = {} if files else None
    try:
        read = migrations(request, config, state, released_only=released_only, known=known)
    except RunError:
        alone = not files and not request.asks_database
        if alone or request.paths or configured_roots(config):
            raise
        read = structs.replace(nothing_read(), skipped=(("migrations", "there are none"),))
    if not files:
        return read, None
    overlay = {} if state else request.overlay
    read, found = _with_catalogue(read, files, config, state or config.base, overlay, known)
    # What git holds of another state is told by who asks for that.
    return read, found if state else _in_working_tree(found, files, config, read)


def _catalogue(request: Request, config: Config, state: Path | None) -> list[Path]:
    """The catalogue's files that a run is about. One that names migrations is about those."""
    if request.paths and not request.staged and not request.catalogue:
        return []
    return catalogue_files(request, config, state)


def catalogue_files(request: Request, config: Config, state: Path | None) -> list[Path]:
    """The files that are asked for, else those of the configuration that are there."""
    named = [Path(path) for path in request.catalogue]
    if named:
        return list(_moved(named, config.base, state)) if state else named
    return list(parts(config, state or config.base).found)


def _with_catalogue(
    read: SqlRead,
    files: list[Path],
    config: Config,
    base: Path,
    overlay: Mapping[Path, bytes],
    known: Known | None,
) -> tuple[SqlRead, Document]:
    from ctb_lint.readers.sql.reader import ReadFile

    found = _read_catalogue(files, config, base, overlay, known)
    about = tuple(
        ReadFile(path, digest, size, 0, "catalogue")
        for path, (digest, size) in sorted(found.hashes.items())
    )
    whole = structs.replace(
        read,
        selected=read.selected | frozenset(found.texts),
        failures=(*read.failures, *found.failures),
        files=(*read.files, *about),
        texts={**read.texts, **found.texts},
    )
    return whole, Document(
        found.catalogue, found.schema, found.mishaps, found.claims, found.documented
    )


def _in_working_tree(
    document: Document, files: list[Path], config: Config, read: SqlRead
) -> Document:
    """The document with what stands around it in the repository that its first file is in."""
    from ctb_lint.readers.git.command import GitError
    from ctb_lint.readers.git.repository import repository

    places = [Path(os.path.realpath(path)) for path in files]
    try:
        repo = repository(places[0].parent)
        inside = (one for one in places if one.is_relative_to(repo.root))
        beside = tuple(one.relative_to(repo.root).as_posix() for one in inside)
        base = os.path.relpath(os.path.realpath(config.base), repo.root)
        return surrounded(document, repo, beside, from_root(base, read), config)
    except GitError:
        return document


def surrounded(
    document: Document,
    repo: Repository,
    beside: tuple[str, ...],
    migrations: Mapping[str, str],
    config: Config,
    state: State | None = None,
) -> Document:
    """The document with what stands around it in a state of a repository; ``beside`` are its
    files, and ``migrations`` those that are read as such with the SHA-256 of each, from the root.
    Raises GitError where git cannot tell."""
    from ctb_lint.readers.surroundings import Lookup, look

    lookup = Lookup(
        repository=repo,
        beside=beside,
        state=state,
        known=migrations,
        default_schema=config.default_schema,
        pg_version=config.pg_version,
        max_size=config.max_file_size,
    )
    around, commits = look(document.catalogue, document.claims, lookup)
    return structs.replace(document, surroundings=around, commits=commits)


def from_root(base: str, read: SqlRead) -> dict[str, str]:
    """The migrations that were read, from the root of a repository, with the SHA-256 of each;
    ``base`` is the way from there to what their paths are relative to."""
    placed = ((os.path.join(base, one.path), one.sha256) for one in read.files)  # noqa: PTH118
    return {os.path.normpath(path).replace(os.sep, "/"): digest for path, digest in placed}


def document(request: Request, config: Config) -> CatalogueRead | None:
    """The catalogue alone, None where there is none. Raises RunError where it cannot be read, or
    not all of it is there."""
    files = _catalogue(request, config, None)
    for absent in absent_parts(request, config, config.base) if files else ():
        raise RunError(absent.message, path=absent.path, hint=absent.hint)
    found = _read_catalogue(files, config, config.base) if files else None
    for failure in found.failures if found else ():
        raise RunError(failure.message, path=failure.path, line=failure.line, hint=failure.hint)
    return found


def needs_catalogue(request: Request, config: Config) -> None:
    """Raises RunError where there is no catalogue."""
    if not _catalogue(request, config, None):
        names = " and ".join(config.catalogue)
        why = f"looked for {names}" if names else "the configuration says so"
        hint = "name the file, or set catalogue in the configuration"
        raise RunError(f"there is no catalogue: {why}", hint=hint)


def absent_parts(request: Request, config: Config, base: Path) -> Iterator[Failure]:
    """What is not there of the catalogue in a folder that stands for the configuration's own, where
    the configuration says that it is: a run that looked for it in vain is no pass."""
    if request.catalogue or (request.paths and not request.staged):
        return
    for name in parts(config, base).missing:
        hint = "correct catalogue in the configuration, or name the file with --catalogue"
        if base != config.base and name not in parts(config, config.base).missing:
            hint = "it is in the folder, and not in what is checked: git add it"
        message = "no file is of this pattern" if is_pattern(name) else "there is no such catalogue"
        yield safe(Failure(message, path=name, hint=hint))


def _read_catalogue(
    files: list[Path],
    config: Config,
    base: Path,
    overlay: Mapping[Path, bytes] = {},
    known: Known | None = None,
) -> CatalogueRead:
    from ctb_lint.readers.catalogue.reader import CatalogueOptions, read_catalogue

    options = CatalogueOptions(
        base=base,
        headings=config.headings,
        default_schema=config.default_schema,
        pg_version=config.pg_version,
        standard=config.standard,
        max_size=max(config.max_file_size, CatalogueOptions().max_size),
        overlay=overlay,
        known=known,
    )
    return read_catalogue([path.absolute() for path in files], options)


def migrations(
    request: Request,
    config: Config,
    state: Path | None = None,
    *,
    released_only: bool = False,
    known: Known | None = None,
) -> SqlRead:
    """What the reader makes of the paths that are asked for.

    ``state`` is a folder that stands for the configuration's own, holding another state of it:
    what is not there is then no failure. ``released_only`` leaves out what no release holds. Raises
    RunError where there is nothing to read.
    """
    from ctb_lint.readers.sql.heads import ConfiguredHistory
    from ctb_lint.readers.sql.reader import SqlOptions, read

    paths = _paths(request, config)
    lone = () if request.paths else lone_dumps(paths, config.base)
    if state:
        moved = (_standing_in(path) for path in _moved(paths, config.base, state))
        paths = [path for path in moved if path]
        if not paths:
            return nothing_read()
    standard = config.standard
    options = SqlOptions(
        base=state or config.base,
        default_schema=config.default_schema,
        pg_version=config.pg_version,
        watch=frozenset((*standard.id_columns, *standard.registry.columns[:2]))
        | _columns(key for key, _ in standard.value_sets),
        max_size=config.max_file_size,
        histories=tuple(
            ConfiguredHistory(
                one.name,
                one.path,
                one.layout,
                one.from_nothing,
                one.dump,
                one.dump_version,
                one.released,
            )
            for one in config.histories
        )
        or lone,
        released=config.settings.released,
        # Elsewhere the migration may not be there yet, or be in a history that is not read.
        released_must_match=not state and _is_all(paths, request, config),
        released_only=released_only,
        exclude=config.exclude,
        stdin=_stdin(request),
        overlay={} if state else request.overlay,
        known=known,
    )
    return read(paths, options)


def nothing_read() -> SqlRead:
    """The reading of no files."""
    from ctb_lint.readers.sql.reader import SqlRead

    return SqlRead((), frozenset(), (), (), {}, ())


def _columns(keys: Iterable[str]) -> frozenset[str]:
    """The column names of column keys (``schema.table.column``, ``*.column``)."""
    return frozenset(key.rpartition(".")[2] for key in keys)


def _stdin(request: Request) -> tuple[bytes, str] | None:
    if STDIN not in request.paths:
        if request.stdin_filename:
            hint = "name - as the path to read standard input"
            raise RunError("--stdin-filename is given, but standard input is not read", hint=hint)
        return None
    if len(request.paths) > 1:
        raise RunError("standard input (-) cannot be read together with other paths")
    if sys.stdin is None:
        raise RunError("standard input is closed", hint="pipe the text in, or name a file")
    return sys.stdin.buffer.read(), request.stdin_filename or STDIN_NAME


def _paths(request: Request, config: Config) -> list[Path]:
    """The paths to read: those asked for, those configured, or the usual folders."""
    named = [Path(path) for path in request.paths]
    roots = configured_roots(config)
    if request.staged and roots:
        return roots  # a hook is given the files of a commit, whatever they are
    if named or roots:
        return named or roots
    return usual_paths(config.base)


def names_nothing(config: Config) -> bool:
    """Whether the configuration does not say where migrations are."""
    return not configured_roots(config)


def configured_roots(config: Config) -> list[Path]:
    """The configured paths, or the configured histories."""
    configured = config.paths or tuple(history.path for history in config.histories)
    return [config.base / path for path in configured]


def _is_all(paths: Iterable[Path], request: Request, config: Config) -> bool:
    """Whether no history is known but those that are read whole."""
    places = max(len(config.paths), len(config.histories))
    return not request.paths or (places < 2 and all(map(os.path.isdir, paths)))


def named_inside(request: Request, config: Config) -> tuple[str, ...]:
    """The named paths that lie in what is configured; all where nothing is."""
    roots = configured_roots(config)
    return tuple(
        path
        for path in request.paths
        if not roots or any(is_below(Path(path), root) for root in roots)
    )


def is_below(path: Path, folder: Path) -> bool:
    return Path(os.path.abspath(path)).is_relative_to(os.path.abspath(folder))  # noqa: PTH100


def _standing_in(path: Path) -> Path | None:
    """The path, or a file of the same history where another state does not have it: what a new
    file brings is seen only beside what was there before it."""
    if path.exists():
        return path
    from ctb_lint.readers.sql.conventions import FOLDER_FILES

    if path.name.lower() in FOLDER_FILES:
        return next(iter(sorted(path.parent.parent.glob(f"*/{path.name}"))), None)
    beside = sorted(one for one in path.parent.glob("*") if one.name.lower().endswith(".sql"))
    alike = [one for one in beside if _is_suffixed(one) == _is_suffixed(path)]
    return next(iter(alike or beside), None)


def _is_suffixed(path: Path) -> bool:
    return path.name.lower().endswith((".up.sql", ".down.sql"))


def _moved(paths: Iterable[Path], base: Path, state: Path) -> Iterator[Path]:
    """The paths as they stand in another state of the base folder. Raises RunError for one that
    lies outside of it."""
    for path in paths:
        relative = os.path.relpath(path, base)
        if relative.startswith(os.pardir):
            hint = f"name paths below {base.name or base}, where the configuration is"
            raise RunError("lies outside of what is held against git", path=str(path), hint=hint)
        yield state / relative

"""Against what a run is held: an earlier commit, the last one, a release, or nothing."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, structs

from ctb_lint.cli.assess import Beyond
from ctb_lint.cli.database import Looked
from ctb_lint.cli.parts import fits, normal
from ctb_lint.cli.reading import (
    STDIN,
    absent_parts,
    catalogue_files,
    configured_roots,
    everything,
    from_root,
    is_below,
    migrations,
    named_inside,
    names_nothing,
    nothing_read,
    surrounded,
)
from ctb_lint.cli.trouble import RunError
from ctb_lint.report import Failure
from ctb_lint.shadow import Shadow

if TYPE_CHECKING:
    from ctb_lint.changed_files import CatalogueChange
    from ctb_lint.cli.reading import Document
    from ctb_lint.cli.request import Request
    from ctb_lint.config import Config
    from ctb_lint.model import Location
    from ctb_lint.readers.git.repository import Repository, State
    from ctb_lint.readers.sql.reader import SqlRead
    from ctb_lint.readers.sql.text import ReadFailure

PRE_COMMIT_BASE = "PRE_COMMIT_FROM_REF"
"""Set by pre-commit when it runs over a range of commits; the index says nothing there."""


class Compared(Struct, frozen=True, kw_only=True):
    """What was read: the state that is judged and, where only what is new counts, the one that it
    is held against, with how reports call that; ``document`` and ``former`` are the catalogue in
    the one and the other. ``config`` is the configuration of that state, None where it holds none
    that can be used. ``shadows`` is what a server made of the histories, by their names,
    ``unfollowed`` why it could not follow some; ``looked`` the database beside the files, and
    ``absent`` what is not there of the catalogue."""

    read: SqlRead
    document: Document | None = None
    before: SqlRead | None = None
    former: Document | None = None
    since: str = ""
    beyond: Beyond = Beyond()
    config: Config | None = None
    shadows: Mapping[str, Shadow] = {}
    unfollowed: tuple[Failure, ...] = ()
    looked: Looked = Looked()
    absent: tuple[Failure, ...] = ()

    def changed(self, path: str) -> bool:
        """Whether the file's text is not what it was; line ends alone are no change."""
        if self.before is None:
            return True
        was, now = self.before.texts.get(path), self.read.texts.get(path)
        return was != now and (was is None or now is None or _lines(was) != _lines(now))


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n")


@contextmanager
def compared(request: Request, config: Config) -> Iterator[Compared]:
    """Reads what the request is about. Raises RunError where that cannot be had."""
    from ctb_lint.readers.git.command import GitError

    if request.staged and request.since is None and os.environ.get(PRE_COMMIT_BASE):
        request = structs.replace(request, since=os.environ[PRE_COMMIT_BASE])
    if request.since is None and not request.staged:
        yield _released(request, config)
        return
    if STDIN in request.paths:
        hint = "leave out --since or --staged, or name the file instead of -"
        raise RunError("standard input (-) cannot be held against git", hint=hint)
    against_git = _staged if request.since is None else _since
    try:
        with _temporary() as folder:
            yield against_git(request, config, Path(folder))
    except GitError as error:
        raise RunError(error.message, hint=error.hint) from error


def _temporary() -> tempfile.TemporaryDirectory[str]:
    try:
        return tempfile.TemporaryDirectory(prefix="ctb-lint-")
    except OSError as error:
        raise RunError(
            f"no temporary folder can be made: {error.strerror or error}",
            hint="make room, or name a folder that can be written to in TMPDIR",
        ) from error


def _released(request: Request, config: Config) -> Compared:
    """Held against the released migrations alone, where the configuration knows of a release."""
    read, document = everything(request, config)
    absent = tuple(absent_parts(request, config, config.base))
    known = (config.settings.released, *(history.released for history in config.histories))
    released = sorted({version for version in known if version})
    if request.all_findings or not released or STDIN in request.paths:
        return Compared(read=read, document=document, absent=absent)
    # A release is one of migrations: what the catalogue says counts all the same.
    before = migrations(request, config, released_only=True)
    since = f"release {', '.join(released)}"
    return Compared(read=read, document=document, before=before, since=since, absent=absent)


def _since(request: Request, config: Config, folder: Path) -> Compared:
    """The working tree, held against the commit that it shares with another line."""
    from ctb_lint.readers.git.repository import merge_base, repository

    repo = repository(config.base)
    before = merge_base(repo, request.since or "")
    earlier = _extracted(request, config, repo, before, folder, config.base)
    now = Extract(*everything(request, config), config.base)
    return _compared(request, config, before, earlier, now)


def _staged(request: Request, config: Config, folder: Path) -> Compared:
    """The index, held against the last commit."""
    from ctb_lint.readers.git.changes import changes
    from ctb_lint.readers.git.repository import INDEX, head, repository

    repo = repository(config.base)
    before = head(repo)
    found = changes(repo, before, INDEX)
    staged = sorted({path for one in found for path in (one.path, one.before) if path})
    if request.paths and not staged:
        # A hook that is run over all files: nothing is staged, so the files themselves count.
        _say("nothing is staged: the named files are checked as they are")
        named = named_inside(request, config)
        whole = structs.replace(request, staged=False, paths=named)
        read, document = everything(whole, config)
        return Compared(read=read, document=document)
    sql = [path for path in staged if path.lower().endswith(".sql")]
    _refuse_missing(request, sql, repo)
    if not sql and not any(map(_is_catalogue(request, config, repo), staged)):
        return Compared(read=nothing_read(), before=nothing_read(), since=before.shown)
    if names_nothing(config):
        # A deleted file is not among the names that a hook is given.
        changed = (os.fspath(repo.root / path) for path in sql)
        request = structs.replace(request, paths=tuple(dict.fromkeys((*request.paths, *changed))))
    now = _extracted(request, config, repo, INDEX, folder / "after")
    earlier = _extracted(request, config, repo, before, folder / "before", now.base)
    unread = (*_missing(config, now.base), *_not_extracted(request, config, now, repo, sql))
    now = structs.replace(
        now, read=structs.replace(now.read, failures=(*now.read.failures, *unread))
    )
    return _compared(request, config, before, earlier, now)


def _missing(config: Config, base: Path) -> Iterator[ReadFailure]:
    """The configured paths that are neither in a state nor on disk: nothing would be checked
    there, whatever is staged."""
    from ctb_lint.readers.sql.text import ReadFailure

    for root in configured_roots(config):
        name = os.path.relpath(root, config.base)
        if not (base / name).exists() and not root.exists():
            hint = "check the name in the configuration"
            yield ReadFailure(name, "is configured, and is neither staged nor on disk", hint)


def _not_extracted(
    request: Request, config: Config, now: Extract, repo: Repository, staged: Iterable[str]
) -> Iterator[ReadFailure]:
    """What is staged and of which git gives no text to read."""
    from ctb_lint.readers.sql.text import ReadFailure
    from ctb_lint.selection import pathspec_of

    excluded = pathspec_of(config.exclude, ("exclude",), config.located)
    names = {os.path.relpath(path, repo.prefix or ".") for path in staged}
    asked = {os.path.abspath(path) for path in request.paths}  # noqa: PTH100
    for name, why in now.read.skipped:
        place = config.base / name
        inside = any(is_below(place, root) for root in configured_roots(config))
        inside = inside or os.path.abspath(place) in asked  # noqa: PTH100
        if inside and name in names and not excluded.match_file(name):
            hint = "check the file itself: ctb-lint check; or leave it out with exclude"
            yield ReadFailure(name, why, hint)


def _refuse_missing(request: Request, staged: list[str], repo: Repository) -> None:
    """Raises RunError for a named path that is neither here nor staged for deletion."""
    gone = {os.path.realpath(repo.root / path) for path in staged}
    for path in request.paths:
        if not os.path.exists(path) and os.path.realpath(path) not in gone:  # noqa: PTH110
            raise RunError("does not exist", path=path, hint="check the name")


def _say(line: str) -> None:
    if sys.stderr:
        sys.stderr.write(line + "\n")


class Extract(Struct, frozen=True):
    """A state: what its migrations and its catalogue say, and the folder that stands for the
    configuration's."""

    read: SqlRead
    document: Document | None
    base: Path


def _extracted(
    request: Request,
    config: Config,
    repo: Repository,
    state: State,
    into: Path,
    later: Path | None = None,
) -> Extract:
    """The reading of a state that git holds. ``later`` is the folder of the state that it is held
    against."""
    from ctb_lint.readers.git.tree import extract, is_wanted

    into.mkdir(exist_ok=True)
    own = normal(repo.prefix, config.path.name) if config.path else None
    is_part = _is_catalogue(request, config, repo)
    wanted = extract(
        repo, state, into, lambda path: is_wanted(path) or path == own or is_part(path)
    )
    if later:
        config = _with_moved(config, wanted.base, later)
    read, document = everything(request, config, wanted.base)
    if document:
        beside = (Path(repo.prefix) / path for path in document.catalogue.paths)
        names = tuple(os.path.normpath(path).replace(os.sep, "/") for path in beside)
        known = from_root(repo.prefix, read)
        document = surrounded(document, repo, names, known, config, state)
    left = tuple(
        (relative, why)
        for path, why in wanted.skipped
        if (relative := os.path.relpath(path, repo.prefix or "."))[:2] != os.pardir
    )
    whole = structs.replace(read, skipped=(*read.skipped, *left))
    return Extract(whole, document, wanted.base)


def _is_catalogue(request: Request, config: Config, repo: Repository) -> Callable[[str], bool]:
    """Whether a path from the root of the repository may be of the catalogue."""
    asked = [os.path.relpath(name, config.base) for name in request.catalogue]
    names = [normal(repo.prefix, name) for name in asked or config.catalogue]
    return lambda path: any(fits(path, name) for name in names)


def _compared(
    request: Request, config: Config, before: State, earlier: Extract, now: Extract
) -> Compared:
    from ctb_lint.readers.git.repository import SHORT_ID
    from ctb_lint.readers.sql.file_changes import Reading, file_changes, new_statements

    assumed = _assumed_released(config, earlier.read) if now.base == config.base else ()
    was = Reading.of(earlier.read)
    is_now = Reading.of(now.read)
    changes = file_changes(was, is_now, assumed, before.id[:SHORT_ID] or None)
    every = (change for ones in changes.values() for change in ones)
    new = new_statements(every, was.texts, is_now.texts)
    catalogue = _with_entries(
        _catalogue(request, config, earlier.base, now.base, new), earlier, now
    )
    absent = tuple(absent_parts(request, config, now.base))
    return Compared(
        read=now.read,
        document=now.document,
        before=earlier.read,
        former=earlier.document,
        since=before.shown,
        beyond=Beyond(changes, catalogue),
        config=_earlier_config(config, earlier.base),
        absent=absent,
    )


def _with_moved(config: Config, base: Path, later: Path) -> Config:
    """The configuration, and the folders that the earlier one named and that are gone: a migration
    that is edited while its folder moves is known only there."""
    old = _earlier_config(config, base)
    if old is None or bool(old.paths) is not bool(config.paths):
        return config

    def is_gone(path: str, known: Iterable[str]) -> bool:
        return path not in known and not (later / path).exists()

    named = {one.path for one in config.histories}
    paths = [path for path in old.paths if is_gone(path, config.paths)]
    histories = [one for one in old.histories if is_gone(one.path, named)]
    settings = structs.replace(
        config.settings,
        paths=(*config.paths, *paths),
        histories=(*config.histories, *histories),
    )
    return structs.replace(config, settings=settings)


def _earlier_config(config: Config, base: Path) -> Config | None:
    """The configuration of an earlier state."""
    from ctb_lint.config import ConfigError, load

    if config.path is None or not (base / config.path.name).is_file():
        return None
    try:
        return load(base / config.path.name)
    except ConfigError:
        return None


def _assumed_released(config: Config, earlier: SqlRead) -> frozenset[str]:
    """The histories of which nobody says what is released: what others have counts as that."""
    if config.settings.released:
        return frozenset()
    told = {history.name for history in config.histories if history.released}
    return frozenset(one.history.name for one in earlier.folded) - told


def _catalogue(
    request: Request, config: Config, before: Path, now: Path, new: Iterable[Location]
) -> CatalogueChange | None:
    """What became of the catalogue beside these statements; None where there is none."""
    from ctb_lint.readers.catalogue_change import catalogue_change

    files = catalogue_files(request, config, now)
    after = _texts(files)
    if not after:
        return None
    one = normal("", os.path.relpath(files[0], now)) if len(files) == 1 else None
    shown = one or " and ".join(request.catalogue or config.catalogue)
    return catalogue_change(shown, _texts(catalogue_files(request, config, before)), after, new)


def _with_entries(
    change: CatalogueChange | None, earlier: Extract, now: Extract
) -> CatalogueChange | None:
    """The change with what became of the entries, where the catalogue was read."""
    from ctb_lint.readers.catalogue_change import entry_texts, with_entries

    if change is None or now.document is None or not now.document.catalogue.paths:
        return change
    was, is_now = (
        entry_texts(one.document.catalogue, one.read.texts) if one.document else {}
        for one in (earlier, now)
    )
    return with_entries(change, was, is_now)


def _texts(files: Iterable[Path]) -> list[str]:
    """Texts as far as they can be read: bytes that are none are of no matter here."""
    texts = []
    for path in files:
        with suppress(OSError):
            texts.append(path.read_text(encoding="utf-8", errors="replace"))
    return texts

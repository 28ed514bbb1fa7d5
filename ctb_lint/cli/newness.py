"""Against what a run is held: an earlier commit, the last one, a release, or nothing."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, structs

from ctb_lint.cli.assess import Beyond
from ctb_lint.cli.reading import STDIN, inside, migrations, names_nothing, nothing_read
from ctb_lint.cli.trouble import RunError

if TYPE_CHECKING:
    from ctb_lint.cli.run import Request
    from ctb_lint.config import Config
    from ctb_lint.history import CatalogueChange
    from ctb_lint.model import Location
    from ctb_lint.readers.git.repository import Repository, State
    from ctb_lint.readers.sql.reader import SqlRead

PRE_COMMIT_BASE = "PRE_COMMIT_FROM_REF"
"""Set by pre-commit when it runs over a range of commits; the index says nothing there."""


class Compared(Struct, frozen=True, kw_only=True):
    """What was read: the state that is judged and, where only what is new counts, the one that it
    is held against, with how reports call that."""

    read: SqlRead
    before: SqlRead | None = None
    since: str = ""
    beyond: Beyond = Beyond()

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
    try:
        with tempfile.TemporaryDirectory(prefix="ctb-lint-") as folder:
            if request.since is not None:
                yield _since(request, config, Path(folder))
            elif request.staged:
                yield _staged(request, config, Path(folder))
            else:
                yield _released(request, config)
    except GitError as error:
        raise RunError(error.message, hint=error.hint) from error


def _released(request: Request, config: Config) -> Compared:
    """Held against the released migrations alone, where the configuration knows of a release."""
    read = migrations(request, config)
    known = (config.settings.released, *(history.released for history in config.histories))
    released = sorted({version for version in known if version})
    if request.all_findings or not released or STDIN in request.paths:
        return Compared(read=read)
    before = migrations(request, config, released_only=True)
    return Compared(read=read, before=before, since=f"release {', '.join(released)}")


def _since(request: Request, config: Config, folder: Path) -> Compared:
    """The working tree, held against the commit that it shares with another line."""
    from ctb_lint.readers.git.repository import merge_base, repository

    repo = repository(config.base)
    before = merge_base(repo, request.since or "")
    earlier = _extracted(request, config, repo, before, folder)
    return _compared(config, before, earlier, Extract(migrations(request, config), config.base))


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
        named = inside(request, config)
        whole = structs.replace(request, staged=False, paths=named)
        return Compared(read=migrations(whole, config))
    sql = [path for path in staged if path.lower().endswith(".sql")]
    _refuse_missing(request, sql, repo)
    if not sql:
        return Compared(read=nothing_read(), before=nothing_read(), since=before.shown)
    if names_nothing(config):
        # A deleted file is not among the names that a hook is given.
        changed = (os.fspath(repo.root / path) for path in sql)
        request = structs.replace(request, paths=tuple(dict.fromkeys((*request.paths, *changed))))
    earlier = _extracted(request, config, repo, before, folder / "before")
    now = _extracted(request, config, repo, INDEX, folder / "after")
    return _compared(config, before, earlier, now)


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
    """A state: what its migrations say, and the folder that stands for the configuration's."""

    read: SqlRead
    base: Path


def _extracted(
    request: Request, config: Config, repo: Repository, state: State, into: Path
) -> Extract:
    """The reading of a state that git holds."""
    from ctb_lint.readers.git.tree import extract, is_wanted

    into.mkdir(exist_ok=True)
    catalogues = {(Path(repo.prefix) / one).as_posix() for one in config.settings.catalogue}
    wanted = extract(repo, state, into, lambda path: is_wanted(path) or path in catalogues)
    read = migrations(request, config, wanted.base)
    left = tuple(
        (relative, why)
        for path, why in wanted.skipped
        if (relative := os.path.relpath(path, repo.prefix or "."))[:2] != os.pardir
    )
    return Extract(structs.replace(read, skipped=(*read.skipped, *left)), wanted.base)


def _compared(config: Config, before: State, earlier: Extract, now: Extract) -> Compared:
    from ctb_lint.readers.git.repository import SHORT_ID
    from ctb_lint.readers.sql.file_changes import Reading, file_changes, new_statements

    assumed = _assumed_released(config, earlier.read) if now.base == config.base else ()
    was = Reading.of(earlier.read)
    is_now = Reading.of(now.read)
    changes = file_changes(was, is_now, assumed, before.id[:SHORT_ID] or None)
    every = (change for ones in changes.values() for change in ones)
    new = new_statements(every, was.texts, is_now.texts)
    catalogue = _catalogue(config, earlier.base, now.base, new)
    return Compared(
        read=now.read, before=earlier.read, since=before.shown, beyond=Beyond(changes, catalogue)
    )


def _assumed_released(config: Config, earlier: SqlRead) -> frozenset[str]:
    """The histories of which nobody says what is released: what others have counts as that."""
    if config.settings.released:
        return frozenset()
    told = {history.name for history in config.histories if history.released}
    return frozenset(one.history.name for one in earlier.folded) - told


def _catalogue(
    config: Config, before: Path, now: Path, new: Iterable[Location]
) -> CatalogueChange | None:
    """What became of the catalogue beside these statements; None where there is none."""
    from ctb_lint.readers.catalogue_change import catalogue_change

    for name in config.settings.catalogue:
        after = _text(now / name)
        if after is not None:
            return catalogue_change(name, _text(before / name), after, new)
    return None


def _text(path: Path) -> str | None:
    """A text as far as it can be read: bytes that are none are of no matter here."""
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None

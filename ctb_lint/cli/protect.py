"""Which migrations a fix must not edit.

A migration that has been applied somewhere must not change. The configuration may say up to where
that is. Where it does not, all that others can have is kept as it is: what git holds, and where
there is no git everything.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import structs

if TYPE_CHECKING:
    from ctb_lint.cli.request import Request
    from ctb_lint.config import Config
    from ctb_lint.history import Folded
    from ctb_lint.readers.sql.reader import SqlRead

NONE = "none"
"""``--released none``: nothing has been applied anywhere, every file may be edited."""


def protected(read: SqlRead, request: Request, config: Config) -> SqlRead:
    """The reading with every migration marked as released that a fix must leave as it is."""
    if not request.protect or request.released == NONE or config.settings.released:
        return read
    told = {history.name for history in config.histories if history.released}
    is_kept = _kept(request, config)

    def marked(folded: Folded) -> Folded:
        history = folded.history
        if history.name in told:
            return folded
        files = tuple(
            structs.replace(file, released=file.released or is_kept(file.path))
            for file in history.files
        )
        return structs.replace(folded, history=structs.replace(history, files=files))

    return structs.replace(read, folded=tuple(marked(folded) for folded in read.folded))


def _kept(request: Request, config: Config) -> Callable[[str], bool]:
    """Whether others can have the file, by its path from the configuration's folder."""
    from ctb_lint.changed_files import FileChangeKind
    from ctb_lint.readers.git.changes import changes
    from ctb_lint.readers.git.command import GitError
    from ctb_lint.readers.git.repository import head, merge_base, repository

    new = {path.absolute() for path in request.overlay}
    try:
        repo = repository(config.base)
        before = merge_base(repo, request.since) if request.since else head(repo)
        new |= {
            repo.root / one.path
            for one in changes(repo, before, None)
            if one.kind is FileChangeKind.ADDED
        }
    except GitError:
        pass
    own = {Path(path).resolve() for path in new}
    return lambda path: (config.base / path).resolve() not in own

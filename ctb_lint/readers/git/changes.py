"""Which files differ between a commit and the working tree or the index, as git sees it."""

from __future__ import annotations

import os
from collections.abc import Iterator

from msgspec import Struct

from ctb_lint.changed_files import FileChangeKind
from ctb_lint.readers.git.command import run
from ctb_lint.readers.git.repository import INDEX, NOTHING, Repository, State

_KINDS = {
    "A": FileChangeKind.ADDED,
    "C": FileChangeKind.ADDED,
    "D": FileChangeKind.DELETED,
    "R": FileChangeKind.RENAMED,
}


class Changed(Struct, frozen=True, order=True):
    """A file that differs; paths are relative to the root, ``before`` its name in the commit (None
    for a new file)."""

    path: str
    kind: FileChangeKind
    before: str | None


def changes(repo: Repository, before: State, after: State | None) -> tuple[Changed, ...]:
    """What changed below the repository's prefix from a commit to the index, or to the working
    tree (``after`` is None) with the files that git neither tracks nor ignores. Sorted."""
    held = ("--cached",) if after is INDEX else ()
    below = ("--", repo.prefix or ".")
    _, out = run(
        repo.root, repo.environment, "diff", "--raw", "-z", "--find-renames", "--no-ext-diff",
        "--no-textconv", "--no-color", *held, before.id if before is not NOTHING else _empty(repo),
        *below,
    )  # fmt: skip
    found = set(_parsed(out))
    if after is not INDEX:
        _, out = run(
            repo.root, repo.environment, "ls-files", "-z", "--others", "--exclude-standard", *below
        )
        new = (os.fsdecode(name) for name in out.split(b"\0") if name)
        found |= {Changed(path, FileChangeKind.ADDED, None) for path in new}
    return tuple(sorted(found))


def _empty(repo: Repository) -> str:
    """The id of the tree that holds nothing; git knows it without having it."""
    _, out = run(repo.root, repo.environment, "hash-object", "-t", "tree", "--stdin")
    return os.fsdecode(out.strip())


def _parsed(out: bytes) -> Iterator[Changed]:
    """``:modes ids STATUS`` NUL ``path`` NUL, and one path more for a renamed file."""
    fields = iter(out.split(b"\0"))
    for head in fields:
        if not head.startswith(b":"):
            continue
        status = head.rsplit(b" ", 1)[1].decode("ascii")[:1]
        kind = _KINDS.get(status, FileChangeKind.EDITED)
        former = os.fsdecode(next(fields))
        path = os.fsdecode(next(fields)) if status in {"R", "C"} else former
        yield Changed(path, kind, None if kind is FileChangeKind.ADDED else former)

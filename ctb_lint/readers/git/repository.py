"""Which repository a folder is in, and which commit a name means."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from ctb_lint.readers.git.command import LOCAL, GitError, environment, run

SHORT_ID = 7
"""The digits of a commit's id that reports show."""
_POINTERS = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE")


class Repository(Struct, frozen=True):
    """A repository with a working tree.

    ``root`` is the top of the working tree; ``prefix`` the way from there to the folder that was
    asked for, with ``/``, empty for the root itself. ``environment`` is what git is run in.
    """

    root: Path
    prefix: str
    environment: Mapping[str, str]


class State(Struct, frozen=True):
    """A state of the project that git holds: a commit by its id, the index, or nothing at all.
    ``shown`` is how a report speaks of it."""

    id: str
    shown: str


INDEX = State(":", "the index")
NOTHING = State("", "an empty project")
"""What stands before the first commit."""


def repository(base: Path) -> Repository:
    """The repository that a folder is in. Raises GitError where there is none.

    Where git runs this as a hook, the repository, the working tree and the index are those that
    git tells its hooks, as long as the folder is in them.
    """
    base = Path(os.path.realpath(base))
    told = environment(os.environ)
    plain = environment(os.environ, LOCAL)
    if any(os.environ.get(name) for name in _POINTERS):
        hook = _as_told(base, told, plain)
        if hook:
            return hook
    return _below(_top(base, plain), base, plain)


def _as_told(base: Path, told: Mapping[str, str], plain: Mapping[str, str]) -> Repository | None:
    """The repository of the hook that this runs in; None where the folder is in another one."""
    here = Path.cwd()
    try:
        top = _top(here, told)
        _, folder = run(here, told, "rev-parse", "--absolute-git-dir")
    except GitError:
        return None
    try:
        own = _top(base, plain)
    except GitError:
        own = None
    if not base.is_relative_to(top) or own not in {None, top}:
        return None
    # git takes a relative name for one below the folder that it runs in, or below the top.
    absolute = {"GIT_DIR": _line(folder), "GIT_WORK_TREE": os.fspath(top)}
    index = os.environ.get("GIT_INDEX_FILE")
    if index:
        absolute["GIT_INDEX_FILE"] = os.path.join(top, index)  # noqa: PTH118 - may be absolute
    dropped = set(LOCAL) - {"GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES"}
    return _below(top, base, environment(os.environ, dropped, **absolute))


def _top(folder: Path, env: Mapping[str, str]) -> Path:
    _, out = run(folder, env, "rev-parse", "--show-toplevel")
    return Path(os.path.realpath(_line(out)))


def _below(top: Path, base: Path, env: Mapping[str, str]) -> Repository:
    prefix = base.relative_to(top).as_posix()
    return Repository(top, "" if prefix == "." else prefix, env)


def _line(out: bytes) -> str:
    return os.fsdecode(out.removesuffix(b"\n"))


def head(repo: Repository) -> State:
    """The last commit; ``NOTHING`` where there is none yet."""
    code, out = run(
        repo.root, repo.environment, "rev-parse", "--verify", "--quiet", "HEAD^{commit}",
        expected=(0, 1),
    )  # fmt: skip
    return State(_line(out), "the last commit") if code == 0 else NOTHING


def resolve(repo: Repository, ref: str) -> State:
    """The commit that a name means. Raises GitError where it means none."""
    found = None if ref.startswith("-") or not ref.strip() else _commit(repo, ref)
    if found is None:
        raise _unknown(repo, ref)
    return State(found, _shown(ref, found))


def merge_base(repo: Repository, ref: str) -> State:
    """Where the present work left the line that a name means: what others have.

    ``NOTHING`` where nothing was committed yet. Raises GitError where the name means no commit,
    or the two have no commit in common.
    """
    theirs = resolve(repo, ref)
    ours = head(repo)
    if ours is NOTHING:
        return NOTHING
    code, out = run(
        repo.root, repo.environment, "merge-base", theirs.id, ours.id, expected=(0, 1)
    )  # fmt: skip
    if code == 0:
        common = _line(out)
        return State(common, _shown(ref, common))
    if is_shallow(repo):
        raise GitError(
            f"this clone is too shallow to hold the commit that HEAD and {ref} have in common",
            "git fetch --unshallow; in CI let the checkout fetch all of it (fetch-depth: 0)",
        )
    raise GitError(
        f"HEAD and {ref} have no commit in common", "name a commit that this work began from"
    )


def is_shallow(repo: Repository) -> bool:
    """Whether the clone lacks a part of its history."""
    _, out = run(repo.root, repo.environment, "rev-parse", "--is-shallow-repository")
    return _line(out) == "true"


def _commit(repo: Repository, ref: str) -> str | None:
    if "\0" in ref:
        return None
    code, out = run(
        repo.root, repo.environment, "rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}",
        expected=(0, 1, 128),
    )  # fmt: skip
    return _line(out) if code == 0 else None


def _shown(ref: str, commit: str) -> str:
    """``main (a1b2c3d)``; a commit that is named by its id stands for itself."""
    short = commit[:SHORT_ID]
    return short if commit.startswith(ref) else f"{ref} ({short})"


def _unknown(repo: Repository, ref: str) -> GitError:
    """Why a name means no commit, with the one that could be meant."""
    message = f"{ref!r} is no commit, branch or tag of this repository"
    if ref.startswith("-") or not ref.strip():
        return GitError(message, "name a commit, a branch or a tag, such as origin/main")
    remote = f"origin/{ref}"
    if not ref.startswith("origin/") and _commit(repo, remote):
        return GitError(f"{message}; did you mean {remote}?", f"use {remote}")
    branch = ref.removeprefix("origin/")
    return GitError(
        message,
        f"git fetch origin {branch} brings it, if that is a branch; in CI let the checkout fetch "
        "all of the history (fetch-depth: 0)",
    )

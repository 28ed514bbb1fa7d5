"""Running git: no shell, no pager, no question, no endless wait; every refusal is a sentence."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import IO

PATIENCE = 60.0
"""Seconds that one command of git may take."""

_OURS = {
    "LC_ALL": "C",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ASKPASS": "",
    "SSH_ASKPASS": "",
    "GIT_PAGER": "cat",
    "GIT_LITERAL_PATHSPECS": "1",
}
# A repository may name programs that git runs when it looks at the working tree.
_SETTINGS = ("-c", "core.fsmonitor=false", "-c", "core.quotePath=false")
LOCAL = (
    "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_PREFIX",
    "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_NAMESPACE",
    "GIT_IMPLICIT_WORK_TREE", "GIT_GRAFT_FILE", "GIT_SHALLOW_FILE", "GIT_INTERNAL_SUPER_PREFIX",
)  # fmt: skip
"""The variables by which git tells its hooks which repository they are for."""


class GitError(Exception):
    """git could not say what it was asked: one sentence, and the way out."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def environment(
    given: Mapping[str, str], without: Iterable[str] = (), **changed: str
) -> dict[str, str]:
    """The environment that git runs in: the given one without some variables, made quiet."""
    kept = {name: value for name, value in given.items() if name not in set(without)}
    return kept | _OURS | changed


def argv(*arguments: str) -> list[str]:
    """The command line. Raises GitError where git is not installed."""
    found = shutil.which("git")
    if found is None:
        raise GitError(
            "git is not installed, or not in PATH",
            "install git, or check everything without --since and --staged",
        )
    return [found, *_SETTINGS, *arguments]


def run(
    folder: Path,
    env: Mapping[str, str],
    *arguments: str,
    expected: Iterable[int] = (0,),
    feed: IO[bytes] | None = None,
) -> tuple[int, bytes]:
    """The exit code and standard output of a git command that runs in a folder.

    ``expected`` are the exit codes that are an answer. Raises GitError for any other.
    """
    try:
        done = subprocess.run(  # noqa: S603 - no shell, and no argument of a user's comes here bare
            argv(*arguments),
            cwd=folder,
            env=dict(env),
            stdin=feed or subprocess.DEVNULL,
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        message = f"git {arguments[0]} took more than {PATIENCE:.0f} seconds"
        hint = f"run `git {arguments[0]}` by hand to see what it waits for"
        raise GitError(message, hint) from None
    except (OSError, ValueError) as error:
        message = f"git {arguments[0]} could not be run: {error}"
        raise GitError(message, "check the folder and the name of the commit") from error
    if done.returncode not in set(expected):
        raise refusal(arguments[0], done.stderr, folder)
    return done.returncode, done.stdout


def refusal(command: str, said: bytes, folder: Path) -> GitError:
    """git's refusal in a sentence."""
    text = said.decode("utf-8", "backslashreplace")
    if "dubious ownership" in text:
        shown = os.fspath(folder)
        return GitError(
            f"git refuses to read {shown}: the repository belongs to another user",
            f"git config --global --add safe.directory {shown}",
        )
    if "not a git repository" in text:
        return GitError(
            f"{os.fspath(folder)} is in no git repository",
            "check everything without --since and --staged, or run it in the repository",
        )
    if "must be run in a work tree" in text:
        return GitError(
            f"{os.fspath(folder)} is in a repository without a working tree",
            "run it in a clone with a working tree",
        )
    lines = [line for line in text.splitlines() if line.strip()]
    first = lines[0] if lines else "it gave no reason"
    return GitError(
        f"git {command} failed: {first.removeprefix('fatal: ').removeprefix('error: ')}",
        f"run `git {command}` by hand in {os.fspath(folder)}",
    )

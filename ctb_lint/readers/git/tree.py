"""Writing a state that git holds into a folder, as hostile input: nothing outside is touched."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from msgspec import Struct

from ctb_lint.readers.git.command import GitError, argv, refusal, run
from ctb_lint.readers.git.repository import INDEX, NOTHING, Repository, State

MARKERS = frozenset(
    {
        "application.rb", "atlas.hcl", "cargo.toml", "config.toml", "database.yml",
        "diesel.toml", "flyway.conf", "flyway.toml", "go.mod", "metadata.toml",
        "migration_lock.toml", "package.json", "pom.xml", "schema.prisma",
    }
)  # fmt: skip
"""Files by which the tool behind a folder of migrations is known."""

_LINK, _MODULE = "120000", "160000"
_CHUNK = 1 << 20
_POINTER = b"version https://git-lfs.github.com/spec/"
_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
_FLAGS |= getattr(os, "O_BINARY", 0)
_NOT_HERE = {errno.EEXIST, errno.ENOTDIR, errno.EISDIR, errno.ENAMETOOLONG, errno.EILSEQ}
"""Refusals that are about one name on this file system."""


class Extracted(Struct, frozen=True):
    """What was written. ``base`` is the folder that stands for the repository's prefix; ``skipped``
    are the paths that were not written, (path from the root, why)."""

    base: Path
    skipped: tuple[tuple[str, str], ...]


class _Entry(Struct, frozen=True):
    path: str
    mode: str
    id: str


def is_wanted(path: str) -> bool:
    """Whether a path matters to a reader of migrations: SQL, or the mark of a migration tool."""
    name = path.rpartition("/")[2].lower()
    return name.endswith((".sql", ".conf")) or name in MARKERS


def extract(
    repo: Repository, state: State, into: Path, wanted: Callable[[str], bool] = is_wanted
) -> Extracted:
    """Writes the wanted files of a commit or of the index into an empty folder, byte for byte.

    ``wanted`` is asked with paths from the root, with ``/``. The tree stands below a folder of the
    root's own name, so that names that come of folders are what they are in the working tree.
    Links are made where they stay inside. Raises GitError where git cannot give what it lists.
    """
    top = Path(os.path.realpath(into)) / (repo.root.name or "root")
    base = top / repo.prefix
    base.mkdir(parents=True)
    skipped: dict[str, str] = {}
    entries = {entry.path: entry for entry in _listed(repo, state, wanted, skipped)}
    links = [entry for entry in entries.values() if entry.mode == _LINK]
    files = [one for one in entries.values() if one.mode.startswith("100") and wanted(one.path)]
    targets = {}
    for link, blob in _blobs(repo, links):
        target = b"".join(blob.rest())
        lands = _lands(link.path, target)
        if lands is None:
            skipped[link.path] = "is a link that leads out of the repository"
            continue
        targets[link.path] = target
        behind = entries.get(lands)
        if wanted(link.path) and behind and not wanted(lands) and behind.mode.startswith("100"):
            files.append(behind)
    _write(repo, list({one.path: one for one in files}.values()), top, skipped)
    _link(targets, top, wanted, skipped)
    return Extracted(base, tuple(sorted(skipped.items())))


def _listed(
    repo: Repository, state: State, wanted: Callable[[str], bool], skipped: dict[str, str]
) -> Iterator[_Entry]:
    """The entries whose names stay inside; submodules and unsafe names are noted as skipped."""
    for entry in _entries(repo, state, wanted):
        if entry.mode == _MODULE:
            skipped[entry.path] = "is a submodule, a repository of its own"
        elif _is_safe(entry.path):
            yield entry
        elif wanted(entry.path):
            skipped[entry.path] = "is no name that a file may have"


def _entries(repo: Repository, state: State, wanted: Callable[[str], bool]) -> Iterator[_Entry]:
    if state is NOTHING:
        return
    if state is INDEX:
        _, out = run(repo.root, repo.environment, "ls-files", "-z", "--stage", "--full-name")
    else:
        _, out = run(
            repo.root, repo.environment, "ls-tree", "-r", "-z", "--full-tree", state.id
        )  # fmt: skip
    for line in out.split(b"\0"):
        if not line:
            continue
        facts, _, name = line.partition(b"\t")
        first, second, third = facts.decode("ascii").split()
        path = os.fsdecode(name)
        if state is INDEX and third != "0":
            if wanted(path):
                raise GitError(f"{path} has conflicts", f"resolve them, and git add {path}")
            continue
        # ls-files says mode, id, stage; ls-tree says mode, type, id.
        yield _Entry(path, first, second if state is INDEX else third)


def _is_safe(path: str) -> bool:
    parts = path.split("/")
    return not any(
        part in {"", ".", ".."} or part.lower() == ".git" or (os.sep != "/" and os.sep in part)
        for part in parts
    )


def _lands(path: str, target: bytes) -> str | None:
    """Where a link leads, from the root; None where that is outside."""
    name = os.fsdecode(target)
    if not name or "\0" in name or os.path.isabs(name):  # noqa: PTH117 - a name, not a place here
        return None
    parts = path.split("/")[:-1]
    for part in name.split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in {"", "."}:
            parts.append(part)
    return "/".join(parts)


class _Blob:
    """The content of one file in what git writes: never reads beyond its end."""

    def __init__(self, stream: IO[bytes], size: int) -> None:
        self._stream = stream
        self._left = size

    def read(self) -> bytes:
        """The next piece; empty at the end."""
        piece = self._stream.read(min(self._left, _CHUNK)) if self._left else b""
        if self._left and not piece:
            raise GitError("git cat-file ended too early", "run `git fsck` in the repository")
        self._left -= len(piece)
        return piece

    def rest(self) -> Iterator[bytes]:
        """All that was not read yet."""
        return iter(self.read, b"")


def _blobs(repo: Repository, entries: list[_Entry]) -> Iterator[tuple[_Entry, _Blob]]:
    """The content of each entry, of one git process. What is left unread is passed over."""
    if not entries:
        return
    with tempfile.TemporaryFile() as names, tempfile.TemporaryFile() as said:
        names.writelines(f"{entry.id}\n".encode() for entry in entries)
        names.seek(0)
        with subprocess.Popen(  # noqa: S603 - no shell; the ids come from git
            argv("cat-file", "--batch", "--buffer"),
            cwd=repo.root,
            env=dict(repo.environment),
            stdin=names,
            stdout=subprocess.PIPE,
            stderr=said,
        ) as process:
            stream = process.stdout
            assert stream is not None
            try:
                for entry in entries:
                    blob = _Blob(stream, _size(stream, entry, repo, said))
                    yield entry, blob
                    for _ in blob.rest():
                        pass
                    stream.read(1)
            finally:
                process.kill()


def _size(stream: IO[bytes], entry: _Entry, repo: Repository, said: IO[bytes]) -> int:
    """The size that git announces: ``id blob SIZE``."""
    answer = stream.readline().split()
    if len(answer) == 3 and answer[1] == b"blob":
        return int(answer[2])
    if not answer:
        said.seek(0)
        raise refusal("cat-file", said.read(), repo.root)
    raise GitError(
        f"the content of {entry.path} is not in this clone", "git fetch --refetch origin"
    )


def _write(repo: Repository, files: list[_Entry], top: Path, skipped: dict[str, str]) -> None:
    for entry, blob in _blobs(repo, files):
        start = blob.read()
        if start.startswith(_POINTER):
            skipped[entry.path] = "is kept in Git LFS, which is not read"
            continue
        place = top / entry.path
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            with os.fdopen(os.open(place, _FLAGS, stat.S_IRUSR | stat.S_IWUSR), "wb") as out:
                out.write(start)
                out.writelines(blob.rest())
        except OSError as error:
            why = error.strerror or str(error)
            if error.errno not in _NOT_HERE:
                raise GitError(
                    f"{entry.path} could not be written to a temporary folder: {why}",
                    "make room in the temporary folder, or name another in TMPDIR",
                ) from error
            skipped[entry.path] = f"cannot be written here: {why}"


def _link(
    targets: dict[str, bytes], top: Path, wanted: Callable[[str], bool], skipped: dict[str, str]
) -> None:
    """Makes the links that lead to something that was written, and no way out.

    By their text alone all of them stay inside, but one link may lead through another: so each is
    followed once all are there, and taken away again where that ends outside, or nowhere.
    """
    made: list[str] = []
    for path in targets:
        # All folders first: then no link can stand where a folder is needed, and lead away.
        with contextlib.suppress(OSError):
            (top / path).parent.mkdir(parents=True, exist_ok=True)
    for path, target in sorted(targets.items()):
        try:
            (top / path).symlink_to(os.fsdecode(target))
        except OSError as error:
            skipped[path] = f"cannot be written here: {error.strerror or error}"
        else:
            made.append(path)
    while gone := [path for path in made if not _stays(top / path, top)]:
        for path in gone:
            (top / path).unlink()
            if wanted(path):
                skipped[path] = "is a link that leads to nothing that is read"
        made = [path for path in made if path not in set(gone)]


def _stays(link: Path, top: Path) -> bool:
    """Whether a link ends at something inside."""
    try:
        return link.resolve(strict=True).is_relative_to(top)
    except (OSError, RuntimeError):
        return False

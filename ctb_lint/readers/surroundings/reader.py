"""The entry: looks for what a catalogue names, in the working tree or in a state that git holds."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from msgspec import Struct

from ctb_lint.catalogue import Catalogue
from ctb_lint.claims import Claim
from ctb_lint.readers.git.command import run
from ctb_lint.readers.git.repository import INDEX, NOTHING, Repository, State, is_shallow
from ctb_lint.readers.git.tree import extract
from ctb_lint.readers.sql.fold.history import FoldOptions
from ctb_lint.readers.sql.text import ReadFailure, read_source
from ctb_lint.readers.surroundings.asked import Asked, asked
from ctb_lint.readers.surroundings.contents import creates, drawing
from ctb_lint.readers.surroundings.shelf import Shelf
from ctb_lint.shell import SCRIPTS
from ctb_lint.surroundings import Commits, Named, Place, Surroundings


class Lookup(Struct, frozen=True, kw_only=True):
    """Where and how to look. ``beside`` are the files of the catalogue, relative to the root;
    ``state`` is the one that git holds, None for the working tree. ``known`` are the files that
    are read as migrations anyway, with the SHA-256 of each: they are not read again. ``max_size``
    is in bytes a file."""

    repository: Repository
    beside: tuple[str, ...]
    state: State | None = None
    known: Mapping[str, str] = {}
    default_schema: str = "public"
    pg_version: int = 15
    max_size: int = 10_000_000


def look(
    catalogue: Catalogue, claims: Iterable[Claim], lookup: Lookup
) -> tuple[Surroundings, Commits | None]:
    """What became of the paths and commits that the catalogue names. No path leads out of the
    repository, by its own text or by a link. Raises GitError where git cannot tell."""
    wanted = asked(catalogue, claims)
    repo = lookup.repository
    names = _names(repo, lookup.state)
    if lookup.state is None:
        shelf = Shelf(repo.root, names, repo.root.name, disk=True)
        return Surroundings(_found(wanted, shelf, lookup)), _commits(wanted, repo)
    plain = Shelf(repo.root, names, repo.root.name, disk=False)
    read = {
        place
        for path in wanted.contents
        for place in plain.places(path, lookup.beside) or ()
        if not plain.is_folder(place) and place not in lookup.known
    }
    with tempfile.TemporaryDirectory(prefix="ctb-lint-") as folder:
        base = extract(repo, lookup.state, Path(folder), read.__contains__).base
        root = base.parents[len(Path(repo.prefix).parts) - 1] if repo.prefix else base
        shelf = Shelf(root, names, repo.root.name, disk=False)
        return Surroundings(_found(wanted, shelf, lookup)), _commits(wanted, repo)


def _names(repo: Repository, state: State | None) -> list[str]:
    """The files of a state; of the working tree those that git does not ignore."""
    if state is NOTHING:
        return []
    if state is None or state is INDEX:
        others = ("--others", "--exclude-standard") if state is None else ()
        out = _files(repo, "--cached", *others)
    else:
        _, out = run(
            repo.root, repo.environment, "ls-tree", "-r", "-z", "--name-only", "--full-tree",
            state.id,
        )  # fmt: skip
    # What is deleted and not staged is still in the index.
    gone = set(_files(repo, "--deleted").split(b"\0")) if state is None else set()
    return [os.fsdecode(name) for name in out.split(b"\0") if name and name not in gone]


def _files(repo: Repository, *which: str) -> bytes:
    _, out = run(repo.root, repo.environment, "ls-files", "-z", "--full-name", *which)
    return out


def _found(wanted: Asked, shelf: Shelf, lookup: Lookup) -> dict[str, Named]:
    read: dict[str, Place] = {}
    found: dict[str, Named] = {}
    for path in sorted(wanted.paths):
        places = shelf.places(path, lookup.beside)
        if places is None:
            found[path] = Named(outside=True)
            continue
        deep = path in wanted.contents
        found[path] = Named(tuple(_place(one, shelf, lookup, read, deep=deep) for one in places))
    return found


def _place(path: str, shelf: Shelf, lookup: Lookup, read: dict[str, Place], *, deep: bool) -> Place:
    if shelf.is_folder(path):
        return Place(path=path, folder=True)
    if not deep:
        return Place(path=path)
    if path not in read:
        read[path] = _read(path, shelf, lookup)
    return read[path]


def _read(path: str, shelf: Shelf, lookup: Lookup) -> Place:
    if path in lookup.known:
        return Place(path=path, sha256=lookup.known[path])
    located = shelf.located(path)
    if located is None:
        return Place(path=path, unread="leads out of the repository, or is not in this clone")
    got = read_source(located, path, lookup.max_size)
    if isinstance(got, ReadFailure):
        return Place(path=path, unread=got.message)
    name = path.lower()
    options = FoldOptions(lookup.default_schema, frozenset(), lookup.pg_version)
    return Place(
        path=path,
        sha256=got.sha256,
        creates=creates(got.text, path, options) if name.endswith(".sql") else None,
        drawing=drawing(got.text) if name.endswith(".json") else None,
        program=got.text if name.endswith(SCRIPTS) else None,
    )


def _commits(wanted: Asked, repo: Repository) -> Commits | None:
    """The commits that git has; None where it cannot have all of them."""
    if not wanted.commits:
        return Commits(frozenset())
    names = sorted(wanted.commits)
    with tempfile.TemporaryFile() as feed:
        feed.writelines(f"{name}^{{commit}}\n".encode() for name in names)
        feed.seek(0)
        # A clone that fetches objects when they are asked for is not to do so now.
        offline = {**repo.environment, "GIT_NO_LAZY_FETCH": "1"}
        _, out = run(repo.root, offline, "cat-file", "--batch-check", feed=feed)
    # Of an id that several objects share git says so, and has it.
    lines = out.splitlines()
    known = {
        name for name, line in zip(names, lines, strict=True) if not line.endswith(b" missing")
    }
    if len(known) < len(names) and is_shallow(repo):
        return None
    return Commits(frozenset(known))

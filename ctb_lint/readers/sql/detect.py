"""By which marks a migration tool is known: names, comments in the files, and what lies beside.

Where the marks of no tool are there the layout stays the generic one. Only a few named files are
looked at, beside the folder and in at most five folders above it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from ctb_lint.history import Layout
from ctb_lint.readers.sql.runner_files import FileEntry
from ctb_lint.runners import facts_of, fits

_LEVELS = 5
_HEAD_BYTES = 64 * 1024
_MARKS = (
    (Layout.GOOSE, re.compile(rb"^--\s*\+goose\s+up\b", re.IGNORECASE | re.MULTILINE)),
    (Layout.DBMATE, re.compile(rb"^--\s*migrate:up(?:\s|\Z)", re.MULTILINE)),
    (Layout.SQL_MIGRATE, re.compile(rb"^--\s*\+migrate\s+up\b", re.IGNORECASE | re.MULTILINE)),
)
_SQLX = re.compile(rb"^\s*(?:sqlx\s*[=.]|\[(?:[\w.-]*[.-])?dependencies\.sqlx\])", re.MULTILINE)
_DIESEL = re.compile(
    rb"^\s*(?:diesel_migrations\s*[=.]|\[(?:[\w.-]*[.-])?dependencies\.diesel_migrations\])",
    re.MULTILINE,
)
_REFINERY = re.compile(rb"^\s*refinery\b", re.MULTILINE)
_GOLANG_MIGRATE = re.compile(
    rb"^[^\n/]*github\.com/golang-migrate/migrate(?:/v\d+)? v[^\s/]+[ \t]*\r?$", re.MULTILINE
)
_DIESEL_SETUP = "00000000000000_diesel_initial_setup"


def detect(root: Path, shape: Layout, entries: Sequence[FileEntry]) -> Layout:
    """The layout of files that were found in a shape: the tool's where its marks are there, else
    the shape itself. Never raises for what the file system holds."""
    if shape is Layout.MIGRATION_FOLDER:
        marked = _is_file(root / "migration_lock.toml") or _is_file(root.parent / "schema.prisma")
        return Layout.PRISMA if marked else shape
    if shape is Layout.UP_DOWN_FOLDER:
        return Layout.DIESEL if _is_diesel(root, entries) else shape
    if any(entry.file.parent != root for entry in entries):
        return shape
    for layout in (*_by_marks(entries), *_by_place(root, shape)):
        names = [entry.file.name for entry in entries]
        if 2 * sum(fits(name, layout) for name in names) > len(names):
            return layout
    return shape


def _is_diesel(root: Path, entries: Sequence[FileEntry]) -> bool:
    return any(entry.name == _DIESEL_SETUP for entry in entries) or any(
        _is_file(folder / "diesel.toml") or _DIESEL.search(_head(folder / "Cargo.toml"))
        for folder in _above(root)
    )


def _by_marks(entries: Sequence[FileEntry]) -> Iterator[Layout]:
    """Tools that the files themselves name: Flyway by how they are called, others by a comment
    that they demand in every file; the first three and the last are looked at."""
    flyway = facts_of(Layout.FLYWAY).name
    if flyway and any(flyway.match(entry.file.name) for entry in entries):
        yield Layout.FLYWAY
    sample = [*entries[:3], *entries[3:][-1:]]
    heads = [_head(entry.file) for entry in sample]
    for layout, mark in _MARKS:
        if any(mark.search(head) for head in heads):
            yield layout


def _by_place(root: Path, shape: Layout) -> Iterator[Layout]:
    """Tools that are known by the folder and by what lies above it."""
    if root.name == "migrations" and root.parent.name == "supabase":
        yield Layout.SUPABASE
    rails = root.parent.parent / "config" / "application.rb"
    if root.name == "migrate" and root.parent.name == "db" and _is_file(rails):
        yield Layout.RAILS
    for folder in _above(root):
        cargo = _head(folder / "Cargo.toml")
        if root.name == "migrations" and _SQLX.search(cargo) and not _REFINERY.search(cargo):
            yield Layout.SQLX
        if shape is Layout.UP_DOWN_SUFFIX and _GOLANG_MIGRATE.search(_head(folder / "go.mod")):
            yield Layout.GOLANG_MIGRATE


def _above(root: Path) -> Iterator[Path]:
    """The folder and those above it, up to the root of the repository."""
    for folder in (root, *root.parents[:_LEVELS]):
        yield folder
        if os.path.lexists(folder / ".git"):
            return


def _is_file(path: Path) -> bool:
    return os.path.isfile(path)  # noqa: PTH113 - never raises


def _head(path: Path) -> bytes:
    """The beginning of a regular file; empty where it cannot be read."""
    if not _is_file(path):
        return b""
    try:
        with path.open("rb") as file:
            return file.read(_HEAD_BYTES).removeprefix(b"\xef\xbb\xbf")
    except OSError:
        return b""

"""What a repository has that matters for setting ctb-lint up: facts, and how they are said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

from msgspec import Struct

from ctb_lint.history import Layout
from ctb_lint.readers.projects import Mark, Project, ScriptLine
from ctb_lint.reporters.sanitise import visible
from ctb_lint.reporters.words import counted
from ctb_lint.runners import facts_of

BASELINE = "ctb-lint-baseline.json"
HOOKS = ".pre-commit-config.yaml"
WORKFLOWS = ".github/workflows"
_LISTED = 10


class Line(Struct, frozen=True):
    """A history that is there: its folder or file, relative to the folder that is set up, its
    layout, the number of its files and the name of its newest migration (None where no file
    migrates)."""

    path: str
    layout: Layout
    files: int
    newest: str | None


class PgHint(Struct, frozen=True, order=True):
    """A file that names a version of PostgreSQL."""

    version: int
    path: str


class GitFacts(Struct, frozen=True):
    """The repository around the folder.

    ``root`` is its top, ``prefix`` the way from there to the folder, empty for the top itself.
    ``trunk`` is the branch that others start from (``origin/main``); ``github`` says that it is
    hosted there. ``hooks`` is the text of its hook file, None where there is none; ``workflows``
    says that it has a folder of them."""

    root: Path
    prefix: str = ""
    trunk: str = "origin/main"
    github: bool = False
    hooks: str | None = None
    workflows: bool = False


class Facts(Struct, frozen=True, kw_only=True):
    """What is there. ``paths`` are what is to be read, relative to the folder, none below another;
    ``lone`` those of them that are files, each a history of its own;
    ``psql`` says of some of them which script line feeds them to psql where no tool does.
    ``left_out`` are folders of other databases, (path, database). ``baseline`` says that a
    file of that name is there."""

    folder: Path
    paths: tuple[str, ...]
    lines: tuple[Line, ...]
    lone: tuple[str, ...] = ()
    psql: tuple[tuple[str, ScriptLine], ...] = ()
    left_out: tuple[tuple[str, str], ...] = ()
    projects: tuple[Project, ...] = ()
    ci: tuple[Mark, ...] = ()
    catalogues: tuple[str, ...] = ()
    postgres: tuple[PgHint, ...] = ()
    git: GitFacts | None = None
    baseline: bool = False
    complete: bool = True


def told(facts: Facts) -> Iterator[str]:
    """What was found, a line each."""
    yield from _limited(map(_history, facts.lines), len(facts.lines), "histories")
    for path, database in facts.left_out:
        yield f"left out: {visible(path)} (it is for {database})"
    yield from map(_project, facts.projects)
    for path in facts.catalogues[:_LISTED]:
        yield f"catalogue: {visible(path)}"
    for version, hints in groupby(facts.postgres, key=lambda hint: hint.version):
        first, *others = hints
        more = f" and {counted(len(others), 'other file')}" if others else ""
        yield f"PostgreSQL {version}: {visible(first.path)}{more}"
    for mark in facts.ci:
        yield f"{mark.name}: {visible(mark.path)}"
    yield "configuration: none"
    if facts.baseline:
        yield f"baseline: {BASELINE}"
    if facts.git is None:
        yield "git: none (--since, --staged and the hook need it)"
    if not facts.complete:
        yield "the repository is larger than what init looks at: there may be more"


def _history(line: Line) -> str:
    newest = f", newest {visible(line.newest)}" if line.newest else ""
    how = facts_of(line.layout).tool or line.layout.value
    return f"history: {visible(line.path)} ({how}, {counted(line.files, 'file')}{newest})"


def _project(project: Project) -> str:
    where = f"migration tool: {project.tool} ({visible(project.mark)})"
    return where if project.sql else f"{where}; it writes no SQL: {project.way_out}"


def _limited(lines: Iterable[str], count: int, what: str) -> Iterator[str]:
    for number, line in enumerate(lines):
        if number == _LISTED:
            yield f"… and {count - _LISTED:,} more {what}"
            return
        yield line

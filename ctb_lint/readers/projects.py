"""What a repository has: migrations, migration tools, CI systems, a catalogue, uses of psql.

Pure over a listing of its files; ``list_tree`` makes the listing, within bounds.
"""

from __future__ import annotations

import os
import posixpath
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from msgspec import Struct

from ctb_lint.readers.migration_tools import SNAPSHOT, TOOLS, MigrationTool
from ctb_lint.readers.sql.conventions import FOLDER_FILES
from ctb_lint.readers.sql.layout import Folder, HistoryFiles, histories
from ctb_lint.readers.sql.text import SourceText, read_source

DEPTH = 6
"""Folders below the root that are looked into; ``src/main/resources/db/migration`` has five."""
ENTRIES = 30_000
_TEXTS, _TEXT_BYTES = 300, 200_000
_LINE, _SHOWN = 2000, 200
"""Characters of a script's line that are looked at, and kept."""
_PASSED_OVER = frozenset(
    {"node_modules", "venv", "env", "__pycache__", "site-packages", "vendor", "target", "dist"}
)
_HIDDEN = frozenset({".github", ".circleci", ".forgejo", ".gitea"})
"""Hidden folders that are looked into."""

_MANIFEST = re.compile(
    r"(?:.*/)?(?:package\.json|go\.mod|Cargo\.toml|pyproject\.toml|requirements[\w.-]*\.txt"
    r"|docker-compose[\w.-]*\.ya?ml|compose[\w.-]*\.ya?ml)\Z"
)
_SCRIPT = re.compile(r"(?:.*/)?(?:[\w.-]*[Mm]akefile|[Jj]ustfile|Taskfile\.ya?ml|[^/]+\.sh)\Z")
_PSQL = re.compile(r"\bpsql\b[^\n]*?(?:\s-\w*f\b|\s--file\b|(?<!<)<(?!<))")
_CI = (
    ("GitHub Actions", re.compile(r"\.github/workflows/[^/]+\.ya?ml\Z")),
    ("GitLab CI", re.compile(r"\.gitlab-ci\.ya?ml\Z")),
    ("CircleCI", re.compile(r"\.circleci/config\.ya?ml\Z")),
    ("Jenkins", re.compile(r"Jenkinsfile\Z")),
    ("Azure Pipelines", re.compile(r"azure-pipelines\.ya?ml\Z")),
    ("Bitbucket Pipelines", re.compile(r"bitbucket-pipelines\.ya?ml\Z")),
    ("pre-commit", re.compile(r"\.pre-commit-config\.ya?ml\Z")),
)
"""Only at the root: elsewhere these systems do not read them."""
_CATALOGUE = re.compile(r"(?:.*/)?SCHEMA_REFERENCE\.md\Z", re.IGNORECASE)
_DUMP_NAMES = re.compile(r"(?:.*/)?(?:structure|schema|[\w-]+-schema)\.sql\Z")
_ORDERED = re.compile(r"[0-9]|[VUB][0-9]|R__")
_LIKELY = re.compile(r"migrat|\bsql\b|drizzle|\bdb\b|database|schema", re.IGNORECASE)


class Tree(Struct, frozen=True):
    """Files below a folder: paths with ``/`` relative to it, sorted; ``texts`` holds those of
    manifests and scripts. ``complete`` is False where the bounds left something out."""

    files: tuple[str, ...]
    texts: Mapping[str, str]
    complete: bool = True


class Project(Struct, frozen=True):
    """A migration tool that is used: the folder of its migrations, the file that told, whether
    its migrations are SQL, and how SQL is had where they are not (empty where they are)."""

    tool: str
    folder: str
    mark: str
    sql: bool
    way_out: str


class HistoryFolder(Struct, frozen=True):
    """A folder with SQL files that look like migrations, and how many they are."""

    path: str
    files: int


class Mark(Struct, frozen=True):
    """A system that is used, and the file that told."""

    name: str
    path: str


class ScriptLine(Struct, frozen=True):
    """A line of a script (1-based) that feeds a file to psql."""

    path: str
    line: int
    text: str


class Repository(Struct, frozen=True):
    """What a repository has. All paths are relative to its root; every list is sorted.

    ``dumps`` are files named like schema dumps that lie outside the histories. ``complete`` is
    False where the repository is larger than what is looked at.
    """

    histories: tuple[HistoryFolder, ...] = ()
    projects: tuple[Project, ...] = ()
    ci: tuple[Mark, ...] = ()
    catalogues: tuple[str, ...] = ()
    dumps: tuple[str, ...] = ()
    psql: tuple[ScriptLine, ...] = ()
    complete: bool = True


def look_at(root: Path, depth: int = DEPTH) -> Repository:
    """What the repository at ``root`` has. Never raises for what the file system holds."""
    return described(list_tree(root, depth))


def described(tree: Tree) -> Repository:
    """What a listing shows."""
    found = _history_folders(tree)
    roots = {one.path for one in found}
    return Repository(
        histories=found,
        projects=tuple(_projects(tree)),
        ci=_first_of_each(_CI, tree),
        catalogues=tuple(path for path in tree.files if _CATALOGUE.match(path)),
        dumps=tuple(
            path
            for path in tree.files
            if _DUMP_NAMES.match(path) and not any(_is_below(path, root) for root in roots)
        ),
        psql=tuple(_psql_lines(tree)),
        complete=tree.complete,
    )


def way_out(projects: Iterable[Project]) -> tuple[str, str] | None:
    """The sentence about tools that write no SQL, and what to do; None where there is none."""
    others = [project for project in projects if not project.sql]
    if not others:
        return None
    first = others[0]
    names = " and ".join(dict.fromkeys(f"{p.tool} (in {p.folder})" for p in others[:3]))
    return f"its migrations are written with {names}, not in SQL", first.way_out


def instead_of_sql(root: Path, folder: str) -> tuple[str | None, str | None]:
    """What to say of a folder (relative to ``root``) that holds no SQL: the sentence and the way
    out, where a tool that writes none keeps its migrations there or near it."""
    projects = look_at(root).projects
    inside = [p for p in projects if _is_below(p.folder, folder) or _is_below(folder, p.folder)]
    around = [p for p in projects if _is_below(folder, posixpath.dirname(p.mark))]
    found = way_out(inside) or way_out(around)
    if found is None:
        return None, None
    why, hint = found
    return f"holds no SQL files: {why}", hint


# The listing --------------------------------------------------------------------------------


def list_tree(root: Path, depth: int = DEPTH, entries: int = ENTRIES) -> Tree:
    """The files below ``root``, the shallow ones first where there are more than ``entries``.

    Symlinks are not followed; hidden folders and those of dependencies are not looked into.
    """
    files: list[str] = []
    complete = True
    pending = deque([("", 0)])
    seen = 0
    while pending:
        folder, level = pending.popleft()
        for name, is_folder in _entries(root / folder):
            seen += 1
            if seen > entries:
                return _with_texts(root, files, complete=False)
            path = f"{folder}/{name}" if folder else name
            if not is_folder:
                files.append(path)
            elif (name.startswith(".") and name not in _HIDDEN) or name in _PASSED_OVER:
                continue
            elif level < depth:
                pending.append((path, level + 1))
            else:
                complete = False
    return _with_texts(root, files, complete)


def _entries(folder: Path) -> list[tuple[str, bool]]:
    """The names in a folder, sorted, and whether each is a folder; no symlinks, no odd names."""
    try:
        with os.scandir(folder) as found:
            return sorted(
                (entry.name, entry.is_dir(follow_symlinks=False))
                for entry in found
                if not entry.is_symlink() and entry.name.isprintable()
            )
    except OSError:
        return []


def _with_texts(root: Path, files: list[str], complete: bool) -> Tree:
    texts: dict[str, str] = {}
    wanted = [path for path in files if _MANIFEST.match(path) or _SCRIPT.match(path)]
    for path in wanted[:_TEXTS]:
        got = read_source(root / path, path, _TEXT_BYTES)
        if isinstance(got, SourceText):
            texts[path] = got.text
    return Tree(tuple(sorted(files)), texts, complete and len(wanted) <= _TEXTS)


# What it shows ------------------------------------------------------------------------------


def _projects(tree: Tree) -> Iterator[Project]:
    for tool in TOOLS:
        places = sorted({m["folder"] for path in tree.files if (m := tool.migrations.match(path))})
        marks = [path for path in tree.files if tool.mark and tool.mark.match(path)]
        named = [
            path
            for path, text in sorted(tree.texts.items())
            if tool.dependency and tool.dependency.search(text)
        ]
        if marks:
            for mark in _outermost(marks):
                yield _project(tool, mark, places, posixpath.dirname(mark))
        elif places and named:
            for mark in _outermost(named):
                yield _project(tool, mark, places, posixpath.dirname(mark))
        elif places and not (tool.mark or tool.dependency):
            first = next(p for p in tree.files if tool.migrations.match(p))
            yield _project(tool, first, places, "")


def _outermost(marks: list[str]) -> list[str]:
    """One mark of each part of the repository: those that lie below another's folder are its."""
    kept: list[str] = []
    for mark in sorted(marks, key=lambda path: (path.count("/"), path)):
        if not any(_is_below(mark, posixpath.dirname(other)) for other in kept):
            kept.append(mark)
    return kept


def _project(tool: MigrationTool, mark: str, places: list[str], home: str) -> Project:
    """The tool's folder: what all its migrations below ``home`` have in common."""
    near = [place for place in places if _is_below(place, home)]
    common = posixpath.commonpath(near) if near else home
    return Project(tool.name, common or ".", mark, tool.sql, "" if tool.sql else tool.way_out)


def _history_folders(tree: Tree) -> tuple[HistoryFolder, ...]:
    """The histories of a listing that look like migrations, the larger first."""
    folders: dict[str, list[str]] = {}
    for path in tree.files:
        if path.lower().endswith(".sql"):
            folders.setdefault(posixpath.dirname(path), []).append(posixpath.basename(path))
    listed = [
        Folder(
            Path(folder or "."),
            folder or ".",
            tuple((n, Path(folder, n), posixpath.join(folder, n)) for n in sorted(names)),
        )
        for folder, names in folders.items()
    ]
    display = {p: p.as_posix() for f in listed for p in (f.path, f.path.parent)}
    counts: dict[str, int] = {}
    for history in histories(listed, display):
        if _looks_like_migrations(history):
            size = len(history.entries) + len(history.skipped)
            counts[history.root] = counts.get(history.root, 0) + size
    found = [HistoryFolder(path, count) for path, count in counts.items()]
    return tuple(sorted(found, key=lambda one: (-one.files, one.path)))


def _looks_like_migrations(history: HistoryFiles) -> bool:
    """Files with versions; or in a folder of migrations by its name, several with an order."""
    if any(entry.file.name.lower() in FOLDER_FILES for entry in history.entries):
        return True
    ordered = sum(
        entry.version is not None or _ORDERED.match(entry.name) is not None
        for entry in history.entries
    )
    tests = re.search(
        r"(?:^|/)(?:tests?|spec|fixtures?|stubs?|testdata|examples?)(?:/|$)", history.root
    )
    if _LIKELY.search(history.root) and not tests:
        return ordered >= 1
    return ordered >= 3 and 2 * ordered > len(history.entries) and not tests


def _first_of_each(systems: Iterable[tuple[str, re.Pattern[str]]], tree: Tree) -> tuple[Mark, ...]:
    marks = []
    for name, pattern in systems:
        path = next((path for path in tree.files if pattern.match(path)), None)
        if path is not None:
            marks.append(Mark(name, path))
    return tuple(marks)


def _psql_lines(tree: Tree) -> Iterator[ScriptLine]:
    """Lines that run ``psql … -f FILE`` or ``psql … < FILE``."""
    for path, text in sorted(tree.texts.items()):
        if not (_SCRIPT.match(path) or path.endswith("package.json")):
            continue
        for number, line in enumerate(text.splitlines(), 1):
            if _PSQL.search(line, 0, _LINE) and not line.lstrip().startswith("#"):
                yield ScriptLine(path, number, line.strip()[:_SHOWN])


def _is_below(path: str, folder: str) -> bool:
    return folder in {"", "."} or path == folder or path.startswith(f"{folder}/")


__all__ = [
    "SNAPSHOT",
    "HistoryFolder",
    "Mark",
    "Project",
    "Repository",
    "ScriptLine",
    "Tree",
    "described",
    "list_tree",
    "look_at",
    "way_out",
]

"""Looks at a repository: from its files to facts."""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from ctb_lint.cli.initial.facts import BASELINE, HOOKS, WORKFLOWS, Facts, GitFacts, Line
from ctb_lint.cli.initial.postgres import is_hint, postgres_hints
from ctb_lint.cli.trouble import RunError
from ctb_lint.history import Direction, Layout
from ctb_lint.readers.projects import (
    Repository,
    ScriptLine,
    Tree,
    described,
    list_tree,
    way_out,
)
from ctb_lint.readers.sql.conventions import OTHERS
from ctb_lint.readers.sql.discover import discover
from ctb_lint.readers.sql.heads import ConfiguredHistory
from ctb_lint.readers.sql.layout import HistoryFiles
from ctb_lint.readers.sql.text import SourceText, read_source

_MAX_TEXT = 1_000_000
_DEPTH = 12
"""Folders below the one that is set up that are looked into: what init does not see is not checked
from then on, so it looks deeper than the hint of an error does."""
_AT_TOP = 2
"""Folders below the top of the repository that hold the configuration of CI systems."""
_TRUNK = "origin/main"


def look(folder: Path, named: Iterable[str] = ()) -> Facts:
    """What is in a folder and in the repository around it. ``named`` are the files and folders of
    migrations, relative to the working directory; where there are none they are looked for.

    Raises RunError where there are no migrations in SQL, with the way out.
    """
    tree = list_tree(folder, _DEPTH)
    here = described(tree)
    given = tuple(_inside(path, folder) for path in named)
    left_out: tuple[tuple[str, str], ...] = ()
    if given:
        paths = _outermost(given)
    else:
        ours, left_out = _for_postgres(one.path for one in here.histories)
        paths = _outermost(ours) or _usual(folder, here)
    lone = tuple(path for path in paths if (folder / path).is_file())
    lines = tuple(map(_line, _histories(folder, paths, lone)))
    git = git_facts(folder)
    top = here
    if git and git.prefix:
        top_tree = list_tree(git.root, _AT_TOP)
        top = described(top_tree)
    texts = _hint_texts(folder, tree) | (
        _hint_texts(git.root, top_tree, git.prefix) if git and git.prefix else {}
    )
    return Facts(
        folder=folder,
        paths=paths,
        lines=lines,
        lone=lone,
        psql=tuple(_fed_to_psql(paths, lines, here, tree)),
        left_out=left_out,
        projects=here.projects,
        ci=top.ci,
        catalogues=here.catalogues,
        postgres=postgres_hints(texts),
        git=git,
        baseline=os.path.lexists(folder / BASELINE),
        complete=here.complete,
    )


def git_facts(folder: Path) -> GitFacts | None:
    """The repository that a folder is in, None where it is in none. Raises RunError where git
    refuses to look at it, or its hook file cannot be read."""
    root = next((one for one in (folder, *folder.parents) if (one / ".git").exists()), None)
    if root is None:
        return None
    trunk = _git(root, "symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD")
    remote = _git(root, "config", "--get", "remote.origin.url")
    prefix = folder.relative_to(root).as_posix()
    return GitFacts(
        root,
        "" if prefix == "." else prefix,
        trunk or _TRUNK,
        bool(re.search(r"(?:^|[/@.])github\.com[/:]", remote)),
        _hooks(root),
        (root / WORKFLOWS).is_dir(),
    )


def _git(root: Path, *arguments: str) -> str:
    """A line that git prints; empty where it has nothing to say, or is not there."""
    from ctb_lint.readers.git.command import LOCAL, GitError, environment, run

    try:
        code, out = run(root, environment(os.environ, LOCAL), *arguments, expected=(0, 1, 128))
    except GitError:
        return ""
    line = out.decode("utf-8", "replace").strip()
    return line if code == 0 and line.isprintable() else ""


def _hooks(root: Path) -> str | None:
    path = root / HOOKS
    if not os.path.lexists(path):
        return None
    read = read_source(path, HOOKS, _MAX_TEXT)
    # What cannot be read is there all the same, and is left alone.
    return read.text if isinstance(read, SourceText) else ""


# Migrations ---------------------------------------------------------------------------------


def _inside(path: str, folder: Path) -> str:
    full = Path(os.path.abspath(path))  # noqa: PTH100 - symlinks stay as they are named
    if not full.is_relative_to(folder):
        hint = "run ctb-lint init in the folder that holds all of them"
        raise RunError("lies outside of the working directory", path=path, hint=hint)
    return full.relative_to(folder).as_posix()


def _outermost(paths: Iterable[str]) -> tuple[str, ...]:
    """The paths without those that lie below another, sorted."""
    kept: list[str] = []
    for path in sorted(set(paths), key=lambda one: (one != ".", one.count("/"), one)):
        if not any(other == "." or path.startswith(f"{other}/") for other in kept):
            kept.append(path)
    return tuple(sorted(kept))


def _for_postgres(paths: Iterable[str]) -> tuple[list[str], tuple[tuple[str, str], ...]]:
    """The folders that no name gives to another database, and the others with its name."""
    ours: list[str] = []
    others: list[tuple[str, str]] = []
    for path in sorted(paths):
        database = next((OTHERS[p] for p in path.lower().split("/") if p in OTHERS), None)
        if database:
            others.append((path, database))
        else:
            ours.append(path)
    # Where there is nothing else, the name may be that of a product.
    return (ours, tuple(others)) if ours else ([path for path, _ in others], ())


def _usual(folder: Path, here: Repository) -> tuple[str, ...]:
    from ctb_lint.cli.usual import usual_paths

    try:
        found = usual_paths(folder)
    except RunError:
        raise _nothing(here) from None
    return tuple(sorted(path.relative_to(folder).as_posix() for path in found))


def _nothing(here: Repository) -> RunError:
    import shlex

    other = way_out(here.projects)
    if other:
        why, hint = other
        return RunError(f"no migrations in SQL found: {why}", hint=f"{hint}; then run init again")
    message = "no migrations in SQL found in this folder and those below it"
    if here.dumps:
        command = f"ctb-lint init {shlex.quote(here.dumps[0])}"
        return RunError(message, hint=f"found {here.dumps[0]}: run {command}")
    return RunError(message, hint="name their folder: ctb-lint init PATH")


def _histories(folder: Path, paths: Iterable[str], lone: Iterable[str]) -> tuple[HistoryFiles, ...]:
    configured = [ConfiguredHistory(path, path) for path in lone]
    found = discover([folder / path for path in paths], base=folder, configured=configured)
    if found.failures:
        first = found.failures[0]
        raise RunError(first.message, path=first.path, line=first.line, hint=first.hint)
    return found.histories


def _line(history: HistoryFiles) -> Line:
    ups = [entry for entry in history.entries if entry.direction is Direction.UP]
    versioned = [entry for entry in ups if entry.version is not None]
    newest = (versioned or ups)[-1].name if ups else None
    return Line(history.root, history.layout, len(history.entries), newest)


# psql ---------------------------------------------------------------------------------------


def _fed_to_psql(
    paths: Iterable[str], lines: Iterable[Line], here: Repository, tree: Tree
) -> Iterator[tuple[str, ScriptLine]]:
    """The paths that no tool applies, and that a script names which feeds files to psql."""
    for path in paths:
        own = [one for one in lines if _is_below(one.path, path)]
        tools = [p for p in here.projects if _is_below(p.folder, path) or _is_below(path, p.folder)]
        if tools or any(one.layout is not Layout.FLAT for one in own):
            continue
        fed = (one for one in here.psql if _names(tree.texts[one.path], path, one.path))
        script = next(fed, None)
        if script:
            yield path, script


def _names(text: str, path: str, script: str) -> bool:
    """Whether a script names a path: as it is called from the top, or from its own folder."""
    near = posixpath.relpath(path, posixpath.dirname(script) or ".")
    return any(
        re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w.-])", text)
        for name in {path, near}
        if name != "."
    )


def _is_below(path: str, folder: str) -> bool:
    return folder == "." or path == folder or path.startswith(f"{folder}/")


# PostgreSQL ---------------------------------------------------------------------------------


def _hint_texts(root: Path, tree: Tree, prefix: str = "") -> dict[str, str]:
    """The texts that may name a version, by their path as seen from the folder that is set up."""
    names = [*tree.files, ".tool-versions"]
    texts: dict[str, str] = {}
    for name in filter(is_hint, names):
        got = read_source(root / name, name, _MAX_TEXT)
        if isinstance(got, SourceText):
            shown = posixpath.relpath(name, prefix) if prefix else name
            texts[shown] = got.text
    return texts

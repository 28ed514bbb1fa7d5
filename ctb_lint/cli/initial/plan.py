"""From facts to what is to be written, and what the user is to write. Pure."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from ctb_lint.cli.initial.facts import BASELINE, HOOKS, WORKFLOWS, Facts
from ctb_lint.cli.initial.gates import Snippet, any_system, github, gitlab, hook_file, hook_snippet
from ctb_lint.cli.initial.origin import Origin

CONFIG = "ctb-lint.toml"
PROJECT = "pyproject.toml"
WORKFLOW = f"{WORKFLOWS}/ctb-lint.yml"
_OWN_FILES = ("GitHub Actions", "pre-commit")
"""Systems whose files are not given as a snippet for the CI."""


class NewFile(Struct, frozen=True, kw_only=True):
    """A file that is to be written: ``path`` below ``root``.

    ``what`` says in a few words what it is for. ``after`` is the text that a file that is there
    must hold for ``text`` to be put behind it; None for one that must not be there. ``wanted``
    is False for one that is written only where the user says so. ``excerpt`` is what the user is
    shown of it, where that is not the text."""

    root: Path
    path: str
    text: str
    what: str
    after: bytes | None = None
    wanted: bool = True
    excerpt: str | None = None

    @property
    def target(self) -> Path:
        """The whole path."""
        return self.root / self.path

    @property
    def shown(self) -> str:
        """The file as seen from the working directory."""
        return os.path.relpath(self.target)


class Plan(Struct, frozen=True):
    """What is to be written, in this order; what the user is to add to files that are there; and
    what else there is to say."""

    files: tuple[NewFile, ...]
    snippets: tuple[Snippet, ...] = ()
    remarks: tuple[str, ...] = ()


def planned(
    facts: Facts,
    text: str,
    origin: Origin,
    *,
    baseline: str | None = None,
    debt: int = 0,
    project: bytes | None = None,
) -> Plan:
    """The plan for a repository.

    ``text`` is the configuration, ``project`` what ``pyproject.toml`` holds where it goes in there.
    ``baseline`` is the text of the baseline with ``debt`` findings, None where none is written.
    """
    files = list(_own(facts, text, baseline, debt, project))
    snippets: list[Snippet] = []
    remarks: list[str] = []
    git = facts.git
    if git is None:
        remarks.append("not in a git repository: no hook is written")
        return Plan(tuple(files), (), tuple(remarks))
    config = PROJECT if project is not None else CONFIG
    try:
        if git.hooks is None:
            text = hook_file(git, config, origin)
            what = "the hook that checks what is committed"
            files.append(NewFile(root=git.root, path=HOOKS, text=text, what=what))
        elif "ctb-lint" not in git.hooks:
            snippets.append(hook_snippet(git, config, origin))
        workflow, others = _in_ci(facts, origin)
    except ValueError:
        remarks.append("the way to this folder is not UTF-8: no hook and no CI job is written")
        return Plan(tuple(files), (), tuple(remarks))
    if origin.folder and (workflow or others):
        remarks.append(
            f"this ctb-lint was installed from a folder: see that pip finds {origin.requirement}"
            " where the job runs, or change that line of the job"
        )
    return Plan((*files, *workflow), (*snippets, *others), tuple(remarks))


def _own(
    facts: Facts, text: str, baseline: str | None, debt: int, project: bytes | None
) -> Iterator[NewFile]:
    """The files of ctb-lint itself: the baseline first, since the configuration names it."""
    if baseline is not None:
        count = f"{debt:,} known finding{'' if debt == 1 else 's'}"
        yield NewFile(
            root=facts.folder,
            path=BASELINE,
            text=baseline,
            what="the baseline",
            excerpt=f"({count})",
        )
    if project is None:
        yield NewFile(root=facts.folder, path=CONFIG, text=text, what="the configuration")
        return
    yield NewFile(
        root=facts.folder,
        path=PROJECT,
        text=appended(project, text),
        what="the configuration, behind what is there",
        after=project,
        excerpt=text,
    )


def appended(before: bytes, table: str) -> str:
    """The table as it goes behind a text: after an empty line, with that text's line ends."""
    end = "\r\n" if b"\r\n" in before else "\n"
    gap = "\n" if before.endswith(b"\n") else "\n\n"
    return ((gap if before else "") + table).replace("\n", end)


def _in_ci(facts: Facts, origin: Origin) -> tuple[tuple[NewFile, ...], tuple[Snippet, ...]]:
    git = facts.git
    assert git is not None
    files: tuple[NewFile, ...] = ()
    if git.workflows or git.github:
        files = (
            NewFile(
                root=git.root,
                path=WORKFLOW,
                text=github(git, origin),
                what="the job that checks pull requests",
                wanted=git.workflows,
            ),
        )
    snippets = [
        gitlab(git, origin) if mark.name == "GitLab CI" else any_system(git, origin, mark.path)
        for mark in facts.ci
        if mark.name not in _OWN_FILES
    ]
    return files, tuple(snippets)

"""What init says beside the facts: the files that it would write, and what comes next."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path

from ctb_lint.cli.initial.facts import BASELINE, HOOKS, Facts, GitFacts
from ctb_lint.cli.initial.gates import Snippet, hook_snippet
from ctb_lint.cli.initial.origin import Origin
from ctb_lint.cli.initial.plan import WORKFLOW, NewFile, Plan
from ctb_lint.reporters.sanitise import visible


def shown(file: NewFile) -> Iterator[str]:
    """A file that would be written, with its text."""
    yield ""
    yield f"{visible(file.shown)}: {file.what}"
    for line in (file.text if file.excerpt is None else file.excerpt).splitlines():
        yield f"  {visible(line)}".rstrip()


def to_see_all(facts: Facts, version: int) -> str:
    """How to see each finding of the first check before anything is written."""
    paths = shlex.join(facts.paths)
    return f"each of them: ctb-lint check {visible(paths)} --pg-version {version}"


def already(config: Path, git: GitFacts | None, origin: Origin) -> Iterator[str]:
    """What there is to say where a configuration is there."""
    name = visible(os.path.relpath(config))
    yield f"{name} configures this already: nothing is written"
    if git is None or "ctb-lint" in (git.hooks or ""):
        return
    try:
        yield from _snippet(hook_snippet(git, config.name, origin))
    except ValueError:
        return


def ending(files: Sequence[NewFile], plan: Plan, facts: Facts) -> Iterator[str]:
    """What was written, what the user is to add, and what comes next."""
    yield ""
    yield f"written: {', '.join(visible(one.shown) for one in files)}"
    yield from map(visible, plan.remarks)
    for snippet in plan.snippets:
        yield from _snippet(snippet)
    yield ""
    yield "next:"
    yield from (f"  {line}" for line in _next(files, facts))


def _next(files: Sequence[NewFile], facts: Facts) -> Iterator[str]:
    paths = {one.path for one in files}
    if HOOKS in paths:
        yield "pre-commit install    # once; the command comes with pip install pre-commit"
    if facts.git:
        yield visible(f"git add {shlex.join(one.shown for one in files)}    # and commit that")
    if facts.git and WORKFLOW not in paths:
        trunk = visible(shlex.quote(facts.git.trunk))
        yield f"ctb-lint check --since {trunk}    # in CI: only what is new"
    if BASELINE in paths or facts.baseline:
        yield "ctb-lint check --no-baseline    # the known findings"
    else:
        yield "ctb-lint check    # the findings"


def _snippet(snippet: Snippet) -> Iterator[str]:
    yield ""
    yield f"add to {visible(snippet.file)}, which is yours:"
    # At its own margin, so that it can be pasted as it stands.
    yield from map(visible, snippet.text.splitlines())

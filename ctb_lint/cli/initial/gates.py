"""The hook, and the job for the CI system: texts in YAML that call ctb-lint."""

from __future__ import annotations

import re
import shlex
import textwrap

from msgspec import Struct

from ctb_lint.cli.initial.facts import HOOKS, GitFacts
from ctb_lint.cli.initial.origin import Origin
from ctb_lint.cli.initial.quoting import quoted

_TO_PIN = "# To pin ctb-lint for everybody, require {} where the project lists its tools.\n"
_ENTRY = re.compile(r"^( *)-\s+repo\b", re.MULTILINE)


class Snippet(Struct, frozen=True):
    """A text that the user is to put into a file that is there."""

    file: str
    text: str


def hook_file(git: GitFacts, config: str, origin: Origin) -> str:
    """The whole of a new ``.pre-commit-config.yaml``."""
    return "repos:\n" + hook(git, config, origin)


def hook(git: GitFacts, config: str, origin: Origin) -> str:
    """An entry of the list ``repos``: the hook as pre-commit installs it where the package says
    where it is from, else one that runs the installed command. ``config`` is the name of the
    configuration file. Raises ValueError where the way to it is not UTF-8."""
    # pre-commit runs at the top of the repository.
    arguments = ""
    if git.prefix:
        arguments = f"        args: [--config, {quoted(f'{git.prefix}/{config}')}]\n"
    if origin.repository:
        return (
            f"  - repo: {quoted(origin.repository)}\n"
            f"    rev: {quoted(origin.revision)}\n"
            "    hooks:\n"
            "      - id: ctb-lint\n" + arguments
        )
    return (
        f"  {_TO_PIN.format(origin.requirement)}"
        "  - repo: local\n"
        "    hooks:\n"
        "      - id: ctb-lint\n"
        "        name: ctb-lint\n"
        "        entry: ctb-lint check --staged\n"
        "        language: system\n"
        "        types: [sql]\n"
        # A deleted migration is no file name: the hook has to run without one, too.
        "        always_run: true\n"
        "        require_serial: true\n" + arguments
    )


def hook_snippet(git: GitFacts, config: str, origin: Origin) -> Snippet:
    """What to add to the list in the hook file that is there, indented as that list is."""
    text = textwrap.dedent(hook(git, config, origin))
    entry = _ENTRY.search(git.hooks or "")
    return Snippet(HOOKS, textwrap.indent(text, entry[1] if entry else "  "))


def github(git: GitFacts, origin: Origin) -> str:
    """The whole of a workflow for GitHub."""
    # The name of a folder must not be read as an expression.
    prefix = git.prefix.replace("${{", "${{ '${{' }}")
    inside = f"        working-directory: {quoted(prefix)}\n" if prefix else ""
    return (
        "name: ctb-lint\n"
        "on: pull_request\n"
        "permissions:\n"
        "  contents: read\n"
        "jobs:\n"
        "  ctb-lint:\n"
        "    runs-on: ubuntu-24.04\n"
        "    timeout-minutes: 10\n"
        "    steps:\n"
        "      - uses: actions/checkout@v7\n"
        "        with:\n"
        "          fetch-depth: 0 # ctb-lint needs the commit that the branch left from\n"
        "          persist-credentials: false\n"
        "      - uses: actions/setup-python@v7\n"
        "        with:\n"
        '          python-version: "3.13"\n'
        f"      - run: {quoted(f'pip install {shlex.quote(origin.requirement)}')}\n"
        '      - run: ctb-lint check --since "origin/$BASE" --format github\n'
        f"{inside}"
        "        env:\n"
        "          BASE: ${{ github.base_ref }}\n"
    )


def gitlab(git: GitFacts, origin: Origin) -> Snippet:
    """A job for GitLab."""
    move = f"    - {quoted(f'cd {shlex.quote(git.prefix)}')}\n" if git.prefix else ""
    at = f"{git.prefix}/" if git.prefix else ""
    report = "gl-code-quality-report.json"
    return Snippet(
        ".gitlab-ci.yml",
        "ctb-lint:\n"
        "  image: python:3.13\n"
        "  variables:\n"
        '    GIT_DEPTH: "0"\n'
        "  rules:\n"
        '    - if: $CI_PIPELINE_SOURCE == "merge_request_event"\n'
        "    - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH\n"
        "  script:\n"
        f"    - {quoted(f'pip install {shlex.quote(origin.requirement)}')}\n"
        f"{move}"
        # GitLab compares this report with the main branch's itself, so it has to hold the whole.
        f"    - ctb-lint check --fail-on never --format gitlab --output {report}\n"
        "    - ctb-lint check ${CI_MERGE_REQUEST_DIFF_BASE_SHA:+"
        '"--since=$CI_MERGE_REQUEST_DIFF_BASE_SHA"}\n'
        "  artifacts:\n"
        "    when: always\n"
        "    reports:\n"
        f"      codequality: {quoted(f'{at}{report}')}\n",
    )


def any_system(git: GitFacts, origin: Origin, file: str) -> Snippet:
    """The commands for any other system."""
    move = f"cd {shlex.quote(git.prefix)}\n" if git.prefix else ""
    return Snippet(
        file,
        f"pip install {shlex.quote(origin.requirement)}\n"
        f"{move}"
        f"ctb-lint check --since {shlex.quote(git.trunk)}\n",
    )

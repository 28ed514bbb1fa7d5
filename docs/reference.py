"""Writes docs/rules.md from the rules, and the pasted outputs of README.md and docs/live.md from
the tool.

``make docs``, or ``python -m docs.reference`` in the repository. A test holds the files against
what this gives.
"""

from __future__ import annotations

import contextlib
import inspect
import io
import re
import shlex
import textwrap
from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path

from ctb_lint.cli.app import main as ctb_lint
from ctb_lint.registry import load
from ctb_lint.rule import Example, Rule
from examples import database

ROOT = Path(__file__).parents[1]
RULES = ROOT / "docs" / "rules.md"
README = ROOT / "README.md"
PASTED = (README, ROOT / "docs" / "live.md")
"""The pages with outputs."""
EXAMPLE = ROOT / "examples" / "imo_creator"

ROOMS = {
    "S": "Structure",
    "T": "Traceability",
    "A": "Authentication and authorization",
    "M": "Migration",
    "P": "Purpose",
    "E": "Enforcement",
    "D": "Dependencies",
}
"""The seven STAMPED letters, in their order."""

_BLOCK = re.compile(r"(<!-- (output|live|rule): (.+?) -->\n)(.*?)(<!-- end -->)", re.DOTALL)
_PASSING = (
    (re.compile(r"(?<= on )/\S+(?= as )"), "/run/postgresql"),
    (re.compile(r"(?<=\(PostgreSQL )(\d+)\.\d+"), r"\1"),
    (re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC"), "2026-11-22 10:11:12 UTC"),
    (re.compile(r"(?<= as of )\d{4}-\d\d-\d\d"), "2026-11-22"),
)
"""What is another on the next day, or with the next server, and what stands there for it."""


def main() -> None:
    """Writes the files."""
    RULES.write_text(reference(load()), encoding="utf-8")
    for page in PASTED:
        page.write_text(with_outputs(page.read_text(encoding="utf-8")), encoding="utf-8")


def reference(rules: Mapping[str, Rule]) -> str:
    """The reference of the rules, in Markdown."""
    return "\n".join(_reference(rules)) + "\n"


def with_outputs(text: str) -> str:
    """A Markdown text with its pasted blocks as they are now.

    Between ``<!-- output: COMMAND -->`` and ``<!-- end -->`` stands what the command prints, run
    in the example project, and with ``live`` for ``output`` beside its database with the planted
    faults; between ``<!-- rule: CODE -->`` and ``<!-- end -->`` the rule's function.
    """
    if "<!-- live: " not in text:
        return _BLOCK.sub(_filled, text)
    with database.running() as server:
        database.run(server, "planted.sql")
        return _BLOCK.sub(_filled, text)


def _filled(found: re.Match[str]) -> str:
    opening, kind, what, _, closing = found.groups()
    if kind in ("output", "live"):
        printed = output(what)
        if kind == "live":
            for passing, standing in _PASSING:
                printed = passing.sub(standing, printed)
        lines = ["```text", f"$ {what}", *printed.rstrip("\n").splitlines()]
    else:
        lines = ["```python", *inspect.getsource(load()[what].judge).rstrip("\n").splitlines()]
    return "\n".join([opening, *lines, "```", "", closing])


def output(command: str) -> str:
    """What a command prints, run in the example project."""
    program, *arguments = shlex.split(command)
    assert program == "ctb-lint"
    printed = io.StringIO()
    with contextlib.chdir(EXAMPLE), contextlib.redirect_stdout(printed):
        ctb_lint(arguments)
    return printed.getvalue()


def _reference(rules: Mapping[str, Rule]) -> Iterator[str]:
    doctrine = sum(rule.doctrine for rule in rules.values())
    yield "<!-- Written by `make docs` from the rules; changes belong there. -->"
    yield ""
    yield "# Rules"
    yield ""
    yield (
        f"{len(rules)} rules. ◆ marks the {doctrine} doctrine rules, whose findings are CTB "
        "violations; the others are practice. `ctb-lint explain CODE` prints the same texts."
    )
    yield ""
    yield "| code | | name | severity | finds |"
    yield "|---|---|---|---|---|"
    for rule in _ordered(rules):
        mark = "◆" if rule.doctrine else ""
        link = f"[{rule.code}](#{_anchor(rule)})"
        yield f"| {link} | {mark} | {rule.name} | {rule.severity.value} | {_cell(rule.summary)} |"
    for letter, room in groupby(_ordered(rules), key=lambda rule: rule.code[0]):
        yield ""
        yield f"## {letter} {ROOMS[letter]}"
        for rule in room:
            yield ""
            yield from _entry(rule)


def _ordered(rules: Mapping[str, Rule]) -> list[Rule]:
    letters = list(ROOMS)
    return sorted(rules.values(), key=lambda rule: (letters.index(rule.code[0]), rule.code))


def _anchor(rule: Rule) -> str:
    """The anchor that renderers of Markdown make of the rule's heading."""
    return f"{rule.code.lower()}-{rule.name}"


def _cell(text: str) -> str:
    return text.replace("|", r"\|")


def _entry(rule: Rule) -> Iterator[str]:
    yield f"### {rule.code} {rule.name}"
    yield ""
    yield " · ".join(_facts(rule))
    yield ""
    yield from _documentation(rule.documentation)
    for title, examples in (("Found", rule.invalid), ("Not found", rule.valid)):
        yield ""
        yield f"<details><summary>{title}</summary>"
        yield ""
        for example in examples:
            yield from _example(example)
            yield ""
        yield "</details>"


def _facts(rule: Rule) -> Iterator[str]:
    yield "**doctrine** ◆" if rule.doctrine else "**practice**"
    yield rule.severity.value
    for stage, severity in (("planned", rule.planned), ("built in", rule.builtin)):
        if severity and severity is not rule.severity:
            yield f"{severity.value} where {stage}"
    if rule.refused:
        yield "PostgreSQL refuses it"
    if rule.subsumes:
        yield f"takes in {', '.join(rule.subsumes)}"
    if rule.fixable:
        yield f"can be fixed ({rule.fixable.value})"


def _documentation(text: str) -> Iterator[str]:
    """The text of the rule's module, its indented blocks fenced."""
    lines = text.splitlines()
    for code, part in groupby(lines, key=lambda line: line.startswith("    ")):
        if not code:
            yield from part
            continue
        yield "```text"
        yield from (line[4:] for line in part)
        yield "```"


def _example(example: Example) -> Iterator[str]:
    if example.config:
        yield from ("```toml", *_lines(example.config), "```")
    if example.before:
        yield from _fenced(["-- Before:", *_lines(example.before)])
    now = ["-- Now:"] if example.before else []
    yield from _fenced([*now, *_lines(example.text)])


def _fenced(lines: list[str]) -> Iterator[str]:
    """The lines as a block of code; its fence is longer than those that stand in a catalogue."""
    runs = [len(line) - len(line.lstrip("`")) for line in map(str.strip, lines)]
    fence = "`" * max(3, *(run + 1 for run in runs)) if runs else "```"
    is_catalogue = any(line.strip().startswith("-- file: SCHEMA_REFERENCE.md") for line in lines)
    yield from (fence + ("markdown" if is_catalogue else "sql"), *lines, fence)


def _lines(text: str) -> list[str]:
    return textwrap.dedent(text).strip("\n").rstrip().splitlines()


if __name__ == "__main__":
    main()

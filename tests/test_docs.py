"""The documentation says what is: generated parts are up to date, and what it names exists."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import typer

from ctb_lint.cli.app import app
from ctb_lint.registry import load
from docs import reference

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
RULES = load()

_FENCED = re.compile(r"^```\w*\n(.*?)^```", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_CODE = re.compile(r"\b[STAMPED]\d{3}\b")
_LINK = re.compile(r"\]\(([^)#\s]+)(#[^)\s]*)?\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def commands(group: Any, lead: str = "") -> Iterator[tuple[str, set[str]]]:
    """Every command with its options; one of a group is called ``group command``."""
    for name, command in group.commands.items():
        yield lead + name, {option for parameter in command.params for option in parameter.opts}
        if hasattr(command, "commands"):
            yield from commands(command, f"{lead}{name} ")


COMMANDS = dict(commands(typer.main.get_command(app)))
GROUPS = {name.rpartition(" ")[0] for name in COMMANDS} - {""}
HELP = {"-h", "--help"}


def pieces(text: str) -> Iterator[str]:
    """The lines of fenced blocks, and the code spans."""
    for match in _FENCED.finditer(text):
        yield from match[1].splitlines()
    yield from (match[1] for match in _SPAN.finditer(_FENCED.sub("", text)))


def unknown_in(piece: str) -> list[str]:
    """What a line of shell or a code span names that the command line does not have."""
    piece = piece.removeprefix("$ ").strip()
    if piece.startswith("--") and re.match(r"--[a-z]", piece):
        known = {"--version", *HELP}.union(*COMMANDS.values())
        option = re.split(r"[ =]", piece)[0]
        return [] if option in known else [option]
    if not piece.startswith("ctb-lint "):
        return []
    _, command, *rest = shlex.split(piece, comments=True)
    if command.startswith("-"):
        return [] if command in {"--version", *HELP} else [command]
    if command in GROUPS and rest:
        command = f"{command} {rest.pop(0)}"
    if command not in {*COMMANDS, "COMMAND"}:
        return [command]
    options = COMMANDS.get(command, set()) | HELP
    given = [word.split("=")[0] for word in rest if word.startswith("-") and word != "-"]
    return [option for option in given if option not in options]


def test_the_rules_reference_is_up_to_date() -> None:
    written = reference.RULES.read_text(encoding="utf-8")
    assert written == reference.reference(RULES), "run make docs"


@pytest.mark.parametrize("page", reference.PASTED, ids=lambda page: page.name)
def test_pages_show_what_the_tool_prints(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert text == reference.with_outputs(text), "run make docs"
    assert text.count("<!-- end -->") == len(re.findall(r"<!-- (?:output|live|rule): ", text)) > 0


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_and_option_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert {piece: bad for piece in pieces(text) if (bad := unknown_in(piece))} == {}


@pytest.mark.parametrize(
    ("piece", "unknown"),
    [
        ("ctb-lint check a.sql --select S001", []),
        ("$ ctb-lint fix", ["fix"]),
        ("ctb-lint rules --profile strict", ["--profile"]),
        ("ctb-lint id new barton_id --division DATA", []),
        ("ctb-lint id mint", ["id mint"]),
        ("ctb-lint id check --division DATA", ["--division"]),
        ("--fail-on", []),
        ("--frobnicate FILE", ["--frobnicate"]),
        ("-- a comment", []),
    ],
)
def test_the_check_of_commands_sees_what_does_not_exist(piece: str, unknown: list[str]) -> None:
    assert unknown_in(piece) == unknown


_FENCED = re.compile(r"^(`{3,})[^`\n]*\n.*?^\1$", re.MULTILINE | re.DOTALL)


def prose(text: str) -> str:
    """A page without its blocks of code: a catalogue in an example has links of its own."""
    return _FENCED.sub("", text)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    text = prose(page.read_text(encoding="utf-8"))
    relative = [match[1] for match in _LINK.finditer(text) if "://" not in match[1]]
    assert [link for link in relative if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_rule_that_is_named_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert sorted(set(_CODE.findall(text)) - set(RULES)) == []


def test_the_links_of_the_reference_meet_their_headings() -> None:
    text = prose(reference.RULES.read_text(encoding="utf-8"))
    anchors = {heading.lower().replace(" ", "-") for heading in _HEADING.findall(text)}
    assert set(re.findall(r"\]\(#([^)]+)\)", text)) <= anchors


def test_every_command_and_option_is_documented() -> None:
    text = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    for command, options in COMMANDS.items():
        assert f"## `ctb-lint {command}" in text
        assert [o for o in options if o.startswith("--") and o not in text and o not in HELP] == []


def test_the_fields_of_a_finding_are_those_of_the_json_schema() -> None:
    text = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    table = text.split("| field | meaning |")[1].split("\n\n")[0]
    cells = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    listed = [name for cell in cells for name in _SPAN.findall(cell)]
    schema = json.loads(files("ctb_lint").joinpath("report.schema.json").read_text())
    assert sorted(listed) == sorted(schema["$defs"]["finding"]["properties"])
    top = text.split("One object: ")[1].split(". The")[0]
    assert sorted(_SPAN.findall(top)) == sorted(schema["properties"])


def test_the_changelog_names_the_version() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"^## {re.escape(version('ctb-lint'))}\b", text, re.MULTILINE)


def test_the_changelog_counts_the_rules() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    doctrine = sum(rule.doctrine for rule in RULES.values())
    assert f"{len(RULES)} rules, {doctrine} of them doctrine" in text


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_target_of_make_exists(page: Path) -> None:
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    code = [piece for piece in pieces(page.read_text(encoding="utf-8")) if "make " in piece]
    named = [
        word
        for piece in code
        if piece.strip().startswith("make ")
        for word in shlex.split(piece, comments=True)[1:]
        if "=" not in word
    ]
    assert [target for target in named if target not in targets] == []

"""Annotations of GitHub, read as its runner reads them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctb_lint.model import Location
from ctb_lint.report import Failure, NewOnly, Report
from ctb_lint.reporters import github
from ctb_lint.rule import INFO, WARNING, Severity
from tests.growth import in_proportion
from tests.reporters.reports import SQL, finding, full, many, report, span
from tests.reporters.test_sanitise import ANYTHING, hostile

Command = tuple[str, dict[str, str], str]


def runner(output: str) -> tuple[list[Command], list[str]]:
    """The commands and the other lines, as the runner parts them."""
    commands: list[Command] = []
    plain: list[str] = []
    for line in re.split("\r\n|\r|\n", output.removesuffix("\n")):
        found = re.match(r"\s*::(\S+?)(?: (.*?))?::(.*)$", line)
        if not found:
            plain.append(line)
            continue
        pairs = [pair.split("=", 1) for pair in (found[2] or "").split(",")]
        properties = {key: unescaped(value) for key, value in pairs}
        commands.append((found[1], properties, unescaped(found[3])))
    return commands, plain


def unescaped(text: str) -> str:
    for code, mark in (("%3A", ":"), ("%2C", ","), ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
        text = text.replace(code, mark)
    return text


def rendered(one: Report) -> str:
    return "".join(github.render(one))


def test_a_finding_is_an_annotation_at_its_place() -> None:
    assert rendered(report(finding(span(SQL, "users")), base="app")) == (
        "::error file=app/migrations/001_users.sql,line=3,endLine=3,col=14,endColumn=19,"
        "title=S001 missing-unique-id::public.users has no column unique_id%0A"
        "because: the CTB standard demands a column unique_id of public.users%0A"
        "hint: add `unique_id varchar(255) NOT NULL UNIQUE`\n"
        "ctb-lint failed: 1 finding (1 CTB violation, 0 practice) in 1 file, 1 statement\n"
    )


def test_a_clean_run_says_so_in_a_plain_line() -> None:
    assert rendered(report()) == "ctb-lint passed: 0 findings in 1 file, 1 statement\n"


def test_failures_come_first_and_the_most_severe_next() -> None:
    commands, plain = runner(rendered(full()))
    assert [(kind, properties["title"]) for kind, properties, _ in commands] == [
        ("error", "ctb-lint did not finish"),
        ("error", "ctb-lint did not finish"),
        ("error", "S001 missing-unique-id"),
        ("error", "S011 inline-index-clause"),
        ("warning", "S022 missing-unique-id"),
        ("notice", "P001 undocumented-purpose"),
    ]
    assert commands[0][1:] == (
        {
            "file": "services/billing/migrations/002.sql",
            "line": "3",
            "title": "ctb-lint did not finish",
        },
        "is not UTF-8\nhint: save it as UTF-8",
    )
    assert commands[5][2].startswith("public.users: ")
    assert [line[:22] for line in plain] == ["ctb-lint not finished:"]


def test_a_span_of_several_lines_has_no_columns() -> None:
    at = Location("a.sql", 0, 9, 1, 5, 2, 3)
    commands, _ = runner(rendered(report(finding(at))))
    assert commands[0][1] == {
        "file": "a.sql",
        "line": "1",
        "endLine": "2",
        "title": "S001 missing-unique-id",
    }


@pytest.mark.parametrize("number", [10, 11])
def test_ten_of_a_kind_are_annotated_and_the_others_counted(number: int) -> None:
    kinds: tuple[Severity, ...] = (INFO, WARNING)
    found = [finding(span(SQL, "users"), severity=kind) for kind in kinds for _ in range(number)]
    failures = tuple(Failure(f"failure {n}") for n in range(number))
    commands, plain = runner(rendered(report(*found, failures=failures)))
    assert [kind for kind, _, _ in commands] == ["error"] * 10 + ["warning"] * 10 + ["notice"] * 10
    assert plain[:-1] == (
        []
        if number == 10
        else [
            "Not annotated: 1 error, 1 warning, 1 notice. GitHub shows 10 of a kind; "
            "--output text:FILE keeps them all."
        ]
    )


def test_a_long_message_is_cut_as_github_would() -> None:
    commands, _ = runner(rendered(report(finding(span(SQL, "users"), message="x" * 9_000))))
    assert (len(commands[0][2]), commands[0][2][-1]) == (4_000, "…")


def test_the_old_form_of_commands_is_broken() -> None:
    one = report(new_only=NewOnly("##[add-path]/evil", 1))
    assert "##[" not in rendered(one)


@pytest.mark.parametrize(
    "evil",
    [
        "\n::set-output name=x::y",
        "::error::x",
        "%0A::add-path::x",
        "a,line=1",
        "::stop-commands::t",
        "\r::warning::x",
        "\u2028::debug::x",
        " ::debug::x",
    ],
)
def test_no_text_makes_a_command(evil: str) -> None:
    safe(evil)


@given(ANYTHING | st.text("%:,=\n\r:#[]0AaDd "))
def test_no_text_at_all_makes_a_command(anything: str) -> None:
    safe(anything)


def safe(anything: str) -> None:
    commands, plain = runner(rendered(hostile(anything)))
    assert [kind for kind, _, _ in commands] == ["error"] * 3
    places = {"file", "line", "endLine", "col", "endColumn", "title"}
    assert all(set(properties) <= places for _, properties, _ in commands)
    assert [properties["title"] for _, properties, _ in commands] == [
        "ctb-lint did not finish",
        "S001 missing-unique-id",
        "S001 missing-unique-id",
    ]
    assert len(plain) == 1
    assert plain[0].startswith("ctb-lint not finished: ")
    assert "##[" not in plain[0]


def test_findings_take_time_in_proportion() -> None:
    assert "9,990 errors" in rendered(many(10_000))
    in_proportion(many, lambda big: list(github.render(big)), 1_250)

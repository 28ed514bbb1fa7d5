"""``ctb-lint rules`` and ``ctb-lint explain``."""

from __future__ import annotations

import json

import pytest

from ctb_lint.cli import installed
from ctb_lint.cli.app import main
from ctb_lint.rule import ERROR, WARNING, Example, Rule, Safety

DOCTRINE = Rule(
    code="S001",
    name="missing-unique-id",
    severity=ERROR,
    judge=lambda: iter(()),
    doctrine=True,
    planned=WARNING,
    documentation="A governed table has no column\nfor the id.\n\nAdd it.",
    valid=(Example("CREATE TABLE a (unique_id text);"),),
    invalid=(
        Example("\n    CREATE TABLE a ();\n", config="standard = {}"),
        Example("SELECT 1;\nSELECT 2;"),
    ),
)
PRACTICE = Rule(
    code="S011",
    name="inline-index",
    severity=WARNING,
    judge=lambda: iter(()),
    fixable=Safety.UNSAFE,
    documentation="An index\x1b inside.",
)


@pytest.fixture(autouse=True)
def _two_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installed, "installed_rules", lambda: {"S001": DOCTRINE, "S011": PRACTICE})


def test_rules_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules"]) == 0
    assert capsys.readouterr().out == (
        "S001  ◆ missing-unique-id  error          A governed table has no column for the id.\n"
        "S011    inline-index       warning  fix!  An index\\x1b inside.\n"
        "\n"
        "2 rules, 1 of them doctrine (◆): a finding is a CTB violation.\n"
        "--fix mends what those marked fix find, with --unsafe-fixes also those marked fix!.\n"
    )


def test_rules_are_listed_for_machines(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)[1] == {
        "code": "S011",
        "name": "inline-index",
        "severity": "warning",
        "doctrine": False,
        "fixable": "unsafe",
        "summary": "An index\x1b inside.",
    }


def test_a_rule_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "S001"]) == 0
    assert capsys.readouterr().out == (
        "S001 ◆ missing-unique-id\n"
        "\n"
        "A governed table has no column\n"
        "for the id.\n"
        "\n"
        "Add it.\n"
        "\n"
        "Severity: error\n"
        "Severity where planned: warning\n"
        "Kind: doctrine, a finding is a CTB violation\n"
        "Fix: by hand\n"
        "\n"
        "Found, on the lines that `--!` marks:\n"
        "\n"
        "    # [tool.ctb-lint]\n"
        "    # standard = {}\n"
        "    CREATE TABLE a ();\n"
        "\n"
        "    SELECT 1;\n"
        "    SELECT 2;\n"
        "\n"
        "Not found:\n"
        "\n"
        "    CREATE TABLE a (unique_id text);\n"
    )


@pytest.mark.parametrize("word", ["S011", "s011", "inline-index", "INLINE_INDEX"])
def test_a_rule_is_found_however_it_is_named(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", word]) == 0
    assert capsys.readouterr().out == (
        "S011 inline-index\n\nAn index\\x1b inside.\n\n"
        "Severity: warning\nKind: practice\nFix: automatic, unsafe\n"
    )


def test_several_rules_are_explained_in_the_order_asked_for(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["explain", "S011", "S001"]) == 0
    titles = [line for line in capsys.readouterr().out.splitlines() if line.startswith("S0")]
    assert titles == ["S011 inline-index", "S001 ◆ missing-unique-id"]

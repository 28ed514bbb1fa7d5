"""``ctb-lint explain`` with words for drift."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ctb_lint.cli.app import main
from ctb_lint.cli.explain import DRIFT


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        (["rogue"], ["S048"]),
        (["rogues"], ["S048"]),
        (["Phantom"], ["S049"]),
        (["ghost"], ["S045", "S047", "S051"]),
        (["column", "drift"], ["S040", "S041", "S042", "S043", "S044"]),
        (["column-drift", "S001"], ["S040", "S041", "S042", "S043", "S044", "S001"]),
        (["column drift"], ["S040", "S041", "S042", "S043", "S044"]),
    ],
)
def test_words_for_drift_are_explained(
    words: list[str], codes: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explain", *words]) == 0
    printed = capsys.readouterr().out
    assert re.findall(r"^([A-Z]\d{3}) ◆?", printed, re.MULTILINE) == codes


def test_a_word_for_drift_is_told_in_the_words_of_the_rules(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["explain", "phantom"]) == 0
    first, second, third = capsys.readouterr().out.splitlines()[:3]
    assert first == "phantom: a table that is declared and does not exist (S049 phantom-table)"
    assert (second, third) == ("", "S049 ◆ phantom-table")


def test_every_word_for_drift_is_documented() -> None:
    text = (Path(__file__).parents[2] / "docs" / "cli.md").read_text(encoding="utf-8")
    assert [word for word in DRIFT if f"| `{word}` |" not in text] == []

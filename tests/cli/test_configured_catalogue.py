"""Every command that reads a catalogue reads it by the configured headings."""

from __future__ import annotations

import json
import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from ctb_lint.cli.app import main
from ctb_lint.cli.request import Request
from ctb_lint.cli.run import check

STYLE = Path(__file__).parents[1] / "readers" / "catalogue" / "styles" / "werkstatt"
IDS = ("--division", "WERK", "--system", "SHQ", "--author", "Werkstatt")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A catalogue in German, and a migration that it does not know."""
    shutil.copytree(STYLE, tmp_path / "project")
    monkeypatch.chdir(tmp_path / "project")
    sql = "CREATE TABLE teile (id bigint PRIMARY KEY);\n"
    (tmp_path / "project" / "migrations" / "003_teile.sql").write_text(sql)
    return tmp_path / "project"


def entries(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """The entries that the ledger knows."""
    capsys.readouterr()
    main(["claims"])
    return re.findall(r"^public\.(\w+):", capsys.readouterr().out, re.MULTILINE)


def test_the_ledger_has_every_entry(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert entries(capsys) == ["kunden", "auftraege"]


def test_readiness_knows_what_is_planned(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["readiness", "--format", "json"]) == 1
    (table,) = json.loads(capsys.readouterr().out)["tables"]
    assert (table["table"], table["ready"]) == ("public.auftraege", False)


@pytest.mark.parametrize("command", [["new", "teile"], ["render"]])
def test_a_new_entry_has_a_heading_by_which_it_is_found(
    command: list[str], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["catalogue", *command, *IDS, "--write"]) == 0
    text = (folder / "tabellen.md").read_text(encoding="utf-8")
    assert "\n## 3. Tabelle »teile«\n" in text
    assert "| 3 | `teile` | BID-WERK-003 |  | Active | 003_teile.sql |\n" in text
    assert entries(capsys) == ["kunden", "auftraege", "teile"]


def test_figures_are_mended(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = folder / "tabellen.md"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("- Tables: 2", "- Tables: 7"), encoding="utf-8")
    main(["catalogue", "fix"])
    assert file.read_text(encoding="utf-8") == text


def test_another_file_that_is_named_is_read_alike(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "tabellen.md").rename(folder / "andere.md")
    report = check(Request(catalogue=("andere.md",), as_of=date(2026, 11, 28)))
    missing = [str(one.object) for one in report.findings if one.code == "T007"]
    assert missing == ["public.teile"]


def test_a_configuration_that_cannot_be_used_is_one_sentence(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = folder / "ctb-lint.toml"
    text = file.read_text(encoding="utf-8").replace("«$'", "«('")
    file.write_text(text, encoding="utf-8")
    for command in (["check"], ["claims"], ["catalogue", "render"]):
        assert main(command) == 2
        assert capsys.readouterr().err == (
            "ctb-lint.toml:6: error: catalogue.entry cannot be used as an expression: "
            "one of its alternatives is empty\n"
        )

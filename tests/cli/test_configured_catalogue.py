"""Every command that reads a catalogue reads it by the configured headings."""

from __future__ import annotations

import json
import re
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ctb_lint.cli.app import main
from ctb_lint.cli.request import Request
from ctb_lint.cli.run import check
from tests.postgres import Server

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


def test_a_catalogue_is_made_from_nothing_by_the_configured_words(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = folder / "tabellen.md"
    file.unlink()
    render = ["catalogue", "render", *IDS, "--write"]
    assert main(render) == 0
    text = file.read_text(encoding="utf-8")
    lines = text.splitlines()
    assert [one for one in lines if one.startswith(("## ", "### "))] == [
        "## Tabellenverzeichnis", "## Tables", "### 1. Tabelle »kunden«", "### 2. Tabelle »teile«",
        "## Zahlen", "## Entity Relationship Diagram",
    ]  # fmt: skip
    assert lines.count("**Spalten**:") == 2
    assert entries(capsys) == ["kunden", "teile"]
    wrong = {"T007", "T010", "T014", "T017"}
    report = check(Request(as_of=date(2026, 11, 28)))
    assert [one for one in report.findings if one.code in wrong or one.code.startswith("S04")] == []
    # What is there and agrees stays as it is.
    for command in (render, ["catalogue", "fix"]):
        main(command)
        assert file.read_text(encoding="utf-8") == text


def test_a_new_entry_is_found_where_there_is_no_catalogue_yet(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "tabellen.md").unlink()
    assert main(["catalogue", "new", "teile", *IDS]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("### 1. Tabelle »teile«\n")
    (folder / "tabellen.md").write_text(printed, encoding="utf-8")
    assert entries(capsys) == ["teile"]


@pytest.mark.parametrize("command", [["new", "Teile 2"], ["render"]])
@pytest.mark.parametrize("there", [True, False])
def test_a_name_that_no_heading_can_have_is_said(
    command: list[str], there: bool, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sql = 'CREATE TABLE "Teile 2" (id bigint PRIMARY KEY);\n'
    (folder / "migrations" / "004_teile.sql").write_text(sql)
    if not there:
        (folder / "tabellen.md").unlink()
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert main(["catalogue", *command, *IDS, "--write"]) == 2
    assert capsys.readouterr().err == (
        "ctb-lint.toml: error: catalogue.entry finds no heading of a table that is called "
        '"Teile 2"\n'
        "  = hint: let the group of the name match such a name, too\n"
    )
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("said", ["(geplant)", "(Planned)"])
def test_readiness_judges_as_active_what_a_heading_calls_planned(
    folder: Path, capsys: pytest.CaptureFixture[str], said: str
) -> None:
    shutil.rmtree(folder / "migrations")
    (folder / "ctb-lint.toml").write_text('[catalogue]\nstages = { geplant = "Planned" }\n')
    text = f"## 1. kunden {said}\n\n**Barton ID**: BID-X-001\n\n```sql\n{TABLE}\n```\n"
    (folder / "SCHEMA_REFERENCE.md").write_text(text)
    assert main(["readiness", "--as-of", "2026-11-28", "--format", "json"]) == 1
    (table,) = json.loads(capsys.readouterr().out)["tables"]
    marks = {one["code"]: one["mark"] for one in table["items"] if one["code"]}
    # Of a planned table they are warnings.
    assert (marks["S001"], marks["T004"]) == ("open", "open")


TABLE = "CREATE TABLE kunden (id bigint PRIMARY KEY);"


def test_an_audit_holds_database_and_rows_against_it(
    folder: Path, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    with server.database() as connection:
        connection.execute(
            b"CREATE TABLE kunden (id bigint PRIMARY KEY,"
            b" unique_id varchar(255) NOT NULL UNIQUE, art text);"
            b"CREATE TABLE teile (id bigint PRIMARY KEY);"
            b"INSERT INTO kunden VALUES (1, 'a', 'privat'), (2, 'b', 'fremd'), (3, 'c', NULL);"
            b"ALTER TABLE kunden ALTER art TYPE varchar(9)"
        )
        url = server.dsn(connection.info.dbname)
        selected = ["--select", "E020,E021,S042,S049,T007", "--as-of", "2026-11-28"]
        code = main(["audit", "--db", url, *selected, "--fail-on", "never", "--format", "json"])
    report = json.loads(capsys.readouterr().out)
    assert (code, report["failures"]) == (0, [])

    def said(finding: dict[str, Any]) -> tuple[str, str, int | None]:
        because = finding["because"] or {"location": None}
        at = because["location"]
        return finding["code"], finding["message"], at["line"] if at else None

    assert sorted(map(said, report["findings"])) == [
        (
            "E020",
            "1 of 3 rows of public.kunden has a art that is none of 'privat', 'gewerblich': id = 2",
            35,
        ),
        ("E021", "1 of 3 rows of public.kunden has no art: id = 3", 55),
        (
            "S042",
            "public.kunden.art is character varying(9) in the database, "
            "not text as the migrations declare",
            None,
        ),
        ("S049", "public.auftraege is planned, and not in the migrations yet", None),
        ("T007", "public.teile has no entry in tabellen.md", None),
    ]

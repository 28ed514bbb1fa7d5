"""The example project: its sound history is accepted by PostgreSQL and clean, and in the other
exactly what was planted is found."""

from __future__ import annotations

import datetime
import re
import shutil
from collections import Counter
from pathlib import Path

import pytest

from ctb_lint.cli.app import main
from ctb_lint.cli.request import Request
from ctb_lint.cli.run import check, examine
from ctb_lint.ledger import ledger
from ctb_lint.report import Report
from tests.postgres import Server

PROJECT = Path(__file__).parents[2] / "examples" / "imo_creator"
TABLES = {
    "shq_master_error_log", "ids", "users", "blueprints", "ssot_registry", "composio_logs",
    "schema_migrations",
}  # fmt: skip

_PLANTED = re.compile(r"-- planted: ([A-Z]\d{3})$", re.MULTILINE)
_IN_CATALOGUE = re.compile(r"(?:<!--|--|%%|#) planted: ((?:[A-Z]\d{3} ?)+)(?:-->)?$")
CATALOGUE = "planted/SCHEMA_REFERENCE.md"


def test_postgresql_accepts_the_sound_history(server: Server) -> None:
    with server.database() as connection:
        for path in sorted(PROJECT.glob("migrations/*.sql")):
            connection.execute(path.read_bytes())
        tables = connection.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
        )
        assert {name for (name,) in tables} == TABLES


def test_the_registry_takes_what_the_trigger_registers(server: Server) -> None:
    with server.database() as connection:
        for path in sorted(PROJECT.glob("migrations/*.sql")):
            connection.execute(path.read_bytes())
        given = (
            "shq-03-imo-20251023093000-0123456789abcdef",
            "shq.03.imo.V1.20251023.error_tracking",
        )
        connection.execute(
            "INSERT INTO shq_master_error_log (error_code, error_message, unique_id, process_id)"
            " VALUES ('E1', 'out of paper', %s, %s)",
            given,
        )
        registered = connection.execute(
            "SELECT entity_type, process_id, orbt_layer FROM ids WHERE unique_id = %s", given[:1]
        )
        assert registered.fetchall() == [("shq_master_error_log", given[1], 3)]


@pytest.mark.parametrize("profile", ["minimal", "recommended", "strict"])
def test_the_sound_history_is_clean(profile: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(PROJECT)
    assert messages(check(Request(profile=profile))) == []


@pytest.mark.parametrize("version", range(13, 19))
def test_the_sound_history_is_for_every_postgresql(
    version: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(PROJECT)
    assert messages(check(Request(pg_version=version))) == []


def test_the_sound_history_is_clean_without_its_configuration(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(PROJECT.parents[1])
    assert messages(check(Request(paths=("examples/imo_creator/migrations",)))) == []


def test_what_was_planted_is_found_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(PROJECT)
    expected = planted()
    report = check(Request(paths=("planted",)))
    found = Counter(
        (finding.at.path, finding.at.line, finding.code)
        for finding in report.findings
        if finding.at
    )
    assert len(expected) >= 20
    assert found == expected
    assert report.failures == ()
    assert report.exit_code == 1


@pytest.mark.parametrize("day", [datetime.date(2025, 10, 23), datetime.date(2199, 12, 31)])
def test_the_sound_catalogue_does_not_age(
    day: datetime.date, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(PROJECT)
    report = check(Request(as_of=day))
    assert messages(report) == []
    assert "SCHEMA_REFERENCE.md" in {source.path for source in report.inputs}


def test_every_claim_of_the_sound_catalogue_is_understood_and_none_is_broken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(PROJECT)
    rulings = ledger(examine(Request()).judged)
    assert {str(one.verdict) for one in rulings} == {"held", "skipped"}
    assert len(rulings) > 500


def test_the_sound_catalogue_is_what_is_rendered(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(PROJECT)
    assert main(["catalogue", "render"]) == 0
    text = (PROJECT / "SCHEMA_REFERENCE.md").read_text(encoding="utf-8")
    assert capsys.readouterr() == (text, "")


def test_what_is_rendered_without_a_catalogue_lacks_only_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(PROJECT / "migrations", tmp_path / "migrations")
    shutil.copy(PROJECT / "ctb-lint.toml", tmp_path)
    monkeypatch.chdir(tmp_path)
    ids = ["--division", "DATA", "--system", "SHQ"]
    assert main(["catalogue", "render", "--write", *ids]) == 0
    assert capsys.readouterr().err == (
        "new: SCHEMA_REFERENCE.md\n67 questions are left in it, which ctb-lint check lists\n"
    )
    codes = {finding.code for finding in check(Request()).findings}
    assert codes == {"P004", "T008", "T029"}


def test_what_was_planted_in_the_catalogue_is_found_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where the fault is in a migration, the mark stands at the line that demands otherwise."""
    monkeypatch.chdir(PROJECT)
    report = check(Request(catalogue=(CATALOGUE,), as_of=datetime.date(2026, 11, 22)))
    found = Counter(
        (line, finding.code)
        for finding in report.findings
        for line in {
            place.line
            for place in (finding.at, finding.because and finding.because.location)
            if place and place.path == CATALOGUE
        }
    )
    lines = (PROJECT / CATALOGUE).read_text(encoding="utf-8").splitlines()
    expected = Counter(
        (number, code)
        for number, line in enumerate(lines, 1)
        if (match := _IN_CATALOGUE.search(line))
        for code in match[1].split()
    )
    assert found == expected
    assert len(report.findings) == expected.total() >= 25
    assert report.failures == ()


def planted() -> Counter[tuple[str, int, str]]:
    """Where findings must fall, by the comments: path, line, code."""
    return Counter(
        (f"planted/{path.name}", number, match[1])
        for path in sorted(PROJECT.glob("planted/*.sql"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if (match := _PLANTED.search(line))
    )


def messages(report: Report) -> list[str]:
    """What a report says, in sentences; a run that did not finish says so too."""
    found = [
        f"{f.at and f.at.path}:{f.at and f.at.line}: {f.code} {f.message}" for f in report.findings
    ]
    return found + [failure.message for failure in report.failures]

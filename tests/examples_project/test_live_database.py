"""The example's live database: the sound one is clean, and in the other exactly what was planted
is found."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator

import pytest

from ctb_lint.cli.auditing import RowOptions
from ctb_lint.cli.installed import installed_rules
from ctb_lint.cli.options import ENVIRONMENT
from ctb_lint.cli.request import Request
from ctb_lint.cli.run import check
from ctb_lint.report import Report
from examples import database
from tests.postgres import Server

_MARK = re.compile(r"-- planted: ((?:[A-Z]\d{3} )+)(\S+)")


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    with database.running() as server:
        yield server


@pytest.fixture(autouse=True)
def _in_the_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(database.PROJECT)


def audited(**options: object) -> Report:
    """The report on the database that the environment names, files and rows included."""
    request = {"db": ENVIRONMENT, "rows": RowOptions(), "all_findings": True} | options
    return check(Request(**request))  # type: ignore[arg-type]


def found(report: Report) -> Counter[tuple[str, str]]:
    """The findings by code and object."""
    return Counter((finding.code, str(finding.object)) for finding in report.findings)


@pytest.mark.parametrize("profile", ["minimal", "recommended", "strict"])
def test_the_sound_database_is_clean(running: Server, profile: str) -> None:
    report = audited(profile=profile)
    assert (found(report), report.failures, report.exit_code) == (Counter(), (), 0)
    assert report.skipped == ()
    assert report.database
    assert report.database.server.role == database.ROLE
    assert report.database.origin == "DATABASE_URL"
    assert report.rows
    assert report.rows.checks > 30
    assert report.rows.unfinished == 0


def test_the_role_that_audits_writes_nothing(running: Server) -> None:
    import psycopg

    with (
        psycopg.connect(running.dsn(database.NAME, database.ROLE)) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("DELETE FROM ids")


@pytest.fixture
def drifted() -> Iterator[Server]:
    """A server of its own, whose database has the planted faults."""
    with database.running() as server:
        database.run(server, "planted.sql")
        yield server


@pytest.mark.usefixtures("drifted")
def test_what_was_planted_is_found_and_nothing_else() -> None:
    report = audited()
    assert found(report) == planted()
    assert len(report.findings) >= 35
    assert (report.failures, report.skipped, report.exit_code) == ((), (), 1)
    # ``check --db`` finds the same, but for the rows.
    rules = installed_rules()
    of_schema = {key: n for key, n in planted().items() if not rules[key[0]].of_rows}
    assert found(audited(rows=None)) == Counter(of_schema)
    assert len(of_schema) < len(planted())


def planted() -> Counter[tuple[str, str]]:
    """What must be found, by the comments: code and object."""
    text = (database.LIVE / "planted.sql").read_text(encoding="utf-8")
    return Counter((code, match[2]) for match in _MARK.finditer(text) for code in match[1].split())


def test_the_environment_is_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGSERVICE", "elsewhere")
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/db")
    before = dict(os.environ)
    with database._environment("postgresql://here/db"):
        assert {name: os.environ.get(name) for name in ("DATABASE_URL", "PGSERVICE")} == {
            "DATABASE_URL": "postgresql://here/db",
            "PGSERVICE": None,
        }
    assert dict(os.environ) == before

"""What of an audit is reported where a part of it could not be had."""

from __future__ import annotations

import html

import pytest

from ctb_lint.cli import options
from ctb_lint.cli.app import main
from tests.cli.live_project import _quiet_environment as _quiet_environment
from tests.cli.test_audit_faults import Audited, failed, report_of
from tests.cli.test_audit_faults import audited as audited
from tests.cli.test_audit_faults import project as project


def test_a_lock_on_what_a_migration_tool_notes(
    audited: Audited, capsys: pytest.CaptureFixture[str]
) -> None:
    """A migration that runs holds it; schema and rows are judged all the same."""
    audited.connection.execute("CREATE TABLE schema_migrations (version text PRIMARY KEY)")
    name = audited.connection.info.dbname
    with audited.server.connect(name) as other, other.transaction():
        other.execute("LOCK TABLE schema_migrations IN ACCESS EXCLUSIVE MODE")
        code, report = report_of(capsys, audited.url, "--select", "E029,S001")
    why = "another session holds a lock that was needed: canceling statement due to lock timeout"
    assert (code, failed(report)) == (
        2,
        [f"what the database notes of migrations could not be read: {why}"],
    )
    assert [one["code"] for one in report["findings"]] == ["S001"] * 3 + ["E029"] * 2
    assert {"live", "migrations"} == {*report["findings"][0]["seen_in"]}


def test_every_format_says_what_was_not_looked_at(
    audited: Audited, capsys: pytest.CaptureFixture[str]
) -> None:
    why = "no more than 5 rows of a table were to be looked at"
    for form in options.FORMATS:
        assert main(["audit", "--db", audited.url, "--max-rows", "5", "--format", form]) == 2
        out = capsys.readouterr().out
        for words in ("not all rows of public.before", f"were looked at: {why}"):
            assert words in unescaped(out, form), form


def unescaped(text: str, form: str) -> str:
    """The text as it is shown."""
    return html.unescape(text) if form in {"markdown", "junit"} else text

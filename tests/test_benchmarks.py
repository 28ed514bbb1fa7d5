"""The counts of the benchmarks, held against real reports."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from benchmarks import many_rows, synthetic
from benchmarks.counts import findings_in
from benchmarks.large_database import COLUMNS, make
from ctb_lint.cli.app import main
from ctb_lint.cli.options import FORMATS
from ctb_lint.readers.postgres.inspect import inspect
from ctb_lint.readers.postgres.rows.ask import ask
from tests.postgres import Server


@pytest.mark.parametrize("form", FORMATS)
def test_the_findings_of_every_format_are_counted(
    form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    synthetic.without_ids(tmp_path / "migrations", 200)
    monkeypatch.chdir(tmp_path)

    code = main(["check", "--select", "S001", "--format", form, "migrations"])

    assert (code, findings_in(capsys.readouterr().out, form)) == (1, 200)


def test_a_report_without_a_summary_is_not_counted() -> None:
    with pytest.raises(ValueError, match="no summary"):
        findings_in("::error::it broke\n", "github")


def test_the_large_database_has_the_tables_that_are_asked_for(server: Server) -> None:
    with server.database() as connection:
        make(connection, 12)
        schema = inspect(connection)
    sizes = [len(table.columns) for table in schema.tables.values()]
    assert sorted(sizes) == [1, *[COLUMNS] * 11]
    assert (len(schema.views), schema.knowledge.unknown) == (2, ())


def test_what_is_asked_of_many_rows_is_what_is_asked_by_hand(server: Server) -> None:
    with server.database() as connection:
        many_rows.make(connection, 60_000)
        dsn = connection.info.dsn
        checks = (*many_rows.FILTERS, many_rows.REGISTRATION)
        found = ask(checks, lambda: psycopg.connect(dsn, autocommit=True))
        by_hand = connection.execute(many_rows.FILTERS_BY_HAND.encode()).fetchone()
        assert by_hand == (60_000, *[2] * len(many_rows.FILTERS))
        registered = [
            connection.execute(query.encode()).fetchone()
            for _, query in many_rows.REGISTRATION_BY_HAND.values()
        ]
        assert registered == [(2,)] * len(registered)
    assert [(found[check].rows, found[check].failing) for check in checks] == [(60_000, 2)] * 11

"""``check --db --shadow`` and ``audit --shadow``: the database is held against what a server made
of the migrations."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from ctb_lint.cli.app import main
from tests.postgres import Connection, Server

ORDERS = """\
CREATE TABLE orders (
    id int PRIMARY KEY,
    price numeric(10,2) NOT NULL,
    pieces int NOT NULL,
    CONSTRAINT cheap CHECK (price ^ 2 < pieces * 3)
);
CREATE VIEW dear AS SELECT id FROM orders WHERE price > 100;
"""
RULES = "S040,S041,S042,S043,S044,S045,S046,S047,S048,S049,S053,S055,S056"


class Live(NamedTuple):
    """A project in the working directory, and an empty database."""

    connection: Connection
    url: str
    folder: Path

    def migrate(self, text: str) -> None:
        """One more migration, which the database has as well."""
        files = self.folder / "migrations"
        (files / f"{len([*files.iterdir()]) + 1:03}_next.sql").write_text(text)
        self.connection.execute(text.encode())

    def execute(self, sql: str) -> None:
        self.connection.execute(sql.encode())


@pytest.fixture
def live(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Live]:
    for name in ("DATABASE_URL", "NEON_DATABASE_URL", "PGSERVICE"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "migrations").mkdir()
    monkeypatch.chdir(tmp_path)
    with server.database() as connection:
        yield Live(connection, server.dsn(connection.info.dbname), tmp_path)


def ran(
    capsys: pytest.CaptureFixture[str], live: Live, *options: str, command: str = "check"
) -> tuple[int, list[str], dict[str, Any]]:
    capsys.readouterr()
    code = main([command, "--db", live.url, "--select", RULES, *options, "--format", "json"])
    report = json.loads(capsys.readouterr().out)
    found = [f"{one['code']} {one['path']}:{one['line']}" for one in report["findings"]]
    return code, found, report


def reasons(report: dict[str, Any]) -> list[str]:
    return [one["reason"] for one in report["skipped"]]


@pytest.mark.parametrize("command", ["check", "audit"])
def test_what_the_server_prints_alike_is_no_difference(
    live: Live, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    live.migrate(ORDERS)
    assert ran(capsys, live, command=command)[1] == ["S047 migrations/001_next.sql:5"]
    code, found, report = ran(capsys, live, "--shadow", command=command)
    assert (code, found, reasons(report)) == (0, [], [])


@pytest.mark.parametrize("command", ["check", "audit"])
def test_a_changed_literal_is_a_difference_at_its_line(
    live: Live, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    live.migrate(ORDERS)
    live.execute(
        "ALTER TABLE orders DROP CONSTRAINT cheap,"
        " ADD CONSTRAINT cheap CHECK (price ^ 2 < pieces * 4)"
    )
    live.execute("CREATE OR REPLACE VIEW dear AS SELECT id FROM orders WHERE price > 101")
    code, found, _ = ran(capsys, live, "--shadow", command=command)
    assert (code, found) == (
        1,
        ["S047 migrations/001_next.sql:5", "S053 migrations/001_next.sql:7"],
    )


def test_a_named_server_tells_as_well(
    live: Live, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    live.migrate(ORDERS)
    code, found, report = ran(capsys, live, "--shadow-db", server.dsn())
    assert (code, found, reasons(report)) == (0, [], [])


def test_without_a_shadow_a_view_is_not_compared_and_that_is_said(
    live: Live, capsys: pytest.CaptureFixture[str]
) -> None:
    live.migrate("CREATE VIEW one AS SELECT 1 AS a;")
    live.execute("CREATE OR REPLACE VIEW one AS SELECT 2 AS a")
    code, found, report = ran(capsys, live)
    assert (code, found) == (0, [])
    assert reasons(report) == [
        "view definitions are not compared: PostgreSQL prints a view in words of its own"
    ]
    assert ran(capsys, live, "--shadow")[1] == ["S053 migrations/001_next.sql:1"]


def test_a_history_that_is_refused_is_compared_by_text_and_that_is_said(
    live: Live, capsys: pytest.CaptureFixture[str]
) -> None:
    live.migrate(ORDERS)
    (live.folder / "migrations/002_next.sql").write_text(
        "CREATE TABLE parts (id int);\nSELECT no();"
    )
    live.execute("CREATE TABLE parts (id int)")
    code, found, report = ran(capsys, live, "--shadow", "--extend-select", "M011")
    assert code == 1
    assert found == ["S047 migrations/001_next.sql:5", "M011 migrations/002_next.sql:2"]
    said = next(why for why in reasons(report) if not why.startswith("view"))
    assert said.startswith(
        "expressions are compared as they are written: it did not get to its end"
    )


def test_a_history_that_cannot_be_followed_is_compared_by_text(
    live: Live, capsys: pytest.CaptureFixture[str]
) -> None:
    live.migrate("CREATE TABLE orders (id int);")
    (live.folder / "migrations/002_next.sql").write_text("CREATE EXTENSION postgis;")
    live.execute("ALTER TABLE orders ADD note text")
    code, found, report = ran(capsys, live, "--shadow")
    assert (code, found) == (2, ["S041 migrations/001_next.sql:1"])
    (failure,) = report["failures"]
    assert "extension postgis: the server does not have it" in failure["message"]
    assert [why.partition(":")[0] for why in reasons(report)] == [
        "expressions are compared as they are written"
    ]


def test_what_stood_in_for_an_extension_is_said(
    live: Live, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "CREATE EXTENSION pgcrypto;\nCREATE TABLE a (x text, CHECK (crypt(x, x) <> 'a'));"
    (live.folder / "migrations/001_next.sql").write_text(text)
    live.execute("CREATE FUNCTION crypt(text, text) RETURNS text LANGUAGE sql AS 'SELECT $1'")
    live.execute("CREATE TABLE a (x text, CHECK (crypt(x, x) <> 'a'))")
    code, found, report = ran(capsys, live, "--shadow")
    assert (code, found) == (0, ["S053 None:None"])
    (said,) = reasons(report)
    assert said.endswith("extension pgcrypto: other functions of the same names stood in")


def test_a_snapshot_is_held_against_it_as_the_database_is(
    live: Live, capsys: pytest.CaptureFixture[str]
) -> None:
    live.migrate(ORDERS)
    assert main(["snapshot", "--db", live.url, "--output", "same.json"]) == 0
    live.execute(
        "ALTER TABLE orders DROP CONSTRAINT cheap,"
        " ADD CONSTRAINT cheap CHECK (price ^ 2 < pieces * 4)"
    )
    assert main(["snapshot", "--db", live.url, "--output", "other.json"]) == 0
    for name, expected in (("same", []), ("other", ["S047 migrations/001_next.sql:5"])):
        capsys.readouterr()
        options = ["--snapshot", f"{name}.json", "--select", RULES, "--format", "json"]
        main(["check", "--shadow", *options])
        report = json.loads(capsys.readouterr().out)
        found = [f"{one['code']} {one['path']}:{one['line']}" for one in report["findings"]]
        assert (name, found) == (name, expected)

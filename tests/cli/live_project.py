"""A project with the database that its migrations build, and what is said of the two."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from jsonschema import Draft202012Validator

from ctb_lint.cli import run
from ctb_lint.cli.app import main
from tests.cli.test_check import SCHEMA
from tests.postgres import Connection, Server

NOW = datetime.datetime(2026, 11, 22, 10, 11, 12, tzinfo=datetime.UTC)
ORDERS = """\
CREATE TABLE orders (
    id uuid PRIMARY KEY,
    unique_id varchar(255) NOT NULL UNIQUE,
    process_id varchar(255) NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    state text NOT NULL
);
CREATE INDEX orders_process_id_idx ON orders (process_id);
CREATE TABLE ids (
    unique_id varchar(255) PRIMARY KEY,
    process_id varchar(255) NOT NULL,
    entity_type text NOT NULL,
    entity_id text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ids_process_id_idx ON ids (process_id);
"""
CONFIG = 'paths = ["migrations"]\nignore = ["P", "S015", "T037", "E008", "A013"]\n'


class Live(NamedTuple):
    """A project in the working directory, and a database that is what its migrations build."""

    connection: Connection
    url: str
    folder: Path

    @property
    def name(self) -> str:
        return self.connection.info.dbname

    def execute(self, sql: str) -> None:
        self.connection.execute(sql.encode())


@pytest.fixture(autouse=True)
def _quiet_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "NEON_DATABASE_URL", "PGSERVICE", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(run, "clock", lambda: NOW)


@pytest.fixture
def live(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Live]:
    (tmp_path / "migrations").mkdir()
    (tmp_path / "migrations" / "001_orders.sql").write_text(ORDERS)
    (tmp_path / "ctb-lint.toml").write_text(CONFIG)
    monkeypatch.chdir(tmp_path)
    with server.database() as connection:
        connection.execute(ORDERS.encode())
        yield Live(connection, server.dsn(connection.info.dbname), tmp_path)


def checked(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, Any]]:
    """The exit code, and the JSON report, which obeys its schema."""
    code = main(["check", *arguments, "--format", "json"])
    report = json.loads(capsys.readouterr().out)
    Draft202012Validator(SCHEMA).validate(report)
    return code, report


def found(report: dict[str, Any]) -> list[tuple[str, str, tuple[str, ...]]]:
    return [
        (one["code"], object_of(one["object"]), tuple(one["seen_in"])) for one in report["findings"]
    ]


def object_of(named: dict[str, Any]) -> str:
    return ".".join(part for part in (named["relation"], named["name"]) if part)

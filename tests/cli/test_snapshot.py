"""``ctb-lint snapshot``: the schema of a database, in a file."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import pytest

from ctb_lint.cli.app import main
from tests.postgres import Connection, Server


class Live(NamedTuple):
    """A database, and the working directory."""

    connection: Connection
    url: str
    folder: Path

    def execute(self, sql: str) -> None:
        self.connection.execute(sql.encode())

    @property
    def file(self) -> Path:
        return self.folder / "schema.json"


@pytest.fixture
def live(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Live]:
    for name in ("DATABASE_URL", "NEON_DATABASE_URL", "PGSERVICE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    with server.database() as connection:
        connection.execute(b"CREATE TABLE t (a int PRIMARY KEY, b text DEFAULT 'x')")
        yield Live(connection, server.dsn(connection.info.dbname), tmp_path)


def test_it_is_written_to_a_file_and_says_nothing(
    live: Live, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["snapshot", "--db", live.url, "-o", "schema.json"]) == 0
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "")
    document = json.loads(live.file.read_bytes())
    assert list(document) == [
        "ctb-lint-snapshot", "postgresql", "default_schema", "schemas", "tables",
    ]  # fmt: skip
    assert document["tables"][0]["columns"] == [
        {"name": "a", "type": "integer", "not_null": True},
        {"name": "b", "type": "text", "default": "'x'::text"},
    ]
    umask = os.umask(0)
    os.umask(umask)
    assert stat.S_IMODE(live.file.stat().st_mode) == 0o666 & ~umask
    assert [path.name for path in live.folder.iterdir()] == ["schema.json"]


@pytest.mark.parametrize("output", [[], ["-o", "-"]], ids=["by default", "by name"])
def test_standard_output_has_the_same_bytes(
    live: Live, capsys: pytest.CaptureFixture[str], output: list[str]
) -> None:
    assert main(["snapshot", "--db", live.url, "-o", "schema.json"]) == 0
    assert main(["snapshot", "--db", live.url, *output]) == 0
    assert capsys.readouterr().out == live.file.read_text(encoding="utf-8")


def test_the_environment_names_the_database(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", live.url)
    assert main(["snapshot", "-o", "schema.json"]) == 0
    assert live.file.is_file()


def test_it_is_written_again_only_where_something_changed(live: Live) -> None:
    command = ["snapshot", "--db", live.url, "-o", "schema.json"]
    assert main(command) == 0
    first = live.file.read_bytes()
    live.execute("INSERT INTO t SELECT generate_series(1, 10); ANALYZE t")
    assert main(command) == 0
    assert live.file.read_bytes() == first
    live.execute("ALTER TABLE t ADD c int")
    assert main(command) == 0
    assert live.file.read_bytes() != first


def test_a_stamp_is_there_only_where_it_is_asked_for(
    live: Live, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["snapshot", "--db", live.url]) == 0
    plain = json.loads(capsys.readouterr().out)
    assert main(["snapshot", "--db", live.url, "--stamped"]) == 0
    stamped = json.loads(capsys.readouterr().out)
    stamp = stamped.pop("stamp")
    assert stamped == plain
    row = live.connection.execute("SHOW server_version").fetchone()
    assert row is not None
    assert stamp.pop("taken").startswith("20")
    name = live.connection.info.dbname
    assert stamp == {"database": name, "server": row[0], "tool": version("ctb-lint")}


def test_what_is_no_snapshot_is_not_written_over(
    live: Live, capsys: pytest.CaptureFixture[str]
) -> None:
    live.file.write_text('{"name": "ctb"}')
    assert main(["snapshot", "--db", live.url, "-o", "schema.json"]) == 2
    assert capsys.readouterr().err == (
        "schema.json: error: is there already, and is no snapshot\n"
        "  = hint: name another file with --output\n"
    )
    assert live.file.read_text() == '{"name": "ctb"}'


def test_an_empty_file_and_a_link_to_one_are_filled(live: Live) -> None:
    live.file.touch(0o600)
    (live.folder / "link.json").symlink_to("schema.json")
    assert main(["snapshot", "--db", live.url, "-o", "link.json"]) == 0
    assert json.loads(live.file.read_bytes())["ctb-lint-snapshot"] == 1
    assert (live.folder / "link.json").is_symlink()
    assert stat.S_IMODE(live.file.stat().st_mode) == 0o600


@pytest.mark.parametrize("name", [".", "x" * 300])
def test_what_cannot_be_written_is_said(
    live: Live, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    assert main(["snapshot", "--db", live.url, "-o", name]) == 2
    error = capsys.readouterr().err
    assert "cannot be written: " in error or "could not be written: " in error
    assert list(live.folder.iterdir()) == []


def test_a_url_is_no_file(live: Live, capsys: pytest.CaptureFixture[str]) -> None:
    url = "postgres://app:Zq7xK9@db.example.com/app"
    assert main(["snapshot", "--db", live.url, "-o", url]) == 2
    assert capsys.readouterr().err == (
        "error: a URL stands where none belongs\n  = hint: name a database with --db URL\n"
    )


def test_a_database_that_is_not_there_leaves_no_file(
    live: Live, capsys: pytest.CaptureFixture[str]
) -> None:
    gone = live.url.replace(live.connection.info.dbname, "gone")
    assert main(["snapshot", "--db", gone, "-o", "schema.json"]) == 2
    assert capsys.readouterr().err.startswith("error: ")
    assert not live.file.exists()


def test_what_may_hold_a_credential_is_left_out_and_said(
    live: Live, capsys: pytest.CaptureFixture[str]
) -> None:
    live.execute("ALTER TABLE t ALTER b SET DEFAULT 'postgres://app:Zq7xK9@db.example.com/app'")
    assert main(["snapshot", "--db", live.url, "-o", "schema.json"]) == 0
    assert capsys.readouterr().err == (
        "note: the default of public.t.b may hold a credential: it is left out, and is unknown\n"
    )
    assert b"Zq7xK9" not in live.file.read_bytes()


def test_a_credential_that_is_a_label_ends_the_run(
    live: Live, capsys: pytest.CaptureFixture[str]
) -> None:
    live.execute("CREATE TYPE place AS ENUM ('postgres://app:Zq7xK9@db.example.com/app')")
    assert main(["snapshot", "--db", live.url, "-o", "schema.json"]) == 2
    assert capsys.readouterr().err == (
        "error: the snapshot may hold a credential at enums[0].values[0]: nothing is written\n"
        "  = hint: rename what is called so, or take the label out\n"
    )
    assert not live.file.exists()


def test_marks_that_reorder_text_are_escaped_and_come_back(live: Live) -> None:
    live.execute("COMMENT ON TABLE t IS 'right\u202eleft\u200b\x1b[31m'")
    assert main(["snapshot", "--db", live.url, "-o", "schema.json"]) == 0
    text = live.file.read_text(encoding="utf-8")
    assert "\\u202eleft\\u200b\\u001b[31m" in text
    assert json.loads(text)["tables"][0]["comment"] == "right\u202eleft\u200b\x1b[31m"

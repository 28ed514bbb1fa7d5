"""The ways to a database that ``ctb-lint audit`` may find closed, narrow or slow."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from ctb_lint.cli import options
from ctb_lint.cli.app import main
from tests.cli.live_project import CONFIG, Live, found
from tests.cli.live_project import _quiet_environment as _quiet_environment
from tests.cli.live_project import live as live
from tests.cli.test_audit import ONLY, audited, fill, messages
from tests.machine import free_port
from tests.postgres import Server
from tests.proxy import proxy

PASSWORD = "kX9-wrong pass%/word'"
ENCODED = "kX9-wrong%20pass%25%2Fword%27"


def beside_the_database(report: dict[str, Any]) -> dict[str, Any]:
    """The report, but for how the database was reached."""
    del report["evidence"]
    return report


def without_index(live: Live) -> None:
    """A fault of the files, which they show whatever becomes of the database."""
    path = live.folder / "migrations" / "001_orders.sql"
    index = "CREATE INDEX orders_process_id_idx ON orders (process_id);\n"
    path.write_text(path.read_text().replace(index, ""))


# A pooler -------------------------------------------------------------------------------------


def test_a_pooler_that_refuses_start_up_parameters(
    live: Live, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(live)
    expected = audited(capsys, "--db", live.url, *ONLY)
    with proxy(server) as pooler:
        code, report = audited(capsys, "--db", pooler.url(live.name), *ONLY)
        assert pooler.sessions == 2
    assert (code, beside_the_database(report)) == (1, beside_the_database(expected[1]))


def test_who_asks_a_pooler_for_options_is_told(
    live: Live, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    without_index(live)
    with proxy(server) as pooler:
        url = pooler.url(live.name, "&options=-c%20geqo%3Doff")
        code, report = audited(capsys, "--db", url, "--select", "S010,E025")
    (failure,) = report["failures"]
    assert code == 2
    assert failure["message"].startswith("no connection to the database of --db: ")
    assert failure["message"].endswith("unsupported startup parameter: options")
    assert failure["hint"] == "take `options` and its like out of the URL"
    assert found(report) == [("S010", "orders.process_id", ("migrations",))]


# A server that sleeps -------------------------------------------------------------------------


def test_a_server_that_sleeps_is_waited_for(
    live: Live, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    """Twice when its schema is read, and once more when its rows are."""
    fill(live)
    expected = audited(capsys, "--db", live.url, *ONLY)
    began = time.monotonic()
    with proxy(server, 1, 2, 4) as waking:
        code, report = audited(capsys, "--db", waking.url(live.name), *ONLY)
        assert waking.sessions == 5
    assert time.monotonic() - began >= 0.25 + 0.5 + 0.25
    assert (code, beside_the_database(report)) == (1, beside_the_database(expected[1]))


# None at all ----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["no server", "no such database"])
def test_what_cannot_be_connected_to(
    live: Live, server: Server, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    without_index(live)
    url, why, hint = (
        (
            f"postgresql://postgres@127.0.0.1:{free_port()}/x",
            "Connection refused",
            "check the host and the port, and that the server runs",
        )
        if kind == "no server"
        else (
            server.dsn("nowhere"),
            'database "nowhere" does not exist',
            "check the name of the database and of the role",
        )
    )
    code, report = audited(capsys, "--db", url, "--select", "S010,E025")
    (failure,) = report["failures"]
    assert (code, failure["hint"], report["evidence"]["rows"]) == (2, hint, None)
    assert failure["message"].startswith("no connection to the database of --db: ")
    assert why in failure["message"]
    assert found(report) == [("S010", "orders.process_id", ("migrations",))]
    assert main(["audit", "--db", url, "--select", "S010,E025"]) == 2
    assert "not finished: 1 failure. This run is not a pass." in capsys.readouterr().out


@contextmanager
def asking_for_passwords() -> Iterator[Server]:
    """A server that asks the role ann for a password."""
    with Server() as own:
        rules = Path(own.dsn().partition("host=")[2]) / "data" / "pg_hba.conf"
        rules.write_text("local all ann scram-sha-256\nlocal all all trust\n")
        with own.connect() as connection:
            connection.execute("CREATE ROLE ann LOGIN PASSWORD 'right'")
            connection.execute("SELECT pg_reload_conf()")
        yield own


def test_a_wrong_password_comes_out_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ctb-lint.toml").write_text(CONFIG)
    (tmp_path / "migrations").mkdir()
    (tmp_path / "migrations" / "001.sql").write_text("CREATE TABLE orders (id int);")
    with asking_for_passwords() as own:
        url = own.dsn().replace("postgres@", f"ann:{ENCODED}@")
        for traceback in ("", "1"):
            monkeypatch.setenv("CTB_LINT_TRACEBACK", traceback)
            for form in options.FORMATS:
                command = ["audit", "--db", url, "--format", form, "-o", f"json:{form}.json"]
                assert main([*command, "--resume", "rows.json"]) == 2
                captured = capsys.readouterr()
                said = captured.out + captured.err + (tmp_path / f"{form}.json").read_text()
                assert "password authentication failed" in said
                for word in (PASSWORD, ENCODED, "kX9"):
                    assert word not in said, form
        (failure,) = json.loads((tmp_path / "text.json").read_text())["failures"]
        assert failure["hint"] == "check the role and its password"
        right = url.replace(ENCODED, "right")
        assert messages(audited(capsys, "--db", right, *ONLY)[1]) == []

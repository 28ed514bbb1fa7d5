"""``check --shadow``: the histories on a real server, and what is left of it afterwards."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from ctb_lint.cli.app import main
from ctb_lint.readers.shadow.places import PREFIX
from tests.postgres import Server


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "migrations").mkdir()
    for name in ("DATABASE_URL", "NEON_DATABASE_URL", "PGSERVICE"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        (folder / f"migrations/{name}.sql").write_text(text)


def checked(capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, dict[str, Any]]:
    capsys.readouterr()
    code = main(["check", "--select", "M011,M012", *options, "--format", "json"])
    return code, json.loads(capsys.readouterr().out)


def left_on(server: Server) -> list[str]:
    with server.connect() as connection:
        rows = connection.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX]
        ).fetchall()
    return [name for (name,) in rows]


BROKEN = "CREATE TABLE a (t timestamptz);\nCREATE INDEX ON a (to_char(t, 'YYYY'));\n"


def test_what_postgresql_refuses_is_a_finding_at_its_place(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(folder, **{"001_a": BROKEN, "002_b": "CREATE TABLE b (x int);"})
    code, report = checked(capsys, "--shadow")
    assert code == 1
    (finding,) = report["findings"]
    assert finding["code"] == "M011"
    assert (finding["path"], finding["line"], finding["column"]) == ("migrations/001_a.sql", 2, 1)
    assert "functions in index expression must be marked IMMUTABLE [42P17]" in finding["message"]
    assert finding["message"].endswith("; 1 more file not tried")
    # Without a server nobody knows.
    assert checked(capsys)[0] == 0


ELSEWHERE = {
    "PGHOST": "nowhere.invalid", "PGHOSTADDR": "127.0.0.9", "PGPORT": "1", "PGUSER": "nobody",
    "PGDATABASE": "none", "PGSERVICE": "none", "PGSSLMODE": "require", "PGREQUIREPEER": "none",
    "PGCHANNELBINDING": "require", "PGREQUIREAUTH": "scram-sha-256",
    "PGTARGETSESSIONATTRS": "standby", "PGOPTIONS": "-c search_path=pg_catalog",
    "PGTZ": "Asia/Tokyo", "PGDATESTYLE": "German",
}  # fmt: skip
"""What a machine's environment may say of the databases that it works with."""


def test_variables_that_lead_to_another_server_do_not_lead_there(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in ELSEWHERE.items():
        monkeypatch.setenv(name, value)
    write(
        folder,
        **{"001_a": "CREATE TABLE a (d date DEFAULT '2024-12-31');", "002_b": "SELECT 1 FROM a;"},
    )
    code, report = checked(capsys, "--shadow")
    assert (code, report["failures"], report["findings"]) == (0, [], [])
    assert {name: os.environ[name] for name in ELSEWHERE} == ELSEWHERE


def test_the_place_is_where_postgresql_points(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(
        folder, **{"001_a": "CREATE TABLE a (x int);\n/* é */ CREATE VIEW v AS SELECT nöpe FROM a;"}
    )
    _, report = checked(capsys, "--shadow")
    (finding,) = report["findings"]
    assert (finding["line"], finding["column"], finding["end_column"]) == (2, 33, 37)


def test_a_named_server_is_left_as_it_was(
    folder: Path, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    write(folder, **{"001_a": BROKEN})
    code, report = checked(capsys, "--shadow-db", server.dsn())
    assert (code, [one["code"] for one in report["findings"]]) == (1, ["M011"])
    assert left_on(server) == []


def test_what_a_killed_run_left_behind_is_dropped_by_the_next(
    folder: Path, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    write(folder, **{"001_a": "SELECT pg_sleep(600);"})
    run = started(server)
    while not left_on(server):
        assert run.poll() is None
        time.sleep(0.05)
    run.kill()
    run.wait()
    wait_for_nobody(server)
    assert len(left_on(server)) == 1
    write(folder, **{"001_a": "CREATE TABLE a (x int);"})
    assert checked(capsys, "--shadow-db", server.dsn())[0] == 0
    assert left_on(server) == []


def test_ctrl_c_drops_the_database(folder: Path, server: Server) -> None:
    write(folder, **{"001_a": "SELECT pg_sleep(600);"})
    run = started(server)
    while not sleeping(server):
        assert run.poll() is None
        time.sleep(0.05)
    run.send_signal(signal.SIGINT)
    assert run.wait(60) == 130
    assert left_on(server) == []


def started(server: Server) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "ctb_lint", "check", "--shadow-db", server.dsn()]
    return subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=heeds_interrupts,
    )


def heeds_interrupts() -> None:
    """What runs in the background ignores them, and its children would, too."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def sleeping(server: Server) -> bool:
    with server.connect() as connection:
        query = "SELECT count(*) FROM pg_stat_activity WHERE query ~ '^SELECT pg_sleep'"
        row = connection.execute(query).fetchone()
    assert row is not None
    return bool(row[0])


def wait_for_nobody(server: Server) -> None:
    """Until the server has noticed that the client is gone: sleeping, it does not."""
    for _ in range(1200):
        with server.connect() as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE starts_with(datname, %s)",
                [PREFIX],
            )
            row = connection.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE starts_with(datname, %s)", [PREFIX]
            ).fetchone()
        if row == (0,):
            return
        time.sleep(0.05)
    raise AssertionError("somebody is still connected")


def test_migrations_reach_no_program_of_the_machine(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mark = folder / "mark"
    write(
        folder,
        **{"001_a": f"CREATE TABLE a (x text);\nCOPY a TO PROGRAM 'touch {mark}';\n"},
    )
    code, report = checked(capsys, "--shadow")
    assert code == 1
    assert "[42501]" in report["findings"][0]["message"]
    assert not mark.exists()


def test_an_extension_that_the_server_lacks_leaves_the_history_unjudged(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(folder, **{"001_a": "CREATE EXTENSION postgis;\nCREATE TABLE a (at geometry);"})
    code, report = checked(capsys, "--shadow")
    assert code == 2
    assert report["findings"] == []
    (failure,) = report["failures"]
    assert "extension postgis: the server does not have it" in failure["message"]
    assert "--shadow-db" in failure["hint"]


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("CREATE SERVER files FOREIGN DATA WRAPPER file_fdw", "SERVER"),
        ("CREATE  FOREIGN\n DATA WRAPPER own", "FOREIGN DATA WRAPPER"),
    ],
)
def test_what_reaches_beyond_the_database_leaves_the_history_unjudged(
    folder: Path, capsys: pytest.CaptureFixture[str], statement: str, what: str
) -> None:
    write(
        folder,
        **{"001_a": f"CREATE EXTENSION file_fdw;\n{statement};\nCREATE TABLE a (x int);"},
    )
    code, report = checked(capsys, "--shadow")
    assert code == 2
    assert report["findings"] == []
    (failure,) = report["failures"]
    assert failure["message"].endswith(f": {what}: it reaches beyond the database")
    assert failure["hint"] == "name a server with --shadow-db URL whose role may do that"


def test_what_stood_in_for_something_is_said(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(folder, **{"001_a": "CREATE TABLE a (x int);\nGRANT SELECT ON a TO clerks;"})
    code, report = checked(capsys, "--shadow")
    assert code == 0
    assert [
        one["reason"].split(", ", 1)[1] for one in report["skipped"] if "role" in one["reason"]
    ] == ["role clerks: it was made for this run"]


def test_a_way_back_is_gone_back(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(
        folder,
        **{
            "001_a.up": "CREATE TABLE a (x int);",
            "001_a.down": "DROP TABLE a;",
            "002_b.up": "ALTER TABLE a ADD COLUMN y int; CREATE TABLE b (x int);",
            "002_b.down": "ALTER TABLE a DROP COLUMN y;",
        },
    )
    code, report = checked(capsys, "--shadow")
    assert code == 1
    (finding,) = report["findings"]
    assert (finding["code"], finding["path"]) == ("M012", "migrations/002_b.down.sql")
    assert finding["message"].endswith("behind it, public.b is still there")


def test_a_server_that_cannot_be_reached_is_no_pass(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(folder, **{"001_a": "CREATE TABLE a (x int);"})
    url = f"postgresql://me:se%21cret@localhost:1/{os.getpid()}"
    assert main(["check", "--shadow-db", url]) == 2
    said = capsys.readouterr()
    assert "no connection to the database" in said.err
    assert "se!cret" not in said.err + said.out
    assert "se%21cret" not in said.err + said.out


SUPERUSERS = """\
CREATE TABLE parents (id int PRIMARY KEY);
CREATE TABLE a (id int REFERENCES parents);
ALTER TABLE a OWNER TO postgres;
CREATE SCHEMA "In";
CREATE ROLE app;
CREATE TABLE "In".b (id int);
ALTER TABLE "In".b OWNER TO "app";
CREATE VIEW v AS SELECT id FROM a;
ALTER VIEW v OWNER TO app;
ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA public GRANT SELECT ON TABLES TO app;
SET session_replication_role = replica;
ALTER TABLE a DISABLE TRIGGER ALL;
ALTER TABLE a ENABLE TRIGGER ALL;
COMMENT ON EXTENSION plpgsql IS 'a language';
"""


@pytest.mark.parametrize("text", [SUPERUSERS, f"BEGIN;\n{SUPERUSERS}COMMIT;\n"])
def test_what_superusers_write_down_applies(
    folder: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    write(folder, **{"001_a": text})
    code, report = checked(capsys, "--shadow")
    assert (code, report["findings"]) == (0, [])
    assert [one["reason"].split(", ", 1)[1] for one in report["skipped"]] == [
        "COMMENT ON EXTENSION: only its owner may do that",
        "TRIGGER ALL: only triggers of the migrations were switched",
        "role postgres: it was made for this run",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "CREATE ROLE boss SUPERUSER;",
        "ALTER ROLE ctb_lint_owner SUPERUSER;",
        "GRANT ctb_lint_admin TO CURRENT_USER;",
        "ALTER SYSTEM SET work_mem = '1MB';",
        "SET ROLE ctb_lint_admin;",
        "CREATE TABLE a (id int); ALTER TABLE a OWNER TO ctb_lint_admin;",
        "GRANT pg_execute_server_program TO CURRENT_USER;",
        "SELECT pg_read_file('/etc/hostname');",
    ],
)
def test_what_only_superusers_may_do_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    write(folder, **{"001_a": text})
    code, report = checked(capsys, "--shadow")
    (finding,) = report["findings"]
    assert (code, finding["code"]) == (1, "M011")
    assert "[42501]" in finding["message"]

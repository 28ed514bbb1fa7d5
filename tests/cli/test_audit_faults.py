"""What comes in between while ``ctb-lint audit`` looks: never a pass, and the rest is reported."""

from __future__ import annotations

import functools
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from jsonschema import Draft202012Validator

from ctb_lint.cli.app import main
from ctb_lint.readers.postgres.rows import effort
from tests.cli.live_project import _quiet_environment as _quiet_environment
from tests.cli.test_check import SCHEMA
from tests.described import CATALOGUE
from tests.postgres import Connection, Server

TABLES = ("before", "slow", "zuletzt")
CONFIG = 'paths = ["migrations"]\nselect = ["E029"]\nfail-on = "warning"\n'
TABLE = "CREATE TABLE {} (id int PRIMARY KEY, version_hash text);"
ENTRY = """\
## {number}. {name}

**Barton ID**: BID-SHOP-00{number}
**Status**: Active

### E - Enforcement

- Version hash for change detection

"""
ROWS = """
INSERT INTO before SELECT n, md5('a') FROM generate_series(1, 99) n;
INSERT INTO before VALUES (100, 'v1');
INSERT INTO slow SELECT n, repeat('ab', 50000) || ':' || md5('a') FROM generate_series(1, 1500) n;
INSERT INTO zuletzt SELECT * FROM before;
ANALYZE;
"""
NO_PASS = "not finished: 1 failure. This run is not a pass."
FAULT = "1 of 100 rows of public.{} has a version_hash that is no hash: id = 100"


class Audited(NamedTuple):
    """A database of three tables, of which it takes a while to look at the second."""

    server: Server
    connection: Connection
    url: str

    def as_role(self, role: str) -> str:
        return self.url.replace("postgres@", f"{role}@")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "migrations").mkdir()
    ddl = "\n".join(TABLE.format(name) for name in TABLES)
    (tmp_path / "migrations" / "001_all.sql").write_text(ddl)
    entries = [ENTRY.format(number=n, name=name) for n, name in enumerate(TABLES, 1)]
    (tmp_path / CATALOGUE).write_text("# Tables\n\n" + "".join(entries))
    (tmp_path / "ctb-lint.toml").write_text(CONFIG)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def fill(connection: Connection) -> None:
    for name in TABLES:
        connection.execute(TABLE.format(name).encode())
    connection.execute(ROWS.encode())


@pytest.fixture
def audited(server: Server, project: Path) -> Iterator[Audited]:
    with server.database() as connection:
        fill(connection)
        yield Audited(server, connection, server.dsn(connection.info.dbname))


@pytest.fixture
def in_small_ranges(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the slow table some rows are looked at, and not all, when something happens."""
    small = functools.partial(effort.Effort, size=50, target=0.05)
    monkeypatch.setattr(effort, "Effort", small)


def report_of(capsys: pytest.CaptureFixture[str], url: str, *more: str) -> tuple[int, Any]:
    """The exit code, and the JSON report, which obeys its schema."""
    code = main(["audit", "--db", url, *more, "--format", "json"])
    report = json.loads(capsys.readouterr().out)
    Draft202012Validator(SCHEMA).validate(report)
    return code, report


def text_of(capsys: pytest.CaptureFixture[str], url: str, *more: str) -> tuple[int, str]:
    """The same in words: what stands on standard output, and on standard error."""
    code = main(["audit", "--db", url, *more])
    captured = capsys.readouterr()
    return code, captured.out + captured.err


def said(report: Any) -> list[str]:
    return [one["message"] for one in report["findings"]]


def failed(report: Any) -> list[str]:
    return [one["message"] for one in report["failures"]]


def left(name: str, why: str) -> str:
    return f"not all rows of public.{name} were looked at: {why}"


SCANNING = """
SELECT pid, query_start FROM pg_stat_activity JOIN pg_locks USING (pid)
WHERE state = 'active' AND application_name = 'ctb-lint'
    AND relation IN (SELECT oid FROM pg_class WHERE relname = 'slow')
"""


@contextmanager
def meanwhile(
    action: Callable[[int], object], server: Server, database: str = "postgres", after: int = 3
) -> Iterator[None]:
    """Does it, once, while the slow table is scanned: after so many statements about it."""
    over, done = threading.Event(), threading.Event()

    def watch() -> None:
        seen = set()
        with server.connect(database) as watching:
            while not over.is_set():
                found = watching.execute(SCANNING.encode()).fetchall()
                seen.update(found)
                if found and len(seen) > after:
                    action(found[0][0])
                    done.set()
                    return
                time.sleep(0.002)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
    assert done.is_set(), "the audit was over too soon"


# The server -----------------------------------------------------------------------------------


@pytest.mark.usefixtures("in_small_ranges")
def test_a_server_that_is_killed_in_the_middle_of_a_scan(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Server() as own:
        with own.connect() as connection:
            fill(connection)
        with meanwhile(lambda pid: own.stop(), own):
            code, report = report_of(capsys, own.dsn(), "--select", "E029,S001")
    assert code == 2
    assert [one["code"] for one in report["findings"]] == ["S001", "S001", "S001", "E029"]
    assert said(report)[3] == FAULT.format("before")
    last, slow = failed(report)
    assert slow.startswith(left("slow", "the connection was lost: "))
    assert last.startswith(left("zuletzt", "no connection to the database of --db: "))
    assert report["evidence"]["rows"]["checks"] == 3
    assert report["evidence"]["rows"]["unfinished"] == 2
    assert [one["object"] for one in report["skipped"] if one["code"] == "E029"] == [
        "public.slow",
        "public.zuletzt",
    ]


@pytest.mark.usefixtures("in_small_ranges")
def test_a_server_that_comes_back_is_asked_on(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One of its processes is killed: the server restarts, and the other tables are looked at."""
    with Server() as own:
        with own.connect() as connection:
            fill(connection)
            connection.execute("CHECKPOINT")  # what was committed must outlive the crash
        with meanwhile(lambda pid: os.kill(pid, signal.SIGKILL), own):
            code, text = text_of(capsys, own.dsn(), "--resume", "rows.json")
        # What was looked at is not looked at again, and the scan goes on in its middle.
        with own.connect() as connection:
            connection.execute("UPDATE before SET version_hash = md5('a')")
            connection.execute("UPDATE slow SET version_hash = 'v1' WHERE id IN (1, 1500)")
        again = report_of(capsys, own.dsn(), "--resume", "rows.json")
    assert code == 2
    assert FAULT.format("before") in text
    assert FAULT.format("zuletzt") in text
    assert left("slow", "the connection was lost: ") in text
    assert NO_PASS in text
    assert (again[0], failed(again[1])) == (1, [])
    assert said(again[1]) == [
        FAULT.format("before"),
        "1 of 1,500 rows of public.slow has a version_hash that is no hash: id = 1500",
        FAULT.format("zuletzt"),
    ]


@pytest.mark.usefixtures("in_small_ranges")
def test_who_is_sent_away_does_not_come_back(
    audited: Audited, capsys: pytest.CaptureFixture[str]
) -> None:
    def end(pid: int) -> None:
        audited.connection.execute("SELECT pg_terminate_backend(%s)", [pid])

    with meanwhile(end, audited.server, audited.connection.info.dbname):
        code, report = report_of(capsys, audited.url)
    why = "the connection was lost: terminating connection due to administrator command"
    assert (code, said(report)) == (2, [FAULT.format("before")])
    assert failed(report) == [left("slow, public.zuletzt", why)]


def test_a_statement_that_takes_too_long(
    audited: Audited, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(effort, "Effort", functools.partial(effort.Effort, limit=0.3))
    audited.connection.execute(
        "UPDATE slow SET version_hash = repeat('ab', 20000000) WHERE id = 700"
    )
    why = (
        "PostgreSQL ended a query that took too long: canceling statement due to statement timeout"
    )
    code, report = report_of(capsys, audited.url)
    assert (code, failed(report)) == (2, [left("slow", why)])
    assert said(report) == [FAULT.format("before"), FAULT.format("zuletzt")]
    code, text = text_of(capsys, audited.url)
    assert code == 2
    assert left("slow", why) in text
    assert NO_PASS in text


def test_a_lock_that_another_session_holds(
    audited: Audited, capsys: pytest.CaptureFixture[str]
) -> None:
    name = audited.connection.info.dbname
    with audited.server.connect(name) as other, other.transaction():
        other.execute("LOCK TABLE before IN ACCESS EXCLUSIVE MODE")
        code, report = report_of(capsys, audited.url)
    why = "another session holds a lock that was needed: canceling statement due to lock timeout"
    assert (code, failed(report)) == (2, [left("before", why)])
    assert said(report) == [FAULT.format("zuletzt")]
    code, report = report_of(capsys, audited.url)
    assert (code, failed(report)) == (1, [])


@contextmanager
def role_of_few_rights(connection: Connection, *grants: str) -> Iterator[str]:
    for statement in ("CREATE ROLE few LOGIN", *grants):
        connection.execute(statement.encode())
    try:
        yield "few"
    finally:
        connection.execute(
            "GRANT SELECT ON pg_catalog.pg_class TO PUBLIC; DROP OWNED BY few; DROP ROLE few"
        )


def test_a_privilege_that_was_revoked(audited: Audited, capsys: pytest.CaptureFixture[str]) -> None:
    grants = "GRANT SELECT ON slow, zuletzt TO few", "GRANT SELECT (id) ON before TO few"
    with role_of_few_rights(audited.connection, *grants) as role:
        code, report = report_of(capsys, audited.as_role(role))
    why = "the role may not read the column version_hash of public.before"
    assert (code, failed(report)) == (2, [left("before", why)])
    assert said(report) == [FAULT.format("zuletzt")]
    assert report["evidence"]["rows"]["unfinished"] == 1


def test_a_catalog_that_may_not_be_read(
    audited: Audited, capsys: pytest.CaptureFixture[str]
) -> None:
    """No schema, no rows; the files are judged all the same."""
    revoked = "REVOKE SELECT ON pg_catalog.pg_class FROM PUBLIC"
    both = ("--select", "E029,S001")
    with role_of_few_rights(audited.connection, revoked) as role:
        code, report = report_of(capsys, audited.as_role(role), *both)
    why = "the role may not read the catalogs: permission denied for table pg_class"
    assert (code, failed(report)) == (2, [why])
    assert report["evidence"]["rows"] is None
    assert [one["code"] for one in report["findings"]] == ["S001"] * 3


@pytest.mark.usefixtures("in_small_ranges")
@pytest.mark.parametrize(
    ("change", "why"),
    [
        ("DROP TABLE zuletzt", 'relation "public.zuletzt" does not exist'),
        ("ALTER TABLE zuletzt DROP version_hash", "column t.version_hash does not exist"),
    ],
)
def test_what_goes_between_listing_and_scanning(
    audited: Audited, change: str, why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def act(pid: int) -> None:
        audited.connection.execute(change.encode())

    with meanwhile(act, audited.server, audited.connection.info.dbname):
        code, report = report_of(capsys, audited.url)
    assert (code, said(report)) == (2, [FAULT.format("before")])
    changed = f"the schema changed while rows were looked at: {why}"
    assert failed(report) == [left("zuletzt", changed)]


# Ctrl-C ---------------------------------------------------------------------------------------


def heeds_interrupts() -> None:
    """What runs in the background ignores them, and its children would, too."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.parametrize("accepted", [False, True])
def test_ctrl_c_ends_the_query_and_reports_what_was_found(
    audited: Audited, project: Path, accepted: bool
) -> None:
    """Nor does it pass where what was not looked at is accepted."""
    (project / "report.json").write_text('{"summary": {"finished": true}}')
    command = [
        sys.executable, "-m", "ctb_lint", "audit", "--db", audited.url, "--select", "E029,S001",
        "--resume", "rows.json", "--output", "json:report.json",
        *(("--accept-unfinished",) if accepted else ()),
    ]  # fmt: skip
    code, out, error, pid = stopped(audited, command, project)
    assert (code, error) == (130, "")
    assert NO_PASS in out.splitlines()
    assert gone(audited.connection, pid)
    # No report of an earlier run is left that would pass.
    report = json.loads((project / "report.json").read_text())
    Draft202012Validator(SCHEMA).validate(report)
    assert report["summary"]["finished"] is False
    assert failed(report) == [left("slow, public.zuletzt", "the run was interrupted")]
    assert [one["code"] for one in report["findings"]] == ["S001", "S001", "S001", "E029"]
    # What was found by then is not looked for again.
    record = json.loads((project / "rows.json").read_bytes())["record"]
    assert [fact["failing"] for fact in record["facts"].values()] == [1]


def stopped(audited: Audited, command: Sequence[str], project: Path) -> tuple[int, str, str, int]:
    """Runs a command that is interrupted in the middle of a scan: its exit code, what it said, and
    the session on the server that it had then."""
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=project,
        preexec_fn=heeds_interrupts,
    )  # fmt: skip
    pids: list[int] = []

    def interrupt(pid: int) -> None:
        process.send_signal(signal.SIGINT)
        pids.append(pid)

    try:
        with meanwhile(interrupt, audited.server, audited.connection.info.dbname, after=0):
            out, error = process.communicate(timeout=60)
    finally:
        process.kill()
        process.wait()
    return process.returncode, out, error, pids[0]


def gone(connection: Connection, pid: int) -> bool:
    """Whether nothing runs there any more, and nobody is connected."""
    query = "SELECT 1 FROM pg_stat_activity WHERE pid = %s"
    deadline = time.monotonic() + 60
    while connection.execute(query, [pid]).fetchone():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True

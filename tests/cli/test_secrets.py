"""No password comes out anywhere, whatever goes wrong and however it was given."""

from __future__ import annotations

import contextlib
import io
import socket
from collections.abc import Iterator
from pathlib import Path
from unittest import mock
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ctb_lint.cli import options
from ctb_lint.cli.app import main
from tests.postgres import Server

MARK = "Zq7xK9"
"""It stands in every password: a part of one is as bad as all of it."""
_CHARACTERS = st.characters(min_codepoint=33, max_codepoint=0x2FF, exclude_categories=("Cc",))
passwords = st.builds(
    lambda before, after: f"{before}{MARK}{after}",
    st.text(_CHARACTERS, max_size=8),
    st.text(_CHARACTERS, max_size=8),
)
_SETTINGS = settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def url(password: str, where: str) -> str:
    return f"postgresql://someone:{quote(password, safe='')}@{where}"


def keywords(password: str, where: str) -> str:
    host, _, port = where.partition("/")[0].partition(":")
    escaped = password.replace("\\", "\\\\").replace("'", "\\'")
    return f"host={host} port={port or 5432} dbname=d user=someone password='{escaped}'"


def everything_from(arguments: list[str], folder: Path, environment: dict[str, str]) -> str:
    """All that a command prints, and all that it writes."""
    out, err = io.StringIO(), io.StringIO()
    for old in folder.glob("*.out"):
        old.unlink()
    written = [f"--output={form}:{folder / form}.out" for form in options.FORMATS]
    command = [*arguments, *written] if arguments[:1] == ["check"] else arguments
    with (
        mock.patch.dict("os.environ", environment),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        contextlib.chdir(folder),
    ):
        assert main(command) == 2
    files = [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.out"))]
    return "".join([out.getvalue(), err.getvalue(), *files])


@pytest.fixture(scope="module")
def closed() -> str:
    """A place where nobody listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{one.getsockname()[1]}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("secrets")
    (made / "migrations").mkdir()
    (made / "migrations" / "001.sql").write_text("CREATE TABLE t (id int);")
    return made


@given(password=passwords, data=st.data())
@_SETTINGS
def test_no_connection(password: str, data: st.DataObject, closed: str, folder: Path) -> None:
    where = data.draw(st.sampled_from([f"{closed}/d", f"{closed}/{quote(password, safe='')}"]))
    form = data.draw(st.sampled_from([url, keywords]))
    for command in ("check", "snapshot"):
        printed = everything_from([command, "--db", form(password, where)], folder, {})
        assert "no connection to the database of --db" in printed
        assert MARK not in printed


@given(password=passwords)
@_SETTINGS
def test_no_connection_with_the_password_in_the_environment(
    password: str, closed: str, folder: Path
) -> None:
    for environment in (
        {"DATABASE_URL": url(password, f"{closed}/d")},
        {"DATABASE_URL": f"postgresql://someone@{closed}/d", "PGPASSWORD": password},
    ):
        printed = everything_from(["check", "--db"], folder, environment)
        assert "no connection to the database of DATABASE_URL" in printed
        assert MARK not in printed


@given(password=passwords)
@_SETTINGS
def test_what_is_no_url(password: str, closed: str, folder: Path) -> None:
    for written in (
        f"postgresql://someone:{password}@{closed}/d",
        f"postgresql://someone:{password}@{closed}:{password}/d",
        f"mysql://someone:{password}@{closed}/d",
        f"host=h password={password} x",
        f"password={password}",
        f"postgresql://someone:{password}@db.example.invalid/d?sslmode=disable",
        f"postgresql://someone:{password}@HOST/d",
    ):
        printed = everything_from(["check", f"--db={written}"], folder, {})
        assert "error: " in printed
        assert MARK not in printed


@given(password=passwords)
@settings(_SETTINGS, max_examples=3)
def test_a_url_that_is_given_in_the_wrong_place(password: str, closed: str, folder: Path) -> None:
    named = url(password, f"{closed}/d")
    for arguments in (
        ["check", named],
        ["check", "--db", "migrations", named],
        ["check", "--config", named],
        ["check", "--format", named],
        ["check", "--since", named],
        ["check", "--as-of", named],
        ["check", "--catalogue", named],
        ["check", "--released", named],
        ["check", "--shadow-db", named],
        ["check", "--baseline", named],
        ["check", "--select", named],
        ["check", "--snapshot", named],
        ["snapshot", "--db", named],
        ["snapshot", named],
        ["snapshot", "-o", named],
        ["snapshot", "--db", named, "-o", named],
        ["snapshot", "--config", named],
        ["check", f"--bd={named}"],
        ["check", "--db", named, "--history", named],
        ["schema", named],
        ["init", "--yes", named],
        ["explain", named],
        ["claims", named],
        ["id", "new", named],
        [named],
        [f"--db={named}"],
    ):
        printed = everything_from(arguments, folder, {})
        assert "error: " in printed, arguments[0]
        assert MARK not in printed, arguments[:-1]


@pytest.fixture(scope="module")
def guarded() -> Iterator[tuple[Server, str]]:
    """A server that wants the password of its role ``guest``, and the folder of its socket."""
    with Server() as server:
        folder = Path(server.dsn().partition("host=")[2])
        rules = folder / "data" / "pg_hba.conf"
        rules.write_text(f"local all guest scram-sha-256\n{rules.read_text()}")
        with server.connect() as connection:
            connection.execute("CREATE ROLE guest LOGIN PASSWORD 'right'; SELECT pg_reload_conf()")
        yield server, str(folder)


@given(password=passwords)
@settings(_SETTINGS, max_examples=8)
def test_a_wrong_password(password: str, guarded: tuple[Server, str], folder: Path) -> None:
    where = quote(guarded[1], safe="")
    named = f"postgresql://guest:{quote(password, safe='')}@/postgres?host={where}"
    printed = everything_from(["check", "--db", named], folder, {})
    assert "password authentication failed" in printed
    assert "check the role and its password" in printed
    assert MARK not in printed


def test_the_right_password(guarded: tuple[Server, str], folder: Path) -> None:
    server, where = guarded
    with server.connect() as connection:
        connection.execute(f"ALTER ROLE guest PASSWORD '{MARK}'".encode())
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.chdir(folder):
        code = main(["check", f"--db=postgresql://guest:{MARK}@/postgres?host={where}"])
    assert code == 1
    assert out.getvalue().startswith(f"Database postgres on {where} as guest (PostgreSQL ")
    assert MARK not in out.getvalue()

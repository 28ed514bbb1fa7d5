"""Ways to connect that a text names, and what they say of TLS and poolers."""

from __future__ import annotations

import pytest

from ctb_lint.connection_strings import ConnectionString, connection_strings
from ctb_lint.model import Location
from tests.growth import TIMES, in_proportion


def place(start: int, end: int) -> Location:
    return Location("C.md", start, end, 1, start + 1, 1, end + 1)


def found(text: str) -> tuple[ConnectionString, ...]:
    return connection_strings(text, place)


def test_a_url_is_read_without_its_password() -> None:
    text = "see `postgresql://app:p@ss@db.example.com:5432/app?sslmode=require&password=x`."
    (one,) = found(text)
    assert one == ConnectionString(
        place(5, len(text) - 2), ("db.example.com",), ("5432",), (("sslmode", "require"),)
    )
    assert (one.local, one.plaintext, one.pooled) == (False, None, None)
    assert "ss" not in repr(one).replace("ssl", "")


@pytest.mark.parametrize(
    ("text", "hosts", "plaintext"),
    [
        ("postgres://u:p@h/d?sslmode=disable", ("h",), "sslmode=disable"),
        ("postgres://u:<password>@h/d?sslmode=Prefer", ("h",), "sslmode=prefer"),
        ("postgres://u:[YOUR-PASSWORD]@h/d?sslmode=allow)", ("h",), "sslmode=allow"),
        ("postgres://u:${PASSWORD}@h/d?sslmode=allow.", ("h",), "sslmode=allow"),
        ("postgresql+asyncpg://u:p@h/d?ssl=prefer", ("h",), "ssl=prefer"),
        ("jdbc:postgresql://h:5432/d?ssl=false", ("h",), "ssl=false"),
        ("postgres://u@a:1,b:2/d?sslmode=disable", ("a", "b"), "sslmode=disable"),
        ("postgres://u@[::1]:5432/d?sslmode=disable", ("::1",), "sslmode=disable"),
        ("postgres:///d?host=/tmp&sslmode=disable", ("/tmp",), "sslmode=disable"),
        ("postgres://%2Fvar%2Frun/d?sslmode=disable", ("/var/run",), "sslmode=disable"),
        ("psql 'host=h dbname=d sslmode=disable'", ("h",), "sslmode=disable"),
        ("connect(host=\"h\", sslmode='prefer')", ("h",), "sslmode=prefer"),
        ("PGSSLMODE=disable psql -h db.example.com app", ("db.example.com",), "sslmode=disable"),
        ("export PGSSLMODE=disable", (), "sslmode=disable"),
        ("postgres://u:p@h/d", ("h",), None),
        ("postgres://u:p@h/d?sslmode=no-verify", ("h",), None),
        ("psql 'host=h sslmode=verify-full'", ("h",), None),
    ],
)
def test_what_rules_tls_out_is_told(text: str, hosts: tuple[str, ...], plaintext: str) -> None:
    (one,) = found(text)
    assert (one.hosts, one.plaintext) == (hosts, plaintext)


@pytest.mark.parametrize(
    ("text", "local"),
    [
        ("postgres://u@localhost/d", True),
        ("postgres://u@127.0.0.1:5432/d", True),
        ("postgres://u@[::1]/d", True),
        ("postgres:///d", True),
        ("postgres:///d?host=/tmp", True),
        ("postgres://u@localhost,db.example.com/d", False),
        ("postgres://u@localhost.example.com/d", False),
        ("export PGSSLMODE=disable", False),
    ],
)
def test_loopback_and_sockets_are_local(text: str, local: bool) -> None:
    assert [one.local for one in found(text)] == [local]


@pytest.mark.parametrize(
    ("text", "pooled"),
    [
        (
            "postgres://u@ep-x-1-pooler.eu.aws.neon.tech/d",
            "the host ep-x-1-pooler.eu.aws.neon.tech",
        ),
        (
            "postgres://u@aws-0-eu.pooler.supabase.com:5432/d",
            "the host aws-0-eu.pooler.supabase.com",
        ),
        ("postgres://u@pgbouncer:5432/d", "the host pgbouncer"),
        ("postgres://u@db:6432/d", "the port 6432"),
        ("postgres://u@db:6543/d", "the port 6543"),
        ("postgres://u@db/d?pgbouncer=true", "pgbouncer=true"),
        ("postgres://u@ep-x-1.eu.aws.neon.tech/d", None),
        ("postgres://u@spoolers.example.com/d", None),
    ],
)
def test_a_pooler_is_told_by_host_port_or_parameter(text: str, pooled: str | None) -> None:
    assert [one.pooled for one in found(text)] == [pooled]


@pytest.mark.parametrize(
    "text",
    [
        "`sslmode=disable` is for tests",
        "mysql://u:p@h/d?sslmode=disable",
        "sslmode = disable",
        "postgres is a database: //",
    ],
)
def test_prose_and_other_databases_name_no_way(text: str) -> None:
    assert found(text) == ()


def test_what_one_is_told_not_to_use_is_marked() -> None:
    text = "Never use `postgres://h/d?sslmode=disable`\nuse `postgres://h/d?sslmode=require`"
    assert [one.forbidden for one in found(text)] == [True, False]
    assert [one.forbidden for one in found("do not set PGSSLMODE=disable")] == [True]


@pytest.mark.parametrize(
    ("start", "repeated", "number"),
    [
        ("", "postgres://", 50_000),
        ("postgres://", "a", 1_000_000),
        ("", "host=a sslmode=b ", 6_000),
        ("", "PGSSLMODE=a", 60_000),
        ("", "postgres://a,b,c", 40_000),
    ],
)
def test_every_text_takes_time_in_proportion(start: str, repeated: str, number: int) -> None:
    in_proportion(lambda number: start + repeated * number, found, number // TIMES)

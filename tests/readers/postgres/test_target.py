"""Which database is meant, and whether it may be connected to without TLS."""

from __future__ import annotations

import pickle

import msgspec
import pytest

from ctb_lint.readers.postgres.target import Target, choose_target
from ctb_lint.readers.postgres.trouble import Cause, ReadTrouble, Secrets

DEFAULTS = {"port": "5432", "sslmode": "prefer", "user": "me", "host": ""}
REMOTE = "postgresql://ann:s3cr3t%2F%40@db.example.org/app"
USUAL = (
    ("client_encoding", "UTF8"),
    ("connect_timeout", "10"),
    ("dbname", "app"),
    ("fallback_application_name", "ctb-lint"),
    ("host", "db.example.org"),
    ("options", ""),
    ("sslmode", "require"),
    ("user", "ann"),
)


def choose(
    db: str | None = None,
    environ: dict[str, str] | None = None,
    defaults: dict[str, str] | None = None,
    *,
    allow_plaintext: bool = False,
) -> Target:
    merged = {**DEFAULTS, **(defaults or {})}
    return choose_target(db, environ or {}, merged, allow_plaintext=allow_plaintext)


def refused(db: str | None = None, **given: object) -> tuple[str, str]:
    with pytest.raises(ReadTrouble) as caught:
        choose(db, **given)  # type: ignore[arg-type]
    assert caught.value.cause is Cause.TARGET
    assert caught.value.__context__ is None
    return caught.value.message, caught.value.hint


def parameter(target: Target, name: str) -> str | None:
    return dict(target.parameters).get(name)


def test_a_url_becomes_parameters_and_a_secret() -> None:
    assert choose(REMOTE) == Target(USUAL, Secrets({"password": "s3cr3t/@"}), "--db", local=False)


@pytest.mark.parametrize(
    ("environ", "origin"),
    [
        ({"DATABASE_URL": REMOTE}, "DATABASE_URL"),
        ({"NEON_DATABASE_URL": REMOTE}, "NEON_DATABASE_URL"),
        ({"DATABASE_URL": " ", "NEON_DATABASE_URL": REMOTE}, "NEON_DATABASE_URL"),
        ({"DATABASE_URL": REMOTE, "NEON_DATABASE_URL": REMOTE}, "DATABASE_URL"),
        ({"PGSERVICE": "other", "DATABASE_URL": REMOTE}, "DATABASE_URL"),
    ],
)
def test_the_environment_names_it(environ: dict[str, str], origin: str) -> None:
    found = choose(environ=environ)
    assert (found.origin, found.parameters) == (origin, USUAL)


def test_the_option_goes_before_the_environment() -> None:
    found = choose(REMOTE, {"DATABASE_URL": "postgresql://other/x", "NEON_DATABASE_URL": "y"})
    assert (found.origin, found.parameters) == ("--db", USUAL)


def test_two_that_differ_are_one_too_many() -> None:
    environ = {"DATABASE_URL": REMOTE, "NEON_DATABASE_URL": REMOTE + "2"}
    assert refused(environ=environ) == (
        "DATABASE_URL and NEON_DATABASE_URL are both set, and differ: it is not clear which "
        "database is meant",
        "unset one of them, or name the database with --db",
    )


def test_a_service_is_the_last_resort() -> None:
    service = {"host": "db.example.org", "password": "hush", "service": "app"}
    found = choose(environ={"PGSERVICE": "app"}, defaults=service)
    assert found == Target(
        (
            ("client_encoding", "UTF8"),
            ("connect_timeout", "10"),
            ("fallback_application_name", "ctb-lint"),
            ("options", ""),
            ("sslmode", "require"),
        ),
        Secrets({"password": "hush"}),
        "the service app",
        local=False,
    )


def test_a_service_keeps_what_it_asks_for() -> None:
    service = {"host": "db.example.org", "sslmode": "verify-full", "options": "endpoint=x"}
    found = choose(environ={"PGSERVICE": "app"}, defaults=service)
    assert parameter(found, "sslmode") == "verify-full"
    assert parameter(found, "options") is None


def test_without_any_there_is_a_way_out() -> None:
    assert refused() == (
        "no database is named",
        "use --db URL, or set DATABASE_URL or NEON_DATABASE_URL, or name a service in PGSERVICE",
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("postgres://h/d", {"host": "h", "dbname": "d"}),
        ("postgresql+asyncpg://h/d", {"host": "h", "dbname": "d"}),
        ("host=h dbname=d user='o''' password=x".replace("''", "\\'"), {"host": "h", "user": "o'"}),
        ("postgresql://h/d?schema=app&pgbouncer=true&user=u", {"host": "h", "user": "u"}),
        ("postgresql://h/d?schema=app", {"host": "h", "dbname": "d"}),
        ("postgresql://u:p@h/d?options=endpoint%3Dx", {"options": "endpoint=x"}),
        ("postgresql://h/d?ssl=true", {"sslmode": "require"}),
        ("postgresql://h/d?connect_timeout=3", {"connect_timeout": "3"}),
    ],
)
def test_what_drivers_write_is_understood(text: str, expected: dict[str, str]) -> None:
    found = dict(choose(text).parameters)
    assert {name: found.get(name) for name in expected} == expected


def test_options_of_the_environment_are_not_sent() -> None:
    found = choose(REMOTE, {"PGOPTIONS": "-c a=b"}, {"options": "-c a=b"})
    assert parameter(found, "options") == ""


SECRET = "hunter2hunter2"


@pytest.mark.parametrize(
    ("text", "start"),
    [
        (f"mysql://u:{SECRET}@h/d", "--db is a URL of mysql, not of PostgreSQL"),
        (f"jdbc:postgresql://h/d?password={SECRET}", "--db is neither a URL"),
        (f"postgresql://u:{SECRET}@x@h/d", "--db has an @ or a / too many"),
        (f"postgresql://u:{SECRET}/x@h/d", "--db has an @ or a / too many"),
        (f"postgresql://u:a#{SECRET}@h:x/d", "--db has a port that is no number"),
        (f"postgresql://h:1{SECRET}/d", "--db has a port that is no number"),
        (f"postgresql://u:%zz{SECRET}@h/d", "--db is neither a URL"),
        (f"postgresql://u:{SECRET}@h/d?nonsense={SECRET}", "--db is neither a URL"),
        (f"host=h password='{SECRET}", "--db is neither a URL"),
        (SECRET, "--db is neither a URL"),
        ("", "--db is neither a URL"),
        ("service=app", "--db names a service"),
        (f"postgresql://u:{SECRET}@h/d?sslmode=no-verify", "--db has an sslmode that"),
    ],
)
def test_what_is_no_url_is_refused_and_never_quoted(text: str, start: str) -> None:
    message, hint = refused(text)
    assert message.startswith(start)
    assert SECRET not in message + hint


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://user:password@host:5432/dbname",
        "postgres://user:password@HOST/dbname",
        "postgresql://user:password@<host>/dbname",
        "postgresql://user:pw@real.example.org/${DB}",
    ],
)
def test_a_placeholder_names_no_database(text: str) -> None:
    message, hint = refused(environ={"DATABASE_URL": text})
    assert message == (
        "DATABASE_URL is a placeholder, as documentation has it: it names no database"
    )
    assert hint == "put the real URL there"


@pytest.mark.parametrize(
    "host",
    [
        "postgresql:///d",
        "postgresql://localhost/d",
        "postgresql://127.0.0.1/d",
        "postgresql://127.8.9.1:99/d",
        "postgresql://[::1]/d",
        "postgresql://%2Ftmp%2Fsockets/d",
        "host=/tmp dbname=d",
        "host=@abstract dbname=d",
        "host=db.example.org hostaddr=127.0.0.1",
        "postgresql://localhost,127.0.0.1/d",
    ],
)
def test_this_machine_needs_no_tls(host: str) -> None:
    found = choose(host)
    assert (found.local, parameter(found, "sslmode")) == (True, "prefer")


@pytest.mark.parametrize(
    "host",
    [
        "postgresql://db.example.org/d",
        "postgresql://10.0.0.1/d",
        "postgresql://[fd00::1]/d",
        "postgresql://localhost,db.example.org/d",
        "host=localhost hostaddr=10.0.0.1",
        "postgresql://localhost.example.org/d",
        "postgresql://0.0.0.0/d",
        "postgresql://127.0.0.1.example.org/d",
    ],
)
def test_any_other_host_does(host: str) -> None:
    found = choose(host)
    assert (found.local, parameter(found, "sslmode")) == (False, "require")


def test_an_address_of_the_environment_is_the_one_that_is_connected_to() -> None:
    assert not choose("postgresql://localhost/d", {}, {"hostaddr": "10.0.0.1"}).local


@pytest.mark.parametrize("mode", ["disable", "allow", "prefer"])
def test_tls_cannot_be_left_to_chance(mode: str) -> None:
    message, hint = refused(f"{REMOTE}?sslmode={mode}")
    assert message == f"sslmode={mode} lets the connection to db.example.org go without TLS"
    assert hint == (
        "use sslmode=require, or better verify-full; --allow-plaintext lets it go without"
    )
    assert refused(REMOTE, environ={"PGSSLMODE": mode}, defaults={"sslmode": mode})[0] == message


@pytest.mark.parametrize("mode", ["require", "verify-ca", "verify-full"])
def test_stronger_modes_are_kept(mode: str) -> None:
    assert parameter(choose(f"{REMOTE}?sslmode={mode}"), "sslmode") == mode
    assert parameter(choose(REMOTE, {}, {"sslmode": mode}), "sslmode") == mode


def test_plaintext_can_be_allowed_and_is_remembered() -> None:
    allowed = choose(f"{REMOTE}?sslmode=disable", allow_plaintext=True)
    assert (allowed.allow_plaintext, parameter(allowed, "sslmode")) == (True, "disable")
    # Where nothing is said, TLS is still tried.
    assert parameter(choose(REMOTE, allow_plaintext=True), "sslmode") == "prefer"


def test_the_password_is_in_no_repr_and_cannot_be_written() -> None:
    found = choose(f"postgresql://u:{SECRET}@db.example.org/d?sslpassword={SECRET}")
    assert SECRET not in repr(found) + str(found) + f"{found!r:>500}"
    assert found.secrets.for_driver() == {"password": SECRET, "sslpassword": SECRET}
    with pytest.raises(TypeError):
        pickle.dumps(found)
    with pytest.raises(TypeError):
        msgspec.json.encode(found)

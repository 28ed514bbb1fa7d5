"""Passwords in texts: which are real, where they stand, and that they are not shown."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ctb_lint.model import Location
from ctb_lint.passwords import Carrier, Password, located, masked, passwords, scrubber
from tests.growth import TIMES, in_proportion

REAL = [
    ("CREATE ROLE app LOGIN PASSWORD 'kX9!qq'", "kX9!qq", Carrier.ROLE, "app"),
    ('alter user "App" with encrypted password \'a\'\'b\'', "a''b", Carrier.ROLE, "App"),
    ("CREATE USER IF NOT EXISTS app PASSWORD E'a\\'b'", "a\\'b", Carrier.ROLE, "app"),
    ("CREATE GROUP g PASSWORD $x$a'b$x$", "a'b", Carrier.ROLE, "g"),
    ("DO $$ BEGIN EXECUTE 'CREATE ROLE app PASSWORD ''hunter2'''; END $$", "hunter2",
     Carrier.ROLE, "app"),
    ("CREATE ROLE PASSWORD 'hunter2' app", "hunter2", Carrier.ROLE, ""),
    ("CREATE ROLE app\n  PASSWORD\n  'hunter2';", "hunter2", Carrier.ROLE, "app"),
    ("CREATE USER MAPPING FOR app SERVER s OPTIONS (user 'u', password 'hunter2')", "hunter2",
     Carrier.MAPPING, ""),
    ("-- psql postgresql://app:hunter2@db.example.com:5432/app", "hunter2", Carrier.URL, "app"),
    ("postgres://app:p@ss@db/app", "p@ss", Carrier.URL, "app"),
    ("`redis://:hunter2@cache/0`", "hunter2", Carrier.URL, ""),
    ("jdbc:postgresql://db/app?user=a&password=hunter2&ssl=true", "hunter2", Carrier.URL, ""),
    ("'host=db.example.com user=app password=hunter2 dbname=x'", "hunter2", Carrier.STRING, "app"),
    ("CONNECTION 'host=db password=''hun ter2'' user=app'", "hun ter2", Carrier.STRING, "app"),
    ('connect(host="db", user="app", password="hunter2")', "hunter2", Carrier.STRING, "app"),
    ("PGPASSWORD=hunter2 psql -h db", "hunter2", Carrier.VARIABLE, ""),
    ("POSTGRES_PASSWORD: 'hunter2'", "hunter2", Carrier.VARIABLE, ""),
    ("postgres://postgres:hunter2@localhost/app", "hunter2", Carrier.URL, "postgres"),
]  # fmt: skip

NONE = """\
postgresql://user:password@host:5432/dbname
postgres://app:${DB_PASSWORD}@db/app
postgres://app:$PGPASSWORD@db/app
postgres://app:<password>@db/app
postgres://app:[YOUR-PASSWORD]@db/app
postgres://app:{{ password }}@db/app
postgres://app:%s@db/app
postgres://app:****@db/app
postgres://app:xxxx@db/app
postgres://app:…@db/app
postgres://app:your_password_here@db/app
postgres://postgres:postgres@localhost:5432/app
postgres://app@db/app
https://example.com:8080/a@b
CREATE ROLE app PASSWORD NULL
CREATE ROLE app PASSWORD :'password'
CREATE ROLE app PASSWORD '${APP_PASSWORD}'
EXECUTE format('CREATE ROLE app PASSWORD %L', pw)
CREATE TABLE users (password text DEFAULT 'x')
INSERT INTO users (name, password) VALUES ('a', 'hunter2')
SELECT password 'x' FROM t
UPDATE users SET password = 'hunter2' WHERE user = 'a'
COMMENT ON COLUMN users.password IS 'a bcrypt hash'
connect(host="db", password=os.environ["PGPASSWORD"])
connect(host=host, password=settings.password, port=5432)
host=db password=$PGPASSWORD
host=db password=secret
PGPASSWORD=$SECRET psql
PGPASSWORD="${SECRET}"
the user's password 'must be strong'
-- the user password 'x'
Password hashing required (bcrypt/argon2)"""


@pytest.mark.parametrize(("text", "word", "carrier", "whose"), REAL, ids=[t for t, *_ in REAL])
def test_a_real_password_is_found_where_it_stands_and_nowhere_shown(
    text: str, word: str, carrier: Carrier, whose: str
) -> None:
    (span,) = passwords(text)
    assert (text[span.start : span.end], span.carrier, span.whose) == (word, carrier, whose)
    hidden = masked(text)
    assert hidden == text[: span.start] + "*" * len(word) + text[span.end :]
    assert word not in hidden


@pytest.mark.parametrize("text", NONE.splitlines())
def test_a_placeholder_is_no_password(text: str) -> None:
    assert passwords(text) == ()
    assert masked(text) == text


@pytest.mark.parametrize("word", ["changeme", "password", "secret"])
def test_a_word_of_examples_is_a_password_where_the_statement_is_run(word: str) -> None:
    text = f"CREATE ROLE app PASSWORD '{word}'"
    assert len(located(text, place, runs=True)) == 1
    assert located(text, place, runs=False) == ()
    assert word not in masked(text)


def place(start: int, end: int) -> Location:
    return Location("a.sql", start, end, 1, start + 1, 1, end + 1)


def test_a_hash_is_told_from_a_password() -> None:
    found = located(
        "CREATE ROLE a PASSWORD 'SCRAM-SHA-256$4096:xx$yy:zz';\n"
        "CREATE ROLE b PASSWORD 'md50123456789abcdef0123456789abcdef';\n"
        "CREATE ROLE c PASSWORD 'md5';",
        place,
        runs=True,
    )
    assert [(one.whose, one.hashed) for one in found] == [("a", True), ("b", True), ("c", False)]
    assert found[2] == Password(Carrier.ROLE, place(found[2].at.start, found[2].at.end), "c")


def test_the_setter_is_of_the_same_statement() -> None:
    assert passwords("CREATE ROLE a; SELECT password 'x'") == ()


def test_several_are_found_in_their_order() -> None:
    text = "postgres://a:one1@h/x postgres://b:two2@h/x\nCREATE ROLE c PASSWORD 'three3';"
    assert [text[s.start : s.end] for s in passwords(text)] == ["one1", "two2", "three3"]
    assert masked(text).count("*") == len("one1two2three3")


@given(st.text(alphabet="abP:/@'\"=$\\ \nsword;", max_size=80))
@settings(max_examples=300, derandomize=True, database=None, deadline=None)
def test_a_masked_text_is_as_long_as_before_and_holds_no_more(text: str) -> None:
    hidden = masked(text)
    assert len(hidden) == len(text)
    assert all(a == b or a == "*" for a, b in zip(hidden, text, strict=True))
    assert [s for s in passwords(hidden) if not s.guessable] == []


@pytest.mark.parametrize(
    ("start", "repeated", "number"),
    [
        ("", "password ", 100_000),
        ("", "a://", 40_000),
        ("a://b:", "c", 1_000_000),
        ("", "create role a password '", 8_000),
        ("", "password=", 100_000),
        ("", "PASSWORD $", 60_000),
        ("host=", "password=x ", 10_000),
    ],
)
def test_every_text_takes_time_in_proportion(start: str, repeated: str, number: int) -> None:
    in_proportion(lambda number: start + repeated * number, masked, number // TIMES)


def test_a_message_that_quotes_a_piece_of_a_text_is_scrubbed() -> None:
    scrub = scrubber(["ALTER ROLE a PASSWORD 'hunter2'", "ALTER ROLE b PASSWORD 'ab'"])
    assert scrub("near \"'hunter2'\" of hunter2x") == "near \"'*******'\" of *******x"
    assert scrub("near 'ab' of a table about postgres://u:other1@h/d") == (
        "near '**' of a table about postgres://u:******@h/d"
    )
    assert scrubber(["nothing"]) is masked

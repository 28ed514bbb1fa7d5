"""No credential goes into a snapshot, and what went without one is unknown."""

from __future__ import annotations

import pytest

from ctb_lint.model import QualifiedName
from ctb_lint.readers.snapshot.reader import read
from ctb_lint.readers.snapshot.secrets import (
    default_is_secret,
    expression_holds_secret,
    holds_secret,
)
from ctb_lint.readers.snapshot.sieve import WHY
from ctb_lint.readers.snapshot.writing import Written, written
from ctb_lint.readers.sql.expr import from_text
from tests.postgres import Server
from tests.readers.snapshot.test_snapshot_round_trip import inspected

T = QualifiedName("public", "t")
URL = "postgres://app:Zq7xK9secret@db.example.com/app"


def of(server: Server, ddl: str) -> Written:
    with server.database() as connection:
        connection.execute(ddl.encode())
        found = inspected(server, connection.info.dbname)
    return written(found.schema, found.facts.lasting, 18)


@pytest.mark.parametrize(
    ("ddl", "what", "relation", "fact"),
    [
        pytest.param(
            f"CREATE TABLE t (a text DEFAULT '{URL}')", "the default of public.t.a", T, "columns",
            id="default",
        ),
        pytest.param(
            "CREATE TABLE t (api_key text DEFAULT 'Zq7xK9')", "the default of public.t.api_key", T,
            "columns", id="default of a column that says so",
        ),
        pytest.param(
            f"CREATE TABLE t (a text, b text GENERATED ALWAYS AS (a || '{URL}') STORED)",
            "the expression of public.t.b", T, "columns", id="generated",
        ),
        pytest.param(
            f"CREATE TABLE t (a text CONSTRAINT c CHECK (a <> '{URL}'))",
            "constraint c of public.t", T, "constraints", id="check",
        ),
        pytest.param(
            f"CREATE TABLE t (a text, CONSTRAINT c EXCLUDE ((a || '{URL}') WITH =))",
            "constraint c of public.t", T, "constraints", id="exclusion",
        ),
        pytest.param(
            f"CREATE TABLE t (a text); CREATE INDEX i ON t ((a || '{URL}'))",
            "index i of public.t", T, "indexes", id="key of an index",
        ),
        pytest.param(
            f"CREATE TABLE t (a text); CREATE INDEX i ON t (a) WHERE a <> '{URL}'",
            "index i of public.t", T, "indexes", id="condition of an index",
        ),
        pytest.param(
            f"CREATE TABLE t (a text); CREATE POLICY p ON t USING (a <> '{URL}')",
            "policy p of public.t", T, "policies", id="policy",
        ),
        pytest.param(
            "CREATE TABLE t (a text); CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS "
            "'BEGIN RETURN NEW; END'; CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW "
            f"WHEN (NEW.a <> '{URL}') EXECUTE FUNCTION f()",
            "trigger g of public.t", T, "triggers", id="trigger",
        ),
        pytest.param(
            f"CREATE TABLE t (a text) PARTITION BY LIST ((a || '{URL}'))",
            "the partition key of public.t", T, "tables", id="partition key",
        ),
        pytest.param(
            f"CREATE DOMAIN d AS text DEFAULT '{URL}'", "the default of public.d", None, "enums",
            id="default of a domain",
        ),
        pytest.param(
            f"CREATE DOMAIN d AS text CONSTRAINT c CHECK (VALUE <> '{URL}')",
            "constraint c of public.d", None, "enums", id="check of a domain",
        ),
        pytest.param(
            f"CREATE TABLE t (a text); COMMENT ON TABLE t IS 'reached at {URL}'",
            "the comment on public.t", T, "comments", id="comment on a table",
        ),
        pytest.param(
            f"CREATE TABLE t (a text); COMMENT ON COLUMN t.a IS 'reached at {URL}'",
            "the comment on public.t.a", T, "comments", id="comment on a column",
        ),
        pytest.param(
            f"CREATE TYPE mood AS ENUM ('a'); COMMENT ON TYPE mood IS '{URL}'",
            "the comment on public.mood", QualifiedName("public", "mood"), "comments",
            id="comment on a type",
        ),
    ],
)  # fmt: skip
def test_what_holds_one_is_left_out_and_unknown(
    server: Server, ddl: str, what: str, relation: QualifiedName | None, fact: str
) -> None:
    result = of(server, ddl)
    assert b"Zq7xK9" not in result.data
    assert result.unsafe == ()
    assert result.left_out == (what,)
    assert (relation, fact, WHY) in read(result.data).schema.knowledge.unknown


def test_what_cannot_go_without_its_text_is_named(server: Server) -> None:
    result = of(server, f"CREATE TYPE places AS ENUM ('here', '{URL}')")
    assert result.unsafe == ("enums[0].values[1]",)


def test_bodies_and_definitions_are_never_there(server: Server) -> None:
    result = of(
        server,
        f"CREATE FUNCTION f() RETURNS text LANGUAGE sql AS 'SELECT ''{URL}''';"
        f"CREATE VIEW v AS SELECT '{URL}'::text AS a",
    )
    assert b"Zq7xK9" not in result.data
    assert (result.left_out, result.unsafe) == ((), ())


@pytest.mark.parametrize(
    "text",
    [
        URL,
        "redis://:hunter2@cache:6379",
        "postgres://user:password@host",
        "Authorization: Bearer abcdefghijklmnop",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl",
        "AKIAABCDEFGHIJKLMNOP",
        "ghp_" + "a" * 36,
        "sk_live_" + "a" * 24,
        "-----BEGIN RSA PRIVATE KEY-----",
        "host=db dbname=app password=Zq7xK9",
        "SCRAM-SHA-256$4096:abc$def:ghi",
    ],
)
def test_a_credential_is_known(text: str) -> None:
    assert holds_secret(text)
    assert expression_holds_secret(f"'{text}'::text")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "the password is kept hashed",
        "see https://example.com/a:b for more, or mail to a@example.com",
        "token of the session",
        "md5 of the row",
        "(password <> ''::text)",
        "(email ~ '^[^@]+@[^@]+$'::text)",
        "(state = ANY (ARRAY['basic'::text, 'bearer'::text]))",
        "nextval('app.tickets'::regclass)",
        "'skipped-over-the-whole-of-it'::text",
    ],
)
def test_what_is_none_goes_through(text: str) -> None:
    assert not holds_secret(text)
    assert not expression_holds_secret(text)


@pytest.mark.parametrize(
    ("column", "default", "secret"),
    [
        ("password", "'x'::text", True),
        ("apiKey", "'x'::text", True),
        ("client_secret", "'x'::text", True),
        ("password", "''::text", False),
        ("token", "gen_random_uuid()", False),
        ("key", "'x'::text", False),
        ("password_changed_at", "'2026-01-01'::date", False),
    ],
)
def test_a_constant_of_a_column_for_credentials_is_one(
    column: str, default: str, secret: bool
) -> None:
    assert default_is_secret(column, from_text(default)) is secret

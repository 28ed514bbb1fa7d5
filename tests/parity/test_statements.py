"""The check of every statement: what the reader says of it against what PostgreSQL does."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from ctb_lint.history import Outcome
from ctb_lint.model import Schema
from tests.parity.fingerprint import Watch
from tests.parity.statements import Disagreement, Fault, Step, changed_by, check_statements
from tests.parity.stubs import extension_folder, offer_extensions
from tests.postgres import Server

UNDERSTOOD, HARMLESS = Outcome.UNDERSTOOD, Outcome.HARMLESS


def test_each_kind_of_disagreement_is_reported(server: Server) -> None:
    said = [
        Step("CREATE TABLE a (id integer)", outcome=UNDERSTOOD),
        Step("INSERT INTO a VALUES (1)", outcome=HARMLESS),
        Step("ALTER TABLE a ADD b integer", outcome=HARMLESS),
        Step("ALTER TABLE a ADD c integer", outcome=UNDERSTOOD),
        Step("ALTER TABLE missing ADD c integer", outcome=UNDERSTOOD),
        Step("VACUUM a", outcome=Outcome.SYNTAX_ERROR),
        Step("SELEC 1", outcome=Outcome.SYNTAX_ERROR),
    ]
    changes = {0}
    with server.database() as connection:
        report = check_statements(connection, said, model_changed=changes.__contains__)
    assert report.disagreements == (
        Disagreement(Fault.HARMLESS_CHANGED, 2, said[2], ("columns",)),
        Disagreement(Fault.MODEL_UNCHANGED, 3, said[3], ("columns",)),
        Disagreement(Fault.REFUSED, 4, said[4], error='relation "missing" does not exist [42P01]'),
        Disagreement(Fault.ACCEPTED, 5, said[5], (), "accepted"),
        Disagreement(
            Fault.REFUSED, 6, said[6], error='syntax error at or near "SELEC" [42601]'
        ),
    )  # fmt: skip
    assert report.accepted == {"understood": 2, "harmless": 2, "syntax error": 1}
    assert report.refused == {"understood": 1, "syntax error": 1}


def test_a_refused_statement_takes_no_other_of_its_transaction_with_it(server: Server) -> None:
    texts = [
        "BEGIN",
        "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ",
        "CREATE TABLE a (id integer)",
        "CREATE TABLE a (id integer)",
        "CREATE TABLE b (id integer)",
        "COMMIT",
        "LOCK TABLE a",
        "CREATE INDEX CONCURRENTLY a_id ON a (id)",
        "GRANT SELECT ON a TO nobody_yet",
    ]
    with server.database() as connection:
        report = check_statements(connection, [Step(text) for text in texts])
        tables = connection.execute("SELECT relname FROM pg_class WHERE relname IN ('a', 'b')")
        assert sorted(tables.fetchall()) == [("a",), ("b",)]
        connection.execute("DROP OWNED BY nobody_yet; DROP ROLE nobody_yet")
    assert [(d.number, d.error) for d in report.disagreements] == [
        (3, 'relation "a" already exists [42P07]')
    ]


@pytest.mark.parametrize(
    ("statement", "parts"),
    [
        ("INSERT INTO t VALUES (1)", ()),
        ("ANALYZE t", ()),
        ("VACUUM FULL t", ()),
        ("CREATE TEMPORARY TABLE tmp (a serial PRIMARY KEY, b text)", ()),
        ("COMMENT ON COLUMN v.a IS 'x'", ("other comments",)),
        ("REFRESH MATERIALIZED VIEW m", ()),
        ("REINDEX TABLE t", ()),
        ("TRUNCATE t", ()),
        ("ALTER TABLE t SET (fillfactor = 70)", ()),
        ("ALTER TABLE t ALTER a SET STATISTICS 10", ()),
        ("COMMENT ON TABLE t IS 'as it was'", ()),
        ("COMMENT ON TABLE t IS 'new'", ("comments",)),
        ("CREATE TABLE IF NOT EXISTS t (z text)", ()),
        ("ALTER TABLE t ALTER a SET DEFAULT 1", ()),
        ("ALTER TABLE t ALTER a SET DEFAULT 2", ("defaults",)),
        ("ALTER TABLE t VALIDATE CONSTRAINT late", ("constraints",)),
        ("ALTER TYPE mood ADD VALUE 'sad'", ("enums",)),
        ("CREATE INDEX ON t (b)", ("indexes",)),
        ("GRANT SELECT ON t TO public", ("grants",)),
        ("DO $$BEGIN CREATE SEQUENCE s; END$$", ("sequence options", "sequences")),
        ("CREATE RULE r AS ON DELETE TO t DO NOTHING", ("rules",)),
    ],
)
def test_the_watch_sees_what_changed_and_only_that(
    server: Server, statement: str, parts: tuple[str, ...]
) -> None:
    with server.database() as connection:
        connection.execute(
            "CREATE TYPE mood AS ENUM ('calm'); CREATE TABLE t (a integer DEFAULT 1, b mood);"
            "COMMENT ON TABLE t IS 'as it was'; CREATE VIEW v AS SELECT a FROM t;"
            "CREATE MATERIALIZED VIEW m AS SELECT 'x'::text AS a;"
            "ALTER TABLE t ADD CONSTRAINT late CHECK (a > 0) NOT VALID"
        )
        watch = Watch(connection)
        connection.execute(statement.encode())
        assert watch.update() == parts


def test_a_rollback_is_seen(server: Server) -> None:
    with server.database() as connection:
        watch = Watch(connection)
        before = watch.fingerprint
        connection.execute("BEGIN; CREATE TYPE mood AS ENUM ('calm')")
        assert watch.update() == ("enums", "types")
        connection.execute("ROLLBACK")
        watch.update(undone=True)
        assert watch.fingerprint == before


def test_whether_the_model_changed_comes_from_the_model_after_each_statement() -> None:
    models = [Schema(), Schema(), Schema(schemas=("a",))]
    changed = changed_by(lambda number: models[number + 1])
    assert [changed(0), changed(1)] == [False, True]


@pytest.fixture(params=[0o022, 0o077], ids=["as usual", "for nobody else"])
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


@pytest.mark.usefixtures("umask")
def test_stand_ins_for_missing_extensions(server: Server) -> None:
    name = server.create_database()
    with extension_folder() as folder:
        with server.connect(name) as connection:
            offer_extensions(connection, folder)
        with server.connect(name) as connection:
            connection.execute('CREATE EXTENSION pgcrypto; CREATE EXTENSION "uuid-ossp"')
            row = connection.execute(
                "SELECT length(gen_random_bytes(16)), crypt('a', gen_salt('bf', 8)) IS NOT NULL,"
                " digest('a', 'sha256') IS NOT NULL, uuid_generate_v4() <> uuid_nil()"
            ).fetchone()
            assert row == (16, True, True, True)
    server.drop_database(name)

"""What a role may not see is not taken for what is not there: it is skipped, and said so."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from ctb_lint.cli.app import main
from tests.cli.test_database import Live
from tests.cli.test_database import _quiet_environment as _quiet_environment
from tests.cli.test_database import live as live

MIGRATION = """
CREATE TABLE schema_migrations (version text PRIMARY KEY, applied_at timestamptz);
CREATE DOMAIN share AS int CHECK (VALUE BETWEEN 0 AND 100);
CREATE TABLE parts (id bigserial PRIMARY KEY, share share);
"""
RIGHTS = "the role may not read public.schema_migrations"
SEQUENCE = "where it stands is not known: the role may not read it"
REFUSED = "enums are not compared: the role may not ask: permission denied for table pg_am"


@contextmanager
def revoked(database: Live, revoke: str, grant: str) -> Iterator[str]:
    """The URL of a role without any privilege, and something more that it may not do."""
    database.execute("CREATE ROLE shy LOGIN")
    try:
        database.execute(revoke)
        yield database.url.replace("postgres@", "shy@")
    finally:
        database.execute(f"{grant}; DROP ROLE shy")


@pytest.mark.parametrize(
    ("codes", "revoke", "grant", "expected"),
    [
        pytest.param(
            "M013,M014,S062",
            "SELECT 1",
            "SELECT 1",
            [
                ("M013", "public.schema_migrations", RIGHTS),
                ("M014", "public.schema_migrations", RIGHTS),
                ("S062", "public.parts_id_seq", SEQUENCE),
            ],
            id="what migration tools note, and where sequences stand",
        ),
        pytest.param(
            "S060,S061",
            "REVOKE EXECUTE ON FUNCTION pg_catalog.pg_stat_get_numscans(oid) FROM public",
            "GRANT EXECUTE ON FUNCTION pg_catalog.pg_stat_get_numscans(oid) TO public",
            [
                (code, "migrations", "permission denied for function pg_stat_get_numscans")
                for code in ("S060", "S061")
            ],
            id="how indexes fare",
        ),
        pytest.param(
            "S052",
            "REVOKE SELECT ON pg_catalog.pg_am FROM public",
            "GRANT SELECT ON pg_catalog.pg_am TO public",
            [(None, "migrations", REFUSED)],
            id="checks of domains",
        ),
    ],
)
def test_what_a_role_may_not_see_is_skipped(
    live: Live,
    capsys: pytest.CaptureFixture[str],
    codes: str,
    revoke: str,
    grant: str,
    expected: list[tuple[str | None, str, str]],
) -> None:
    (live.folder / "migrations" / "002_shares.sql").write_text(MIGRATION)
    live.execute(MIGRATION)
    live.execute("INSERT INTO schema_migrations VALUES ('009_gone')")
    live.execute("SELECT setval('parts_id_seq', 9000000000000000000)")
    with revoked(live, revoke, grant) as url:
        args = ["check", "--format", "json", "--select", codes, "--show-skipped", "--db", url]
        code = main(args)
    report = json.loads(capsys.readouterr().out)
    assert (code, report["findings"], report["failures"]) == (0, [], [])
    skipped = {(one["code"], one["object"], one["reason"]) for one in report["skipped"]}
    asked = {one for one in skipped if one[0] or one[2].startswith("enums")}
    assert asked == set(expected)

"""How claims end of which only rows can tell, and how often rows are asked."""

from __future__ import annotations

import pytest

from ctb_lint.cli.app import main
from ctb_lint.cli.auditing import RowOptions
from ctb_lint.cli.request import Request
from ctb_lint.cli.run import examine
from ctb_lint.ledger import ledger
from ctb_lint.readers.postgres.rows import ask
from tests.cli.live_project import Live
from tests.cli.live_project import _quiet_environment as _quiet_environment
from tests.cli.live_project import live as live
from tests.cli.test_audit import fill
from tests.described import entry

TABLE = """
CREATE TABLE notes (
    id int PRIMARY KEY, password_hash text, version_hash text, access_count int,
    severity text, created_at timestamptz
)
"""
PURGE = """
CREATE OR REPLACE FUNCTION purge() RETURNS void LANGUAGE plpgsql AS
    $$ BEGIN DELETE FROM notes WHERE created_at < now() - interval '90 days'; END $$;
"""
SOUND = """
INSERT INTO notes VALUES (1, repeat('a', 64), repeat('a', 64), 1, 'error', now())
"""
NOT_FINISHED = (
    "not all of its rows were looked at: no more than 1 row of a table were to be looked at"
)


def rulings(
    live: Live, says: str, sql: str, *, most: int | None = None
) -> list[tuple[str, str, tuple[str, ...]]]:
    """How the claims of a sentence end, where rows are looked at."""
    live.execute(sql)
    document = entry(TABLE, "notes", more=f"### E - Enforcement\n\n- {says}\n")
    (live.folder / "SCHEMA_REFERENCE.md").write_text(document)
    (live.folder / "migrations" / "002_notes.sql").write_text(f"{TABLE}; {PURGE}")
    outcome = examine(Request(db=live.url, rows=RowOptions(max_rows=most), no_baseline=True))
    return [
        (str(one.verdict), one.why, one.codes)
        for one in ledger(outcome.judged)
        if not str(one.claim.kind).startswith("declared ") and one.claim.demands
        and one.claim.text.strip("- ").startswith(says[:9])
    ]  # fmt: skip


MOMENT = "ALTER TABLE notes ALTER access_count TYPE timestamptz USING NULL"
BYTES = "ALTER TABLE notes ALTER {0} TYPE bytea USING NULL"


@pytest.mark.parametrize(
    ("says", "change", "why"),
    [
        pytest.param(
            "Automatic access tracking", f"ALTER TABLE notes DROP created_at; {MOMENT}",
            "no column of public.notes counts or dates who reads its rows", id="E014",
        ),
        pytest.param(
            "Rows are kept for 90 days", f"ALTER TABLE notes DROP created_at; {PURGE}",
            "public.notes has no column created_at", id="E026",
        ),
        pytest.param(
            "Passwords are hashed with bcrypt", BYTES.format("password_hash"),
            "public.notes has no column of passwords of text", id="E028",
        ),
        pytest.param(
            "Version hash for change detection", BYTES.format("version_hash"),
            "public.notes has no column of version hashes of text", id="E029",
        ),
    ],
)  # fmt: skip
def test_a_claim_of_which_no_column_can_tell_is_not_held(
    live: Live, says: str, change: str, why: str
) -> None:
    assert rulings(live, says, f"{TABLE}; {PURGE} {SOUND}") == [("held", "in the database", ())]
    live.execute("TRUNCATE notes")
    assert rulings(live, says, change) == [("skipped", why, ())]


def test_a_claim_of_rows_that_were_not_all_looked_at_is_not_held(live: Live) -> None:
    says = "Version hash for change detection"
    more = SOUND + "; INSERT INTO notes SELECT n FROM generate_series(2, 5) n; ANALYZE notes"
    assert rulings(live, says, TABLE + ";" + more, most=1) == [("skipped", NOT_FINISHED, ())]
    # What was found all the same is a fault, whatever the rest is like.
    assert rulings(live, says, "UPDATE notes SET version_hash = 'v1'", most=1) == [
        ("broken", "in the database", ("E029",))
    ]


@pytest.mark.parametrize("option", ["--write-baseline", "--prune-baseline"])
def test_rows_are_asked_once_where_the_baseline_is_written(
    live: Live, option: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(live)
    config = live.folder / "ctb-lint.toml"
    config.write_text('baseline = "debt.json"\n' + config.read_text())
    assert main(["audit", "--db", live.url, "--write-baseline"]) == 0
    before = capsys.readouterr().out
    asked: list[int] = []
    real = ask.ask

    def counted(checks: object, *arguments: object, **more: object) -> object:
        found = real(checks, *arguments, **more)  # type: ignore[arg-type]
        asked.append(len(found))
        return found

    monkeypatch.setattr(ask, "ask", counted)
    assert main(["audit", "--db", live.url, option]) == 0
    assert capsys.readouterr().out == before
    (number,) = asked
    assert f"; {number} questions about its rows" in before

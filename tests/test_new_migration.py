"""How the next migration of a history is called, for every way of naming them."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from ctb_lint.history import History, Layout
from ctb_lint.new_migration import Draft, draft, rendered
from ctb_lint.readers.sql.heads import ConfiguredHistory
from ctb_lint.readers.sql.reader import SqlOptions, read

TODAY = datetime.date(2026, 3, 1)
GOOSE = "-- +goose Up\nSELECT 1;\n-- +goose Down\nSELECT 1;\n"
DBMATE = "-- migrate:up\nSELECT 1;\n-- migrate:down\nSELECT 1;\n"


def history(folder: Path, names: list[str], layout: Layout | None, text: str) -> History:
    for name in names:
        path = folder / "m" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    configured = (ConfiguredHistory("m", "m", layout),)
    options = SqlOptions(base=folder, histories=configured)
    (folded,) = read([folder / "m"], options).folded
    return folded.history


NAMES = [
    pytest.param(["001_a.sql", "005_b.sql"], ["006_ctb_lint_fixes.sql"], None, id="numbered"),
    pytest.param(["009-a.sql"], ["010-ctb-lint-fixes.sql"], None, id="numbered, with hyphens"),
    pytest.param(["0007.sql"], ["0008_ctb_lint_fixes.sql"], None, id="a bare number"),
    pytest.param(
        ["2025-01-02_a.sql"], ["2026-03-01_ctb_lint_fixes.sql"], None, id="dated"
    ),
    pytest.param(
        ["2026-03-01_a.sql"], ["2026-03-01_ctb_lint_fixes.sql"], None, id="dated today, before"
    ),
    pytest.param(
        ["2026-03-01_users.sql"], ["2026-03-02_ctb_lint_fixes.sql"], None,
        id="dated today, behind by name",
    ),
    pytest.param(
        ["20250102030405_a.sql"], ["20260301000000_ctb_lint_fixes.sql"], None, id="time-stamped"
    ),
    pytest.param(
        ["20260301235959_a.sql"], ["20260302000000_ctb_lint_fixes.sql"], None,
        id="time-stamped today",
    ),
    pytest.param(["1700000000_a.sql"], ["1700000001_ctb_lint_fixes.sql"], None, id="epoch"),
    pytest.param(
        ["001_a.up.sql", "001_a.down.sql"],
        ["002_ctb_lint_fixes.up.sql", "002_ctb_lint_fixes.down.sql"], None, id="up and down",
    ),
    pytest.param(
        ["9_a.up.sql", "10_b.up.sql", "9_a.down.sql"],
        ["11_ctb_lint_fixes.up.sql", "11_ctb_lint_fixes.down.sql"], None, id="unpadded numbers",
    ),
    pytest.param(
        ["10/01_a.up.sql", "10/01_a.down.sql", "10/02_b.up.sql"],
        ["10/03_ctb_lint_fixes.up.sql", "10/03_ctb_lint_fixes.down.sql"], None, id="folders",
    ),
    pytest.param(
        ["001_a.sql", "down/001_a.sql"],
        ["002_ctb_lint_fixes.sql", "down/002_ctb_lint_fixes.sql"], None, id="a folder of downs",
    ),
    pytest.param(
        ["2019-02-27-170003_a/up.sql", "2019-02-27-170003_a/down.sql"],
        ["2026-03-01-000000_ctb_lint_fixes/up.sql", "2026-03-01-000000_ctb_lint_fixes/down.sql"],
        None, id="diesel",
    ),
    pytest.param(
        ["20250102030405_a/migration.sql"], ["20260301000000_ctb_lint_fixes/migration.sql"], None,
        id="Prisma",
    ),
    pytest.param(
        ["V1__a.sql", "V9__b.sql", "V10__c.sql", "R__view.sql"], ["V11__ctb_lint_fixes.sql"], None,
        id="Flyway",
    ),
    pytest.param(["V1_2__a.sql"], ["V2__ctb_lint_fixes.sql"], None, id="Flyway, dotted"),
    pytest.param(
        ["V1__a.sql", "U1__a.sql"], ["V2__ctb_lint_fixes.sql", "U2__ctb_lint_fixes.sql"],
        Layout.FLYWAY, id="Flyway with undo",
    ),
    pytest.param(["create.sql", "more.sql"], ["more_ctb_lint_fixes.sql"], None, id="no numbers"),
]  # fmt: skip


@pytest.mark.parametrize(("names", "expected", "layout"), NAMES)
def test_the_next_migration_is_named_as_the_others(
    names: list[str], expected: list[str], layout: Layout | None, tmp_path: Path
) -> None:
    before = history(tmp_path, names, layout, "SELECT 1;\n")
    new = draft(before, TODAY)
    assert isinstance(new, Draft)
    assert [path.removeprefix("m/") for path in new.paths] == expected
    # It runs behind all others.
    for path in new.paths:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("SELECT 1;\n", encoding="utf-8")
    after = history(tmp_path, [], layout, "")
    repeatable = [file for file in after.files if Path(file.path).name.startswith("R__")]
    ups = [file.path for file in after.files if file.direction == "up" and file not in repeatable]
    assert ups[-1] == new.up
    assert len(after.files) == len(before.files) + len(new.paths)


def test_names_without_an_order_get_no_next_one(tmp_path: Path) -> None:
    before = history(tmp_path, ["9_a.sql", "10_b.sql"], None, "SELECT 1;\n")
    assert draft(before, TODAY) == (
        "the names of its files give no order that a new one could follow: see M020"
    )


def test_a_file_alone_has_no_next_one(tmp_path: Path) -> None:
    file = tmp_path / "a.sql"
    file.write_text("SELECT 1;\n", encoding="utf-8")
    alone = History("a", "a", Layout.SINGLE, ())
    assert draft(alone, TODAY) == "there is no history of migrations that a new one could follow"


STATEMENTS = (
    'CREATE INDEX "A b" ON public."T" (a);',
    "ALTER TABLE public.t ADD CONSTRAINT c CHECK (a > 0);",
    "DROP INDEX public.old;",
)
UP = "-- What ctb-lint mends of migrations that must not change any more.\n" + "".join(
    f"{statement}\n" for statement in STATEMENTS
)
DOWN = (
    "-- Not undone: DROP INDEX public.old;\n"
    "ALTER TABLE public.t DROP CONSTRAINT IF EXISTS c;\n"
    'DROP INDEX IF EXISTS public."A b";\n'
)


@pytest.mark.parametrize(
    ("layout", "down", "expected"),
    [
        (Layout.FLAT, None, [("u", UP)]),
        (Layout.UP_DOWN_SUFFIX, "d", [("u", UP), ("d", DOWN)]),
        (Layout.GOOSE, None, [("u", f"-- +goose Up\n{UP}\n-- +goose Down\n{DOWN}")]),
        (Layout.SQL_MIGRATE, None, [("u", f"-- +migrate Up\n{UP}\n-- +migrate Down\n{DOWN}")]),
        (Layout.DBMATE, None, [("u", f"-- migrate:up\n{UP}\n-- migrate:down\n{DOWN}")]),
    ],
)
def test_the_way_back_undoes_what_can_be_undone(
    layout: Layout, down: str | None, expected: list[tuple[str, str]]
) -> None:
    given = Draft("m", "u", down, layout, STATEMENTS)
    assert list(rendered(given)) == expected
    assert list(rendered(given, "\r\n")) == [(p, t.replace("\n", "\r\n")) for p, t in expected]


@pytest.mark.parametrize(("text", "layout"), [(GOOSE, Layout.GOOSE), (DBMATE, Layout.DBMATE)])
def test_a_history_of_sections_goes_on_with_sections(
    text: str, layout: Layout, tmp_path: Path
) -> None:
    before = history(tmp_path, ["20250101000000_a.sql"], None, text)
    new = draft(before, TODAY)
    assert new == Draft("m", "m/20260301000000_ctb_lint_fixes.sql", None, layout)

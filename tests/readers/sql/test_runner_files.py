"""Which migration tool a folder belongs to, and what that tool makes of its files."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctb_lint.history import Convention, Direction, Layout
from ctb_lint.readers.sql.discover import ConfiguredHistory, Discovery, discover
from ctb_lint.readers.sql.layout import FileEntry
from ctb_lint.readers.sql.runner_files import adapted, order_of
from ctb_lint.readers.sql.text import ReadFailure

GOOSE = "-- +goose Up\nSELECT 1;\n"
DBMATE = "-- migrate:up\nSELECT 1;\n-- migrate:down\n"
SQLX = '[dependencies]\nsqlx = { version = "0.8" }\n'
MIGRATE = "module x\n\nrequire (\n\tgithub.com/golang-migrate/migrate/v4 v4.17.0\n)\n"


def plant(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")


def outline(found: Discovery) -> list[tuple[str, str, list[str]]]:
    return [(h.root, h.layout.value, [e.display for e in h.entries]) for h in found.histories]


MARKED = [
    pytest.param({"m/V1__a.sql": "", "m/V2__b.sql": ""}, "flyway", id="Flyway's names"),
    pytest.param({"m/V1__a.sql": "", "m/V2__b.sql": "", "m/notes.sql": ""}, "flyway",
                 id="one file that Flyway ignores"),
    pytest.param({"m/V1__a.sql": "", "m/notes.sql": ""}, "flat",
                 id="as many names of Flyway's as not"),
    pytest.param({"m/1_a.sql": GOOSE, "m/2_b.sql": GOOSE}, "goose", id="goose's marker"),
    pytest.param({"m/1_a.sql": "-- Users\n" + GOOSE}, "goose", id="below a comment"),
    pytest.param({"m/1_a.sql": "SELECT '\n-- +goose Up';"}, "goose", id="a marker in a string"),
    pytest.param({"m/1_a.sql": DBMATE}, "dbmate", id="dbmate's marker"),
    pytest.param({"m/1_a.sql": "-- see migrate:up"}, "flat", id="no marker"),
    pytest.param({"m/a.sql": DBMATE}, "flat", id="dbmate reads none of it"),
    pytest.param({"supabase/migrations/1_a.sql": ""}, "supabase", id="Supabase's folder"),
    pytest.param({"app/db/migrate/1_a.sql": "", "app/config/application.rb": ""}, "rails",
                 id="Rails' folder"),
    pytest.param({"app/db/migrate/1_a.sql": ""}, "flat", id="no Rails beside it"),
    pytest.param({"migrations/1_a.sql": "", "Cargo.toml": SQLX}, "sqlx", id="sqlx in Cargo.toml"),
    pytest.param({"migrations/1_a.up.sql": "", "Cargo.toml": SQLX}, "sqlx", id="sqlx both ways"),
    pytest.param(
        {"migrations/1_a.sql": "", "Cargo.toml": "[dev-dependencies.sqlx]\nversion = '0.8'"},
        "sqlx", id="sqlx in a table of its own",
    ),
    pytest.param({"sql/1_a.sql": "", "Cargo.toml": SQLX}, "flat", id="not sqlx' folder"),
    pytest.param({"migrations/1_a.sql": "", "Cargo.toml": "# sqlx"}, "flat",
                 id="sqlx only mentioned"),
    pytest.param({"db/m/1_a.up.sql": "", "go.mod": MIGRATE}, "golang-migrate",
                 id="golang-migrate in go.mod"),
    pytest.param(
        {"db/m/1_a.up.sql": "", "go.mod": MIGRATE.replace("0\n", "0 // indirect\n")},
        "up-down-suffix", id="only another needs golang-migrate",
    ),
    pytest.param({"m/1_a/migration.sql": "", "m/migration_lock.toml": ""}, "prisma",
                 id="Prisma's lock file"),
    pytest.param({"p/migrations/1_a/migration.sql": "", "p/schema.prisma": ""}, "prisma",
                 id="Prisma's schema"),
    pytest.param({"m/1_a/migration.sql": ""}, "migration-folder", id="no mark of Prisma's"),
    pytest.param({"migrations/1_a/up.sql": "", "diesel.toml": ""}, "diesel", id="diesel.toml"),
    pytest.param({"migrations/00000000000000_diesel_initial_setup/up.sql": ""}, "diesel",
                 id="diesel's first migration"),
    pytest.param({"migrations/1_a/up.sql": ""}, "up-down-folder", id="no mark of diesel's"),
    pytest.param({"m/1/1_a.up.sql": "", "m/2/1_b.up.sql": "", "go.mod": MIGRATE},
                 "up-down-suffix", id="folders of versions are no tool's"),
]  # fmt: skip


@pytest.mark.parametrize(("files", "layout"), MARKED)
def test_a_tool_is_known_by_its_marks(files: dict[str, str], layout: str, tmp_path: Path) -> None:
    plant(tmp_path, {**files, ".git/HEAD": ""})
    found = discover([tmp_path], base=tmp_path)
    assert [h.layout.value for h in found.histories] == [layout]
    (history,) = found.histories
    # A file that is named alone belongs to the same history.
    (alone,) = discover([history.entries[0].file], base=tmp_path).histories
    assert alone == history


def test_what_lies_above_the_repository_is_no_mark(tmp_path: Path) -> None:
    plant(tmp_path, {"Cargo.toml": SQLX, "app/.git/HEAD": "", "app/migrations/1_a.sql": ""})
    (history,) = discover([tmp_path / "app"], base=tmp_path).histories
    assert history.layout is Layout.FLAT


def test_marks_that_cannot_be_read_are_none(tmp_path: Path) -> None:
    plant(tmp_path, {"migrations/1_a.sql": "", "Cargo.toml/x": "", ".git/HEAD": ""})
    (tmp_path / "go.mod").symlink_to(tmp_path / "gone")
    (history,) = discover([tmp_path / "migrations"], base=tmp_path).histories
    assert history.layout is Layout.FLAT


ORDERS = [
    (Layout.FLYWAY,
     ["beforeMigrate.sql", "V1__a.sql", "V1_1__b.sql", "V1.10__c.sql", "V2__d.sql",
      "V20250101.1__e.sql", "R__a_b.sql", "R__b.sql", "afterMigrate.sql", "V3_x.sql"]),
    (Layout.GOOSE, ["1_z.sql", "02_y.sql", "10_x.sql", "20250101_a.sql", "20240101000000_b.sql",
                    "a.sql"]),
    (Layout.DBMATE, ["001.sql", "01_a.sql", "10_a.sql", "1_a.sql", "2_a.sql", "a.sql"]),
    (Layout.SUPABASE, ["10_a.sql", "9_a.sql", "a.sql"]),
    (Layout.RAILS, ["9_a.sql", "10_a.sql", "a.sql"]),
    (Layout.SQLX, ["9_a.sql", "10_a.up.sql", "a.sql"]),
    (Layout.GOLANG_MIGRATE, ["9_a.up.sql", "10_a.up.sql", "8_a.sql"]),
    (Layout.PSQL, ["10_a.sql", "9_a.sql"]),
]  # fmt: skip


def entry(name: str) -> FileEntry:
    return FileEntry(Path(name), name, name, Direction.UP, Convention.OTHER)


@given(st.data())
def test_each_runner_has_its_own_order(data: st.DataObject) -> None:
    layout, names = data.draw(st.sampled_from(ORDERS))
    shuffled = data.draw(st.permutations(names))
    entries = adapted([entry(name) for name in shuffled], layout)
    entries.sort(key=order_of(entries, layout))
    assert [e.display for e in entries] == names


def test_diesel_goes_by_the_digits_before_the_underscore() -> None:
    names = ["2019-02-27-170003_a", "20200101000000_b", "2021-01-01-000000_c"]
    entries = [FileEntry(Path(n, "up.sql"), n, n, Direction.UP, Convention.OTHER) for n in names]
    found = adapted(entries, Layout.DIESEL)
    found.sort(key=order_of(found, Layout.DIESEL))
    assert [e.name for e in found] == names
    assert [e.version for e in found] == ["20190227170003", "20200101000000", "20210101000000"]


def test_a_baseline_stands_for_all_versions_up_to_its_own() -> None:
    names = ["V1__a.sql", "B2__all.sql", "V2__b.sql", "V2.1__c.sql", "B1__old.sql", "R__v.sql"]
    found = adapted([entry(name) for name in names], Layout.FLYWAY)
    assert [e.display for e in found if e.applied] == ["B2__all.sql", "V2.1__c.sql", "R__v.sql"]


def test_what_a_runner_does_not_read_is_not_applied() -> None:
    names = ["1_a.sql", "2-b.sql", "0_c.sql"]
    found = adapted([entry(name) for name in names], Layout.GOOSE)
    assert [(e.version, e.applied) for e in found] == [("1", True), (None, False), (None, False)]


FORCED = [
    pytest.param(
        "flyway", {"m/V2__b.sql": "", "m/V10__c.sql": "", "m/more/V1__a.sql": "", "m/x.sql": ""},
        ["m/more/V1__a.sql", "m/V2__b.sql", "m/V10__c.sql", "m/x.sql"],
        id="Flyway looks into folders below",
    ),
    pytest.param("goose", {"m/10_b.sql": "", "m/9_a.sql": ""}, ["m/9_a.sql", "m/10_b.sql"],
                 id="goose without markers"),
    pytest.param("supabase", {"m/10_b.sql": "", "m/9_a.sql": ""}, ["m/10_b.sql", "m/9_a.sql"],
                 id="Supabase elsewhere"),
    pytest.param(
        "golang-migrate", {"m/10_b.up.sql": "", "m/9_a.up.sql": "", "m/9_a.down.sql": ""},
        ["m/9_a.up.sql", "m/10_b.up.sql", "m/9_a.down.sql"], id="golang-migrate",
    ),
    pytest.param("flat", {"m/10_b.up.sql": "", "m/9_a.up.sql": ""},
                 ["m/10_b.up.sql", "m/9_a.up.sql"], id="plain files by name"),
    pytest.param("psql", {"m/1_a.sql": "", "m/down/1_a.sql": ""},
                 ["m/1_a.sql", "m/down/1_a.sql"], id="psql with a down folder"),
    pytest.param("diesel", {"m/1_a/up.sql": "", "m/1_a/down.sql": ""},
                 ["m/1_a/up.sql", "m/1_a/down.sql"], id="diesel"),
    pytest.param("prisma", {"m/1_a/migration.sql": ""}, ["m/1_a/migration.sql"], id="Prisma"),
    pytest.param("single", {"m/schema.sql": ""}, ["m/schema.sql"], id="one file"),
    pytest.param("goose", {"m/V1__a.sql": "", "m/1_a.sql": ""}, ["m/1_a.sql", "m/V1__a.sql"],
                 id="names of another tool beside"),
]  # fmt: skip


def configured(root: Path, layout: str, path: str = "m") -> Discovery:
    histories = (ConfiguredHistory("app", path, Layout(layout)),)
    return discover([root], base=root, configured=histories)


@pytest.mark.parametrize(("layout", "files", "expected"), FORCED)
def test_a_configured_layout_decides(
    layout: str, files: dict[str, str], expected: list[str], tmp_path: Path
) -> None:
    plant(tmp_path, files)
    found = configured(tmp_path, layout)
    assert found.failures == ()
    assert outline(found) == [("m", layout, expected)]
    assert [h.name for h in found.histories] == ["app"]


MISFITS = [
    ("flyway", {"m/1_a.sql": ""},
     "holds no file that Flyway reads: none is named like V1_2__name.sql"),
    ("golang-migrate", {"m/1_a.sql": ""},
     "holds no file that golang-migrate reads: none is named like 1_name.up.sql"),
    ("diesel", {"m/1_a.sql": ""}, "holds no folder with an up.sql"),
    ("prisma", {"m/1_a/up.sql": ""}, "holds no folder with a migration.sql"),
    ("up-down-suffix", {"m/1_a.sql": ""}, "holds no file that is named like NAME.up.sql"),
    ("single", {"m/1_a.sql": "", "m/2_b.sql": ""}, "holds 2 files, so it is not `single`"),
    ("goose", {"m/sub/1_a.sql": ""}, "holds no file of its own"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("layout", "files", "why"), MISFITS, ids=[layout for layout, _, _ in MISFITS]
)
def test_a_configured_layout_that_does_not_fit_fails(
    layout: str, files: dict[str, str], why: str, tmp_path: Path
) -> None:
    plant(tmp_path, files)
    found = configured(tmp_path, layout)
    hint = "correct `layout` of the history `app`, or leave it out"
    message = f"{why}, but is configured as `{layout}`"
    assert found.failures == (ReadFailure("m", message, hint),)
    assert {e.display for h in found.histories for e in h.entries} == set(files)


def test_a_misfit_that_was_not_asked_for_is_not_looked_at(tmp_path: Path) -> None:
    plant(tmp_path, {"m/1_a.sql": "", "n/1_a.sql": ""})
    histories = (ConfiguredHistory("app", "m", Layout.FLYWAY),)
    found = discover([tmp_path / "n"], base=tmp_path, configured=histories)
    assert found.failures == ()

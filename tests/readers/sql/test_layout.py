"""Which files form which history, and in what order."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctb_lint.history import Convention, Direction, Layout
from ctb_lint.readers.sql.conventions import FileName, convention_of, parse_name, version_key
from ctb_lint.readers.sql.discover import Discovery, discover
from ctb_lint.readers.sql.heads import ConfiguredHistory
from ctb_lint.readers.sql.layout import FileEntry, HistoryFiles, order_conflicts
from ctb_lint.readers.sql.text import ReadFailure

UP, DOWN = Direction.UP, Direction.DOWN


def plant(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("")


def find(root: Path, *paths: str, excluded: tuple[str, ...] = ()) -> Discovery:
    return discover([root / p for p in paths], base=root, excluded=excluded)


def outline(found: Discovery) -> list[tuple[str, str, list[str]]]:
    return [(h.name, h.layout.value, [e.display for e in h.entries]) for h in found.histories]


NAMES = [
    ("2025-08-19_x", Convention.DATED, None),
    ("2025-08-19", Convention.DATED, None),
    ("2019-02-27-170003_create", Convention.TIMESTAMPED, "20190227170003"),
    ("2026-07-27-143313-0000_rename", Convention.TIMESTAMPED, "202607271433130000"),
    ("20250819120000_x", Convention.TIMESTAMPED, "20250819120000"),
    ("20250819_120000_x", Convention.TIMESTAMPED, "20250819120000"),
    ("20250819_x", Convention.TIMESTAMPED, "20250819"),
    ("1699999999-x", Convention.TIMESTAMPED, "1699999999"),
    ("001_x", Convention.NUMBERED, "001"),
    ("7", Convention.NUMBERED, "7"),
    ("V1__x", Convention.OTHER, None),
    ("2fa", Convention.OTHER, None),
    ("schema", Convention.OTHER, None),
    ("²_x", Convention.OTHER, None),
    ("٣_x", Convention.OTHER, None),
]


@pytest.mark.parametrize(("name", "convention", "version"), NAMES, ids=[n[0] for n in NAMES])
def test_a_name_tells_its_convention(
    name: str, convention: Convention, version: str | None
) -> None:
    assert convention_of(name) == (convention, version)


FILES = [
    ("x.sql", FileName("x", None)),
    ("x.up.sql", FileName("x", UP)),
    ("x.down.sql", FileName("x", DOWN)),
    ("x.rollback.sql", FileName("x", DOWN)),
    ("x.undo.SQL", FileName("x", DOWN)),
    ("x.postgres.up.sql", FileName("x", UP, None, True)),
    ("x.mysql.down.sql", FileName("x", DOWN, "MySQL")),
    ("x.sqlite3.autocommit.up.sql", FileName("x", UP, "SQLite")),
    ("x.autocommit.up.sql", FileName("x", UP)),
    ("x.up.cockroach.sql", FileName("x", UP, "CockroachDB")),
    ("1.2.x.sql", FileName("1.2.x", None)),
    ("up.sql", FileName("up", None)),
    ("dump", FileName("dump", None)),
]


@pytest.mark.parametrize(("name", "parsed"), FILES, ids=[f[0] for f in FILES])
def test_a_file_name_tells_direction_and_database(name: str, parsed: FileName) -> None:
    assert parse_name(name) == parsed


@given(st.text("0123456789_-.Vx up", max_size=20))
def test_any_name_has_a_convention_and_versions_are_numbers(name: str) -> None:
    convention, version = convention_of(parse_name(name).stem)
    assert (version is None) == (convention in {Convention.DATED, Convention.OTHER})
    assert version is None or version_key(version) == (int(version),)


def test_plain_files_go_by_name(tmp_path: Path) -> None:
    plant(tmp_path, "db/2025-08-19_b.sql", "db/2025-08-19_a.sql", "db/readme.md")
    found = find(tmp_path, "db")
    assert found == Discovery(
        (
            HistoryFiles(
                "db",
                "db",
                Layout.FLAT,
                tuple(
                    FileEntry(
                        tmp_path / "db" / f"{name}.sql", f"db/{name}.sql", name, UP,
                        Convention.DATED,
                    )
                    for name in ("2025-08-19_a", "2025-08-19_b")
                ),
            ),
        ),
        frozenset({"db/2025-08-19_a.sql", "db/2025-08-19_b.sql"}),
    )  # fmt: skip


LAYOUTS = [
    pytest.param(
        ["m/9_x.sql", "m/10_x.sql"], [("m", "flat", ["m/10_x.sql", "m/9_x.sql"])],
        id="plain numbers stand by name",
    ),
    pytest.param(
        ["m/9_x.up.sql", "m/10_x.up.sql", "m/10_x.down.sql"],
        [("m", "up-down-suffix", ["m/9_x.up.sql", "m/10_x.up.sql", "m/10_x.down.sql"])],
        id="ups and downs stand by number",
    ),
    pytest.param(
        ["m/b/up.sql", "m/a/up.sql", "m/a/down.sql"],
        [("m", "up-down-folder", ["m/a/up.sql", "m/b/up.sql", "m/a/down.sql"])],
        id="folders with up and down",
    ),
    pytest.param(
        ["m/1_b/migration.sql", "m/1_a/migration.sql", "m/lock.toml"],
        [("m", "migration-folder", ["m/1_a/migration.sql", "m/1_b/migration.sql"])],
        id="folders with a migration",
    ),
    pytest.param(
        ["m/0/02_b.up.sql", "m/0/01_a.up.sql", "m/10/01_d.up.sql", "m/2/01_c.up.sql"],
        [("m", "up-down-suffix",
          ["m/0/01_a.up.sql", "m/0/02_b.up.sql", "m/2/01_c.up.sql", "m/10/01_d.up.sql"])],
        id="folders of versions are one history by number",
    ),
    pytest.param(
        ["m/1_a.sql", "m/2_b.sql", "m/down/1_a.sql"],
        [("m", "flat", ["m/1_a.sql", "m/2_b.sql", "m/down/1_a.sql"])],
        id="a down folder inside",
    ),
    pytest.param(
        ["m/up/1_a.sql", "m/rollback/1_a.sql"],
        [("m", "flat", ["m/up/1_a.sql", "m/rollback/1_a.sql"])],
        id="up and rollback folders beside each other",
    ),
    pytest.param(
        ["m/1_a_up.sql", "m/1_a_down.sql", "m/2_speed_up.sql"],
        [("m", "up-down-suffix", ["m/1_a_up.sql", "m/2_speed_up.sql", "m/1_a_down.sql"])],
        id="an underscore before up counts where down is there too",
    ),
    pytest.param(
        ["a/m/1.sql", "b/m/1.sql", "b/seeds/x.sql"],
        [("a/m", "flat", ["a/m/1.sql"]), ("b/m", "flat", ["b/m/1.sql"]),
         ("b/seeds", "flat", ["b/seeds/x.sql"])],
        id="several histories",
    ),
    pytest.param(
        ["m/rollback/x.sql"], [("m/rollback", "flat", ["m/rollback/x.sql"])],
        id="a down folder with nothing beside it is a history",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("files", "expected"), LAYOUTS)
def test_files_form_histories(
    files: list[str], expected: list[tuple[str, str, list[str]]], tmp_path: Path
) -> None:
    plant(tmp_path, *files)
    found = find(tmp_path, ".")
    assert outline(found) == expected
    assert found.selected == frozenset(files) - {"m/lock.toml"}
    for file in sorted(found.selected):
        alone = find(tmp_path, file)
        assert outline(alone) == [h for h in expected if file in h[2]]
        assert alone.selected == {file}
        assert alone.failures == ()


def test_a_root_that_is_the_base_has_the_name_of_its_folder(tmp_path: Path) -> None:
    plant(tmp_path, "1.sql")
    assert [(h.name, h.root) for h in find(tmp_path).histories] == [(tmp_path.name, ".")]


def test_what_is_for_another_database_is_skipped_and_said(tmp_path: Path) -> None:
    plant(
        tmp_path, "m/1_a.up.sql", "m/1_a.postgres.autocommit.up.sql", "m/1_a.mysql.up.sql",
        "m/2_b.sqlite3.up.sql", "m/3_c.up.sql", "m/3_c.cockroach.up.sql",
    )  # fmt: skip
    found = find(tmp_path, "m")
    entries = ["m/1_a.postgres.autocommit.up.sql", "m/3_c.up.sql"]
    assert outline(found) == [("m", "up-down-suffix", entries)]
    assert found.skipped == (
        ("m/1_a.mysql.up.sql", "it is for MySQL"),
        ("m/1_a.up.sql", "1_a.postgres.autocommit.up.sql takes its place on PostgreSQL"),
        ("m/2_b.sqlite3.up.sql", "it is for SQLite"),
        ("m/3_c.cockroach.up.sql", "it is for CockroachDB"),
    )
    failure = ReadFailure(
        "m/1_a.mysql.up.sql", "is not read: it is for MySQL", "name a file that is for PostgreSQL"
    )
    assert find(tmp_path, "m/1_a.mysql.up.sql").failures == (failure,)


def test_a_folder_with_nothing_for_postgresql_fails(tmp_path: Path) -> None:
    plant(tmp_path, "m/a.mysql.sql", "n/x.md")
    hint = "name the folder that holds the migrations"
    assert find(tmp_path, "m", "n").failures == (
        ReadFailure("m", "holds no SQL files for PostgreSQL, only 1 for other databases", hint),
        ReadFailure("n", "holds no SQL files", hint),
    )


def test_a_named_file_of_any_name_is_read_alone(tmp_path: Path) -> None:
    plant(tmp_path, "dump.ddl", "a.sql")
    found = find(tmp_path, "dump.ddl")
    assert outline(found) == [("dump.ddl", "single", ["dump.ddl"])]
    assert found.selected == {"dump.ddl"}


def test_a_path_that_is_not_there_fails_with_the_nearest_name(tmp_path: Path) -> None:
    plant(tmp_path, "migrations/1.sql")
    assert find(tmp_path, "migration", "zzz").failures == (
        ReadFailure("migration", "does not exist", "did you mean `migrations`?"),
        ReadFailure("zzz", "does not exist", "check the name"),
    )


def test_a_link_to_nothing_says_so_instead_of_meaning_itself(tmp_path: Path) -> None:
    (tmp_path / "y.sql").symlink_to(tmp_path / "gone.sql")
    message = "is a symlink to what does not exist"
    assert find(tmp_path, "y.sql").failures == (
        ReadFailure("y.sql", message, "mend or remove the link"),
    )


def test_hidden_folders_and_dependencies_are_passed_over_and_counted(tmp_path: Path) -> None:
    plant(tmp_path, "m/1.sql", ".git/x.sql", "node_modules/a/x.sql", "m/venv/x.sql", ".h/1.sql")
    found = find(tmp_path)
    assert found.selected == {"m/1.sql"}
    assert found.folders_passed_over == 4
    assert find(tmp_path, ".h").selected == {".h/1.sql"}


def test_excluded_files_are_left_out_unless_named(tmp_path: Path) -> None:
    plant(tmp_path, "m/1.sql", "m/2.sql", "old/1.sql")
    assert find(tmp_path, excluded=("old/", "m/2*")).selected == {"m/1.sql"}
    named = find(tmp_path, "m/2.sql", excluded=("m/2*",))
    assert outline(named) == [("m", "flat", ["m/1.sql", "m/2.sql"])]


def test_symlinks_are_followed_once_and_loops_fail(tmp_path: Path) -> None:
    plant(tmp_path, "p/m/1.sql", "q/2.sql")
    (tmp_path / "p/m/up").symlink_to(tmp_path / "p")
    (tmp_path / "p/self").symlink_to(tmp_path / "p/self")
    (tmp_path / "p/z").symlink_to(tmp_path / "q")
    (tmp_path / "p/zz").symlink_to(tmp_path / "q")
    found = find(tmp_path, "p")
    assert found.selected == {"p/m/1.sql", "p/z/2.sql"}
    assert found.skipped == (("p/zz", "its folder was read already"),)
    assert [(f.path, f.message) for f in found.failures] == [
        ("p/m/up", "is a symlink to a folder that it stands in"),
        ("p/self", "is a symlink that leads to itself"),
    ]


def test_a_folder_is_read_under_its_own_name_before_any_link_to_it(tmp_path: Path) -> None:
    plant(tmp_path, "q/2.sql")
    (tmp_path / "a").symlink_to(tmp_path / "q")
    found = find(tmp_path)
    assert found.selected == {"q/2.sql"}
    assert found.skipped == (("a", "its folder was read already"),)


def test_a_folder_that_may_not_be_read_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(tmp_path, "m/1.sql")

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "scandir", refuse)
    failures = find(tmp_path, "m").failures
    assert failures[0].message == "may not be read"


def test_names_that_are_no_text_are_shown_escaped(tmp_path: Path) -> None:
    weird = os.fsencode(tmp_path) + b"/a\n\xff.sql"
    Path(os.fsdecode(weird)).touch()
    assert find(tmp_path).selected == {"a\n\\xff.sql"}


def test_configuration_names_histories(tmp_path: Path) -> None:
    plant(tmp_path, "db/a/1.sql", "db/b/1/up.sql", "c/1.sql")
    configured = [
        ConfiguredHistory("main", "db/a", None, False),
        ConfiguredHistory("rest", "db", None, True),
    ]
    found = discover([tmp_path], base=tmp_path, configured=configured)
    assert [(h.name, h.root, h.layout, h.from_nothing) for h in found.histories] == [
        ("c", "c", Layout.FLAT, None),
        ("main", "db/a", Layout.FLAT, False),
        ("rest/b", "db/b", Layout.UP_DOWN_FOLDER, True),
    ]
    assert discover([], base=tmp_path, configured=configured[:1]).selected == {"db/a/1.sql"}


def test_nine_before_ten_is_an_order_that_depends(tmp_path: Path) -> None:
    plant(tmp_path, *(f"m/{n}_x.up.sql" for n in (1, 2, 9, 10, 11, 100)))
    entries = find(tmp_path, "m").histories[0].entries
    assert [(a.name, b.name) for a, b in order_conflicts(entries)] == [
        ("9_x", "10_x"),
        ("11_x", "100_x"),
    ]


def test_padded_numbers_and_folders_of_versions_have_one_order(tmp_path: Path) -> None:
    plant(tmp_path, "m/09_x.sql", "m/10_x.sql", "v/9/1_x.sql", "v/10/1_x.sql")
    for history in find(tmp_path).histories:
        assert order_conflicts(history.entries) == ()

"""Which migrations a version stands for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctb_lint.history import Convention, Direction, MigrationFile
from ctb_lint.model import Location
from ctb_lint.readers.sql.conventions import FOLDER_FILES, convention_of, parse_name
from ctb_lint.readers.sql.heads import ConfiguredHistory
from ctb_lint.readers.sql.reader import SqlOptions, SqlRead, read
from ctb_lint.readers.sql.released import digits_of, precedes, unknown_version, up_to
from ctb_lint.readers.sql.text import ReadFailure


def migration(path: str, version: str | None = None) -> MigrationFile:
    """A file as the reader would describe it; ``version`` where a layout gives another."""
    base = path.rpartition("/")[2]
    parsed = parse_name(base)
    name = path.split("/")[-2] if base in FOLDER_FILES else parsed.stem
    convention, found = convention_of(name)
    return MigrationFile(
        path=path,
        name=name,
        direction=FOLDER_FILES.get(base) or parsed.direction or Direction.UP,
        convention=Convention.NUMBERED if version else convention,
        version=version or found,
        location=Location(path, 0, 0, 1, 1, 1, 1),
    )


def history(*paths: str) -> list[MigrationFile]:
    return [migration(f"m/{path}") for path in paths]


def released(files: Sequence[MigrationFile], wanted: str) -> list[str]:
    found = up_to(files, wanted)
    return [file.path.removeprefix("m/") for file in files if file.path in found]


NUMBERED = history("001_a.sql", "002_b.sql", "004_d.sql", "010_e.sql")
STAMPED = history(
    "20231201120000_a.sql", "20240101_b.sql", "20240101150000_c.sql", "20240301_d.sql"
)
DATED = history("2025-01-01_a.sql", "2025-02-01_b.sql", "2025-02-01_c.sql", "2025-03-01_d.sql")
PAIRS = history("1_a.up.sql", "2_b.up.sql", "3_c.up.sql", "1_a.down.sql", "3_c.down.sql")
FOLDERS = history("2024-01-01-000000_a/up.sql", "2024-02-01-000000_b/up.sql",
    "2024-01-01-000000_a/down.sql")  # fmt: skip


@pytest.mark.parametrize(
    ("files", "wanted", "count"),
    [
        pytest.param(NUMBERED, "002", 2, id="the version as it is written"),
        pytest.param(NUMBERED, "2", 2, id="the version without its zeros"),
        pytest.param(NUMBERED, "V2", 2, id="the version with Flyway's letter"),
        pytest.param(NUMBERED, "3", 2, id="a version that lies in a gap"),
        pytest.param(NUMBERED, "002_b", 2, id="the stem"),
        pytest.param(NUMBERED, "002_b.sql", 2, id="the file's name"),
        pytest.param(NUMBERED, "m/002_b.sql", 2, id="the path"),
        pytest.param(NUMBERED, "./m/002_b.sql", 2, id="the path from here"),
        pytest.param(NUMBERED, "010_e", 4, id="the newest"),
        pytest.param(NUMBERED, "11", 0, id="a version after the newest"),
        pytest.param(NUMBERED, "0", 0, id="a version before the first"),
        pytest.param(NUMBERED, "20240101", 0, id="a time stamp where numbers count"),
        pytest.param(NUMBERED, "02_b", 0, id="a name that there is none of"),
        pytest.param(NUMBERED, "", 0, id="nothing"),
        pytest.param(NUMBERED, "9" * 5000, 0, id="a number that no file can have"),
        pytest.param(NUMBERED, "٢", 0, id="digits that no runner reads"),
        pytest.param(STAMPED, "20231231", 1, id="a day between two time stamps"),
        pytest.param(STAMPED, "2024", 1, id="a year is its first second"),
        pytest.param(STAMPED, "20240101", 2, id="a day ends before its hours"),
        pytest.param(STAMPED, "20240101_150000", 3, id="a time stamp in two parts"),
        pytest.param(STAMPED, "2024-02-01", 3, id="a date with hyphens"),
        pytest.param(STAMPED, "7", 0, id="a small number where time stamps count"),
        pytest.param(STAMPED, "20250101", 0, id="a day after the newest"),
        pytest.param(DATED, "2025-02-01", 3, id="a date holds all files of the day"),
        pytest.param(DATED, "20250201", 3, id="a date without hyphens"),
        pytest.param(DATED, "2025-02-01_b", 2, id="one file of a day"),
        pytest.param(DATED, "2025-02-15", 3, id="a date between two"),
        pytest.param(PAIRS, "1", 2, id="a version with its way back"),
        pytest.param(PAIRS, "2", 3, id="a version without a way back"),
        pytest.param(PAIRS, "3_c.up.sql", 5, id="a file with a direction"),
        pytest.param(FOLDERS, "20240101000000", 2, id="diesel's version"),
        pytest.param(FOLDERS, "2024-01-01-000000", 2, id="diesel's version as it is written"),
        pytest.param(FOLDERS, "2024-01-01-000000_a", 2, id="a folder's name"),
        pytest.param(FOLDERS, "m/2024-01-01-000000_a/", 2, id="a folder's path"),
        pytest.param(FOLDERS, "up.sql", 0, id="the name that all folders' files have"),
    ],
)
def test_a_version_stands_for_all_files_up_to_it(
    files: list[MigrationFile], wanted: str, count: int
) -> None:
    assert len(released(files, wanted)) == count


def test_the_ways_back_of_released_files_are_released() -> None:
    assert released(PAIRS, "2") == ["1_a.up.sql", "2_b.up.sql", "1_a.down.sql"]


def test_the_order_is_the_runners() -> None:
    files = history("10_b.sql", "9_a.sql")
    assert released(files, "9") == ["10_b.sql", "9_a.sql"]
    assert released(files, "10") == ["10_b.sql"]


def test_repeatable_files_come_after_all_versions() -> None:
    files = [migration("m/V1__a.sql", "1"), migration("m/V1_2__b.sql", "1.2"),
        migration("m/R__views.sql")]  # fmt: skip
    assert released(files, "1.2") == ["V1__a.sql", "V1_2__b.sql"]
    assert released(files, "V1_2") == ["V1__a.sql", "V1_2__b.sql"]
    assert released(files, "1.2.0") == ["V1__a.sql", "V1_2__b.sql"]
    assert released(files, "1.1") == ["V1__a.sql"]
    assert released(files, "R__views") == ["V1__a.sql", "V1_2__b.sql", "R__views.sql"]


def test_files_of_one_number_are_released_together_unless_one_is_named() -> None:
    files = history("5_a.sql", "5_b.sql", "6_c.sql")
    assert released(files, "5") == ["5_a.sql", "5_b.sql"]
    assert released(files, "5_a") == ["5_a.sql"]


STEMS = st.lists(st.integers(1, 400), min_size=2, max_size=12, unique=True).map(sorted)


@given(STEMS, st.integers(0, 420), st.integers(1, 6))
def test_numbers_release_what_is_not_greater(numbers: list[int], wanted: int, width: int) -> None:
    files = history(*(f"{number:03}_x.sql" for number in numbers))
    expected = [number for number in numbers if number <= wanted]
    if wanted > numbers[-1]:
        expected = []
    assert [int(name[:3]) for name in released(files, f"{wanted:0{width}}")] == expected


@given(
    st.lists(st.datetimes().filter(lambda d: d.year >= 1000), min_size=2, max_size=8, unique=True),
    st.datetimes().filter(lambda d: d.year >= 1000),
    st.sampled_from((8, 12, 14)),
)
def test_time_stamps_release_what_is_not_later(times: list, wanted: object, digits: int) -> None:
    stamps = sorted({f"{time:%Y%m%d%H%M%S}" for time in times})
    cut = f"{wanted:%Y%m%d%H%M%S}"[:digits]
    files = history(*(f"{stamp}_x.sql" for stamp in stamps))
    full = cut.ljust(14, "0")
    expected = [] if full > stamps[-1] else [stamp for stamp in stamps if stamp <= full]
    assert [name[:14] for name in released(files, cut)] == expected


@given(STEMS, st.data())
def test_every_name_of_a_file_stands_for_the_same(numbers: list[int], data: st.DataObject) -> None:
    files = history(*(f"{number:03}_x.sql" for number in numbers))
    place = data.draw(st.integers(0, len(files) - 1))
    file = files[place]
    assert file.version
    expected = frozenset(one.path for one in files[: place + 1])
    for wanted in (file.path, file.name, file.name + ".sql", file.version, str(numbers[place])):
        assert up_to(files, wanted) == expected


@given(st.text(max_size=30))
def test_no_text_is_too_odd(wanted: str) -> None:
    for files in (NUMBERED, STAMPED, DATED, PAIRS, FOLDERS, []):
        paths = {file.path for file in files}
        assert up_to(files, wanted) <= paths
        assert precedes(files, wanted) in {True, False}
    assert digits_of(wanted) is None or digits_of(wanted).replace(".", "").isdigit()  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("files", "wanted", "hint"),
    [
        (NUMBERED, "11", "its newest is 010_e: name that one, or check the version"),
        (NUMBERED, "0", "its first is 001_a: remove released if nothing was applied yet"),
        (NUMBERED, "02_b", "did you mean 002_b?"),
        (NUMBERED, "init", "its migrations go from 001_a to 010_e"),
        (NUMBERED[:1], "init", "it has 001_a"),
        ([], "1", "remove released: there are no migrations here"),
    ],
)
def test_an_unknown_version_is_said_with_what_there_is(
    files: list[MigrationFile], wanted: str, hint: str
) -> None:
    message = f'has no migration that released = "{wanted}" stands for'
    assert unknown_version(files, wanted, "released", "m") == ReadFailure("m", message, hint)


# In the reader -----------------------------------------------------------------------------


def plant(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("SELECT 1;")


def standing(result: SqlRead) -> list[str]:
    """The paths that are released."""
    return [f.path for one in result.folded for f in one.history.files if f.released]


def options(root: Path, **given: Any) -> SqlOptions:
    return SqlOptions(base=root, **given)


def test_the_key_of_all_histories_counts_where_a_history_has_none_of_its_own(
    tmp_path: Path,
) -> None:
    plant(tmp_path, "a/1_x.sql", "a/2_y.sql", "b/1_x.sql", "b/2_y.sql")
    histories = (ConfiguredHistory("b", "b", released="2_y"),)
    result = read([tmp_path], options(tmp_path, released="1", histories=histories))
    assert standing(result) == ["a/1_x.sql", "b/1_x.sql", "b/2_y.sql"]
    assert result.failures == ()


def test_a_version_need_not_be_in_every_history(tmp_path: Path) -> None:
    plant(tmp_path, "a/1_x.sql", "a/2_y.sql", "b/20240101_x.sql", "b/20250101_y.sql")
    result = read([tmp_path], options(tmp_path, released="20240101"))
    assert (standing(result), result.failures) == (["b/20240101_x.sql"], ())


def test_a_version_that_is_in_no_history_is_a_failure(tmp_path: Path) -> None:
    plant(tmp_path, "a/1_x.sql", "b/1_y.sql")
    result = read([tmp_path], options(tmp_path, released="7"))
    failure = ReadFailure(
        "a",
        'has no migration that released = "7" stands for',
        "its newest is 1_x: name that one, or check the version",
    )
    assert (standing(result), result.failures) == ([], (failure,))
    partly = read([tmp_path / "a"], options(tmp_path, released="7", released_must_match=False))
    assert (standing(partly), partly.failures) == ([], ())


def test_a_historys_own_version_must_be_in_it(tmp_path: Path) -> None:
    plant(tmp_path, "a/1_x.sql", "b/7_y.sql")
    histories = (ConfiguredHistory("main", "a", released="1_z"),)
    result = read([tmp_path], options(tmp_path, released="7", histories=histories))
    message = 'has no migration that released = "1_z" stands for'
    assert result.failures == (ReadFailure("a", message, "did you mean 1_x?"),)
    assert standing(result) == ["b/7_y.sql"]


def test_what_is_not_released_can_be_left_out(tmp_path: Path) -> None:
    plant(tmp_path, "a/1_x.up.sql", "a/2_y.up.sql", "a/1_x.down.sql", "b/9_z.sql")
    result = read([tmp_path], options(tmp_path, released="1", released_only=True))
    assert [[f.path for f in one.history.files] for one in result.folded] == [
        ["a/1_x.up.sql", "a/1_x.down.sql"],
        [],
    ]
    assert sorted(result.texts) == ["a/1_x.down.sql", "a/1_x.up.sql"]

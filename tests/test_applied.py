"""Where a database stands in a history, by what its migration tool noted."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctb_lint.applied import AppliedVersions, standing
from ctb_lint.history import History, Layout
from ctb_lint.model import QualifiedName
from ctb_lint.readers.sql.heads import ConfiguredHistory
from ctb_lint.readers.sql.reader import SqlOptions, read

TABLE = QualifiedName("public", "schema_migrations")


def history(folder: Path, layout: Layout, *names: str) -> History:
    for name in names:
        path = folder / "m" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("SELECT 1;")
    options = SqlOptions(base=folder, histories=(ConfiguredHistory("app", "m", layout),))
    (folded,) = read([folder / "m"], options).folded
    return folded.history


def named(folder: Path, layout: Layout, names: list[str], *versions: str) -> tuple[list[str], ...]:
    found = standing(history(folder, layout, *names), AppliedVersions(TABLE, versions))
    return [file.path.removeprefix("m/") for file in found.pending], list(found.vanished)


FLAT = ["001_a.sql", "002_b.sql", "2025-08-19_c.sql"]


@pytest.mark.parametrize(
    "versions",
    [
        ("001_a.sql", "002_b.sql", "2025-08-19_c.sql"),
        ("001_a", "002_b", "2025-08-19_c"),
        ("1", "2", "2025-08-19_c"),
        ("001", "002", "2025-08-19_c.sql"),
    ],
)
def test_a_file_is_known_by_number_name_or_file(tmp_path: Path, versions: tuple[str, ...]) -> None:
    assert named(tmp_path, Layout.FLAT, FLAT, *versions) == ([], [])
    assert named(tmp_path, Layout.FLAT, FLAT, versions[0]) == (FLAT[1:], [])


def test_what_no_file_has_is_vanished(tmp_path: Path) -> None:
    assert named(tmp_path, Layout.FLAT, FLAT, "001_a", "003_x", "20250819") == (
        FLAT[1:], ["003_x", "20250819"],
    )  # fmt: skip


def test_flyway_compares_numbers(tmp_path: Path) -> None:
    names = ["V1__a.sql", "V1_2__b.sql", "V2__c.sql"]
    assert named(tmp_path, Layout.FLYWAY, names, "1", "1.2") == (["V2__c.sql"], [])


def test_of_the_newest_version_all_before_it_ran(tmp_path: Path) -> None:
    names = ["1_a.up.sql", "2_b.up.sql", "3_c.up.sql"]
    lines = history(tmp_path, Layout.GOLANG_MIGRATE, *names)
    found = standing(lines, AppliedVersions(TABLE, ("2",), newest_only=True))
    assert [file.path for file in found.pending] == ["m/3_c.up.sql"]
    assert (found.vanished, found.broken) == ((), ())
    found = standing(lines, AppliedVersions(TABLE, (), newest_only=True, failed=("3",)))
    assert [file.path for file in found.broken] == ["m/3_c.up.sql"]
    found = standing(lines, AppliedVersions(TABLE, ("7",), newest_only=True))
    assert found.vanished == ("7",)


def test_what_failed_is_not_pending_but_broken(tmp_path: Path) -> None:
    found = standing(
        history(tmp_path, Layout.SQLX, "1_a.sql", "2_b.sql"),
        AppliedVersions(TABLE, ("1",), failed=("2",)),
    )
    assert (found.pending, [file.path for file in found.broken]) == ((), ["m/2_b.sql"])

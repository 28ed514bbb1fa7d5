"""What the rules of changed files say for each migration tool: the examples show only where."""

from __future__ import annotations

import pytest

from ctb_lint.changed_files import FileChange, FileChangeKind
from ctb_lint.history import Convention, Direction, History, Layout, MigrationFile
from ctb_lint.model import Location, ObjectId, ObjectKind
from ctb_lint.registry import load
from ctb_lint.rule import ERROR, WARNING, Finding, Severity

M017, M021 = load()["M017"], load()["M021"]
ADDED, DELETED, EDITED, RENAMED, REWORDED = (
    FileChangeKind.ADDED,
    FileChangeKind.DELETED,
    FileChangeKind.EDITED,
    FileChangeKind.RENAMED,
    FileChangeKind.REWORDED,
)
LAYOUTS = [None, *Layout]


def file(name: str, version: str | None, **more: bool) -> MigrationFile:
    path = f"db/{name}.sql"
    convention = Convention.NUMBERED if version else Convention.OTHER
    start = Location(path, 0, 0, 1, 1, 1, 1)
    return MigrationFile(path, name, Direction.UP, convention, version, start, **more)


ORDERS, SALES, LATER = file("5_orders", "5"), file("5_sales", "5"), file("6_orders", "6")


def change(
    kind: FileChangeKind,
    former: MigrationFile | None = ORDERS,
    now: MigrationFile | None = None,
    edited: bool = False,
) -> FileChange:
    one = now or former
    assert one
    return FileChange(
        kind=kind, path=one.path, at=now.location if now else None, released=former is not None,
        before=former.path if former else None, edited=edited, file=now, former=former,
        newest_released=LATER, commit="a1b2c3d",
    )  # fmt: skip


def judged(one: FileChange, layout: Layout | None) -> list[tuple[Severity, str]]:
    history = History("db", "db", layout) if layout else None
    return [
        (finding.severity or M017.severity, finding.message) for finding in M017.judge(one, history)
    ]


def verdicts(one: FileChange) -> dict[str, str]:
    """Per tool: ``error``, ``warning`` or nothing."""
    found = {str(layout or "unknown"): judged(one, layout) for layout in LAYOUTS}
    return {name: str(ones[0][0]) for name, ones in found.items() if ones}


ALL = {str(layout or "unknown") for layout in LAYOUTS} - {"single"}
BY_VERSION = {"dbmate", "diesel", "golang-migrate", "goose", "rails", "supabase"}


def test_an_edited_file_is_an_error_with_every_tool() -> None:
    one = change(EDITED, now=ORDERS, edited=True)
    assert verdicts(one) == dict.fromkeys(ALL, "error")
    start = "db/5_orders.sql is released, and its SQL changed: "
    assert judged(one, Layout.FLYWAY) == [
        (ERROR, start + "Flyway finds another checksum, and the next run is refused")
    ]
    assert judged(one, Layout.GOOSE) == [
        (ERROR, start + "databases that have it stay as they are, since goose never runs it again")
    ]


def test_other_words_are_a_warning_where_a_tool_may_notice() -> None:
    one = change(REWORDED, now=ORDERS)
    silent = BY_VERSION | {"psql", "sql-migrate", "up-down-folder"}
    assert verdicts(one) == dict.fromkeys(ALL - silent, "warning")
    start = "db/5_orders.sql is released, and its text changed, though not what it applies: "
    assert judged(one, Layout.SQLX) == [
        (WARNING, start + "sqlx notices by the checksum, and the next run is refused")
    ]
    assert judged(one, None) == [
        (
            WARNING,
            start + "a tool that keeps checksums (Flyway, sqlx, Prisma) notices by the checksum, "
            "and the next run is refused",
        )
    ]


def test_another_name_with_the_same_version_is_a_warning_where_the_version_is_all() -> None:
    one = change(RENAMED, now=SALES)
    lenient = BY_VERSION | {"sqlx", "up-down-folder", "up-down-suffix"}
    assert verdicts(one) == dict.fromkeys(lenient, "warning") | dict.fromkeys(
        ALL - lenient, "error"
    )
    assert judged(one, Layout.RAILS) == [
        (
            WARNING,
            "db/5_sales.sql is released as db/5_orders.sql; it keeps the version, which is all "
            "that Rails goes by",
        )
    ]
    assert judged(one, Layout.FLYWAY) == [
        (
            ERROR,
            "db/5_sales.sql is released as db/5_orders.sql: Flyway finds another description, and "
            "the next run is refused",
        )
    ]


def test_another_name_does_not_hide_another_text() -> None:
    assert verdicts(change(RENAMED, now=SALES, edited=True)) == dict.fromkeys(ALL, "error")


def test_another_version_is_an_error_with_every_tool() -> None:
    assert verdicts(change(RENAMED, now=LATER)) == dict.fromkeys(ALL, "error")


def test_a_deleted_file_is_an_error_that_stands_at_no_place() -> None:
    one = change(DELETED)
    assert verdicts(one) == dict.fromkeys(ALL, "error")
    history = History("db", "db", Layout.SQLX, (file("4_users", "4"), LATER))
    [finding] = M017.judge(one, history)
    assert finding == Finding(
        message="db/5_orders.sql is released, and is gone: sqlx misses it, and the next run is "
        "refused",
        object=ObjectId(ObjectKind.FILE, None, None, "db/5_orders.sql"),
        at=None,
        facet="deleted",
        hint="`git checkout a1b2c3d -- db/5_orders.sql`, and write what is to change as a new "
        "migration",
        related=finding.related,
    )
    assert [(one.message, one.location) for one in finding.related] == [
        ("it stood before this file", LATER.location)
    ]


def test_the_way_out_can_be_typed_whatever_the_file_is_called() -> None:
    odd = file("5; rm -rf $HOME", "5")
    [finding] = M017.judge(change(EDITED, odd, odd), None)
    assert finding.hint == (
        "`git checkout a1b2c3d -- 'db/5; rm -rf $HOME.sql'`, and write what is to change as a new "
        "migration"
    )


@pytest.mark.parametrize("more", [{"dump": True}, {"applied": False}])
def test_what_no_tool_has_run_may_change(more: dict[str, bool]) -> None:
    one = file("5_orders", "5", **more)
    assert verdicts(change(EDITED, one, one)) == {}
    assert verdicts(change(DELETED, one)) == {}


def test_a_file_without_a_version_counts_where_it_is_called_released() -> None:
    plain, told = file("tables", None), file("tables", None, released=True)
    assert verdicts(change(EDITED, plain, plain)) == {}
    assert verdicts(change(EDITED, told, told)) == dict.fromkeys(ALL, "error")


def test_what_is_not_released_may_change() -> None:
    one = FileChange(
        kind=EDITED, path=ORDERS.path, at=ORDERS.location, released=False, file=ORDERS,
        former=ORDERS,
    )  # fmt: skip
    assert verdicts(one) == {}


def test_a_late_version_is_told_for_each_tool() -> None:
    one = change(ADDED, None, ORDERS)
    said = {
        layout: [found.message for found in M021.judge(one, History("db", "db", layout))]
        for layout in (Layout.FLYWAY, Layout.GOLANG_MIGRATE, Layout.RAILS, Layout.FLAT)
    }
    start = "db/5_orders.sql is new, and comes before db/6_orders.sql, which is released: "
    assert said == {
        Layout.FLYWAY: [start + "Flyway refuses to run without outOfOrder"],
        Layout.GOLANG_MIGRATE: [start + "golang-migrate passes over it without a word"],
        Layout.RAILS: [
            start + "Rails applies it after that one, in another order than a new database"
        ],
        Layout.FLAT: [start + "its tool passes over it, refuses it, or applies it after that one"],
    }

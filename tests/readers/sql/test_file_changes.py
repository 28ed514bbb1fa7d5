"""Which migrations differ between two readings, and what became of each."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctb_lint.changed_files import FileChange, FileChangeKind
from ctb_lint.readers.sql.file_changes import (
    Reading,
    applied_sql,
    described,
    file_changes,
    new_statements,
)
from ctb_lint.readers.sql.reader import SqlOptions, read
from tests.growth import in_proportion

ADDED, EDITED, REWORDED = FileChangeKind.ADDED, FileChangeKind.EDITED, FileChangeKind.REWORDED
RENAMED, DELETED = FileChangeKind.RENAMED, FileChangeKind.DELETED
Files = Mapping[str, str | bytes]
USERS = "CREATE TABLE users (id int);\n"
ORDERS = "CREATE TABLE orders (id int);\n"
PARTS = "CREATE TABLE parts (id int);\n"


def reading(files: Files) -> Reading:
    """The reading of files below ``migrations``."""
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        (base / "migrations").mkdir()
        for name, text in files.items():
            path = base / "migrations" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        found = read([base / "migrations"], SqlOptions(base=base))
    return Reading.of(found)


def changes(before: Files, after: Files, assumed: tuple[str, ...] = ()) -> list[FileChange]:
    found = file_changes(reading(before), reading(after), assumed)
    return [change for ones in found.values() for change in ones]


def told(before: Files, after: Files) -> list[tuple[str, str | None, str]]:
    """Kind, former and present name of each change; an edited one is marked."""

    def short(path: str | None) -> str | None:
        return path and path.removeprefix("migrations/")

    return [
        (change.kind.value + ("*" if change.edited else ""), short(change.before),
         short(change.path) or "")
        for change in changes(before, after)
    ]  # fmt: skip


def test_the_same_files_are_no_change() -> None:
    assert changes({"001_a.sql": USERS}, {"001_a.sql": USERS}) == []


def test_a_file_is_added_edited_and_deleted() -> None:
    before = {"001_a.sql": USERS, "002_b.sql": ORDERS}
    after = {"002_b.sql": "CREATE TABLE orders (id bigint);", "003_c.sql": PARTS}
    assert told(before, after) == [
        ("deleted", "001_a.sql", "001_a.sql"),
        ("edited*", "002_b.sql", "002_b.sql"),
        ("added", None, "003_c.sql"),
    ]


def test_line_ends_and_a_byte_order_mark_are_no_change() -> None:
    text = "CREATE TABLE a (b text DEFAULT 'x\ny');\n"
    for other in (text.replace("\n", "\r\n"), text.replace("\n", "\r"), "\ufeff" + text):
        assert changes({"001_a.sql": text}, {"001_a.sql": other}) == []


@pytest.mark.parametrize(
    "text",
    [
        "-- users\n" + USERS,
        "CREATE TABLE users(id /* key */ int)\n;",
        USERS + "\n\n",
        "CREATE  TABLE\n\tusers (id int)",
    ],
)
def test_comments_and_white_space_are_words_only(text: str) -> None:
    assert [c.kind for c in changes({"001_a.sql": USERS}, {"001_a.sql": text})] == [REWORDED]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("INSERT INTO a VALUES ('x  y');", "INSERT INTO a VALUES ('x y');"),
        ("INSERT INTO a VALUES ('--');", "INSERT INTO a VALUES ('');"),
        ("DO $$ BEGIN NULL; END $$;", "DO $$ BEGIN  NULL; END $$;"),
        ('CREATE TABLE "a b" ();', 'CREATE TABLE "a  b" ();'),
        ("SELECT 1; SELECT 2;", "SELECT 2; SELECT 1;"),
        ("COPY a FROM stdin;\n1\n\\.\n", "COPY a FROM stdin;\n2\n\\.\n"),
        ("\\set x 1\nSELECT 1;", "\\set x 2\nSELECT 1;"),
        ("-- migrate:up\nSELECT 1;", "-- migrate:up transaction:false\nSELECT 1;"),
        ("-- +goose NO TRANSACTION\nSELECT 1;", "SELECT 1;"),
        (
            "-- +goose Up\nSELECT 1;\n-- +goose Down\nSELECT 2;",
            "-- +goose Up\nSELECT 1;\nSELECT 2;\n-- +goose Down\n",
        ),
    ],
)
def test_what_is_applied_counts(before: str, after: str) -> None:
    assert [c.kind for c in changes({"001_a.sql": before}, {"001_a.sql": after})] == [EDITED]


def test_the_way_back_of_a_file_is_not_what_it_applies() -> None:
    before = "-- migrate:up\nSELECT 1;\n-- migrate:down\nSELECT 2;\n"
    after = "-- migrate:up\nSELECT 1;\n-- migrate:down\nSELECT 3;\n"
    assert [c.kind for c in changes({"001_a.sql": before}, {"001_a.sql": after})] == [REWORDED]


def test_a_file_that_cannot_be_read_is_neither_gone_nor_new() -> None:
    good, bad = {"001_a.sql": USERS, "002_b.sql": ORDERS}, {"001_a.sql": b"\xff"}
    assert told(good, bad) == [("deleted", "002_b.sql", "002_b.sql")]
    assert told(bad, good) == [("added", None, "002_b.sql")]


def test_a_renamed_file_is_known_by_its_sql() -> None:
    before = {"005_a.sql": USERS, "006_b.sql": ORDERS}
    after = {"006_b.sql": ORDERS, "7_x.sql": USERS}
    assert told(before, after) == [("renamed", "005_a.sql", "7_x.sql")]


def test_of_several_with_the_same_sql_version_and_name_decide() -> None:
    before = {"001_a.sql": USERS, "002_b.sql": USERS}
    assert told(before, {"002_x.sql": USERS, "003_a.sql": USERS}) == [
        ("renamed", "002_b.sql", "002_x.sql"),
        ("renamed", "001_a.sql", "003_a.sql"),
    ]


def test_a_renamed_and_edited_file_is_known_by_its_version_or_name() -> None:
    before = {"001_a.sql": USERS, "002_b.sql": ORDERS}
    after = {"001_x.sql": "SELECT 1;", "003_b.sql": "SELECT 2;"}
    assert told(before, after) == [
        ("renamed*", "001_a.sql", "001_x.sql"),
        ("renamed*", "002_b.sql", "003_b.sql"),
    ]


def test_files_with_nothing_in_common_are_deleted_and_added() -> None:
    assert told({"001_a.sql": USERS}, {"002_b.sql": ORDERS}) == [
        ("deleted", "001_a.sql", "001_a.sql"),
        ("added", None, "002_b.sql"),
    ]


def test_a_folder_of_a_migration_is_renamed_with_both_its_files() -> None:
    before = {f"2025-01-01-000000_{name}/{way}.sql": f"SELECT '{name}';" if way == "up" else ""
              for name in ("a", "b") for way in ("up", "down")}  # fmt: skip
    after = {path.replace("_a/", "_c/"): text for path, text in before.items()}
    assert told(before, after) == [
        ("renamed", f"2025-01-01-000000_a/{way}.sql", f"2025-01-01-000000_c/{way}.sql")
        for way in ("down", "up")
    ]


def test_an_up_file_never_becomes_a_down_file() -> None:
    other = {"1_b.sql": ""}
    assert told({"001_a.up.sql": USERS, **other}, {"001_a.down.sql": USERS, **other}) == [
        ("added", None, "001_a.down.sql"),
        ("deleted", "001_a.up.sql", "001_a.up.sql"),
    ]


def test_a_whole_folder_that_moves_is_renamed_file_by_file() -> None:
    before = {"old/001_a.sql": USERS, "old/002_b.sql": ORDERS}
    after = {"new/001_a.sql": USERS, "new/002_b.sql": ORDERS}
    found = file_changes(reading(before), reading(after))
    assert list(found) == ["migrations/new"]
    assert [(c.kind, c.before, c.path) for c in found["migrations/new"]] == [
        (RENAMED, "migrations/old/001_a.sql", "migrations/new/001_a.sql"),
        (RENAMED, "migrations/old/002_b.sql", "migrations/new/002_b.sql"),
    ]


def test_a_deleted_file_is_of_the_history_that_it_was_in() -> None:
    before = {"a/001_x.sql": USERS, "b/001_y.sql": ORDERS}
    found = file_changes(reading(before), reading({"a/001_x.sql": USERS}))
    assert {name: [c.kind for c in ones] for name, ones in found.items()} == {
        "migrations/b": [DELETED]
    }


def test_what_is_released_and_what_is_the_newest() -> None:
    before = {"001_a.sql": USERS, "002_b.sql": ORDERS}
    after = {"002_b.sql": ORDERS + "-- x", "003_c.sql": PARTS}
    for assumed, expected in (((), False), (("migrations",), True)):
        found = changes(before, after, assumed)
        assert [(c.kind, c.released) for c in found] == [
            (DELETED, expected), (REWORDED, expected), (ADDED, False),
        ]  # fmt: skip
        names = {c.newest_released.path if c.newest_released else None for c in found}
        assert names == ({"migrations/002_b.sql"} if expected else {None})


def test_a_change_knows_the_file_as_it_is_and_was() -> None:
    before, after = reading({"001_a.sql": USERS}), reading({"001_b.sql": USERS})
    [change] = file_changes(before, after, (), "abc1234")["migrations"]
    [old], [new] = before.histories[0].files, after.histories[0].files
    assert change == FileChange(
        kind=RENAMED, path="migrations/001_b.sql", at=new.location, released=False,
        before="migrations/001_a.sql", edited=False, file=new, former=old, commit="abc1234",
    )  # fmt: skip


def test_only_the_statements_that_were_not_there_are_new() -> None:
    before = {"001_a.sql": USERS + ORDERS}
    after = {"001_a.sql": "-- x\n" + ORDERS + PARTS + ORDERS, "002_b.sql": USERS}
    was, now = reading(before), reading(after)
    found = [change for ones in file_changes(was, now).values() for change in ones]
    assert [(at.path, at.line) for at in new_statements(found, was.texts, now.texts)] == [
        ("migrations/001_a.sql", 3),
        ("migrations/001_a.sql", 4),
        ("migrations/002_b.sql", 1),
    ]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("001_add_users.sql", "add_users"),
        ("V1_2__Add_users.sql", "add_users"),
        ("R__views.sql", "views"),
        ("20250101120000_x.sql", "x"),
        ("2025-08-19_x.sql", "x"),
        ("20250101T120000_table_2.sql", "table_2"),
        ("users.sql", "users"),
        ("007.sql", ""),
    ],
)
def test_the_words_of_a_name_are_those_behind_its_version(name: str, words: str) -> None:
    [history] = reading({name: USERS}).histories
    assert [described(file) for file in history.files] == [words]


STATEMENTS = st.sampled_from([USERS, ORDERS, PARTS, "INSERT INTO a VALUES ('-- x\n');\n"])
NOISE = st.sampled_from(["", "\n", "  ", "-- ; '\n", "/* $$ */", "\t\n\n"])


@given(st.lists(st.tuples(NOISE, STATEMENTS, NOISE), max_size=6))
def test_noise_between_statements_changes_nothing_that_is_applied(
    parts: list[tuple[str, str, str]],
) -> None:
    plain = "".join(statement for _, statement, _ in parts)
    assert applied_sql("".join("".join(part) for part in parts)) == applied_sql(plain)


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_has_a_form_and_equal_forms_are_equal_in_length_or_noise(a: str, b: str) -> None:
    assert applied_sql(a) == applied_sql(a.replace("\n", "\r\n").replace("\r\r\n", "\r\n")) or (
        "\r" in a
    )
    if a.isalnum() and b.isalnum():
        assert (applied_sql(a) == applied_sql(b)) == (a == b)


NAMES = st.dictionaries(
    st.sampled_from([f"{n:03}_{word}.sql" for n in range(1, 5) for word in "abc"]),
    STATEMENTS,
    min_size=1,
)


@given(NAMES, NAMES)
def test_every_file_of_both_states_is_accounted_for_once(
    before: dict[str, str], after: dict[str, str]
) -> None:
    found = changes(before, after)
    same = {name for name in before.keys() & after.keys() if before[name] == after[name]}
    old = [c.before.removeprefix("migrations/") for c in found if c.before]
    new = [c.path.removeprefix("migrations/") for c in found if c.kind is not DELETED]
    assert sorted(old) == sorted(before.keys() - same)
    assert sorted(new) == sorted(after.keys() - same)


def test_renamed_files_take_time_in_proportion() -> None:
    def named(word: str, number: int) -> Reading:
        names = ((f"{n:05}_{word}.sql", f"CREATE TABLE t{n} (id int);\n") for n in range(number))
        return reading(dict(names))

    def compared(states: tuple[Reading, Reading]) -> None:
        found = file_changes(*states)
        assert {change.kind for change in found["migrations"]} == {RENAMED}

    in_proportion(lambda number: (named("x", number), named("y", number)), compared, 625)

"""What runners compare versions by, and which files they read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctb_lint.history import Convention, Direction, Layout, MigrationFile
from ctb_lint.model import Location
from ctb_lint.runners import RUNNERS, dotted, facts_of, fits, identity, numeric, textual

NUMBERS = st.integers(min_value=0, max_value=10**20)
PARTS = st.lists(st.integers(min_value=0, max_value=99), min_size=1, max_size=4)
ZEROS = st.integers(min_value=0, max_value=3)


def padded(part: int, zeros: int) -> str:
    return "0" * zeros + str(part)


@given(NUMBERS, NUMBERS, ZEROS)
def test_numeric_versions_are_in_the_order_of_numbers(one: int, other: int, zeros: int) -> None:
    assert (numeric(padded(one, zeros)) < numeric(str(other))) == (one < other)
    assert numeric(padded(one, zeros)) == numeric(str(one))


@given(PARTS, PARTS, ZEROS, ZEROS, st.sampled_from("._"))
def test_dotted_versions_are_in_the_order_of_their_parts(
    one: list[int], other: list[int], zeros: int, more: int, mark: str
) -> None:
    width = max(len(one), len(other))
    left, right = (parts + [0] * (width - len(parts)) for parts in (one, other))
    written = mark.join([padded(part, zeros) for part in one] + ["0"] * more)
    plain = ".".join(map(str, other))
    assert (dotted(written) < dotted(plain)) == (left < right)
    assert (dotted(written) == dotted(plain)) == (left == right)


@given(st.text("0123456789", min_size=1, max_size=6), st.text("0123456789", min_size=1, max_size=6))
def test_textual_versions_are_in_the_order_of_text(one: str, other: str) -> None:
    assert (textual(one) < textual(other)) == (one < other)


def test_every_layout_has_its_facts() -> None:
    assert set(RUNNERS) == set(Layout)
    for layout, facts in RUNNERS.items():
        assert facts.tool is None or facts.records
        assert (facts.form is None) == (facts.name is None)
        assert bool(facts.passes_over) == (facts.form is not None)
        if facts.form:
            assert fits(facts.form, layout)
        if facts.tool and facts.key and not facts.by_whole_name:
            assert facts.twice


NAMES = [
    (Layout.FLYWAY, "V1__a.sql", True),
    (Layout.FLYWAY, "V1.2_3__a.sql", True),
    (Layout.FLYWAY, "U1__a.sql", True),
    (Layout.FLYWAY, "B1__a.sql", True),
    (Layout.FLYWAY, "R__a.sql", True),
    (Layout.FLYWAY, "afterMigrate__a.sql", True),
    (Layout.FLYWAY, "V1_a.sql", False),
    (Layout.FLYWAY, "V__a.sql", False),
    (Layout.FLYWAY, "v1__a.sql", False),
    (Layout.FLYWAY, "R1__a.sql", False),
    (Layout.GOOSE, "1_a.sql", True),
    (Layout.GOOSE, "1_.sql", True),
    (Layout.GOOSE, "1.sql", False),
    (Layout.GOOSE, "0_a.sql", False),
    (Layout.GOOSE, "9223372036854775808_a.sql", False),
    (Layout.DBMATE, "1.sql", True),
    (Layout.DBMATE, "1a.sql", True),
    (Layout.DBMATE, "a1.sql", False),
    (Layout.GOLANG_MIGRATE, "0_a.up.sql", True),
    (Layout.GOLANG_MIGRATE, "1_a.down.sql", True),
    (Layout.GOLANG_MIGRATE, "18446744073709551615_a.up.sql", True),
    (Layout.GOLANG_MIGRATE, "18446744073709551616_a.up.sql", False),
    (Layout.GOLANG_MIGRATE, "1_a.sql", False),
    (Layout.SQLX, "1_a.sql", True),
    (Layout.SQLX, "0_a.sql", True),
    (Layout.SQLX, "1_a.up.sql", True),
    (Layout.SQLX, "1-a.sql", False),
    (Layout.SQLX, "٣_a.sql", False),
    (Layout.SUPABASE, "1_a.sql", True),
    (Layout.SUPABASE, "1.sql", False),
    (Layout.RAILS, "1_a.sql", True),
    (Layout.FLAT, "anything.sql", True),
]


@pytest.mark.parametrize(("layout", "name", "expected"), NAMES)
def test_a_runner_reads_names_of_its_form(layout: Layout, name: str, expected: bool) -> None:
    assert fits(name, layout) is expected


@given(st.sampled_from(list(Layout)), st.text(max_size=30))
def test_any_name_can_be_asked_about(layout: Layout, name: str) -> None:
    assert fits(name, layout) in {True, False}


def file(version: str | None, convention: Convention = Convention.NUMBERED) -> MigrationFile:
    at = Location("m/a.sql", 0, 0, 1, 1, 1, 1)
    return MigrationFile("m/a.sql", "a", Direction.UP, convention, version, at)


def test_what_a_runner_knows_a_file_by_depends_on_the_runner() -> None:
    keys = {
        layout: identity(file("007"), layout) == identity(file("7"), layout)
        for layout in Layout
        if facts_of(layout).key
    }
    assert sorted(layout.value for layout, same in keys.items() if not same) == [
        "dbmate",
        "diesel",
        "supabase",
    ]
    assert identity(file(None), Layout.GOOSE) is None
    assert identity(file("7"), Layout.PRISMA) is None


def test_a_version_is_a_number_whatever_its_form() -> None:
    stamped = Convention.TIMESTAMPED
    assert file("20250101", stamped).number == (20250101000000,)
    assert file("20250101.1", stamped).number == (20250101, 1)
    assert file("10.20250101000000", stamped).number == (10, 20250101000000)
    assert file("9" * 5000).number == (int("9" * 4000),)

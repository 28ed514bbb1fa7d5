"""What counts: waivers, what was there before, and findings moved to what brought them about."""

from __future__ import annotations

import datetime
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from ctb_lint.changes import DropIndex, RenameTable
from ctb_lint.gate import Waived, introduced, parted, waive, without_old
from ctb_lint.history import History, Layout
from ctb_lint.model import Index, Location, ObjectId, ObjectKind, QualifiedName
from ctb_lint.report import Reported
from ctb_lint.rule import ERROR, INFO, WARNING, Related, Severity
from ctb_lint.waivers import Waiver, matches
from tests.growth import in_proportion
from tests.reporters.reports import finding

CODES = {"S001": "S001", "S002": "S002", "missing-unique-id": "S001"}
TODAY = datetime.date(2026, 5, 1)
HERE = Location("ctb-lint.toml", 0, 9, 1, 1, 1, 10)


def at(path: str, start: int, end: int | None = None) -> Location:
    last = start + 1 if end is None else end
    return Location(path, start, last, 1, start + 1, 1, last + 1)


def table(name: str, place: Location | None, **changes: object) -> Reported:
    named = ObjectId(ObjectKind.TABLE, "public", None, name)
    return structs.replace(finding(place), object=named, database="app", **changes)


def use(found: list[Reported], waiver: Waiver, ran: bool = True) -> tuple[list[str], object]:
    """The names of what still stands, and what became of the waiver."""
    result = waive(found, [waiver], CODES, lambda one, code: ran, TODAY)
    assert len(result.standing) + len(result.suppressed) == len(found)
    return [one.object.name for one in result.standing], result.uses[0]


def test_a_waiver_on_a_statement_holds_back_what_is_found_there() -> None:
    found = [table("a", at("a.sql", 5)), table("b", at("a.sql", 50)), table("c", at("b.sql", 5))]
    waiver = Waiver(rules=("S001",), at=HERE, reason="old", covers=at("a.sql", 0, 20))
    assert use(found, waiver)[0] == ["b", "c"]


def test_a_waiver_of_an_object_holds_wherever_it_is_found() -> None:
    found = [table("a", at("a.sql", 5)), table("a", None), table("b", at("a.sql", 9))]
    waiver = Waiver(rules=("missing-unique-id",), at=HERE, reason="old", object="public.a")
    assert use(found, waiver)[0] == ["b"]


def test_another_rule_is_not_waived() -> None:
    waiver = Waiver(rules=("S002",), at=HERE, reason="old", object="a")
    standing, became = use([table("a", at("a.sql", 5))], waiver)
    assert standing == ["a"]
    assert (became.waived, became.idle) == (0, ("S002",))  # type: ignore[attr-defined]


def test_a_rule_that_did_not_run_everywhere_is_not_idle() -> None:
    waiver = Waiver(rules=("S002",), at=HERE, reason="old", object="a")
    assert use([], waiver, ran=False)[1].idle == ()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("expires", "standing"),
    [(TODAY, []), (TODAY - datetime.timedelta(days=1), ["a"]), (None, [])],
    ids=["on its last day", "the day after", "without end"],
)
def test_a_waiver_holds_to_its_last_day(expires: datetime.date | None, standing: list[str]) -> None:
    waiver = Waiver(rules=("S001",), at=HERE, reason="old", object="a", expires=expires)
    found, became = use([table("a", at("a.sql", 5))], waiver)
    assert found == standing
    assert became.waived == 1  # type: ignore[attr-defined]
    assert became.expired is bool(standing)  # type: ignore[attr-defined]


def test_as_many_waivers_as_findings_in_one_file_take_time_in_proportion() -> None:
    def made(number: int) -> tuple[list[Reported], list[Waiver]]:
        return [finding(at("a.sql", 10 * n), code="S001") for n in range(number)], [
            Waiver(rules=("S001",), at=HERE, covers=at("a.sql", 10 * n, 10 * n + 5), reason="x")
            for n in range(0, number, 2)
        ]

    def became(given: tuple[list[Reported], list[Waiver]]) -> Waived:
        return waive(*given, CODES, lambda waiver, code: True, TODAY)

    waived = became(made(2_500))
    assert [one.at.start for one in waived.standing if one.at] == list(range(10, 25_000, 20))
    assert {use.waived for use in waived.uses} == {1}
    in_proportion(made, became, 2_500)


def test_what_is_not_understood_waives_nothing() -> None:
    waiver = Waiver(rules=("S001",), at=HERE, object="a", problem="no date")
    assert use([table("a", at("a.sql", 5))], waiver)[0] == ["a"]


@pytest.mark.parametrize(
    ("pattern", "kind", "parts", "expected"),
    [
        ("orders", ObjectKind.TABLE, ("public", None, "orders"), True),
        ("public.orders", ObjectKind.TABLE, ("public", None, "orders"), True),
        ("app.orders", ObjectKind.TABLE, ("public", None, "orders"), False),
        ("order", ObjectKind.TABLE, ("public", None, "orders"), False),
        ("ord*", ObjectKind.TABLE, ("public", None, "orders"), True),
        ("orders", ObjectKind.COLUMN, ("public", "orders", "status"), True),
        ("orders.status", ObjectKind.COLUMN, ("public", "orders", "status"), True),
        ("public.orders.status", ObjectKind.COLUMN, ("public", "orders", "status"), True),
        ("status", ObjectKind.COLUMN, ("public", "orders", "status"), False),
        ("migrations/1.sql", ObjectKind.FILE, (None, None, "migrations/1.sql"), True),
        ("1.sql", ObjectKind.FILE, (None, None, "migrations/1.sql"), False),
        ("orders", ObjectKind.STATEMENT, (None, "orders", "x"), False),
    ],
)
def test_patterns(
    pattern: str, kind: ObjectKind, parts: tuple[str | None, str | None, str], expected: bool
) -> None:
    assert matches(pattern, ObjectId(kind, *parts)) is expected


def test_of_several_alike_those_in_changed_files_are_new() -> None:
    before = [table("a", at("1.sql", 5)), table("a", at("3.sql", 5))]
    now = [table("a", at("1.sql", 5)), table("a", at("2.sql", 5)), table("a", at("3.sql", 5))]
    new, old = without_old(now, before, {"2.sql"}.__contains__)
    assert [one.at and one.at.path for one in new] == ["2.sql"]
    assert [one.at and one.at.path for one in old] == ["1.sql", "3.sql"]


def test_what_was_milder_before_is_new() -> None:
    def ranked(*severities: Severity) -> list[Reported]:
        return [
            structs.replace(table("a", at("1.sql", number)), severity=severity)
            for number, severity in enumerate(severities)
        ]

    def new(before: list[Reported], now: list[Reported]) -> list[Severity]:
        return [one.severity for one in without_old(now, before, lambda path: True)[0]]

    assert new(ranked(INFO), ranked(ERROR)) == [ERROR]
    assert new(ranked(ERROR), ranked(INFO)) == []
    assert new(ranked(INFO, ERROR), ranked(ERROR, INFO, WARNING)) == [WARNING]
    assert new(ranked(WARNING, WARNING), ranked(ERROR, INFO)) == [ERROR]


@given(st.lists(st.sampled_from("abc")), st.lists(st.sampled_from("abc")))
def test_new_and_old_add_up(before: list[str], after: list[str]) -> None:
    now = [table(name, at("a.sql", number)) for number, name in enumerate(after)]
    new, old = parted(now, Counter(before), lambda one: one.object.name)
    assert Counter(one.object.name for one in old) == Counter(before) & Counter(after)
    assert Counter(one.object.name for one in new) == Counter(after) - Counter(before)
    assert sorted((*new, *old), key=lambda one: one.at or HERE) == now


def history(*changes: object) -> History:
    return History("app", "app", Layout.FLAT, changes=changes)  # type: ignore[arg-type]


INDEX = Index("a_idx", ())


def test_a_finding_moves_to_the_change_that_brought_it_about() -> None:
    where = at("new.sql", 7)
    drop = DropIndex(at=where, statement=where, table=QualifiedName("public", "a"), index=INDEX)
    (moved,) = introduced([table("a", at("old.sql", 5))], {"new.sql"}.__contains__, [history(drop)])
    assert moved.at == where
    assert moved.related == (
        Related("this change brings it about in what stands here", at("old.sql", 5)),
    )


def test_the_new_name_of_a_table_is_its_name() -> None:
    where = at("new.sql", 7)
    names = QualifiedName("public", "before"), QualifiedName("public", "a")
    rename = RenameTable(at=where, statement=where, table=names[0], new_name=names[1])
    (moved,) = introduced(
        [table("a", at("old.sql", 5))], {"new.sql"}.__contains__, [history(rename)]
    )
    assert moved.at == where


def test_a_related_place_in_a_changed_file_comes_first() -> None:
    twin = Related("the first one is here", at("new.sql", 3))
    found = table("a", at("old.sql", 5), related=(twin,))
    (moved,) = introduced([found], {"new.sql"}.__contains__, [])
    assert moved.at == at("new.sql", 3)
    assert [one.location for one in moved.related] == [at("old.sql", 5)]


@pytest.mark.parametrize("place", [at("new.sql", 5), None], ids=["in a changed file", "nowhere"])
def test_other_findings_stay(place: Location | None) -> None:
    found = table("a", place)
    assert introduced([found], {"new.sql"}.__contains__, []) == (found,)


def test_a_change_of_another_database_moves_nothing() -> None:
    where = at("new.sql", 7)
    drop = DropIndex(at=where, statement=where, table=QualifiedName("public", "a"), index=INDEX)
    other = structs.replace(history(drop), name="other")
    found = table("a", at("old.sql", 5))
    assert introduced([found], {"new.sql"}.__contains__, [other]) == (found,)

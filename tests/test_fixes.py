"""The planner: which fixes one round takes, what the files are then, and why others are left."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctb_lint.demands import Stage
from ctb_lint.fixes import (
    CONTRADICTS,
    OWN,
    RELEASED,
    UNREAD,
    UNSAFE,
    WAITS,
    Plan,
    Rewritten,
    Terms,
    key_of,
    plan,
)
from ctb_lint.history import Convention, Direction, History, Layout, MigrationFile
from ctb_lint.model import Location, ObjectId, ObjectKind
from ctb_lint.new_migration import Draft
from ctb_lint.report import Reported
from ctb_lint.rule import Edit, Fix, Safety, Severity

TODAY = datetime.date(2026, 3, 1)
TEXT = "one two three\n"


def file(path: str, **fields: object) -> MigrationFile:
    name, direction = path.removesuffix(".sql"), Direction.UP
    bare = MigrationFile(
        path,
        name,
        direction,
        Convention.NUMBERED,
        name.split("_")[0],
        Location(path, 0, 0, 1, 1, 1, 1),
    )
    return MigrationFile(
        **{field: getattr(bare, field) for field in bare.__struct_fields__} | fields
    )


HISTORY = History("h", "h", Layout.FLAT, (file("001_a.sql"), file("002_b.sql")))
TERMS = Terms(today=TODAY)
TEXTS = {"001_a.sql": TEXT, "002_b.sql": TEXT}


def finding(fix: Fix | None, number: int = 1) -> Reported:
    return Reported(
        code="X001",
        name="fault",
        severity=Severity.ERROR,
        doctrine=False,
        message="",
        hint=None,
        because=None,
        object=ObjectId(ObjectKind.TABLE, "public", None, "t"),
        facet="",
        stage=Stage.UNKNOWN,
        seen_in=(),
        at=None,
        related=(),
        fingerprint=str(number),
        database="h",
        fix=fix,
    )


def edit(start: int, end: int, text: str, path: str = "001_a.sql") -> Edit:
    return Edit(path, start, end, text)


def planned(
    *fixes: Fix,
    texts: Mapping[str, str] = TEXTS,
    history: History = HISTORY,
    terms: Terms = TERMS,
) -> Plan:
    findings = [finding(fix, number) for number, fix in enumerate(fixes)]
    return plan(findings, texts, [history], terms)


def reasons(given: Plan) -> list[tuple[str, str, bool]]:
    return [(one.finding.fingerprint, one.reason, one.waits) for one in given.left]


def test_a_finding_without_a_fix_is_passed_over() -> None:
    assert plan([finding(None)], TEXTS, [HISTORY], Terms(today=TODAY)) == Plan((), (), (), ())


def test_edits_are_made_and_everything_else_stays() -> None:
    got = planned(Fix("", (edit(4, 7, "2"), edit(13, 13, "!"))), Fix("", (edit(0, 3, "1"),)))
    assert got.rewritten == (Rewritten("001_a.sql", TEXT, "1 2 three!\n"),)
    assert [one.fingerprint for one in got.applied] == ["0", "1"]
    assert got.left == ()


def test_of_fixes_that_meet_the_first_is_applied_and_the_other_waits_whole() -> None:
    got = planned(Fix("", (edit(4, 7, "2"),)), Fix("", (edit(0, 1, "O"), edit(6, 9, "x"))))
    assert got.rewritten == (Rewritten("001_a.sql", TEXT, "one 2 three\n"),)
    assert reasons(got) == [("1", WAITS, True)]


def test_a_point_inside_of_what_goes_waits_and_one_at_its_edge_does_not() -> None:
    gone = Fix("", (edit(4, 7, "2"),))
    got = planned(
        gone, Fix("", (edit(4, 4, "<"),)), Fix("", (edit(7, 7, ">"),)), Fix("", (edit(5, 5, "?"),))
    )
    assert got.rewritten[0].new == "one <2> three\n"
    assert reasons(got) == [("3", WAITS, True)]


def test_the_same_edit_of_two_findings_is_made_once() -> None:
    same = edit(13, 13, ";")
    got = planned(Fix("", (same, edit(13, 13, "\nA"))), Fix("", (same, edit(13, 13, "\nB"))))
    assert got.rewritten[0].new == "one two three;\nA\nB\n"
    assert len(got.applied) == 2


def test_of_fixes_that_claim_one_name_the_second_waits() -> None:
    got = planned(
        Fix("", (edit(0, 0, "a"),), claims=("public.i",)),
        Fix("", (edit(1, 1, "b"),), claims=("public.i",)),
        Fix("", (edit(2, 2, "c"),), claims=("public.j",)),
    )
    assert got.rewritten[0].new == "aonce two three\n"
    assert reasons(got) == [("1", WAITS, True)]


def test_an_unsafe_fix_is_left_unless_it_is_asked_for() -> None:
    fix = Fix("", (edit(0, 3, ""),), safety=Safety.UNSAFE)
    assert reasons(planned(fix)) == [("0", UNSAFE, False)]
    got = planned(fix, terms=Terms(today=TODAY, unsafe=True))
    assert got.rewritten[0].new == " two three\n"


def test_new_lines_are_as_the_file_has_them() -> None:
    texts = {"001_a.sql": "a;\r\nb;\n"}
    got = planned(Fix("", (edit(2, 2, "\nx;"),)), texts=texts)
    assert got.rewritten[0].new == "a;\r\nx;\r\nb;\n"


@pytest.mark.parametrize(
    ("text", "gone", "expected"),
    [
        ("a;\n  b;\nc;\n", (5, 7), "a;\nc;\n"),
        ("a;\r\nb;\r\nc;\r\n", (4, 6), "a;\r\nc;\r\n"),
        ("a;\nb; -- why\nc;\n", (3, 5), "a;\n -- why\nc;\n"),
        ("a; b;\nc;\n", (3, 5), "a; \nc;\n"),
        ("a;\nb;", (3, 5), "a;\n"),
    ],
)
def test_a_line_of_which_nothing_is_left_goes(
    text: str, gone: tuple[int, int], expected: str
) -> None:
    got = planned(Fix("", (edit(*gone, ""),)), texts={"001_a.sql": text})
    assert got.rewritten[0].new == expected


def test_what_is_released_stays_and_a_new_migration_comes() -> None:
    released = History("h", "h", Layout.FLAT, (file("001_a.sql", released=True), file("002_b.sql")))
    cure = "CREATE INDEX i ON public.t (a);"
    got = planned(
        Fix("", (edit(0, 3, ""),), (cure,)),
        Fix("", (edit(0, 3, "", "002_b.sql"), edit(0, 3, "")), ("DROP INDEX j;",)),
        Fix("", (edit(0, 3, ""),)),
        history=released,
    )
    assert got.rewritten == ()
    assert got.drafts == (
        Draft("h", "003_ctb_lint_fixes.sql", None, Layout.FLAT, (cure, "DROP INDEX j;")),
    )
    assert reasons(got) == [("2", RELEASED, False)]


def test_a_dump_stays_as_it_is() -> None:
    history = History("h", "h", Layout.FLAT, (file("001_a.sql", dump=True), file("002_b.sql")))
    got = planned(Fix("", (edit(0, 3, ""),), ("SELECT 1;",)), history=history)
    assert (got.rewritten, len(got.drafts)) == ((), 1)


def test_a_later_round_adds_to_the_migration_of_the_first() -> None:
    old = Draft("h", "003_ctb_lint_fixes.sql", None, Layout.FLAT, ("SELECT 1;",))
    got = planned(
        Fix("", (), ("SELECT 1;",)),
        Fix("", (), ("SELECT 2;",)),
        terms=Terms(today=TODAY, drafts=(old,)),
    )
    assert [one.statements for one in got.drafts] == [("SELECT 1;", "SELECT 2;")]
    assert [one.up for one in got.drafts] == ["003_ctb_lint_fixes.sql"]


def test_the_migration_of_the_first_round_is_not_edited_in_a_later_one() -> None:
    own = Draft("h", "001_a.sql", None, Layout.FLAT, ("SELECT 1;",))
    got = planned(Fix("", (edit(0, 3, ""),)), terms=Terms(today=TODAY, drafts=(own,)))
    assert reasons(got) == [("0", OWN, False)]


def test_what_cannot_be_written_is_left_with_the_reason() -> None:
    here, gone = Fix("", (edit(0, 3, ""),)), Fix("", (edit(0, 3, "", "other.sql"),))
    key = key_of(finding(here, 0))
    for terms, reason in [
        (Terms(today=TODAY, locked={"001_a.sql": "it is locked"}), "it is locked"),
        (Terms(today=TODAY, refused={key: "it broke"}), "it broke"),
    ]:
        assert reasons(planned(here, gone, terms=terms)) == [
            ("0", reason, False),
            ("1", UNREAD, False),
        ]
    assert reasons(planned(here, terms=Terms(today=TODAY, held=frozenset({key})))) == [
        ("0", WAITS, True)
    ]


@pytest.mark.parametrize(
    ("texts", "left"),
    [
        ({"002_b.sql": "DROP INDEX IDX_A;"}, True),
        ({"002_b.sql": 'DROP INDEX "idx_a";'}, True),
        ({"002_b.sql": "DROP INDEX idx_ab;"}, False),
        ({"001_a.sql": "CREATE INDEX idx_a; COMMENT ON INDEX idx_a;"}, True),
        ({"001_a.sql": "CREATE INDEX idx_a; COMMENT ON INDEX idx_b;"}, False),
    ],
)
def test_what_is_spoken_of_further_on_is_not_taken_out(
    texts: Mapping[str, str], left: bool
) -> None:
    own = {"001_a.sql": "CREATE INDEX idx_a; SELECT 1;", "002_b.sql": ""}
    got = planned(Fix("", (edit(0, 19, ""),), discards=("idx_a",)), texts=own | dict(texts))
    said = [("0", "idx_a is spoken of further on in the history", False)]
    assert reasons(got) == (said if left else [])


spans = st.tuples(st.integers(0, 14), st.integers(0, 14)).map(lambda pair: (min(pair), max(pair)))
fixes_ = st.lists(
    st.builds(
        lambda edits: Fix("", tuple(edit(*span, text) for span, text in edits)),
        st.lists(st.tuples(spans, st.sampled_from(["", "x", "\ny"])), min_size=1, max_size=3),
    ),
    max_size=6,
)


@given(fixes_)
def test_what_is_applied_never_meets_and_what_meets_waits(fixes: list[Fix]) -> None:
    got = planned(*fixes)
    taken = {one for applied in got.applied if applied.fix for one in applied.fix.edits}
    ordered = sorted(taken)
    for one in ordered:
        for other in ordered:
            assert one is other or not (one.start < other.end and other.start < one.end)
    # Text outside of the edits is there still, in its order.
    kept = [c for at, c in enumerate(TEXT) if not any(e.start <= at < e.end for e in taken)]
    new = iter(got.rewritten[0].new if got.rewritten else TEXT)
    assert all(c in new for c in kept if not c.isspace())
    assert len(got.applied) + len(got.left) == len(fixes)
    assert {one.reason for one in got.left} <= {WAITS, CONTRADICTS}
    assert got.applied or all(one.reason == CONTRADICTS for one in got.left)

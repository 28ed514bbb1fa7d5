"""The text report: whole outputs, and the underline in every kind of line."""

from __future__ import annotations

import pytest
from msgspec import structs

from ctb_lint.model import ObjectId, ObjectKind
from ctb_lint.report import Debt, Failure, NewOnly, Report, Skipped
from ctb_lint.reporters import paint, text
from ctb_lint.rule import OFF, Edit, Fix
from tests.growth import in_proportion
from tests.reporters.reports import (
    PATH,
    SQL,
    between,
    finding,
    full,
    many,
    practice,
    report,
    source,
    span,
    suppressed,
)  # fmt: skip


def shown(sql: str, part: str, width: int = 100) -> list[str]:
    """The source line and the marks below it."""
    return excerpt_lines(sql, span(sql, part), width)


def excerpt_lines(sql: str, at: object, width: int = 100) -> list[str]:
    one = report(finding(at), sources={PATH: sql})  # type: ignore[arg-type]
    lines = "".join(text.render(one, width=width)).splitlines()
    return lines[2:4]


def test_a_finding_is_shown_with_its_source_because_and_hint() -> None:
    assert "".join(text.render(report(finding(span(SQL, "users"))))) == (
        "migrations/001_users.sql:3:14: error[S001] ◆ missing-unique-id: "
        "public.users has no column unique_id\n"
        "   |\n"
        " 3 | CREATE TABLE users (\n"
        "   |              ^^^^^\n"
        "   = because: the CTB standard demands a column unique_id of public.users\n"
        "   = hint: add `unique_id varchar(255) NOT NULL UNIQUE`\n"
        "\n"
        "1 finding in 1 file, 1 statement.\n"
        "  ◆ 1 CTB violation: 1 error\n"
    )


def test_a_practice_finding_has_no_mark_and_shows_its_related_place() -> None:
    assert "".join(text.render(report(practice()))) == (
        "migrations/001_users.sql:5:5: error[S011] inline-index-clause: "
        "public.users declares index by_id inside CREATE TABLE\n"
        "   |\n"
        " 5 |     INDEX by_id (id)\n"
        "   |     ^^^^^^^^^^^^^^^^\n"
        "   = hint: create it in a statement of its own\n"
        "   = note: the table is created here: migrations/001_users.sql:3:14\n"
        "\n"
        "1 finding in 1 file, 1 statement.\n"
        "    1 practice finding: 1 error\n"
        "    1 can be fixed with --fix --unsafe-fixes\n"
    )


def test_an_unfinished_run_never_looks_like_a_pass() -> None:
    lost = report(failures=(Failure("is not UTF-8", "a.sql", 3, "save it as UTF-8"),))
    assert "".join(text.render(lost, quiet=True)) == (
        "a.sql:3: error: is not UTF-8\n"
        "  = hint: save it as UTF-8\n"
        "\n"
        "No findings in what could be read: 1 file, 1 statement.\n"
        "not finished: 1 input could not be read. This run is not a pass.\n"
    )


def test_the_summary_counts_everything() -> None:
    lines = "".join(text.render(full())).splitlines()
    assert lines[lines.index("4 findings in 1 file, 1 statement.") :] == [
        "4 findings in 1 file, 1 statement.",
        "  ◆ 1 CTB violation: 1 error",
        "    3 practice findings: 1 error, 1 warning, 1 info",
        "    1 finding is known debt of ctb-lint-baseline.json",
        "    2 findings are waived",
        "    12 findings were there in main (a1b2c3d), too",
        "    3 entries of ctb-lint-baseline.json are paid: --prune-baseline takes them out",
        "    (--show-suppressed lists what does not count, and why)",
        "    1 can be fixed with --fix --unsafe-fixes",
        "    2 statements not understood",
        "    1 rule and 1 object skipped (--show-skipped says why)",
        "not finished: 1 input could not be read, 1 other failure. This run is not a pass.",
    ]


def test_what_is_suppressed_is_listed_on_request() -> None:
    debt = Debt("base.json", 1, 1, ())
    one = report(suppressed=suppressed(), debt=debt)
    assert "".join(text.render(one, show_suppressed=True)) == (
        "Suppressed:\n"
        "  migrations/001_users.sql:3:14: S005 public.users has no primary key "
        "(known debt: base.json)\n"
        "  migrations/001_users.sql:4:5: S001 public.users has no column unique_id "
        "(waived: older than the standard; owner: data; until 2026-06-30; "
        "migrations/001_users.sql:1:1)\n"
        "  public.users: S001 public.users has no column unique_id "
        "(waived: a copy of another system; ctb-lint.toml:1:1)\n"
        "\n"
        "No findings in 1 file, 1 statement.\n"
        "    1 finding is known debt of base.json\n"
        "    2 findings are waived\n"
    )


def test_the_summary_speaks_of_one_as_of_one() -> None:
    one = report(new_only=NewOnly("main", 1), debt=Debt("b.json", 1, 0, ("S001 a",)))
    assert "".join(text.render(one)) == (
        "No findings in 1 file, 1 statement.\n"
        "    1 finding was there in main, too\n"
        "    1 entry of b.json is paid: --prune-baseline takes it out\n"
    )


def test_safe_and_unsafe_fixes_are_counted_apart() -> None:
    safe = structs.replace(practice(), fix=Fix("t", (Edit(PATH, 0, 1, ""),)))
    lines = "".join(text.render(report(safe, safe, practice()))).splitlines()
    assert lines[-1] == "    2 can be fixed with --fix, 1 more with --fix --unsafe-fixes"
    assert "fixed" not in "".join(text.render(report(finding(span(SQL, "users")))))


def test_what_was_skipped_is_listed_on_request() -> None:
    skipped = report(skipped=(Skipped("S010", "public.users", "EXECUTE builds its SQL"),))
    assert "".join(text.render(skipped, show_skipped=True)) == (
        "Skipped:\n  S010 public.users: EXECUTE builds its SQL\n\n"
        "No findings in 1 file, 1 statement.\n"
    )


def test_a_clean_run_says_what_it_looked_at() -> None:
    clean = report(inputs=tuple(source(f"{n}.sql", 7) for n in range(12)))
    assert "".join(text.render(clean)) == "No findings in 12 files, 84 statements.\n"


def test_a_quiet_clean_run_says_nothing() -> None:
    assert "".join(text.render(report(), quiet=True)) == ""


def test_a_live_object_is_named_in_place_of_a_line() -> None:
    live = finding(None, object=ObjectId(ObjectKind.COLUMN, "public", "users", "Odd"))
    first = "".join(text.render(report(live))).splitlines()[0]
    assert first.startswith('public.users."Odd": error[S001]')


@pytest.mark.parametrize(
    ("sql", "part", "lines"),
    [
        pytest.param(
            "\tCREATE\tTABLE x", "x", [" 1 |     CREATE    TABLE x", "   | " + " " * 20 + "^"],
            id="tabs take four cells",
        ),
        pytest.param(
            "CREATE TABLE 表格 (", "(", [" 1 | CREATE TABLE 表格 (", "   | " + " " * 18 + "^"],
            id="wide characters take two cells",
        ),
        pytest.param(
            'SELECT "👍", b', "👍", [' 1 | SELECT "👍", b', "   |         ^^"],
            id="a marked emoji is two cells",
        ),
        pytest.param(
            "e\u0301 x", "x", [" 1 | e\u0301 x", "   |   ^"], id="combining marks take none"
        ),
        pytest.param(
            "a\r\nbad here\r\nc", "here", [" 2 | bad here", "   |     ^^^^"], id="CRLF is no text"
        ),
        pytest.param("a\rbad", "bad", [" 2 | bad", "   | ^^^"], id="a lone CR ends a line"),
        pytest.param(
            "a (\n  b\n)", "a (\n  b\n)", [" 1 | a (", "   | ^^^…"],
            id="several lines: the first, and that it goes on",
        ),
        pytest.param(
            "x \x1b[31m y", "y", [" 1 | x \\x1b[31m y", "   |            ^"],
            id="an escape is as long as it is shown",
        ),
    ],
)  # fmt: skip
def test_the_underline_is_exact(sql: str, part: str, lines: list[str]) -> None:
    assert shown(sql, part) == lines


@pytest.mark.parametrize(
    ("start", "lines"),
    [
        pytest.param(2, [" 1 | ab", "   |   ^"], id="at the end of a line"),
        pytest.param(0, [" 1 | ab", "   | ^"], id="at the beginning"),
        pytest.param(5, [" 2 | cd", "   |   ^"], id="at the end of the file"),
    ],
)
def test_an_empty_span_gets_one_mark(start: int, lines: list[str]) -> None:
    assert excerpt_lines("ab\ncd", between("ab\ncd", start, start)) == lines


def test_a_long_line_is_cut_around_the_span() -> None:
    sql = "a" * 500 + " here " + "b" * 500
    assert shown(sql, "here", width=40) == [
        f" 1 | …{'a' * 8} here {'b' * 24}…",
        "   |           ^^^^",
    ]


def test_a_long_span_is_cut_too() -> None:
    line, marks = shown("x" * 10_000, "x" * 10_000, width=40)
    assert (line, marks) == (f" 1 | {'x' * 19}…", f"   | {'^' * 20}…")


@pytest.mark.parametrize("part", ["first", "middle", "last"])
def test_every_cut_line_fits_and_marks_its_span(part: str) -> None:
    sql = "first " + "表" * 300 + " middle " + "y\t" * 300 + " last"
    line, marks = shown(sql, part, width=60)
    from rich.cells import cell_len

    assert cell_len(line) <= 65
    assert cell_len(line.split(part)[0]) == len(marks.split("^")[0])
    assert marks.count("^") == len(part)


def test_in_a_file_of_one_giant_line_nothing_is_looked_for_twice() -> None:
    def giant(number: int) -> Report:
        sql = "SELECT 1; " * (500 * number)
        at = between(sql, 2_500 * number, 2_500 * number + 6)
        return report(*[finding(at)] * number, sources={PATH: sql})

    in_proportion(giant, lambda big: list(text.render(big)), 125)


def test_findings_take_time_in_proportion() -> None:
    in_proportion(many, lambda big: list(text.render(big, paint=paint.coloured())), 1_250)


def test_colours_change_nothing_but_colours() -> None:
    import re

    painted = "".join(text.render(full(), paint=paint.coloured(), show_skipped=True))
    assert "\x1b[" in painted
    assert re.sub(r"\x1b\[[0-9;]*m", "", painted) == "".join(text.render(full(), show_skipped=True))


def test_markup_in_names_is_not_interpreted() -> None:
    odd = finding(span(SQL, "users"), message="public.[red]x[/red] has no column")
    painted = "".join(text.render(report(odd), paint=paint.coloured()))
    assert "public.[red]x[/red] has no column" in painted


def test_a_place_outside_of_its_text_shows_no_source() -> None:
    at = between(SQL, 0, 3)
    lines = "".join(text.render(report(finding(at), sources={}))).splitlines()
    assert lines[1] == "   = because: the CTB standard demands a column unique_id of public.users"


def test_severity_off_never_fails_a_run() -> None:
    assert report(finding(span(SQL, "users")), fail_on=OFF).exit_code == 0


def test_many_of_one_reason_are_skipped_in_one_line() -> None:
    skipped = tuple(
        Skipped(code, f"public.t{number}", "EXECUTE builds its SQL")
        for code in ("S001", "S002")
        for number in range(7)
    )
    shown = "".join(
        text.render(
            report(skipped=(*skipped, Skipped("", "old.sql", "not ours"))), show_skipped=True
        )
    )
    assert (
        "Skipped:\n"
        "  S001, S002 of public.t0, public.t1, public.t2, public.t3, public.t4 and 2 more: "
        "EXECUTE builds its SQL\n"
        "  old.sql: not ours\n"
    ) in shown

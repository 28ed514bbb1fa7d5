"""The report of one line a finding."""

from __future__ import annotations

from ctb_lint.reporters import concise
from tests.reporters.reports import SQL, finding, full, report, span


def test_everything_is_one_line_each() -> None:
    assert "".join(concise.render(full(), show_skipped=True, show_suppressed=True)) == (
        "migrations/001_users.sql:3:14: S001 public.users has no column unique_id\n"
        "migrations/001_users.sql:5:5: S011 public.users declares index by_id inside CREATE TABLE\n"
        "public.users: P001 public.users has no column unique_id\n"
        "migrations/001_users.sql:4:5: S022 public.users has no column unique_id\n"
        "migrations/002.sql:3: error: is not UTF-8 (save it as UTF-8)\n"
        "error: rule S099 raised KeyError\n"
        "migrations/001_users.sql:3:14: suppressed: S005 public.users has no primary key "
        "(known debt: ctb-lint-baseline.json)\n"
        "migrations/001_users.sql:4:5: suppressed: S001 public.users has no column unique_id "
        "(waived: older than the standard; owner: data; until 2026-06-30; "
        "migrations/001_users.sql:1:1)\n"
        "public.users: suppressed: S001 public.users has no column unique_id "
        "(waived: a copy of another system; ctb-lint.toml:1:1)\n"
        "public.log: skipped: excluded: not ours\n"
        "S010 public.users: skipped: EXECUTE builds its SQL\n"
        "4 findings (1 CTB violation, 3 practice) in 1 file, 1 statement; "
        "1 finding is known debt of ctb-lint-baseline.json; 2 findings are waived; "
        "12 findings were there in main (a1b2c3d), too; "
        "3 entries of ctb-lint-baseline.json are paid: --prune-baseline takes them out; "
        "1 can be fixed with --fix --unsafe-fixes; "
        "2 statements not understood; 1 rule skipped; "
        "not finished: 1 input could not be read, 1 other failure\n"
    )


def test_quiet_leaves_out_the_sum_of_a_finished_run() -> None:
    assert "".join(concise.render(report(finding(span(SQL, "users"))), quiet=True)) == (
        "migrations/001_users.sql:3:14: S001 public.users has no column unique_id\n"
    )


def test_quiet_says_all_the_same_that_a_run_did_not_finish() -> None:
    assert "not finished" in "".join(concise.render(full(), quiet=True))


def test_a_clean_run_says_what_it_looked_at() -> None:
    assert "".join(concise.render(report())) == "0 findings in 1 file, 1 statement\n"

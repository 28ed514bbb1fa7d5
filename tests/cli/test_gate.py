"""The gate as a team meets it, on a real repository: exit code, report and JSON of every case."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctb_lint.cli.app import main
from tests.cli.gate_project import BARE, GOOD, Project, counts, places
from tests.cli.gate_project import project as project


def test_no_findings(project: Project) -> None:
    code, text, report = project.check()
    assert code == 0
    assert text == "No findings in 2 files, 4 statements.\n"
    assert places(report) == []
    assert report["suppressed"] == []
    assert (report["new_only"], report["baseline"]) == (None, None)


def test_only_known_debt_does_not_fail(project: Project) -> None:
    project.write("migrations/003_old.sql", BARE.format("old"))
    assert project.check()[0] == 1
    assert main(["check", "--write-baseline", "--baseline", "known.json"]) == 0
    code, text, report = project.check("--baseline", "known.json")
    assert code == 0
    assert "No findings in 3 files, 5 statements.\n" in text
    assert "1 finding is known debt of known.json\n" in text
    assert places(report) == []
    assert report["baseline"] == {"path": "known.json", "entries": 1, "known": 1, "paid": []}
    (known,) = report["suppressed"]
    assert (known["by"], known["finding"]["code"]) == ("baseline", "S002")
    assert project.check("--baseline", "known.json", "--no-baseline")[0] == 2


def test_new_debt_fails_beside_known_debt(project: Project) -> None:
    project.write("migrations/003_old.sql", BARE.format("old"))
    main(["check", "--write-baseline"])
    project.configure('baseline = "ctb-lint-baseline.json"\n')
    project.write("migrations/004_new.sql", BARE.format("fresh"))
    code, text, report = project.check()
    assert code == 1
    assert places(report) == [("S002", "migrations/004_new.sql", 1)]
    assert "1 finding in 4 files" in text
    assert counts(report, "findings", "baselined", "paid") == {
        "findings": 1, "baselined": 1, "paid": 0,
    }  # fmt: skip
    assert project.check("--no-baseline")[2]["summary"]["findings"] == 2


def test_a_line_more_above_known_debt_changes_nothing(project: Project) -> None:
    project.write("migrations/003_old.sql", BARE.format("old"))
    main(["check", "--write-baseline"])
    project.configure('baseline = "ctb-lint-baseline.json"\n')
    project.write("migrations/003_old.sql", "\n\n-- moved\n" + BARE.format("old"))
    assert project.check()[0] == 0


def test_paid_debt_is_said_and_taken_out(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.write("migrations/003_old.sql", BARE.format("old"))
    main(["check", "--write-baseline"])
    project.configure('baseline = "ctb-lint-baseline.json"\n')
    project.write("migrations/003_old.sql", GOOD.format("old"))
    code, text, report = project.check()
    assert code == 0
    assert report["baseline"]["paid"] == ["S002 public.old"]
    assert "--prune-baseline" in text
    capsys.readouterr()
    assert main(["check", "--prune-baseline"]) == 0
    said = capsys.readouterr().err
    assert said == (
        "1 paid, and taken out:\n  S002 public.old\nctb-lint-baseline.json: 0 findings left\n"
    )
    assert project.check()[2]["baseline"]["entries"] == 0


def test_a_baseline_that_grows_says_by_what(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.write("migrations/003_old.sql", BARE.format("old"))
    project.configure('baseline = "known.json"\n')
    assert main(["check"]) == 2
    assert "known.json: error: the baseline cannot be read" in capsys.readouterr().err
    main(["check", "--write-baseline"])
    project.write("migrations/004_new.sql", BARE.format("fresh"))
    capsys.readouterr()
    main(["check", "--write-baseline"])
    assert capsys.readouterr().err == (
        "known.json: 2 findings are known debt\n1 added:\n  S002 public.fresh\n"
    )


@pytest.mark.parametrize("narrowed", [["migrations"], ["--select", "S002"], ["--since", "HEAD"]])
def test_a_baseline_is_of_the_whole(
    project: Project, narrowed: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "--write-baseline", *narrowed]) == 2
    assert "--write-baseline is about the whole project" in capsys.readouterr().err
    assert not Path("ctb-lint-baseline.json").exists()


def test_no_baseline_is_written_of_a_run_that_did_not_finish(project: Project) -> None:
    (project.root / "migrations/003_bad.sql").write_bytes(b"\xff\xfe")
    assert main(["check", "--write-baseline"]) == 2
    assert not Path("ctb-lint-baseline.json").exists()


def test_a_waived_finding_does_not_fail(project: Project) -> None:
    text = "-- ctb-lint: allow S002 (imported)\n" + BARE.format("old")
    project.write("migrations/003_old.sql", text)
    code, text, report = project.check()
    assert code == 0
    assert "1 finding is waived\n" in text
    (waived,) = report["suppressed"]
    assert (waived["by"], waived["reason"], waived["at"]["line"]) == ("waiver", "imported", 1)
    assert counts(report, "findings", "waived") == {"findings": 0, "waived": 1}


def test_an_object_is_waived_in_the_configuration(project: Project) -> None:
    project.write("migrations/003_old.sql", BARE.format("old"))
    project.configure(
        '[[waive]]\nrule = "S002"\nobject = "old"\nreason = "imported"\nowner = "data team"\n'
        "expires = 2026-05-01\n"
    )
    code, _, report = project.check()
    assert code == 0
    (waived,) = report["suppressed"]
    del waived["finding"]
    assert waived == {
        "by": "waiver", "reason": "imported", "owner": "data team", "expires": "2026-05-01",
        "at": {"path": "ctb-lint.toml", "line": 4, "column": 1, "end_line": 4, "end_column": 10},
    }  # fmt: skip


def test_an_expired_waiver_is_found_and_what_it_covered_counts(project: Project) -> None:
    project.write("migrations/003_old.sql", BARE.format("old"))
    project.configure(
        '[[waive]]\nrule = "S002"\nobject = "old"\nreason = "imported"\nexpires = 2026-04-30\n'
    )
    code, _, report = project.check()
    assert code == 1
    assert places(report) == [("T051", "ctb-lint.toml", 4), ("S002", "migrations/003_old.sql", 1)]
    assert report["suppressed"] == []


def test_an_unused_waiver_is_found(project: Project) -> None:
    project.configure('[[waive]]\nrule = "S002"\nobject = "users"\nreason = "imported"\n')
    code, _, report = project.check()
    assert (code, places(report)) == (1, [("T050", "ctb-lint.toml", 4)])
    # One who looks at a part cannot know.
    assert project.check("migrations")[0] == 0
    assert project.check("--select", "S001,T050")[0] == 0


def test_only_what_is_new_since_a_branch(project: Project) -> None:
    project.write("migrations/003_old.sql", BARE.format("old"))
    project.commit()
    project.git("checkout", "--quiet", "-b", "work")
    project.write("migrations/004_new.sql", BARE.format("fresh"))
    code, text, report = project.check("--since", "main")
    assert code == 1
    assert places(report) == [("S002", "migrations/004_new.sql", 1)]
    assert "1 finding in 1 file, 1 statement.\n" in text
    assert report["new_only"] == {
        "since": f"main ({project.git('rev-parse', '--short=7', 'main').strip()})", "hidden": 1,
    }  # fmt: skip
    assert [one["path"] for one in report["inputs"] if one["reported"]] == [
        "migrations/004_new.sql"
    ]


def test_a_fault_that_a_change_makes_in_an_old_table_is_at_the_change(project: Project) -> None:
    project.write("migrations/003_drop.sql", "DROP INDEX users_process_id_idx;\n")
    code, _, report = project.check("--since", "HEAD")
    assert code == 1
    assert places(report) == [("S010", "migrations/003_drop.sql", 1)]


def test_taking_a_waiver_away_brings_its_finding_back(project: Project) -> None:
    text = "-- ctb-lint: allow S002 (imported)\n" + BARE.format("old")
    project.write("migrations/003_old.sql", text)
    project.commit()
    project.write("migrations/003_old.sql", BARE.format("old"))
    report = project.check("--since", "HEAD")[2]
    assert ("S002", "migrations/003_old.sql", 1) in places(report)


def test_known_debt_does_not_hide_one_more_of_its_kind(project: Project) -> None:
    twice = "ALTER TABLE users ADD COLUMN at timestamp;\n"
    project.write("migrations/003_at.sql", twice)
    main(["check", "--write-baseline"])
    project.configure('baseline = "ctb-lint-baseline.json"\n')
    project.commit()
    project.write("migrations/004_at.sql", "ALTER TABLE users ADD COLUMN til timestamp;\n")
    report = project.check("--since", "HEAD")[2]
    assert places(report) == [("S021", "migrations/004_at.sql", 1)]


def test_nothing_changed_is_a_pass(project: Project) -> None:
    for options in (("--since", "HEAD"), ("--staged",)):
        code, text, report = project.check(*options)
        assert code == 0
        assert "No findings in 0 files, 0 statements.\n" in text
        assert report["summary"]["finished"] is True


def test_what_is_staged_counts_not_what_is_on_disk(project: Project) -> None:
    project.write("migrations/003_new.sql", BARE.format("fresh"))
    project.git("add", "--all")
    project.write("migrations/003_new.sql", GOOD.format("fresh"))
    code, _, report = project.check("--staged")
    assert (code, places(report)) == (1, [("S002", "migrations/003_new.sql", 1)])
    project.git("add", "--all")
    project.write("migrations/003_new.sql", BARE.format("fresh"))
    assert project.check("--staged")[0] == 0


def test_released_migrations_are_only_folded(project: Project) -> None:
    project.write("migrations/003_old.sql", BARE.format("old"))
    project.write("migrations/004_new.sql", BARE.format("fresh"))
    project.configure('released = "003"\n')
    code, text, report = project.check()
    assert code == 1
    assert places(report) == [("S002", "migrations/004_new.sql", 1)]
    assert report["new_only"] == {"since": "release 003", "hidden": 1}
    assert "1 finding was there in release 003, too" in text
    assert project.check("--all")[2]["summary"]["findings"] == 2


def test_an_edited_released_file_fails(project: Project) -> None:
    project.write("migrations/002_users.sql", GOOD.format("users") + "SELECT 1;\n")
    code, _, report = project.check("--since", "HEAD")
    assert (code, places(report)) == (1, [("M017", "migrations/002_users.sql", 1)])
    project.configure('released = "001"\n')
    assert project.check("--since", "HEAD")[0] == 0


def test_a_renamed_released_file_fails(project: Project) -> None:
    project.git("mv", "migrations/002_users.sql", "migrations/003_people.sql")
    code, _, report = project.check("--since", "HEAD")
    assert (code, places(report)) == (1, [("M017", "migrations/003_people.sql", 1)])
    project.git("commit", "--quiet", "--message", "x")
    assert project.check()[0] == 0


def test_a_deleted_released_file_fails(project: Project) -> None:
    project.git("rm", "--quiet", "migrations/002_users.sql")
    code, _, report = project.check("--since", "HEAD")
    assert code == 1
    assert [one["code"] for one in report["findings"]] == ["M017"]
    assert report["findings"][0]["object"]["name"] == "migrations/002_users.sql"
    assert "migrations/002_users.sql" in report["findings"][0]["message"]


def test_deleting_a_whole_history_does_not_pass(project: Project) -> None:
    project.configure('released = "002"\n')
    project.commit()
    project.git("rm", "--quiet", "-r", "migrations")
    code, _, report = project.check("--staged")
    # The configuration names a folder that is nowhere any more.
    assert code == 2
    assert [one["code"] for one in report["findings"]] == ["M017", "M017"]


def test_a_merge_of_two_branches_with_one_number_fails(project: Project) -> None:
    project.git("checkout", "--quiet", "-b", "work")
    project.write("migrations/003_b_orders.sql", GOOD.format("orders"))
    project.commit()
    project.git("checkout", "--quiet", "main")
    project.write("migrations/003_parts.sql", GOOD.format("parts"))
    project.commit()
    project.git("checkout", "--quiet", "work")
    assert project.check("--since", "main")[0] == 0
    project.git("merge", "--quiet", "--no-edit", "main")
    code, _, report = project.check("--since", "main")
    assert code == 1
    (twice,) = [one for one in report["findings"] if one["code"] == "M005"]
    assert twice["path"] == "migrations/003_b_orders.sql"


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--since", "nowhere"], "error: 'nowhere' is no commit, branch or tag"),
        (["--since", "-x"], "error: "),
        (["--since", "main", "--staged"], "error: --since and --staged cannot be used together"),
        (["--since", "main", "/"], "lies outside of what is held against git"),
    ],
)
def test_what_cannot_be_held_against_is_said(
    project: Project, options: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", *options]) == 2
    assert sentence in capsys.readouterr().err


def test_without_a_repository_nothing_is_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["check", "--since", "main"]) == 2
    assert "repository" in capsys.readouterr().err


INLINE = "CREATE TABLE parts (\n    id bigint PRIMARY KEY,\n    INDEX parts_id (id, unique_id),\n"
PARTS = INLINE + GOOD.format("parts").partition("PRIMARY KEY,\n")[2]
UNINDEXED = "ALTER TABLE users ADD COLUMN parent_id bigint REFERENCES users (id);\n"


def test_a_fix_edits_what_nobody_else_can_have(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.write("migrations/003_parts.sql", PARTS)
    assert main(["check", "--diff"]) == 1
    assert (project.root / "migrations/003_parts.sql").read_text() == PARTS
    capsys.readouterr()
    assert main(["check", "--fix"]) == 0
    assert capsys.readouterr().err == (
        "1 finding fixed: S011 1\n  changed: migrations/003_parts.sql\n"
    )
    assert "INDEX parts_id (" not in (project.root / "migrations/003_parts.sql").read_text()
    assert main(["check", "--diff"]) == 0


def test_a_fix_leaves_what_is_committed_as_it_is(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.write("migrations/003_parts.sql", PARTS)
    project.write("migrations/004_parent.sql", UNINDEXED)
    project.commit()
    capsys.readouterr()
    assert main(["check", "--fix"]) == 1
    assert capsys.readouterr().err == (
        "1 finding fixed: S014 1\n"
        "  1 is in migrations that others may have applied, and only those files could be "
        "mended: if nobody has, add --released none\n"
        "  new: migrations/005_ctb_lint_fixes.sql\n"
    )
    assert (project.root / "migrations/003_parts.sql").read_text() == PARTS
    assert (project.root / "migrations/004_parent.sql").read_text() == UNINDEXED
    assert main(["check", "--fix", "--released", "none"]) == 0
    assert (project.root / "migrations/003_parts.sql").read_text() != PARTS


def test_without_git_everything_may_have_been_applied(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write("migrations/003_parts.sql", PARTS)
    (project.root / ".git").rename(project.root / "not-git")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(project.root.parent))
    assert main(["check", "--fix"]) == 1
    assert (project.root / "migrations/003_parts.sql").read_text() == PARTS


@pytest.mark.parametrize(
    "options",
    [["--fix", "--diff"], ["--fix", "--write-baseline"], ["--unsafe-fixes"], ["--fix", "--staged"]],
)
def test_what_cannot_be_asked_of_a_fix_is_said(project: Project, options: list[str]) -> None:
    assert main(["check", *options]) == 2

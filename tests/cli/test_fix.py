"""Fixing a project: rounds, what is written and what is not, and diffs that can be applied."""

from __future__ import annotations

import shutil
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec import structs

from ctb_lint.cli import fix as fixing
from ctb_lint.cli.fix import Fixed, diff, fix, fixed, summary
from ctb_lint.cli.request import Request
from ctb_lint.cli.run import Outcome, examine
from ctb_lint.cli.trouble import RunError
from ctb_lint.cli.writing import Written, write
from ctb_lint.rule import Edit, Fix
from tests.fixing.project import laid, mended, request, texts

INLINE = """\
CREATE TABLE a (
    status text, -- open or closed
    INDEX idx_status (status)
);
"""
CURED = """\
CREATE TABLE a (
    status text -- open or closed
);
CREATE INDEX idx_status ON public.a (status);
"""
TWO = {"001_a.sql": INLINE, "002_b.sql": INLINE.replace("TABLE a", "TABLE b")}


def test_a_project_is_fixed_and_a_second_time_nothing_changes(tmp_path: Path) -> None:
    laid(tmp_path, TWO)
    given, report = mended(tmp_path, "S011")
    assert texts(tmp_path) == {
        "001_a.sql": CURED,
        "002_b.sql": CURED.replace("TABLE a", "TABLE b").replace(
            "INDEX idx_status ON public.a", "INDEX b_status_idx ON public.b"
        ),
    }
    assert summary(given) == {"S011": 2}
    assert (given.left, report.findings) == ((), ())
    again, _ = mended(tmp_path, "S011")
    assert (again.written, again.applied) == ((), ())


def test_fixes_that_want_one_name_take_another_round(tmp_path: Path) -> None:
    text = (
        "CREATE TABLE p (a_b int PRIMARY KEY, a int, b int, UNIQUE (a, b));\n"
        "CREATE TABLE t (a_b int REFERENCES p, a int, b int,"
        " FOREIGN KEY (a, b) REFERENCES p (a, b));\n"
    )
    laid(tmp_path, {"001.sql": text})
    given, report = mended(tmp_path, "S014")
    assert report.findings == ()
    assert texts(tmp_path)["001.sql"].removeprefix(text).splitlines() == [
        "CREATE INDEX t_a_b_idx1 ON public.t (a, b);",
        "CREATE INDEX t_a_b_idx ON public.t (a_b);",
    ]
    assert len(given.applied) == 2


def test_line_ends_marks_and_permissions_stay(tmp_path: Path) -> None:
    laid(tmp_path, {"001.sql": "\ufeff" + INLINE.replace("\n", "\r\n") + "-- é\n"})
    file = tmp_path / "migrations" / "001.sql"
    file.chmod(0o640)
    mended(tmp_path, "S011")
    assert file.read_bytes().decode() == "\ufeff" + CURED.replace("\n", "\r\n") + "-- é\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o640


def test_a_linked_file_is_written_where_it_is(tmp_path: Path) -> None:
    laid(tmp_path, {})
    (tmp_path / "real.sql").write_text(INLINE, encoding="utf-8")
    (tmp_path / "migrations").mkdir()
    link = tmp_path / "migrations" / "001.sql"
    link.symlink_to("../real.sql")
    mended(tmp_path, "S011")
    assert link.is_symlink()
    assert (tmp_path / "real.sql").read_text(encoding="utf-8") == CURED


def test_unsafe_fixes_are_left_until_they_are_asked_for(tmp_path: Path) -> None:
    text = "CREATE TABLE t (a int UNIQUE);\nCREATE INDEX i ON t (a);\n"
    laid(tmp_path, {"001.sql": text})
    given, report = mended(tmp_path, "S013")
    assert given.written == ()
    assert [left.reason for left in given.left] == ["it is unsafe: --unsafe-fixes applies it"]
    assert len(report.findings) == 1
    mended(tmp_path, "S013", unsafe=True)
    assert texts(tmp_path) == {"001.sql": "CREATE TABLE t (a int UNIQUE);\n"}


def test_an_index_that_is_spoken_of_later_is_not_taken_out(tmp_path: Path) -> None:
    files = {
        "001_a.up.sql": "CREATE TABLE t (a int UNIQUE);\nCREATE INDEX i ON t (a);\n",
        "001_a.down.sql": "DROP INDEX i;\nDROP TABLE t;\n",
    }
    laid(tmp_path, files)
    given, _ = mended(tmp_path, "S013", unsafe=True)
    assert texts(tmp_path) == files
    assert [left.reason for left in given.left] == ["i is spoken of further on in the history"]


def test_an_index_is_made_only_where_the_columns_have_their_names(tmp_path: Path) -> None:
    files = {
        "001_a.sql": "CREATE TABLE p (id int PRIMARY KEY);\n"
        "CREATE TABLE old (x int REFERENCES p);\n",
        "002_b.sql": "ALTER TABLE old RENAME TO t; -- at last\nALTER TABLE t RENAME x TO p_id;\n",
    }
    laid(tmp_path, files)
    mended(tmp_path, "S014")
    assert texts(tmp_path) == files | {
        "002_b.sql": files["002_b.sql"] + "CREATE INDEX t_p_id_idx ON public.t (p_id);\n"
    }


def test_a_released_file_stays_and_a_new_migration_mends_it(tmp_path: Path) -> None:
    files = {
        "001_a.sql": "CREATE TABLE a (unique_id text UNIQUE, process_id text, s text);\n"
        "CREATE TABLE b (a text REFERENCES a (unique_id), s text);\n"
        "CREATE INDEX i ON a (s);\nCREATE INDEX IF NOT EXISTS i ON b (s);\n"
        "CREATE INDEX j ON a (unique_id);\n",
        "002_c.sql": "CREATE TABLE c (a text REFERENCES a (unique_id));\n",
    }
    laid(tmp_path, files, 'released = "001"\n')
    asked = structs.replace(request(tmp_path, "S010", "S012", "S013", "S014"), all_findings=True)
    given, report = fix(asked, unsafe=True)
    after = texts(tmp_path)
    assert after["001_a.sql"] == files["001_a.sql"]
    assert after["002_c.sql"] == files["002_c.sql"] + "CREATE INDEX c_a_idx ON public.c (a);\n"
    assert sorted(after["003_ctb_lint_fixes.sql"].splitlines()[1:]) == [
        "CREATE INDEX a_process_id_idx ON public.a (process_id);",
        "CREATE INDEX b_a_idx ON public.b (a);",
        "CREATE INDEX b_s_idx ON b (s);",
        "DROP INDEX public.j;",
    ]
    assert report.findings == ()
    assert summary(given) == {"S010": 1, "S012": 1, "S013": 1, "S014": 2}
    again, _ = fix(asked, unsafe=True)
    assert again.written == ()


# Diffs ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "command",
    [["git", "apply", "-p1"], ["patch", "-p1", "--binary", "--no-backup-if-mismatch"]],
    ids=["git", "patch"],
)
def test_a_diff_applied_is_what_a_fix_writes(command: list[str], tmp_path: Path) -> None:
    if not shutil.which(command[0]):
        pytest.skip(f"{command[0]} is not here")
    files = {
        "001 with a space.sql": INLINE.replace("\n", "\r\n"),
        "002_no_end.sql": "CREATE TABLE p (id int PRIMARY KEY);\n"
        "CREATE TABLE t (p int REFERENCES p)",
        "003_é.sql": "CREATE TABLE q (unique_id text UNIQUE, process_id text);",
    }
    for name in ("written", "patched"):
        (tmp_path / name).mkdir()
        laid(tmp_path / name, files)
    # First what may still change; then all of it is released.
    for code, config in (("S011", ""), ("S014", ""), ("S010", 'released = "003_é"\n')):
        for name in ("written", "patched"):
            (tmp_path / name / "ctb-lint.toml").write_text(config, encoding="utf-8")
        patched = structs.replace(request(tmp_path / "patched", code), all_findings=True)
        text = "".join(diff(fixed(patched).written))
        subprocess.run(command, input=text.encode(), cwd=tmp_path / "patched", check=True)
        before = texts(tmp_path / "written")
        fix(structs.replace(request(tmp_path / "written", code), all_findings=True))
        assert before != texts(tmp_path / "written") == texts(tmp_path / "patched")
    assert "004_ctb_lint_fixes.sql" in texts(tmp_path / "written")


def test_a_diff_of_a_name_that_a_terminal_would_obey_is_refused() -> None:
    given = Written(Path("x"), "m/\x1b[2Jx.sql", b"a\n", b"b\n")
    with pytest.raises(RunError, match="a diff cannot name this file"):
        list(diff([given]))


# What goes wrong -----------------------------------------------------------------------------


def changed(files: dict[str, str], folder: Path) -> tuple[Path, Fixed]:
    laid(folder, files)
    return folder, fixed(request(folder, "S011"))


def test_nothing_is_written_before_all_is_known(tmp_path: Path) -> None:
    changed(TWO, tmp_path)
    assert texts(tmp_path) == TWO


def test_a_file_that_changed_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    folder, given = changed(TWO, tmp_path)
    (folder / "migrations" / "002_b.sql").write_text("SELECT 1;\n", encoding="utf-8")
    with pytest.raises(RunError, match="has changed since it was read: no file was changed"):
        write(given.written)
    assert texts(folder) == TWO | {"002_b.sql": "SELECT 1;\n"}


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
@pytest.mark.parametrize("at", [1, 2])
def test_all_files_are_as_they_were_where_one_cannot_be_written(
    error: BaseException, at: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, given = changed(TWO, tmp_path)
    new = Written(folder / "migrations" / "new" / "up.sql", "new/up.sql", None, b"SELECT 1;\n")
    count = 0
    replace = Path.replace

    def failing(self: Path, target: Path) -> Path:
        nonlocal count
        count += 1
        if count == at + 1:
            raise error
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", failing)
    expected = RunError if isinstance(error, OSError) else KeyboardInterrupt
    with pytest.raises(expected):
        write([*given.written, new] if at == 2 else [new, *given.written])
    assert texts(folder) == TWO
    assert sorted(path.name for path in folder.rglob("*")) == [
        "001_a.sql", "002_b.sql", "ctb-lint.toml", "migrations",
    ]  # fmt: skip


def test_a_file_that_came_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    there = tmp_path / "a.sql"
    there.write_text("SELECT 1;\n", encoding="utf-8")
    with pytest.raises(RunError, match="is there already"):
        write([Written(there, "a.sql", None, b"")])
    assert there.read_text(encoding="utf-8") == "SELECT 1;\n"


def with_fixes(change: Callable[[Fix], Fix], *chosen: int) -> Callable[[Request], Outcome]:
    """A check in which some of the findings' fixes are others."""

    def examined(asked: Request) -> Outcome:
        outcome = examine(asked)
        findings = [
            structs.replace(one, fix=change(one.fix))
            if one.fix and one.at and int(Path(one.at.path).name[:3]) in chosen
            else one
            for one in outcome.report.findings
        ]
        report = structs.replace(outcome.report, findings=tuple(findings))
        return structs.replace(outcome, report=report)

    return examined


def breaking(good: Fix) -> Fix:
    first = good.edits[0]
    return Fix("break it", (Edit(first.path, 0, 6, "CRAETE"),))


def idle(good: Fix) -> Fix:
    first = good.edits[0]
    return Fix("say something", (Edit(first.path, 0, 0, "-- nothing\n"),))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (breaking, "applied, it would leave what PostgreSQL refuses or what cannot be read"),
        (idle, "applied, it would not cure the finding"),
    ],
)
def test_a_fix_that_breaks_or_does_nothing_is_left_and_the_others_are_applied(
    change: Callable[[Fix], Fix], reason: str, tmp_path: Path
) -> None:
    files = {f"{n:03}_t.sql": INLINE.replace("TABLE a", f"TABLE t{n}") for n in range(1, 8)}
    laid(tmp_path, files)
    given = fixed(request(tmp_path, "S011"), examine=with_fixes(change, 2, 5))
    assert [(left.finding.at and left.finding.at.path, left.reason) for left in given.left] == [
        ("migrations/002_t.sql", reason),
        ("migrations/005_t.sql", reason),
    ]
    assert len(given.applied) == 5
    assert {one.shown for one in given.written} == {
        f"migrations/{name}" for name in files if name[:3] not in {"002", "005"}
    }


def test_rounds_come_to_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fixing, "MAX_ROUNDS", 1)
    text = (
        "CREATE TABLE p (a_b int PRIMARY KEY, a int, b int, UNIQUE (a, b));\n"
        "CREATE TABLE t (a_b int REFERENCES p, a int, b int,"
        " FOREIGN KEY (a, b) REFERENCES p (a, b));\n"
    )
    laid(tmp_path, {"001.sql": text})
    given = fixed(request(tmp_path, "S014"))
    assert len(given.applied) == 1
    assert [left.reason for left in given.left] == ["1 rounds were not enough: run it again"]


@pytest.mark.parametrize("asked", [Request(paths=("-",)), Request(staged=True)])
def test_what_is_no_file_cannot_be_fixed(asked: Request) -> None:
    with pytest.raises(RunError, match="cannot be fixed"):
        fixed(asked)


def test_a_new_migration_that_is_there_already_is_not_overwritten(tmp_path: Path) -> None:
    text = "CREATE TABLE q (unique_id text UNIQUE, process_id text);\n"
    laid(tmp_path, {"001.sql": text}, 'released = "001"\nexclude = ["migrations/002*"]\n')
    there = tmp_path / "migrations" / "002_ctb_lint_fixes.sql"
    there.write_text("SELECT 1;\n", encoding="utf-8")
    with pytest.raises(RunError, match="is there already"):
        fixed(structs.replace(request(tmp_path, "S010"), all_findings=True))
    assert there.read_text(encoding="utf-8") == "SELECT 1;\n"

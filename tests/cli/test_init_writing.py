"""What ``ctb-lint init`` asks, and what it does where it meets hostile names and refusals."""

from __future__ import annotations

import os
import pty
import resource
import select
import shlex
import subprocess
import time
from pathlib import Path

import pytest

from ctb_lint.cli.app import main
from tests.cli.initial import BASELINE, BIN, HOOKS, TABLE, configured, state, written
from tests.git_project import Project

# Hostile and unlucky ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ['a"b', "it's", "new\nline", "[x]", "ünï✓", "back\\slash", "# no", "{{x}}", "\u202eab"]
)
def test_any_folder_can_be_configured(
    name: str, project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.write({f"{name}/001_a.sql": TABLE})
    written(project, name)
    assert configured(project.folder).paths == (name,)
    assert main(["check"]) == 0
    assert "\u202e" not in capsys.readouterr().out


def test_a_name_that_is_not_utf8_is_refused(project: Project) -> None:
    folder = os.fsencode(project.folder) + b"/m\xff"
    Path(os.fsdecode(folder)).mkdir()
    Path(os.fsdecode(folder), "001_a.sql").write_text(TABLE)
    assert written(project, os.fsdecode(b"m\xff"), code=2) == {}


def test_a_symlink_is_not_written_through(project: Project, tmp_path: Path) -> None:
    project.write({"migrations/001_a.sql": TABLE})
    (project.folder / "ctb-lint.toml").symlink_to(tmp_path / "victim")
    assert main(["init", "--yes"]) == 2
    assert not (tmp_path / "victim").exists()


def test_a_folder_that_leads_elsewhere_is_not_written_into(
    project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project.write({"migrations/001_a.sql": TABLE})
    (tmp_path / "other/workflows").mkdir(parents=True)
    (project.folder / ".github").symlink_to(tmp_path / "other")
    assert main(["init", "--yes"]) == 2
    assert list((tmp_path / "other/workflows").iterdir()) == []
    assert capsys.readouterr().err.startswith(
        ".github/workflows/ctb-lint.yml: error: cannot be written: its folder is a symlink that "
        f"leads elsewhere; written before: {BASELINE}, ctb-lint.toml, {HOOKS}\n"
    )


@pytest.mark.parametrize(
    ("limit", "place", "before", "hint"),
    [
        (
            300,
            HOOKS,
            "written before: ctb-lint.toml",
            "mend that, remove what was written, and run ctb-lint init again",
        ),
        (
            10,
            "ctb-lint.toml",
            f"nothing was written; not written: {HOOKS}",
            "mend that, and run ctb-lint init again",
        ),
    ],
    ids=["the second file", "the first file"],
)
def test_a_file_that_cannot_be_written_is_said(
    limit: int, place: str, before: str, hint: str, project: Project
) -> None:
    """A limit on the size of files stops the longer ones in the middle."""
    project.write({"migrations/001_a.sql": "SELECT 1;\n"})
    ran = subprocess.run(
        [BIN / "ctb-lint", "init", "--yes"],
        cwd=project.folder,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ran.returncode == 2
    assert ran.stderr == (
        f"{place}: error: cannot be written: File too large; {before}\n  = hint: {hint}\n"
    )
    expected = ["ctb-lint.toml"] if place == HOOKS else []
    assert sorted(state(project.folder)) == [*expected, "migrations/001_a.sql"]


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_read_only_folder_is_said(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.write({"migrations/001_a.sql": TABLE})
    project.folder.chmod(0o555)
    try:
        assert written(project, code=2) == {}
    finally:
        project.folder.chmod(0o755)
    assert "nothing was written" in capsys.readouterr().err


# Questions ----------------------------------------------------------------------------------


def test_without_a_terminal_the_plan_is_shown_and_nothing_written(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.write({"migrations/001_a.sql": TABLE})
    before = state(project.folder)
    assert main(["init"]) == 2
    assert state(project.folder) == before
    shown = capsys.readouterr()
    assert '  paths = ["migrations"]' in shown.out.splitlines()
    assert shown.err == (
        "error: nothing was written: there is no terminal to ask at\n"
        "  = hint: ctb-lint init --yes writes these files\n"
    )


def at_terminal(folder: Path, answers: str) -> tuple[int, str]:
    """Runs init at a pseudo-terminal, typing an answer to each question."""
    leader, follower = pty.openpty()
    environment = {**os.environ, "TERM": "dumb", "PYTHONUNBUFFERED": "1"}
    child = subprocess.Popen(
        [BIN / "ctb-lint", "init"],
        cwd=folder,
        env=environment,
        stdin=follower,
        stdout=follower,
        stderr=follower,
        start_new_session=True,
    )
    os.close(follower)
    os.write(leader, answers.encode())
    out = b""
    until = time.monotonic() + 120
    while time.monotonic() < until:
        ready, _, _ = select.select([leader], [], [], 1)
        try:
            chunk = os.read(leader, 65536) if ready else b""
        except OSError:  # the other side is closed
            break
        out += chunk
        if not chunk and child.poll() is not None:
            break
    os.close(leader)
    return child.wait(timeout=60), out.decode().replace("\r\n", "\n")


def test_the_user_is_asked_for_each_file(project: Project) -> None:
    project.write({"migrations/001_a.sql": TABLE})
    code, out = at_terminal(project.folder, "12\n17\nn\ny\nn\n")
    assert code == 0, out
    assert "ctb-lint knows PostgreSQL 13 to 18" in out
    assert f"known findings into {BASELINE}, so that only new ones fail? [Y/n]" in out
    assert sorted(state(project.folder)) == ["ctb-lint.toml", "migrations/001_a.sql"]
    settings = configured(project.folder).settings
    assert (settings.pg_version, settings.baseline) == (17, None)


def test_an_answer_that_is_none_is_asked_for_again(project: Project) -> None:
    project.write({"migrations/001_a.sql": TABLE})
    code, out = at_terminal(project.folder, "y\n17\nmaybe\n NO \nyes\nn\n")
    assert code == 0, out
    assert out.count("ctb-lint knows PostgreSQL 13 to 18") == 1
    assert out.count("answer y or n") == 1
    assert "Error" not in out
    assert sorted(state(project.folder)) == ["ctb-lint.toml", "migrations/001_a.sql"]


def test_the_findings_can_be_seen_before_anything_is_written(project: Project) -> None:
    project.write({"my migrations/001_a.sql": TABLE})
    code, out = at_terminal(project.folder, "17\nn\nn\n")
    assert code == 0, out
    line = next(one for one in out.splitlines() if one.startswith("each of them: "))
    assert line == "each of them: ctb-lint check 'my migrations' --pg-version 17"
    assert main(shlex.split(line)[4:]) == 1


def test_who_declines_the_configuration_gets_nothing(project: Project) -> None:
    project.write({"migrations/001_a.sql": TABLE})
    code, out = at_terminal(project.folder, "\ny\nn\n")
    assert code == 0, out
    assert out.rstrip().endswith("nothing is written")
    assert sorted(state(project.folder)) == ["migrations/001_a.sql"]

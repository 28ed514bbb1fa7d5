"""The hook and the CI job that ``ctb-lint init`` writes, tried by pre-commit itself."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
import yaml

from ctb_lint.cli.app import main
from tests.cli.initial import BASELINE, BIN, HOOKS, TABLE, state, written
from tests.git_project import ENVIRONMENT, Project

HOOK = "repos:\n-   repo: https://example.com/other\n    rev: v1\n    hooks:\n    -   id: other\n"


def test_a_hook_file_that_is_there_gets_a_snippet_that_fits_in(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.write({"migrations/001_a.sql": TABLE, HOOKS: HOOK})
    assert HOOKS not in written(project)
    out = capsys.readouterr().out
    snippet = out.split(f"add to {HOOKS}, which is yours:\n")[1].split("\n\nnext:")[0]
    both = yaml.safe_load(HOOK + snippet)
    assert [repo["hooks"][0]["id"] for repo in both["repos"]] == ["other", "ctb-lint"]
    (project.folder / HOOKS).write_text(HOOK + snippet)
    assert pre_commit(project, "validate-config").returncode == 0


def test_the_local_hook_is_the_published_one(project: Project) -> None:
    project.write({"migrations/001_a.sql": TABLE})
    ours = yaml.safe_load(written(project)[HOOKS])["repos"][0]["hooks"][0]
    root = Path(__file__).parents[2]
    published = yaml.safe_load((root / ".pre-commit-hooks.yaml").read_text())
    theirs = next(hook for hook in published if hook["id"] == "ctb-lint")
    del theirs["description"]
    assert theirs.pop("pass_filenames") is True  # which is pre-commit's default
    assert ours == theirs | {"language": "system"}


def test_a_workflow_is_written_where_others_are(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.write({"migrations/001_a.sql": TABLE, ".github/workflows/a.yml": "on: push\n"})
    text = written(project)[".github/workflows/ctb-lint.yml"]
    steps = yaml.safe_load(text)["jobs"]["ctb-lint"]["steps"]
    assert steps[0]["with"]["fetch-depth"] == 0
    assert steps[-1]["run"] == 'ctb-lint check --since "origin/$BASE" --format github'
    assert "GitHub Actions: .github/workflows/a.yml" in capsys.readouterr().out


def test_a_workflow_that_is_not_asked_for_is_not_written(project: Project) -> None:
    project.write({"migrations/001_a.sql": TABLE})
    project.git("remote", "add", "origin", "git@github.com:example/example.git")
    assert sorted(written(project)) == [HOOKS, BASELINE, "ctb-lint.toml"]


def test_gitlab_gets_a_snippet(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.write({"migrations/001_a.sql": TABLE, ".gitlab-ci.yml": "stages: [test]\n"})
    written(project)
    out = capsys.readouterr().out
    snippet = out.split("add to .gitlab-ci.yml, which is yours:\n")[1].split("\n\nnext:")[0]
    job = yaml.safe_load(snippet)["ctb-lint"]
    assert job["artifacts"]["reports"] == {"codequality": "gl-code-quality-report.json"}


def test_below_the_top_hook_and_job_know_the_way(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = 'apps/it\'s [a] $HOME: "db" ü'
    project.write(
        {f"{folder}/migrations/001_a.sql": TABLE, ".github/workflows/a.yml": "on: push\n"}
    )
    monkeypatch.chdir(project.folder / folder)
    new = written(project)
    assert f"{folder}/ctb-lint.toml" in new
    hook = yaml.safe_load(new[HOOKS])["repos"][0]["hooks"][0]
    assert hook["args"] == ["--config", f"{folder}/ctb-lint.toml"]
    job = yaml.safe_load(new[".github/workflows/ctb-lint.yml"])["jobs"]["ctb-lint"]
    assert job["steps"][-1]["working-directory"] == folder
    assert f"write {os.path.relpath(HOOKS, folder)}" not in capsys.readouterr().out
    project.git("add", "--all")
    ran = pre_commit(project, "run")
    assert ran.returncode == 0, ran.stdout


def test_without_git_only_ctb_lints_own_files_are_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "migrations").mkdir()
    (tmp_path / "migrations" / "001_a.sql").write_text(TABLE)
    monkeypatch.chdir(tmp_path)
    assert main(["init", "--yes"]) == 0
    assert sorted(state(tmp_path)) == [BASELINE, "ctb-lint.toml", "migrations/001_a.sql"]
    assert "not in a git repository: no hook is written" in capsys.readouterr().out


def pre_commit(project: Project, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **ENVIRONMENT, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    environment["PRE_COMMIT_HOME"] = str(project.folder.parent / "pre-commit")
    return subprocess.run(
        [BIN / "pre-commit", *arguments],
        cwd=project.folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_the_written_hook_refuses_what_is_new_and_nothing_else(project: Project) -> None:
    project.write({"migrations/001_a.sql": TABLE})
    written(project)
    assert pre_commit(project, "validate-config").returncode == 0
    project.commit()
    project.write({"migrations/002_b.sql": "DROP TABLE user;\n"})
    project.git("add", "--all")
    refused = pre_commit(project, "run")
    assert refused.returncode == 1
    assert "migrations/002_b.sql:1:12: error[" in refused.stdout
    assert "001_a.sql:" not in refused.stdout
    project.write({"migrations/002_b.sql": "COMMENT ON TABLE users IS 'people';\n"})
    project.git("add", "--all")
    passed = pre_commit(project, "run")
    assert passed.returncode == 0, passed.stdout

"""What the jobs of docs/ci run works, on a clone as each system makes it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from ctb_lint.readers.git.repository import SHORT_ID
from ctb_lint.reporters.markdown import MARKER
from tests.ci_pages import RUNS, SCHEMAS, SNIPPETS, job, scripts, steps_of
from tests.git_project import ENVIRONMENT, Project
from tests.postgres import Server

KINDS = "CREATE TABLE kinds (unique_id varchar(255) PRIMARY KEY, name text, CHECK (name <> ''));\n"
CLEAN = "CREATE TABLE public.kinds (unique_id varchar(255) NOT NULL UNIQUE);\n"
FAULT = "CREATE TABLE public.users (name text);\n"
UNREADABLE = b"CREATE TABLE \xff\xfe;"
CONFIG = 'select = ["S001"]\n'


class Case(NamedTuple):
    """A script of a page, with the environment that its system gives a pull request, the files
    that it writes, and the shell that runs it."""

    script: str
    env: dict[str, str]
    files: tuple[str, ...]
    shell: tuple[str, ...] = ("bash", "-e", "-o", "pipefail")


def cases(base: str, temp: Path) -> dict[str, Case]:
    """``base`` is the id of the commit that the pull request is for."""
    github = steps_of(job("github-actions", 1))[-1]
    assert github["env"] == {"BASE": "${{ github.base_ref }}"}
    bitbucket = job("bitbucket-pipelines")["pipelines"]["pull-requests"]["**"][0]["step"]
    azure = [step["bash"] for step in job("azure-pipelines")["steps"] if "bash" in step]
    circle = [step["run"] for step in job("circleci")["jobs"]["ctb-lint"]["steps"] if "run" in step]
    (jenkins,) = scripts(next(one for one in SNIPPETS if one.page == "jenkins"))
    summary = {"GITHUB_STEP_SUMMARY": str(temp / "summary.md")}
    azure_env = {
        "SYSTEM_PULLREQUEST_TARGETBRANCH": "refs/heads/main",
        "COMMON_TESTRESULTSDIRECTORY": str(temp / "results"),
        "BUILD_ARTIFACTSTAGINGDIRECTORY": str(temp),
    }
    sh = ("sh", "-xe")
    return {
        "github-actions": Case(
            github["run"], {"BASE": "main", **summary}, (str(temp / "summary.md"),)
        ),
        "gitlab-ci": Case(
            "\n".join(job("gitlab-ci")["ctb-lint"]["script"]),
            {"CI_MERGE_REQUEST_DIFF_BASE_SHA": base},
            ("gl-code-quality-report.json", "ctb-lint-junit.xml"),
        ),
        "circleci": Case(
            "\n".join([circle[0], circle[1]["command"]]),
            {"CIRCLE_BRANCH": "work"},
            ("reports/ctb-lint/junit.xml",),
        ),
        "bitbucket-pipelines": Case(
            "\n".join(bitbucket["script"]),
            {"BITBUCKET_PR_DESTINATION_COMMIT": base[:12]},
            ("test-results/ctb-lint.xml",),
        ),
        "azure-pipelines": Case(
            "\n".join(azure),
            azure_env,
            (str(temp / "results" / "ctb-lint.xml"), str(temp / "ctb-lint.sarif")),
        ),
        "jenkins": Case(
            jenkins,
            {"CHANGE_TARGET": "main", "WORKSPACE_TMP": str(temp)},
            ("ctb-lint.xml", "ctb-lint.sarif"),
            sh,
        ),
    }


@pytest.fixture
def clone(tmp_path: Path) -> Project:
    """A clone on a branch of its own, of a repository whose main branch has an old fault."""
    origin = Project(tmp_path / "origin")
    origin.commit({
        "migrations/001_kinds.sql": CLEAN,
        "migrations/002_old.sql": FAULT.replace("users", "old"),
        "ctb-lint.toml": CONFIG,
    })  # fmt: skip
    origin.git("clone", "--quiet", str(origin.folder), str(tmp_path / "clone"))
    work = Project(tmp_path / "clone")
    work.git("switch", "--quiet", "--create", "work")
    return work


def run(case: Case, folder: Path, temp: Path) -> subprocess.CompletedProcess[str]:
    """Runs a script beside stand-ins for what installs: ctb-lint is there already."""
    programs = temp / "programs"
    for name in ("pip", "python3"):
        stand_in(programs / name, "exit 0\n")
    activate = temp / "ctb-lint" / "bin" / "activate"
    activate.parent.mkdir(parents=True, exist_ok=True)
    activate.touch()
    path = os.pathsep.join([str(programs), str(Path(sys.executable).parent), os.environ["PATH"]])
    return subprocess.run(
        [*case.shell, "-c", case.script],
        cwd=folder,
        env={**os.environ, **ENVIRONMENT, **case.env, "PATH": path},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def stand_in(path: Path, script: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}", encoding="utf-8")
    path.chmod(0o755)


@pytest.mark.parametrize("page", sorted({*SCHEMAS, "jenkins"}))
def test_a_job_fails_for_what_a_change_brings_and_for_nothing_else(
    page: str, clone: Project, tmp_path: Path
) -> None:
    base = clone.git("rev-parse", "origin/main")
    assert len(base) > SHORT_ID
    case = cases(base, tmp_path)[page]
    codes = []
    for text in (CLEAN.replace("kinds", "parts"), FAULT, UNREADABLE):
        for file in case.files:
            (clone.folder / file).unlink(missing_ok=True)
        clone.commit({"migrations/003_new.sql": text})
        done = run(case, clone.folder, tmp_path)
        codes.append(done.returncode)
        wanted = case.files if page != "gitlab-ci" or done.returncode != 2 else case.files[:1]
        assert [file for file in wanted if not (clone.folder / file).exists()] == []
        if text is FAULT:
            assert "migrations/003_new.sql" in done.stdout
            assert "002_old.sql" not in done.stdout
    assert codes == [0, 1, 2], done.stderr


@pytest.mark.parametrize("page", ["azure-pipelines", "circleci", "gitlab-ci", "jenkins"])
def test_the_same_job_counts_everything_on_the_main_branch(
    page: str, clone: Project, tmp_path: Path
) -> None:
    case = cases("", tmp_path)[page]
    absent = {"CIRCLE_BRANCH": "main"}
    keep = ("COMMON_TESTRESULTSDIRECTORY", "BUILD_ARTIFACTSTAGINGDIRECTORY", "WORKSPACE_TMP")
    env = absent | {key: value for key, value in case.env.items() if key in keep}
    done = run(case._replace(env=env), clone.folder, tmp_path)
    assert done.returncode == 1, done.stderr
    assert "migrations/002_old.sql" in done.stdout


@pytest.mark.parametrize("page", sorted({*SCHEMAS, "jenkins"}))
def test_the_name_of_a_branch_executes_nothing(page: str, clone: Project, tmp_path: Path) -> None:
    case = cases("", tmp_path)[page]
    evil = "x$(touch planted);`touch planted`;' touch planted \""
    changed = {key: evil for key, value in case.env.items() if not value.startswith(os.sep)}
    done = run(case._replace(env=case.env | changed), clone.folder, tmp_path)
    assert not (clone.folder / "planted").exists()
    assert done.returncode == (0 if page == "circleci" else 2), done.stderr


def test_a_shallow_clone_is_refused_by_the_job(clone: Project, tmp_path: Path) -> None:
    clone.commit({"migrations/003_new.sql": CLEAN.replace("kinds", "parts")})
    clone.git("push", "--quiet", "origin", "work")
    url = (tmp_path / "origin").as_uri()
    clone.git("clone", "--quiet", "--depth=1", "--branch=work", url, str(tmp_path / "shallow"))
    done = run(cases("", tmp_path)["circleci"], tmp_path / "shallow", tmp_path)
    assert done.returncode == 2


# GitHub ------------------------------------------------------------------------------------------


@pytest.mark.skipif(
    shutil.which("jq") is None, reason="the step needs jq, as GitHub's runners have"
)
def test_the_alerts_are_what_is_not_suppressed(clone: Project, tmp_path: Path) -> None:
    steps = steps_of(job("github-actions", 2), "scan")
    (check, keep) = (step["run"] for step in steps if "ctb-lint.sarif" in step.get("run", ""))
    waived = "-- ctb-lint: allow S001 (imported)\n" + FAULT
    clone.write({"migrations/003_new.sql": waived})
    case = Case(f"{check}\n{keep}", {}, ())
    done = run(case, clone.folder, tmp_path)
    assert done.returncode == 0, done.stderr
    whole, alerts = (
        json.loads((clone.folder / name).read_text(encoding="utf-8"))["runs"][0]["results"]
        for name in ("ctb-lint.sarif", "alerts.sarif")
    )
    assert [len(one["suppressions"]) for one in whole] == [0, 1]
    assert alerts == [whole[0]]


def test_nothing_is_uploaded_of_a_run_that_did_not_finish(clone: Project, tmp_path: Path) -> None:
    steps = steps_of(job("github-actions", 2), "scan")
    assert [step for step in steps if "if" in step or "continue-on-error" in step] == []
    (check,) = (step["run"] for step in steps if "ctb-lint check" in step.get("run", ""))
    clone.write({"migrations/003_new.sql": UNREADABLE})
    assert run(Case(check, {}, ()), clone.folder, tmp_path).returncode == 2


GH = """
import json, subprocess, sys
arguments = sys.argv[1:]
with open("calls", "a") as calls:
    calls.write(json.dumps(arguments) + "\\n")
if "--jq" in arguments:
    query = arguments[arguments.index("--jq") + 1]
    sys.exit(subprocess.run(["jq", "--raw-output", query, "comments.json"]).returncode)
"""


@pytest.mark.skipif(shutil.which("jq") is None, reason="the stand-in for gh needs jq")
@pytest.mark.parametrize(
    ("comments", "method"),
    [
        ([], "POST"),
        ([("github-actions[bot]", "something else"), ("mallory", f"{MARKER}\nx")], "POST"),
        ([("mallory", MARKER), ("github-actions[bot]", f"{MARKER}\nold")], "PATCH"),
        ([("github-actions[bot]", f"{MARKER}\n1"), ("github-actions[bot]", MARKER)], "PATCH"),
    ],
    ids=["none", "only others", "an own one", "two own ones"],
)
def test_the_comment_is_found_again(
    comments: list[tuple[str, str]], method: str, tmp_path: Path
) -> None:
    step = steps_of(job("github-actions", 3), "comment")[-1]
    listed = [
        {"id": 100 + number, "user": {"login": login}, "body": body}
        for number, (login, body) in enumerate(comments)
    ]
    (tmp_path / "comments.json").write_text(json.dumps(listed), encoding="utf-8")
    (tmp_path / "gh.py").write_text(GH, encoding="utf-8")
    stand_in(tmp_path / "programs" / "gh", f'exec "{sys.executable}" gh.py "$@"\n')
    env = {"GITHUB_REPOSITORY": "o/r", "NUMBER": "7"}
    done = run(Case(step["run"], env, ()), tmp_path, tmp_path)
    assert done.returncode == 0, done.stderr
    calls = (tmp_path / "calls").read_text(encoding="utf-8").splitlines()
    asked, sent = (json.loads(call) for call in calls)
    assert asked[:3] == ["api", "--paginate", "repos/o/r/issues/7/comments"]
    own = [one["id"] for one in listed if one["user"]["login"].endswith("[bot]")]
    where = "issues/7/comments" if method == "POST" else f"issues/comments/{own[0]}"
    assert sent == [
        "api", "--silent", "--method", method, f"repos/o/r/{where}",
        "--field", "body=@ctb-lint.md",
    ]  # fmt: skip


@pytest.mark.parametrize("number", [4, 5], ids=["by the clock", "on a branch of Neon"])
def test_the_audit_of_a_database_fails_for_its_rows(
    number: int, server: Server, clone: Project, tmp_path: Path
) -> None:
    steps = steps_of(job("github-actions", number), "audit")
    (script,) = (step["run"] for step in steps if RUNS.search(step.get("run", "")))
    config = 'select = ["S001", "E020"]\n[standard.value-sets]\n"kinds.name" = ["a"]\n'
    clone.write({"ctb-lint.toml": config, "migrations/001_kinds.sql": KINDS})
    (clone.folder / "migrations" / "002_old.sql").unlink()
    summary = tmp_path / "summary.md"
    codes = []
    with server.database() as connection:
        url = server.dsn(connection.info.dbname)
        case = Case(script, {"DATABASE_URL": url, "GITHUB_STEP_SUMMARY": str(summary)}, ())
        connection.execute(KINDS.encode())
        for name in ("a", "b"):
            connection.execute("INSERT INTO kinds (unique_id, name) VALUES (%s, %s)", (name, name))
            codes.append(run(case, clone.folder, tmp_path).returncode)
    assert codes == [0, 1]
    assert "1 of 2 rows of public.kinds has a name that is none of" in summary.read_text()
    codes.append(run(case, clone.folder, tmp_path).returncode)  # the database is gone
    assert codes == [0, 1, 2]
    assert "not finished" in summary.read_text()

"""The jobs of docs/ci: they have the shape that each system reads, and what they run works."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import typer
import yaml

from ctb_lint.cli.app import app
from ctb_lint.cli.rendering import outputs
from ctb_lint.readers.git.repository import SHORT_ID
from ctb_lint.reporters.markdown import MARKER
from tests.git_project import ENVIRONMENT, Project
from tests.postgres import Server
from tests.test_docs import RULES, pieces, unknown_in

ROOT = Path(__file__).parents[1]
PAGES = sorted((ROOT / "docs" / "ci").glob("*.md"))
SCHEMAS = {
    "azure-pipelines": "azure-pipelines",
    "bitbucket-pipelines": "bitbucket-pipelines",
    "circleci": "circle-ci",
    "github-actions": "github-workflows",
    "gitlab-ci": "gitlab-ci",
}
"""The schema for the snippets of a page."""
MAJOR = {
    "actions/checkout": "v7",
    "actions/download-artifact": "v8",
    "actions/setup-python": "v7",
    "actions/upload-artifact": "v7",
    "github/codeql-action/upload-sarif": "v4",
    "neondatabase/create-branch-action": "v6",
    "neondatabase/delete-branch-action": "v3",
    "OWNER/ctb-lint": f"v{version('ctb-lint')}",
}
COMMANDS = typer.main.get_command(app).commands  # type: ignore[attr-defined]
RUNS = re.compile(r"\bctb-lint (check|audit) -")
PARTS = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#\s]+)?(?:#([^)\s]*))?\)")

KINDS = "CREATE TABLE kinds (unique_id varchar(255) PRIMARY KEY, name text, CHECK (name <> ''));\n"
CLEAN = "CREATE TABLE public.kinds (unique_id varchar(255) NOT NULL UNIQUE);\n"
FAULT = "CREATE TABLE public.users (name text);\n"
UNREADABLE = b"CREATE TABLE \xff\xfe;"
CONFIG = 'select = ["S001"]\n'


class Snippet(NamedTuple):
    page: str
    number: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page}-{self.number}"


SNIPPETS = [
    Snippet(page.stem, number, *found)
    for page in PAGES
    for number, found in enumerate(PARTS.findall(page.read_text(encoding="utf-8")))
]
JOBS = [one for one in SNIPPETS if one.language == "yaml"]


def job(page: str, number: int = 0) -> Any:
    (found,) = (one for one in JOBS if (one.page, one.number) == (page, number))
    return yaml.safe_load(found.text)


def strings(value: object) -> Iterator[str]:
    """Every text in a document."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from strings(key)
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)
    elif isinstance(value, str):
        yield value


def scripts(snippet: Snippet) -> list[str]:
    """What a snippet hands to a shell."""
    if snippet.language == "groovy":
        return re.findall(r"sh '''(.*?)'''", snippet.text, re.DOTALL)
    return [text for text in strings(yaml.safe_load(snippet.text)) if RUNS.search(text)]


def test_every_system_has_its_page() -> None:
    assert [page.stem for page in PAGES] == sorted({"README", "jenkins", *SCHEMAS})
    assert {one.page for one in SNIPPETS} == {"jenkins", *SCHEMAS}


@pytest.mark.parametrize("snippet", JOBS, ids=str)
def test_a_job_has_the_shape_that_its_system_reads(snippet: Snippet, tmp_path: Path) -> None:
    file = tmp_path / "job.yml"
    file.write_text(snippet.text, encoding="utf-8")
    done = subprocess.run(
        [
            sys.executable, "-m", "check_jsonschema", "--regex-variant", "python",
            "--builtin-schema", f"vendor.{SCHEMAS[snippet.page]}", str(file),
        ],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


# What is said ------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_command_option_and_rule_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    spans = pieces(PARTS.sub("", text))
    assert {piece: bad for piece in spans if (bad := unknown_in(piece))} == {}
    assert set(re.findall(r"\b[STAMPED]\d{3}\b", text)) <= set(RULES)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_link_leads_to_a_page_and_a_heading(page: Path) -> None:
    for path, anchor in LINK.findall(page.read_text(encoding="utf-8")):
        target = (page.parent / path) if path else page
        assert target.is_file(), path
        headings = re.findall(r"^#+ (.+)$", target.read_text(encoding="utf-8"), re.MULTILINE)
        assert not anchor or anchor in {one.lower().replace(" ", "-") for one in headings}


def test_the_inputs_of_the_action_are_listed() -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    text = (ROOT / "docs" / "ci" / "github-actions.md").read_text(encoding="utf-8")
    table = text.split("| input | meaning |")[1].split("\n\n")[0]
    cells = [line.split("|")[1] for line in table.splitlines()[2:]]
    listed = [name for cell in cells for name in re.findall(r"`([\w-]+)`", cell)]
    assert sorted(listed) == sorted(action["inputs"])
    assert f"{action['inputs']['python-version']['default']} by default" in table
    outputs_said = text.split("Its outputs are ")[1].split("\n\n")[0]
    assert set(re.findall(r"`([\w-]+)`", outputs_said)) == set(action["outputs"])
    for one in JOBS:
        for step in used(yaml.safe_load(one.text)):
            if step["uses"].startswith("OWNER/ctb-lint@"):
                assert set(step.get("with", {})) <= set(action["inputs"])


def used(document: Any) -> list[dict[str, Any]]:
    steps = [step for job in document.get("jobs", {}).values() for step in job.get("steps", ())]
    return [step for step in steps if isinstance(step, dict) and "uses" in step]


def test_what_the_jobs_use_is_pinned() -> None:
    uses = {step["uses"] for one in JOBS for step in used(yaml.safe_load(one.text))}
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    uses |= {step["uses"] for step in action["runs"]["steps"] if "uses" in step}
    assert uses == {f"{name}@{major}" for name, major in MAJOR.items()}
    installed = [
        text
        for one in SNIPPETS
        for text in re.findall(r"pip install \S+", one.text)
    ]  # fmt: skip
    assert set(installed) == {f"pip install ctb-lint=={version('ctb-lint')}"}
    images = {found for one in SNIPPETS for found in re.findall(r"image:? '?(\S+?)'?\s", one.text)}
    assert images == {"python:3.13", "cimg/python:3.13"}


# What could be run by those outside --------------------------------------------------------------


def test_no_expression_stands_in_a_script() -> None:
    for one in JOBS:
        for text in strings(yaml.safe_load(one.text)):
            if "\n" in text or RUNS.search(text) or "gh api" in text:
                assert "${{" not in text
                assert "$(" not in text.replace("ids=$(gh api", "")


def test_every_workflow_of_github_has_the_least_rights() -> None:
    written = {}
    for one in JOBS:
        if one.page == "github-actions":
            document = yaml.safe_load(one.text)
            assert document["permissions"] in ({}, {"contents": "read"})
            assert ("secrets." in one.text) is ("ctb-lint audit" in one.text)
            for name, said in document["jobs"].items():
                rights = said.get("permissions", document["permissions"])
                writes = [right for right, kind in rights.items() if kind == "write"]
                written[f"{one.number} {name}"] = writes
                for step in used({"jobs": {name: said}}):
                    if step["uses"].startswith("actions/checkout@"):
                        assert step["with"]["persist-credentials"] is False
                        assert "pull-requests" not in writes
    assert written == {
        "0 check": [],
        "1 check": [],
        "2 scan": ["security-events"],
        "3 check": [],
        "3 comment": ["pull-requests"],
        "4 audit": [],
        "5 audit": [],
    }


def test_secrets_go_to_steps_that_need_them_and_to_no_fork() -> None:
    scheduled, branch = job("github-actions", 4), job("github-actions", 5)
    assert set(scheduled[True]) == {"schedule", "workflow_dispatch"}  # YAML's "on"
    assert branch[True] == "pull_request"
    assert branch["jobs"]["audit"]["if"] == (
        "${{ github.event.pull_request.head.repo.full_name == github.repository }}"
    )
    told = {}
    for number, document in ((4, scheduled), (5, branch)):
        for step in steps_of(document, "audit"):
            for where in ("env", "with"):
                for name, value in step.get(where, {}).items():
                    if "secrets." in str(value) or "db_url" in str(value):
                        told[f"{number} {step.get('uses', step.get('run', '')).split()[0]}"] = name
    assert told == {
        "4 ctb-lint": "DATABASE_URL",
        "5 neondatabase/create-branch-action@v6": "api_key",
        "5 ./migrate": "DATABASE_URL",
        "5 ctb-lint": "DATABASE_URL",
        "5 neondatabase/delete-branch-action@v3": "api_key",
    }


# What is run -------------------------------------------------------------------------------------


class Case(NamedTuple):
    """A script of a page, with the environment that its system gives a pull request, the files
    that it writes, and the shell that runs it."""

    script: str
    env: dict[str, str]
    files: tuple[str, ...]
    shell: tuple[str, ...] = ("bash", "-e", "-o", "pipefail")


def steps_of(document: Any, name: str = "check") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = document["jobs"][name]["steps"]
    return found


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


@pytest.mark.parametrize("snippet", SNIPPETS, ids=str)
def test_every_command_line_is_one_that_ctb_lint_takes(snippet: Snippet) -> None:
    """As bash splits it, with every variable set and with those only that must be."""
    variables = set(re.findall(r"\$\{?([A-Za-z_]+)", snippet.text))
    always = variables - set(re.findall(r"\$\{([A-Za-z_]+):\+", snippet.text))
    for script in scripts(snippet):
        joined = script.replace("\\\n", " ")
        lines = re.findall(r"^ *(ctb-lint (check|audit).*)$", joined, re.MULTILINE)
        assert lines
        for line, name in lines:
            for env in (dict.fromkeys(variables, "x"), dict.fromkeys(always, "x")):
                context = COMMANDS[name].make_context(name, words(line, env))
                assert context.params["paths"] in (None, [], ())
                assert outputs(context.params["format"], context.params["output"] or ())


def words(line: str, env: dict[str, str]) -> list[str]:
    """The arguments of a command line of ctb-lint, without the command."""
    done = subprocess.run(
        ["bash", "-c", f"ctb-lint() {{ shift; printf '%s\\0' \"$@\"; }}\n{line}"],
        env={"PATH": os.environ["PATH"], **env},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout.split("\0")[:-1]


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

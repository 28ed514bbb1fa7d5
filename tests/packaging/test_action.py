"""The action for GitHub, run as the runner does: bash, the steps' scripts, the environment."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from tests.git_project import ENVIRONMENT, Project

ROOT = Path(__file__).resolve().parents[2]
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS: dict[str, dict[str, Any]] = {step["id"]: step for step in ACTION["runs"]["steps"]}
BASH = ("bash", "--noprofile", "--norc", "-e", "-o", "pipefail")
"""How the runner calls it for ``shell: bash``."""
PROGRAMS = Path(sys.executable).parent

CLEAN = """
CREATE TABLE public.kinds (
    unique_id varchar(255) NOT NULL UNIQUE,
    process_id varchar(255) NOT NULL
);
CREATE INDEX kinds_process_id_idx ON public.kinds (process_id);
"""
FAULT = "CREATE TABLE public.users (name text);\n"
ONLY = "--select=S001"


class Ran(NamedTuple):
    """What a step left: its exit code, what it printed, its outputs, the summary."""

    code: int
    stdout: str
    stderr: str
    outputs: dict[str, str]
    summary: str


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path / "project")
    made.commit({"migrations/001_kinds.sql": CLEAN})
    return made


def defaults() -> dict[str, str]:
    return {name: given["default"] for name, given in ACTION["inputs"].items()}


def run_step(name: str, folder: Path, programs: Path = PROGRAMS, **given: str) -> Ran:
    """Runs the script of a step with the variables that its ``env`` makes of the inputs."""
    home = folder.parent
    output, summary = home / "output", home / "summary"
    output.write_bytes(b"")
    summary.write_bytes(b"")
    values = defaults() | {key.replace("_", "-"): value for key, value in given.items()}
    known = {f"inputs.{key}": value for key, value in values.items()} | {
        "steps.install.outputs.programs": str(programs),
        "steps.python.outputs.python-path": sys.executable,
    }
    env = {
        key: known[re.fullmatch(r"\$\{\{ (.+) \}\}", value)[1]]  # type: ignore[index]
        for key, value in STEPS[name]["env"].items()
    }
    (home / "temp").mkdir(exist_ok=True)
    done = subprocess.run(
        [*BASH, "-c", STEPS[name]["run"]],
        cwd=folder,
        env={
            **os.environ,
            **ENVIRONMENT,
            **env,
            "GITHUB_OUTPUT": str(output),
            "GITHUB_STEP_SUMMARY": str(summary),
            "GITHUB_ACTION_PATH": str(ROOT),
            "RUNNER_TEMP": str(home / "temp"),
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    lines = output.read_text(encoding="utf-8").splitlines()
    outputs = dict(line.split("=", 1) for line in lines)
    written = summary.read_text(encoding="utf-8")
    return Ran(done.returncode, done.stdout, done.stderr, outputs, written)


def check(project: Project, **given: str) -> Ran:
    return run_step("check", project.folder, **{"args": ONLY, **given})


def test_a_clean_project_passes(project: Project) -> None:
    ran = check(project)
    assert ran.code == 0, ran.stderr
    assert ran.outputs == {"exit-code": "0", "findings": "0"}
    assert ran.summary.startswith("<!-- ctb-lint report -->\n### ctb-lint: passed\n")
    evidence, *rest = ran.stdout.splitlines()
    assert evidence.startswith("ctb-lint ")
    assert " as of " in evidence
    assert rest == ["ctb-lint passed: 0 findings in 1 file, 2 statements"]
    assert ran.stderr == ""


def test_a_planted_fault_fails_with_its_annotation(project: Project) -> None:
    project.write({"migrations/002_users.sql": FAULT})
    ran = check(project)
    assert ran.code == 1, ran.stderr
    assert ran.outputs == {"exit-code": "1", "findings": "1"}
    assert ran.stdout.splitlines()[1].startswith(
        "::error file=migrations/002_users.sql,line=1,endLine=1,col=14,endColumn=26,"
        "title=S001 missing-unique-id::public.users has no column unique_id%0A"
    )
    assert "S001" in ran.summary


def test_a_file_that_cannot_be_read_is_not_a_pass(project: Project) -> None:
    project.write({"migrations/002_users.sql": b"CREATE TABLE \xff\xfe;"})
    ran = check(project)
    assert ran.code == 2
    assert ran.outputs == {"exit-code": "2", "findings": "0"}
    assert ran.stdout.splitlines()[1].startswith("::error file=migrations/002_users.sql")
    assert "This run is not a pass" in ran.summary


def test_only_what_is_new_counts_since_a_branch(project: Project) -> None:
    project.commit({"migrations/002_users.sql": FAULT})
    project.git("switch", "--quiet", "--create", "work")
    project.write({"migrations/003_parts.sql": FAULT.replace("users", "parts")})
    ran = check(project, since="main")
    assert ran.code == 1, ran.stderr
    assert ran.outputs == {"exit-code": "1", "findings": "1"}
    assert "003_parts.sql" in ran.stdout
    assert "002_users.sql" not in ran.stdout


def test_the_inputs_reach_the_options_of_their_names(project: Project) -> None:
    project.write({"migrations/002_users.sql": FAULT, "other.toml": 'paths = ["nowhere"]\n'})
    args = f"{ONLY}\n"
    ran = check(
        project, args=args, fail_on="never", sarif_file="a b.sarif", markdown_file="comment.md"
    )
    assert ran.code == 0, ran.stderr
    assert ran.outputs == {"exit-code": "0", "findings": "1"}
    assert '"version":"2.1.0"' in (project.folder / "a b.sarif").read_text(encoding="utf-8")
    assert (project.folder / "comment.md").read_text(encoding="utf-8") == ran.summary
    assert check(project, paths="migrations/001_kinds.sql\r\n\r\n").code == 0
    assert check(project, paths="migrations/001_kinds.sql\nmigrations/002_users.sql").code == 1
    for name, value in (("config", "other.toml"), ("baseline", "none.json")):
        ran = check(project, **{name: value})
        assert ran.code == 2
        assert (value if name == "baseline" else "nowhere") in ran.stdout


HOSTILE = (
    "$(touch planted)",
    "`touch planted`",
    "; touch planted",
    "x && touch planted",
    "'; touch planted; '",
    '"; touch planted; "',
    "${IFS}planted",
    "a[$(touch planted)]",
    "--output=planted",
    "-oplanted",
    "--",
    "-",
    "* ?",
    "~",
    "\\",
    " x ",
    "x\ntouch planted\n--since=y",
)
OPTIONS = {
    "since": "--since=",
    "config": "--config=",
    "baseline": "--baseline=",
    "fail-on": "--fail-on=",
    "sarif-file": "--output=sarif:",
    "markdown-file": "--output=markdown:",
}


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A ctb-lint that only says which arguments it got, each between NULs."""
    folder = tmp_path / "programs"
    folder.mkdir()
    stand_in = folder / "ctb-lint"
    stand_in.write_text("#!/bin/bash\nprintf '%s\\0' \"$@\"\n", encoding="utf-8")
    stand_in.chmod(0o755)
    return folder


def arguments(programs: Path, **given: str) -> list[str]:
    """The arguments that the inputs give ctb-lint, without those that are always the same."""
    ran = run_step("check", programs, programs, **given)
    assert ran.code == 0, ran.stderr
    assert ran.outputs == {"exit-code": "0", "findings": ""}
    assert [one.name for one in programs.iterdir()] == ["ctb-lint"]
    command, *always, rest = ran.stdout.removesuffix("\0").split("\0", 4)
    assert command == "check"
    assert [one.partition(":")[0] for one in always] == [
        "--format=github", "--output=json", "--output=markdown",
    ]  # fmt: skip
    return rest.split("\0")


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("name", sorted(OPTIONS))
def test_the_value_of_an_option_is_one_argument_whatever_it_is(
    programs: Path, name: str, value: str
) -> None:
    given = {name.replace("-", "_"): value}
    assert arguments(programs, **given) == [OPTIONS[name] + value, "--"]


@pytest.mark.parametrize("value", HOSTILE)
def test_a_line_of_a_list_is_one_argument_whatever_it_is(programs: Path, value: str) -> None:
    lines = value.split("\n")
    assert arguments(programs, paths=f"{value}\n\n") == ["--", *lines]
    assert arguments(programs, args=f"\n{value}") == [*lines, "--"]


def test_every_input_has_been_tried_with_hostile_values() -> None:
    assert {*OPTIONS, "paths", "args", "python-version"} == set(ACTION["inputs"])


@pytest.mark.parametrize("name", ["since", "paths", "args", "config"])
def test_a_hostile_value_ends_the_real_run_with_a_sentence(project: Project, name: str) -> None:
    ran = check(project, **{name: "--help$(touch planted)"})
    assert ran.code == 2
    assert ran.outputs["exit-code"] == "2"
    assert "--help$(touch planted)" in ran.stdout + ran.stderr
    assert not (project.folder / "planted").exists()


def test_standard_error_gives_the_runner_no_command(project: Project) -> None:
    ran = check(project, config="::warning::x ##[error]y")
    assert ran.code == 2
    lines = ran.stderr.splitlines()
    assert lines
    assert all(line.startswith("ctb-lint: ") for line in lines)
    assert "##[" not in ran.stderr


def test_no_expression_stands_in_a_script() -> None:
    scripts = [step["run"] for step in ACTION["runs"]["steps"] if "run" in step]
    assert len(scripts) == 2
    assert [script for script in scripts if "${{" in script] == []


def test_every_input_is_used_and_every_use_is_an_input() -> None:
    text = (ROOT / "action.yml").read_text(encoding="utf-8")
    assert set(re.findall(r"\binputs\.([\w-]+)", text)) == set(ACTION["inputs"])


def test_the_action_has_the_shape_that_github_reads() -> None:
    done = subprocess.run(
        [
            sys.executable, "-m", "check_jsonschema",
            "--builtin-schema", "vendor.github-actions", str(ROOT / "action.yml"),
        ],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_the_action_installs_its_own_checkout_and_nothing_of_the_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkout = tmp_path / "checkout"
    ignored = shutil.ignore_patterns("__pycache__")
    for name in ("ctb_lint", "rules"):
        shutil.copytree(ROOT / name, checkout / name, ignore=ignored)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, checkout)
    change = tmp_path / "change"
    change.mkdir()
    for module in ("venv", "pip", "sitecustomize"):
        (change / f"{module}.py").write_text("open('planted', 'w')\n", encoding="utf-8")
    monkeypatch.setenv("PIP_NO_DEPS", "1")
    monkeypatch.setitem(
        STEPS["install"], "run",
        STEPS["install"]["run"].replace("$GITHUB_ACTION_PATH", str(checkout)),
    )  # fmt: skip
    ran = run_step("install", change)
    assert ran.code == 0, ran.stderr
    assert not (change / "planted").exists()
    programs = Path(ran.outputs["programs"])
    assert (programs / "ctb-lint").exists()
    ask = "import ctb_lint; print(ctb_lint.__file__)"
    shown = subprocess.run(
        [programs / "python", "-I", "-c", ask], capture_output=True, text=True, check=True
    )
    assert Path(shown.stdout).is_relative_to(programs.parent)

"""The jobs of docs/ci have the shape that each system reads; what the pages say is so."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
import typer
import yaml

from ctb_lint.cli.app import app
from ctb_lint.cli.rendering import outputs
from tests.ci_pages import (
    JOBS,
    PAGES,
    PARTS,
    ROOT,
    RUNS,
    SCHEMAS,
    SNIPPETS,
    Snippet,
    job,
    scripts,
    steps_of,
    strings,
    used,
)
from tests.test_docs import RULES, pieces, unknown_in

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
LINK = re.compile(r"\]\(([^)#\s]+)?(?:#([^)\s]*))?\)")


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

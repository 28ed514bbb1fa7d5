"""What is new is what is found now, less what was found before: on random
histories and edits, whatever it is held against."""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Container, Iterable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ctb_lint.cli.debts import take_up
from ctb_lint.cli.request import Request
from ctb_lint.cli.run import examine
from ctb_lint.gate import Fault, fault_of
from ctb_lint.report import Reported
from tests.git_project import ENVIRONMENT, Project

CONFIG = 'paths = ["migrations"]\nprofile = "strict"\n'
OF_FILES = {"M017", "M021"}
"""What only a run that is held against git can find."""
STATEMENTS = (
    "CREATE TABLE {0} (id bigint PRIMARY KEY);",
    "CREATE TABLE {0} (id bigint PRIMARY KEY, unique_id varchar(255) NOT NULL UNIQUE,"
    " process_id varchar(255) NOT NULL, status text);",
    "-- ctb-lint: allow S001, S002 (imported)\nCREATE TABLE {0} (id bigint PRIMARY KEY);",
    "-- ctb-lint: allow-file S001 (imported)\n",
    "CREATE INDEX ON {0} (process_id);",
    "CREATE INDEX {0}_i ON {0} (process_id);",
    "DROP INDEX {0}_i;",
    "ALTER TABLE {0} ADD COLUMN process_id text;",
    "ALTER TABLE {0} DROP COLUMN process_id;",
    "ALTER TABLE {0} ADD FOREIGN KEY (id) REFERENCES b (id);",
    "ALTER TABLE {0} RENAME TO c;",
    "INSERT INTO {0} (id, status) VALUES (1, 'x');",
    "DROP TABLE {0};",
    "DO $$ BEGIN EXECUTE 'ALTER TABLE {0} ADD x int'; END $$;",
    "CREATE TABEL {0};",
)
TEXTS = st.lists(
    st.builds(str.format, st.sampled_from(STATEMENTS), st.sampled_from("abc")), max_size=4
).map(lambda parts: "\n".join(parts) + "\n")
NAMES = st.sampled_from([f"migrations/{n:03}_{word}.sql" for n in range(1, 5) for word in "xy"])
HISTORIES = st.dictionaries(NAMES, TEXTS, min_size=1, max_size=5)


@st.composite
def _edits(draw: st.DrawFn) -> tuple[dict[str, str], dict[str, str]]:
    """A history, and what somebody makes of it."""
    before = draw(HISTORIES)
    after = dict(before)
    for name in draw(st.lists(st.sampled_from(sorted(before)), unique=True, max_size=2)):
        after.pop(name)
        if draw(st.booleans()):
            after[draw(NAMES)] = before[name]
    after |= draw(st.dictionaries(NAMES, TEXTS, min_size=not after, max_size=2))
    return before, after


def _faults(findings: Iterable[Reported], but: Container[Fault] = ()) -> Counter[Fault]:
    found = (fault_of(one) for one in findings if one.code not in OF_FILES)
    return Counter(fault for fault in found if fault not in but)


def _of_several_severities(findings: Iterable[Reported]) -> set[Fault]:
    """The faults that are not always as severe: whether those are new depends on more."""
    found = Counter(fault for fault, _ in {(fault_of(one), one.severity) for one in findings})
    return {fault for fault, number in found.items() if number > 1}


def _put(project: Project, files: dict[str, str]) -> None:
    for old in (project.folder / "migrations").glob("*"):
        old.unlink()
    project.write(files)


REQUESTS = {
    "since": Request(since="HEAD"),
    "staged": Request(staged=True),
    "baseline": Request(baseline="debt.json"),
    "since and baseline": Request(since="HEAD", baseline="debt.json"),
}


@pytest.mark.parametrize("way", REQUESTS)
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(edit=_edits())
def test_what_is_new_is_what_is_found_now_less_what_was_found_before(
    monkeypatch: pytest.MonkeyPatch, way: str, edit: tuple[dict[str, str], dict[str, str]]
) -> None:
    before, after = edit
    request = REQUESTS[way]
    monkeypatch.delenv("PRE_COMMIT_FROM_REF", raising=False)
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    here = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        project = Project(Path(folder) / "shop")
        os.chdir(project.folder)
        try:
            project.commit({"ctb-lint.toml": CONFIG, **before})
            was = examine(Request()).report.findings
            if request.baseline:
                take_up(Request(baseline=request.baseline))
            _put(project, after)
            found = examine(Request()).report.findings
            project.git("add", "--all")
            held = examine(request).report
        finally:
            os.chdir(here)
    mixed = _of_several_severities((*was, *found))
    earlier, now = _faults(was, mixed), _faults(found, mixed)
    assert _faults(held.findings, mixed) == now - earlier
    old = (now & earlier).total()
    if request.baseline:
        assert mixed or held.summary.baselined <= old
    elif not mixed and (after != before or not request.staged):
        # A commit without SQL is not looked at.
        assert held.summary.old == old
    assert held.failures == ()

"""Ways past the gate that are closed: what could hide a new fault, or pass without a look at it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from ctb_lint.cli.app import main
from tests.git_project import ENVIRONMENT, Project

CONFIG = 'paths = ["migrations"]\nselect = ["S002", "T050", "T051", "T052", "T053", "M017"]\n'
GOOD = "CREATE TABLE {0} (id bigint PRIMARY KEY, process_id text NOT NULL);\n"
BARE = "CREATE TABLE {0} (id bigint PRIMARY KEY);\n"
WAIVE = '[[waive]]\nrule = "S002"\nobject = "a"\nreason = "{0}"\n'
LIES = (
    '{{"version":1,"findings":[{{"history":"migrations","rule":"S002","object":"{0}",'
    '"fingerprint":"{1}"}}]}}'
)


@pytest.fixture
def shop(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    for name in ("GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE", "PRE_COMMIT_FROM_REF"):
        monkeypatch.delenv(name, raising=False)
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    project.commit({"ctb-lint.toml": CONFIG, "migrations/001_users.sql": GOOD.format("users")})
    return project


class Checked:
    """The exit code, the findings (code, path) and the failures of a run."""

    def __init__(self, code: int, report: dict[str, Any]) -> None:
        self.code = code
        self.report = report
        self.findings = [(one["code"], one["path"]) for one in report["findings"]]
        self.failures = [(one["path"], one["message"]) for one in report["failures"]]


def check(capsys: pytest.CaptureFixture[str], *options: str) -> Checked:
    capsys.readouterr()
    code = main(["check", *options, "--as-of", "2026-05-01", "--format", "json"])
    return Checked(code, json.loads(capsys.readouterr().out))


def test_standard_input_is_not_held_against_git(
    shop: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    shop.commit({"other.sql": GOOD.format("other")})
    for option in (["--since", "HEAD"], ["--staged"]):
        checked = check(capsys, "-", *option)
        assert (checked.code, checked.findings) == (2, [])
        assert checked.failures == [(None, "standard input (-) cannot be held against git")]


@pytest.mark.parametrize("config", ["", 'released = "001"\n'], ids=["since", "released"])
def test_of_named_paths_only_what_is_new_in_them_is_reported(
    shop: Project, capsys: pytest.CaptureFixture[str], config: str
) -> None:
    files = {f"migrations/00{n}_{name}.sql": BARE.format(name) for n, name in ((2, "a"), (3, "b"))}
    shop.write({"ctb-lint.toml": CONFIG + config, **files})
    options = [] if config else ["--since", "HEAD"]
    found = check(capsys, "migrations/002_a.sql", *options).findings
    assert found == [("S002", "migrations/002_a.sql")]
    assert check(capsys, "migrations", *options).findings == [*found, ("S002", [*files][1])]


def test_a_configured_folder_that_is_nowhere_is_no_pass_of_a_hook(
    shop: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    shop.write({"ctb-lint.toml": 'paths = ["migrtions"]\n', "migrations/002_a.sql": BARE})
    shop.git("add", "--all")
    checked = check(capsys, "--staged")
    assert checked.code == 2
    message = "is configured, and is neither staged nor on disk"
    assert checked.failures == [("migrtions", message)]


def test_what_is_staged_and_has_no_text_in_git_is_no_pass_of_a_hook(
    shop: Project, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    outside = tmp_path / "outside.sql"
    outside.write_text(BARE.format("outside"))
    (shop.folder / "migrations" / "002_link.sql").symlink_to(outside)
    shop.write({"migrations/003_large.sql": "version https://git-lfs.github.com/spec/v1\n"})
    shop.git("add", "--all")
    checked = check(capsys, "--staged")
    assert checked.code == 2
    assert checked.failures == [
        ("migrations/002_link.sql", "is a link that leads out of the repository"),
        ("migrations/003_large.sql", "is kept in Git LFS, which is not read"),
    ]
    # What is not staged was there before, and what is excluded is not asked for.
    shop.commit({"migrations/004_b.sql": GOOD.format("b")})
    shop.write({"migrations/005_c.sql": GOOD.format("c")})
    shop.git("add", "--all")
    assert check(capsys, "--staged").code == 0
    shop.write({"ctb-lint.toml": f'exclude = ["*_large.sql"]\n{CONFIG}'})
    shop.write({"migrations/003_large.sql": "version https://git-lfs.github.com/spec/v1\n\n"})
    shop.git("add", "--all")
    assert check(capsys, "--staged").code == 0


def test_a_waiver_of_the_configuration_is_judged_where_a_release_is_known(
    shop: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    lapsed = WAIVE.format("old") + "expires = 2020-01-01\n"
    unused = '[[waive]]\nrule = "S002"\nobject = "nothing"\n'
    shop.write({"ctb-lint.toml": CONFIG + 'released = "001"\n' + lapsed + unused})
    shop.write({"migrations/002_a.sql": BARE.format("a")})
    assert check(capsys).findings == [
        ("T051", "ctb-lint.toml"),
        ("T050", "ctb-lint.toml"),
        ("T052", "ctb-lint.toml"),
        ("S002", "migrations/002_a.sql"),
    ]


def test_a_waiver_that_comes_with_a_commit_is_judged_with_it(
    shop: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    shop.write({"migrations/002_a.sql": BARE.format("a")})
    shop.write({"ctb-lint.toml": CONFIG + WAIVE.format("")})
    assert check(capsys, "--since", "HEAD").findings == [("T052", "ctb-lint.toml")]
    shop.commit()
    assert check(capsys, "--since", "HEAD").findings == []
    # Another waiver does not hide behind the old one.
    more = CONFIG + WAIVE.format("") + WAIVE.format("").replace('"a"', '"b"')
    shop.write({"ctb-lint.toml": more})
    assert sorted(check(capsys, "--since", "HEAD").findings) == [
        ("T050", "ctb-lint.toml"),
        ("T052", "ctb-lint.toml"),
    ]


def test_to_take_a_waiver_out_of_the_configuration_brings_its_finding_back(
    shop: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    waived = CONFIG + WAIVE.format("for now")
    shop.commit({"ctb-lint.toml": waived, "migrations/002_a.sql": BARE.format("a")})
    assert check(capsys, "--since", "HEAD").code == 0
    shop.write({"ctb-lint.toml": CONFIG})
    assert check(capsys, "--since", "HEAD").findings == [("S002", "migrations/002_a.sql")]
    shop.write({"ctb-lint.toml": waived})
    shop.git("rm", "--quiet", "--cached", "ctb-lint.toml")
    assert check(capsys, "--staged").code == 0


def test_a_baseline_that_names_another_fault_than_it_counts_for_hides_nothing(
    shop: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    shop.write({"migrations/002_a.sql": BARE.format("a")})
    number = check(capsys).report["findings"][0]["fingerprint"]
    shop.write({"debt.json": LIES.format("public.harmless", number)})
    assert check(capsys, "--baseline", "debt.json").findings == [("S002", "migrations/002_a.sql")]
    shop.write({"debt.json": LIES.format("public.a", number)})
    assert check(capsys, "--baseline", "debt.json").findings == []


@pytest.mark.parametrize("kept", ["debt.json", "CATALOGUE.md"])
def test_no_report_is_written_over_the_baseline_or_the_catalogue(
    shop: Project, capsys: pytest.CaptureFixture[str], kept: str
) -> None:
    config = CONFIG + 'baseline = "debt.json"\ncatalogue = ["CATALOGUE.md"]\n'
    empty = '{"version":1,"findings":[]}'
    shop.write({"ctb-lint.toml": config, "debt.json": empty, "CATALOGUE.md": empty})
    assert main(["check", "--no-baseline", "--output", f"markdown:{kept}"]) == 2
    assert f"--output {kept} is a file that was read" in capsys.readouterr().err
    assert (shop.folder / kept).read_text() == empty


def test_a_run_without_git_needs_no_temporary_folder(
    shop: Project, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(prefix: str) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr("ctb_lint.cli.newness.tempfile.TemporaryDirectory", full)
    assert check(capsys).code == 0
    checked = check(capsys, "--since", "HEAD")
    assert checked.code == 2
    assert checked.failures == [(None, "no temporary folder can be made: No space left on device")]


def test_a_waiver_may_be_written_in_capitals(
    shop: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    shop.write({"migrations/002_a.sql": "-- CTB-LINT: ALLOW S002 (old)\n" + BARE.format("a")})
    assert check(capsys).report["summary"]["waived"] == 1


@pytest.mark.parametrize("where", ["comment", "configuration"])
def test_a_waiver_of_an_edited_file_is_not_unused_when_the_edit_is_past(
    shop: Project, capsys: pytest.CaptureFixture[str], where: str
) -> None:
    entry = '[[waive]]\nrule = "M017"\nobject = "migrations/001_users.sql"\nreason = "typo"\n'
    comment = "-- ctb-lint: allow-file M017 (typo)\n"
    edited = GOOD.format("users").replace("text", "varchar(9)")
    shop.write({"migrations/001_users.sql": edited + (comment if where == "comment" else "")})
    shop.write({"ctb-lint.toml": CONFIG + (entry if where == "configuration" else "")})
    checked = check(capsys, "--since", "HEAD")
    assert (checked.code, checked.findings) == (0, [])
    assert checked.report["summary"]["waived"] == 1
    assert check(capsys).findings == []
    shop.commit()
    assert check(capsys, "--since", "HEAD").findings == []


@pytest.mark.parametrize("option", [["--since", "HEAD"], ["--staged", "--released", "001"]])
@pytest.mark.parametrize("histories", [False, True], ids=["paths", "histories"])
def test_a_file_that_is_edited_while_its_folder_moves_is_found(
    shop: Project, capsys: pytest.CaptureFixture[str], option: list[str], histories: bool
) -> None:
    def configured(folder: str) -> str:
        if not histories:
            return CONFIG.replace("migrations", folder)
        line = CONFIG.partition("\n")[2]
        return f'{line}[[histories]]\nname = "shop"\npath = "{folder}"\n'

    shop.commit({"ctb-lint.toml": configured("migrations")})
    shop.write({"ctb-lint.toml": configured("db")})
    shop.git("mv", "migrations", "db")
    shop.git("add", "--all")
    assert check(capsys, *option).findings == []
    shop.write({"db/001_users.sql": GOOD.format("users").replace("text", "varchar(9)")})
    shop.git("add", "--all")
    assert check(capsys, *option).findings == [("M017", "db/001_users.sql")]
    # A folder that is there and no longer configured is not gone.
    shop.git("reset", "--quiet", "--hard")
    shop.write({"ctb-lint.toml": configured("db"), "db/001_users.sql": GOOD.format("users")})
    shop.git("add", "--all")
    assert check(capsys, *option).findings == []


def test_a_waiver_of_what_could_not_be_judged_is_not_unused(
    shop: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    unread = "DO $$ BEGIN EXECUTE 'ALTER TABLE a ADD ' || chr(120) || ' int'; END $$;\n"
    waived = "-- ctb-lint: allow S002 (old)\n" + BARE.format("a")
    shop.write({"migrations/002_a.sql": waived + unread})
    checked = check(capsys)
    assert checked.findings == []
    assert {skip["code"] for skip in checked.report["skipped"]} == {"S002"}
    shop.write({"migrations/002_a.sql": waived.replace("(id", "(process_id text, id")})
    assert check(capsys).findings == [("T050", "migrations/002_a.sql")]


def test_debt_that_could_not_be_judged_is_not_paid(
    shop: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    unread = "DO $$ BEGIN EXECUTE 'ALTER TABLE a ADD ' || chr(120) || ' int'; END $$;\n"
    shop.write({"migrations/002_a.sql": BARE.format("a"), "migrations/003_b.sql": BARE.format("b")})
    main(["check", "--baseline", "debt.json", "--write-baseline"])
    shop.write({"migrations/002_a.sql": BARE.format("a") + unread})
    shop.write({"migrations/003_b.sql": GOOD.format("b")})
    debt = check(capsys, "--baseline", "debt.json").report["baseline"]
    assert debt["paid"] == ["S002 public.b"]
    assert main(["check", "--baseline", "debt.json", "--prune-baseline"]) == 0
    assert '"object":"public.a"' in (shop.folder / "debt.json").read_text()

"""A catalogue in several files: which ones the configuration means, in every run and command."""

from __future__ import annotations

import glob
import json
from pathlib import Path
from typing import Any

import pytest

from ctb_lint.cli.app import main
from ctb_lint.cli.parts import Parts, fits, parts
from ctb_lint.config import Config, load, parse
from tests.git_project import ENVIRONMENT, Project

ENTRY = """\
## {0}. {1}

**Barton ID**: BID-X-00{0}
**Status**: Active

### S - Structure

```sql
CREATE TABLE {1} (id bigint PRIMARY KEY);
```
"""
FILES = {
    "docs/schema/a.md": "# Tables\n\n" + ENTRY.format(1, "users"),
    "docs/schema/b.md": ENTRY.format(2, "orders"),
    "migrations/001_users.sql": "CREATE TABLE users (id bigint PRIMARY KEY);\n",
    "migrations/002_orders.sql": "CREATE TABLE orders (id bigint PRIMARY KEY);\n",
}
BOTH = 'catalogue = ["docs/schema/a.md", "docs/schema/b.md"]\n'
CONFIG = 'paths = ["migrations"]\nselect = ["T007", "T026"]\n'


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    for name in ("GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE", "PRE_COMMIT_FROM_REF"):
        monkeypatch.delenv(name, raising=False)
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    found = Project(tmp_path / "shop")
    monkeypatch.chdir(found.folder)
    found.write({"ctb-lint.toml": BOTH + CONFIG, **FILES})
    return found


class Checked:
    """What a run found: codes with objects, the files of the catalogue, and failures."""

    def __init__(self, code: int, report: dict[str, Any]) -> None:
        self.code = code
        objects = [one["object"] for one in report["findings"]]
        names = [f"{one['schema']}.{one['name']}" for one in objects]
        codes = [one["code"] for one in report["findings"]]
        self.findings = list(zip(codes, names, strict=True))
        self.messages = [one["message"] for one in report["findings"]]
        inputs = [one for one in report["inputs"] if one["history"] == "catalogue"]
        self.files = [one["path"] for one in inputs]
        self.failures = [(one["path"], one["message"], one["hint"]) for one in report["failures"]]


def check(capsys: pytest.CaptureFixture[str], *options: str) -> Checked:
    capsys.readouterr()
    code = main(["check", *options, "--as-of", "2026-05-01", "--format", "json"])
    return Checked(code, json.loads(capsys.readouterr().out))


@pytest.mark.parametrize(
    "setting",
    [
        BOTH,
        'catalogue = "docs/schema/*.md"\n',
        'catalogue = ["docs/schema/a.md", "docs/**/*.md"]\n',
        '[catalogue]\nfiles = "docs/schema/[ab].md"\n',
    ],
)
def test_the_configured_files_are_parts_of_one_catalogue(
    shop: Project, capsys: pytest.CaptureFixture[str], setting: str
) -> None:
    shop.write({"ctb-lint.toml": CONFIG + setting})
    checked = check(capsys)
    assert (checked.code, checked.findings) == (0, [])
    assert checked.files == ["docs/schema/a.md", "docs/schema/b.md"]
    # One file of them has one entry of two.
    shop.write({"ctb-lint.toml": CONFIG + 'catalogue = "docs/schema/a.md"\n'})
    assert check(capsys).findings == [("T007", "public.orders")]


HINT = "correct catalogue in the configuration, or name the file with --catalogue"


@pytest.mark.parametrize(
    ("setting", "failure"),
    [
        (
            'catalogue = ["docs/schema/a.md", "docs/schema/c.md"]\n',
            ("docs/schema/c.md", "there is no such catalogue", HINT),
        ),
        (
            'catalogue = ["docs/schema/a.md", "docs/tables/*.md"]\n',
            ("docs/tables/*.md", "no file is of this pattern", HINT),
        ),
    ],
)
def test_a_part_that_is_missing_is_no_pass(
    shop: Project,
    capsys: pytest.CaptureFixture[str],
    setting: str,
    failure: tuple[str, str, str],
) -> None:
    shop.write({"ctb-lint.toml": setting + CONFIG})
    checked = check(capsys)
    assert (checked.code, checked.files, checked.failures) == (2, ["docs/schema/a.md"], [failure])
    shop.commit()
    shop.write({"migrations/003_parts.sql": "CREATE TABLE parts (id bigint PRIMARY KEY);\n"})
    shop.git("add", "--all")
    for option in (["--since", "HEAD"], ["--staged"], ["--staged", "migrations/003_parts.sql"]):
        checked = check(capsys, *option)
        assert (checked.code, checked.failures) == (2, [failure]), option
    # What is about named migrations is not about the catalogue.
    for option in (["migrations"], ["--since", "HEAD", "migrations"]):
        assert check(capsys, *option).failures == [], option
    for command in (["claims"], ["readiness"], ["catalogue", "fix"], ["catalogue", "render"]):
        capsys.readouterr()
        assert main(command) == 2, command
        printed = "".join(capsys.readouterr())
        assert f"{failure[0]}: error: {failure[1]}" in printed, command
    assert (shop.folder / "docs/schema/a.md").read_text() == FILES["docs/schema/a.md"]


def test_a_part_that_is_not_staged_is_not_in_what_is_checked(
    shop: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    shop.git("add", "ctb-lint.toml", "migrations", "docs/schema/a.md")
    shop.git("commit", "--quiet", "--message", "x")
    shop.write({"migrations/003_parts.sql": "CREATE TABLE parts (id bigint PRIMARY KEY);\n"})
    shop.git("add", "migrations")
    checked = check(capsys, "--staged")
    hint = "it is in the folder, and not in what is checked: git add it"
    assert checked.code == 2
    assert checked.failures == [("docs/schema/b.md", "there is no such catalogue", hint)]
    shop.git("add", "docs")
    checked = check(capsys, "--staged")
    assert checked.failures == []
    assert checked.findings == [("T007", "public.parts"), ("T026", "public.parts")]
    assert checked.files == ["docs/schema/a.md", "docs/schema/b.md"]


def test_a_commit_of_other_files_is_not_about_a_catalogue(
    shop: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    shop.commit({"ctb-lint.toml": 'catalogue = "no.md"\n' + CONFIG})
    shop.write({"README.md": "x"})
    shop.git("add", "README.md")
    assert check(capsys, "--staged").code == 0
    # A hook that is run over all files is about those that it names.
    shop.commit()
    assert check(capsys, "--staged", "migrations/001_users.sql").failures == []


@pytest.mark.parametrize("setting", [BOTH, 'catalogue = "docs/schema/*.md"\n'])
@pytest.mark.parametrize("mode", [["--since", "HEAD"], ["--staged"]], ids=" ".join)
def test_an_entry_in_any_part_is_updated_with_its_table(
    shop: Project, capsys: pytest.CaptureFixture[str], setting: str, mode: list[str]
) -> None:
    shop.commit({"ctb-lint.toml": setting + CONFIG})
    shop.write({"migrations/003_total.sql": "ALTER TABLE orders ADD COLUMN total int;\n"})
    shop.git("add", "--all")
    shown = "docs/schema/*.md" if "*" in setting else "docs/schema/a.md and docs/schema/b.md"
    assert check(capsys, *mode).messages == [
        f"public.orders gets a column, and its entry in {shown} did not change"
    ]
    shop.write({"docs/schema/a.md": FILES["docs/schema/a.md"] + "\nOrders have a total.\n"})
    shop.git("add", "--all")
    assert check(capsys, *mode).findings == [("T026", "public.orders")]
    shop.write({"docs/schema/b.md": FILES["docs/schema/b.md"] + "\nOrders have a total.\n"})
    shop.git("add", "--all")
    assert check(capsys, *mode).findings == []
    # Where an entry stands is of no matter.
    shop.write({"docs/schema/a.md": FILES["docs/schema/a.md"] + FILES["docs/schema/b.md"]})
    shop.write({"docs/schema/b.md": "## 9. Notes\n\nNone.\n"})
    shop.git("add", "--all")
    assert check(capsys, *mode).findings == [("T026", "public.orders")]


@pytest.mark.parametrize("mode", [["--since", "HEAD"], ["--staged"]], ids=" ".join)
def test_parts_that_are_named_on_the_command_line_are_those_of_both_states(
    shop: Project, capsys: pytest.CaptureFixture[str], mode: list[str]
) -> None:
    shop.commit({"ctb-lint.toml": CONFIG})
    shop.write({"migrations/003_total.sql": "ALTER TABLE orders ADD COLUMN total int;\n"})
    shop.git("add", "--all")
    named = ["--catalogue", "docs/schema/a.md", "--catalogue", "docs/schema/b.md"]
    checked = check(capsys, *mode, *named)
    assert (checked.code, checked.findings) == (0, [("T026", "public.orders")])
    assert checked.failures == []


def test_a_new_entry_is_written_behind_the_last_one(
    shop: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    shop.write({"migrations/003_parts.sql": "CREATE TABLE parts (id bigint PRIMARY KEY);\n"})
    ids = ["--division", "X", "--system", "SHOP", "--author", "T"]
    assert main(["catalogue", "new", "parts", *ids, "--write"]) == 0
    a, b = (shop.folder / "docs/schema" / name for name in ("a.md", "b.md"))
    assert a.read_text() == FILES["docs/schema/a.md"]
    assert b.read_text().startswith(FILES["docs/schema/b.md"] + "\n## 3. parts\n")
    assert main(["catalogue", "render"]) == 2
    assert capsys.readouterr().err.endswith(
        "error: the catalogue is in several files: docs/schema/a.md and docs/schema/b.md\n"
        "  = hint: render one file, or add entries with ctb-lint catalogue new\n"
    )


IDS = ("--division", "X", "--system", "SHOP", "--author", "T")


@pytest.mark.parametrize(
    ("setting", "made"),
    [
        ("", "SCHEMA_REFERENCE.md"),
        ("[catalogue]\n", "SCHEMA_REFERENCE.md"),
        ('catalogue = "docs/tables.md"\n', "docs/tables.md"),
        ('catalogue = "docs/tables/*.md"\n', None),
        ('catalogue = ["docs/x.md", "docs/y.md"]\n', None),
        ("catalogue = []\n", None),
    ],
)
def test_a_catalogue_is_made_where_the_configuration_has_it(
    shop: Project, capsys: pytest.CaptureFixture[str], setting: str, made: str | None
) -> None:
    shop.write({"ctb-lint.toml": 'paths = ["migrations"]\n' + setting})
    before = {*shop.folder.rglob("*.md")}
    code = main(["catalogue", "render", *IDS, "--write"])
    new = [one.relative_to(shop.folder).as_posix() for one in {*shop.folder.rglob("*.md")} - before]
    said = capsys.readouterr().err
    if made:
        assert (code, new) == (0, [made])
        assert said.startswith(f"new: {made}\n")
        return
    names = " and ".join(parse(setting).catalogue) or "none"
    assert (code, new) == (2, [])
    assert said == (
        f"error: the configuration has {names} for the catalogue\n"
        "  = hint: name the file with --output\n"
    )
    assert main(["catalogue", "render", *IDS, "--output", "made.md"]) == 0
    assert main(["check", "--catalogue", "made.md", "--select", "T007"]) == 0


def configured(folder: Path, text: str) -> Config:
    (folder / "ctb-lint.toml").write_text(text)
    return load(folder / "ctb-lint.toml")


def test_of_the_usual_files_the_first_is_the_catalogue(tmp_path: Path) -> None:
    usual = ("SCHEMA_REFERENCE.md", "docs/SCHEMA_REFERENCE.md")
    (tmp_path / "docs").mkdir()
    assert parts(configured(tmp_path, ""), tmp_path) == Parts()
    (tmp_path / usual[1]).touch()
    assert parts(configured(tmp_path, ""), tmp_path) == Parts((tmp_path / usual[1],))
    (tmp_path / usual[0]).touch()
    assert parts(configured(tmp_path, ""), tmp_path) == Parts((tmp_path / usual[0],))
    # By its name each is one that is meant.
    both = configured(tmp_path, f"catalogue = {json.dumps(usual)}")
    assert parts(both, tmp_path) == Parts(tuple(tmp_path / name for name in usual))


TREE = (
    "a.md", "b.md", "c.txt", ".hidden.md", "[x].md", "x.md", "docs/a.md", "docs/deep/a.md",
    "docs/deep/er/b.md", "docs/.git/a.md", "docs/old/a.md", "docsa.md",
)  # fmt: skip
PATTERNS = (
    "*.md", "?.md", "[ab].md", "[!a].md", "docs/*.md", "docs/*", "docs/**", "**", "**/a.md",
    "docs/**/*.md", "docs/**/b.md", "**/deep/**/*.md", "*/*/*.md", "docs/.git/*.md", ".*.md",
    "docs/*/a.md", "*", "docs", "docs/no*",
)  # fmt: skip


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_pattern_means_the_same_files_in_a_folder_and_in_git(
    tmp_path: Path, pattern: str
) -> None:
    for name in TREE:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    found = glob.glob(pattern, root_dir=tmp_path, recursive=True)  # noqa: PTH207 - as parts do
    files = {name for name in found if (tmp_path / name).is_file()}
    assert files == {name for name in TREE if fits(name, pattern)}


def test_a_pattern_leaves_out_what_is_excluded_and_a_name_does_not(tmp_path: Path) -> None:
    for name in TREE:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()

    def named(*names: str) -> list[str]:
        text = f'exclude = ["docs/old/", "b.md"]\ncatalogue = {json.dumps(names)}\n'
        found = parts(configured(tmp_path, text), tmp_path)
        assert found.missing == ()
        return [path.relative_to(tmp_path).as_posix() for path in found.found]

    assert named("docs/**/*.md") == ["docs/a.md", "docs/deep/a.md"]
    assert named("docs/**/*.md", "docs/old/a.md") == [
        "docs/a.md",
        "docs/deep/a.md",
        "docs/old/a.md",
    ]
    # A file of this very name is meant by it, and no other.
    assert named("[x].md") == ["[x].md"]
    assert named(str(tmp_path / "docs" / "*.md")) == ["docs/a.md"]


@pytest.mark.parametrize("name", ["a\\u0000*.md", "\\u0000", "x" * 5000, "*/" * 300 + "*.md"])
def test_names_that_no_file_can_have_are_missing(tmp_path: Path, name: str) -> None:
    config = configured(tmp_path, f'catalogue = "{name}"')
    assert parts(config, tmp_path) == Parts((), config.catalogue)

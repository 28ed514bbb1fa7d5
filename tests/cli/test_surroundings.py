"""Catalogues in repositories: what they name is looked for there, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctb_lint.cli.request import Request
from ctb_lint.cli.run import check, examine
from ctb_lint.ledger import ledger
from ctb_lint.report import Report
from tests.git_fixtures import plain_git as plain_git
from tests.git_project import Project

CODES = ("T020", "T021", "T022", "T023", "T024", "T042")
CATALOGUE = """\
# Data

## 1. orders

**Barton ID**: `BID-DATA-001`
**Status**: Active

### S - Structure

```sql
CREATE TABLE orders (id int, total int);
```

### T - Traceability

- **Migration File**: `001_orders.sql`
- **Source Path**: `./shop/packages/sql/`
- **Commit**: `{commit}`
- **ChartDB Schema**: `diagrams/orders.json`

### M - Migration

```bash
psql -v ON_ERROR_STOP=1 -f migrations/001_orders.sql
```

### D - Dependencies

**External Integrations**:
- Mail: `services/mail.py`
"""
ORDERS = "CREATE TABLE orders (id int, total int);\n"
DIAGRAM = (
    '{"tables": [{"name": "orders", "fields": [{"name": "id", "type": "int"},'
    ' {"name": "total", "type": "int"}]}]}'
)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    found = Project(tmp_path / "shop")
    monkeypatch.chdir(found.folder)
    return found


def run(**asked: object) -> Report:
    report = check(Request(select=CODES, **asked))  # type: ignore[arg-type]
    assert report.failures == ()
    return report


def said(report: Report) -> list[tuple[str, str]]:
    return [(one.code, one.message) for one in report.findings]


def test_what_the_repository_has_is_found(project: Project) -> None:
    files = {
        "migrations/001_orders.sql": ORDERS,
        "diagrams/orders.json": DIAGRAM,
        "services/mail.py": "",
    }
    commit = project.commit(files)
    text = CATALOGUE.format(commit=commit[:8]).replace("./shop/packages/sql/", "migrations/")
    project.write({"SCHEMA_REFERENCE.md": text})
    assert said(run()) == []


def test_what_the_repository_lacks_is_told(project: Project) -> None:
    project.commit({"SCHEMA_REFERENCE.md": CATALOGUE.format(commit="1617b8ef")})
    assert said(run()) == [
        ("T020", "'001_orders.sql', the migration of public.orders, is nowhere in the repository"),
        ("T024", "the Source Path of public.orders is shop/packages/sql, and its command runs "
         "migrations/001_orders.sql; neither is there"),
        ("T023", "1617b8ef, the commit of public.orders, is not in this repository"),
        ("T022", "'diagrams/orders.json', the ChartDB file of public.orders, is nowhere in the "
         "repository"),
        ("T042", "'services/mail.py' is not in the repository"),
    ]  # fmt: skip


def test_two_copies_are_compared(project: Project) -> None:
    project.write({"SCHEMA_REFERENCE.md": CATALOGUE.format(commit="x")})
    project.commit({"migrations/001_orders.sql": ORDERS, "packages/sql/001_orders.sql": ORDERS})

    def conflict() -> str:
        return next(one for code, one in said(run()) if code == "T024").rpartition("; ")[2]

    assert conflict() == "the two are the same today"
    project.write({"packages/sql/001_orders.sql": f"-- old\n{ORDERS}"})
    assert conflict() == "the two differ"
    (project.folder / "packages" / "sql" / "001_orders.sql").unlink()
    assert conflict() == "only migrations/001_orders.sql is there"


def test_a_diagram_is_held_against_the_migrations(project: Project) -> None:
    project.write({"SCHEMA_REFERENCE.md": CATALOGUE.format(commit="x")})
    more = ORDERS + "ALTER TABLE orders ADD COLUMN note text;\n"
    project.commit({"migrations/001_orders.sql": more, "diagrams/orders.json": DIAGRAM})
    found = [message for code, message in said(run()) if code == "T022"]
    assert found == ["'diagrams/orders.json', the ChartDB file of public.orders, lacks note"]


def test_a_migration_outside_of_the_histories_is_read_where_it_is(project: Project) -> None:
    text = CATALOGUE.format(commit="x")
    project.commit({"SCHEMA_REFERENCE.md": text, "archive/001_orders.sql": "CREATE TABLE a ();"})
    assert said(run(catalogue=("SCHEMA_REFERENCE.md",)))[0] == (
        "T021", "001_orders.sql does not create public.orders: it creates public.a",
    )  # fmt: skip


def test_without_a_repository_nothing_is_said_to_be_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "SCHEMA_REFERENCE.md").write_text(CATALOGUE.format(commit="1617b8ef"))
    report = run()
    assert said(report) == [
        ("T024", "the Source Path of public.orders is shop/packages/sql, and its command runs "
         "migrations/001_orders.sql"),
    ]  # fmt: skip
    assert ("T020", "there are no migrations, and the catalogue is in no repository") in {
        (one.code, one.reason) for one in report.skipped
    }


def test_where_git_is_missing_the_catalogue_is_still_checked(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.commit({"SCHEMA_REFERENCE.md": CATALOGUE.format(commit="1617b8ef")})
    monkeypatch.setenv("PATH", "")
    assert [code for code, _ in said(run())] == ["T024"]


def test_only_what_a_change_took_away_is_new(project: Project) -> None:
    text = CATALOGUE.format(commit="1617b8ef")
    project.commit({"SCHEMA_REFERENCE.md": text, "migrations/001_orders.sql": ORDERS})
    project.git("rm", "--quiet", "migrations/001_orders.sql")
    project.write({"migrations/002_lines.sql": "CREATE TABLE lines (id int);\n"})
    project.git("add", "--all")
    new = {
        ("T020", "'001_orders.sql', the migration of public.orders, is nowhere in the repository")
    }
    for asked in ({"since": "HEAD"}, {"staged": True}):
        assert new <= set(said(run(**asked)))
        assert not {"T022", "T023"} & {code for code, _ in said(run(**asked))}


def test_what_was_missing_before_is_old(project: Project) -> None:
    text = CATALOGUE.format(commit="1617b8ef")
    project.commit({"SCHEMA_REFERENCE.md": text, "migrations/001_orders.sql": ORDERS})
    project.write({"SCHEMA_REFERENCE.md": f"{text}- More: `services/more.py`\n"})
    assert said(run(since="HEAD")) == [("T042", "'services/more.py' is not in the repository")]
    project.git("add", "--all")
    assert said(run(staged=True)) == [("T042", "'services/more.py' is not in the repository")]


def test_a_catalogue_of_another_repository_is_looked_up_in_its_own(
    project: Project, tmp_path: Path
) -> None:
    other = Project(tmp_path / "other")
    commit = other.commit({"services/mail.py": "", "diagrams/orders.json": DIAGRAM})
    text = CATALOGUE.format(commit=commit).replace("./shop/packages/sql/", "migrations/")
    other.commit({"docs/data.md": text, "migrations/001_orders.sql": ORDERS})
    project.commit({"README.md": "x"})
    assert said(run(catalogue=(str(other.folder / "docs" / "data.md"),))) == []


def ended(**asked: object) -> dict[str, tuple[str, str, tuple[str, ...]]]:
    """How the claims of the Traceability section end."""
    judged = examine(Request(**asked)).judged  # type: ignore[arg-type]
    return {
        str(one.claim.kind): (str(one.verdict), one.why, one.codes)
        for one in ledger(judged)
        if one.claim.section in {"T", "M"}
    }


def test_the_ledger_says_what_nobody_could_look_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = CATALOGUE.format(commit="1617b8ef").replace("psql -v", "make it # psql -v")
    (tmp_path / "SCHEMA_REFERENCE.md").write_text(text)
    nowhere = "the catalogue is in no repository"
    assert ended() == {
        "migration file": ("skipped", f"there are no migrations, and {nowhere}", ()),
        "source path": ("skipped", "nothing else says where the migration is", ()),
        "commit": ("skipped", "there is no git repository with all of its history", ()),
        "diagram file": ("skipped", nowhere, ()),
        "creation command": ("held", "", ()),
    }


def test_the_ledger_says_what_was_looked_for(project: Project) -> None:
    text = CATALOGUE.format(commit="to be told").replace("orders.json", "orders.svg")
    project.commit(
        {
            "SCHEMA_REFERENCE.md": text,
            "migrations/001_orders.sql": ORDERS,
            "diagrams/orders.svg": "<svg/>",
        }
    )
    assert ended() == {
        "migration file": ("held", "in the catalogue", ()),
        "source path": ("broken", "", ("T024",)),
        "commit": ("skipped", "'to be told' is no id of a commit", ()),
        "diagram file": ("skipped", "diagrams/orders.svg is no JSON", ()),
        "creation command": ("broken", "", ("M019", "T024")),
    }

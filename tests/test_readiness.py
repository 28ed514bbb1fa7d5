"""Readiness: what makes a Planned entry Active, and how what is found becomes items."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctb_lint.catalogue import Catalogue
from ctb_lint.demands import Stage
from ctb_lint.drafting.edits import spliced
from ctb_lint.ledger import ledger
from ctb_lint.model import QualifiedName
from ctb_lint.readers.catalogue.reader import read_catalogue_texts
from ctb_lint.readiness import Checklist, Mark, activated, checklists
from tests.described import CATALOGUE, entry, examined

SQL = "CREATE TABLE orders (id bigint PRIMARY KEY, state text);"
PARTS = """
### T - Traceability

- **Migration File**: `001.sql`

### E - Enforcement

- `state` must be one of: "open", "paid"
- Seen by nobody
"""


def active(text: str) -> str:
    """The text with all its Planned entries made Active."""
    read, _ = read_catalogue_texts({CATALOGUE: text})
    edits = activated(read.entries, read, {CATALOGUE: text})
    return spliced(text, list(edits))


def stages(text: str) -> list[Stage]:
    read, _ = read_catalogue_texts({CATALOGUE: text})
    return [one.stage for one in read.entries]


def listed(
    folder: Path, catalogue: str, migrations: str, *codes: str, stage: Stage = Stage.PLANNED
) -> Checklist:
    """The checklist of the first entry, with the stage that it has in the text."""
    outcome = examined(folder, catalogue, migrations, *codes)
    read, _ = read_catalogue_texts({CATALOGUE: catalogue})
    report = outcome.report
    (one,) = checklists(
        [(read.entries[0], stage)],
        report.findings,
        ledger(outcome.judged),
        report.suppressed,
    )
    return one


def said(one: Checklist, *letters: str) -> list[tuple[str, str, str | None]]:
    return [(str(i.mark), i.text, i.code) for i in one.items if i.letter in (letters or i.letter)]


# What makes an entry Active


def test_status_heading_and_row_become_active_and_nothing_moves() -> None:
    text = (
        "## Table Index\n\n| # | Table | Barton ID | Status |\n|---|---|---|---|\n"
        "| 1 | `orders` | BID-WEB-001 | Planned |\n"
        "| 2 | `public.parts` | BID-WEB-002 | Planned |\n\n"
        "### 1. orders (Planned)\n\n**Barton ID**: `BID-WEB-001`\n**Status**: Planned\n\n"
        "Planned for spring (Planned)\n\n"
        "### 2. parts\n\n**Barton ID**: `BID-WEB-002`\n**Status**: Active\n"
    )
    assert stages(text) == [Stage.PLANNED, Stage.ACTIVE]
    assert active(text) == (
        "## Table Index\n\n| # | Table | Barton ID | Status |\n|---|---|---|---|\n"
        "| 1 | `orders` | BID-WEB-001 | Active  |\n"
        "| 2 | `public.parts` | BID-WEB-002 | Planned |\n\n"
        "### 1. orders (Active )\n\n**Barton ID**: `BID-WEB-001`\n**Status**: Active \n\n"
        "Planned for spring (Planned)\n\n"
        "### 2. parts\n\n**Barton ID**: `BID-WEB-002`\n**Status**: Active\n"
    )
    assert stages(active(text)) == [Stage.ACTIVE, Stage.ACTIVE]


def test_what_else_the_heading_has_in_brackets_stays() -> None:
    text = "## 2. orders (shop) [planned] (BID-WEB-001)\n\n**Barton ID**: BID-WEB-001\n"
    assert active(text) == text.replace("[planned]", "[Active ]")


def test_a_row_that_two_entries_may_mean_becomes_active_once() -> None:
    index = "## Table Index\n\n| Table | Barton ID | Status |\n|---|---|---|\n"
    entries = entry(SQL, "shop.orders", status="Planned") + entry(SQL, status="Planned")
    text = f"{index}| `orders` | BID-WEB-009 | Planned |\n\n{entries}"
    assert active(text) == text.replace("Planned", "Active ")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_heading_ends_with_its_line(end: str) -> None:
    text = end.join(["## orders (Planned)", "", "**Barton ID**: BID-WEB-001", "(Planned)", ""])
    assert active(text) == text.replace("(Planned)", "(Active )", 1)


@pytest.mark.parametrize("status", ["Active", "Active (Built-in)", "Deprecated"])
def test_what_is_not_planned_stays(status: str) -> None:
    text = entry(SQL, status=status)
    assert active(text) == text


def test_a_row_without_an_entry_stays() -> None:
    index = "## Table Index\n\n| Table | Barton ID | Status |\n|---|---|---|\n"
    text = f"{index}| `parts` | BID-WEB-009 | Planned |\n\n{entry(SQL)}"
    assert active(text) == text


@pytest.mark.parametrize("status", ["Planned", "Planned (Q3)", "PLANNED", "  planned  "])
def test_whatever_says_planned_says_active(status: str) -> None:
    text = entry(SQL, status=status)
    assert stages(text) == [Stage.PLANNED]
    assert stages(active(text)) == [Stage.ACTIVE]
    assert len(active(text)) == len(text)


# How what is found becomes items


def test_items_stand_in_the_order_of_stamped_and_what_is_done_comes_first(tmp_path: Path) -> None:
    codes = ["T002", "T003", "T009", "S001", "S006", "S040", "S041", "E001", "E013", "T020", "T021"]
    one = listed(tmp_path, entry(SQL, more=PARTS), SQL, *codes)
    assert said(one) == [
        ("done", "section S - Structure", None),
        ("done", "declared table", None),
        ("done", "declared column: 2", None),
        ("done", "declared constraint", None),
        ("open", "public.orders has no column unique_id", "S001"),
        ("optional", "public.orders has no column created_at", "S006"),
        ("done", "section T - Traceability", None),
        ("done", "Barton ID", None),
        ("not judged", "status: T008 is off", None),
        ("done", "migration file", None),
        ("open", "public.orders has no section A - Authentication & Authorization", "T009"),
        ("open", "public.orders has no section M - Migration", "T009"),
        ("open", "public.orders has no section P - Purpose", "T009"),
        ("done", "section E - Enforcement", None),
        ("optional", 'not understood, and not checked: "Seen by nobody"', "E013"),
        ("open", "public.orders.state accepts any value", "E001"),
        ("open", "public.orders has no section D - Dependencies", "T009"),
    ]
    assert (one.table, one.stage) == (QualifiedName("public", "orders"), Stage.PLANNED)
    assert (one.open, one.ready) == (6, False)


def test_no_table_is_ready_without_its_sql_and_its_migration_file(tmp_path: Path) -> None:
    one = listed(tmp_path, "## orders\n\n**Barton ID**: BID-WEB-001\n", SQL, "T002", "T003")
    assert said(one) == [
        ("open", "the entry declares no table in SQL", None),
        ("done", "Barton ID", None),
        ("open", "the entry names no migration file", None),
    ]


def test_a_declared_table_that_nobody_could_judge_is_open(tmp_path: Path) -> None:
    one = listed(tmp_path, entry(SQL, more=PARTS), "SELECT 1;", "T020", "T021", "E001", "E013")
    assert said(one, "S") == [
        ("done", "section S - Structure", None),
        ("not judged", "declared column (2): public.orders is not in the migrations", None),
        ("not judged", "declared constraint: public.orders is not in the migrations", None),
        ("open", "declared table: not judged: public.orders is not in the migrations", None),
    ]


def test_what_a_waiver_excuses_is_neither_open_nor_done(tmp_path: Path) -> None:
    waived = f"-- ctb-lint: allow S001 (replaced by parts)\n{SQL}"
    one = listed(tmp_path, entry(SQL), waived, "S001")
    (item,) = [item for item in one.items if item.mark is Mark.WAIVED]
    assert (item.letter, item.code, item.text, item.hint) == (
        "S", "S001", "public.orders has no column unique_id", "replaced by parts",
    )  # fmt: skip
    assert item.at is not None
    assert (item.at.path.rpartition("/")[2], item.at.line) == ("001.sql", 1)
    assert [i.code for i in one.items if i.mark is Mark.OPEN] == [None]  # no migration file


def test_questions_stand_in_the_section_that_asks_them(tmp_path: Path) -> None:
    more = "### A - Authentication\n\n- **Read Access**: TBD: who?\n"
    head = entry(SQL, more=more).replace("**Status**", "**Target**: TBD: when?\n**Status**")
    one = listed(tmp_path, head, SQL, "T029")
    asked = [(item.letter, item.at and item.at.line) for item in one.items if item.code == "T029"]
    assert asked == [("T", 4), ("A", 15)]


def test_what_is_found_of_other_tables_is_not_told(tmp_path: Path) -> None:
    other = "CREATE TABLE parts (id bigint);"
    one = listed(tmp_path, entry(SQL), f"{SQL}\n{other}", "S001", "S010", "S046")
    assert [item.text for item in one.items if item.code] == [
        "public.orders has no column unique_id"
    ]


def test_tables_are_told_apart(tmp_path: Path) -> None:
    other = "CREATE TABLE parts (id bigint PRIMARY KEY, unique_id text);"
    text = entry(SQL) + entry(other, "parts")
    outcome = examined(tmp_path, text, f"{SQL}\n{other}", "S001")
    read, _ = read_catalogue_texts({CATALOGUE: text})
    found = outcome.report.findings
    lists = checklists([(one, Stage.PLANNED) for one in read.entries], found, ())
    assert [(one.table.name, [i.code for i in one.items if i.code]) for one in lists] == [
        ("orders", ["S001"]),
        ("parts", []),
    ]


def test_what_a_rule_that_is_off_would_judge_keeps_a_table_from_being_ready(
    tmp_path: Path,
) -> None:
    one = listed(tmp_path, entry(SQL, more=PARTS), SQL, "T002")
    assert [item.text for item in one.items if item.mark is Mark.OPEN] == [
        "migration file: not judged: T020 is off"
    ]


def test_of_no_tables_there_is_no_list() -> None:
    assert list(checklists([], (), ())) == []
    assert list(activated([], Catalogue(), {})) == []

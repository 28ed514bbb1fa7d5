"""The rules over the ids, fields, sections and dates of entries: how bad each finding is, and what
it says."""

from __future__ import annotations

import datetime
from collections import Counter
from pathlib import Path

import pytest

from ctb_lint.cli.request import Request
from ctb_lint.cli.run import check
from ctb_lint.report import Reported

SEED = Path(__file__).parents[2] / "shared" / "seed"
CODES = (
    "T001", "T002", "T003", "T004", "T005", "T006", "T008", "T009", "T011", "T012", "T013", "T019",
)  # fmt: skip
DAY = datetime.date(2026, 11, 22)


def found(
    path: Path, *codes: str, day: datetime.date = DAY, config: str = ""
) -> tuple[Reported, ...]:
    settings = path.parent / "ctb-lint.toml"
    settings.write_text(config, encoding="utf-8")
    report = check(
        Request(catalogue=(str(path),), config=str(settings), select=codes or CODES, as_of=day)
    )
    assert report.failures == ()
    return report.findings


def said(
    folder: Path, text: str, *codes: str, day: datetime.date = DAY, config: str = ""
) -> list[tuple[str, str, str | None]]:
    """The severity, message and hint of each finding on a catalogue."""
    path = folder / "SCHEMA_REFERENCE.md"
    path.write_text(text, encoding="utf-8")
    return [
        (one.severity, one.message, one.hint) for one in found(path, *codes, day=day, config=config)
    ]


@pytest.fixture
def seed(tmp_path: Path) -> Path:
    (source,) = SEED.glob("*.txt")
    path = tmp_path / "SCHEMA_REFERENCE.md"
    path.write_bytes(source.read_bytes())
    return path


needs_seed = pytest.mark.skipif(not SEED.is_dir(), reason="the catalogue is not here")


@needs_seed
def test_the_owners_catalogue_has_these_gaps_and_no_wrong_id(seed: Path) -> None:
    findings = found(seed)
    assert Counter((one.code, str(one.severity)) for one in findings) == {
        ("T004", "info"): 1,
        ("T008", "warning"): 6,
        ("T008", "info"): 11,
        ("T009", "warning"): 17,
        ("T009", "info"): 5,
        ("T012", "warning"): 4,
        ("T013", "warning"): 1,
    }
    assert [
        (one.object.name, one.facet, one.at and one.at.line)
        for one in findings
        if one.code == "T009" and one.object.name in {"ssot_registry", "schema_migrations"}
    ] == [
        (name, letter, line)
        for name, line in (("ssot_registry", 485), ("schema_migrations", 576))
        for letter in "ADEMT"
    ]
    (review,) = (one for one in findings if one.code == "T013")
    assert (review.message, review.at and review.at.line) == (
        "the review of the catalogue, due '2025-11-23', is 364 days overdue",
        781,
    )


@needs_seed
def test_only_one_finding_on_the_owners_catalogue_says_what_is_exempt(seed: Path) -> None:
    assert [(one.code, one.message) for one in found(seed) if "exempt" in one.message] == [
        (
            "T004",
            "public.schema_migrations has no HEIR ID; "
            "a migration tool owns it, so that the standard exempts it",
        )
    ]


@needs_seed
@pytest.mark.parametrize(
    ("day", "overdue"),
    [
        (datetime.date(2025, 11, 23), {}),
        (datetime.date(2025, 11, 24), {"T013": 1}),
        (datetime.date(2025, 12, 31), {"T013": 1}),
        (datetime.date(2026, 1, 1), {"T012": 4, "T013": 1}),
    ],
)
def test_a_date_is_kept_until_its_last_day_has_passed(
    seed: Path, day: datetime.date, overdue: dict[str, int]
) -> None:
    assert Counter(one.code for one in found(seed, "T012", "T013", day=day)) == overdue


def test_a_missing_section_weighs_as_much_as_the_stage_does(tmp_path: Path) -> None:
    sections = "".join(f"### {letter}\nSaid.\n" for letter in "STAMPE")
    text = "".join(
        f"## {name}\n**Barton ID**: BID-DATA-001\n**Status**: {status}\n{sections}"
        for name, status in (
            ("users", "Active"), ("orders", "Planned"), ("versions", "Active (Built-in)"),
            ("flyway_schema_history", "Active"), ("os_jobs", "Active"), ("payments", "?"),
        )
    )  # fmt: skip
    hint = "write it below the heading `D - Dependencies`"
    config = "standard = { exempt-tables = ['os_*'] }"
    assert said(tmp_path, text, "T009", config=config) == [
        (severity, f"public.{name} has no section D - Dependencies", hint)
        for severity, name in (
            ("error", "users"), ("warning", "orders"), ("info", "versions"),
            ("info", "flyway_schema_history"), ("info", "os_jobs"), ("error", "payments"),
        )
    ]  # fmt: skip


def test_each_table_without_a_barton_id_is_offered_a_number_of_its_own(tmp_path: Path) -> None:
    text = """\
| # | Table | Barton ID | Status |
|---|---|---|---|
| 1 | users | BID-DATA-003 | Active |
| 2 | payments | BID-DATA-997 | Active |

## users
**HEIR ID**: HEIR-2025-08-SHQ-USERS-01
## orders
**HEIR ID**: HEIR-2025-08-SHQ-ORDERS-01
## lines
**HEIR ID**: HEIR-2025-08-SHQ-LINES-01
## schema_migrations
**HEIR ID**: HEIR-2025-08-SHQ-MIGRATIONS-01
## refunds
**Barton ID**: BID-SALES-001
"""
    assert said(tmp_path, text, "T001") == [
        ("error", "public.users has no Barton ID",
         "write `**Barton ID**: BID-DATA-003`, as the index has it"),
        ("error", "public.orders has no Barton ID", "write `**Barton ID**: BID-DATA-998`"),
        ("error", "public.lines has no Barton ID", "write `**Barton ID**: BID-DATA-1000`"),
        ("info", "public.schema_migrations has no Barton ID",
         "write `**Barton ID**: BID-DATA-999`"),
    ]  # fmt: skip


def test_where_no_table_has_a_barton_id_the_division_is_left_to_the_reader(tmp_path: Path) -> None:
    text = "## users\n**HEIR ID**: HEIR-2025-08-SHQ-USERS-01\n"
    assert said(tmp_path, text, "T001") == [
        ("error", "public.users has no Barton ID", "write `**Barton ID**: BID-{division}-001`")
    ]


def test_numbers_that_are_no_numbers_do_no_harm(tmp_path: Path) -> None:
    text = (
        "## users\n**Barton ID**: BID-DATA-ABC\n## orders\n**Status**: Active\n### S\nx\n### T\nx"
    )
    config = '[tokens]\nnnn = "[A-Z]{3}"\n'
    assert said(tmp_path, text, "T001", config=config) == [
        ("error", "public.orders has no Barton ID", "write `**Barton ID**: BID-DATA-001`")
    ]


def test_what_is_known_of_a_heir_id_stands_in_the_hint(tmp_path: Path) -> None:
    text = """\
## users
**HEIR ID**: HEIR-2025-08-SHQ-USERS-01
## order_lines
**Barton ID**: BID-DATA-002
**Created**: 2025-10-23
## Users
**Barton ID**: BID-DATA-003
**Created**: 2025-08-19
```sql
CREATE TABLE "Users" (id int);
```
"""
    assert said(tmp_path, text, "T004") == [
        ("error", "public.order_lines has no HEIR ID",
         "write `**HEIR ID**: HEIR-2025-10-SHQ-ORDER-LINES-01`"),
        ("error", 'public."Users" has no HEIR ID', None),
    ]  # fmt: skip


def test_ids_that_differ_in_case_only_are_a_warning(tmp_path: Path) -> None:
    text = "## users\n**HEIR ID**: Shq\n## orders\n**HEIR ID**: SHQ\n## lines\n**HEIR ID**: Shq\n"
    config = 'formats = { heir-id = ["{any}"] }\ntokens = { any = "[A-Za-z]{3}" }\n'
    hint = "give one of the two tables a HEIR ID of its own"
    assert said(tmp_path, text, "T005", "T006", config=config) == [
        ("warning",
         "'SHQ', the HEIR ID of public.orders, differs only in case from 'Shq', that of "
         "public.users", hint),
        ("error", "'Shq', the HEIR ID of public.lines, is that of public.users", hint),
    ]  # fmt: skip


def test_ids_of_a_legacy_format_are_a_warning(tmp_path: Path) -> None:
    text = "## users\n**Barton ID**: T-017\n**HEIR ID**: SHQ/01\n**Status**: Planned\n"
    config = '[formats.legacy]\nbarton-id = ["T-{nnn}"]\nheir-id = ["{system}/{nn}"]\n'
    assert said(tmp_path, text, "T002", "T005", config=config) == [
        ("warning", "'T-017' of public.users is of the legacy format T-{nnn}",
         "write BID-{division}-{nnn}"),
        ("warning", "'SHQ/01' of public.users is of the legacy format {system}/{nn}",
         "write HEIR-{yyyy}-{mm}-{system}-{name}-{nn}"),
    ]  # fmt: skip


def test_a_date_and_a_name_that_say_nothing_are_as_good_as_none(tmp_path: Path) -> None:
    text = """\
## users (Planned)
**Barton ID**: BID-DATA-001
**Created**: soon
**Author**: *TBD*
**Last Modified**: 2025-02-30
## orders
**Barton ID**: BID-DATA-002
**Status**: Active
**Created**: 2025-08-19
**Author**: —
**Last Modified**: 2025-10-23
"""
    assert said(tmp_path, text, "T008") == [
        ("info", "public.users has 'soon' as Created, which is no date",
         "write `**Created**: YYYY-MM-DD`"),
        ("warning", "public.users has '*TBD*' as Author, which says nothing",
         "write `**Author**: who made it`"),
        ("info", "public.users has '2025-02-30' as Last Modified, which is no date",
         "write `**Last Modified**: YYYY-MM-DD`"),
        ("warning", "public.orders has '—' as Author, which says nothing",
         "write `**Author**: who made it`"),
    ]  # fmt: skip


def test_a_misspelt_status_is_told_what_it_should_be(tmp_path: Path) -> None:
    text = "".join(
        f"## {name}\n**Barton ID**: BID-DATA-001\n**Status**: {status}\n"
        for name, status in (("a1", "Actve"), ("b1", "biult-in"), ("c1", "retired"))
    )
    assert said(tmp_path, text, "T011") == [
        ("error", f"public.{name} has the status '{status}', which is neither Active, Planned "
         "nor Built-in", hint)
        for name, status, hint in (
            ("a1", "Actve", "write `Active`"),
            ("b1", "biult-in", "write `Active (Built-in)`"),
            ("c1", "retired", "write Active, Planned or Active (Built-in)"),
        )
    ]  # fmt: skip


def test_a_hostile_id_is_cut_in_messages(tmp_path: Path) -> None:
    text = f"## users\n**Barton ID**: {'B' * 100_000}\n## orders\n**Barton ID**: {'B' * 100_000}\n"
    messages = [message for _, message, _ in said(tmp_path, text, "T002", "T003")]
    assert len(messages) == 3
    assert max(map(len, messages)) < 200

"""``ctb-lint claims``: every claim has a verdict, the sums add up, and nothing passes unseen."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from ctb_lint.cli.app import main

CATALOGUE = """\
# Tables

## 1. orders

**Barton ID**: BID-SHOP-001
**HEIR ID**: HEIR-2026-01-SHOP-ORDERS-01
**Status**: Active

### S - Structure

```sql
CREATE TABLE orders (
    id uuid PRIMARY KEY,
    unique_id text NOT NULL UNIQUE,
    process_id text NOT NULL,
    state text NOT NULL,
    total numeric(10, 2)
);
```

### E - Enforcement

- `state` must be one of: "open", "paid"
- `state` must not be null
- `process_id` must be unique
- Rate limiting on checkout
- Orders should make people happy
- `tracking_code` must be unique

### D - Dependencies

**Foreign Keys**: None

## 2. parts (Planned)

**Barton ID**: BID-SHOP-002
**Status**: Planned

### S - Structure

```sql
CREATE TABLE parts (id uuid PRIMARY KEY, unique_id text NOT NULL UNIQUE, process_id text);
```

### E - Enforcement

- `process_id` is required
"""
SQL = """\
CREATE TABLE orders (
    id uuid PRIMARY KEY,
    unique_id text NOT NULL UNIQUE,
    process_id text NOT NULL,
    state text NOT NULL CHECK (state IN ('open', 'paid')),
    total numeric(12, 2)
);
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "SCHEMA_REFERENCE.md").write_text(CATALOGUE)
    (tmp_path / "migrations").mkdir()
    (tmp_path / "migrations/001_orders.sql").write_text(SQL)
    return tmp_path


def listed(capsys: pytest.CaptureFixture[str], *options: str) -> dict[str, Any]:
    capsys.readouterr()
    code = main(["claims", *options, "--format", "json"])
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert code == 0
    return found


def verdicts(found: dict[str, Any], *kinds: str) -> dict[str, tuple[str, str | None, str]]:
    return {
        one["text"]: (one["verdict"], one["why"], " ".join(one["codes"]))
        for one in found["claims"]
        if one["kind"] in kinds
    }


def test_every_claim_ends_as_what_it_is(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert verdicts(listed(capsys), "rule") == {
        # The declaration has no check, which is a difference; the migrations have.
        '`state` must be one of: "open", "paid"': ("held", "in the migrations", ""),
        "`state` must not be null": ("held", "in the catalogue and the migrations", ""),
        "`process_id` must be unique": ("broken", "in the catalogue and the migrations", "E007"),
        "Rate limiting on checkout": (
            "skipped", "limits on requests are no part of a schema", "",
        ),
        "Orders should make people happy": ("not understood", None, ""),
        "`tracking_code` must be unique": (
            "skipped", "public.orders has no column tracking_code in the catalogue", "",
        ),
        "`process_id` is required": ("broken", "in the catalogue", "S004"),
    }  # fmt: skip


def test_what_is_declared_is_held_against_the_migrations(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    orders = verdicts(listed(capsys, "orders"), "declared column", "declared table")
    assert orders["the table public.orders"] == ("held", "in the migrations", "")
    assert orders["unique_id text"] == ("held", "in the migrations", "")
    parts = verdicts(listed(capsys, "parts"), "declared column")
    assert set(parts.values()) == {("skipped", "public.parts is not in the migrations", "")}


def test_the_ledger_adds_up(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = listed(capsys)
    summary = found["summary"]
    total = summary.pop("claims")
    assert total == len(found["claims"]) == sum(summary.values())
    assert Counter(one["verdict"] for one in found["claims"]) == {
        verdict: count for verdict, count in summary.items() if count
    }
    # What is shown is chosen; the sums are not.
    assert listed(capsys, "--verdict", "broken")["summary"] == found["summary"] | {"claims": total}
    of_parts = listed(capsys, "parts")["claims"]
    assert of_parts == [one for one in found["claims"] if one["entry"] == "public.parts"]


def test_a_catalogue_alone_skips_what_only_others_know(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "migrations/001_orders.sql").unlink()
    (folder / "migrations").rmdir()
    found = listed(capsys)
    kinds = {"declared table", "declared column", "declared constraint"}
    assert {
        (one["verdict"], one["why"]) for one in found["claims"] if one["kind"] in kinds
    } == {("skipped", "there are no migrations")}  # fmt: skip


def test_a_rule_that_is_off_holds_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "ctb-lint.toml").write_text('ignore = ["E005"]\n')
    found = verdicts(listed(capsys), "rule")
    assert found["`state` must not be null"] == ("skipped", "E005 is off", "")


def test_the_text_names_the_line_the_verdict_and_the_reason(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["claims", "orders", "--verdict", "not understood"]) == 0
    out = capsys.readouterr().out.splitlines()
    assert out[1] == (
        "  SCHEMA_REFERENCE.md:27:3: not understood: rule: Orders should make people happy"
    )
    assert out[0].startswith("public.orders: ")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nothing"], "the catalogue has no entry nothing"),
        (["--verdict", "good"], "--verdict"),
        (["--catalogue", "gone.md"], "gone.md"),
    ],
)
def test_what_cannot_be_listed_is_said(
    folder: Path, arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["claims", *arguments]) == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        (None, "", "error: there is no catalogue: looked for docs/tables.md\n"),
        ("docs/tables.md", "", "error: there is no claim in docs/tables.md\n"),
        ("docs/tables.md", "\0", "docs/tables.md:1: error: holds a NUL byte at line 1, byte 1"),
    ],
)
def test_no_catalogue_is_no_empty_ledger(
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    name: str | None,
    text: str,
    said: str,
) -> None:
    (folder / "SCHEMA_REFERENCE.md").unlink()
    (folder / "ctb-lint.toml").write_text('catalogue = "docs/tables.md"')
    (folder / "docs").mkdir()
    if name:
        (folder / name).write_text(text)
    assert main(["claims"]) == 2
    assert capsys.readouterr().err.startswith(said)

"""What cannot be read of a catalogue is a finding at its line, and the rest is checked."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from ctb_lint.cli.request import Request
from ctb_lint.cli.run import check

ENTRY = """\
### {n}. {name}

**Barton ID**: `BID-DATA-00{n}`
**Status**: Active

#### S - Structure

```sql
CREATE TABLE {name} (id int PRIMARY KEY, kind text);
```

#### E - Enforcement

- `kind` must not be null

"""
ORDERS, LINES = ENTRY.format(n=1, name="orders"), ENTRY.format(n=2, name="lines")
HEADLESS = """\
## Table Index

| 1 | `orders` | BID-DATA-009 | Active |
| 2 | `lines` | BID-DATA-002 | Active |

"""
DIAGRAM = """\
```mermaid
erDiagram
    ORDERS ||--o{ LINES : has
    ORDERS |||| what
```

"""


@pytest.mark.parametrize(
    ("text", "found", "checked"),
    [
        pytest.param(ORDERS.replace("kind text);\n```", "kind text);") + LINES,
            [("T028", 8, "the block of code that begins here is never closed")], [9, 23],
            id="a fence that nobody closed"),
        pytest.param(ORDERS + ORDERS + LINES,
            [("T028", 16, "public.orders has a second entry; the first is at line 1"),
             ("T028", 24, "public.orders is declared a second time, first at line 9; what stands "
                          "first counts")], [9, 39],
            id="an entry twice"),
        pytest.param(ORDERS.replace("PRIMARY KEY", "PRIMARY PRIMARY ((") + LINES,
            [("T028", 9, 'the SQL of orders cannot be read: syntax error at or near "PRIMARY"')],
            [24], id="SQL that does not parse"),
        pytest.param(DIAGRAM + ORDERS + LINES,
            [("T028", 4, "`ORDERS |||| what` is no entity and no relationship of an ER diagram")],
            [15, 30], id="mermaid that does not parse"),
        pytest.param(HEADLESS + ORDERS + LINES,
            [("T010", 3, "public.orders has the Barton ID BID-DATA-009 in the table index and "
                         "BID-DATA-001 in its entry")], [14, 29],
            id="a table without a row of headings"),
        pytest.param("### ???\n\n**Barton ID**: `BID-DATA-007`\n\n" + ORDERS + LINES,
            [("T028", 1, "the heading `???` names no table")], [13, 28],
            id="an entry of no table"),
    ],
)  # fmt: skip
def test_what_is_malformed_is_named_at_its_line_and_the_rest_is_checked(
    text: str,
    found: list[tuple[str, int, str]],
    checked: list[int],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "c.md").write_text(text)
    report = check(Request(catalogue=("c.md",), as_of=datetime.date(2026, 11, 22)))
    assert report.failures == ()
    told = [
        (one.code, one.at.line, one.message)
        for one in report.findings
        if one.at and one.code in {"T010", "T028"}
    ]
    assert told == found
    # Each entry's sentence is held against what its SQL declares, where that can be read.
    lines = [one.at.line for one in report.findings if one.at and one.code == "E005"]
    assert lines == checked

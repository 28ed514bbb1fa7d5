"""The migrations that a catalogue names, as a history of names."""

from __future__ import annotations

from ctb_lint.history import Convention
from ctb_lint.readers.catalogue.reader import read_texts

INDEX = """\
| # | Table | Status | Migration |
|---|-------|--------|-----------|
| 1 | users | Active | 002_users.sql |
| 2 | ids | Active | `db/2025-08-19_ids.sql` |
| 3 | versions | Active | Built-in |
| 4 | lines | Active | 003_lines.down.sql |
| 5 | notes | Active | 002_users.sql |

## orders
**Barton ID**: BID-DATA-001
### T
- **Migration File**: `sql/001_orders.sql`
"""


def test_the_names_of_index_and_entries_stand_in_the_order_of_names() -> None:
    history = read_texts({"c.md": INDEX}).documented
    assert history
    assert history.name == "c.md"
    assert [(f.path, f.convention, f.version, f.location.line) for f in history.files] == [
        ("001_orders.sql", Convention.NUMBERED, "001", 12),
        ("002_users.sql", Convention.NUMBERED, "002", 3),
        ("2025-08-19_ids.sql", Convention.DATED, None, 4),
    ]


def test_a_catalogue_that_names_no_migration_documents_none() -> None:
    assert read_texts({"c.md": "## users\n**Barton ID**: B\n"}).documented is None
    assert read_texts({}).documented is None

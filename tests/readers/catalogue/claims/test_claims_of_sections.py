"""What the sections of an entry claim, sentence by sentence."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import structs

from ctb_lint.claims import Claim
from ctb_lint.demands import Demand
from ctb_lint.model import QualifiedName
from ctb_lint.readers.catalogue.reader import read_texts

ENTRY = """\
# Tables

## 1. orders

**Barton ID**: BID-SHOP-001
**Status**: Active

### S - Structure

```sql
CREATE TABLE orders (id uuid PRIMARY KEY, unique_id text, buyer_id uuid, state text);
```

### T - Traceability

- **Migration File**: `001_orders.sql`
- **Source Path**: `db/`
- **Commit**: `0123abcd`
- **ChartDB Schema**: `diagrams/orders.json`
- Remarks: none

### A - Authentication & Authorization

- **Read Access**: Everyone
- **Write Access**: shop service, importer (automated)
- **Delete Access**: Owners only (after 6 weeks)
- **Row-Level Security**: Enabled per buyer
- Ask before you change anything

### M - Migration

**Creation**:
```bash
psql -f db/001_orders.sql
```

**Rollback**:
```sql
DROP TABLE orders;
```

**Version**: 2.1

### P - Purpose

**Business Purpose**: What people buy

**Use Cases**:
1. Checkout
2. Refunds

**Workflows**:
- A buyer checks out

**Related Entities**:
- `buyers`: who pays
- Everything with a price

### E - Enforcement

- `state` must not be empty

### D - Dependencies

**Foreign Keys**:
- `buyer_id` → `buyers.id`
- buyer_id -> shop.buyers(id)

**Dependent Tables**: `parcels`, `invoices`

**Depends On**: `buyers`

**External Integrations**:
- Payment service

**Linked Processes**:
- HEIR Process: `shop.01.web.V1.{date}.checkout`
- ORBT Layer: 1 (Input)
"""
BUYERS = QualifiedName("public", "buyers")


def shown(claim: Claim) -> tuple[Any, ...]:
    """Kind, line, the demands, and why it cannot be held against anything."""
    why = claim.beyond or ("" if claim.understood else "not understood")
    return (str(claim.kind), claim.at.line, [demanded(one) for one in claim.demands], why)


def demanded(demand: Demand) -> tuple[Any, ...]:
    common = {"table", "origin", "stage", "strength"}
    given = structs.asdict(demand)
    more = {k: v for k, v in given.items() if k not in common and v not in (None, (), False)}
    return (type(demand).__name__, more)


CLAIMED = [
    ("migration file", 16, [("NamedMigration", {"file": "001_orders.sql"})], ""),
    ("source path", 17, [], ""),
    ("commit", 18, [], ""),
    ("diagram file", 19, [], ""),
    ("access", 24, [("Access", {"action": "read", "everybody": True})], ""),
    (
        "access",
        25,
        [("Access", {"action": "write", "roles": ("shop service", "importer")})],
        "",
    ),
    (
        "access",
        26,
        [("Access", {"action": "delete", "roles": ("Owners",), "after_days": 42})],
        "",
    ),
    ("row-level security", 27, [("RowSecurity", {"wanted": True})], ""),
    ("access", 28, [], "not understood"),
    ("creation command", 34, [], ""),
    ("rollback", 39, [], ""),
    ("version", 42, [], "nothing says which version it is"),
    ("purpose", 46, [], ""),
    ("use cases", 49, [], ""),
    ("workflows", 53, [], "what people do with a table is in no schema"),
    ("related tables", 56, [("RelatedTable", {"other": BUYERS})], ""),
    ("related tables", 57, [], "it names no other table"),
    ("rule", 61, [("NonEmpty", {"column": "state"})], ""),
    (
        "foreign keys",
        66,
        [("ForeignKeyTo", {"column": "buyer_id", "target": BUYERS, "target_column": "id"})],
        "",
    ),
    (
        "foreign keys",
        67,
        [
            (
                "ForeignKeyTo",
                {
                    "column": "buyer_id",
                    "target": QualifiedName("shop", "buyers"),
                    "target_column": "id",
                },
            )
        ],
        "",
    ),
    (
        "related tables",
        69,
        [
            ("RelatedTable", {"other": QualifiedName("public", "parcels")}),
            ("RelatedTable", {"other": QualifiedName("public", "invoices")}),
        ],
        "",
    ),
    ("related tables", 71, [("RelatedTable", {"other": BUYERS, "depends": True})], ""),
    ("external integration", 74, [], "it is another system"),
    ("linked process", 77, [("LinkedProcess", {"id": "shop.01.web.V1.{date}.checkout"})], ""),
    ("ORBT layer", 78, [], ""),
]


def test_each_section_claims_what_it_says() -> None:
    claims = read_texts({"c.md": ENTRY}).claims
    assert [shown(one) for one in claims if one.section not in {None, "S"}] == CLAIMED


def test_a_table_of_roles_is_one_claim_for_each_action() -> None:
    head, rest = ENTRY.split("- **Read Access**", 1)
    rows = "| Role | Read | Write |\n|---|---|---|\n| clerk | yes | no |\n| chief | x | x |\n\n"
    text = f"{head}{rows}### M - Migration{rest.split('### M - Migration', 1)[1]}"
    claims = [one for one in read_texts({"c.md": text}).claims if one.section == "A"]
    assert [shown(one) for one in claims] == [
        ("access", 26, [("Access", {"action": "read", "roles": ("clerk", "chief")})], ""),
        ("access", 27, [("Access", {"action": "write", "roles": ("chief",)})], ""),
    ]


def test_no_row_security_for_all_says_who_may_read() -> None:
    text = ENTRY.replace("Enabled per buyer", "None (all users can read)")
    claim = next(c for c in read_texts({"c.md": text}).claims if c.at.line == 27)
    assert shown(claim) == (
        "row-level security",
        27,
        [("RowSecurity", {}), ("Access", {"action": "read", "everybody": True})],
        "",
    )


REFERRING = """\
# Tables

## 1. orders

**Barton ID**: BID-SHOP-001

```sql
CREATE TABLE orders (id int, unique_id text, buyer_id int, kind text);
CREATE TABLE ids (unique_id text);
CREATE TABLE "Order Kinds" (code text);
CREATE TABLE stock.batches (id int);
```

### D - Dependencies

{said}
"""


def the_demands(said: str) -> list[tuple[Any, ...]]:
    """Of what stands in the section of Dependencies: kind, column and target of each demand."""
    found = read_texts({"c.md": REFERRING.format(said=said)})
    return [
        (
            type(one).__name__,
            one.column,
            str(getattr(one, "target", None) or getattr(one, "other", "")),
            getattr(one, "target_column", None),
        )
        for claim in found.claims
        if claim.section == "D" and claim.understood
        for one in claim.demands
    ]


BATCHES = [
    ("SoftReference", "buyer_id", "stock.batches", "id"),
    ("RelatedTable", None, "stock.batches", None),
]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (
            "**Depends On**:\n- `buyers`, by a soft reference via `buyer_id`",
            [
                ("RelatedTable", None, "public.buyers", None),
                ("SoftReference", "buyer_id", "public.buyers", None),
            ],
        ),
        ("**Foreign Keys**:\n- `buyer_id` → `batches.id` (soft reference)", BATCHES),
        ("**Foreign Keys (not enforced)**:\n- `buyer_id` → `batches.id`", BATCHES),
        ("**Soft References**: `buyer_id` refers to `stock.batches.id`", BATCHES),
        (
            "**Foreign Keys**: `buyer_id` → `buyers.id`, `buyer_id` → `batches.id` (unenforced)",
            [("ForeignKeyTo", "buyer_id", "public.buyers", "id"), *BATCHES],
        ),
        (
            '**Foreign Keys**:\n- `kind` → `"Order Kinds".code`',
            [("ForeignKeyTo", "kind", "public.Order Kinds", "code")],
        ),
        (
            '**Depends On**:\n- `"Order Kinds"`, softly linked via `kind`',
            [
                ("RelatedTable", None, "public.Order Kinds", None),
                ("SoftReference", "kind", "public.Order Kinds", None),
            ],
        ),
        # The registry's, which is another demand.
        (
            "**Depends On**:\n- `ids`, by a soft reference via `unique_id`",
            [("RelatedTable", None, "public.ids", None)],
        ),
        # What refers to this table, by a column of its own.
        (
            "**Dependent Tables**:\n- `refunds`, by a soft reference via `order_id`",
            [("RelatedTable", None, "public.refunds", None)],
        ),
        (
            "**Foreign Keys**: None (soft reference by `buyer_id`)",
            [("NoForeignKeys", None, "", None)],
        ),
    ],
)
def test_a_reference_that_nothing_enforces_is_no_foreign_key(
    said: str, expected: list[tuple[Any, ...]]
) -> None:
    found = [(k, c, t.replace('"', ""), key) for k, c, t, key in the_demands(said)]
    assert found == expected


def test_every_claim_stands_where_it_says() -> None:
    for claim in read_texts({"c.md": ENTRY}).claims:
        said = ENTRY[claim.at.start : claim.at.end]
        assert said.strip(), claim
        assert ENTRY[: claim.at.start].count("\n") + 1 == claim.at.line


def of(section: str) -> list[tuple[str, str, bool]]:
    """Kind, text and whether it is understood, of the claims of a section."""
    text = f"## orders\n**Barton ID**: BID-SHOP-001\n{section}"
    claims = read_texts({"c.md": text}).claims
    return [(str(c.kind), c.text, c.understood) for c in claims if c.section]


def test_an_item_that_only_introduces_those_below_it_is_no_claim() -> None:
    assert of("### E\n- Rules\n  - Values\n    - `state` must be unique\n- Rules\n") == [
        ("rule", "`state` must be unique", True),
        ("rule", "Rules", False),
    ]


def test_a_file_in_a_list_of_its_own_is_the_migration() -> None:
    assert of("### T\n- Migration File\n  - `001_orders.sql`\n") == [
        ("migration file", "`001_orders.sql`", True)
    ]


def test_a_layer_that_is_none_is_not_understood() -> None:
    assert of(
        "### D\n- ORBT layer: five\n- ORBT layer: 3\n- ORBT layer: Output\n- Layer: none\n"
    ) == [
        ("ORBT layer", "ORBT layer: five", False),
        ("ORBT layer", "ORBT layer: 3", True),
        ("ORBT layer", "ORBT layer: Output", True),
        ("ORBT layer", "Layer: none", True),
    ]


def test_a_section_that_says_none_says_that_there_are_no_foreign_keys() -> None:
    assert of("### D\nNone.\n") == [("foreign keys", "None.", True)]
    assert of("### D\nNone of your business\n") == [
        ("related tables", "None of your business", False)
    ]


def test_a_migration_may_be_named_by_a_link() -> None:
    for value, file in (
        ("[0001](db/0001_orders.sql)", "db/0001_orders.sql"),
        ("[`0001_orders.sql`](db/0001_orders.sql#L1)", "db/0001_orders.sql"),
        ("`0001_orders.sql` ([see](db/))", "0001_orders.sql"),
        ("0001_orders.sql", "0001_orders.sql"),
    ):
        text = f"## orders\n**Barton ID**: BID-SHOP-001\n### T\n- Migration File: {value}\n"
        named = [d for c in read_texts({"c.md": text}).claims for d in c.demands]
        assert [getattr(demand, "file", None) for demand in named] == [file]


def test_what_is_required_of_all_tables_is_demanded_as_it_is_worded() -> None:
    text = (
        "## orders\n**Barton ID**: BID-SHOP-001\n```sql\nCREATE TABLE orders (id int);\n```\n"
        "## Required for All Tables\n"
        "- `created_at` must not be null\n- `unique_id` column\n- `orbt_layer` (optional)\n"
        "- `orbt_layer` where tracking is required\n- ~~`process_id` column~~\n"
    )
    claims = [c for c in read_texts({"c.md": text}).claims if str(c.kind).startswith("required")]
    found = [([type(d).__name__ for d in c.demands], c.beyond, c.understood) for c in claims]
    assert found == [
        (["RequiredColumn", "NotNull"], None, True),
        (["RequiredColumn"], None, True),
        ([], "it only allows rows without a value", True),
        ([], None, False),
        ([], "it is struck out", True),
    ]

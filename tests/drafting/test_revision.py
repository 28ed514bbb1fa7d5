"""A catalogue that is rendered again: what agrees stays, what differs is written anew."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from ctb_lint.cli.catalogue.sources import differing
from ctb_lint.cli.trouble import RunError
from tests.drafting.rendering import PATH, render, sources
from tests.parity.played import play
from tests.parity.sequences import histories
from tests.postgres import Connection, Server


@pytest.fixture(scope="module")
def connection(server: Server) -> Iterator[Connection]:
    with server.database() as connected:
        yield connected


@given(history=histories(), cut=st.floats(0, 1))
@settings(
    max_examples=60,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
def test_a_catalogue_follows_its_migrations(
    connection: Connection, history: list[str], cut: float
) -> None:
    """Rendered in the middle of a history and again at its end, it declares what is built then;
    rendered once more, it stays."""
    accepted = [f"{one};\n" for one in play(connection, history).accepted]
    before, after = "".join(accepted[: int(len(accepted) * cut)]), "".join(accepted)
    try:
        first = render(sources(before))
    except RunError:
        first = "# Tables\n"
    given = sources(after, first)
    try:
        second = render(given)
    except RunError as nothing:
        event(str(nothing)[:40])
        return
    tables = given.folded.schema.tables
    left = [one for one in differing({PATH: second}, given) if one.table in tables]
    assert left == [], after
    assert render(sources(after, second)) == second, after


SQL = """\
CREATE TABLE ids (unique_id text PRIMARY KEY, process_id text, entity_type text, entity_id text);
CREATE TABLE users (
    id int PRIMARY KEY,
    unique_id text UNIQUE REFERENCES ids,
    role text NOT NULL CHECK (role IN ('reader', 'writer')),
    name text
);
CREATE TABLE orders (
    id int PRIMARY KEY, unique_id text, buyer_id int REFERENCES users, note text
);
"""
ENTRY = """\
### 4. `users` <a id="users"></a>

Barton ID: BID-WEB-007
HEIR ID: HEIR-2024-02-SHQ-USERS-01
Status: Planned
Owner: Dana

A word before the sections.

#### S: Structure

Said of it by hand.

```sql
CREATE TABLE users (id int PRIMARY KEY, unique_id text, role varchar(9), gone int);
```

Between the blocks.

```sql
CREATE INDEX users_role ON users (role);
```

**Columns**:
* `id` (int): the number
* `gone` (int): not there any more
* `role` (varchar): "reader", "owner"
    * nested: what a writer may

#### A: Access

- Read Access: everybody

#### D: Dependencies

**Foreign Keys**: None (loosely coupled)

**Dependent Tables**: None

**External Integrations**: Mailer

*The end of users.*
"""
EXPECTED = """\
### 4. `users` <a id="users"></a>

Barton ID: BID-WEB-007
HEIR ID: HEIR-2024-02-SHQ-USERS-01
Status: Planned
Owner: Dana
**Created**: 2025-10-23
**Last Modified**: 2025-10-23

A word before the sections.

#### S: Structure

Said of it by hand.

```sql
CREATE TABLE users (
    id integer PRIMARY KEY,
    unique_id text UNIQUE REFERENCES ids (unique_id),
    role text NOT NULL CHECK (role IN ('reader', 'writer')),
    name text
);
```

Between the blocks.



**Columns**:
* `id` (int): the number
* `unique_id` (text): refers to `ids.unique_id`, (UNIQUE)
* `role` (text): "reader", "writer"
* `name` (text)
    * nested: what a writer may

#### T - Traceability

- **Migration File**: `2025-10-23_all.sql`
- **Source Path**: `./`

#### A: Access

- Read Access: everybody

#### M - Migration

**Creation Migration**: `2025-10-23_all.sql`

**Rollback**:
```sql
DROP TABLE IF EXISTS users;
```

**Version**: as of `2025-10-23_all.sql`

#### P - Purpose

**Business Purpose**: TBD: what is the table for?

**Use Cases**:
1. TBD: what is it used for?

**Workflows**:
- TBD: which workflows read and write it?

**Related Entities**:
- `ids`: referred to by unique_id
- `orders`: refers to it

#### E - Enforcement

**Validation Rules**:
- `role` must be one of: "reader", "writer"

**CTB Compliance**:
- HEIR/ORBT tracking via `unique_id`
- Audit logging: TBD: is every change logged, and where?
- Retention policy: TBD: how long are rows kept?

**Data Quality**:
- No NULL values for `id`, `role`
- Unique constraint on `unique_id`

#### D: Dependencies

**Foreign Keys**:
- `unique_id` → `ids.unique_id`

**Dependent Tables**:
- `orders`, by buyer_id

**External Integrations**: Mailer

*The end of users.*
"""


def entry_of(text: str, heading: str) -> str:
    """The text of an entry, from its heading to the rule behind it."""
    start = text.index(heading)
    return text[start : text.index("\n---\n", start)]


def test_what_people_said_stays_and_what_the_migrations_decide_is_written_anew() -> None:
    text = f"# Data\n\nBy hand.\n\n## Tables\n\n{ENTRY}\n---\n\n## Notes\n\nAlso by hand.\n"
    new = render(sources(SQL, text))
    assert entry_of(new, "### 4. `users`").rstrip("\n") == EXPECTED.rstrip("\n")
    assert new.startswith("# Data\n\nBy hand.\n\n## Table Index\n\n| # |")
    assert new.endswith("\n\n---\n\n## Notes\n\nAlso by hand.\n")
    assert new.index("### 5. ids\n") < new.index("### 6. orders\n") < new.index("## Schema Stat")
    assert "**Barton ID**: `BID-DATA-001`\n" in entry_of(new, "### 5. ids")
    assert render(sources(SQL, new)) == new


@pytest.mark.parametrize("eol", ["\n", "\r\n"])
def test_what_agrees_stays_byte_for_byte(eol: str) -> None:
    text = render(sources(SQL)).replace("\n", eol)
    said = text.replace("TBD: what is it used for?", "Many things \t ").replace(
        "**Business Purpose**: TBD: what is the table for?", "**Business Purpose**: Said   by hand"
    )
    assert said != text
    assert render(sources(SQL, said)) == said


def test_an_entry_without_a_table_is_left_as_it_is() -> None:
    text = render(sources(SQL))
    planned = (
        "### 9. later (Planned)\n\n**Barton ID**: BID-DATA-099\n**Status**: Planned\n\n"
        "```sql\nCREATE TABLE later (id int);\n```"
    )
    both = text.replace("\n\n---\n\n## Schema", f"\n\n---\n\n{planned}\n\n---\n\n## Schema", 1)
    new = render(sources(SQL, both))
    assert planned in new
    assert "| 9 | `later` | BID-DATA-099 |  | Planned | - |\n" in new
    assert "| Total Tables | 4 |\n| Active Tables | 3 |\n| Planned Tables | 1 |\n" in new
    more = render(sources(SQL + "CREATE TABLE fresh (id int PRIMARY KEY);\n", new))
    assert "### 10. fresh\n\n**Barton ID**: `BID-DATA-100`\n" in more


def test_the_words_at_the_edges_of_the_diagram_are_kept() -> None:
    text = render(sources(SQL))
    assert "USERS |o--o{ ORDERS : buyer_id" in text
    told = text.replace("ORDERS : buyer_id", 'ORDERS : "buys what"')
    assert render(sources(SQL, told)) == told
    new = render(sources(SQL + "CREATE TABLE lines (id int REFERENCES orders);\n", told))
    assert '    USERS |o--o{ ORDERS : "buys what"\n' in new
    assert "    ORDERS |o--o{ LINES : id\n" in new


def test_the_layer_of_the_list_is_that_of_a_new_entry() -> None:
    text = (
        "# T\n\n**ORBT Layers**:\n1. **Input Layer**: (`users`)\n2. **Processing Layer**: "
        "(`orders`, `ids`)\n3. **Output Layer**: (`ids`)\n"
    )
    new = render(sources(SQL, text))
    layers = [line for line in new.splitlines() if line.startswith("- ORBT Layer")]
    assert layers == [
        "- ORBT Layer: TBD: 1 (Input), 2 (Processing), 3 (Output), 4 (Orchestration)?",
        "- ORBT Layer: 1 (Input)",
        "- ORBT Layer: 2 (Processing)",
    ]


def test_types_are_declared_once() -> None:
    sql = "CREATE TYPE mood AS ENUM ('calm'); CREATE TABLE a (m mood); CREATE TABLE b (m mood);"
    text = render(sources(sql))
    assert text.count("CREATE TYPE mood") == 1
    without = render(sources("CREATE TABLE c (id int);"))
    both = render(sources("CREATE TABLE c (id int);" + sql, without))
    assert both.count("CREATE TYPE mood") == 1
    grown = sql.replace("'calm'", "'calm', 'sad'")
    assert render(sources(grown, text)) == text.replace("('calm')", "('calm', 'sad')")
    # Beside other SQL a type is left, and told of.
    mixed = text.replace("CREATE TYPE mood", "CREATE SCHEMA x;\nCREATE TYPE mood")
    again = render(sources(grown, mixed))
    assert again == mixed
    told = [str(one.object) for one in differing({PATH: again}, sources(grown))]
    assert told == ["public.mood"]

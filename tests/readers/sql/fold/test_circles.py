"""Tables that a history makes partitions of one another: PostgreSQL refuses it, the reader goes
on."""

from __future__ import annotations

import pytest

from ctb_lint.readers.sql.reader import read_text

A = "CREATE TABLE a (id int) PARTITION BY LIST (id);\n"
B = "CREATE TABLE b PARTITION OF a DEFAULT PARTITION BY LIST (id);\n"
AFTER = [
    "CREATE INDEX ON a (id);",
    "DROP TABLE a CASCADE;",
    "ALTER TABLE a ADD COLUMN x int;",
    "ALTER TABLE a RENAME id TO nr;",
    "ALTER TABLE a ADD PRIMARY KEY (id);",
    "ALTER TABLE a DETACH PARTITION b;",
]


@pytest.mark.parametrize("after", AFTER)
@pytest.mark.parametrize(
    "circle",
    [
        A + B + "ALTER TABLE b ATTACH PARTITION a DEFAULT;\n",
        A + "ALTER TABLE a ATTACH PARTITION a DEFAULT;\n",
        "CREATE TABLE a PARTITION OF a DEFAULT;\n",
        "CREATE TABLE a PARTITION OF b DEFAULT;\nCREATE TABLE b PARTITION OF a DEFAULT;\n",
        "CREATE TABLE a PARTITION OF b DEFAULT;\nCREATE TABLE c PARTITION OF a DEFAULT;\n"
        "ALTER TABLE c RENAME TO b;\n",
    ],
)
def test_a_circle_of_partitions_ends_nothing(circle: str, after: str) -> None:
    folded = read_text(circle + after + "\nCREATE TABLE last (id int);\n")
    assert "last" in {name.name for name in folded.schema.tables}

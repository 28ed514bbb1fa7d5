"""Reads the schema of a database once, and says how large it is: what ``benchmarks.live`` measures.

``python -m benchmarks.introspect URL [facts]``
"""

from __future__ import annotations

import sys

from ctb_lint.readers.postgres.connect import connected
from ctb_lint.readers.postgres.inspect import inspect, inspect_with_facts
from ctb_lint.readers.postgres.target import choose_target


def main() -> None:
    """Connects and reads as the commands do."""
    target = choose_target(sys.argv[1], {}, {})
    with connected(target) as connection:
        if sys.argv[2:] == ["facts"]:
            schema = inspect_with_facts(connection, target).schema
        else:
            schema = inspect(connection)
    columns = sum(len(table.columns) for table in schema.tables.values())
    print(f"{len(schema.tables)} tables, {columns} columns")


if __name__ == "__main__":
    main()

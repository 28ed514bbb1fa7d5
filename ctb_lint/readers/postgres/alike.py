"""Checks that PostgreSQL prints alike: many tables have the same, and one of each is printed.

To print an expression PostgreSQL opens the table whose columns it reads, which is most of the work
of reading a large schema. What it prints depends on the expression's tree and on what the columns
in it are called.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping

from ctb_lint.readers.postgres.names import Row

ColumnNames = Mapping[int, Mapping[int, str]]
"""What the columns of relations are called, by their numbers."""


def column_names(rows: Iterable[Row]) -> dict[int, dict[int, str]]:
    """The same, from the rows of ``columns.sql``."""
    found: defaultdict[int, dict[int, str]] = defaultdict(dict)
    for row in rows:
        found[row[0]][row[1]] = row[2]
    return found


def alike(rows: Iterable[Row], names: ColumnNames) -> list[list[int]]:
    """The numbers of the checks on tables in the rows of ``constraints.sql``, those together that
    are printed alike. One that reads a whole row, or what no name is known of, is alone."""
    groups: defaultdict[Hashable, list[int]] = defaultdict(list)
    for relation, _, oid, _, _, numbers, digest, *_ in rows:
        if digest is None:
            continue
        own = names.get(relation, {})
        read = tuple(own.get(number) for number in numbers or (0,))
        groups[oid if None in read else (digest, read)].append(oid)
    return list(groups.values())

"""What rules ask of the ids in rows: whether each is of a format, or of an earlier one."""

from __future__ import annotations

from collections.abc import Iterator

from ctb_lint.demands import Format
from ctb_lint.formats import compile_template, overrides_of
from ctb_lint.model import Column, Table
from ctb_lint.rows import All, Matches, Not, Predicate
from ctb_lint.rule import WARNING, RowCheck
from ctb_lint.standard import Standard


def of_format(
    demand: Format, column: Column, table: Table, standard: Standard
) -> Iterator[RowCheck]:
    """Ids of no format at all, and apart from them, as a warning, those of an earlier one. NULL is
    no id."""
    overrides = overrides_of(standard)
    earlier = dict(standard.legacy_formats).get(demand.id, ())
    now = tuple(compile_template(one, overrides).postgres_pattern for one in demand.templates)
    before = tuple(compile_template(one, overrides).postgres_pattern for one in earlier)
    formats = " or ".join(demand.templates)
    yield RowCheck(
        check=Predicate(table.name, Not(Matches(column.name, (*now, *before)))),
        says=f"have a {column.name} that is not of the format {formats}",
        object=demand.object,
        because=demand,
    )
    if before:
        yield RowCheck(
            check=Predicate(
                table.name, All((Matches(column.name, before), Not(Matches(column.name, now))))
            ),
            says=f"have a {column.name} of an earlier format ({' or '.join(earlier)})",
            object=demand.object,
            facet="earlier",
            because=demand,
            severity=WARNING,
        )

"""Whole histories: one differs from itself in nothing, and from what it was in what came since."""

from __future__ import annotations

import re
from pathlib import Path

from hypothesis import HealthCheck, event, given, settings

from ctb_lint.compare import differences
from ctb_lint.evidence import SourceKind
from ctb_lint.history import Direction
from ctb_lint.model import Grant, Schema
from ctb_lint.readers.sql.reader import SqlOptions
from ctb_lint.readers.sql.reader import read as read_files
from tests.comparison.catalogs import catalogs, read
from tests.parity.sequences import histories

MIGRATIONS = SourceKind.MIGRATIONS
_PASSED = re.compile(r"^sequence |^extension |\bpg_temp\.")
EXAMPLE = Path(__file__).parents[2] / "examples" / "imo_creator" / "migrations"


@given(history=histories())
@settings(
    max_examples=80,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
def test_what_a_statement_does_not_change_does_not_differ(history: list[str]) -> None:
    now = read("".join(f"{one};\n" for one in history))
    before = read("".join(f"{one};\n" for one in history[:-1]))
    assert differences(now, now, MIGRATIONS, MIGRATIONS) == ()
    found = differences(now, before, MIGRATIONS, MIGRATIONS)
    backwards = differences(before, now, MIGRATIONS, MIGRATIONS)
    same = _facts(now) == _facts(before)
    event("no change" if same else "a change")
    if same:
        assert found == backwards == ()
    elif not now.knowledge.unknown and not before.knowledge.unknown:
        assert found
        assert backwards


def _facts(schema: Schema) -> list[object]:
    """What is compared of a schema: sequences, extensions and temporary tables are not."""
    compared = (fact for fact in catalogs(schema, names=True) if not _PASSED.search(fact[0]))
    lasting = (table for table in schema.tables.values() if table.persistence != "temporary")
    return [*compared, *((table.name, _granted(table.grants)) for table in lasting)]


def _granted(grants: tuple[Grant, ...]) -> list[tuple[object, ...]]:
    return [(g.grantee, g.privileges, g.columns, g.grantable) for g in grants]


def test_a_file_that_is_taken_away_explains_all_that_differs(tmp_path: Path) -> None:
    for file in EXAMPLE.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    options = SqlOptions(base=tmp_path, pg_version=18)
    (whole,) = read_files([tmp_path], options).folded
    assert differences(whole.schema, whole.schema, MIGRATIONS, MIGRATIONS) == ()
    files = [f for f in whole.history.files if f.direction is Direction.UP and f.applied]
    last = tmp_path / files[-1].path
    text = last.read_text(encoding="utf-8")
    last.unlink()
    (rest,) = read_files([tmp_path], options).folded
    found = differences(whole.schema, rest.schema, MIGRATIONS, MIGRATIONS)
    assert found
    assert all(one.table.name in text for one in found)

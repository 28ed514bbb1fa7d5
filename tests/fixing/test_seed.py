"""The owner's catalogue: all its INDEX clauses fixed, PostgreSQL takes its tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fixing.project import applied, laid, mended, texts
from tests.postgres import Server
from tests.test_seed import INLINE_INDEXES, SEED, migrations, without_clauses

pytestmark = pytest.mark.skipif(not SEED.is_dir(), reason="the catalogue is not here")


@pytest.mark.parametrize("unsafe", [False, True])
def test_the_catalogue_fixed_is_what_was_meant(
    unsafe: bool, tmp_path: Path, server: Server
) -> None:
    files = migrations()
    given, report = mended(laid(tmp_path, files), unsafe=unsafe)
    fixed = [finding.code for finding in given.applied]
    assert fixed.count("S011") == INLINE_INDEXES
    left = {finding.code for finding in report.findings if finding.fix}
    assert left == (set() if unsafe else {"E004"})
    live = applied(server, texts(tmp_path))
    meant = applied(server, {name: without_clauses(text) for name, text in files.items()})
    assert [table.columns for table in live.tables.values()] == [
        table.columns for table in meant.tables.values()
    ]
    extra = [
        constraint.name
        for name, table in live.tables.items()
        for constraint in table.constraints
        if constraint not in meant.tables[name].constraints
    ]
    assert [name.endswith("_orbt_layer_check") for name in extra] == [True] * fixed.count("E004")
    clauses = [f for f in given.before.report.findings if f.code == "S011"]
    deleted = sum(not (f.fix and f.fix.claims) for f in clauses)
    made = sum(len(table.indexes) for table in live.tables.values())
    assert made == INLINE_INDEXES - deleted + fixed.count("S010")
    assert mended(tmp_path, unsafe=unsafe)[0].written == ()

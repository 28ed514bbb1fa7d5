"""The owner's catalogue: its SQL blocks, saved as migrations, give what they deserve."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from ctb_lint.cli.run import Request, check
from ctb_lint.report import Report

SEED = Path(__file__).parents[2] / "shared" / "seed"

_SQL = re.compile(r"^```sql\n(.*?)^```", re.MULTILINE | re.DOTALL)
_TABLE = re.compile(r"CREATE TABLE (\w+)")
_FILES = re.compile(r"^\| \d+ \| `(\w+)` \|.*\| (\S+) \|$", re.MULTILINE)

INLINE_INDEXES = 29
CASCADE = {"S010", "S012", "S013", "S015", "S016", "S020", "M001", "M010", "M015"}
"""What an INDEX clause in CREATE TABLE would raise as well, were it not one fault."""

pytestmark = pytest.mark.skipif(not SEED.is_dir(), reason="the catalogue is not here")


def catalogue() -> str:
    """The catalogue's text, whether or not it was once decoded as Mac Roman."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in sorted(SEED.glob("*.txt")))
    try:
        return text.encode("mac_roman").decode("utf-8")
    except UnicodeError:
        return text


def migrations() -> dict[str, str]:
    """One file a table, under the name that the catalogue gives it."""
    text = catalogue()
    names = dict(_FILES.findall(text))
    tables = {
        match[1]: block for block in _SQL.findall(text) if (match := _TABLE.match(block.lstrip()))
    }
    return {
        names[table] if names[table].endswith(".sql") else f"000_{table}.sql": block
        for table, block in tables.items()
    }


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    folder = tmp_path_factory.mktemp("seed") / "migrations"
    folder.mkdir()
    for name, text in migrations().items():
        (folder / name).write_text(text, encoding="utf-8")
    return check(Request(paths=(str(folder),)))


def test_the_catalogue_has_seven_tables() -> None:
    assert len(migrations()) == 7


def test_every_index_clause_is_found_once(report: Report) -> None:
    places = [(f.at.path, f.at.line) for f in report.findings if f.code == "S011" and f.at]
    text = migrations()
    written = {
        (name, number)
        for name, sql in text.items()
        for number, line in enumerate(sql.splitlines(), 1)
        if line.lstrip().startswith("INDEX ")
    }
    assert len(places) == INLINE_INDEXES
    assert {(Path(path).name, line) for path, line in places} == written


def test_an_index_clause_raises_nothing_else(report: Report) -> None:
    clauses = {(f.at.path, f.at.line) for f in report.findings if f.code == "S011" and f.at}
    others = Counter(
        finding.code
        for finding in report.findings
        if finding.at and (finding.at.path, finding.at.line) in clauses and finding.code != "S011"
    )
    assert not others
    assert not CASCADE - {"S010", "S015"} & {finding.code for finding in report.findings}


def test_the_run_finished(report: Report) -> None:
    assert report.failures == ()

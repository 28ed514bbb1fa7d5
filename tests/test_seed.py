"""The owner's catalogue: its SQL blocks, saved as migrations, give what they deserve."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import psycopg
import pytest

from ctb_lint.cli.request import Request
from ctb_lint.cli.run import check
from ctb_lint.report import Report
from tests.postgres import Connection, Server

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


def test_postgresql_refuses_the_tables_as_they_are_written(server: Server) -> None:
    with server.database() as connection:
        refused = {
            name: _error(connection, text) for name, text in migrations().items() if "INDEX" in text
        }
    assert len(refused) == 6
    assert all(refused.values())


def test_postgresql_bears_out_what_is_said_of_the_cured_tables(
    report: Report, server: Server
) -> None:
    """The tables as they are once the hints about INDEX clauses were followed."""
    hints = [f.hint for f in report.findings if f.code == "S011" and f.hint]
    with server.database() as connection:
        for text in migrations().values():
            connection.execute(without_clauses(text).encode())
        for hint in hints:
            # Where a key serves already, the hint is to delete the clause.
            if "CREATE " not in hint:
                continue
            connection.execute(hint[hint.rindex("CREATE ") :].encode())
        columns = _columns(connection)
        for finding in report.findings:
            name = (finding.object.relation, finding.object.name)
            if finding.code in HELD:
                assert HELD[finding.code](columns[name]), finding.message


class Actual(NamedTuple):
    """What PostgreSQL has of a column."""

    type: str
    nullable: bool
    leads: bool
    checked: bool


HELD: dict[str, Callable[[Actual], bool]] = {
    "S004": lambda column: column.nullable,
    "S010": lambda column: not column.leads,
    "S015": lambda column: not column.leads,
    "S021": lambda column: column.type == "timestamp without time zone",
    "E004": lambda column: not column.checked,
    "E008": lambda column: not column.checked,
}
"""What a finding of a column says of it, as PostgreSQL would have it."""


def _columns(connection: Connection) -> dict[tuple[str | None, str], Actual]:
    rows = connection.execute(
        """
        SELECT c.relname, a.attname, format_type(a.atttypid, NULL), NOT a.attnotnull,
            EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indkey[0] = a.attnum),
            EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'c'
                AND a.attnum = ANY (k.conkey))
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
        WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND a.attnum > 0
        """
    )
    return {(table, column): Actual(*rest) for table, column, *rest in rows.fetchall()}


def without_clauses(text: str) -> str:
    return re.sub(r",\s*(?:--[^\n]*\s*)?INDEX \w+ \([^)]*\)", "", text)


def _error(connection: Connection, text: str) -> str:
    try:
        connection.execute(text.encode())
    except psycopg.Error as error:
        return str(error)
    return ""

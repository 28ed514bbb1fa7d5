"""Each rule about a live database in four beats on a real one: clean, nearly at fault, at fault,
mended.

A file of ``beats/`` has the name of its rule's code. What it holds before the first beat are the
project's files, each after a line ``-- file: NAME``. Then come the beats, which are done one after
another to one database, each followed by an audit that names the role ``auditor_CODE``:

- ``-- clean`` and ``-- near miss: WHY`` (as many as there are), of which nothing may be found;
- ``-- fault: WHAT``, with a line ``--! OBJECT: MESSAGE`` for each finding;
- ``-- mended``, of which nothing may be found again. The near misses are still there.

The statement after a line ``-- refused`` is one that the server refuses.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from msgspec import Struct

from ctb_lint.applied import AppliedVersions
from ctb_lint.cli.auditing import RowOptions
from ctb_lint.cli.request import Request
from ctb_lint.cli.run import check
from ctb_lint.live import DatabaseFacts, LiveFacts
from ctb_lint.registry import load
from ctb_lint.report import Report
from ctb_lint.rule import Rule
from tests.postgres import Connection, Server

BEATS = sorted((Path(__file__).parent / "beats").glob("*.sql"))
LIVE_ALONE = frozenset({AppliedVersions, DatabaseFacts, LiveFacts})
"""What only a database tells."""
TODAY = datetime.date(2026, 7, 1)

_PART = re.compile(r"^-- (file: \S+|clean|near miss: .+|fault: .+|mended.*)\n", re.MULTILINE)
_ORDER = re.compile(r"clean (near )+(fault )+mended ")


class Beat(Struct, frozen=True):
    """What is done to the database, and what an audit then says."""

    title: str
    sql: str

    @property
    def found(self) -> list[str]:
        """The findings, each with its object."""
        return sorted(re.findall(r"^--! (.+)$", self.sql, re.MULTILINE))


def parts_of(path: Path) -> tuple[dict[str, str], list[Beat]]:
    """The files and the beats."""
    before, *rest = _PART.split(path.read_text(encoding="utf-8"))
    assert before.strip() == "", f"{path.name} begins with a file or a beat"
    files, beats = {}, []
    for title, text in zip(rest[::2], rest[1::2], strict=True):
        if title.startswith("file: "):
            files[title.removeprefix("file: ")] = text
        else:
            beats.append(Beat(title, text))
    return files, beats


def done(connection: Connection, sql: str) -> None:
    """Does what a beat does."""
    plain, *refused = sql.split("-- refused\n")
    connection.execute(plain.encode())
    for statement in refused:
        with pytest.raises(psycopg.Error):
            connection.execute(statement.encode())


def audited(code: str, folder: Path, db: str) -> Report:
    """What ``ctb-lint audit --select CODE`` says."""
    migrations, catalogue = folder / "migrations", folder / "SCHEMA_REFERENCE.md"
    return check(
        Request(
            db=db,
            paths=(str(migrations),) if migrations.exists() else (),
            catalogue=(str(catalogue),) if catalogue.exists() else (),
            config=str(folder / "ctb-lint.toml"),
            select=(code,),
            as_of=TODAY,
            all_findings=True,
            rows=RowOptions(),
        )
    )


@contextmanager
def database_of(code: str, server: Server) -> Iterator[tuple[Connection, str]]:
    """A database of the rule's own, and its URL for a role that may read everything and no more."""
    database, role = f"beats_{code.lower()}", f"auditor_{code.lower()}"
    server.create_database(database)
    with server.connect(database) as connection:
        connection.execute(f"CREATE ROLE {role} LOGIN IN ROLE pg_read_all_data".encode())
        yield connection, server.dsn(database, role)
        connection.execute(f"DROP ROLE {role}".encode())
    server.drop_database(database)


@pytest.mark.parametrize("path", BEATS, ids=[path.stem for path in BEATS])
def test_a_rule_finds_a_fault_and_neither_what_is_near_to_it_nor_what_was_mended(
    path: Path, server: Server, tmp_path: Path
) -> None:
    files, beats = parts_of(path)
    assert _ORDER.fullmatch("".join(f"{beat.title.split()[0].strip(':')} " for beat in beats))
    written = {"ctb-lint.toml": "", **files}
    for name, text in written.items():
        of_history = name.endswith(".sql")
        place = (tmp_path / "migrations" if of_history else tmp_path) / name
        place.parent.mkdir(exist_ok=True)
        place.write_text(text, encoding="utf-8")
    said, expected = [], []
    with database_of(path.stem, server) as (connection, db):
        for beat in beats:
            done(connection, beat.sql)
            report = audited(path.stem, tmp_path, db)
            assert report.failures == (), beat.title
            found = sorted(f"{one.object}: {one.message}" for one in report.findings)
            skipped = [one.reason for one in report.skipped if one.code == path.stem]
            said.append((beat.title, found, skipped))
            expected.append((beat.title, beat.found, []))
    assert said == expected
    assert all(beat.found for beat in beats if beat.title.startswith("fault"))


def is_live(rule: Rule) -> bool:
    """Whether the rule has a side that only a real database shows."""
    asked = {*rule.subjects, *(parameter.type for parameter in rule.parameters)}
    shown = any(example.live for example in (*rule.valid, *rule.invalid))
    return rule.of_rows or shown or not LIVE_ALONE.isdisjoint(asked)


def test_every_rule_with_a_live_side_has_its_beats() -> None:
    rules = load()
    live = {code for code, rule in rules.items() if is_live(rule)}
    beats = {path.stem for path in BEATS}
    assert live - beats == set()
    assert beats - set(rules) == set()


def test_a_key_of_several_columns_is_not_looked_into_and_that_is_said(
    server: Server, tmp_path: Path
) -> None:
    (tmp_path / "ctb-lint.toml").touch()
    with database_of("D012", server) as (connection, db):
        done(
            connection,
            "CREATE TABLE a (b int, c int, PRIMARY KEY (b, c)); CREATE TABLE d (e int, f int);"
            "ALTER TABLE d ADD CONSTRAINT k FOREIGN KEY (e, f) REFERENCES a NOT VALID;",
        )
        report = audited("D012", tmp_path, db)
    skipped = [(one.object, one.reason) for one in report.skipped if one.code == "D012"]
    assert (report.findings, skipped) == (
        (), [("public.d", "foreign key k is of several columns")],
    )  # fmt: skip

"""Runs a rule's examples the way a user would: files in a folder, through the whole check."""

from __future__ import annotations

import re
import shutil
import textwrap
from collections import Counter
from functools import cache
from pathlib import Path

from msgspec import structs

from ctb_lint.cli.auditing import RowOptions
from ctb_lint.cli.installed import installed_rules
from ctb_lint.cli.request import Request
from ctb_lint.cli.run import check
from ctb_lint.report import Report
from ctb_lint.rule import Example
from tests.git_project import Project
from tests.postgres import Server

CATALOGUE = "SCHEMA_REFERENCE.md"
"""An example's file of that name is its catalogue, and stands beside the migrations' folder."""

DATABASE = "live.sql"
"""An example's file of that name is what was done to the database beside the migrations."""

_FILE = re.compile(r"^[ \t]*-- file: (\S+)[ \t]*\n", re.MULTILINE)
_MARK = re.compile(r"--! ((?:[A-Z]\d{3} ?)+)")

Mark = tuple[str, int, str]
"""File, line, code."""


def files_of(example: Example) -> dict[str, str]:
    """The files of an example; the text before a first ``-- file:`` line is ``001_example.sql``."""
    text = textwrap.dedent(example.text)
    first, *rest = _FILE.split(text)
    files = {"001_example.sql": first} if first.strip() or not rest else {}
    files.update(zip(rest[::2], rest[1::2], strict=True))
    return files


def marks_of(example: Example) -> Counter[Mark]:
    """Where findings must fall: the ``--! CODE`` comments of an example."""
    return Counter(
        (name, number, code)
        for name, text in files_of(example).items()
        for number, line in enumerate(text.split("\n"), 1)
        for match in _MARK.finditer(line)
        for code in match[1].split()
    )


def write(example: Example, folder: Path) -> Path:
    """Writes an example's project; the folder of its migrations. Where the example has a state
    before, that is the last commit of a repository, and the project is the working tree. One that
    holds files of other kinds is a repository, too."""
    migrations = folder / "migrations"
    if example.before:
        write(structs.replace(example, text=example.before, before=""), folder)
        Project(folder).commit()
        shutil.rmtree(migrations)
    if any(not name.endswith((".sql", ".md")) for name in files_of(example)):
        Project(folder)
    for name, text in files_of(example).items():
        if name == DATABASE:
            continue
        path = (folder if name == CATALOGUE else migrations) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    config = textwrap.dedent(example.config)
    (folder / "ctb-lint.toml").write_text(config, encoding="utf-8")
    return migrations


def run(example: Example, folder: Path, *codes: str) -> Report:
    """The report on an example, of the named rules or of all."""
    write(example, folder)
    files = files_of(example)
    return check(
        Request(
            db=made(example) if example.live else None,
            rows=RowOptions() if example.live and _asks_rows(codes) else None,
            paths=(str(folder / "migrations"),) if any(map(_is_migration, files)) else (),
            catalogue=(str(folder / CATALOGUE),) if CATALOGUE in files else (),
            config=str(folder / "ctb-lint.toml"),
            select=codes or None,
            since="HEAD" if example.before else None,
            shadow=example.shadow,
        )
    )


def _is_migration(name: str) -> bool:
    return name.endswith(".sql") and name != DATABASE


def _asks_rows(codes: tuple[str, ...]) -> bool:
    """Whether one of the rules is about rows; those that are not named are all of them."""
    rules = installed_rules()
    return not codes or any(rules[code].of_rows for code in codes if code in rules)


def made(example: Example) -> str:
    """The URL of a database that the example's migrations have made, and what was done beside
    them, for who may read it, or for a superuser."""
    running = _server()
    name = running.create_database()
    with running.connect(name) as connection:
        files = files_of(example)
        for file in (*sorted(filter(_is_migration, files)), DATABASE):
            connection.execute(files.get(file, "").encode())
    return running.dsn(name) if example.superuser else running.dsn(name, AUDITOR)


AUDITOR = "auditor"
"""A role that may read everything, and no more."""


@cache
def _server() -> Server:
    running = Server()
    with running.connect() as connection:
        connection.execute(f"CREATE ROLE {AUDITOR} LOGIN IN ROLE pg_read_all_data".encode())
    return running


def found_in(report: Report, code: str) -> Counter[Mark]:
    """The places of a rule's findings, as marks; what has no place is in no file."""
    return Counter(
        (finding.at.path.removeprefix("migrations/"), finding.at.line, finding.code)
        if finding.at
        else ("", 0, finding.code)
        for finding in report.findings
        if finding.code == code
    )

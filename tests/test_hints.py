"""Hints that are SQL: a real server accepts them, after the example that they are given for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from ctb_lint.readers.sql.reader import SqlOptions, read
from ctb_lint.registry import load
from ctb_lint.rule import Example, Rule
from tests.examples import run, write
from tests.parity.statements import run as refused
from tests.parity.statements import steps
from tests.postgres import Connection, Server

CODES = ("D004", "D006", "P001", "S005", "S013", "S014", "S015", "S021", "S022")
"""The rules that say what to type, whatever the table holds."""

_SQL = re.compile(r"(?:ALTER|COMMENT|CREATE|DROP) .*;|SET CONSTRAINTS [^`]*")


def _cases() -> Sequence[object]:
    rules = load()
    return [
        pytest.param(rules[code], example, id=f"{code}-{number}")
        for code in CODES
        for number, example in enumerate(rules[code].invalid, 1)
    ]


def _applied(connection: Connection, folder: Path) -> bool:
    """Whether PostgreSQL accepts every statement of the example."""
    (folded,) = read([folder], SqlOptions(base=folder, pg_version=18)).folded
    texts = {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}
    return not [step for step in steps(folded, texts) if refused(connection, step.text)]


@pytest.mark.parametrize(("rule", "example"), _cases())
def test_postgresql_accepts_what_a_hint_says_to_type(
    rule: Rule, example: Example, tmp_path: Path, server: Server
) -> None:
    migrations = write(example, tmp_path)
    hints = [found.hint or "" for found in run(example, tmp_path, rule.code).findings]
    assert hints
    with server.database() as connection:
        whole = _applied(connection, migrations)
        for hint in hints:
            typed = _SQL.search(hint)
            # What stands for the user's own words is no SQL.
            if typed is None or "(…)" in hint:
                continue
            with connection.transaction(force_rollback=True):
                error = refused(connection, typed[0])
                if not whole and error and error.endswith("[42P01]"):
                    continue  # the table is part of what was refused
                assert (typed[0], error) == (typed[0], None)

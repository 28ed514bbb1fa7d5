"""Parity on every valid example of every rule: the reader's schema is the server's, and each
statement does to the model what it does to the catalogs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ctb_lint import config
from ctb_lint.history import Outcome
from ctb_lint.readers.sql.reader import SqlOptions, read
from ctb_lint.registry import load
from ctb_lint.rule import Example, Rule
from tests.examples import files_of, write
from tests.parity.folding import watched_fold
from tests.parity.statements import Fault
from tests.parity.stubs import extension_folder
from tests.parity.whole import compare, reason
from tests.postgres import Server

SAYS_MORE = {
    "A008": {"function grants"},
    "A015": {"schema grants"},
    "E010": {"rules", "pg_publication", "pg_publication_rel"},
}
"""What the examples of these rules do that the model has no word for: parts of the catalogs."""

UNREADABLE = {"A009", "M001", "M002", "M009"}
"""Rules about SQL that no server takes, or none without what is filled in: what is valid for one of
them may be a finding of another."""


def cases() -> list[object]:
    return [
        pytest.param(rule, example, id=f"{rule.code}-{number}")
        for rule in load().values()
        for number, example in enumerate(rule.valid, 1)
        if any(name.endswith(".sql") for name in files_of(example))
    ]


@pytest.fixture(scope="module")
def extensions() -> Iterator[Path]:
    with extension_folder() as folder:
        yield folder


@pytest.mark.parametrize(("rule", "example"), cases())
def test_reader_and_server_agree_on_a_valid_example(
    rule: Rule, example: Example, server: Server, extensions: Path, tmp_path: Path
) -> None:
    migrations = write(example, tmp_path)
    schema = config.parse(example.config).default_schema
    with watched_fold() as moved:
        result = read([migrations], SqlOptions(base=tmp_path, pg_version=18, default_schema=schema))
    assert result.failures == ()
    for folded in result.folded:
        parity = compare(server, folded, result.texts, extensions, moved)
        assert [str(m) for m in parity.mismatches if reason(m, parity) is None] == []
        # Roles belong to the whole server: no schema holds them.
        known = {"roles"} | SAYS_MORE.get(rule.code, set())
        faults = [
            d
            for d in parity.report.disagreements
            if d.fault is not Fault.REFUSED and not (d.parts and set(d.parts) <= known)
        ]
        assert [str(fault) for fault in faults] == []
        # What builds its SQL is not understood, and need not run.
        if rule.code not in UNREADABLE and folded.history.from_nothing:
            refused = [
                one
                for one in parity.report.of(Fault.REFUSED)
                if one.step.outcome in {Outcome.UNDERSTOOD, Outcome.HARMLESS}
            ]
            assert [str(refusal) for refusal in refused] == []

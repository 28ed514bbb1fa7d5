"""Nothing that is written down ends in a traceback, and nothing is passed over in silence."""

from __future__ import annotations

import contextlib
import datetime
import json
import logging
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings

from ctb_lint.cli import run
from ctb_lint.cli.request import Request
from ctb_lint.history import Outcome
from ctb_lint.model import Location
from ctb_lint.readers.sql.kinds import KINDS
from ctb_lint.readers.sql.nodes import unwrap
from ctb_lint.readers.sql.pg import SyntaxFault, parse
from ctb_lint.readers.sql.reader import read_text
from ctb_lint.registry import load
from ctb_lint.report import Report
from ctb_lint.reporters import concise, json_report, paint, text
from tests.fuzz import grammar
from tests.fuzz.corpus import encoded, spoiled

PROPERTIES = 3
ASKED = os.environ.get("CTB_LINT_EXAMPLES")
"""The number of examples in total; a bounded run, the same every time, where none is named."""

fuzz = settings(
    max_examples=-(-int(ASKED) // PROPERTIES) if ASKED else 150,
    derandomize=not ASKED,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
NAME = "001_fuzz.sql"
HIDDEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder for one file at a time, in a process that loads the rules once."""
    rules = load()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "installed_rules", lambda: rules)
        home = tmp_path_factory.mktemp("fuzz")
        (home / "ctb-lint.toml").write_text('[standard]\nvalue-sets = { "*.status" = ["open"] }\n')
        yield home


@contextlib.contextmanager
def silence() -> Iterator[None]:
    """Nothing inside may log: what libraries have to say is not for the user's terminal."""
    said: list[str] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.append(record.getMessage())

    listener = Listener()
    logging.getLogger().addHandler(listener)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(listener)
    assert said == []


@given(history=grammar.histories())
@fuzz
def test_generated_statements(folder: Path, history: str) -> None:
    hold_up(folder, history)


@given(history=spoiled())
@example(history="\xa0")  # blank to Python, a name to PostgreSQL
@example(history="DO $$ BEGIN \xa0; END $$; DO $$ BEGIN EXECUTE '\xa0'; END $$")
@example(history="CREATE `a`TABLE orders (unique_id text, process_id text)")  # logged by a library
@fuzz
def test_spoiled_statements(folder: Path, history: str) -> None:
    hold_up(folder, history)


@given(data=encoded())
@fuzz
def test_spoiled_bytes(folder: Path, data: bytes) -> None:
    report = checked(folder, data)
    try:
        decoded = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        decoded = None
    readable = decoded is not None and "\0" not in decoded
    assert bool(report.failures) is not readable
    presentable(report)


def hold_up(folder: Path, history: str) -> None:
    """The reader, all rules and all reporters on one text."""
    history = history.replace("\0", "")
    (file,) = read_text(history, NAME).history.files
    end = 0
    for statement in file.statements:
        assert isinstance(statement.outcome, Outcome)
        inside(statement.location, history)
        assert statement.location.start >= end, "statements overlap, or are out of order"
        end = statement.location.end
        if statement.at:
            inside(statement.at, history)
    report = checked(folder, history.encode())
    assert report.failures == ()
    for finding in report.findings:
        assert finding.at, finding.code
        places = [finding.at, *(related.location for related in finding.related)]
        for place in places:
            if place is not None and place.path == NAME:
                inside(place, history.removeprefix("\ufeff"))
    presentable(report)


def checked(folder: Path, data: bytes) -> Report:
    """The report of all rules on a file with these bytes."""
    (folder / NAME).write_bytes(data)
    request = Request(
        paths=(str(folder / NAME),),
        config=str(folder / "ctb-lint.toml"),
        profile="strict",
        as_of=datetime.date(2025, 1, 1),
    )
    with silence():
        return run.check(request)


def inside(place: Location, history: str) -> None:
    """The place lies in the text, and its lines and columns say the same as its offsets."""
    assert 0 <= place.start <= place.end <= len(history)
    for offset, line, column in (
        (place.start, place.line, place.column),
        (place.end, place.end_line, place.end_column),
    ):
        before = re.split(r"\r\n|\n|\r", history[:offset])
        if history[offset - 1 : offset + 1] != "\r\n":
            assert (line, column) == (len(before), len(before[-1]) + 1)


def presentable(report: Report) -> None:
    """Every reporter shows the report, and nothing in it moves a terminal."""
    for lines in (
        text.render(report, paint=paint.plain, width=80, show_skipped=True),
        concise.render(report, show_skipped=True),
    ):
        assert not HIDDEN.search("".join(lines))
    written = "".join(json_report.render(report))
    assert not HIDDEN.search(written)
    assert len(json.loads(written)["findings"]) == len(report.findings)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_grammar_has_every_kind(kind: str) -> None:
    found = set()
    for template in grammar.KINDS[kind]:
        with contextlib.suppress(SyntaxFault):  # some templates are meant to be refused
            found |= {unwrap(one["stmt"])[0] for one in parse(grammar.filled(template))}
    assert kind in found

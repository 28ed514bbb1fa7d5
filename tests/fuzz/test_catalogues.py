"""Catalogues that people spoilt: each is read without a traceback, and every place is one in it."""

from __future__ import annotations

import datetime
import os
import re
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ctb_lint.cli import run
from ctb_lint.cli.request import Request
from ctb_lint.model import Location
from ctb_lint.readers.catalogue.reader import read_texts
from ctb_lint.registry import load
from ctb_lint.report import Report
from tests.fuzz.corpus import ROOT
from tests.fuzz.test_no_crash import presentable, silence

ASKED = os.environ.get("CTB_LINT_EXAMPLES")
"""The number of spoilt texts; a bounded run, the same every time, where none is named."""


def fuzz(usual: int, share: int) -> settings:
    """So many examples, and one in so many of those that are asked for."""
    return settings(
        max_examples=-(-int(ASKED) // share) if ASKED else usual,
        derandomize=not ASKED,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


NAME = "SCHEMA_REFERENCE.md"
STYLES = ROOT / "tests" / "readers" / "catalogue" / "styles"
ODD = (
    "```\n", "```sql\n", "~~~\n", "````\n", "```mermaid\nerDiagram\n", "|---|---|\n", "|", "||\n",
    "<!--", "-->\n", "<div>\n", "> ", "- ", "    ", "\t", "---\n", "===\n", "# ", "### 1. ids\n",
    "**Barton ID**: ", "**Status**: Planned\n", "**S** Structure\n", "\0", "\x1b[2J", "\u202e",
    "\ufeff", "\u2028", "\x0b", "\x0c", "\x85", "\r", "\r\n", "\n\n", "é", "‚Üí", "Ã©", "😀",
    "`", "``", "**", "[a](", "](x)", "\\", "postgres://u:secret@h/d", "CREATE TABLE ids (",
    ");\n", "$$", "'", '"', "NOT ", "must be one of: ", "99999999999999999999", "(1-4)",
    "0000-00-00", "2026-02-30", "{", "}", "||--o{", "%%", ": ", "→", "\ud800",
)  # fmt: skip


@cache
def corpus() -> tuple[str, ...]:
    """The catalogues of this repository."""
    example = ROOT / "examples" / "imo_creator"
    files = [example / NAME, example / "planted" / NAME, *sorted(STYLES.rglob("*.md"))]
    return tuple(path.read_text(encoding="utf-8") for path in files)


@st.composite
def accidents(draw: st.DrawFn) -> str:
    """A catalogue after some accidents with its lines and characters."""
    lines = draw(st.sampled_from(corpus())).splitlines(keepends=True)
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(lines)))
        to = min(len(lines), at + draw(st.integers(1, 12)))
        accident = draw(st.sampled_from(("lines", "lines", "characters", "characters", "marks")))
        if accident == "lines":
            lines = _of_lines(draw, lines, at, to)
        elif accident == "characters":
            lines = _of_characters(draw, lines, at)
        else:
            lines = _of_marks(draw, lines)
    return "".join(lines)


def _of_lines(draw: st.DrawFn, lines: list[str], at: int, to: int) -> list[str]:
    """Lines are gone, there twice, or elsewhere."""
    before, some, rest = lines[:at], lines[at:to], lines[to:]
    what = draw(st.sampled_from(("drop", "double", "move", "join")))
    if what == "drop":
        return before + rest
    if what == "double":
        return before + some + some + rest
    if what == "join":
        return [*before, "".join(some).replace("\n", " "), *rest]
    back = draw(st.integers(0, len(before + rest)))
    return [*(before + rest)[:back], *some, *(before + rest)[back:]]


def _of_characters(draw: st.DrawFn, lines: list[str], at: int) -> list[str]:
    """The text ends early, or something odd stands in it."""
    if draw(st.integers(0, 4)) == 0:
        whole = "".join(lines)
        return whole[: draw(st.integers(0, len(whole)))].splitlines(keepends=True)
    line = lines[at] if at < len(lines) else ""
    place = draw(st.integers(0, len(line)))
    odd = draw(st.sampled_from(ODD) | st.text(max_size=6))
    return [*lines[:at], line[:place] + odd + line[place:], *lines[at + 1 :]]


def _of_marks(draw: st.DrawFn, lines: list[str]) -> list[str]:
    """A fence is gone, or what makes rows a table: the line below its headings, or both."""
    fences = [n for n, line in enumerate(lines) if line.startswith(("```", "~~~"))]
    heads = [n for n, line in enumerate(lines) if re.match(r"\|[-|: ]+\|$", line)]
    fence = draw(st.booleans())
    found = fences if fence else heads
    if not found:
        return lines
    gone = draw(st.sampled_from(found))
    first = max(gone - draw(st.integers(0, 1)), 0) if not fence else gone
    return lines[:first] + lines[gone + 1 :]


def locations(value: object) -> Iterator[Location]:
    """Every place in a value."""
    if isinstance(value, Location):
        yield value
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from locations(getattr(value, name))
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from locations(key)
            yield from locations(one)
    elif isinstance(value, tuple | list | frozenset):
        for one in value:
            yield from locations(one)


class Text:
    """A text, and whether a place lies in it."""

    def __init__(self, text: str) -> None:
        self.size = len(text)
        self.lines = [0, *(match.end() for match in re.finditer(r"\r\n|\n|\r", text))]
        self.text = text

    def holds(self, place: Location) -> None:
        """The place lies in the text, and its line and column say the same as its offset."""
        assert 0 <= place.start <= place.end <= self.size, place
        for offset, line, column in (
            (place.start, place.line, place.column),
            (place.end, place.end_line, place.end_column),
        ):
            assert 1 <= line <= len(self.lines), place
            start = self.lines[line - 1]
            end = self.lines[line] if line < len(self.lines) else self.size + 1
            assert start <= offset <= end, place
            assert column == offset - start + 1, place


@given(text=accidents())
@example(text="")
@example(text="\ufeff# a")
@fuzz(150, 2)
def test_spoilt_catalogues_are_read(text: str) -> None:
    found = read_texts({NAME: text})
    whole = Text(text)
    for place in locations(
        (found.catalogue, found.schema, found.claims, found.mishaps, found.documented)
    ):
        assert place.path == NAME
        whole.holds(place)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The migrations of the example beside a catalogue, in a process that loads the rules once."""
    rules = load()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "installed_rules", lambda: rules)
        home = tmp_path_factory.mktemp("catalogues")
        shutil.copytree(ROOT / "examples" / "imo_creator" / "migrations", home / "migrations")
        (home / "ctb-lint.toml").write_text('paths = ["migrations"]\n')
        yield home


def checked(folder: Path, data: bytes) -> Report:
    """The report of all rules on a catalogue of these bytes and the migrations."""
    (folder / NAME).write_bytes(data)
    request = Request(
        config=str(folder / "ctb-lint.toml"),
        profile="strict",
        as_of=datetime.date(2026, 11, 22),
        all_findings=True,
    )
    with silence():
        return run.check(request)


@given(text=accidents())
@fuzz(40, 4)
def test_spoilt_catalogues_are_judged(folder: Path, text: str) -> None:
    data = text.encode("utf-8", "surrogatepass")
    report = checked(folder, data)
    readable = is_text(data)
    assert [one.path for one in report.failures] == ([] if readable else [NAME])
    whole = Text(text.removeprefix("\ufeff"))
    for finding in report.findings:
        places = [finding.at, *(related.location for related in finding.related)]
        places.append(finding.because.location if finding.because else None)
        for place in places:
            if place is not None and place.path == NAME:
                whole.holds(place)
    presentable(report)


@given(text=accidents(), changes=st.lists(st.tuples(st.integers(0), st.binary(max_size=3))))
@fuzz(20, 8)
def test_spoilt_bytes_are_a_failure_or_a_catalogue(
    folder: Path, text: str, changes: list[tuple[int, bytes]]
) -> None:
    data = bytearray(text.encode("utf-8", "replace"))
    for at, piece in changes:
        place = at % (len(data) + 1)
        data[place : place + 1] = piece
    report = checked(folder, bytes(data))
    assert [one.path for one in report.failures] == ([] if is_text(data) else [NAME])
    presentable(report)


def is_text(data: bytes | bytearray) -> bool:
    """Whether the bytes are UTF-8 without NUL."""
    try:
        return "\0" not in data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False

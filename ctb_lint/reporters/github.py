"""Workflow commands of GitHub Actions: each finding is annotated at its line of the change.

GitHub shows ten annotations of a kind for a step (so that one step stays below the fifty of a
run): failures and the most severe findings come first, and one line says how many are beyond.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ctb_lint.report import Failure, Report, Reported
from ctb_lint.reporters.places import in_repository
from ctb_lint.reporters.sanitise import visible
from ctb_lint.reporters.words import (
    counted,
    evidence,
    in_one_line,
    most_severe_first,
    opening,
    verdict,
)
from ctb_lint.rule import ERROR, INFO, WARNING

PER_KIND = 10
"""The annotations of one kind that GitHub takes from a step."""
LONGEST = 4_000
"""Characters of a message; GitHub drops what is over 4,096."""
KINDS = {ERROR: "error", WARNING: "warning", INFO: "notice"}


def render(report: Report) -> Iterator[str]:
    """The commands, most severe first, and the summary in a plain line."""
    if opening(report):
        yield _plain(f"{opening(report)}\n")
    if report.grounds:
        yield _plain(f"{evidence(report)}\n")
    given: Counter[str] = Counter()
    for kind, command in _commands(report):
        given[kind] += 1
        if given[kind] <= PER_KIND:
            yield command
    beyond = [
        counted(given[kind] - PER_KIND, kind) for kind in KINDS.values() if given[kind] > PER_KIND
    ]
    if beyond:
        yield (
            f"Not annotated: {', '.join(beyond)}. GitHub shows {PER_KIND} of a kind; "
            "--output text:FILE keeps them all.\n"
        )
    yield _plain(f"ctb-lint {verdict(report)}: {in_one_line(report)}\n")


def _commands(report: Report) -> Iterator[tuple[str, str]]:
    for failure in report.failures:
        yield "error", _failure(report, failure)
    for finding in most_severe_first(report.findings):
        kind = KINDS[finding.severity]
        yield kind, _finding(report, finding, kind)


def _finding(report: Report, finding: Reported, kind: str) -> str:
    properties: dict[str, str] = {}
    at = finding.at
    if at:
        properties["file"] = in_repository(report, at.path)
        properties["line"] = str(at.line)
        properties["endLine"] = str(at.end_line)
        if at.line == at.end_line:
            # GitHub takes columns only within one line.
            properties["col"] = str(at.column)
            properties["endColumn"] = str(at.end_column)
    properties["title"] = f"{finding.code} {finding.name}"
    where = "" if at else f"{visible(str(finding.object))}: "
    lines = [where + visible(finding.message)]
    if finding.because:
        lines.append(f"because: {visible(finding.because.text)}")
    if finding.hint:
        lines.append(f"hint: {visible(finding.hint)}")
    return _command(kind, properties, lines)


def _failure(report: Report, failure: Failure) -> str:
    properties: dict[str, str] = {}
    if failure.path:
        properties["file"] = in_repository(report, failure.path)
        if failure.line:
            properties["line"] = str(failure.line)
    properties["title"] = "ctb-lint did not finish"
    lines = [visible(failure.message)]
    if failure.hint:
        lines.append(f"hint: {visible(failure.hint)}")
    return _command("error", properties, lines)


def _command(kind: str, properties: dict[str, str], lines: list[str]) -> str:
    """The command in one line. The lines of the message are safe to print already."""
    written = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    message = "\n".join(lines)
    if len(message) > LONGEST:
        message = message[: LONGEST - 1] + "…"
    return f"::{kind} {written}::{_data(message)}\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(visible(text)).replace(":", "%3A").replace(",", "%2C")


def _plain(line: str) -> str:
    """A line without the old form of commands, which GitHub obeys anywhere in a line."""
    return line.replace("##[", "## [")

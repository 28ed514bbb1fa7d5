"""One line a finding, for editors and for grep: ``path:line:column: code message``.

A failure is a line ``path: error: message`` (without the path where it is no file), and the last
line sums up; all of it goes where the findings go, so that no pipe can lose a failure.
"""

from __future__ import annotations

from collections.abc import Iterator

from ctb_lint.report import Failure, Report, Reported, Suppressed
from ctb_lint.reporters.places import place
from ctb_lint.reporters.sanitise import visible
from ctb_lint.reporters.words import (
    evidence,
    evidence_lines,
    in_one_line,
    opening,
    skipped_lines,
    why_suppressed,
)


def render(
    report: Report,
    *,
    show_skipped: bool = False,
    show_suppressed: bool = False,
    show_evidence: bool = False,
    quiet: bool = False,
) -> Iterator[str]:
    """The report, in lines. ``quiet`` leaves out the last line of a run that finished."""
    if opening(report):
        yield f"{opening(report)}\n"
    for finding in report.findings:
        yield _finding(finding)
    for failure in report.failures:
        yield _failure(failure)
    if show_suppressed:
        for one in report.suppressed:
            yield _suppressed(one, report)
    if show_skipped:
        for what, reason in skipped_lines(report):
            yield f"{visible(what)}: skipped: {visible(reason)}\n"
    if show_evidence:
        for line in evidence_lines(report):
            yield f"evidence: {line}\n"
    elif opening(report) and report.grounds and not quiet:
        yield f"{evidence(report)}\n"
    if not quiet or report.failures:
        yield f"{in_one_line(report)}\n"


def _finding(finding: Reported) -> str:
    return f"{_where(finding)}: {finding.code} {visible(finding.message)}\n"


def _where(finding: Reported) -> str:
    return place(finding.at) if finding.at else visible(str(finding.object))


def _suppressed(one: Suppressed, report: Report) -> str:
    said = f"{one.finding.code} {visible(one.finding.message)} ({why_suppressed(one, report)})"
    return f"{_where(one.finding)}: suppressed: {said}\n"


def _failure(failure: Failure) -> str:
    line = f":{failure.line}" if failure.line else ""
    where = f"{visible(failure.path)}{line}: " if failure.path else ""
    hint = f" ({visible(failure.hint)})" if failure.hint else ""
    return f"{where}error: {visible(failure.message)}{hint}\n"

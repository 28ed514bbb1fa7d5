"""One line a finding, for editors and for grep: ``path:line:column: code message``.

A failure is a line ``path: error: message`` (without the path where it is no file), and the last
line sums up; all of it goes where the findings go, so that no pipe can lose a failure.
"""

from __future__ import annotations

from collections.abc import Iterator

from ctb_lint.report import Failure, Report, Reported
from ctb_lint.reporters.sanitise import visible
from ctb_lint.reporters.text import place
from ctb_lint.reporters.words import counted, not_finished, scope, skipped_lines


def render(report: Report, *, show_skipped: bool = False, quiet: bool = False) -> Iterator[str]:
    """The report, in lines. ``quiet`` leaves out the last line of a run that finished."""
    for finding in report.findings:
        yield _finding(finding)
    for failure in report.failures:
        yield _failure(failure)
    if show_skipped:
        for what, reason in skipped_lines(report):
            yield f"{visible(what)}: skipped: {visible(reason)}\n"
    if not quiet or report.failures:
        yield _summary(report)


def _finding(finding: Reported) -> str:
    where = place(finding.at) if finding.at else visible(str(finding.object))
    return f"{where}: {finding.code} {visible(finding.message)}\n"


def _failure(failure: Failure) -> str:
    line = f":{failure.line}" if failure.line else ""
    where = f"{visible(failure.path)}{line}: " if failure.path else ""
    hint = f" ({visible(failure.hint)})" if failure.hint else ""
    return f"{where}error: {visible(failure.message)}{hint}\n"


def _summary(report: Report) -> str:
    summary = report.summary
    parts = [f"{counted(summary.findings, 'finding')} in {scope(report)}"]
    if summary.findings:
        violations = counted(summary.violations, "CTB violation")
        parts[0] = (
            f"{counted(summary.findings, 'finding')} ({violations}, {summary.practice:,} practice)"
            f" in {scope(report)}"
        )
    if summary.not_understood:
        parts.append(f"{counted(summary.not_understood, 'statement')} not understood")
    if summary.skipped_rules:
        parts.append(f"{counted(summary.skipped_rules, 'rule')} skipped")
    if report.failures:
        parts.append(not_finished(report))
    return "; ".join(parts) + "\n"

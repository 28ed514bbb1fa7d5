"""Counts in words, as the closing lines of the reports have them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ctb_lint.report import Report, Reported
from ctb_lint.rule import ERROR, INFO, WARNING


def counted(number: int, one: str, many: str = "") -> str:
    """``1 file``, ``2 files``; ``many`` where the plural takes more than an *s*."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def severities(findings: Iterable[Reported]) -> str:
    """``8 errors, 1 warning``; empty where there is none."""
    found = [finding.severity for finding in findings]
    parts = [
        counted(found.count(severity), word)
        for severity, word in ((ERROR, "error"), (WARNING, "warning"), (INFO, "info"))
        if severity in found
    ]
    return ", ".join(parts)


def scope(report: Report) -> str:
    """``12 files, 85 statements``."""
    summary = report.summary
    return f"{counted(summary.files, 'file')}, {counted(summary.statements, 'statement')}"


def not_finished(report: Report) -> str:
    """``not finished: 2 inputs could not be read``; empty where the run finished."""
    if not report.failures:
        return ""
    inputs = sum(failure.path is not None for failure in report.failures)
    others = len(report.failures) - inputs
    parts: list[str] = []
    if inputs:
        parts.append(f"{counted(inputs, 'input')} could not be read")
    if others:
        parts.append(counted(others, "other failure" if inputs else "failure"))
    return f"not finished: {', '.join(parts)}"


def skipped_lines(report: Report) -> Iterator[tuple[str, str]]:
    """What was skipped and why, one pair each, in the report's order."""
    for skip in report.skipped:
        yield " ".join(part for part in (skip.code, skip.object) if part), skip.reason

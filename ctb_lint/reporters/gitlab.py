"""The Code Quality report of GitLab: one JSON array, an object for each finding and failure.

GitLab wants a path and a line for each. A finding without a place stands at the first line of the
last file of its history, a failure that is of no file at ``.``.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from typing import Any

from ctb_lint.report import Failure, Report, Reported
from ctb_lint.reporters.json_report import encoded
from ctb_lint.reporters.places import in_repository, shown_at
from ctb_lint.reporters.sanitise import visible
from ctb_lint.rule import ERROR, WARNING

NO_FILE = "."
NOT_FINISHED = "not-finished"


def render(report: Report) -> Iterator[str]:
    """The array, one object a line. Suppressed findings are not in it."""
    seen: Counter[str] = Counter()
    lead = "[\n"
    for issue in _issues(report):
        issue["fingerprint"] = _unique(issue["fingerprint"], seen)
        yield lead + encoded(issue)
        lead = ",\n"
    yield "[]\n" if lead == "[\n" else "\n]\n"


def _issues(report: Report) -> Iterator[dict[str, Any]]:
    path_of = shown_at(report)
    for failure in report.failures:
        yield _failure(report, failure)
    for finding in report.findings:
        yield _finding(report, finding, path_of(finding) or NO_FILE)


def _finding(report: Report, finding: Reported, path: str) -> dict[str, Any]:
    hint = f" ({visible(finding.hint)})" if finding.hint else ""
    return {
        "description": f"{finding.code}: {visible(finding.message)}{hint}",
        "check_name": finding.code,
        "fingerprint": _hash(finding.database, finding.fingerprint),
        "severity": _severity(finding),
        "location": {
            "path": in_repository(report, path),
            "lines": {"begin": finding.at.line if finding.at else 1},
        },
    }


def _severity(finding: Reported) -> str:
    """GitLab's word; ``blocker`` is kept for what did not finish."""
    if finding.severity is ERROR:
        return "critical" if finding.doctrine else "major"
    return "minor" if finding.severity is WARNING else "info"


def _failure(report: Report, failure: Failure) -> dict[str, Any]:
    hint = f" ({visible(failure.hint)})" if failure.hint else ""
    return {
        "description": f"ctb-lint did not finish: {visible(failure.message)}{hint}",
        "check_name": NOT_FINISHED,
        "fingerprint": _hash(NOT_FINISHED, failure.path or "", failure.message),
        "severity": "blocker",
        "location": {
            "path": in_repository(report, failure.path) if failure.path else NO_FILE,
            "lines": {"begin": failure.line or 1},
        },
    }


def _hash(*parts: str) -> str:
    text = "\0".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.sha256(text).hexdigest()


def _unique(fingerprint: str, seen: Counter[str]) -> str:
    """The fingerprint; for one that was there already, one made of it and of its number."""
    seen[fingerprint] += 1
    number = seen[fingerprint]
    return fingerprint if number == 1 else _hash(fingerprint, str(number))

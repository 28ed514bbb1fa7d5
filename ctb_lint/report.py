"""The report: what a run found, could not look at, and read. Reporters only phrase it."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from ctb_lint.demands import Stage
from ctb_lint.model import Location, ObjectId
from ctb_lint.rule import Fix, Related, Severity

SCHEMA_VERSION = 1
"""Of the JSON report: raised when a field changes its meaning or goes."""


class Because(Struct, frozen=True):
    """Who demands it: a sentence, and its place where it stands in a file."""

    text: str
    location: Location | None = None


class Reported(Struct, frozen=True, kw_only=True):
    """A finding as it is reported: with its rule, severity and fingerprint.

    ``seen_in`` names the sources that show the fault. ``fingerprint`` is of rule, object and
    facet, never of the line.
    """

    code: str
    name: str
    severity: Severity
    doctrine: bool
    message: str
    hint: str | None
    because: Because | None
    object: ObjectId
    facet: str
    stage: Stage
    seen_in: tuple[str, ...]
    at: Location | None
    related: tuple[Related, ...]
    fingerprint: str
    fix: Fix | None = None


class Skipped(Struct, frozen=True, order=True):
    """A rule that was not applied, or an object that was not looked at, and why. ``code`` is
    empty where it is no rule that was skipped."""

    code: str
    object: str
    reason: str


class Failure(Struct, frozen=True):
    """Something that could not be read, reached or finished: the run is not a pass.

    ``path`` is None where it is no file; ``hint`` is the way out.
    """

    message: str
    path: str | None = None
    line: int | None = None
    hint: str | None = None


class Input(Struct, frozen=True, order=True):
    """A file that was read; ``reported`` is False for one that was only folded for knowledge."""

    path: str
    sha256: str
    size: int
    statements: int
    history: str
    reported: bool


class Tool(Struct, frozen=True):
    """What made the report."""

    name: str
    version: str


class Summary(Struct, frozen=True, kw_only=True):
    """The counts under a report. ``statements`` of the reported files;
    ``violations`` are findings of doctrine rules, ``practice`` the others."""

    files: int
    statements: int
    findings: int
    errors: int
    warnings: int
    infos: int
    violations: int
    practice: int
    not_understood: int
    skipped_rules: int
    failures: int
    finished: bool


class Report(Struct, frozen=True, kw_only=True):
    """All that a run has to say. ``sources`` holds the text of every file that a finding is in,
    for reporters that show it."""

    tool: Tool
    findings: tuple[Reported, ...]
    skipped: tuple[Skipped, ...]
    failures: tuple[Failure, ...]
    inputs: tuple[Input, ...]
    fail_on: Severity
    not_understood: int = 0
    sources: Mapping[str, str] = {}

    @property
    def summary(self) -> Summary:
        """The counts."""
        by_severity = [finding.severity for finding in self.findings]
        doctrine = sum(finding.doctrine for finding in self.findings)
        reported = [source for source in self.inputs if source.reported]
        return Summary(
            files=len(reported),
            statements=sum(source.statements for source in reported),
            findings=len(self.findings),
            errors=by_severity.count(Severity.ERROR),
            warnings=by_severity.count(Severity.WARNING),
            infos=by_severity.count(Severity.INFO),
            violations=doctrine,
            practice=len(self.findings) - doctrine,
            not_understood=self.not_understood,
            skipped_rules=len({skip.code for skip in self.skipped if skip.code}),
            failures=len(self.failures),
            finished=not self.failures,
        )

    @property
    def exit_code(self) -> int:
        """0 clean, 1 findings at or above ``fail_on``, 2 not finished."""
        if self.failures:
            return 2
        worst = self.fail_on.rank
        fails = self.fail_on is not Severity.OFF and any(
            finding.severity.rank <= worst for finding in self.findings
        )
        return 1 if fails else 0

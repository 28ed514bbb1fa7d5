"""The report: what a run found, could not look at, and read. Reporters only phrase it."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from msgspec import Struct

from ctb_lint.demands import Stage
from ctb_lint.live import Server
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

    ``seen_in`` names the sources that show the fault, ``database`` the history (or database) that
    it is in. ``fingerprint`` is of rule, object and facet, never of the line; it is unique within
    its ``database``.
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
    database: str = ""
    fix: Fix | None = None


def fingerprint(code: str, named: ObjectId, facet: str, ordinal: int = 0) -> str:
    """16 hexadecimal digits of rule, object, facet and, for the same fault again, its number."""
    parts = [code, named.kind, named.schema or "", named.relation or "", named.name, facet]
    if ordinal:
        parts.append(str(ordinal))
    # Lone surrogates, of undecodable file names, cannot be encoded.
    text = "\0".join(parts).encode("utf-8", "backslashreplace")
    return hashlib.sha256(text).hexdigest()[:16]


def order(finding: Reported) -> tuple[Any, ...]:
    """What findings are sorted by: their place, those without one last."""
    at = finding.at
    where = (at.path, at.start, at.end) if at else ("", 0, 0)
    named = finding.object, finding.facet, finding.database, finding.fingerprint
    return (at is None, *where, finding.code, *named)


class SuppressedBy(StrEnum):
    """What keeps a finding from counting."""

    BASELINE = "baseline"
    WAIVER = "waiver"


class Suppressed(Struct, frozen=True, kw_only=True):
    """A finding that does not count: known debt of the baseline, or waived.

    ``reason``, ``owner`` and ``expires`` are the waiver's; ``at`` is where the waiver stands.
    """

    finding: Reported
    by: SuppressedBy
    reason: str | None = None
    owner: str | None = None
    expires: datetime.date | None = None
    at: Location | None = None


class NewOnly(Struct, frozen=True):
    """The run reported only what is new.

    ``since`` says against what, as it is to be read (``main (a1b2c3d)``, ``the last commit``,
    ``release 20250101``); ``hidden`` counts the findings that were there before.
    """

    since: str
    hidden: int


class Debt(Struct, frozen=True):
    """The baseline that was held against the findings.

    ``known`` counts the entries that a finding still matches. ``paid`` are those that none does,
    by their object and rule; None where this run did not look at everything and cannot tell.
    """

    path: str
    entries: int
    known: int
    paid: tuple[str, ...] | None


class RuleInfo(Struct, frozen=True, order=True):
    """What a reporter may say of a rule: ``documentation`` is Markdown."""

    code: str
    name: str
    severity: Severity
    doctrine: bool
    summary: str
    documentation: str


class Skipped(Struct, frozen=True, order=True):
    """A rule that was not applied, or an object that was not looked at, and why. ``code`` is
    empty where it is no rule that was skipped."""

    code: str
    object: str
    reason: str


class Failure(Struct, frozen=True):
    """Something that could not be read, reached or finished: the run is not a pass.

    ``path`` is None where it is no file; ``hint`` is the way out; ``interrupted`` says that
    somebody pressed Ctrl-C.
    """

    message: str
    path: str | None = None
    line: int | None = None
    hint: str | None = None
    interrupted: bool = False


class Input(Struct, frozen=True, order=True):
    """A file that was read; ``reported`` is False for one that was only folded for knowledge."""

    path: str
    sha256: str
    size: int
    statements: int
    history: str
    reported: bool


class Database(Struct, frozen=True, kw_only=True):
    """The database that was looked at: the server and the role that was asked, who named it
    (``--db``, ``DATABASE_URL``), and how many tables it has."""

    server: Server
    origin: str
    tables: int


class SnapshotFile(Struct, frozen=True, kw_only=True):
    """The snapshot that stood for a database: its file, the major version of the server, and how
    many tables it has. ``taken``, ``database`` and ``server`` (the whole version) are there only
    in one that was stamped."""

    path: str
    sha256: str
    postgresql: int
    tables: int
    taken: str | None = None
    database: str | None = None
    server: str | None = None


class Rows(Struct, frozen=True, kw_only=True):
    """What was asked about the rows of the database: so many ``checks``, of which ``unfinished``
    are not about all rows that they were to be about. ``sample`` is the share of the rows of large
    tables that was looked at, None where it was all, and ``bound`` then the greatest share of
    faulty rows that a check leaves possible which found none, with 95 % confidence. ``since`` is
    when the rows were made that alone were looked at."""

    checks: int
    unfinished: int
    sample: float | None = None
    bound: float | None = None
    since: datetime.datetime | None = None


class GroundFile(Struct, frozen=True, order=True):
    """A file that a run judges by: ``what`` it is to the run (``configuration``, ``baseline``,
    ``snapshot``)."""

    what: str
    path: str
    sha256: str


class Grounds(Struct, frozen=True, kw_only=True):
    """What a run judges by, beside the files that it is about.

    ``as_of`` is the day that rules take for today, ``pg_version`` the PostgreSQL that the
    migrations are for, and ``shadow`` the version of the server that they were applied to, None
    where they were not.
    """

    as_of: datetime.date
    pg_version: int
    shadow: str | None = None
    files: tuple[GroundFile, ...] = ()


class Tool(Struct, frozen=True):
    """What made the report."""

    name: str
    version: str


class Summary(Struct, frozen=True, kw_only=True):
    """The counts under a report. ``statements`` of the reported files;
    ``violations`` are findings of doctrine rules, ``practice`` the others. ``baselined``,
    ``waived`` and ``old`` (there before, in a run that reports only what is new) are not among
    the findings. ``fixable`` of the findings have a fix. ``paid`` counts the entries of the
    baseline that nothing matches any more."""

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
    baselined: int
    waived: int
    old: int
    paid: int
    fixable: int


class Report(Struct, frozen=True, kw_only=True):
    """All that a run has to say. ``findings`` are those that count; ``sources`` holds the text of
    every file that a finding is in, for reporters that show it; ``rules`` describes every rule
    that a finding or a suppressed finding is of, by code. ``base`` is the folder that paths are
    relative to, as seen from the root of the repository (``""`` for the root itself). ``database``
    is the one that was looked at, ``time`` when, and ``rows`` what of its rows; all are None in a
    run over files alone, which says the same whenever it is run as of one day. ``grounds`` is what
    it was judged by, None where the run could not begin. ``snapshot`` is the file that
    was looked at instead of a database."""

    tool: Tool
    findings: tuple[Reported, ...]
    skipped: tuple[Skipped, ...]
    failures: tuple[Failure, ...]
    inputs: tuple[Input, ...]
    fail_on: Severity
    not_understood: int = 0
    sources: Mapping[str, str] = {}
    suppressed: tuple[Suppressed, ...] = ()
    new_only: NewOnly | None = None
    debt: Debt | None = None
    rules: tuple[RuleInfo, ...] = ()
    base: str = ""
    time: datetime.datetime | None = None
    database: Database | None = None
    snapshot: SnapshotFile | None = None
    rows: Rows | None = None
    grounds: Grounds | None = None

    @property
    def hashes(self) -> dict[str, str]:
        """The SHA-256 of every file that the run read, by path."""
        grounds = self.grounds.files if self.grounds else ()
        read = {one.path: one.sha256 for one in grounds}
        read |= {one.path: one.sha256 for one in self.inputs}
        return dict(sorted(read.items()))

    @property
    def digest(self) -> str | None:
        """One SHA-256 for all of them: of the lines that ``sha256sum`` prints, by path. None where
        the run could not begin."""
        if self.grounds is None:
            return None
        lines = "".join(f"{digest}  {path}\n" for path, digest in self.hashes.items())
        raw = lines.encode("utf-8", "surrogatepass")  # undecodable bytes of file names
        return hashlib.sha256(raw).hexdigest()

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
            baselined=sum(one.by is SuppressedBy.BASELINE for one in self.suppressed),
            waived=sum(one.by is SuppressedBy.WAIVER for one in self.suppressed),
            old=self.new_only.hidden if self.new_only else 0,
            paid=len(self.debt.paid or ()) if self.debt else 0,
            fixable=sum(finding.fix is not None for finding in self.findings),
        )

    @property
    def exit_code(self) -> int:
        """0 clean, 1 findings at or above ``fail_on``, 2 not finished, 130 interrupted."""
        if self.failures:
            return 130 if any(failure.interrupted for failure in self.failures) else 2
        worst = self.fail_on.rank
        fails = self.fail_on is not Severity.OFF and any(
            finding.severity.rank <= worst for finding in self.findings
        )
        return 1 if fails else 0

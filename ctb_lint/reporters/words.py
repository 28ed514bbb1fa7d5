"""Counts and reasons in words, as the reports have them."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence

from ctb_lint.live import Server
from ctb_lint.report import Report, Reported, Rows, Skipped, SnapshotFile, Suppressed, SuppressedBy
from ctb_lint.reporters.places import place
from ctb_lint.reporters.sanitise import visible
from ctb_lint.row_findings import percent
from ctb_lint.rule import ERROR, INFO, WARNING, Safety, Severity

_ONE_BY_ONE = 5
"""So many of a kind are named."""


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
    """``12 files, 85 statements``, and where a database was looked at ``and 9 tables of database
    imo``; of the files nothing where there are none beside it."""
    summary, database = report.summary, report.database
    files = f"{counted(summary.files, 'file')}, {counted(summary.statements, 'statement')}"
    if report.snapshot:
        tables = f"{counted(report.snapshot.tables, 'table')} of {_file(report.snapshot)}"
    elif database:
        name = visible(database.server.database)
        tables = f"{counted(database.tables, 'table')} of database {name}"
    else:
        return files
    return f"{files} and {tables}" if summary.files else tables


def opening(report: Report) -> str:
    """Which database was looked at, as whom and when, or which snapshot of one, in one line; empty
    where none was."""
    database = report.database
    if report.snapshot:
        return _of_snapshot(report.snapshot)
    if database is None:
        return ""
    server = database.server
    facts = [f"PostgreSQL {visible(server.version)}"]
    if server.tls:
        facts.append("TLS")
    elif not server.local:
        facts.append("without TLS, as --allow-plaintext has it")
    if server.in_recovery:
        facts.append("a standby")
    at = f", {moment(report.time)}" if report.time else ""
    name, role = visible(server.database), visible(server.role)
    rows = f"; {of_rows(report.rows)}" if report.rows else ""
    return f"Database {name} on {_host(server)} as {role} ({', '.join(facts)}){at}{rows}"


def evidence(report: Report) -> str:
    """What judged what, in one line: ``ctb-lint 0.1.0 as of 2026-11-22; 9 files read, SHA-256 of
    their hashes 1f2e…``; empty where the run could not begin."""
    grounds = report.grounds
    if grounds is None:
        return ""
    judged = f"{_tool(report)} as of {grounds.as_of.isoformat()}"
    if not report.hashes:
        return judged
    files = counted(len(report.hashes), "file")
    return f"{judged}; {files} read, SHA-256 of their hashes {report.digest}"


def evidence_lines(report: Report) -> Iterator[str]:
    """The same at length: the tool, the versions, the database, and each file with its hash, in
    the lines of ``sha256sum``."""
    grounds = report.grounds
    if grounds is None:
        return
    shadow = f", applied to PostgreSQL {visible(grounds.shadow)}" if grounds.shadow else ""
    day = grounds.as_of.isoformat()
    yield f"{_tool(report)} as of {day}, for PostgreSQL {grounds.pg_version}{shadow}"
    if opening(report):
        yield opening(report)
    for path, digest in report.hashes.items():
        yield f"{digest}  {visible(path)}"
    if report.hashes:
        yield f"{report.digest}  (of these lines)"


def _tool(report: Report) -> str:
    return f"{report.tool.name} {report.tool.version}"


def _of_snapshot(snapshot: SnapshotFile) -> str:
    """``Snapshot schema.json (PostgreSQL 18, sha256 …)``, and of what it was taken where it says
    so."""
    facts = [f"PostgreSQL {visible(snapshot.server or str(snapshot.postgresql))}"]
    if snapshot.database:
        facts.append(f"of database {visible(snapshot.database)}")
    if snapshot.taken:
        facts.append(f"taken {visible(snapshot.taken)}")
    facts.append(f"sha256 {snapshot.sha256}")
    return f"Snapshot {visible(snapshot.path)} ({', '.join(facts)})"


def _file(snapshot: SnapshotFile) -> str:
    return f"the snapshot {visible(snapshot.path)}"


def of_rows(rows: Rows) -> str:
    """What was asked about rows, and what it is worth where it was not about all of them."""
    said = counted(rows.checks, "question") + " about its rows"
    if rows.since:
        said += f", those made since {moment(rows.since)}"
    if rows.sample is not None:
        said += f", a sample of {100 * rows.sample:g} %, which is no full audit"
    if rows.bound is not None:
        said += (
            f": where nothing was found, up to {percent(rows.bound)} of the rows of a table "
            "may still be at fault (95 % confidence)"
        )
    if rows.unfinished:
        said += f"; {rows.unfinished:,} not answered for all of them"
    return said


def _host(server: Server) -> str:
    """``localhost:5432``, or the folder of a socket."""
    host = visible(server.host)
    return host if host.startswith("/") else f"{host}:{server.port}"


def moment(time: datetime.datetime) -> str:
    """``2026-11-22 10:11:12 UTC``."""
    return time.astimezone(datetime.UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


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


def verdict(report: Report) -> str:
    """What the run comes to: ``passed``, ``failed`` or ``not finished``, as its exit code says."""
    return ("passed", "failed", "not finished")[report.exit_code]


def fails(report: Report, finding: Reported) -> bool:
    """Whether the finding makes the run fail."""
    worst = report.fail_on
    return worst is not Severity.OFF and finding.severity.rank <= worst.rank


def most_severe_first(findings: Iterable[Reported]) -> list[Reported]:
    """The findings by severity, else in their order."""
    return sorted(findings, key=lambda finding: finding.severity.rank)


def in_one_line(report: Report) -> str:
    """All counts in one line."""
    summary = report.summary
    parts = [f"{counted(summary.findings, 'finding')} in {scope(report)}"]
    if summary.findings:
        violations = counted(summary.violations, "CTB violation")
        parts[0] = (
            f"{counted(summary.findings, 'finding')} ({violations}, {summary.practice:,} practice)"
            f" in {scope(report)}"
        )
    parts.extend(beside(report))
    if summary.fixable:
        parts.append(fixable(report))
    if summary.not_understood:
        parts.append(f"{counted(summary.not_understood, 'statement')} not understood")
    if summary.skipped_rules:
        parts.append(f"{counted(summary.skipped_rules, 'rule')} skipped")
    if report.failures:
        parts.append(not_finished(report))
    return "; ".join(parts)


def beside(report: Report) -> Iterator[str]:
    """What there is beside the findings that count, a sentence each: known debt, what is waived,
    what was there before, and debt that is paid."""
    summary, debt, new_only = report.summary, report.debt, report.new_only
    if summary.baselined:
        path = f" of {visible(debt.path)}" if debt else ""
        yield f"{_findings_are(summary.baselined)} known debt{path}"
    if summary.waived:
        yield f"{_findings_are(summary.waived)} waived"
    if new_only:
        were = "was" if new_only.hidden == 1 else "were"
        number = counted(new_only.hidden, "finding")
        since = visible(new_only.since)
        yield (
            f"{number} {were} there in {since}, too"
            if new_only.hidden
            else f"only what is not in {since} is reported"
        )
    if debt and debt.paid:
        entries = counted(len(debt.paid), "entry", "entries")
        are, them = ("is", "it") if len(debt.paid) == 1 else ("are", "them")
        yield (f"{entries} of {visible(debt.path)} {are} paid: --prune-baseline takes {them} out")


def fixable(report: Report) -> str:
    """``4 can be fixed with --fix, 1 more with --fix --unsafe-fixes``; empty where none can."""
    fixes = [finding.fix.safety for finding in report.findings if finding.fix]
    safe, unsafe = fixes.count(Safety.SAFE), fixes.count(Safety.UNSAFE)
    parts = [f"{safe:,} can be fixed with --fix"] if safe else []
    if unsafe:
        more = "more" if safe else "can be fixed"
        parts.append(f"{unsafe:,} {more} with --fix --unsafe-fixes")
    return ", ".join(parts)


def why_suppressed(one: Suppressed, report: Report) -> str:
    """``waived: older than the standard; owner: data; until 2026-06-30; a.sql:1:1``, or
    ``known debt: ctb-lint-baseline.json``."""
    if one.by is SuppressedBy.BASELINE:
        return f"known debt: {visible(report.debt.path)}" if report.debt else "known debt"
    parts = [visible(one.reason) if one.reason else "no reason given"]
    if one.owner:
        parts.append(f"owner: {visible(one.owner)}")
    if one.expires:
        parts.append(f"until {one.expires.isoformat()}")
    if one.at:
        parts.append(place(one.at))
    return f"waived: {'; '.join(parts)}"


def _findings_are(number: int) -> str:
    return f"{counted(number, 'finding')} {'is' if number == 1 else 'are'}"


def skipped_groups(report: Report) -> Iterator[tuple[str, str]]:
    """What was skipped and why, in the report's order; many of one reason in one line."""
    groups: dict[str, list[Skipped]] = {}
    for skip in report.skipped:
        groups.setdefault(skip.reason, []).append(skip)
    for reason, skips in groups.items():
        if len(skips) <= _ONE_BY_ONE:
            for skip in skips:
                yield " ".join(part for part in (skip.code, skip.object) if part), reason
            continue
        codes = sorted({skip.code for skip in skips if skip.code})
        objects = sorted({skip.object for skip in skips if skip.object})
        yield " of ".join(_some(names) for names in (codes, objects) if names), reason


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_ONE_BY_ONE])
    more = len(names) - _ONE_BY_ONE
    return f"{shown} and {more:,} more" if more > 0 else shown


def skipped_lines(report: Report) -> Iterator[tuple[str, str]]:
    """What was skipped and why, one pair each, in the report's order."""
    for skip in report.skipped:
        yield " ".join(part for part in (skip.code, skip.object) if part), skip.reason

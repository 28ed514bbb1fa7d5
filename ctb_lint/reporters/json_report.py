"""The report as one JSON object, as ``report.schema.json`` describes it.

The object is laid out one finding a line, in the order of the findings, with keys in fixed order.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from ctb_lint.model import Location
from ctb_lint.report import (
    SCHEMA_VERSION,
    Database,
    Debt,
    Failure,
    GroundFile,
    Input,
    Report,
    Reported,
    Rows,
    Skipped,
    SnapshotFile,
    Suppressed,
)
from ctb_lint.reporters.sanitise import escaped_json
from ctb_lint.rule import Edit, Fix, Related


def render(report: Report) -> Iterator[str]:
    """The object, in pieces."""
    yield f'{{"schema_version":{SCHEMA_VERSION},\n"tool":{encoded(report.tool)},\n'
    yield f'"evidence":{encoded(evidence(report))},\n'
    yield f'"summary":{encoded(report.summary)},\n'
    yield from array("findings", (_finding(finding) for finding in report.findings), ",")
    yield from array("suppressed", (_suppressed(one) for one in report.suppressed), ",")
    yield f'"new_only":{encoded(report.new_only)},\n"baseline":{encoded(_debt(report.debt))},\n'
    yield from array("skipped", (_skipped(skip) for skip in report.skipped), ",")
    yield from array("failures", (failure(one) for one in report.failures), ",")
    yield from array("inputs", (input_file(source) for source in report.inputs), "}")


def evidence(report: Report) -> dict[str, Any]:
    """What was judged, by what, as of when; which database was looked at, as whom and when, or
    which snapshot, which is null in a run over files alone."""
    time = report.time and report.time.astimezone(datetime.UTC)
    grounds = report.grounds
    return {
        "time": time and time.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "as_of": grounds and grounds.as_of.isoformat(),
        "pg_version": grounds and grounds.pg_version,
        "shadow": grounds and grounds.shadow,
        "database": report.database and _database(report.database),
        "snapshot": report.snapshot and _snapshot(report.snapshot),
        "rows": report.rows and _rows(report.rows),
        "files": [_ground(one) for one in grounds.files] if grounds else [],
        "digest": report.digest,
    }


def _ground(one: GroundFile) -> dict[str, Any]:
    return {"what": one.what, "path": one.path, "sha256": one.sha256}


def _rows(rows: Rows) -> dict[str, Any]:
    since = rows.since and rows.since.astimezone(datetime.UTC)
    return {
        "checks": rows.checks,
        "unfinished": rows.unfinished,
        "sample": rows.sample,
        "bound": rows.bound,
        "since": since and since.isoformat(),
    }


def _database(database: Database) -> dict[str, Any]:
    server = database.server
    return {
        "name": server.database,
        "host": server.host,
        "port": server.port,
        "role": server.role,
        "superuser": server.superuser,
        "server_version": server.version,
        "tls": server.tls,
        "local": server.local,
        "plaintext_allowed": server.plaintext_allowed,
        "standby": server.in_recovery,
        "named_by": database.origin,
        "tables": database.tables,
    }


def _snapshot(snapshot: SnapshotFile) -> dict[str, Any]:
    return {
        "path": snapshot.path,
        "sha256": snapshot.sha256,
        "postgresql": snapshot.postgresql,
        "tables": snapshot.tables,
        "taken": snapshot.taken,
        "database": snapshot.database,
        "server_version": snapshot.server,
    }


def array(key: str, items: Iterable[Any], end: str) -> Iterator[str]:
    """The pieces of ``"key": [...]`` and what stands behind it: no list is held whole."""
    lead = f'"{key}":[\n'
    for item in items:
        yield lead + encoded(item)
        lead = ",\n"
    # An array without items needs its own opening.
    yield f'"{key}":[]{end}\n' if lead.startswith('"') else f"\n]{end}\n"


def encoded(value: Any) -> str:
    """The value as JSON that is safe to print."""
    try:
        written = msgspec.json.encode(value)
    except UnicodeEncodeError:
        written = msgspec.json.encode(_encodable(msgspec.to_builtins(value)))
    return escaped_json(written.decode())


def _encodable(value: Any) -> Any:
    """The value with lone surrogates (undecodable bytes of a file name) as escapes in the text:
    no JSON reader takes them otherwise."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, dict):
        return {_encodable(key): _encodable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_encodable(item) for item in value]
    return value


def _finding(finding: Reported) -> dict[str, Any]:
    at, because, named = finding.at, finding.because, finding.object
    return {
        "code": finding.code,
        "name": finding.name,
        "severity": finding.severity.value,
        "doctrine": finding.doctrine,
        "message": finding.message,
        "hint": finding.hint,
        "because": because and {"text": because.text, "location": _location(because.location)},
        "object": {
            "kind": named.kind.value,
            "schema": named.schema,
            "relation": named.relation,
            "name": named.name,
        },
        "stage": finding.stage.value,
        "seen_in": finding.seen_in,
        "path": at and at.path,
        "line": at and at.line,
        "column": at and at.column,
        "end_line": at and at.end_line,
        "end_column": at and at.end_column,
        "related": [_related(related) for related in finding.related],
        "fingerprint": finding.fingerprint,
        "database": finding.database,
        "fix": finding.fix and _fix(finding.fix),
    }


def _location(at: Location | None) -> dict[str, Any] | None:
    if at is None:
        return None
    return {
        "path": at.path,
        "line": at.line,
        "column": at.column,
        "end_line": at.end_line,
        "end_column": at.end_column,
    }


def _related(related: Related) -> dict[str, Any]:
    return {"message": related.message, "location": _location(related.location)}


def _fix(fix: Fix) -> dict[str, Any]:
    return {
        "title": fix.title,
        "safety": fix.safety.value,
        "edits": [_edit(edit) for edit in fix.edits],
        "statements": fix.statements,
    }


def _edit(edit: Edit) -> dict[str, Any]:
    return {"path": edit.path, "start": edit.start, "end": edit.end, "text": edit.text}


def _suppressed(one: Suppressed) -> dict[str, Any]:
    return {
        "by": one.by.value,
        "reason": one.reason,
        "owner": one.owner,
        "expires": one.expires and one.expires.isoformat(),
        "at": _location(one.at),
        "finding": _finding(one.finding),
    }


def _debt(debt: Debt | None) -> dict[str, Any] | None:
    if debt is None:
        return None
    return {"path": debt.path, "entries": debt.entries, "known": debt.known, "paid": debt.paid}


def _skipped(skip: Skipped) -> dict[str, Any]:
    return {"code": skip.code or None, "object": skip.object or None, "reason": skip.reason}


def failure(one: Failure) -> dict[str, Any]:
    """What could not be read, reached or finished, as an object."""
    return {"message": one.message, "path": one.path, "line": one.line, "hint": one.hint}


def input_file(source: Input) -> dict[str, Any]:
    """A file that was read, as an object."""
    return {
        "path": source.path,
        "sha256": source.sha256,
        "size": source.size,
        "statements": source.statements,
        "history": source.history,
        "reported": source.reported,
    }

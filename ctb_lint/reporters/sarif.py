"""SARIF 2.1.0, for code scanning and other tools that collect findings.

Columns and offsets count characters (Unicode code points). Suppressed findings are in it, with
who suppressed them and why. A run that did not finish says ``executionSuccessful: false``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any, NamedTuple

from ctb_lint.model import Location
from ctb_lint.report import (
    Failure,
    Input,
    Report,
    Reported,
    RuleInfo,
    Skipped,
    Suppressed,
    SuppressedBy,
)
from ctb_lint.reporters.json_report import array, encoded, evidence
from ctb_lint.reporters.places import in_repository, shown_at, uri
from ctb_lint.reporters.sanitise import visible
from ctb_lint.reporters.words import counted, most_severe_first
from ctb_lint.rule import ERROR, INFO, OFF, WARNING, Edit, Fix, Related

VERSION = "2.1.0"
SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
ROOT = "%SRCROOT%"
LEVELS = {ERROR: "error", WARNING: "warning", INFO: "note", OFF: "none"}
MOST_RESULTS = 25_000
"""GitHub refuses a run with more results."""
MOST_RELATED = 999
"""GitHub refuses a result with more than 1,000 locations, its own among them."""
LONGEST_DESCRIPTION = 1_024
"""Characters that GitHub takes of a rule's descriptions."""


class Known(NamedTuple):
    """What the results refer to: rules by their place in the run's array, the paths that were
    read, and the ``artifactLocation`` of a path."""

    report: Report
    rules: dict[str, int]
    artifacts: frozenset[str]
    file: Callable[[str], dict[str, Any]]
    path_of: Callable[[Reported], str | None]


def render(report: Report) -> Iterator[str]:
    """The log with its one run, a result a line."""
    known = Known(
        report,
        {rule.code: number for number, rule in enumerate(report.rules)},
        frozenset(source.path for source in report.inputs),
        _files(report),
        shown_at(report),
    )
    findings, suppressed = _within_limits(report)
    left_out = len(report.findings) + len(report.suppressed) - len(findings) - len(suppressed)
    yield f'{{"$schema":{encoded(SCHEMA)},\n"version":"{VERSION}",\n"runs":[{{\n'
    yield f'"tool":{encoded(_tool(report))},\n'
    yield f'"invocations":[{encoded(_invocation(known, left_out))}],\n'
    described = {"text": "The root of the repository."}
    yield f'"originalUriBaseIds":{encoded({ROOT: {"description": described}})},\n'
    yield '"columnKind":"unicodeCodePoints",\n'
    yield from array("artifacts", (_artifact(known, one) for one in report.inputs), ",")
    yield from array("results", _results(known, findings, suppressed), "}]}")


def _within_limits(report: Report) -> tuple[list[Reported], list[Suppressed]]:
    """What is reported: all of it, or the most severe findings before what is suppressed."""
    if len(report.findings) + len(report.suppressed) <= MOST_RESULTS:
        return list(report.findings), list(report.suppressed)
    findings = most_severe_first(report.findings)[:MOST_RESULTS]
    return findings, list(report.suppressed[: MOST_RESULTS - len(findings)])


# The run ----------------------------------------------------------------------------------------


def _tool(report: Report) -> dict[str, Any]:
    tool = report.tool
    rules = [_rule(rule) for rule in report.rules]
    return {"driver": {"name": tool.name, "version": tool.version, "rules": rules}}


def _rule(rule: RuleInfo) -> dict[str, Any]:
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": _cut(rule.summary)},
        "fullDescription": {"text": _cut(rule.documentation)},
        "help": {"text": rule.documentation, "markdown": rule.documentation},
        "defaultConfiguration": {
            "enabled": rule.severity is not OFF,
            "level": LEVELS[rule.severity],
        },
        "properties": {"tags": ["doctrine" if rule.doctrine else "practice"]},
    }


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_DESCRIPTION else text[: LONGEST_DESCRIPTION - 1] + "…"


def _invocation(known: Known, left_out: int) -> dict[str, Any]:
    report = known.report
    notifications = [_failure(known, failure) for failure in report.failures]
    if left_out:
        text = (
            f"{counted(left_out, 'result')} left out: code scanning takes {MOST_RESULTS:,}. "
            "--format json has all of them."
        )
        notifications.append({"level": "warning", "message": {"text": text}})
    notifications.extend(_skipped(skip) for skip in report.skipped)
    return {
        "executionSuccessful": not report.failures,
        "exitCode": report.exit_code,
        "toolExecutionNotifications": notifications,
        **_evidence(report),
    }


def _evidence(report: Report) -> dict[str, Any]:
    """What was judged, by what, as of when, and which database was looked at."""
    known = evidence(report)
    told: dict[str, Any] = {}
    time = known.pop("time")
    if time:
        told["endTimeUtc"] = time
    properties = {name: value for name, value in known.items() if value not in (None, [])}
    if properties:
        told["properties"] = properties
    return told


def _failure(known: Known, failure: Failure) -> dict[str, Any]:
    hint = f"\nhint: {failure.hint}" if failure.hint else ""
    notification: dict[str, Any] = {
        "level": "error",
        "message": {"text": _message(failure.message + hint)},
    }
    if failure.path:
        physical: dict[str, Any] = {"artifactLocation": known.file(failure.path)}
        if failure.line:
            physical["region"] = {"startLine": failure.line}
        notification["locations"] = [{"physicalLocation": physical}]
    return notification


def _skipped(skip: Skipped) -> dict[str, Any]:
    about = f"{skip.object}: " if skip.object else ""
    notification: dict[str, Any] = {
        "level": "note",
        "message": {"text": _message(f"skipped: {about}{skip.reason}")},
    }
    if skip.code:
        notification["associatedRule"] = {"id": skip.code}
    return notification


def _artifact(known: Known, source: Input) -> dict[str, Any]:
    artifact: dict[str, Any] = {
        "location": {"uri": uri(in_repository(known.report, source.path)), "uriBaseId": ROOT},
        "length": source.size,
        "hashes": {"sha-256": source.sha256},
        "sourceLanguage": "markdown" if source.path.endswith(".md") else "sql",
    }
    if source.reported:
        artifact["roles"] = ["analysisTarget"]
    return artifact


# The results ------------------------------------------------------------------------------------


def _results(
    known: Known, findings: Iterable[Reported], suppressed: Iterable[Suppressed]
) -> Iterator[dict[str, Any]]:
    report = known.report
    compared = report.debt is not None or report.new_only is not None
    for finding in findings:
        result = _result(known, finding)
        if report.suppressed:
            # One result that has it wants it of all.
            result["suppressions"] = []
        if compared:
            result["baselineState"] = "new"
        yield result
    for one in suppressed:
        result = _result(known, one.finding)
        result["suppressions"] = [_suppression(known, one)]
        if compared and one.by is SuppressedBy.BASELINE:
            result["baselineState"] = "unchanged"
        yield result


def _result(known: Known, finding: Reported) -> dict[str, Any]:
    result: dict[str, Any] = {"ruleId": finding.code}
    if finding.code in known.rules:
        result["ruleIndex"] = known.rules[finding.code]
    result["level"] = LEVELS[finding.severity]
    result["message"] = {"text": _message(_sentence(finding))}
    result["locations"] = [_place(known, finding)]
    related = finding.related[:MOST_RELATED]
    if related:
        result["relatedLocations"] = [_related(known, *pair) for pair in enumerate(related, 1)]
    identity = f"{finding.database}\0{finding.fingerprint}".encode("utf-8", "surrogatepass")
    result["partialFingerprints"] = {"ctbLint/v1": hashlib.sha256(identity).hexdigest()}
    properties: dict[str, Any] = {"doctrine": finding.doctrine}
    if finding.fix and finding.fix.edits:
        result["fixes"] = [_fix(known, finding.fix)]
    if finding.fix and finding.fix.statements:
        properties["newMigration"] = finding.fix.statements
    result["properties"] = properties
    return result


def _sentence(finding: Reported) -> str:
    lines = [visible(finding.message)]
    if finding.because:
        lines.append(f"because: {visible(finding.because.text)}")
    if finding.hint:
        lines.append(f"hint: {visible(finding.hint)}")
    return "\n".join(lines)


def _message(text: str) -> str:
    """The text of a message, in which nothing reads as an embedded link."""
    if "](" not in text:
        return text
    return text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")


def _place(known: Known, finding: Reported) -> dict[str, Any]:
    """The span; for a finding without one the first line of the file that it is shown at, since
    code scanning wants a region of each."""
    named = {"fullyQualifiedName": str(finding.object), "kind": finding.object.kind.value}
    location: dict[str, Any] = {}
    if finding.at:
        location["physicalLocation"] = _physical(known, finding.at)
    elif path := known.path_of(finding):
        first = {"artifactLocation": known.file(path), "region": {"startLine": 1}}
        location["physicalLocation"] = first
    location["logicalLocations"] = [named]
    return location


def _physical(known: Known, at: Location) -> dict[str, Any]:
    return {
        "artifactLocation": known.file(at.path),
        "region": {
            "startLine": at.line,
            "startColumn": at.column,
            "endLine": at.end_line,
            "endColumn": at.end_column,
            "charOffset": at.start,
            "charLength": at.end - at.start,
        },
    }


def _files(report: Report) -> Callable[[str], dict[str, Any]]:
    """Gives the ``artifactLocation`` of a path, with its place among the artifacts."""
    numbers = {source.path: number for number, source in enumerate(report.inputs)}

    @cache
    def file(path: str) -> dict[str, Any]:
        location: dict[str, Any] = {"uri": uri(in_repository(report, path)), "uriBaseId": ROOT}
        if path in numbers:
            location["index"] = numbers[path]
        return location

    return file


def _related(known: Known, number: int, related: Related) -> dict[str, Any]:
    location: dict[str, Any] = {"id": number, "message": {"text": _message(related.message)}}
    if related.location:
        location["physicalLocation"] = _physical(known, related.location)
    return location


def _fix(known: Known, fix: Fix) -> dict[str, Any]:
    by_path: dict[str, list[Edit]] = {}
    for edit in fix.edits:
        by_path.setdefault(edit.path, []).append(edit)
    return {
        "description": {"text": _message(fix.title)},
        "artifactChanges": [
            {
                "artifactLocation": known.file(path),
                "replacements": [_replacement(edit) for edit in edits],
            }
            for path, edits in by_path.items()
        ],
        "properties": {"safety": fix.safety.value},
    }


def _replacement(edit: Edit) -> dict[str, Any]:
    return {
        "deletedRegion": {"charOffset": edit.start, "charLength": edit.end - edit.start},
        "insertedContent": {"text": edit.text},
    }


def _suppression(known: Known, one: Suppressed) -> dict[str, Any]:
    """A waiver's comment is in the source; the baseline and the configuration are outside."""
    in_source = one.at is not None and one.at.path in known.artifacts
    parts = [one.reason or ("known debt" if one.by is SuppressedBy.BASELINE else "")]
    if one.owner:
        parts.append(f"owner: {one.owner}")
    if one.expires:
        parts.append(f"until {one.expires.isoformat()}")
    suppression: dict[str, Any] = {
        "kind": "inSource" if in_source else "external",
        "status": "accepted",
        "justification": "; ".join(part for part in parts if part),
    }
    if one.at:
        suppression["location"] = {"physicalLocation": _physical(known, one.at)}
    return suppression

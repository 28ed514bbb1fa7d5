"""JUnit XML, as GitLab, Jenkins and others take it.

Each checked file is a test suite, and so is a database that was looked at. The properties of a file
are its hash, those of the database, or of the first suite where there is none, the evidence of the
run; what was skipped stands there, too. Each finding is a test case: failed where it fails the run,
else passed with its text as output; what is suppressed counts as skipped. A file without findings
has one test case that passed. What could not be read or finished is an error.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from ctb_lint.report import Failure, Report, Reported
from ctb_lint.reporters.json_report import evidence
from ctb_lint.reporters.places import in_repository
from ctb_lint.reporters.sanitise import visible
from ctb_lint.reporters.words import fails, skipped_groups, why_suppressed

NOT_FINISHED = "ctb-lint"
"""The suite of the failures."""
NO_FILE = "database"
"""The suite of findings without a place whose history has no name."""
_SPECIAL = re.compile("[&<>\"'\ufffe\uffff]")
_ESCAPES = {
    "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;",
    "\ufffe": "\\ufffe", "\uffff": "\\uffff",
}  # fmt: skip


class Case(Struct, frozen=True):
    """A test case: ``outcome`` is the element that says how it went, empty where it passed."""

    name: str
    outcome: str = ""
    said: str = ""
    kind: str = ""
    detail: str = ""


def render(report: Report) -> Iterator[str]:
    """The document, a test suite at a time."""
    suites = _suites(report)
    everything = [case for cases in suites.values() for case in cases]
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f'<testsuites name="ctb-lint"{_counts(everything)}>\n'
    files = {in_repository(report, path) for path in _paths(report)}
    hashes = {in_repository(report, path): digest for path, digest in report.hashes.items()}
    of_run = _of_database(report) or next(iter(suites), "")
    for name, cases in suites.items():
        told: dict[str, object] = {}
        if report.grounds and name in files and name in hashes:
            told["sha256"] = hashes[name]
        if name == of_run:
            told |= _evidence(report)
        said = _skipped(report) if name == of_run else ""
        yield from _suite(name, cases, _properties(told), said, is_file=name in files)
    yield "</testsuites>\n"


def _suites(report: Report) -> dict[str, list[Case]]:
    """The cases of each suite, by its name: failures first, then the files by path."""
    suites: dict[str, list[Case]] = {}
    if report.failures:
        suites[NOT_FINISHED] = [_failure(failure) for failure in report.failures]
    names = {path: in_repository(report, path) for path in _paths(report)}
    for name in names.values():
        # A file may be called as the suite of the failures is.
        suites.setdefault(name, [])
    database = _of_database(report)
    if database:
        suites.setdefault(database, [])
    for finding in report.findings:
        name = names[finding.at.path] if finding.at else database or finding.database or NO_FILE
        suites.setdefault(name, []).append(_finding(report, finding))
    for one in report.suppressed:
        at = one.finding.at
        name = names[at.path] if at else database or one.finding.database or NO_FILE
        case = Case(_name(one.finding), "skipped", why_suppressed(one, report))
        suites.setdefault(name, []).append(case)
    return {name: _numbered(cases) for name, cases in suites.items()}


def _of_database(report: Report) -> str:
    """The suite of the database, or snapshot, that was looked at; empty where none was."""
    if report.snapshot:
        return f"snapshot {report.snapshot.path}"
    return f"database {report.database.server.database}" if report.database else ""


def _evidence(report: Report) -> dict[str, object]:
    """What is known of the run, and of the database that it looked at."""
    if report.grounds is None and report.database is None and report.snapshot is None:
        return {}
    known = evidence(report)
    database, rows, files = known.pop("database"), known.pop("rows"), known.pop("files")
    snapshot = known.pop("snapshot")
    told = {"tool": f"{report.tool.name} {report.tool.version}"} if report.grounds else {}
    told |= database or {}
    told |= {f"snapshot.{name}": value for name, value in (snapshot or {}).items()}
    told |= {f"rows.{name}": value for name, value in (rows or {}).items()}
    told |= {f"{one['what']}.{key}": one[key] for one in files for key in ("path", "sha256")}
    told |= known
    return {name: value for name, value in told.items() if value is not None}


def _properties(told: Mapping[str, object]) -> str:
    if not told:
        return ""
    lines = [
        f'      <property name="{_attribute(name)}" value="{_attribute(_value(value))}"/>\n'
        for name, value in told.items()
    ]
    return f"    <properties>\n{''.join(lines)}    </properties>\n"


def _skipped(report: Report) -> str:
    """What was not looked at, and why; empty where it all was."""
    if not report.skipped:
        return ""
    lines = [f"skipped: {visible(what)}: {visible(why)}" for what, why in skipped_groups(report)]
    text = "\n".join(lines)
    return f"    <system-out>{_escaped(text)}</system-out>\n"


def _value(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _paths(report: Report) -> list[str]:
    """The files that were checked or have a finding."""
    paths = {source.path for source in report.inputs if source.reported}
    suppressed = [one.finding for one in report.suppressed]
    paths.update(one.at.path for one in (*report.findings, *suppressed) if one.at)
    return sorted(paths)


def _numbered(cases: list[Case]) -> list[Case]:
    """The cases under names that differ; where there is none, the one that says so."""
    if not cases:
        return [Case("no findings")]
    seen: Counter[str] = Counter()
    named: list[Case] = []
    for case in cases:
        seen[case.name] += 1
        number = seen[case.name]
        name = case.name if number == 1 else f"{case.name} ({number})"
        named.append(Case(name, case.outcome, case.said, case.kind, case.detail))
    return named


def _name(finding: Reported) -> str:
    return f"{finding.code} {finding.name}: {finding.object}"


def _finding(report: Report, finding: Reported) -> Case:
    at = finding.at
    where = f"{visible(in_repository(report, at.path))}:{at.line}:{at.column}: " if at else ""
    lines = [f"{where}{finding.severity.value}[{finding.code}] {visible(finding.message)}"]
    if finding.because:
        lines.append(f"because: {visible(finding.because.text)}")
    if finding.hint:
        lines.append(f"hint: {visible(finding.hint)}")
    outcome = "failure" if fails(report, finding) else "system-out"
    return Case(_name(finding), outcome, finding.message, finding.code, "\n".join(lines))


def _failure(failure: Failure) -> Case:
    line = f":{failure.line}" if failure.line else ""
    where = f"{failure.path}{line}" if failure.path else "the run"
    detail = f"hint: {visible(failure.hint)}" if failure.hint else ""
    return Case(where, "error", failure.message, "not-finished", detail)


def _counts(cases: Iterable[Case]) -> str:
    outcomes = Counter(case.outcome for case in cases)
    return (
        f' tests="{outcomes.total()}" failures="{outcomes["failure"]}"'
        f' errors="{outcomes["error"]}" skipped="{outcomes["skipped"]}"'
    )


def _suite(name: str, cases: list[Case], told: str, said: str, *, is_file: bool) -> Iterator[str]:
    shown = _attribute(name)
    yield f'  <testsuite name="{shown}"{_counts(cases)}>\n'
    if told:
        yield told
    where = f' classname="{shown}"' + (f' file="{shown}"' if is_file else "")
    for case in cases:
        yield _case(where, case)
    if said:
        yield said
    yield "  </testsuite>\n"


def _case(where: str, case: Case) -> str:
    head = f'    <testcase name="{_attribute(case.name)}"{where}'
    if not case.outcome:
        return f"{head}/>\n"
    if case.outcome == "system-out":
        inner = f"<system-out>{_escaped(case.detail)}</system-out>"
    else:
        kind = f' type="{_attribute(case.kind)}"' if case.kind else ""
        said = f'<{case.outcome} message="{_attribute(case.said)}"{kind}'
        end = f">{_escaped(case.detail)}</{case.outcome}>" if case.detail else "/>"
        inner = said + end
    return f"{head}>{inner}</testcase>\n"


def _attribute(text: str) -> str:
    return _escaped(visible(text))


def _escaped(text: str) -> str:
    """Text that is safe to print, as XML; what XML cannot hold is shown as an escape."""
    return _SPECIAL.sub(lambda found: _ESCAPES[found[0]], text)

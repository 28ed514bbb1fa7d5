"""The report as people read it: the place, the sentence, the source underlined, who demands it,
what to do; and a summary that never lets an unfinished run look like a pass. Where a database was
looked at, the first line says which.

Findings of doctrine rules (CTB violations) carry a ``◆``; the others are practice.
"""

from __future__ import annotations

from collections.abc import Iterator

from ctb_lint.model import Location
from ctb_lint.report import Failure, Report, Reported
from ctb_lint.reporters.excerpt import excerpt
from ctb_lint.reporters.paint import Paint, plain
from ctb_lint.reporters.places import place
from ctb_lint.reporters.sanitise import visible
from ctb_lint.reporters.words import (
    beside,
    counted,
    evidence,
    evidence_lines,
    fixable,
    not_finished,
    opening,
    scope,
    severities,
    skipped_groups,
    why_suppressed,
)

DOCTRINE = "◆"
WIDTH = 100


def render(
    report: Report,
    *,
    paint: Paint = plain,
    width: int = WIDTH,
    show_skipped: bool = False,
    show_suppressed: bool = False,
    show_evidence: bool = False,
    quiet: bool = False,
) -> Iterator[str]:
    """The report, in pieces that end in a newline.

    ``width`` is for source lines, which are cut around the span; ``quiet`` leaves out the summary
    of a run that finished.
    """
    if opening(report):
        yield f"{opening(report)}\n\n"
    for finding in report.findings:
        yield "".join(f"{line}\n" for line in _finding(finding, report, paint, width)) + "\n"
    for failure in report.failures:
        yield "".join(f"{line}\n" for line in _failure(failure, paint)) + "\n"
    if show_suppressed and report.suppressed:
        yield "".join(f"{line}\n" for line in _suppressed(report)) + "\n"
    if show_skipped and report.skipped:
        yield "".join(f"{line}\n" for line in _skipped(report)) + "\n"
    if show_evidence and report.grounds:
        yield "".join(f"{line}\n" for line in _evidence(report)) + "\n"
    if not quiet or report.failures:
        hidden = bool(report.suppressed) and not show_suppressed
        lines = _summary(report, paint, show_skipped, hidden)
        yield "".join(f"{line}\n" for line in lines)
        if opening(report) and report.grounds and not show_evidence:
            yield f"    {evidence(report)} (--show-evidence lists them)\n"


def _finding(finding: Reported, report: Report, paint: Paint, width: int) -> Iterator[str]:
    at = finding.at
    where = place(at) if at else visible(str(finding.object))
    severity = paint(finding.severity.value, f"{finding.severity.value}[{finding.code}]")
    mark = f" {paint('doctrine', DOCTRINE)}" if finding.doctrine else ""
    name = paint("code", visible(finding.name))
    yield f"{paint('path', where)}: {severity}{mark} {name}: {visible(finding.message)}"
    gutter = " " * (len(str(at.line)) if at else 1)
    if at and at.path in report.sources:
        yield from _source(
            report.sources[at.path], at, gutter, finding.severity.value, paint, width
        )
    for part, label, note in _notes(finding):
        yield f" {gutter} {paint('gutter', '=')} {paint(part, f'{label}:')} {note}"


def _source(
    text: str, at: Location, gutter: str, severity: str, paint: Paint, width: int
) -> Iterator[str]:
    shown = excerpt(text, at, width)
    if shown is None:
        return
    bar = paint("gutter", f" {gutter} |")
    line = shown.before + shown.marked + shown.after
    yield bar
    yield f"{paint('gutter', f' {at.line} |')} {line}".rstrip()
    yield f"{bar} {' ' * shown.indent}{paint(severity, shown.marks)}"


def _notes(finding: Reported) -> Iterator[tuple[str, str, str]]:
    """What stands below the source: the part's name in the palette, its label and its text."""
    because = finding.because
    if because:
        where = f" ({place(because.location)})" if because.location else ""
        yield "note", "because", visible(because.text) + where
    if finding.hint:
        yield "hint", "hint", visible(finding.hint)
    for related in finding.related:
        where = f": {place(related.location)}" if related.location else ""
        yield "note", "note", visible(related.message) + where
    if len(finding.seen_in) > 1:
        yield "note", "note", f"seen in {', '.join(visible(source) for source in finding.seen_in)}"


def _failure(failure: Failure, paint: Paint) -> Iterator[str]:
    line = f":{failure.line}" if failure.line else ""
    where = f"{paint('path', f'{visible(failure.path)}{line}')}: " if failure.path else ""
    yield f"{where}{paint('error', 'error')}: {visible(failure.message)}"
    if failure.hint:
        yield f"  {paint('gutter', '=')} {paint('hint', 'hint:')} {visible(failure.hint)}"


def _suppressed(report: Report) -> Iterator[str]:
    yield "Suppressed:"
    for one in report.suppressed:
        yield f"  {_one_line(one.finding)} ({why_suppressed(one, report)})"


def _one_line(finding: Reported) -> str:
    where = place(finding.at) if finding.at else visible(str(finding.object))
    return f"{where}: {finding.code} {visible(finding.message)}"


def _skipped(report: Report) -> Iterator[str]:
    yield "Skipped:"
    for what, reason in skipped_groups(report):
        yield f"  {visible(what)}: {visible(reason)}"


def _evidence(report: Report) -> Iterator[str]:
    yield "Evidence:"
    for line in evidence_lines(report):
        yield f"  {line}"


def _summary(
    report: Report, paint: Paint, show_skipped: bool, suppressed_hidden: bool
) -> Iterator[str]:
    findings = report.findings
    if findings:
        yield f"{counted(len(findings), 'finding')} in {scope(report)}."
    elif report.failures:
        yield f"No findings in what could be read: {scope(report)}."
    else:
        yield paint("good", f"No findings in {scope(report)}.")
    violations = [finding for finding in findings if finding.doctrine]
    practice = [finding for finding in findings if not finding.doctrine]
    if violations:
        count = counted(len(violations), "CTB violation")
        yield f"  {paint('doctrine', DOCTRINE)} {count}: {severities(violations)}"
    if practice:
        yield f"    {counted(len(practice), 'practice finding')}: {severities(practice)}"
    for sentence in beside(report):
        yield f"    {sentence}"
    if suppressed_hidden:
        yield "    (--show-suppressed lists what does not count, and why)"
    summary = report.summary
    if summary.fixable:
        yield f"    {fixable(report)}"
    if summary.not_understood:
        yield f"    {counted(summary.not_understood, 'statement')} not understood"
    if report.skipped and not show_skipped:
        yield f"    {_skips(report)} (--show-skipped says why)"
    if report.failures:
        yield paint("bad", f"{not_finished(report)}. This run is not a pass.")


def _skips(report: Report) -> str:
    """``2 rules skipped``, ``1 object skipped``, or both."""
    rules = report.summary.skipped_rules
    objects = len({skip.object for skip in report.skipped if not skip.code})
    parts = [
        counted(number, word) for number, word in ((rules, "rule"), (objects, "object")) if number
    ]
    return " and ".join(parts) + " skipped"

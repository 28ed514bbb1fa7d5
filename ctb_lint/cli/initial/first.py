"""The first report in short: how much there is, of which rules, and where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ctb_lint.report import Report
from ctb_lint.reporters.sanitise import visible
from ctb_lint.reporters.words import counted, in_one_line

RULES, FILES, REASONS, CODES = 10, 5, 3, 5
"""So many of each are named."""


def in_short(report: Report) -> Iterator[str]:
    """The report in few lines: the counts, the most frequent rules, the files with most findings,
    what was not checked, and what could not be read."""
    yield f"first check: {in_one_line(report)}"
    yield from _rules(report)
    yield from _files(report)
    yield from _not_checked(report)
    for failure in report.failures[:FILES]:
        line = f":{failure.line}" if failure.line else ""
        where = f"{visible(failure.path)}{line}: " if failure.path else ""
        yield f"  error: {where}{visible(failure.message)}"
    if len(report.failures) > FILES:
        yield f"  … and {len(report.failures) - FILES:,} more"


def _rules(report: Report) -> Iterator[str]:
    counts = Counter((one.code, one.severity.value, one.name) for one in report.findings)
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    width = len(f"{ordered[0][1]:,}") if ordered else 0
    for (code, severity, name), count in ordered[:RULES]:
        yield f"  {count:>{width},}  {code} {visible(name)} ({severity})"
    rest = ordered[RULES:]
    if rest:
        others = counted(len(rest), "other rule")
        yield f"  … and {sum(count for _, count in rest):,} more, of {others}"


def _files(report: Report) -> Iterator[str]:
    counts = Counter(one.at.path for one in report.findings if one.at)
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    if len(ordered) < 2:
        return
    yield "most of them in:"
    for path, count in ordered[:FILES]:
        yield f"  {visible(path)} ({count:,})"


def _not_checked(report: Report) -> Iterator[str]:
    """The rules that were skipped, by the reason: a gate that is set up now is blind for them."""
    codes: dict[str, set[str]] = {}
    for skip in report.skipped:
        if skip.code:
            codes.setdefault(skip.reason, set()).add(skip.code)
    if not codes:
        return
    yield "not checked, so that what it would find is in no baseline:"
    ordered = sorted(codes.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    for reason, skipped in ordered[:REASONS]:
        named = ", ".join(sorted(skipped)[:CODES])
        more = ", …" if len(skipped) > CODES else ""
        yield f"  {counted(len(skipped), 'rule')} ({named}{more}): {visible(reason)}"
    if len(ordered) > REASONS:
        yield f"  … and for {counted(len(ordered) - REASONS, 'more reason')}"

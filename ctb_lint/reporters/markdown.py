"""A comment for a pull request: the verdict first, then the findings by file, most severe first.

The first line is a marker by which a bot finds its own comment again. What is from outside is
written so that it is neither markup, nor a link, nor a mention. The whole stays within the length
of a comment on GitHub; what is left out is said at the end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ctb_lint.report import Failure, Report, Reported
from ctb_lint.reporters.places import in_repository
from ctb_lint.reporters.sanitise import visible
from ctb_lint.reporters.words import (
    beside,
    counted,
    evidence,
    fixable,
    most_severe_first,
    not_finished,
    opening,
    scope,
    severities,
    skipped_groups,
    verdict,
)

MARKER = "<!-- ctb-lint report -->"
LONGEST = 65_536
"""Characters of a comment on GitHub."""
RESERVED = 400
"""Characters kept for the sentence on what is left out."""
LONGEST_TEXT = 500
"""Characters of one text from outside."""
LONGEST_HINT = 160
"""Characters of a hint in a table: a longer one stretches it. Other formats have it whole."""
DOCTRINE = "◆"
_SPECIAL = re.compile(
    # Inside a word these are no markup, except that www. begins a link.
    r"(?<![A-Za-z0-9])[-_.]|[-_.](?![A-Za-z0-9])|(?<=[wW]{3})\."
    r"|(?<=[0-9])\)"  # 1) begins a list
    r"|[!\"#$&*+:<=>@\[\\\]^`{|}~]"
)
_PARTED = frozenset("@#$")
"""What begins a mention, a reference or a formula even as an entity."""


def render(report: Report) -> Iterator[str]:
    """The comment, in pieces that end in a newline."""
    used = 0
    for piece in _head(report):
        used += len(piece)
        yield piece
    left_out = 0
    for piece, number in _body(report):
        if left_out or used + len(piece) > LONGEST - RESERVED:
            left_out += number
            continue
        used += len(piece)
        yield piece
    if left_out:
        more = counted(left_out, "more entry", "more entries")
        yield (
            f"\n{more} would not fit: a comment has no more than {LONGEST:,} characters. "
            "`--format text` shows all.\n"
        )


def _head(report: Report) -> Iterator[str]:
    yield f"{MARKER}\n### ctb-lint: {verdict(report)}\n\n"
    if opening(report):
        yield f"{escaped(opening(report))}\n\n"
    number = len(report.findings)
    found = counted(number, "finding") if number else "No findings"
    yield f"**{found}** in {scope(report)}.\n\n"
    for line in _counts(report):
        yield f"- {line}\n"
    if report.grounds:
        yield f"- {escaped(evidence(report))}\n"


def _counts(report: Report) -> Iterator[str]:
    summary = report.summary
    violations = [finding for finding in report.findings if finding.doctrine]
    practice = [finding for finding in report.findings if not finding.doctrine]
    if report.failures:
        yield f"**{not_finished(report)}. This run is not a pass.**"
    if violations:
        count = counted(len(violations), "CTB violation")
        yield f"{DOCTRINE} {count}: {severities(violations)}"
    if practice:
        yield f"{counted(len(practice), 'practice finding')}: {severities(practice)}"
    for sentence in beside(report):
        yield escaped(sentence)
    if summary.fixable:
        yield escaped(fixable(report))
    if summary.not_understood:
        yield f"{counted(summary.not_understood, 'statement')} not understood"
    if summary.skipped_rules:
        yield f"{counted(summary.skipped_rules, 'rule')} skipped"


def _body(report: Report) -> Iterator[tuple[str, int]]:
    """The pieces below the summary, each with the number of entries that go with it."""
    if report.failures:
        yield "\n#### Not finished\n\n", 0
        for failure in report.failures:
            yield _failure(report, failure), 1
    for path, findings in _by_file(report).items():
        title = code(in_repository(report, path)) if path else _elsewhere(report)
        head = f"\n#### {title}\n\n| | line | rule | finding |\n|---|---|---|---|\n"
        for finding in findings:
            # A title never stands without a line below it.
            yield head + _row(finding), 1
            head = ""
    if report.skipped:
        lines = [f"- {escaped(what)}: {escaped(why)}\n" for what, why in skipped_groups(report)]
        # In one piece: a comment that ends inside of it would hide what is said there.
        head, end = "\n<details><summary>Skipped</summary>\n\n", "\n</details>\n"
        yield f"{head}{''.join(lines)}{end}", len(lines)


def _elsewhere(report: Report) -> str:
    if report.snapshot:
        return f"In the snapshot {code(report.snapshot.path)}"
    database = report.database
    return f"In database {code(database.server.database)}" if database else "In no file"


def _by_file(report: Report) -> dict[str, list[Reported]]:
    """The findings by path, the file with the worst first; ``""`` for those without a place."""
    files: dict[str, list[Reported]] = {}
    for finding in most_severe_first(report.findings):
        files.setdefault(finding.at.path if finding.at else "", []).append(finding)
    return files


def _row(finding: Reported) -> str:
    line = str(finding.at.line) if finding.at else ""
    mark = f"{DOCTRINE} " if finding.doctrine else ""
    where = "" if finding.at else f"{code(str(finding.object))}: "
    hint = f"<br>hint: {escaped(finding.hint, LONGEST_HINT)}" if finding.hint else ""
    rule = f"{mark}{escaped(finding.code)} {escaped(finding.name)}"
    text = f"{where}{escaped(finding.message)}{hint}"
    return f"| {finding.severity.value} | {line} | {rule} | {text} |\n"


def _failure(report: Report, failure: Failure) -> str:
    line = f" line {failure.line}" if failure.line else ""
    where = f"{code(in_repository(report, failure.path))}{line}: " if failure.path else ""
    hint = f" (hint: {escaped(failure.hint)})" if failure.hint else ""
    return f"- {where}{escaped(failure.message)}{hint}\n"


def code(text: str) -> str:
    """The text as code, whatever is in it."""
    return f"<code>{escaped(text)}</code>"


def escaped(text: str, longest: int = LONGEST_TEXT) -> str:
    """The text as Markdown that shows it and does nothing: every mark is an entity, and what
    would make a mention, a reference or an address is parted by an empty comment. ``longest`` are
    the characters that are shown."""
    shown = visible(text)
    if len(shown) > longest:
        shown = shown[: longest - 1] + "…"
    return _SPECIAL.sub(_entity, shown.strip())


def _entity(found: re.Match[str]) -> str:
    entity = f"&#{ord(found[0])};"
    return f"{entity}<!-- -->" if found[0] in _PARTED else entity

"""``--fix`` and ``--diff``: what is said of the fixes."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Set
from typing import TYPE_CHECKING

from ctb_lint.reporters.sanitise import visible
from ctb_lint.reporters.words import counted

if TYPE_CHECKING:
    from ctb_lint.cli.fix import Fixed
    from ctb_lint.cli.request import Request
    from ctb_lint.report import Report


def apply(request: Request, *, unsafe: bool, only: Set[str] | None = None) -> Report:
    """Applies the fixes, says on standard error what was fixed, written and left, and reports on
    the files as they are then. Raises RunError where they cannot be written."""
    from ctb_lint.cli.fix import fix

    given, report = fix(request, unsafe=unsafe, only=only)
    _say(given, request, "fixed")
    for one in given.written:
        verb = "new" if one.old is None else "changed"
        sys.stderr.write(f"  {verb}: {visible(one.shown)}\n")
    return report


def show(request: Request, *, unsafe: bool, only: Set[str] | None = None) -> int:
    """Prints what the fixes would change, as one diff; the exit code: 0 where there is nothing to
    fix, 1 where there is, 2 where not everything could be read. Raises RunError."""
    from ctb_lint.cli.fix import diff, fixed
    from ctb_lint.cli.output import emit
    from ctb_lint.cli.trouble import sentence

    given = fixed(request, unsafe=unsafe, only=only)
    emit(diff(given.written), utf8=True)
    _say(given, request, "would be fixed")
    failures = given.before.report.failures
    for failure in failures:
        sys.stderr.write(sentence(failure))
    return 2 if failures else int(bool(given.written))


def _say(given: Fixed, request: Request, did: str) -> None:
    codes = Counter(one.code for one in given.applied)
    listed = ", ".join(f"{code} {count:,}" for code, count in sorted(codes.items()))
    number = counted(len(given.applied), "finding")
    sys.stderr.write(f"{number} {did}: {listed}\n" if codes else "nothing to fix\n")
    for reason, count in sorted(Counter(one.reason for one in given.left).items()):
        sys.stderr.write(f"  {count:,} left: {visible(reason)}\n")
    kept = _kept_as_they_are(given)
    if kept and request.released is None:
        verb = "is" if kept == 1 else "are"
        sys.stderr.write(
            f"  {kept:,} {verb} in migrations that others may have applied, and only those files "
            "could be mended: if nobody has, add --released none\n"
        )


def _kept_as_they_are(given: Fixed) -> int:
    """The findings that a fix is known for, were it not that their files must not change."""
    from ctb_lint.cli.installed import installed_rules

    fixable = {code for code, rule in installed_rules().items() if rule.fixable}
    released = {
        file.path
        for folded in given.after.read.folded
        for file in folded.history.files
        if file.released
    }
    return sum(
        one.code in fixable and one.fix is None and one.at is not None and one.at.path in released
        for one in given.after.report.findings
    )

"""``ctb-lint catalogue fix``: mends what only has to be written right."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ctb_lint.cli import options
from ctb_lint.cli.catalogue import options as of_catalogue

if TYPE_CHECKING:
    from ctb_lint.report import Report

MENDED = frozenset({"T010", "T014", "T016"})
"""The table index, the statistics, and mis-decoded text."""


def fix(
    files: of_catalogue.Files = None,
    diff: of_catalogue.Diff = False,
    as_of: options.AsOf = None,
    config: options.ConfigFile = None,
) -> Callable[[], int]:
    """Mend statistics, table index and mis-decoded text, and nothing else."""

    def action() -> int:
        from ctb_lint.cli import fixing
        from ctb_lint.cli.given import date_of
        from ctb_lint.cli.output import emit
        from ctb_lint.cli.reading import needs_catalogue
        from ctb_lint.cli.request import Request, configuration
        from ctb_lint.reporters import concise

        request = Request(
            catalogue=tuple(files or ()),
            config=config,
            as_of=date_of(as_of),
            extend_select=tuple(sorted(MENDED)),
            no_baseline=True,
        )
        needs_catalogue(request, configuration(request))
        if diff:
            return fixing.show(request, unsafe=True, only=MENDED)
        left = _left(fixing.apply(request, unsafe=True, only=MENDED))
        emit(concise.render(left))
        return left.exit_code

    return action


def _left(report: Report) -> Report:
    """The report with those findings only that this command is for."""
    from msgspec import structs

    kept = tuple(one for one in report.findings if one.code in MENDED)
    return structs.replace(report, findings=kept, suppressed=(), skipped=())

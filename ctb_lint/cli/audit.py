"""``ctb-lint audit``: files, live schema, differences and rows, in one report."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from ctb_lint.cli import options
from ctb_lint.cli.trouble import RunError, chosen, together

if TYPE_CHECKING:
    from ctb_lint.cli.auditing import RowOptions
    from ctb_lint.cli.request import Request
    from ctb_lint.report import Report


def audit(
    paths: options.Paths = None,
    db: options.AuditDb = None,
    allow_plaintext: options.AllowPlaintext = False,
    history: options.Histories = None,
    max_seconds: options.MaxSeconds = None,
    max_rows: options.MaxRows = None,
    accept_unfinished: options.AcceptUnfinished = False,
    sample: options.Sample = None,
    rows_since: options.RowsSince = None,
    resume: options.Resume = None,
    shadow: options.Shadow = False,
    shadow_db: options.ShadowDb = None,
    format: options.Format = "text",  # noqa: A002  # the option's name
    output: options.Output = None,
    config: options.ConfigFile = None,
    catalogue: options.Catalogue = None,
    profile: options.Profile = None,
    select: options.Select = None,
    extend_select: options.ExtendSelect = None,
    ignore: options.Ignore = None,
    fail_on: options.FailOn = None,
    pg_version: options.PgVersion = None,
    default_schema: options.DefaultSchema = None,
    as_of: options.AsOf = None,
    baseline: options.Baseline = None,
    no_baseline: options.NoBaseline = False,
    write_baseline: options.WriteBaseline = False,
    prune_baseline: options.PruneBaseline = False,
    color: options.Color = "auto",
    show_skipped: options.ShowSkipped = False,
    show_suppressed: options.ShowSuppressed = False,
    show_evidence: options.ShowEvidence = False,
    quiet: options.Quiet = False,
) -> Callable[[], int]:
    """Check migrations, catalogue and live schema against each other, and the rows as well."""

    def action() -> int:
        from ctb_lint.cli.check import checked
        from ctb_lint.cli.rendering import Look, outputs

        shown = (show_skipped, show_suppressed, show_evidence, quiet)
        look = Look(
            outputs(format, output or ()), chosen("--color", color, options.COLOURS), *shown
        )
        writing = {"--write-baseline": write_baseline, "--prune-baseline": prune_baseline}
        together(writing)

        def request() -> Request:
            from ctb_lint.cli.database import refuse_urls
            from ctb_lint.cli.given import judged_by
            from ctb_lint.cli.request import Request

            refuse_urls([*(paths or ()), *(catalogue or ()), config, baseline, resume])
            rows = _rows(max_seconds, max_rows, accept_unfinished, sample, rows_since, resume)
            asked = Request(
                paths=tuple(paths or ()),
                config=config,
                all_findings=True,
                catalogue=tuple(catalogue or ()),
                shadow=shadow,
                shadow_db=shadow_db,
                db=options.ENVIRONMENT if db is None else db,
                allow_plaintext=allow_plaintext,
                histories=tuple(history or ()),
                rows=rows,
                baseline=baseline,
                no_baseline=no_baseline,
            )
            return judged_by(
                asked,
                profile=profile,
                select=select,
                ignore=ignore,
                extend_select=extend_select,
                fail_on=fail_on,
                pg_version=pg_version,
                default_schema=default_schema,
                as_of=as_of,
            )

        def run(request: Request) -> Report:
            from ctb_lint.cli import debts
            from ctb_lint.cli.run import check

            together({"--baseline": baseline, "--no-baseline": no_baseline})
            _whole(request, writing)
            if write_baseline:
                return debts.take_up(request)
            return debts.prune(request) if prune_baseline else check(request)

        return checked(request, run, look)

    return action


def _whole(request: Request, writing: Mapping[str, bool]) -> None:
    """Raises RunError where known debt would be written from some of the rows only."""
    partial = request.rows and request.rows.partial
    for option, given in writing.items():
        together({partial or "": bool(partial), option: given})


def _rows(
    max_seconds: float | None,
    max_rows: int | None,
    accept_unfinished: bool,
    sample: float | None,
    since: str | None,
    resume: str | None,
) -> RowOptions:
    """How far to go. Raises RunError where that is nowhere."""
    from ctb_lint.cli.auditing import RowOptions

    for option, value in {"--max-seconds": max_seconds, "--max-rows": max_rows}.items():
        if value is not None and not value > 0:
            hint = f"leave {option} out to look at all rows"
            raise RunError(f"{option} cannot be {value:g}: nothing would be looked at", hint=hint)
    if sample is not None and not 0 < sample < 100:
        hint = "leave it out to look at all rows"
        raise RunError(f"--sample cannot be {sample:g}: it is a percentage below 100", hint=hint)
    return RowOptions(
        max_seconds=max_seconds,
        max_rows=max_rows,
        accept_unfinished=accept_unfinished,
        sample=sample and sample / 100,
        since=_moment(since),
        resume=Path(resume) if resume else None,
    )


def _moment(value: str | None) -> datetime.datetime | None:
    """The moment of ``--rows-since``, in UTC where it has no zone. Raises RunError for others."""
    if value is None:
        return None
    try:
        moment = datetime.datetime.fromisoformat(value)
    except ValueError:
        hint = "write YYYY-MM-DD, or YYYY-MM-DDTHH:MM:SS+00:00"
        raise RunError(f"--rows-since cannot be {value!r}", hint=hint) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)

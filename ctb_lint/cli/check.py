"""``ctb-lint check``: judges migrations and says what is wrong with them."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from ctb_lint.cli import options
from ctb_lint.cli.trouble import RunError, chosen, internal, interrupted, together

if TYPE_CHECKING:
    from ctb_lint.cli.rendering import Look
    from ctb_lint.cli.request import Request
    from ctb_lint.report import Report


def check(
    paths: options.Paths = None,
    format: options.Format = "text",  # noqa: A002  # the option's name
    output: options.Output = None,
    config: options.ConfigFile = None,
    profile: options.Profile = None,
    select: options.Select = None,
    extend_select: options.ExtendSelect = None,
    ignore: options.Ignore = None,
    fail_on: options.FailOn = None,
    pg_version: options.PgVersion = None,
    default_schema: options.DefaultSchema = None,
    stdin_filename: options.StdinFilename = None,
    as_of: options.AsOf = None,
    since: options.Since = None,
    staged: options.Staged = False,
    all_findings: options.AllFindings = False,
    catalogue: options.Catalogue = None,
    shadow: options.Shadow = False,
    shadow_db: options.ShadowDb = None,
    db: options.Db = None,
    snapshot: options.Snapshot = None,
    allow_plaintext: options.AllowPlaintext = False,
    history: options.Histories = None,
    baseline: options.Baseline = None,
    no_baseline: options.NoBaseline = False,
    write_baseline: options.WriteBaseline = False,
    prune_baseline: options.PruneBaseline = False,
    released: options.Released = None,
    fix: options.Fix = False,
    diff: options.Diff = False,
    unsafe_fixes: options.UnsafeFixes = False,
    color: options.Color = "auto",
    show_skipped: options.ShowSkipped = False,
    show_suppressed: options.ShowSuppressed = False,
    show_evidence: options.ShowEvidence = False,
    quiet: options.Quiet = False,
) -> Callable[[], int]:
    """Check migrations, catalogue and live schema against the CTB standard, and each other."""

    def action() -> int:
        from ctb_lint.cli.rendering import Look, outputs

        shown = (show_skipped, show_suppressed, show_evidence, quiet)
        look = Look(
            outputs(format, output or ()), chosen("--color", color, options.COLOURS), *shown
        )
        fixing = {"--fix": fix, "--diff": diff}
        debts = {"--write-baseline": write_baseline, "--prune-baseline": prune_baseline}
        together({**debts, **fixing})

        def request() -> Request:
            from ctb_lint.cli.given import judged_by
            from ctb_lint.cli.request import Request

            asked = Request(
                paths=tuple(paths or ()),
                config=config,
                stdin_filename=stdin_filename,
                since=since,
                staged=staged,
                all_findings=all_findings or db is not None or snapshot is not None,
                catalogue=tuple(catalogue or ()),
                shadow=shadow,
                shadow_db=shadow_db,
                db=db,
                snapshot=snapshot,
                allow_plaintext=allow_plaintext,
                histories=tuple(history or ()),
                baseline=baseline,
                no_baseline=no_baseline,
                released=released,
                protect=fix or diff,
            )
            _refuse(asked, fixing, write_baseline)
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

        if unsafe_fixes and not (fix or diff):
            hint = "add --fix, or --diff to see them first"
            raise RunError("--unsafe-fixes applies nothing by itself", hint=hint)
        if diff:
            from ctb_lint.cli.fixing import show

            return show(request(), unsafe=unsafe_fixes)
        return checked(request, _run_of(write_baseline, prune_baseline, fix, unsafe_fixes), look)

    return action


def _refuse(request: Request, fixing: Mapping[str, bool], write_baseline: bool) -> None:
    """Raises RunError where a database is named as something else, or beside what does not go
    with it."""
    from ctb_lint.cli.database import refuse_urls
    from ctb_lint.cli.given import beside_db, beside_snapshot

    named = [*request.paths, *request.catalogue, request.config, request.baseline]
    refuse_urls([*named, request.released, request.since, request.snapshot])
    files = {"--since": request.since, "--staged": request.staged, **fixing}
    alone = {**files, "--write-baseline": write_baseline, "--db": request.db is not None}
    plain = {"--allow-plaintext": request.allow_plaintext}
    beside_snapshot(request.snapshot, alone, plain)
    about = {**plain, "--history": request.histories}
    beside_db(request.db, files, {} if request.snapshot is not None else about)


def _run_of(
    write_baseline: bool, prune_baseline: bool, fix: bool, unsafe: bool
) -> Callable[[Request], Report]:
    """What is to be done with the request: debt is written down or paid, fixes are applied, or
    nothing is changed."""

    def run(request: Request) -> Report:
        from ctb_lint.cli import debts, fixing
        from ctb_lint.cli.run import check

        together({"--since": request.since, "--staged": request.staged})
        together({"--baseline": request.baseline, "--no-baseline": request.no_baseline})
        if write_baseline:
            return debts.take_up(request)
        if prune_baseline:
            return debts.prune(request)
        return fixing.apply(request, unsafe=unsafe) if fix else check(request)

    return run


def checked(asked: Callable[[], Request], run: Callable[[Request], Report], look: Look) -> int:
    """Runs what is asked for and sends the report where it is to go. What is wrong with the
    request, or Ctrl-C, ends in an unfinished report, too."""
    from ctb_lint.cli.rendering import abandon, deliver

    # Nearly all that is made lives to the end: looking for what does not costs a third of the run.
    gc.set_threshold(1_000_000, 50, 50)
    try:
        request = asked()
        report = run(request)
        read = _read(report, request) if any(one.path for one in look.outputs) else ()
    except RunError as trouble:
        return abandon(trouble.failure, look)
    except KeyboardInterrupt:
        # What an earlier run left in a file must not pass for what this one found.
        return abandon(interrupted(), look)
    except Exception as error:
        if os.environ.get("CTB_LINT_TRACEBACK"):
            raise
        return abandon(internal(error), look)
    return deliver(report, look, read)


def _read(report: Report, request: Request) -> tuple[Path, ...]:
    """The files that no report may be written over: migrations, configuration, baseline,
    catalogue."""
    from ctb_lint.cli.debts import baseline_path
    from ctb_lint.cli.parts import parts
    from ctb_lint.cli.request import configuration

    config = configuration(request)
    catalogue = (*config.catalogue, *map(os.fspath, parts(config, config.base).found))
    named = (*(source.path for source in report.inputs), *catalogue)
    taken = Path(request.snapshot) if request.snapshot else None
    own = (config.path, baseline_path(config, request.baseline), taken)
    return (*filter(None, own), *(config.base / path for path in named))

"""``ctb-lint check``: judges migrations and says what is wrong with them."""

from __future__ import annotations

import datetime
import gc
import os
from collections.abc import Callable, Iterable, Mapping
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

        look = Look(
            outputs(format, output or ()),
            chosen("--color", color, options.COLOURS),
            show_skipped=show_skipped,
            show_suppressed=show_suppressed,
            show_evidence=show_evidence,
            quiet=quiet,
        )

        def request() -> Request:
            from ctb_lint.cli.database import refuse_urls
            from ctb_lint.cli.request import Request

            named = [*(paths or ()), *(catalogue or ()), config, baseline, released, since]
            refuse_urls([*named, snapshot])
            files = {"--since": since, "--staged": staged, "--fix": fix, "--diff": diff}
            alone = {**files, "--write-baseline": write_baseline, "--db": db is not None}
            beside_snapshot(snapshot, alone, {"--allow-plaintext": allow_plaintext})
            about = {"--allow-plaintext": allow_plaintext, "--history": history}
            beside_db(db, files, {} if snapshot is not None else about)
            return Request(
                paths=tuple(paths or ()),
                config=config,
                profile=optional("--profile", profile, options.PROFILES),
                select=codes_of("--select", select),
                ignore=codes_of("--ignore", ignore) or (),
                extend_select=codes_of("--extend-select", extend_select) or (),
                fail_on=optional("--fail-on", fail_on, options.FAIL_ON),
                pg_version=version_of(pg_version),
                default_schema=default_schema,
                stdin_filename=stdin_filename,
                as_of=date_of(as_of),
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

        def run(request: Request) -> Report:
            from ctb_lint.cli import debts, fixing
            from ctb_lint.cli.run import check

            together({"--since": since, "--staged": staged})
            together({"--baseline": baseline, "--no-baseline": no_baseline})
            if write_baseline:
                return debts.take_up(request)
            if prune_baseline:
                return debts.prune(request)
            return fixing.apply(request, unsafe=unsafe_fixes) if fix else check(request)

        together(
            {
                "--write-baseline": write_baseline,
                "--prune-baseline": prune_baseline,
                "--fix": fix,
                "--diff": diff,
            }
        )
        if unsafe_fixes and not (fix or diff):
            hint = "add --fix, or --diff to see them first"
            raise RunError("--unsafe-fixes applies nothing by itself", hint=hint)
        if diff:
            from ctb_lint.cli.fixing import show

            return show(request(), unsafe=unsafe_fixes)
        return checked(request, run, look)

    return action


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


def beside_db(db: str | None, files: Mapping[str, object], about_it: Mapping[str, object]) -> None:
    """Raises RunError where options that are about files alone stand beside ``--db``, or those
    that are about the database without it."""
    for option, value in files.items():
        together({"--db": db is not None, option: value})
    for option, value in about_it.items():
        if value and db is None:
            raise RunError(f"{option} is about a database", hint="name it with --db URL")


def beside_snapshot(
    snapshot: str | None, alone: Mapping[str, object], about_db: Mapping[str, object]
) -> None:
    """Raises RunError where options stand beside ``--snapshot`` that are about files alone or need
    all of a database (``alone``), or are about a connection."""
    if snapshot is None:
        return
    for option, value in {**alone, **about_db}.items():
        together({"--snapshot": True, option: value})


def codes_of(option: str, given: Iterable[str] | None) -> tuple[str, ...] | None:
    """The codes of a repeatable, comma-separated option; None where it was not given."""
    if not given:
        return None
    codes = tuple(code.strip() for part in given for code in part.split(",") if code.strip())
    if not codes:
        # Selecting nothing would find nothing, and pass.
        raise RunError(f"{option} names no rule", hint="ctb-lint rules lists all of them")
    return codes


def optional(option: str, value: str | None, known: Iterable[str]) -> str | None:
    """The value, where it is one of the known ones, or was not given."""
    return None if value is None else chosen(option, value, known)


def version_of(value: str | None) -> int | None:
    """The PostgreSQL of ``--pg-version``."""
    version = optional("--pg-version", value, options.PG_VERSIONS)
    return int(version) if version else None


def date_of(value: str | None) -> datetime.date | None:
    """The day of ``--as-of``. Raises RunError where it is none."""
    if value is None:
        return None
    try:
        return datetime.date.fromisoformat(value)
    except ValueError:
        hint = "write the date as YYYY-MM-DD"
        raise RunError(f"--as-of cannot be {value!r}", hint=hint) from None

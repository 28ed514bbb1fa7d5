"""``ctb-lint check``: judges migrations and says what is wrong with them."""

from __future__ import annotations

import datetime
import gc
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ctb_lint.cli import options
from ctb_lint.cli.trouble import RunError, chosen, internal, sentence

if TYPE_CHECKING:
    from ctb_lint.cli.run import Request
    from ctb_lint.report import Failure, Report

COULD_NOT_RUN = 2


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
    color: options.Color = "auto",
    show_skipped: options.ShowSkipped = False,
    quiet: options.Quiet = False,
) -> Callable[[], int]:
    """Check migrations against the CTB standard and PostgreSQL."""

    def action() -> int:
        from ctb_lint.cli.run import Request

        form = chosen("--format", format, options.FORMATS)
        colour = chosen("--color", color, options.COLOURS)
        request = Request(
            paths=tuple(paths or ()),
            config=config,
            profile=_optional("--profile", profile, options.PROFILES),
            select=_codes("--select", select),
            ignore=_codes("--ignore", ignore) or (),
            extend_select=_codes("--extend-select", extend_select) or (),
            fail_on=_optional("--fail-on", fail_on, options.FAIL_ON),
            pg_version=_version(pg_version),
            default_schema=default_schema,
            stdin_filename=stdin_filename,
            as_of=_date(as_of),
        )
        look = Look(form, Path(output) if output else None, colour, show_skipped, quiet)
        return _checked(request, look)

    return action


class Look(NamedTuple):
    """How the report is to look, and where it goes."""

    form: str
    output: Path | None
    colour: str
    show_skipped: bool
    quiet: bool


def _checked(request: Request, look: Look) -> int:
    from ctb_lint.cli.output import emit
    from ctb_lint.cli.run import check as run

    # Nearly all that is made lives to the end: looking for what does not costs a third of the run.
    gc.set_threshold(100_000, 50, 50)
    try:
        report = run(request)
    except RunError as trouble:
        return _abandoned(trouble.failure, look)
    except Exception as error:
        if os.environ.get("CTB_LINT_TRACEBACK"):
            raise
        return _abandoned(internal(error), look)
    if look.output and _is_input(look.output, report, request):
        message = f"--output {look.output} is a file that was read"
        refused = RunError(message, hint="name another file")
        return _abandoned(refused.failure, look._replace(output=None))
    emit(_rendered(report, look), look.output, utf8=look.form == "json")
    return report.exit_code


def _is_input(output: Path, report: Report, request: Request) -> bool:
    """Whether the report would be written over a migration or the configuration."""
    from ctb_lint.cli.run import configuration

    config = configuration(request)
    read = [config.base / source.path for source in report.inputs]
    named = [config.path] if config.path else []
    return any(path.resolve() == output.resolve() for path in (*read, *named))


def _abandoned(failure: Failure, look: Look) -> int:
    """Says why there is no report; to a machine also as a report that did not finish."""
    from ctb_lint.cli.output import emit
    from ctb_lint.cli.run import unfinished

    sys.stderr.write(sentence(failure))
    if look.form == "json":
        emit(_rendered(unfinished(failure), look), look.output, utf8=True)
    return COULD_NOT_RUN


def _rendered(report: Report, look: Look) -> Iterator[str]:
    if look.form == "json":
        from ctb_lint.reporters import json_report

        return json_report.render(report)
    if look.form == "concise":
        from ctb_lint.reporters import concise

        return concise.render(report, show_skipped=look.show_skipped, quiet=look.quiet)
    from ctb_lint.cli.output import wants_colour
    from ctb_lint.reporters import paint, text

    stream = None if look.output else sys.stdout
    on_terminal = bool(stream and stream.isatty())
    return text.render(
        report,
        paint=paint.coloured() if wants_colour(look.colour, stream, os.environ) else paint.plain,
        width=max(shutil.get_terminal_size().columns - 8, 40) if on_terminal else text.WIDTH,
        show_skipped=look.show_skipped,
        quiet=look.quiet,
    )


def _codes(option: str, given: Iterable[str] | None) -> tuple[str, ...] | None:
    """The codes of a repeatable, comma-separated option; None where it was not given."""
    if not given:
        return None
    codes = tuple(code.strip() for part in given for code in part.split(",") if code.strip())
    if not codes:
        # Selecting nothing would find nothing, and pass.
        raise RunError(f"{option} names no rule", hint="ctb-lint rules lists all of them")
    return codes


def _optional(option: str, value: str | None, known: Iterable[str]) -> str | None:
    return None if value is None else chosen(option, value, known)


def _version(value: str | None) -> int | None:
    version = _optional("--pg-version", value, options.PG_VERSIONS)
    return int(version) if version else None


def _date(value: str | None) -> datetime.date | None:
    if value is None:
        return None
    try:
        return datetime.date.fromisoformat(value)
    except ValueError:
        hint = "write the date as YYYY-MM-DD"
        raise RunError(f"--as-of cannot be {value!r}", hint=hint) from None

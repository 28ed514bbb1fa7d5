"""How a report goes out: in which formats, and where to.

``outputs`` reads the options, ``deliver`` writes a report to all of them, and ``abandon`` does the
same where there is none to write: what reads a report must never find the one of an earlier run.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ctb_lint.cli import options
from ctb_lint.cli.trouble import RunError, chosen, internal, nearest, sentence

if TYPE_CHECKING:
    from ctb_lint.report import Failure, Report

COULD_NOT_RUN = 2
STDOUT = ("-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1")
"""What standard output is called: it is written to once, and never replaced as a file is."""
FOR_PEOPLE = ("text", "concise")
"""The formats that depend on the terminal. The others are UTF-8 everywhere."""
MODULES = {
    "json": "json_report",
    "sarif": "sarif",
    "github": "github",
    "gitlab": "gitlab",
    "junit": "junit",
    "markdown": "markdown",
}
"""The reporters of the other formats, which need the report only."""
SOURCES = (".sql", ".toml")
"""What a report is never written over, where the run ended before it said what it reads."""


class Output(NamedTuple):
    """One copy of the report; ``path`` is None for standard output."""

    form: str
    path: Path | None = None


class Look(NamedTuple):
    """How the report is to look, and where it goes."""

    outputs: tuple[Output, ...]
    colour: str = "never"
    show_skipped: bool = False
    show_suppressed: bool = False
    show_evidence: bool = False
    quiet: bool = False


def outputs(form: str, given: Iterable[str]) -> tuple[Output, ...]:
    """Where the report goes: files first, standard output last.

    ``given`` are the values of ``--output``: ``FILE`` takes the report in ``form`` instead of
    standard output, ``FORMAT:FILE`` takes one more; ``-`` is standard output. Raises RunError
    where a value says neither, or where two reports would go to one place.
    """
    chosen("--format", form, options.FORMATS)
    named = [_output(form, value) for value in given]
    plain = [one for one, bare in named if bare]
    if len(plain) > 1:
        hint = "write --output FORMAT:FILE for further formats"
        raise RunError(f"{len(plain)} values of --output are without a format", hint=hint)
    found = [one for one, _ in named]
    on_stdout = [one.form for one in found if one.path is None]
    if not plain and not on_stdout:
        found.append(Output(form))
    elif not plain and form not in (on_stdout[0], options.FORMATS[0]):
        on_stdout.append(form)
    if len(on_stdout) > 1:
        hint = "write all but one to files"
        raise RunError(f"standard output would get {' and '.join(on_stdout)}", hint=hint)
    _all_apart(found)
    return tuple(sorted(found, key=lambda one: one.path is None))


def _output(form: str, value: str) -> tuple[Output, bool]:
    """The output, and whether it is named without a format."""
    head, colon, rest = value.partition(":")
    # Any other prefix belongs to the file's name: C:\report.json is one.
    prefixed = bool(colon) and head in options.FORMATS
    near = nearest(head, options.FORMATS) if colon and head.isalpha() else None
    if near and not prefixed:
        message = f"--output {value!r} begins with no format; did you mean {near}:{rest}?"
        raise RunError(message, hint=f"write ./{value} for a file of that name")
    name = rest if prefixed else value
    if not name:
        raise RunError(f"--output {value!r} names no file", hint="write FILE, FORMAT:FILE or -")
    path = None if name in STDOUT else Path(name)
    return Output(head if prefixed else form, path), not prefixed


def _all_apart(found: Iterable[Output]) -> None:
    seen: dict[str, Output] = {}
    for one in found:
        if one.path is None:
            continue
        real = _real(one.path)
        if real in seen:
            message = f"{seen[real].form} and {one.form} would go to the same file"
            raise RunError(message, path=str(one.path), hint="name another file")
        seen[real] = one


def _real(path: Path) -> str:
    return os.path.normcase(os.path.realpath(path))


def deliver(report: Report, look: Look, read: Iterable[Path] = ()) -> int:
    """Writes the report to every output, and returns the exit code.

    ``read`` are the files that the run is about: where an output is one of them, nothing is
    written there, and the run counts as not finished. All outputs are attempted; what cannot be
    written is said on standard error.
    """
    known = {_real(path) for path in read}
    over = [one for one in look.outputs if one.path and _real(one.path) in known]
    if over:
        left = [one for one in look.outputs if one not in over]
        if all(one.path for one in left):
            left.append(Output(over[0].form))
        names = ", ".join(str(one.path) for one in over)
        message = f"--output {names} is a file that was read"
        refused = RunError(message, hint="name another file")
        return abandon(refused.failure, look._replace(outputs=tuple(left)))
    written = [_written(report, one, look) for one in look.outputs]
    return report.exit_code if all(written) else COULD_NOT_RUN


def abandon(failure: Failure, look: Look) -> int:
    """Says on standard error why there is no report, leaves one that did not finish in every
    output that is a file or for a machine, and returns the exit code."""
    from ctb_lint.cli.reported import unfinished

    sys.stderr.write(sentence(failure))
    report = unfinished(failure)
    for one in look.outputs:
        if one.path is None and one.form in FOR_PEOPLE:
            continue
        if one.path and one.path.suffix.lower() in SOURCES and one.path.exists():
            continue
        _written(report, one, look)
    return report.exit_code


def _written(report: Report, one: Output, look: Look) -> bool:
    """Whether the report could be written; where not, standard error says why."""
    from ctb_lint.cli.output import emit

    try:
        emit(rendered(report, one, look), one.path, utf8=one.form not in FOR_PEOPLE)
    except RunError as trouble:
        sys.stderr.write(sentence(trouble.failure))
        return False
    except Exception as error:
        if os.environ.get("CTB_LINT_TRACEBACK"):
            raise
        sys.stderr.write(sentence(internal(error)))
        return False
    return True


def rendered(report: Report, one: Output, look: Look) -> Iterator[str]:
    """The report in the format of the output, in pieces."""
    if one.form == "text":
        return _text(report, one.path is None, look)
    if one.form == "concise":
        from ctb_lint.reporters import concise

        return concise.render(
            report,
            show_skipped=look.show_skipped,
            show_suppressed=look.show_suppressed,
            show_evidence=look.show_evidence,
            quiet=look.quiet,
        )
    return _for_machines(report, one.form)


def _for_machines(report: Report, form: str) -> Iterator[str]:
    reporter = import_module(f"ctb_lint.reporters.{MODULES[form]}")
    pieces: Iterator[str] = reporter.render(report)
    return pieces


def _text(report: Report, on_stdout: bool, look: Look) -> Iterator[str]:
    from ctb_lint.cli.output import wants_colour
    from ctb_lint.reporters import paint, text

    stream = sys.stdout if on_stdout else None
    on_terminal = bool(stream and stream.isatty())
    return text.render(
        report,
        paint=paint.coloured() if wants_colour(look.colour, stream, os.environ) else paint.plain,
        width=max(shutil.get_terminal_size().columns - 8, 40) if on_terminal else text.WIDTH,
        show_skipped=look.show_skipped,
        show_suppressed=look.show_suppressed,
        show_evidence=look.show_evidence,
        quiet=look.quiet,
    )

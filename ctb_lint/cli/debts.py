"""The baseline's file: found, read, and written whole or not at all."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import structs

from ctb_lint.baseline import BaselineError, Entry, entries_of, read, written
from ctb_lint.cli.trouble import RunError
from ctb_lint.reporters.sanitise import visible
from ctb_lint.reporters.words import counted

if TYPE_CHECKING:
    from ctb_lint.cli.request import Request
    from ctb_lint.cli.run import Outcome
    from ctb_lint.config import Config
    from ctb_lint.report import Report

USUAL = "ctb-lint-baseline.json"
"""Where a baseline is written when nobody names a file; only a configured or named one is read."""
_LISTED = 20
"""So many entries are named one by one."""


def baseline_path(config: Config, named: str | None) -> Path | None:
    """The baseline's file: the one that the command line names, else the configured one."""
    if named is not None:
        return Path(named)
    return config.base / config.baseline if config.baseline else None


def shown(path: Path, config: Config) -> str:
    """The file as reports show it: relative to the configuration's folder where it is below."""
    # Without what leads up and down again; a link stays what it is called.
    absolute, base = Path(os.path.abspath(path)), config.base.absolute()  # noqa: PTH100
    return absolute.relative_to(base).as_posix() if absolute.is_relative_to(base) else str(path)


def known_debt(path: Path, config: Config) -> tuple[Entry, ...]:
    """The entries in the file. Raises RunError where it cannot be read: without it the run would
    not know what is new."""
    return entries_in(baseline_bytes(path, config), shown(path, config))


def entries_in(raw: bytes, name: str) -> tuple[Entry, ...]:
    """The entries of a baseline, whose file is called so. Raises RunError where it is none."""
    try:
        return read(raw)
    except BaselineError as error:
        hint = "write it again with --write-baseline, or mend it"
        raise RunError(str(error), path=name, hint=hint) from error


def baseline_bytes(path: Path, config: Config) -> bytes:
    """The file as it is. Raises RunError where it cannot be read."""
    name = shown(path, config)
    try:
        return path.read_bytes()
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise RunError(
            f"the baseline cannot be read: {why}",
            path=name,
            hint="write it with `ctb-lint check --write-baseline`",
        ) from error


def write(path: Path, entries: Sequence[Entry], config: Config) -> None:
    """Writes the file. Raises RunError where it cannot be written."""
    from ctb_lint.cli.output import emit

    try:
        emit((written(entries),), path)
    except RunError as error:
        hint = "name another file with --baseline"
        why = error.failure.message.removeprefix("cannot write the report: ")
        raise RunError(
            f"cannot write the baseline: {why}", path=shown(path, config), hint=hint
        ) from error


def take_up(request: Request) -> Report:
    """Writes all that stands into the baseline, says on standard error what that adds and takes
    out, and reports by the new baseline. Raises RunError where the run does not look at
    everything, or did not finish."""
    from ctb_lint.cli.request import configuration
    from ctb_lint.cli.run import check, examine

    config = configuration(request)
    path = baseline_path(config, request.baseline) or config.base / USUAL
    if request.no_baseline:
        hint = "leave out --no-baseline"
        raise RunError("--write-baseline and --no-baseline cannot be used together", hint=hint)
    _whole(request, "--write-baseline")
    outcome = examine(structs.replace(request, baseline=None, no_baseline=True, all_findings=True))
    _finished(outcome, "--write-baseline")
    before = known_debt(path, config) if path.exists() else ()
    after = _with_unseen(entries_of(outcome.standing), before, request)
    write(path, after, config)
    added, gone = _faults(after) - _faults(before), _faults(before) - _faults(after)
    number = sum(entry.count for entry in after)
    verb = "is" if number == 1 else "are"
    _say(f"{shown(path, config)}: {counted(number, 'finding')} {verb} known debt")
    if before:
        _listed("added", added)
    _listed("no longer found, and taken out", gone)
    if not (request.baseline or config.baseline):
        _say(f'set baseline = "{shown(path, config)}" in the configuration so that it is used')
    return check(structs.replace(_answered(request, outcome), baseline=str(path)))


def prune(request: Request) -> Report:
    """Takes out of the baseline what nothing matches any more, and says what. Raises RunError
    where there is no baseline, or the run does not look at everything."""
    from ctb_lint.cli.request import configuration
    from ctb_lint.cli.run import check, examine

    config = configuration(request)
    path = baseline_path(config, request.baseline)
    if path is None or request.no_baseline:
        hint = 'name it with --baseline FILE, or set baseline = "FILE" in the configuration'
        raise RunError("--prune-baseline: there is no baseline", hint=hint)
    _whole(request, "--prune-baseline")
    outcome = examine(structs.replace(request, all_findings=True))
    _finished(outcome, "--prune-baseline")
    before = known_debt(path, config)
    gone = _faults(before) - _faults(outcome.remaining)
    if gone:
        write(path, outcome.remaining, config)
    _listed("paid, and taken out", gone)
    left = sum(entry.count for entry in outcome.remaining)
    _say(f"{shown(path, config)}: {counted(left, 'finding')} left")
    return check(_answered(request, outcome))


def _answered(request: Request, outcome: Outcome) -> Request:
    """The request for the report behind a run. Rows are looked at once: what is reported is then
    what was written, and it does not take as long again."""
    from ctb_lint.cli.run import row_facts

    return structs.replace(request, answered=row_facts(outcome.judged) or {})


def _whole(request: Request, option: str) -> None:
    narrowed = {
        "paths": request.paths,
        "--since": request.since,
        "--staged": request.staged,
        "--select": request.select,
        "--ignore": request.ignore,
        "--extend-select": request.extend_select,
        "--profile": request.profile,
    }
    given = [name for name, value in narrowed.items() if value]
    if given:
        raise RunError(
            f"{option} is about the whole project as it is configured, not with {given[0]}",
            hint='leave it out; what is to be checked stands in the configuration (paths = ["…"])',
        )


def _with_unseen(
    after: tuple[Entry, ...], before: Iterable[Entry], request: Request
) -> tuple[Entry, ...]:
    """The entries, and those of the present baseline that this run could not look for."""
    from ctb_lint.cli.counted import out_of_sight
    from ctb_lint.cli.installed import installed_rules

    rules = installed_rules()
    known = {(entry.history, entry.fingerprint) for entry in after}
    unseen = (entry for entry in before if out_of_sight(entry, request, rules))
    return (*after, *(one for one in unseen if (one.history, one.fingerprint) not in known))


def _finished(outcome: Outcome, option: str) -> None:
    failures = outcome.report.failures
    if failures:
        first = failures[0]
        raise RunError(
            f"{option}: the run did not finish, the baseline stays as it is: {first.message}",
            path=first.path,
            line=first.line,
            hint=first.hint,
        )


def _faults(entries: Iterable[Entry]) -> Counter[tuple[str, str, str]]:
    """How often each fault is listed, by history, rule and object."""
    found: Counter[tuple[str, str, str]] = Counter()
    for entry in entries:
        facet = f" ({entry.facet})" if entry.facet else ""
        found[entry.history, entry.rule, entry.object + facet] += entry.count
    return found


def _listed(what: str, faults: Counter[tuple[str, str, str]]) -> None:
    """Says which entries came or went: nothing grows or shrinks in silence."""
    if not faults:
        return
    _say(f"{faults.total():,} {what}:")
    for (_, rule, named), count in sorted(faults.items())[:_LISTED]:
        times = f" ({count} times)" if count > 1 else ""
        _say(f"  {rule} {named}{times}")
    if len(faults) > _LISTED:
        _say(f"  … and {len(faults) - _LISTED:,} more")


def _say(line: str) -> None:
    if sys.stderr:
        sys.stderr.write(visible(line) + "\n")

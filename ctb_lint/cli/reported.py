"""The report of a run: what was read, what came of it, and of one that could not begin."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ctb_lint.cli.trouble import safe
from ctb_lint.passwords import masked
from ctb_lint.report import Failure, Input, Report, Reported, RuleInfo, Skipped, Tool
from ctb_lint.rule import Rule, Severity

if TYPE_CHECKING:
    from ctb_lint.cli.assess import Bench
    from ctb_lint.cli.newness import Compared
    from ctb_lint.config import Config


def report_of(state: Compared, bench: Bench, **parts: Any) -> Report:
    from importlib.metadata import version

    from ctb_lint.history import Outcome as Ending

    read, config = state.read, bench.config
    about = {path for path in read.selected if state.changed(path)}
    failures = tuple(
        safe(Failure(message=one.message, path=one.path, line=one.line, hint=one.hint))
        for one in read.failures
    )
    live = state.looked.live
    failures = (*state.looked.failures, *failures)
    nothing = not (live or state.before) and not any(file.path in about for file in read.files)
    if nothing and not failures:
        # Having looked at nothing is no pass.
        failures = (Failure("no file was checked", hint="name a file or folder of migrations"),)
    shown: list[Reported] = [*parts["findings"], *(one.finding for one in parts["suppressed"])]
    places = {one.at.path for one in shown if one.at}
    skipped = {*parts.pop("skipped"), *(Skipped("", *pair) for pair in read.skipped)}
    return Report(
        tool=Tool("ctb-lint", version("ctb-lint")),
        skipped=tuple(sorted(skipped)),
        failures=failures + parts.pop("failures"),
        inputs=tuple(
            Input(f.path, f.sha256, f.size, f.statements, f.history, f.path in about)
            for f in sorted(read.files, key=lambda file: file.path)
        ),
        fail_on=config.fail_on,
        not_understood=sum(
            statement.outcome is Ending.NOT_UNDERSTOOD
            for folded in read.folded
            for file in folded.history.files
            if file.path in about
            for statement in file.statements
        ),
        sources={
            path: masked(text) for path, text in _texts(state, config).items() if path in places
        },
        rules=_described(bench.rules, {one.code for one in shown}),
        base=_prefix(config.base),
        database=live.about if live else None,
        snapshot=live.snapshot if live else None,
        **parts,
    )


def _texts(state: Compared, config: Config) -> dict[str, str]:
    """The text of everything that a finding can be in."""
    own = {config.path.name: config.located.text} if config.path else {}
    return own | dict(state.read.texts)


def _described(rules: Mapping[str, Rule], codes: set[str]) -> tuple[RuleInfo, ...]:
    return tuple(
        RuleInfo(
            code=code,
            name=rule.name,
            severity=rule.severity,
            doctrine=rule.doctrine,
            summary=rule.summary,
            documentation=rule.documentation,
        )
        for code, rule in sorted(rules.items())
        if code in codes
    )


def _prefix(base: Path) -> str:
    """The way from the root of the repository to the base folder; empty where there is none."""
    base = base.absolute()
    for folder in (base, *base.parents):
        if (folder / ".git").exists():
            return base.relative_to(folder).as_posix() if base != folder else ""
    return ""


def unfinished(failure: Failure) -> Report:
    """The report of a run that could not begin."""
    from importlib.metadata import version

    return Report(
        tool=Tool("ctb-lint", version("ctb-lint")),
        findings=(),
        skipped=(),
        failures=(failure,),
        inputs=(),
        fail_on=Severity.ERROR,
    )

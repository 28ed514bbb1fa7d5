"""``ctb-lint rules``: every rule that is installed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ctb_lint.cli import options
from ctb_lint.cli.trouble import chosen

if TYPE_CHECKING:
    from ctb_lint.rule import Rule

FORMATS = ("text", "json")
_MARKS = {"safe": "fix", "unsafe": "fix!"}


def rules(
    format: options.RulesFormat = "text",  # noqa: A002  # the option's name
) -> Callable[[], int]:
    """List the rules: code, name, severity, fix, and ◆ where a finding is a CTB violation."""

    def action() -> int:
        from ctb_lint.cli.installed import installed_rules
        from ctb_lint.cli.output import emit

        listed = {"text": _text, "json": _json}[chosen("--format", format, FORMATS)]
        emit(listed(installed_rules()), utf8=format == "json")
        return 0

    return action


def _text(found: Mapping[str, Rule]) -> Iterator[str]:
    from ctb_lint.reporters.sanitise import visible

    names = max((len(rule.name) for rule in found.values()), default=0)
    for code, rule in found.items():
        mark = "◆" if rule.doctrine else " "
        fix = _MARKS[rule.fixable] if rule.fixable else ""
        about = f"{rule.severity.value:<7}  {fix:<4}  {rule.summary}"
        line = f"{code:<5} {mark} {rule.name:<{names}}  {about}"
        yield f"{visible(line)}\n"
    doctrine = sum(rule.doctrine for rule in found.values())
    yield f"\n{len(found)} rules, {doctrine} of them doctrine (◆): a finding is a CTB violation.\n"
    yield "--fix mends what those marked fix find, with --unsafe-fixes also those marked fix!.\n"


def _json(found: Mapping[str, Rule]) -> Iterator[str]:
    from ctb_lint.reporters.json_report import encoded

    lead = "[\n"
    for rule in found.values():
        yield lead + encoded(_row(rule))
        lead = ",\n"
    yield "\n]\n" if lead == ",\n" else "[]\n"


def _row(rule: Rule) -> dict[str, Any]:
    return {
        "code": rule.code,
        "name": rule.name,
        "severity": rule.severity.value,
        "doctrine": rule.doctrine,
        "fixable": rule.fixable and rule.fixable.value,
        "summary": rule.summary,
    }

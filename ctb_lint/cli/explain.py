"""``ctb-lint explain``: what a rule finds, why it matters and what to do."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from ctb_lint.cli.trouble import RunError, nearest

if TYPE_CHECKING:
    from ctb_lint.rule import Example, Rule


def explain(
    rules: Annotated[list[str], typer.Argument(metavar="RULE", help="Codes or names.")],
) -> Callable[[], int]:
    """Explain rules, by code (S001) or by name (missing-unique-id)."""

    def action() -> int:
        from ctb_lint.cli.output import emit
        from ctb_lint.cli.run import installed_rules

        installed = installed_rules()
        wanted = [_found(word, installed) for word in rules]
        emit(_page(rule, first=rule is wanted[0]) for rule in wanted)
        return 0

    return action


def _found(word: str, installed: Mapping[str, Rule]) -> Rule:
    by_word = {rule.name: rule for rule in installed.values()} | dict(installed)
    for known in (word, word.upper(), word.lower().replace("_", "-")):
        if known in by_word:
            return by_word[known]
    near = nearest(word, by_word)
    meant = f"; did you mean {near} ({_other(by_word[near], near)})?" if near else ""
    raise RunError(f"there is no rule {word!r}{meant}", hint="ctb-lint rules lists all of them")


def _other(rule: Rule, word: str) -> str:
    return rule.name if word == rule.code else rule.code


def _page(rule: Rule, first: bool) -> str:
    return ("" if first else "\n\n") + "".join(f"{line}\n" for line in _explained(rule))


def _explained(rule: Rule) -> Iterator[str]:
    from ctb_lint.reporters.sanitise import visible

    mark = " ◆" if rule.doctrine else ""
    yield visible(f"{rule.code}{mark} {rule.name}")
    yield ""
    for line in rule.documentation.splitlines():
        yield visible(line)
    yield ""
    for label, value in _facts(rule):
        yield f"{label}: {visible(value)}"
    for title, examples in ((_FOUND, rule.invalid), ("Not found", rule.valid)):
        if examples:
            yield ""
            yield f"{title}:"
        for example in examples:
            yield ""
            yield from (visible(line) for line in _example(example))


_FOUND = "Found, on the lines that `--!` marks"


def _facts(rule: Rule) -> Iterator[tuple[str, str]]:
    yield "Severity", rule.severity.value
    for stage, severity in (("planned", rule.planned), ("built-in", rule.builtin)):
        if severity:
            yield f"Severity where {stage}", severity.value
    yield "Kind", "doctrine, a finding is a CTB violation" if rule.doctrine else "practice"
    yield "Fix", f"automatic, {rule.fixable.value}" if rule.fixable else "by hand"


def _example(example: Example) -> Iterator[str]:
    """The example's lines, indented; its configuration first."""
    if example.config:
        yield "    # [tool.ctb-lint]"
        yield from (f"    # {line}" for line in _lines(example.config))
    if example.before:
        yield "    -- Before:"
        yield from (f"    {line}" for line in _lines(example.before))
        yield ""
        yield "    -- Now:"
    yield from (f"    {line}" for line in _lines(example.text))


def _lines(text: str) -> list[str]:
    return textwrap.dedent(text).strip("\n").rstrip().splitlines()

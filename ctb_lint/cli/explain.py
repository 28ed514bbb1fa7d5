"""``ctb-lint explain``: what a rule finds, why it matters and what to do."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from ctb_lint.cli.trouble import RunError, nearest

if TYPE_CHECKING:
    from ctb_lint.rule import Example, Rule


DRIFT = {
    "rogue": ("a table that nothing declares", ("S048",)),
    "phantom": ("a table that is declared and does not exist", ("S049",)),
    "orphan": ("a row that refers to what is not there", ("D012", "T036")),
    "ghost": (
        "an index or constraint that is declared and does not exist",
        ("S045", "S047", "S051"),
    ),
    "column drift": (
        "a column that is not as it is declared",
        ("S040", "S041", "S042", "S043", "S044"),
    ),
}
"""Other words for differences: what they mean, and the rules that find it."""


def explain(
    rules: Annotated[list[str], typer.Argument(metavar="RULE", help="Codes or names.")],
) -> Callable[[], int]:
    """Explain rules, by code (S001), by name (missing-unique-id) or by a word for drift."""

    def action() -> int:
        from ctb_lint.cli.installed import installed_rules
        from ctb_lint.cli.output import emit

        installed = installed_rules()
        wanted = [page for word in _words(rules) for page in _pages(word, installed)]
        emit(_parted(wanted))
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


def _words(given: list[str]) -> Iterator[str]:
    """The words, ``column drift`` as one."""
    words = iter(given)
    for word in words:
        yield f"{word} {next(words, '')}".strip() if word.lower() == "column" else word


def _pages(word: str, installed: Mapping[str, Rule]) -> Iterator[str]:
    """The page of a rule, or those of the rules that find a kind of drift."""
    kind = word.lower().replace("_", " ").replace("-", " ").removesuffix("s")
    meaning, codes = DRIFT.get(kind, ("", ()))
    found = [installed[code] for code in codes if code in installed]
    if not found:
        yield _page(_found(word, installed))
        return
    named = ", ".join(f"{rule.code} {rule.name}" for rule in found)
    lead = f"{kind}: {meaning} ({named})\n"
    for rule in found:
        yield f"{lead}\n{_page(rule)}" if rule is found[0] else _page(rule)


def _parted(pages: list[str]) -> Iterator[str]:
    for number, page in enumerate(pages):
        yield f"\n\n{page}" if number else page


def _page(rule: Rule) -> str:
    return "".join(f"{line}\n" for line in _explained(rule))


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

"""The rules that a configuration and a command line select, ignore and rank."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest

from ctb_lint.config import ConfigError, Overrides, parse, selection
from ctb_lint.model import QualifiedName
from ctb_lint.rule import ERROR, INFO, OFF, WARNING, Finding, Rule, Severity


def nothing(subject: object) -> Iterator[Finding]:
    yield from ()


def rule(code: str, name: str, severity: Severity, doctrine: bool, refused: bool) -> Rule:
    return Rule(
        code=code, name=name, severity=severity, judge=nothing, doctrine=doctrine, refused=refused
    )


RULES = {
    one.code: one
    for one in (
        rule("M001", "syntax-error", ERROR, doctrine=False, refused=True),
        rule("P001", "missing-table-comment", INFO, doctrine=False, refused=False),
        rule("S001", "missing-unique-id", ERROR, doctrine=True, refused=False),
        rule("S002", "missing-process-id", ERROR, doctrine=True, refused=False),
        rule("S014", "unindexed-foreign-key", WARNING, doctrine=False, refused=False),
        rule("S017", "index-name-convention", OFF, doctrine=False, refused=False),
    )
}


def chosen(config: str = "", **overrides: object) -> dict[str, Severity]:
    given = msgspec.convert(overrides, Overrides)
    return dict(selection(parse(config), RULES, given).severities)


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ('select = ["S001",\n"S9"]', '2: select: unknown rule "S9"; did you mean "S"?'),
        ('ignore = ["missing-uniqe-id"]',
         '1: ignore: unknown rule "missing-uniqe-id"; did you mean "missing-unique-id"?'),
        ('[severity]\nS001 = "info"\ns014 = "info"',
         '3: severity: unknown rule "s014"; did you mean "S014"?'),
        ('[per-path-ignores]\n"old/*" = ["Q"]',
         '2: per-path-ignores: unknown rule "Q"; ctb-lint rules lists them all'),
    ],
)  # fmt: skip
def test_an_unknown_rule_is_named_with_its_line(config: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        chosen(config)
    assert str(caught.value) == f"ctb-lint.toml:{message}"


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        ({"select": ["S0001"]}, '--select: unknown rule "S0001"; did you mean "S001"?'),
        ({"profile": "mini"},
         '--profile is "mini", expected one of minimal, recommended, strict; '
         'did you mean "minimal"?'),
    ],
)  # fmt: skip
def test_a_wrong_option_is_one_sentence(overrides: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        chosen("", **overrides)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("config", "overrides", "expected"),
    [
        pytest.param("", {}, "M001 P001 S001 S002 S014", id="recommended has all that is not off"),
        pytest.param('profile = "minimal"', {}, "M001 S001 S002",
            id="minimal has doctrine and what PostgreSQL refuses"),
        pytest.param('profile = "strict"', {}, "M001 P001 S001 S002 S014 S017=info",
            id="strict has all, those that are off as info"),
        pytest.param('select = ["S"]', {}, "S001 S002 S014", id="a prefix narrows"),
        pytest.param('select = []', {}, "", id="an empty selection selects nothing"),
        pytest.param('select = ["ALL"]', {}, "M001 P001 S001 S002 S014", id="all are not the off"),
        pytest.param('select = ["S"]\nprofile = "minimal"', {}, "S001 S002",
            id="a prefix narrows the profile"),
        pytest.param('select = ["P001"]\nprofile = "minimal"', {}, "P001",
            id="a code needs no profile"),
        pytest.param('extend-select = ["index-name-convention"]', {},
            "M001 P001 S001 S002 S014 S017=info", id="a rule that is off runs when it is named"),
        pytest.param('extend-select = ["S01"]\nprofile = "minimal"', {}, "M001 S001 S002 S014",
            id="a prefix extends the profile"),
        pytest.param('ignore = ["S"]', {}, "M001 P001", id="a prefix is ignored"),
        pytest.param('ignore = ["S"]\nselect = ["S01", "S001"]', {}, "S001 S014",
            id="the more specific selection wins"),
        pytest.param('ignore = ["S01"]\nselect = ["S"]', {}, "S001 S002",
            id="the more specific ignore wins"),
        pytest.param('ignore = ["S001"]\nselect = ["S001", "S002"]', {}, "S002",
            id="of equals ignore wins"),
        pytest.param('ignore = ["S001"]', {"select": ["S001"]}, "S001",
            id="of equals the command line wins"),
        pytest.param('ignore = ["S001"]', {"select": ["S"]}, "S002 S014",
            id="the file's ignores survive a prefix of the command line"),
        pytest.param('select = ["S"]', {"select": ["P"]}, "P001", id="--select replaces select"),
        pytest.param('select = ["S"]', {"ignore": ["S014"], "extend_select": ["M"]},
            "M001 S001 S002", id="the other options add"),
        pytest.param('[severity]\nS001 = "info"\nS = "warning"', {},
            "M001 P001 S001=info S002=warning S014", id="the more specific severity wins"),
        pytest.param('[severity]\nS017 = "error"', {}, "M001 P001 S001 S002 S014 S017=error",
            id="a severity wakes a rule that is off"),
        pytest.param('[severity]\nS001 = "off"', {"select": ["S001", "S002"]}, "S002",
            id="a rule that is switched off stays off"),
        pytest.param('[severity]\nS001 = "off"', {"severity": {"S001": "info"}},
            "M001 P001 S001=info S002 S014", id="the command line's severity wins"),
        pytest.param("", {"profile": "minimal"}, "M001 S001 S002", id="--profile"),
    ],
)  # fmt: skip
def test_rules_are_selected(config: str, overrides: dict[str, object], expected: str) -> None:
    wanted = {
        code: Severity(severity) if severity else RULES[code].severity
        for code, _, severity in (word.partition("=") for word in expected.split())
    }
    assert chosen(config, **overrides) == wanted


def test_rules_are_ignored_by_path() -> None:
    config = '[per-path-ignores]\n"old/**" = ["S", "P001"]\n"*.down.sql" = ["missing-unique-id"]'
    ignores = selection(parse(config), RULES, Overrides()).ignores
    asked = [
        ("old/a.sql", "S001"), ("old/b/c.sql", "P001"), ("old/a.sql", "M001"), ("a.sql", "S001"),
        ("new/a.down.sql", "S001"), ("new/a.down.sql", "S002"),
    ]  # fmt: skip
    assert [ignores(*one) for one in asked] == [True, True, False, False, True, False]


def test_tables_are_left_out_with_a_reason() -> None:
    config = parse(
        """
        default-schema = "app"
        include-schemas = ["app", "billing", "tmp"]
        exclude-schemas = ["tmp"]
        include-tables = ["billing.*", "u*"]
        exclude-tables = [{ table = "billing.old_*", reason = "frozen" }]
        """
    )
    leaves_out = selection(config, RULES, Overrides()).leaves_out
    named = ["app.users", "app.posts", "billing.bills", "billing.old_bills", "tmp.ux", "public.u"]
    assert [leaves_out(QualifiedName(*name.split("."))) for name in named] == [
        None,
        "app.posts is not in include-tables of ctb-lint.toml",
        None,
        "excluded by ctb-lint.toml: frozen",
        "schema tmp is in exclude-schemas of ctb-lint.toml",
        "schema public is not in include-schemas of ctb-lint.toml",
    ]

"""Text from outside never commands the terminal."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctb_lint.model import ObjectId, ObjectKind
from ctb_lint.report import (
    Because,
    Debt,
    Failure,
    NewOnly,
    Report,
    RuleInfo,
    Skipped,
    Suppressed,
    SuppressedBy,
)
from ctb_lint.reporters import (
    concise,
    github,
    gitlab,
    json_report,
    junit,
    markdown,
    sarif,
    text,
)
from ctb_lint.reporters.sanitise import escaped_json, visible
from ctb_lint.rule import Related
from tests.reporters.reports import between, finding, report, source

BIDI = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")
HIDDEN = set("\u200b\u200c\u200d\u2060\ufeff\xad")
ANYTHING = st.text(
    st.characters(codec=None)
    | st.sampled_from(sorted(BIDI | HIDDEN))
    | st.sampled_from("\x1b\x00\x07\x9b\n\r\t\x7f\ud800[]")
)


MACHINES = (json_report, sarif, github, gitlab, junit, markdown)


def is_safe(shown: str) -> bool:
    """No control character but our own newlines, no hidden or reordering mark."""
    return not any(
        unicodedata.category(c) in {"Cc", "Zl", "Zp", "Cs"} or c in BIDI | HIDDEN
        for c in shown
        if c != "\n"
    )


def hostile(anything: str) -> Report:
    """A report that has the text everywhere that text can come from outside."""
    path = f"p{anything}"
    sql = f"{anything}x{anything}"
    at = between(sql, len(anything), len(anything) + 1, path)
    found = finding(
        at,
        message=anything,
        hint=anything,
        object=ObjectId(ObjectKind.TABLE, anything, None, anything),
        because=Because(anything, at),
        related=(Related(anything, at),),
        seen_in=(anything, "live"),
    )
    return report(
        found,
        finding(None, message=anything, object=found.object),
        sources={path: sql},
        failures=(Failure(anything, path, 1, anything),),
        skipped=(Skipped("", anything, anything),),
        inputs=(source(path),),
        suppressed=(
            Suppressed(finding=found, by=SuppressedBy.BASELINE),
            Suppressed(
                finding=found, by=SuppressedBy.WAIVER, reason=anything, owner=anything, at=at
            ),
        ),
        new_only=NewOnly(anything, 1),
        debt=Debt(anything, 1, 1, (anything,)),
        rules=(RuleInfo("S001", "n", found.severity, True, anything, anything),),
        base="sub",
    )


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        pytest.param("plain", "plain", id="plain text stays"),
        pytest.param("表 é 👍", "表 é 👍", id="letters of every script stay"),
        pytest.param("a\nb\r\tc", "a\\nb\\r\\tc", id="layout is named"),
        pytest.param("\x1b[31m", "\\x1b[31m", id="escape sequences"),
        pytest.param("\x9b\x7f", "\\x9b\\x7f", id="C1 and DEL"),
        pytest.param("\u202eevil", "\\u202eevil", id="bidirectional override"),
        pytest.param("a\u200bb\u2028c", "a\\u200bb\\u2028c", id="zero width and line separator"),
        pytest.param("\udc80", "\\udc80", id="lone surrogate"),
        pytest.param("\U000e0041", "\\U000e0041", id="tag character"),
        pytest.param("[red]x[/red]", "[red]x[/red]", id="markup is text"),
    ],
)
def test_what_is_not_for_the_eye_is_spelled_out(raw: str, shown: str) -> None:
    assert visible(raw) == shown


@given(ANYTHING)
def test_no_text_gets_through_as_a_command(anything: str) -> None:
    assert is_safe(visible(anything))
    assert "\n" not in visible(anything)


@given(ANYTHING)
def test_every_report_is_safe_to_print(anything: str) -> None:
    one = hostile(anything)
    for shown in (
        "".join(text.render(one, show_skipped=True, show_suppressed=True, width=40)),
        "".join(concise.render(one, show_skipped=True, show_suppressed=True)),
        *("".join(each.render(one)) for each in MACHINES),
    ):
        assert is_safe(shown)
        shown.encode()


@given(ANYTHING)
def test_json_keeps_its_meaning(anything: str) -> None:
    one = json.loads("".join(json_report.render(hostile(anything))))
    kept = anything.encode("utf-8", "backslashreplace").decode()
    assert one["findings"][0]["message"] == kept


def test_an_astral_character_is_a_pair_of_json_escapes() -> None:
    assert json.loads(escaped_json('"\U000e0041"')) == "\U000e0041"


@given(ANYTHING)
def test_a_report_has_as_many_lines_as_findings(anything: str) -> None:
    one = hostile(anything)
    assert len("".join(concise.render(one)).split("\n")) == 2 + 1 + 1 + 1
    assert len("".join(github.render(one)).split("\n")) == 2 + 1 + 1 + 1
    assert len("".join(gitlab.render(one)).split("\n")) == 2 + 2 + 1 + 1

"""The comment, through a Markdown parser."""

from __future__ import annotations

import re
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from ctb_lint.report import Failure, Report
from ctb_lint.reporters import markdown
from ctb_lint.rule import INFO
from tests.growth import in_proportion
from tests.reporters.reports import SQL, finding, full, many, report, span
from tests.reporters.test_sanitise import ANYTHING, hostile

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
OURS = {"<code>", "</code>", "<br>", "<!-- -->"}


def rendered(one: Report) -> str:
    return "".join(markdown.render(one))


def tokens(text: str) -> list[Token]:
    blocks = PARSER.parse(text)
    return list(chain(blocks, *(block.children or [] for block in blocks)))


def test_a_clean_run_is_short() -> None:
    assert rendered(report()) == (
        "<!-- ctb-lint report -->\n"
        "### ctb-lint: passed\n"
        "\n"
        "**No findings** in 1 file, 1 statement.\n"
        "\n"
    )


def test_a_comment_is_whole() -> None:
    users = "services/billing/migrations"
    assert rendered(full()) == (
        "<!-- ctb-lint report -->\n"
        "### ctb-lint: not finished\n"
        "\n"
        "**4 findings** in 1 file, 1 statement.\n"
        "\n"
        "- **not finished: 1 input could not be read, 1 other failure. "
        "This run is not a pass.**\n"
        "- ◆ 1 CTB violation: 1 error\n"
        "- 3 practice findings: 1 error, 1 warning, 1 info\n"
        "- 1 finding is known debt of ctb-lint-baseline.json\n"
        "- 2 findings are waived\n"
        "- 12 findings were there in main (a1b2c3d), too\n"
        "- 3 entries of ctb-lint-baseline.json are paid&#58; "
        "&#45;&#45;prune-baseline takes them out\n"
        "- 1 can be fixed with &#45;&#45;fix &#45;&#45;unsafe-fixes\n"
        "- 2 statements not understood\n"
        "- 1 rule skipped\n"
        "\n"
        "#### Not finished\n"
        "\n"
        f"- <code>{users}/002.sql</code> line 3: is not UTF-8 (hint: save it as UTF-8)\n"
        "- rule S099 raised KeyError\n"
        "\n"
        f"#### <code>{users}/001_users.sql</code>\n"
        "\n"
        "| | line | rule | finding |\n"
        "|---|---|---|---|\n"
        "| error | 3 | ◆ S001 missing-unique-id | public.users has no column unique_id"
        "<br>hint: add &#96;unique_id varchar(255&#41; NOT NULL UNIQUE&#96; |\n"
        "| error | 5 | S011 inline-index-clause | "
        "public.users declares index by_id inside CREATE TABLE"
        "<br>hint: create it in a statement of its own |\n"
        "| warning | 4 | S022 missing-unique-id | public.users has no column unique_id"
        "<br>hint: add &#96;unique_id varchar(255&#41; NOT NULL UNIQUE&#96; |\n"
        "\n"
        "#### In no file\n"
        "\n"
        "| | line | rule | finding |\n"
        "|---|---|---|---|\n"
        "| info |  | P001 undocumented-purpose | "
        "<code>public.users</code>: public.users has no column unique_id |\n"
        "\n"
        "<details><summary>Skipped</summary>\n"
        "\n"
        "- public.log: excluded&#58; not ours\n"
        "- S010 public.users: EXECUTE builds its SQL\n"
        "\n"
        "</details>\n"
    )


def test_the_file_with_the_worst_finding_comes_first() -> None:
    mild = finding(span(SQL, "users", "a.sql"), severity=INFO)
    bad = finding(span(SQL, "users", "b.sql"))
    written = rendered(report(mild, bad))
    assert written.index("b.sql") < written.index("a.sql")


@pytest.mark.parametrize("number", [10, 300, 10_000])
def test_a_comment_is_never_too_long_and_nothing_is_lost(number: int) -> None:
    written = rendered(many(number))
    assert len(written) <= 65_536
    rows = sum(line.startswith("| error") for line in written.splitlines())
    said = re.search(r"^([\d,]+) more entr(?:y|ies) would not fit", written, re.MULTILINE)
    left_out = int(said[1].replace(",", "")) if said else 0
    assert rows + left_out == number


def test_giant_texts_do_not_push_the_others_out() -> None:
    giant = finding(span(SQL, "users"), message="@" * 1_000_000, hint="x" * 1_000_000)
    written = rendered(report(giant, finding(span(SQL, "id uuid"))))
    assert len(written) < 20_000
    assert "would not fit" not in written


@pytest.mark.parametrize(
    ("hint", "shown"),
    [
        ("x" * 160, "x" * 160),
        ("x" * 161, "x" * 159 + "…"),
        ("y" * 158 + "`(a)", "y" * 158 + "&#96;…"),
    ],
    ids=["a hint that fits", "one that is a character too long", "one that is cut inside code"],
)
def test_a_long_hint_does_not_stretch_the_table(hint: str, shown: str) -> None:
    (row,) = (
        line
        for line in rendered(report(finding(span(SQL, "users"), hint=hint))).splitlines()
        if line.startswith("| error")
    )
    assert row.endswith(f"<br>hint: {shown} |")


def test_a_long_hint_of_a_failure_stands_in_no_table_and_is_shown_whole() -> None:
    written = rendered(report(failures=(Failure(message="broken", hint="x" * 300),)))
    assert f"- broken (hint: {'x' * 300})\n" in written


@pytest.mark.parametrize(
    "evil",
    [
        "a|b\\|c\\\\|d",
        "`code` ``x`` ```",
        "<img src=x onerror=y> </td> <!-- --> -->",
        "![i](http://x/y.png) [l](http://x) <http://x> http://x www.x.org x@y.org",
        "@everyone #1 org/repo#2",
        "*a* _b_ __c__ ~~d~~ **e**",
        "# h",
        "1. x",
        "1) x",
        "- x",
        "+ x",
        "> q",
        "$x$",
        "&amp; &lt;b&gt;",
        ":tada:",
        "a\n\n# b",
        "[x]: y",
        "    indented",
        "WwW.example.com",
    ],
)
def test_no_text_is_markup(evil: str) -> None:
    safe(evil)


@given(ANYTHING | st.text(st.sampled_from("|`<>!-[]()*_~#@&\\\n .:w1/a")))
def test_no_text_at_all_is_markup(anything: str) -> None:
    safe(anything)


def safe(anything: str) -> None:
    """The parser sees the same structure as for a plain text, and no mention is left."""
    written, plain = rendered(hostile(anything)), rendered(hostile("x"))
    found = tokens(written)
    structure = [(one.type, one.tag) for one in found if one.type not in TEXT]
    assert structure == [(one.type, one.tag) for one in tokens(plain) if one.type not in TEXT]
    inline = {one.content for one in found if one.type == "html_inline"}
    assert inline <= OURS
    body = "\n".join(line for line in written.splitlines() if not line.startswith("#"))
    assert "@" not in body
    assert not re.search(r"https?:|www\.", body, re.IGNORECASE)


TEXT = {"text", "text_special", "html_inline"}


@given(ANYTHING)
def test_a_text_is_shown_as_it_is(anything: str) -> None:
    shown = markdown.visible(anything).strip()
    if len(shown) < markdown.LONGEST_TEXT:
        (block,) = PARSER.parseInline(f"x{markdown.escaped(anything)}")
        texts = [one.content for one in block.children or [] if one.type != "html_inline"]
        assert "".join(texts) == f"x{shown}"


def test_failures_that_do_not_fit_are_counted() -> None:
    failures = tuple(Failure("x" * 400, f"{n}.sql") for n in range(500))
    written = rendered(report(failures=failures))
    shown = sum(line.startswith("- <code>") for line in written.splitlines())
    assert len(written) <= 65_536
    assert f"\n{500 - shown} more entries would not fit" in written


def test_findings_take_time_in_proportion() -> None:
    in_proportion(many, lambda big: list(markdown.render(big)), 1_250)

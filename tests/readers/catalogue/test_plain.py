"""What is read without the Markdown library reads as the library reads it."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ctb_lint.readers.catalogue import markdown
from ctb_lint.readers.catalogue.blocks import Block, Fence, Heading, Lines
from ctb_lint.readers.catalogue.lines import Piece
from ctb_lint.readers.catalogue.plain import plain_blocks
from ctb_lint.readers.catalogue.source import Source

LINES = [
    "", " ", "\t", "text", "**name**: value", "**label**:", "name: value  ", "`code` and more",
    "12 monkeys", "1.5 of them", "2025-01-01", "__bold__ text", "_em_ text", "*em* text", "a | b",
    "- item", "- `id` (UUID): key", "* item", "+ item", "- **b**: c <!-- d -->", "-", "- ", "-\tx",
    "-  wide", "- - nested", "- # h", "- > q", "- 1. n", "- ```", "-     code", "- | a | b |",
    "1. one", "2. two", "2) two", "007. bond", "1234567890. not a list", "1.", "٣. three",
    "  - nested", "  more", "    code", " text", "\xa0text", "\u2028text", "\ufefftext",
    "# heading", "### 3. users <!-- x -->", "## closed ##", "## c# ", "#", "#hash", "####### seven",
    "```", "```sql", "````", "~~~", "~~~ `x`", "``` a`b", "   ```", "    ```", "``code``",
    "| a | b |", "|---|---|", "|:-:|-", "| a \\| b |", "|a|", "|-|", "| | |", "||", "|", "a|b",
    "-|-",
    "---", "***", "___", "- - -", "===", "--", "> quote", "<div>", "</div>", "<!-- comment -->",
    "<!-- open", "-->", "<https://x.y>", "[a]: b", "\\- no item", "&amp;", "text\\", "+", "=",
    ":---",
]  # fmt: skip


def by_the_library(source: Source) -> list[Block]:
    tokens = markdown._parser().parse("\n".join(source.lines) + "\n")
    translation = markdown._Translation(source, list(range(len(source.lines) + 1)))
    return list(translation.blocks(tokens))


@given(st.lists(st.sampled_from(LINES) | st.text(max_size=6), max_size=12).map("\n".join))
@settings(
    max_examples=3_000, derandomize=True, database=None, deadline=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
def test_plain_text_reads_as_the_library_reads_it(text: str) -> None:
    source = Source("c.md", text)
    found = plain_blocks(source.lines, source.line_starts)
    if found is not None:
        assert found == by_the_library(source)


@given(
    st.lists(
        st.sampled_from([line for line in LINES if plain_blocks([line, ""], [0, 99]) is not None]),
        min_size=1,
        max_size=8,
    ).map("\n".join)
)
@settings(max_examples=2_000, derandomize=True, database=None, deadline=None)
def test_lines_that_are_plain_alone_read_alike_together(text: str) -> None:
    source = Source("c.md", text)
    found = plain_blocks(source.lines, source.line_starts)
    if found is not None:
        assert found == by_the_library(source)


def test_an_entry_as_people_write_it_is_plain() -> None:
    source = Source(
        "c.md",
        "### 1. users\n\n**Barton ID**: `BID-DATA-001`\n**Status**: Active\n\n"
        "#### S - Structure\n\n```sql\nCREATE TABLE users (id int);\n```\n\n"
        "**Columns**:\n- `id` (INT): key\n1. one\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n---\n",
    )
    found = plain_blocks(source.lines, source.line_starts)
    assert found is not None
    assert [type(block).__name__ for block in found] == [
        "Heading", "Lines", "Heading", "Fence", "Lines", "Lines", "Lines", "Table", "Rule",
    ]  # fmt: skip
    assert [(one.item, one.number, one.depth) for one in found if isinstance(one, Lines)] == [
        (False, None, 0), (False, None, 0), (True, None, 1), (True, 1, 1),
    ]  # fmt: skip
    for one in found:
        pieces = one.lines if isinstance(one, Lines) else ()
        pieces += (one.piece,) if isinstance(one, Heading) else ()
        pieces += (one.body, one.opening) if isinstance(one, Fence) else ()
        for piece in pieces:
            assert source.text[piece.start : piece.end] == piece.text


@pytest.mark.parametrize(
    "text",
    [
        "- a\n  - nested", "- a\nlazy", "text\n2. still text", "```\nnever closed", "    code",
        "> quote", "<div>", "a\n===", "## closed ##", "| a |\n| b |", "| a | b |\n|---|\n",
        "| a |\n|---|\ntext", "-\ttab", "-  two blanks", "- ",
    ],
)  # fmt: skip
def test_what_is_not_plain_is_for_the_library(text: str) -> None:
    source = Source("c.md", text)
    assert plain_blocks(source.lines, source.line_starts) is None


def test_a_fence_that_only_seems_to_end_goes_on_behind_headings() -> None:
    """Four blanks before its marks make no end: what follows up to the true one is code."""
    source = Source("c.md", "~~~\na\n    ~~~\n# no heading\n~~~\n# heading\n")
    (fence, heading) = markdown.read_blocks(source).blocks
    assert isinstance(fence, Fence)
    assert (fence.body.text, fence.closed) == ("a\n    ~~~\n# no heading\n", True)
    start = source.text.rindex("heading")
    assert heading == Heading(1, Piece("heading", start, start + len("heading")))

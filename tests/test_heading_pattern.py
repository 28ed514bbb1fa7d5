"""The expression that finds an entry's heading: what it takes, and that none takes long."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ctb_lint.heading_pattern import LONGEST, heading_pattern
from ctb_lint.regular import example, shortest
from ctb_lint.regular_source import PatternError, parsed
from tests.growth import TIMES, in_proportion


@pytest.mark.parametrize(
    ("source", "text", "name"),
    [
        ("Tabelle »(?P<name>[a-z_]+)«", "3. Tabelle »orders« (neu)", "orders"),
        ("(?<name>[a-z]+) table", "the orders table", "orders"),
        (r"^Table: ([a-z_.]+)$", "Table: app.orders", "app.orders"),
        (r"^Table: ([a-z_.]+)$", "A Table: app.orders", None),
        (r"^Table: ([a-z_.]+)$", "Table: app.orders!", None),
        ("(?:Table|View) ([a-z]+)", "View of View orders", "of"),
        (r"(\d+)\. (?P<name>\w+)", "12. orders", "orders"),
        (r"cost: \$", "cost: $", "cost: $"),
        ("t_[a-z_]+", "2. t_orders here", "t_orders"),
        ("[(|)] ([a-z]+)", "| orders", "orders"),
        (r"\(([a-z]+)\)", "Bestellungen (orders)", "orders"),
        ("([a-z]+)", "x" * (LONGEST + 1), None),
        ("([a-z]+)", "", None),
    ],
)
def test_the_name_is_what_the_group_takes(source: str, text: str, name: str | None) -> None:
    found = heading_pattern(source).find(text)
    assert (text[slice(*found)] if found else None) == name


@pytest.mark.parametrize(
    ("source", "name", "number", "heading"),
    [
        ("Tabelle »(?P<name>[a-z_]+)«$", "orders", 3, "3. Tabelle »orders«"),
        ("Tabelle »(?P<name>[a-z_]+)«$", "orders", None, "Tabelle »orders«"),
        ("Tabelle »(?P<name>[a-z_]+)«$", "Orders", 3, None),
        (r"^Table: ([a-z_.]+)$", "app.orders", 3, "Table: app.orders"),
        (r"(\d+)\. (?P<name>\w+)", "orders", 3, "3. orders"),
        (r"^\d+\) T(?P<name>\w+)$", "orders", 12, "12) Torders"),
        ("^V2 (?P<name>[a-z]+)", "orders", 12, "V2 orders"),
        ("(?:Tables?|V) -{2,4}([a-z]+)[^a-z]", "orders", 1, "1. V --orders "),
        ("t_[a-z_]+", "t_orders", 1, "1. t_orders"),
        (r"^[\w]+ of ([a-z]+)", "orders", None, "0 of orders"),
    ],
)
def test_a_heading_in_which_a_name_is_found(
    source: str, name: str, number: int | None, heading: str | None
) -> None:
    found = heading_pattern(source).around(name, number)
    assert (name.join(found) if found else None) == heading


@given(
    st.from_regex(
        r"[a-c.]{1,3}[*+?]?(\[[a-c^]{2,3}[x-z]\]|\(\?:a|b\)|\\d){0,2}\{2,3\}?", fullmatch=True
    ),
)
@settings(max_examples=300, derandomize=True, database=None, deadline=None)
def test_an_example_of_an_expression_is_a_shortest_text_that_fits(source: str) -> None:
    try:
        node = parsed(source)
    except PatternError:
        return
    text = example(node)
    assert re.fullmatch(source, text)
    assert len(text) == shortest(node)


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("", "one of its alternatives is empty"),
        ("(a", "it ends within a group"),
        ("a)", "it has a ) too many at character 2"),
        ("[a", "it ends within a class"),
        ("a\\", "it ends within an escape"),
        ("(?P<name>[a-z]*)", "the table's name may be nothing at all"),
        ("((?P<name>a))", "the group of the name stands inside another group"),
        ("a|(b)", "alternatives have to stand in a group (?: )"),
        ("(?=x)(y)", "the group at character 1 is of a kind not understood"),
        ("(a)+", "+ at character 1 has nothing to count"),
        ("(((a+)+)+)", "its counts are nested too deep"),
        ("a" * 501, "it is longer than 500 characters"),
    ],
)
def test_what_cannot_be_used_is_said(source: str, why: str) -> None:
    with pytest.raises(PatternError) as caught:
        heading_pattern(source)
    assert str(caught.value) == why


@pytest.mark.parametrize(
    "source", ["((?:a+)+)b", "(?:a*)*(a+)(?:a*)*b", ".*.*.*(.+).*.*.*b", "(?:a{1,255}){1,255}(a)b"]
)
def test_no_expression_takes_long(source: str) -> None:
    def searched(text: str) -> None:
        assert heading_pattern(source).find(text) is None

    # On 24 characters an engine that goes back takes seconds, on the longest text it would not end.
    for longest in (24, LONGEST):
        in_proportion(lambda number: "a" * number, searched, longest // TIMES)


@given(
    st.sampled_from(["Table ([a-z_]+)", "^([a-z]+)$", "»([a-z]+)«", r"(?:T|V)-([a-z]+)", "x(a|b)"]),
    st.text(alphabet="Table VT-»«abx_. ", max_size=30),
)  # fmt: skip
@settings(max_examples=300, derandomize=True, database=None, deadline=None)
def test_it_finds_what_the_library_finds(source: str, text: str) -> None:
    match = re.search(source, text)
    assert heading_pattern(source).find(text) == (match.span(1) if match else None)

"""The figures of a catalogue, counted and shown."""

from __future__ import annotations

import textwrap
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from ctb_lint.catalogue import StatisticKind
from ctb_lint.figures import figures_of, shown
from ctb_lint.readers.catalogue.reader import read_catalogue_texts
from ctb_lint.standard import Standard

TEXT = """
    ## Table Index

    | # | Table Name | Barton ID | Status |
    |---|------------|-----------|--------|
    | 1 | orders | BID-DATA-001 | Active |
    | 2 | payments | BID-DATA-002 | Planned |
    | 3 | refunds | BID-DATA-003 | Planned |

    ## Tables

    ### 1. orders

    **Barton ID**: `BID-DATA-001`
    **HEIR ID**: `HEIR-2025-08-SHQ-ORDERS-01`
    **Status**: Active

    #### S - Structure

    ```sql
    CREATE TABLE orders (
        id int PRIMARY KEY, unique_id text, process_id text, orbt_layer int, note jsonb
    );
    ```

    ### 2. payments

    **Barton ID**: `BID-DATA-002`
    **Status**: Planned

    #### S - Structure

    ```sql
    CREATE TABLE payments (unique_id text, note json, INDEX idx (unique_id));
    ```

    ### 3. versions

    **Barton ID**: `BID-DATA-999`
    **Status**: Active (Built-in)

    #### S - Structure

    ```sql
    CREATE TABLE versions (version text{broken});
    ```
"""


def counted(broken: str = "") -> dict[str, list[tuple[str, str, bool]]]:
    text = textwrap.dedent(TEXT).replace("{broken}", broken)
    catalogue, schema = read_catalogue_texts({"SCHEMA_REFERENCE.md": text})
    figures = figures_of(catalogue, schema, Standard())
    found = {
        str(kind): [(one.figure, one.what, one.plain) for one in readings]
        for kind, readings in figures.readings.items()
    }
    average = figures.average
    found["average"] = [(average.figure, average.what, average.plain)] if average else []
    assert (figures.total, figures.totals) == (3, frozenset({2, 3}))
    return found


def test_every_figure_is_counted_in_every_fair_way() -> None:
    assert counted() == {
        str(StatisticKind.TOTAL): [
            ("3", "have an entry", True),
            ("3", "are in the index", False),
            ("2", "are not Built-in", False),
        ],
        str(StatisticKind.ACTIVE): [
            ("2", "are Active", True),
            ("1", "are Active in the index", False),
            ("1", "are Active and not Built-in", False),
        ],
        str(StatisticKind.PLANNED): [
            ("1", "are Planned", True),
            ("2", "are Planned in the index", False),
        ],
        str(StatisticKind.BUILT_IN): [
            ("1", "are Built-in", True),
            ("0", "are Built-in in the index", False),
        ],
        str(StatisticKind.HEIR): [
            ("1", "have both id columns", True),
            ("1", "have a HEIR ID", False),
            ("1", "have a layer as well", False),
        ],
        str(StatisticKind.INDEXES): [
            ("2", "have a key or an index", True),
            ("1", "have an index besides their keys", True),
        ],
        str(StatisticKind.JSONB): [
            ("1", "have a jsonb column", True),
            ("2", "have a json or jsonb column", False),
        ],
        "average": [("2.66667", "(8 columns in 3 tables)", True)],
    }


def test_a_table_whose_sql_cannot_be_read_may_count_or_not() -> None:
    found = counted(" not")
    assert found["average"] == []
    assert found[str(StatisticKind.HEIR)] == [
        ("1 to 2", "have both id columns", True),
        ("1", "have a HEIR ID", False),
        ("1 to 2", "have a layer as well", False),
    ]
    assert found[str(StatisticKind.ACTIVE)][0] == ("2", "are Active", True)


@given(st.integers(0, 5000), st.integers(1, 500), st.integers(0, 3))
def test_a_share_may_be_rounded_or_cut_and_nothing_else(part: int, of: int, digits: int) -> None:
    value = Fraction(part, of)
    scale = 10**digits
    cut = value * scale // 1
    half_up = (value * scale + Fraction(1, 2)) // 1
    fair = {cut, half_up, round(value * scale)}
    for figure in range(int(cut) - 2, int(cut) + 4):
        # A figure without its last zeros has fewer decimals, and may be rounder.
        if figure % 10 or not digits:
            assert shown(part / of, figure / scale) == (figure in fair), (figure, value)

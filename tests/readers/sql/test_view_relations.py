"""The relations that a query reads."""

from __future__ import annotations

import pytest

from ctb_lint.readers.sql.expr import view_relations
from ctb_lint.readers.sql.pg import parse


@pytest.mark.parametrize(
    ("query", "relations"),
    [
        pytest.param("SELECT 1", (), id="none"),
        pytest.param("SELECT * FROM b, x.a JOIN b c ON true",
                     ((None, "b"), ("x", "a")), id="from and join"),
        pytest.param("SELECT (SELECT 1 FROM a) FROM b WHERE EXISTS (SELECT 1 FROM c)",
                     ((None, "a"), (None, "b"), (None, "c")), id="subqueries"),
        pytest.param("SELECT 1 FROM a UNION SELECT 1 FROM b EXCEPT SELECT 1 FROM c",
                     ((None, "a"), (None, "b"), (None, "c")), id="set operations"),
        pytest.param("WITH q AS (SELECT 1 FROM a) SELECT 1 FROM q",
                     ((None, "a"),), id="a WITH query is no relation"),
        pytest.param("WITH q AS (SELECT 1 FROM q) SELECT 1 FROM q",
                     ((None, "q"),), id="a WITH query reads the table of its name"),
        pytest.param("WITH RECURSIVE q AS (SELECT 1 UNION SELECT 1 FROM q) SELECT 1 FROM q",
                     (), id="a recursive one reads itself"),
        pytest.param("WITH q AS (SELECT 1) SELECT 1 FROM public.q",
                     (("public", "q"),), id="a qualified name is a relation"),
        pytest.param("SELECT 1 FROM (WITH q AS (SELECT 1) SELECT 1 FROM q) z, q",
                     ((None, "q"),), id="WITH ends with its query"),
        pytest.param("WITH q AS (SELECT 1 FROM a), r AS (SELECT 1 FROM q, r) SELECT 1 FROM r",
                     ((None, "a"), (None, "r")), id="a query sees those before it"),
    ],
)  # fmt: skip
def test_the_relations_of_a_query(
    query: str, relations: tuple[tuple[str | None, str], ...]
) -> None:
    assert view_relations(parse(query)[0]["stmt"]) == relations

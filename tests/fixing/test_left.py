"""Findings of fixable rules that have no fix, since the cure cannot be known."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fixing.project import laid, mended, texts

TABLE = "CREATE TABLE t (a text, b text"


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("S011", f"{TABLE}, INDEX i (gone));\n"),
        ("S011", f"{TABLE}, INDEX i (a(10)));\n"),
        ("S011", f"{TABLE}, INDEX i (a) WHERE a > 'b');\n"),
        ("S011", f"{TABLE}, FULLTEXT INDEX i (a));\n"),
        ("E004", "CREATE TABLE t (orbt_layer text CHECK (orbt_layer IN ('input', 'output')));\n"),
        ("E004", "CREATE TABLE t (orbt_layer int DEFAULT 0);\n"),
        ("E004", "CREATE TABLE t (orbt_layer boolean);\n"),
    ],
)
def test_there_is_no_fix(code: str, text: str, tmp_path: Path) -> None:
    laid(tmp_path, {"001.sql": text})
    given, report = mended(tmp_path, code, unsafe=True)
    assert [finding.fix for finding in report.findings] == [None]
    assert given.written == ()


@pytest.mark.parametrize(
    ("text", "check"),
    [
        ("orbt_layer smallint", "orbt_layer BETWEEN 1 AND 4"),
        ("orbt_layer numeric", "orbt_layer IN (1, 2, 3, 4)"),
        ("orbt_layer text DEFAULT '2'", "orbt_layer IN ('1', '2', '3', '4')"),
    ],
)
def test_the_check_fits_the_type(text: str, check: str, tmp_path: Path) -> None:
    table = f"CREATE TABLE t ({text});\n"
    laid(tmp_path, {"001.sql": table})
    _, report = mended(tmp_path, "E004", unsafe=True)
    cure = f"ALTER TABLE public.t ADD CONSTRAINT t_orbt_layer_check CHECK ({check});\n"
    assert texts(tmp_path) == {"001.sql": table + cure}
    assert report.findings == ()


def test_a_needless_clause_is_only_taken_out(tmp_path: Path) -> None:
    laid(tmp_path, {"001.sql": "CREATE TABLE t (a text UNIQUE, b text, UNIQUE INDEX i (a));\n"})
    mended(tmp_path, "S011")
    assert texts(tmp_path) == {"001.sql": "CREATE TABLE t (a text UNIQUE, b text);\n"}


def test_a_key_on_more_columns_does_not_stand_for_a_unique_index(tmp_path: Path) -> None:
    laid(tmp_path, {"001.sql": "CREATE TABLE t (a int, b int, UNIQUE (a, b), UNIQUE INDEX (a));\n"})
    mended(tmp_path, "S011")
    assert texts(tmp_path) == {
        "001.sql": "CREATE TABLE t (a int, b int, UNIQUE (a, b));\n"
        "CREATE UNIQUE INDEX t_a_idx ON public.t (a);\n"
    }


def test_a_name_that_something_had_at_any_time_is_not_taken(tmp_path: Path) -> None:
    text = "CREATE TABLE t (a int, b int);\nCREATE INDEX i ON t (b);\nDROP INDEX i;\n"
    inline = "CREATE TABLE u (a int, INDEX i (a));\n"
    laid(tmp_path, {"001.sql": text, "000.sql": inline})
    mended(tmp_path, "S011")
    assert texts(tmp_path) == {
        "000.sql": "CREATE TABLE u (a int);\nCREATE INDEX u_a_idx ON public.u (a);\n",
        "001.sql": text,
    }


def test_a_file_that_may_run_twice_still_may(tmp_path: Path) -> None:
    laid(tmp_path, {"001.sql": "CREATE TABLE IF NOT EXISTS t (a int, INDEX i (a));\n"})
    mended(tmp_path, "S011")
    assert texts(tmp_path) == {
        "001.sql": "CREATE TABLE IF NOT EXISTS t (a int);\n"
        "CREATE INDEX IF NOT EXISTS i ON public.t (a);\n"
    }

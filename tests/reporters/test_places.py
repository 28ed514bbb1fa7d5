"""Paths as the systems that take the reports want them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctb_lint.model import Location, ObjectId, ObjectKind
from ctb_lint.reporters.places import in_repository, shown_at, uri
from tests.reporters.reports import finding, report, source


@pytest.mark.parametrize(
    ("base", "path", "expected"),
    [
        pytest.param("", "db/1.sql", "db/1.sql", id="at the root"),
        pytest.param("services/a", "db/1.sql", "services/a/db/1.sql", id="below it"),
        pytest.param("services/a", "../b/1.sql", "services/b/1.sql", id="beside the base"),
        pytest.param("", "../1.sql", "../1.sql", id="outside of the repository"),
        pytest.param("a", "/tmp/1.sql", "/tmp/1.sql", id="absolute"),
    ],
)
def test_a_path_is_seen_from_the_root(base: str, path: str, expected: str) -> None:
    assert in_repository(report(base=base), path) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        pytest.param("db/001 users.sql", "db/001%20users.sql", id="a space"),
        pytest.param(
            "a:b/c?d#e%.sql", "a%3Ab/c%3Fd%23e%25.sql", id="what URIs keep for themselves"
        ),
        pytest.param("表.sql", "%E8%A1%A8.sql", id="letters of every script"),
        pytest.param("\udc80.sql", "%80.sql", id="an undecodable byte"),
        pytest.param("/tmp/a.sql", "file:///tmp/a.sql", id="absolute"),
        pytest.param("../a.sql", "../a.sql", id="outside"),
    ],
)
def test_a_path_becomes_a_uri(path: str, expected: str) -> None:
    assert uri(path) == expected


@given(st.text(st.characters(codec=None) | st.sampled_from("\ud800\udc80%:/#?")))
def test_every_uri_is_plain(path: str) -> None:
    assert uri(path).isascii()
    assert uri(path).isprintable()
    assert not set(uri(path)) & set(' "<>\\^`{|}#?')


def test_a_finding_without_a_place_is_shown_at_the_last_file_of_its_history() -> None:
    inputs = (
        source("a/1.sql"),
        source("a/2.sql"),
        source("a/3.sql", reported=False),
        source("z/1.sql", reported=False),
    )
    path_of = shown_at(report(inputs=inputs))
    assert path_of(finding(None, database="migrations")) == "a/2.sql"
    assert path_of(finding(None, database="live")) == "a/2.sql"
    assert path_of(finding(Location("b.sql", 0, 0, 1, 1, 1, 1))) == "b.sql"
    assert shown_at(report(inputs=()))(finding(None)) is None
    gone = ObjectId(ObjectKind.FILE, None, None, "a/1.sql")
    assert shown_at(report(inputs=()))(finding(None, object=gone)) == "a/1.sql"

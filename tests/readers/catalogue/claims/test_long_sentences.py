"""Sentences of rules that go on and on: reading them takes time in proportion."""

from __future__ import annotations

import pytest

from ctb_lint.readers.catalogue.reader import read_texts
from tests.growth import in_proportion

HEAD = "## orders\n**Barton ID**: BID-SHOP-001\n### E - Enforcement\n- "


@pytest.mark.parametrize(
    "words",
    [
        "heir ",
        "access ",
        "writes ",
        "kept ",
        "unique ",
        "required for ",
        "never ",
        "`a`, ",
        "[a](b ",
    ],
)
def test_a_long_sentence_takes_time_in_proportion(words: str) -> None:
    in_proportion(
        lambda count: f"{HEAD}{words * count}\n", lambda text: read_texts({"c.md": text}), 800
    )

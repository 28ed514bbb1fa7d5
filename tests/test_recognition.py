"""Which id a text is, and of one that is none which it comes nearest to."""

from __future__ import annotations

import pytest

from ctb_lint.id_checks import Status, Verdict
from ctb_lint.recognition import Recognised, recognised
from ctb_lint.standard import DEFAULT_FORMATS, Standard
from tests.growth import in_no_time, in_proportion

STANDARD = Standard(legacy_formats=(("unique_id", ("{db}_{date}",)), ("barton_id", ("B{nnn}",))))
BARTON = "BID-{division}-{nnn}"
HEIR = "HEIR-{yyyy}-{mm}-{system}-{name}-{nn}"
UNIQUE = "{db}-{subhive}-{app}-{timestamp}-{random16}"


@pytest.mark.parametrize(
    "expected",
    [
        Recognised(
            "BID-DATA-001", "barton_id", Verdict(Status.OK, BARTON),
            {"division": "DATA", "nnn": "001"},
        ),
        Recognised(
            "HEIR-2025-08-SHQ-ERROR-LOG-01", "heir_id", Verdict(Status.OK, HEIR),
            {"yyyy": "2025", "mm": "08", "system": "SHQ", "name": "ERROR-LOG", "nn": "01"},
        ),
        Recognised("B042", "barton_id", Verdict(Status.LEGACY, "B{nnn}"), {"nnn": "042"}),
        Recognised(
            "shq_20250819", "unique_id", Verdict(Status.LEGACY, "{db}_{date}"),
            {"db": "shq", "date": "20250819"},
        ),
        Recognised(
            "HEIR-2025-13-SHQ-ERROR-01", "heir_id",
            Verdict(Status.MALFORMED, HEIR, "mm", "the mm 13 is no month"),
        ),
    ],
    ids=lambda one: one.text,
)  # fmt: skip
def test_a_text_is_recognised(expected: Recognised) -> None:
    assert recognised(expected.text, STANDARD) == expected
    assert expected.well_formed is (expected.verdict.status is not Status.MALFORMED)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("BID-1", "barton_id"),
        ("bid-data", "barton_id"),
        ("HEIR-", "heir_id"),
        ("shq-03-imo-x", "unique_id"),
        ("shq.03.imo", "process_id"),
        ("shq.03.imo.V1.2025.Stage", "process_id"),
    ],
)
def test_of_what_is_none_the_nearest_format_is_told(text: str, kind: str) -> None:
    found = recognised(text, STANDARD)
    assert (found.kind, found.verdict.status, found.parts) == (kind, Status.MALFORMED, {})
    assert found.verdict.template in DEFAULT_FORMATS[kind]


def test_only_the_kinds_that_are_asked_for_count() -> None:
    found = recognised("BID-DATA-001", STANDARD, ["unique_id"])
    assert (found.kind, found.well_formed) == ("unique_id", False)


@pytest.mark.parametrize("text", ["-", "BID-", "a-", "\x00", ""])
def test_a_hostile_text_takes_no_time(text: str) -> None:
    for number in (1, 127, 2_000_000):
        assert not recognised(text * number, STANDARD).well_formed
    in_no_time(lambda number: text * number, lambda one: recognised(one, STANDARD), 250_000)
    in_proportion(lambda number: text * number, lambda one: recognised(one, STANDARD), 16)

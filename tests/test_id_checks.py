"""What is said of an id: of which format it is, or which part of it is wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctb_lint.id_checks import Status, Verdict, check
from ctb_lint.standard import DEFAULT_FORMATS
from tests.growth import in_no_time, in_proportion

UNIQUE_ID = DEFAULT_FORMATS["unique_id"]
PROCESS_ID = DEFAULT_FORMATS["process_id"]
HEIR_ID = DEFAULT_FORMATS["heir_id"]
BARTON_ID = DEFAULT_FORMATS["barton_id"]
R16 = "ABCDEFGH12345678"


@pytest.mark.parametrize(
    ("text", "templates", "part", "why"),
    [
        pytest.param(f"shq-03-imo-20250230101500-{R16}", UNIQUE_ID, "timestamp",
            "the timestamp 20250230 is no date", id="the thirtieth of February"),
        pytest.param(f"shq-03-a-b-20250228-256100-{R16}", UNIQUE_ID, "timestamp",
            "the timestamp 256100 is no time of day", id="no time of day"),
        pytest.param(f"shq-03-imo-20250228-{R16}", UNIQUE_ID, "timestamp",
            "the timestamp 20250228 has no time of day", id="a date where a timestamp belongs"),
        pytest.param(f"shq-03-imo-17612-{R16}", UNIQUE_ID, "timestamp",
            "the timestamp '17612' is not epoch seconds or milliseconds, YYYYMMDDHHMMSS, "
            "YYYYMMDD-HHMMSS or YYYYMMDDTHHMMSSZ", id="too few digits"),
        pytest.param("shq-03-imo-1761220805-ABC", UNIQUE_ID, "random16",
            "the random16 'ABC' is not 16 letters and digits", id="too little chance"),
        pytest.param("shq-03-imo-1761220805-", UNIQUE_ID, "random16",
            "the random16 is missing: 16 letters and digits", id="nothing at the end"),
        pytest.param(f"SHQ-03-imo-1761220805-{R16}", UNIQUE_ID, "db",
            "the db 'SHQ' is not in lower case", id="capitals"),
        pytest.param(f"shq-03-imo creator-1761220805-{R16}", UNIQUE_ID, "app",
            "the app 'imo creator' is not lower-case letters, digits, _ and inner -",
            id="a space"),
        pytest.param(f"shq-imo-1761220805-{R16}", UNIQUE_ID, None,
            "it has 4 parts between '-' and needs 5", id="a part is missing"),
        pytest.param("hello world", UNIQUE_ID, None,
            "'-' does not follow what fits {db}", id="prose"),
        pytest.param("!", UNIQUE_ID, None,
            "it does not begin with {db} (lower-case letters, digits and _)", id="no beginning"),
        pytest.param("", UNIQUE_ID, None, "it is empty", id="nothing"),
        pytest.param("x" * 1000, UNIQUE_ID, None,
            "it is 1000 characters long; no id is longer than 255", id="far too long"),
        pytest.param("shq.03.imo.V1.2025-02-29.x", PROCESS_ID, "date",
            "the date 2025-02-29 is no date", id="no leap year"),
        pytest.param("shq.03.imo.V1.{date}.x", PROCESS_ID, "date",
            "the date '{date}' is not YYYYMMDD or YYYY-MM-DD", id="the placeholder in a row"),
        pytest.param("shq.03.imo.1.20251023.x", PROCESS_ID, None,
            "'.V' is expected where '.' stands", id="no V before the version"),
        pytest.param("HEIR-2025-13-SHQ-ERROR-01", HEIR_ID, "mm",
            "the mm 13 is no month", id="a thirteenth month"),
        pytest.param("HEIR-2025-08-SHQ-error-01", HEIR_ID, "name",
            "the name 'error' is not in upper case", id="lower case"),
        pytest.param("BID-DATA-01", BARTON_ID, "nnn",
            "the nnn '01' is not three or more digits", id="two digits"),
        pytest.param("BID-DATA-001\n", BARTON_ID, "nnn",
            "the nnn '001\\n' is not three or more digits", id="a line break at the end"),
    ],
)  # fmt: skip
def test_the_wrong_part_is_named(
    text: str, templates: tuple[str, ...], part: str | None, why: str
) -> None:
    assert check(text, templates) == Verdict(Status.MALFORMED, templates[0], part, why)


def test_a_legacy_format_is_accepted_and_told_apart() -> None:
    legacy = ["{db}_{timestamp}"]
    assert check("shq_1761220805", UNIQUE_ID, legacy) == Verdict(Status.LEGACY, legacy[0])
    both = [*UNIQUE_ID, *legacy]
    assert check("shq_1761220805", both, legacy) == Verdict(Status.OK, legacy[0])


def test_of_several_templates_the_nearest_is_explained() -> None:
    verdict = check("BID-DATA-1", [*UNIQUE_ID, *BARTON_ID])
    why = "the nnn '1' is not three or more digits"
    assert verdict == Verdict(Status.MALFORMED, BARTON_ID[0], "nnn", why)


def test_a_placeholder_stands_where_it_is_allowed() -> None:
    text = "shq.03.imo.V1.{date}.error_tracking"
    assert check(text, PROCESS_ID, as_written=["date"]) == Verdict(Status.OK, PROCESS_ID[0])
    assert check(text, PROCESS_ID).status is Status.MALFORMED


def test_hostile_templates_and_texts_take_no_time() -> None:
    tokens = {"x": "a((a|a-)*-*)b", "y": "a([a-]*a?)+"}
    template = "{db}_{subhive}_{app}-{stage}-{x}-{y}"

    def checked(text: str) -> None:
        assert check(text, [template], UNIQUE_ID, tokens).status is Status.MALFORMED

    for repeated in ("a-", "a_", "a", "-"):
        in_proportion(lambda number, one=repeated: one * number, checked, 15)
    for repeated in ("a-", "a"):
        in_no_time(lambda number, one=repeated: one * number, checked, 125_000)


@given(text=st.text(max_size=300))
def test_no_text_upsets_a_check(text: str) -> None:
    for templates in DEFAULT_FORMATS.values():
        verdict = check(text, templates)
        assert (verdict.status is Status.MALFORMED) == (verdict.why is not None)

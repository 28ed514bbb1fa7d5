"""New ids: what is known, what is lacking, and the next free number."""

from __future__ import annotations

import datetime
import random
from collections.abc import Mapping

import pytest

from ctb_lint.entry_ids import BARTON, HEIR, IdKind
from ctb_lint.formats import FormatError
from ctb_lint.minting import Known, MissingValuesError, known_ids, minted, template_for
from ctb_lint.readers.catalogue.reader import read_catalogue_texts
from ctb_lint.standard import DEFAULT_FORMATS, Standard

NOON = datetime.datetime(2025, 10, 23, 12, 30, 5, tzinfo=datetime.UTC)
STANDARD = Standard()
TEXT = """\
# Tables

BID-DATA-007 was that of a table that is gone.

## Table Index

| # | Table | Barton ID | Status |
|---|---|---|---|
| 1 | `orders` | BID-DATA-001 | Active |
| 2 | `payments` | BID-DATA-009 | Planned |

## 1. orders

**Barton ID**: `BID-DATA-001`
**HEIR ID**: `HEIR-2025-08-SHQ-ORDERS-02`
**Status**: Active

## 3. schema_migrations

**Barton ID**: `BID-DATA-999`
**Status**: Active (Built-in)
"""


def known(kind: IdKind, text: str = TEXT) -> Known:
    catalogue, _ = read_catalogue_texts({"x.md": text})
    return known_ids(catalogue, [text], kind, STANDARD)


def mint(
    kind: str,
    values: Mapping[str, str] = {},
    ids: Known = Known(),  # noqa: B008 - frozen
    standard: Standard = STANDARD,
) -> str:
    template = template_for(kind, standard, values)
    return minted(template, values, ids, NOON, random.Random(0))


def test_the_ids_of_entries_index_and_prose_are_known() -> None:
    found = known(BARTON)
    assert found.complete
    assert [one["nnn"] for one in found.ids] == ["001", "007", "009", "999"]


@pytest.mark.parametrize(
    ("kind", "values", "ids", "expected"),
    [
        pytest.param(
            "barton_id", {}, known(BARTON), "BID-DATA-010", id="behind the last, not in a gap"
        ),
        pytest.param(
            "barton_id", {"division": "WEB"}, known(BARTON), "BID-WEB-001", id="of a new division"
        ),
        pytest.param(
            "barton_id", {}, known(BARTON, "BID-DATA-998"), "BID-DATA-1000", id="not that of tools"
        ),
        pytest.param(
            "barton_id", {"nnn": "003"}, known(BARTON), "BID-DATA-003", id="the one that is asked"
        ),
        pytest.param(
            "heir_id", {"name": "ORDERS"}, known(HEIR), "HEIR-2025-10-SHQ-ORDERS-03",
            id="a name that another month has counts on",
        ),
        pytest.param(
            "heir_id", {"name": "SHOPS"}, known(HEIR), "HEIR-2025-10-SHQ-SHOPS-01", id="a new name"
        ),
        pytest.param(
            "process_id",
            {"db": "shq", "subhive": "03", "app": "imo", "ver": "1", "stage": "x"},
            Known(),
            "shq.03.imo.V1.20251023.x",
            id="the date is the clock's",
        ),
    ],
)  # fmt: skip
def test_an_id_is_minted(kind: str, values: Mapping[str, str], ids: Known, expected: str) -> None:
    assert mint(kind, values, ids) == expected


@pytest.mark.parametrize(
    ("kind", "values", "ids", "lacking"),
    [
        pytest.param("barton_id", {}, Known(), ["division", "nnn"], id="without a catalogue"),
        pytest.param(
            "barton_id", {}, known(BARTON, "BID-A-001 BID-B-001"), ["division"],
            id="of which of two divisions",
        ),
        pytest.param(
            "unique_id", {"app": "imo"}, Known(), ["db", "subhive"], id="what nobody can know"
        ),
        pytest.param("heir_id", {}, known(HEIR), ["name"], id="a name is never taken over"),
    ],
)  # fmt: skip
def test_all_that_is_lacking_is_named_at_once(
    kind: str, values: Mapping[str, str], ids: Known, lacking: list[str]
) -> None:
    with pytest.raises(MissingValuesError) as raised:
        mint(kind, values, ids)
    assert [part.token for part in raised.value.parts] == lacking


def test_the_template_is_the_first_that_has_the_tokens() -> None:
    formats = dict(DEFAULT_FORMATS) | {"barton_id": ("BID-{division}-{nnn}", "B{nn}/{region}")}
    standard = Standard(formats=tuple(formats.items()), tokens=(("region", ("eu", "us")),))
    assert mint("barton_id", {"nn": "04", "region": "us"}, standard=standard) == "B04/us"
    assert mint("barton_id", {"nnn": "004", "division": "A"}, standard=standard) == "BID-A-004"


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(FormatError, match=r"^\{division\} cannot be 'data'"):
        mint("barton_id", {"division": "data"}, known(BARTON))
    with pytest.raises(FormatError, match=r"^BID-\{division\}-\{nnn\} has no token \{app\}$"):
        mint("barton_id", {"app": "imo"}, known(BARTON))
    full = Known(({"system": "A", "name": "B", "nn": "99", "yyyy": "2025", "mm": "01"},), True)
    with pytest.raises(FormatError, match=r"^\{nn\} cannot be '100'"):
        mint("heir_id", {"name": "B"}, full)

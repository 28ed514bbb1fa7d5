"""Text of the catalogue was UTF-8, was read as something else and saved again.

Arrows, dashes and accents have become two or three strange letters each. Searches miss what they
look for, links to such headings break, and each further save by the same tool makes it worse.

`ctb-lint catalogue fix` puts them right; keep the file in UTF-8 from then on. Everything is checked
as if that were done already. There is one finding a file, at the first place.
"""

from collections.abc import Iterator

from ctb_lint.catalogue import Catalogue, MisDecoded
from ctb_lint.model import ObjectId, ObjectKind
from ctb_lint.rule import WARNING, Edit, Finding, Fix, Safety, rule


@rule("T016", severity=WARNING, fixable=Safety.SAFE)
def mis_decoded_text(catalogue: Catalogue) -> Iterator[Finding]:
    by_file: dict[str, list[MisDecoded]] = {}
    for place in catalogue.mis_decoded:
        by_file.setdefault(place.at.path, []).append(place)
    for path, places in by_file.items():
        first = places[0]
        count = "one place" if len(places) == 1 else f"{len(places)} places"
        yield Finding(
            message=f"{path} has {count} of UTF-8 that was read as {first.codec}"
            f": the first should be {first.repaired!r}",
            object=ObjectId(ObjectKind.FILE, None, None, path),
            at=first.at,
            hint="run ctb-lint catalogue fix, and save the file as UTF-8 from then on",
            fix=Fix("put the characters right", tuple(map(_put_right, places))),
        )


def _put_right(place: MisDecoded) -> Edit:
    return Edit(place.at.path, place.at.start, place.at.end, place.repaired)


VALID = [
    # Accents, dashes, arrows and emoji that are what they should be.
    """
    -- file: SCHEMA_REFERENCE.md
    # 📋 Müllers café — “naïve” → ÅÄÖ, 5 €

    «é» is quoted, √2 ≈ 1.4, ½ ≠ ¼
    """,
    """
    -- file: SCHEMA_REFERENCE.md
    # Plain
    """,
]

_ARROW, _DASH = ("→".encode().decode("mac_roman"), "—".encode().decode("cp1252"))

INVALID = [
    f"""
    -- file: SCHEMA_REFERENCE.md
    # Data

    Orders {_ARROW} payments <!--! T016 -->

    Payments {_ARROW} refunds
    """,
    f"""
    -- file: SCHEMA_REFERENCE.md
    # Data {_DASH} of all kinds <!--! T016 -->
    """,
]

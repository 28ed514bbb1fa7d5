"""What hides what: a difference hides its consequences in the two sources that differ."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import structs

from ctb_lint.catalogue import Catalogue
from ctb_lint.evidence import Source, SourceKind
from ctb_lint.model import Location, ObjectId, ObjectKind, Schema, Table
from ctb_lint.rule import ERROR, INFO, WARNING, Finding, Related, Rule, complete, rule
from ctb_lint.subsumption import Found, without_subsumed

T = ObjectId(ObjectKind.TABLE, "public", None, "t")
A, B = (ObjectId(ObjectKind.COLUMN, "public", "t", name) for name in "ab")
MIGRATIONS = Source(SourceKind.MIGRATIONS, "app", Schema())
OTHER = Source(SourceKind.MIGRATIONS, "shop", Schema())
CATALOGUE = Source(SourceKind.CATALOGUE, "catalogue", Schema())
LIVE = Source(SourceKind.LIVE, "app", Schema())
SOURCES = (MIGRATIONS, OTHER, CATALOGUE, LIVE)


def _judging(code: str, *subsumes: str) -> Rule:
    @rule(code, severity=ERROR, subsumes=subsumes)
    def judge(table: Table) -> Iterator[Finding]:
        yield from ()

    return complete(judge, "A fault.\n\nWhy.\n\nCure.", (), ())


def _of_text(code: str) -> Rule:
    @rule(code, severity=ERROR)
    def judge(catalogue: Catalogue) -> Iterator[Finding]:
        yield from ()

    return complete(judge, "A fault.\n\nWhy.\n\nCure.", (), ())


DIFFERS = _judging("S040", "S001", "T017")
DEMANDS, TEXT, UNRELATED = _judging("S001"), _of_text("T017"), _judging("S002")


def at(start: int) -> Location:
    return Location("x", start, start + 1, 1, start + 1, 1, start + 2)


def finding(named: ObjectId, place: int | None = None, facet: str = "") -> Finding:
    where = None if place is None else at(place)
    return Finding(message="x", object=named, at=where, facet=facet)


def difference(
    named: ObjectId,
    *about: ObjectId,
    place: int = 1,
    related: int = 2,
    source: Source = MIGRATIONS,
    declared: SourceKind = SourceKind.CATALOGUE,
) -> Found:
    told = Finding(
        message="x",
        object=named,
        at=at(place),
        about=about,
        related=(Related("here", at(related)),),
    )
    return Found(DIFFERS, told, source, declared)


def left(*found: Found) -> list[Found]:
    return without_subsumed(found, SOURCES)


def test_a_difference_hides_what_one_of_the_two_sides_alone_has() -> None:
    told = difference(A)
    for source in (MIGRATIONS, CATALOGUE):
        assert left(told, Found(DEMANDS, finding(A), source)) == [told]


def test_a_difference_hides_nothing_that_both_sides_have() -> None:
    every = [
        difference(A),
        Found(DEMANDS, finding(A), MIGRATIONS),
        Found(DEMANDS, finding(A), CATALOGUE),
    ]
    assert left(*every) == every


def test_a_difference_hides_nothing_that_is_worse_than_itself() -> None:
    told = difference(A)
    told.finding = structs.replace(told.finding, severity=WARNING)
    worse = Found(DEMANDS, finding(A), MIGRATIONS)
    assert left(told, worse) == [told, worse]
    planned = structs.replace(worse.finding, severity=INFO)
    assert left(told, Found(DEMANDS, planned, MIGRATIONS)) == [told]


def test_the_same_code_with_another_facet_is_another_fault() -> None:
    told = difference(A)
    one = Found(DEMANDS, finding(A, facet="one"), MIGRATIONS)
    two = Found(DEMANDS, finding(A, facet="two"), CATALOGUE)
    assert left(told, one, two) == [told]


def test_a_difference_hides_nothing_of_other_codes_objects_and_databases() -> None:
    every = [
        difference(A),
        Found(UNRELATED, finding(A), MIGRATIONS),
        Found(DEMANDS, finding(B), MIGRATIONS),
        Found(DEMANDS, finding(A), OTHER),
        Found(DEMANDS, finding(A), LIVE),
    ]
    assert left(*every) == every


def test_a_difference_hides_what_is_about_the_same_in_both() -> None:
    told = difference(T, A)
    assert left(told, Found(DEMANDS, finding(A), MIGRATIONS)) == [told]
    assert left(told, Found(DEMANDS, finding(B), MIGRATIONS))[1:] != []
    also = Found(DEMANDS, Finding(message="x", object=B, at=None, about=(A,)), MIGRATIONS)
    assert left(told, also) == [told]


def test_a_difference_hides_what_stands_exactly_at_one_of_its_places() -> None:
    told = difference(A, place=1, related=2)
    for place in (1, 2):
        assert left(told, Found(DEMANDS, finding(T, place), MIGRATIONS)) == [told]
    near = Found(DEMANDS, finding(T, 3), MIGRATIONS)
    assert left(told, near) == [told, near]


def test_of_a_text_only_the_place_counts() -> None:
    told = difference(A, place=1)
    elsewhere = Found(TEXT, finding(A, 3), CATALOGUE)
    assert left(told, elsewhere) == [told, elsewhere]
    assert left(told, Found(TEXT, finding(A, 1), CATALOGUE)) == [told]


def test_between_migrations_and_their_database_the_catalogue_is_not_concerned() -> None:
    told = difference(A, source=LIVE, declared=SourceKind.MIGRATIONS)
    assert left(told, Found(DEMANDS, finding(A), MIGRATIONS)) == [told]
    for source in (CATALOGUE, OTHER):
        beside = Found(DEMANDS, finding(A), source)
        assert left(told, beside) == [told, beside]

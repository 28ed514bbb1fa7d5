"""Whatever a file holds: no traceback, nothing passed over in silence, every place a real one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ctb_lint.catalogue import Catalogue, TroubleKind, Written
from ctb_lint.demands import Stage
from ctb_lint.headings import Headings
from ctb_lint.model import Location
from ctb_lint.readers.catalogue.columns import bounds_of, closed_values
from ctb_lint.readers.catalogue.dates import period
from ctb_lint.readers.catalogue.reader import (
    CatalogueOptions,
    read_catalogue,
    read_catalogue_texts,
)
from ctb_lint.readers.catalogue.source import Source
from ctb_lint.readers.catalogue.words import stamped

ENTRY = """\
### {number}. {name}

**Barton ID**: `BID-DATA-00{number}`
**Status**: Active

#### S - Structure

```sql
CREATE TABLE {name} (id int PRIMARY KEY);
```

#### P - Purpose

Holds {name}.
"""
TWO = ENTRY.format(number=1, name="orders") + "\n" + ENTRY.format(number=2, name="lines")
SNIPPETS = [
    "# ", "## ", "### 1. t\n", "**Barton ID**: `BID-A-001`\n", "- ", "  - ", "1. ", "> ",
    "```sql\n",
    "```\n", "~~~\n", "CREATE TABLE t (id int);\n", "create table t(", "| a | b |\n", "|---|---|\n",
    "|", "`t`", "**S** Structure\n", "A - Access\n", "```mermaid\nerDiagram\n", "A ||--o{ B : c\n",
    "A {\n", "}\n", "\n", "\r\n", "\r", "\0", "Next Review: 2025-01-01\n", "---\n", "===\n",
    "‚Üí", "Ã©", "é", "🗄️", "<!-- ", "-->\n", "<div>\n", "    ", "\t", "[a](b)", "Statistics\n",
    ": ",
    "(1-4)", '"a", "b"', "\u2028", "\x0b", "\ud800",
]  # fmt: skip
texts = st.lists(st.sampled_from(SNIPPETS) | st.text(max_size=8), max_size=40).map("".join)


def read(text: str, headings: Headings | None = None) -> Catalogue:
    options = CatalogueOptions(headings=headings or Headings())
    return read_catalogue_texts({"c.md": text}, options)[0]


def locations(value: object) -> Iterator[Location]:
    if isinstance(value, Location):
        yield value
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from locations(getattr(value, name))
    elif isinstance(value, dict):
        for one in value.values():
            yield from locations(one)
    elif isinstance(value, tuple | list):
        for one in value:
            yield from locations(one)


@given(texts)
@settings(
    max_examples=400, derandomize=True, database=None, deadline=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
def test_no_text_raises_and_every_place_is_in_it(text: str) -> None:
    catalogue, schema = read_catalogue_texts({"c.md": text})
    line_ends = len(re.findall("\r\n|\r|\n", text))
    for at in (*locations(catalogue), *locations(schema)):
        assert at.path == "c.md"
        assert 0 <= at.start <= at.end <= len(text)
        assert 1 <= at.line <= at.end_line <= line_ends + 1
        assert at.column >= 1
        assert at.end_column >= 1


@given(texts)
@settings(max_examples=200, derandomize=True, database=None, deadline=None)
def test_an_entry_is_found_behind_any_text_that_ends_its_blocks(text: str) -> None:
    """What stands before can rename or swallow nothing of a file that follows it."""
    texts_ = {"a.md": text, "b.md": ENTRY.format(number=1, name="zz_orders")}
    catalogue = read_catalogue_texts(texts_)[0]
    assert [str(e.table) for e in catalogue.entries if e.at.path == "b.md"] == ["public.zz_orders"]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("end", ["", "\n"])
def test_line_ends_make_no_difference(newline: str, end: str) -> None:
    text = TWO.rstrip("\n").replace("\n", newline) + end
    catalogue, schema = read_catalogue_texts({"c.md": text})
    assert [(str(e.table), e.at.line, e.missing) for e in catalogue.entries] == [
        ("public.orders", 1, ("T", "A", "M", "E", "D")),
        ("public.lines", 16, ("T", "A", "M", "E", "D")),
    ]
    assert [t.location and t.location.line for t in schema.tables.values()] == [24, 9]
    for entry in catalogue.entries:
        assert text[entry.at.start : entry.at.end] == entry.name


def test_an_empty_file_says_nothing() -> None:
    catalogue, schema = read_catalogue_texts({"c.md": ""})
    assert catalogue == Catalogue(paths=("c.md",))
    assert not schema.tables


def test_a_file_that_is_no_text_is_a_failure_and_the_others_are_read(tmp_path: Path) -> None:
    (tmp_path / "bad.md").write_bytes(b"# a\xff")
    (tmp_path / "good.md").write_text(TWO)
    files = [Path("bad.md"), Path("missing.md"), Path("good.md")]
    got = read_catalogue(files, CatalogueOptions(base=tmp_path))
    assert [(one.path, one.message, one.hint) for one in got.failures] == [
        ("bad.md", "is not UTF-8: byte 0xFF at line 1, byte 4", "save it as UTF-8"),
        ("missing.md", "does not exist", "check the name"),
    ]
    assert [entry.name for entry in got.catalogue.entries] == ["orders", "lines"]
    assert list(got.texts) == ["good.md"]


def test_an_entry_twice_is_told_and_both_are_there() -> None:
    catalogue, schema = read_catalogue_texts({"c.md": TWO + TWO})
    assert [entry.name for entry in catalogue.entries] == ["orders", "lines", "orders", "lines"]
    assert [(one.kind, one.message, one.at.line) for one in catalogue.troubles] == [
        (TroubleKind.ENTRY_TWICE, "public.orders has a second entry; the first is at line 1", 30),
        (TroubleKind.TABLE_TWICE, _twice("orders", 9), 38),
        (TroubleKind.ENTRY_TWICE, "public.lines has a second entry; the first is at line 16", 45),
        (TroubleKind.TABLE_TWICE, _twice("lines", 24), 53),
    ]
    assert len(schema.tables) == 2


def _twice(name: str, line: int) -> str:
    return (
        f"public.{name} is declared a second time, first at line {line}; what stands first counts"
    )


def test_a_fence_that_nobody_closed_swallows_no_heading() -> None:
    lines = TWO.splitlines()
    del lines[9]
    catalogue, schema = read_catalogue_texts({"c.md": "\n".join(lines)})
    assert [(e.name, "".join(s.letter for s in e.sections)) for e in catalogue.entries] == [
        ("orders", "SP"), ("lines", "SP"),
    ]  # fmt: skip
    assert [(one.kind, one.at.line) for one in catalogue.troubles] == [(TroubleKind.FENCE, 8)]
    assert sorted(name.name for name in schema.tables) == ["lines", "orders"]


def test_what_is_nested_too_deeply_is_told() -> None:
    (trouble, *_) = read("- " * 200 + "x").troubles
    assert (trouble.kind, trouble.at.line) == (TroubleKind.NESTING, 1)


def test_headings_of_sections_may_stand_at_the_level_of_their_entry() -> None:
    catalogue = read(TWO.replace("#### ", "### "))
    assert [(e.name, "".join(s.letter for s in e.sections)) for e in catalogue.entries] == [
        ("orders", "SP"), ("lines", "SP"),
    ]  # fmt: skip


def test_an_entry_without_any_field_is_known_by_its_neighbours() -> None:
    catalogue = read(TWO + "\n### 3. parcels\n\nLater.\n\n### Notes\n\nNone.\n")
    assert [entry.name for entry in catalogue.entries] == ["orders", "lines", "parcels"]
    assert catalogue.entries[2].missing == ("S", "T", "A", "M", "P", "E", "D")


def test_sql_outside_fences_is_no_sql_and_rollbacks_drop_nothing() -> None:
    text = TWO + "\n#### M - Migration\n\nCREATE TABLE x (id int);\n\n**Rollback**:\n```sql\n"
    _, schema = read_catalogue_texts({"c.md": text + "DROP TABLE lines;\n```\n"})
    assert sorted(name.name for name in schema.tables) == ["lines", "orders"]


def test_an_entry_may_use_what_a_later_one_declares() -> None:
    text = TWO.replace(
        "CREATE TABLE orders (id int PRIMARY KEY);",
        "CREATE TABLE orders (id int PRIMARY KEY, line int REFERENCES lines);",
    )
    _, schema = read_catalogue_texts({"c.md": text})
    found = [
        (str(c.references), c.referenced_columns)
        for table in schema.tables.values()
        for c in table.constraints
        if c.references
    ]
    assert found == [("public.lines", ("id",))]


def test_configured_words_find_parts_that_are_called_otherwise() -> None:
    text = (
        "# Tabellen\n\n## Tabelle »orders«\n\nKennung: BID-A-001\nZustand: live\n\n"
        "## Zahlen\n\n- Tables: 4\n"
    )
    headings = Headings(
        entry="Tabelle »(?P<name>[a-z_]+)«",
        statistics=("zahlen",),
        fields={"barton-id": ("Kennung",), "status": ("Zustand",)},
        stages={"live": Stage.ACTIVE},
    )
    catalogue = read(text, headings)
    (entry,) = catalogue.entries
    assert (entry.name, entry.stage) == ("orders", Stage.ACTIVE)
    assert entry.header.barton_id
    assert entry.header.barton_id.text == "BID-A-001"
    assert [one.number for one in catalogue.statistics] == [4]
    assert read(text).statistics == ()


@pytest.mark.parametrize(
    ("codec", "text"),
    [
        ("mac_roman", "→ café “quoted” ✅ Übersicht"),
        ("cp1252", "→ café – voilà ✓"),
    ],
)
def test_mis_decoded_text_reads_as_it_was_and_keeps_its_places(codec: str, text: str) -> None:
    damaged = text.encode("utf-8").decode(codec)
    source = Source("c.md", f"a {damaged} z")
    assert source.text == f"a {text} z"
    end = len(source.text)
    assert source.at(end - 1, end).start == len(damaged) + 3
    for one in source.mis_decoded:
        written = source.written[one.at.start : one.at.end]
        assert written.encode(codec).decode("utf-8") == one.repaired


@pytest.mark.parametrize(
    "text",
    ["«école»", "L’été “élan”", "Ærø, Ångström, São", "voilà »", "naïve…", "Straße – ü", "→ ✅ 🗄️"],
)
def test_honest_text_is_left_alone(text: str) -> None:
    assert Source("c.md", text).mis_decoded == ()


@pytest.mark.parametrize(
    ("heading", "letter"),
    [
        ("S - Structure", "S"), ("**A** Authorization", "A"), ("A: who may", "A"),
        ("Authentication & Authorization (A)", "A"), ("🔐 A – Access", "A"), ("3.1 Purpose", "P"),
        ("[E] Enforcement", "E"), ("T. Traceability", "T"), ("D", "D"), ("Dependencies:", "D"),
        ("Migration Strategy", None), ("A users table", None), ("Schema", None),
        ("Data Protection", None), ("Table Index", None), ("S3 buckets", None),
    ],
)  # fmt: skip
def test_headings_of_sections_are_known_by_letter_or_word(heading: str, letter: str | None) -> None:
    known = stamped(heading)
    assert (known[0] if known else None) == letter


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ('"a", "b"', ("a", "b")), ("'a' or 'b'", ("a", "b")), ("“a” / “b”", ("a", "b")),
        ('"a", "b", etc.', None), ('e.g. "a", "b"', None), ('"a"', None),
        ("(blueprint, ssot, user, etc.)", None), ('"a" is not "b"', None),
    ],
)  # fmt: skip
def test_only_closed_lists_are_value_sets(text: str, values: tuple[str, ...] | None) -> None:
    assert closed_values(text) == values


def test_bounds_and_dates_as_people_write_them() -> None:
    assert [bounds_of(text) for text in ("layer (1-4)", "from 1 to 4", "1..4", "(4-1)", "v1")] == [
        (1, 4), (1, 4), (1, 4), None, None,
    ]  # fmt: skip
    spans = [period(text) for text in ("2024-02", "Q1 2024", "Feb 29, 2024", "29.02.2023", "soon")]
    shown = [span and f"{span[0]}/{span[1]}" for span in spans]
    assert shown == [
        "2024-02-01/2024-02-29", "2024-01-01/2024-03-31", "2024-02-29/2024-02-29", None, None,
    ]  # fmt: skip


def test_written_places_cover_their_text() -> None:
    text = TWO
    for entry in read(text).entries:
        for one in (entry.header.barton_id, entry.header.status):
            assert isinstance(one, Written)
            assert text[one.at.start : one.at.end] == one.text

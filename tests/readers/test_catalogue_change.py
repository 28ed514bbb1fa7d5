"""Which sections of a catalogue changed."""

from __future__ import annotations

from ctb_lint.changed_files import CatalogueChange
from ctb_lint.model import Location, QualifiedName
from ctb_lint.readers.catalogue.reader import read_catalogue_texts
from ctb_lint.readers.catalogue_change import catalogue_change, entry_texts, sections, with_entries

TEXT = """\
Preface.

# Tables #
All of them.

## users
Those who may log in.

### Columns
- id

```sql
# no heading
```

## orders
What was bought.
"""


def test_sections_stand_below_their_headings() -> None:
    assert list(sections(TEXT)) == [
        "Preface.",
        "Tables\nAll of them.",
        "Tables\nusers\nThose who may log in.",
        "Tables\nusers\nColumns\n- id\n\n```sql\n# no heading\n```",
        "Tables\norders\nWhat was bought.",
    ]


def test_a_longer_fence_holds_a_shorter_one() -> None:
    assert list(sections("# a\n~~~~\n~~~\n# b\n~~~~\n# c\n")) == ["a\n~~~~\n~~~\n# b\n~~~~", "c\n"]


def test_hash_signs_without_a_space_are_no_heading() -> None:
    assert list(sections("#tag\n####### seven\n")) == ["#tag\n####### seven"]


def test_both_texts_of_a_changed_section_are_given() -> None:
    at = Location("a.sql", 0, 1, 1, 1, 1, 2)
    found = catalogue_change("R.md", [TEXT], [TEXT.replace("- id", "- id\n- name")], (at,))
    below = "Tables\nusers\nColumns\n- id"
    end = "\n\n```sql\n# no heading\n```"
    assert found == CatalogueChange("R.md", (below + end, below + "\n- name" + end), (at,))


def test_sections_that_only_move_do_not_change() -> None:
    first, second = "## a\nx\n", "## b\ny\n"
    assert catalogue_change("R.md", [first + second], [second + first], ()).sections == ()
    assert catalogue_change("R.md", [first + second], [second, first], ()).sections == ()


def test_a_new_catalogue_is_all_changed() -> None:
    assert catalogue_change("R.md", [], ["# a\n"], ()).sections == ("a\n",)


def test_entries_are_compared_by_their_tables() -> None:
    def texts(**said: str) -> dict[QualifiedName, str]:
        text = "".join(f"## {n}\n**Barton ID**: B\n{what}\n" for n, what in said.items())
        catalogue, _ = read_catalogue_texts({"c.md": text})
        return entry_texts(catalogue, {"c.md": text})

    change = catalogue_change("c.md", [""], [""], ())
    found = with_entries(
        change,
        texts(kept="a", moved="b  \nc", changed="d", gone="e"),
        texts(moved="b\nc", kept="a", changed="D", new="f"),
    )
    assert sorted(name.name for name in found.entries) == [
        "changed",
        "gone",
        "kept",
        "moved",
        "new",
    ]
    assert sorted(name.name for name in found.changed) == ["changed", "gone", "new"]

"""Which sections of a catalogue changed."""

from __future__ import annotations

from ctb_lint.history import CatalogueChange
from ctb_lint.model import Location
from ctb_lint.readers.catalogue_change import catalogue_change, sections

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
    found = catalogue_change("R.md", TEXT, TEXT.replace("- id", "- id\n- name"), (at,))
    below = "Tables\nusers\nColumns\n- id"
    end = "\n\n```sql\n# no heading\n```"
    assert found == CatalogueChange("R.md", (below + end, below + "\n- name" + end), (at,))


def test_sections_that_only_move_do_not_change() -> None:
    first, second = "## a\nx\n", "## b\ny\n"
    assert catalogue_change("R.md", first + second, second + first, ()).sections == ()


def test_a_new_catalogue_is_all_changed() -> None:
    assert catalogue_change("R.md", None, "# a\n", ()).sections == ("a\n",)

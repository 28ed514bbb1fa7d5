"""Where the paths that a catalogue names can lead."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctb_lint.readers.surroundings.shelf import Shelf

NAMES = (
    "README.md", "ctb/data/README.md", "ctb/data/migrations/001_a.sql", "sql/001_a.sql",
    "sql/002_b.sql", "old/sql/002_b.sql",
)  # fmt: skip
BESIDE = ("ctb/data/SCHEMA_REFERENCE.md",)


@pytest.mark.parametrize(
    ("path", "places"),
    [
        # From the catalogue's own folder, from any above it, from the root.
        ("migrations", ["ctb/data/migrations"]),
        ("data/migrations/001_a.sql", ["ctb/data/migrations/001_a.sql"]),
        ("ctb/data/migrations/001_a.sql", ["ctb/data/migrations/001_a.sql"]),
        ("README.md", ["ctb/data/README.md"]),
        ("../../README.md", ["README.md"]),
        ("/README.md", ["README.md"]),
        ("shop/sql", ["sql"]),
        # Wherever the name stands.
        ("001_a.sql", ["ctb/data/migrations/001_a.sql", "sql/001_a.sql"]),
        ("sql/002_b.sql", ["sql/002_b.sql"]),
        ("old/sql/001_a.sql", []),
        ("b.sql", []),
        ("ctb/none", []),
        # Out of the repository, whatever it is seen from.
        ("../../../README.md", None),
        ("../../../../etc/passwd", None),
        ("/etc/passwd", []),
        ("/../etc/passwd", None),
    ],
)
def test_where_a_path_can_lead(path: str, places: list[str] | None, tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, NAMES, "shop", disk=False)
    assert shelf.places(path, BESIDE) == places


def test_the_working_tree_holds_more_than_git_knows_of(tmp_path: Path) -> None:
    (tmp_path / "built").mkdir()
    (tmp_path / "built" / "a.json").write_text("{}")
    shelf = Shelf(tmp_path, NAMES, "shop", disk=True)
    assert shelf.places("built/a.json", BESIDE) == ["built/a.json"]
    assert shelf.is_folder("built")
    assert not shelf.is_folder("built/a.json")
    assert Shelf(tmp_path, NAMES, "shop", disk=False).places("built/a.json", BESIDE) == []


def test_a_link_that_leads_out_is_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "secret.json"
    outside.write_text("{}")
    root = tmp_path / "shop"
    root.mkdir()
    (root / "out.json").symlink_to(outside)
    (root / "up").symlink_to(tmp_path)
    (root / "loop").symlink_to(root / "loop")
    (root / "in.json").write_text("{}")
    (root / "link.json").symlink_to("in.json")
    shelf = Shelf(root, (), "shop", disk=True)
    assert [shelf.located(name) for name in ("out.json", "up/secret.json", "loop", "none")] == [
        None
    ] * 4
    assert shelf.located("link.json") == root.resolve() / "in.json"
    assert shelf.places("up/secret.json", ("a.md",)) == []


def test_a_path_that_the_file_system_refuses_is_not_there(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, (), "shop", disk=True)
    assert shelf.places("a" * 400, ("a.md",)) == []
    assert shelf.places("/".join("b" * 200 for _ in range(50)), ("a.md",)) == []


def test_of_a_name_that_stands_everywhere_some_places_are_looked_at(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, [f"{n}/a.sql" for n in range(1_000)], "shop", disk=False)
    assert len(shelf.places("a.sql", ("c/d.md",)) or ()) == 20

"""Looking for what a catalogue names, in a repository."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctb_lint.model import QualifiedName
from ctb_lint.readers.catalogue.reader import CatalogueRead, read_texts
from ctb_lint.readers.git.repository import INDEX, head, repository
from ctb_lint.readers.surroundings import Lookup, look
from ctb_lint.surroundings import Commits, Named, Surroundings
from tests.git_project import Project

ORDERS = "CREATE TABLE orders (id int);"


def catalogue(*lines: str) -> CatalogueRead:
    said = "\n".join(f"- {line}" for line in lines)
    text = f"## orders\n**Barton ID**: BID-DATA-001\n### T\n{said}\n### D\nx\n"
    return read_texts({"docs/catalogue.md": text})


def around(
    project: Project, *lines: str, state: str = "tree"
) -> tuple[Surroundings, Commits | None]:
    repo = repository(project.folder)
    held = {"tree": None, "index": INDEX, "head": head(repo)}[state]
    found = catalogue(*lines)
    lookup = Lookup(repository=repo, beside=("docs/catalogue.md",), state=held)
    return look(found.catalogue, found.claims, lookup)


def paths(named: Named) -> list[str]:
    return [place.path for place in named.places]


@pytest.mark.parametrize("state", ["tree", "index", "head"])
def test_files_are_found_and_read_in_every_state(project: Project, state: str) -> None:
    project.commit(
        {
            "sql/001_orders.sql": ORDERS,
            "sql/001_orders.json": '{"tables": []}',
            "docs/notes.md": "x",
        }
    )
    found, _ = around(
        project,
        "Migration File: `001_orders.sql`",
        "Source Path: `./shop/sql/`",
        "ChartDB Schema: `sql/001_orders.json`",
        "See [the notes](notes.md#top), `docs/gone.md` and `../../up.md`",
        state=state,
    )
    assert {path: paths(named) for path, named in found.files.items()} == {
        "001_orders.sql": ["sql/001_orders.sql"],
        "shop/sql": ["sql"],
        "shop/sql/001_orders.sql": ["sql/001_orders.sql"],
        "sql/001_orders.json": ["sql/001_orders.json"],
        "notes.md": ["docs/notes.md"],
        "docs/gone.md": [],
        "../../up.md": [],
    }
    assert found.files["../../up.md"].outside
    (migration,) = found.files["001_orders.sql"].places
    assert migration.creates == (QualifiedName("public", "orders"),)
    assert migration.sha256
    (diagram,) = found.files["sql/001_orders.json"].places
    assert diagram.drawing
    assert diagram.drawing.tables == ()
    (folder,) = found.files["shop/sql"].places
    assert (folder.folder, folder.sha256) == (True, None)
    (notes,) = found.files["notes.md"].places
    assert (notes.folder, notes.sha256) == (False, None)


def test_each_state_holds_what_it_holds(project: Project) -> None:
    project.commit({"sql/old.sql": ORDERS})
    project.git("rm", "--quiet", "--cached", "sql/old.sql")
    project.write({"sql/staged.sql": ORDERS})
    project.git("add", "sql/staged.sql")
    project.write({"sql/new.sql": ORDERS, ".gitignore": "ignored.sql\n", "ignored.sql": ORDERS})
    (project.folder / "sql" / "old.sql").unlink()
    names = ("old.sql", "staged.sql", "new.sql", "ignored.sql", "sql/ignored.sql", "../ignored.sql")
    lines = [f"Migration File: `{name}`" for name in names]
    there = {
        state: [name for name in names if around(project, *lines, state=state)[0].files[name].files]
        for state in ("tree", "index", "head")
    }
    assert there == {
        "tree": ["staged.sql", "new.sql", "ignored.sql", "../ignored.sql"],
        "index": ["staged.sql"],
        "head": ["old.sql"],
    }


def test_what_is_deleted_and_not_staged_is_not_in_the_working_tree(project: Project) -> None:
    project.commit({"sql/a.sql": ORDERS})
    (project.folder / "sql" / "a.sql").unlink()
    assert around(project, "Migration File: `a.sql`")[0].files["a.sql"].places == ()


def test_nothing_is_read_through_a_link_that_leads_out(project: Project, tmp_path: Path) -> None:
    (tmp_path / "secret.json").write_text('{"tables": []}')
    (project.folder / "out.json").symlink_to(tmp_path / "secret.json")
    (project.folder / "sql").symlink_to(tmp_path)
    project.commit()
    for state in ("tree", "index", "head"):
        found, _ = around(
            project,
            "ChartDB Schema: `out.json`",
            "ChartDB Schema: `sql/secret.json`",
            "ChartDB Schema: `../../secret.json`",
            state=state,
        )
        (place,) = found.files["out.json"].places
        assert (place.drawing, place.sha256) == (None, None)
        assert place.unread
        assert found.files["sql/secret.json"].places == ()
        assert found.files["../../secret.json"].outside


def test_a_file_that_is_too_large_or_no_text_says_so(project: Project) -> None:
    project.commit({"a.json": "x" * 100, "b.json": b"\xff\xfe\x00", "c.sql": b"\x81"})
    found = catalogue(
        "ChartDB Schema: `a.json`", "ChartDB Schema: `b.json`", "Migration File: `c.sql`"
    )
    lookup = Lookup(repository=repository(project.folder), beside=("docs/x.md",), max_size=99)
    surroundings, _ = look(found.catalogue, found.claims, lookup)
    assert [
        surroundings.files[name].places[0].unread for name in ("a.json", "b.json", "c.sql")
    ] == [
        "is larger than the limit of 99 bytes",
        "is UTF-16",
        "is not UTF-8: byte 0x81 at line 1, byte 1",
    ]


def test_git_is_asked_for_commits(project: Project) -> None:
    known = project.commit({"a.sql": ORDERS})
    tree = project.git("rev-parse", "HEAD^{tree}")
    _, commits = around(
        project,
        *(f"Commit: `{text}`" for text in (known, known[:8].upper(), "0123456789", tree, "--all")),
    )
    assert commits == Commits(frozenset({known, known[:8]}))


def test_a_shallow_clone_cannot_say_what_is_no_commit(project: Project, tmp_path: Path) -> None:
    first = project.commit({"a.sql": ORDERS})
    last = project.commit({"b.sql": ORDERS})
    clone = Project(tmp_path / "clone")
    clone.git("fetch", "--quiet", "--depth=1", f"file://{project.folder}", "main")
    clone.git("checkout", "--quiet", "-b", "main", "FETCH_HEAD")
    assert around(clone, f"Commit: `{first}`")[1] is None
    assert around(clone, f"Commit: `{last}`")[1] == Commits(frozenset({last}))


def test_names_that_git_knows_and_no_reader_expects(project: Project) -> None:
    odd = 'sql/o"d\nd\t☃.sql'
    project.commit({odd: ORDERS, "sql/-rf.sql": ORDERS})
    found, _ = around(project, "Migration File: `-rf.sql`", "Migration File: `☃.sql`")
    assert paths(found.files["-rf.sql"]) == ["sql/-rf.sql"]
    assert found.files["☃.sql"].places == ()


def test_before_the_first_commit_there_is_nothing(project: Project) -> None:
    project.write({"a.sql": ORDERS})
    assert around(project, "Migration File: `a.sql`", state="head")[0].files["a.sql"].places == ()
    assert paths(around(project, "Migration File: `a.sql`")[0].files["a.sql"]) == ["a.sql"]

"""What git says has changed."""

from __future__ import annotations

from ctb_lint.changed_files import FileChangeKind
from ctb_lint.readers.git.changes import Changed, changes
from ctb_lint.readers.git.repository import INDEX, NOTHING, head, repository
from tests.git_project import Project

ADDED, EDITED = FileChangeKind.ADDED, FileChangeKind.EDITED
RENAMED, DELETED = FileChangeKind.RENAMED, FileChangeKind.DELETED
LONG = "".join(f"CREATE TABLE t{number} (id int);\n" for number in range(20))


def test_the_working_tree_differs_in_every_way(project: Project) -> None:
    project.commit(
        {"edit.sql": "SELECT 1;", "gone.sql": "SELECT 2;", "old.sql": LONG, "same.sql": "x",
         ".gitignore": "ignored.sql\n"}
    )  # fmt: skip
    project.write({"edit.sql": "SELECT 9;", "né w\n.sql": "", "ignored.sql": ""})
    (project.folder / "gone.sql").unlink()
    project.git("mv", "old.sql", "new.sql")
    repo = repository(project.folder)
    assert changes(repo, head(repo), None) == (
        Changed("edit.sql", EDITED, "edit.sql"),
        Changed("gone.sql", DELETED, "gone.sql"),
        Changed("new.sql", RENAMED, "old.sql"),
        Changed("né w\n.sql", ADDED, None),
    )


def test_the_index_is_not_the_working_tree(project: Project) -> None:
    project.commit({"a.sql": "1", "b.sql": "1"})
    project.write({"a.sql": "2"})
    project.git("add", "a.sql")
    project.write({"a.sql": "3", "b.sql": "2", "c.sql": ""})
    repo = repository(project.folder)
    assert changes(repo, head(repo), INDEX) == (Changed("a.sql", EDITED, "a.sql"),)


def test_only_what_lies_below_the_folder_counts(project: Project) -> None:
    project.commit({"a/x.sql": "1", "b/x.sql": "1", ":(top)/x.sql": "1"})
    project.write({"a/x.sql": "2", "b/x.sql": "2", "b/new.sql": "", ":(top)/x.sql": "2"})
    repo = repository(project.folder / "b")
    assert changes(repo, head(repo), None) == (
        Changed("b/new.sql", ADDED, None),
        Changed("b/x.sql", EDITED, "b/x.sql"),
    )
    odd = repository(project.folder / ":(top)")
    assert [one.path for one in changes(odd, head(odd), None)] == [":(top)/x.sql"]


def test_before_the_first_commit_all_is_new(project: Project) -> None:
    project.write({"a.sql": "", "b.sql": ""})
    project.git("add", "a.sql")
    repo = repository(project.folder)
    assert changes(repo, NOTHING, INDEX) == (Changed("a.sql", ADDED, None),)
    assert [one.path for one in changes(repo, NOTHING, None)] == ["a.sql", "b.sql"]

"""A state of git written into a folder: byte for byte, quickly, and never outside."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from ctb_lint.readers.git.command import GitError
from ctb_lint.readers.git.repository import INDEX, NOTHING, State, head, repository
from ctb_lint.readers.git.tree import extract, is_wanted
from tests.git_project import Project


def files_in(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def into(tmp_path: Path) -> Path:
    folder = tmp_path / "outside" / "into"
    folder.mkdir(parents=True)
    return folder


def test_a_commit_is_written_as_its_raw_bytes(project: Project, into: Path) -> None:
    project.git("config", "core.autocrlf", "true")
    odd = b"-- \xff\r\nSELECT 1;\r\n\0"
    commit = project.commit({"db/A.SQL": odd, "db/b c\n.sql": "é", "go.mod": "", "x.txt": "no"})
    project.write({"db/A.SQL": "edited"})
    found = extract(repository(project.folder), State(commit, ""), into)
    assert found.skipped == ()
    assert files_in(into) == {"shop/db/A.SQL": odd, "shop/db/b c\n.sql": "é".encode(),
                              "shop/go.mod": b""}  # fmt: skip


def test_the_base_has_the_name_that_it_has_in_the_working_tree(
    project: Project, into: Path
) -> None:
    project.commit({"db/sql/a.sql": ""})
    repo = repository(project.folder / "db" / "sql")
    assert extract(repo, head(repo), into).base == into.resolve() / "shop" / "db" / "sql"


def test_a_base_that_the_commit_does_not_have_is_an_empty_folder(
    project: Project, into: Path
) -> None:
    project.commit({"a.sql": ""})
    (project.folder / "new").mkdir()
    repo = repository(project.folder / "new")
    base = extract(repo, head(repo), into).base
    assert list(base.iterdir()) == []


def test_the_index_is_written_as_it_is_staged(project: Project, into: Path) -> None:
    project.commit({"a.sql": "1", "gone.sql": "1"})
    project.write({"a.sql": "2", "new.sql": "new"})
    project.git("add", "a.sql", "new.sql")
    project.git("rm", "--quiet", "gone.sql")
    project.write({"a.sql": "3", "untracked.sql": ""})
    extract(repository(project.folder), INDEX, into)
    assert files_in(into) == {"shop/a.sql": b"2", "shop/new.sql": b"new"}


def test_before_the_first_commit_nothing_is_written(project: Project, into: Path) -> None:
    project.write({"a.sql": ""})
    found = extract(repository(project.folder), NOTHING, into)
    assert files_in(into) == {}
    assert found.base.is_dir()


def test_a_conflict_in_the_index_is_a_sentence(project: Project, into: Path) -> None:
    project.commit({"a.sql": "1"})
    project.git("switch", "--quiet", "--create=work")
    project.commit({"a.sql": "2"})
    project.git("switch", "--quiet", "main")
    project.commit({"a.sql": "3"})
    with pytest.raises(AssertionError):
        project.git("merge", "--quiet", "work")
    with pytest.raises(GitError) as error:
        extract(repository(project.folder), INDEX, into)
    said = (error.value.message, error.value.hint)
    assert said == ("a.sql has conflicts", "resolve them, and git add a.sql")


def test_links_inside_are_kept_and_links_outside_are_said(project: Project, into: Path) -> None:
    project.write({"db/a.sql": "A", "text.txt": "T"})
    links = {
        "alias": "db",
        "db/b.sql": "a.sql",
        "t.sql": "text.txt",
        "up.sql": "../../etc/passwd",
        "root.sql": "/etc/passwd",
        "nowhere.sql": "missing.sql",
        "quiet": "missing",
        "loop.sql": "loop.sql",
    }
    for name, target in links.items():
        (project.folder / name).symlink_to(target)
    commit = project.commit()
    found = extract(repository(project.folder), State(commit, ""), into)
    assert found.skipped == (
        ("loop.sql", "is a link that leads to nothing that is read"),
        ("nowhere.sql", "is a link that leads to nothing that is read"),
        ("root.sql", "is a link that leads out of the repository"),
        ("up.sql", "is a link that leads out of the repository"),
    )
    top = into / "shop"
    assert sorted(p.name for p in top.iterdir()) == ["alias", "db", "t.sql", "text.txt"]
    assert (top / "alias" / "a.sql").read_bytes() == b"A"
    assert (top / "db" / "b.sql").read_bytes() == b"A"
    assert (top / "t.sql").read_bytes() == b"T"


def test_a_link_through_a_link_leads_nowhere_outside(project: Project, into: Path) -> None:
    (into.parent / "secret.sql").write_text("SELECT 'secret';")
    deep = project.folder / "a" / "b"
    deep.mkdir(parents=True)
    (project.folder / "x.sql").write_text("")
    # By its text a/secret.sql; through the link the folder above the root.
    (deep / "top").symlink_to("../..")
    (project.folder / "leak.sql").symlink_to("a/b/top/../../secret.sql")
    commit = project.commit()
    found = extract(repository(project.folder), State(commit, ""), into)
    assert found.skipped == (("leak.sql", "is a link that leads to nothing that is read"),)
    assert not (into / "shop" / "leak.sql").is_symlink()


@pytest.mark.parametrize("name", ["..", ".", ".git", ".GIT", "../../evil.sql", "/evil.sql", "a//b"])
def test_no_name_leads_outside(project: Project, into: Path, name: str) -> None:
    blob = project.blob("SELECT 1;")
    full = name if name.endswith(".sql") else f"{name}/x.sql"
    commit = project.tree(("100644", blob, full), ("100644", blob, "good.sql"))
    before = sorted(into.parent.rglob("*"))
    found = extract(repository(project.folder), State(commit, ""), into)
    assert found.skipped == ((full, "is no name that a file may have"),)
    assert files_in(into) == {"shop/good.sql": b"SELECT 1;"}
    assert sorted(into.parent.glob("*")) == [path for path in before if path.parent == into.parent]


def test_a_folder_that_is_also_a_link_does_not_let_a_file_out(project: Project, into: Path) -> None:
    out = project.blob("../../")
    file = project.blob("SELECT 1;")
    inner = project.tree(("100644", file, "x.sql"), ("120000", file, "link"))
    folder = project.git("rev-parse", f"{inner}^{{tree}}")
    commit = project.tree(("120000", out, "a"), ("40000", folder, "a"), ("100644", file, "a/y.sql"))
    extract(repository(project.folder), State(commit, ""), into)
    assert sorted(path.name for path in into.parent.iterdir()) == ["into"]
    assert [path.name for path in into.iterdir()] == ["shop"]
    assert not (into / "shop" / "a").is_symlink()


def test_a_submodule_is_skipped_and_said(project: Project, into: Path, tmp_path: Path) -> None:
    inner = Project(tmp_path / "inner")
    inner.commit({"a.sql": ""})
    project.git(
        "-c", "protocol.file.allow=always", "submodule", "--quiet", "add",
        str(inner.folder), "db",
    )  # fmt: skip
    project.commit({"own.sql": ""})
    repo = repository(project.folder)
    for state in (head(repo), INDEX):
        target = into / (state.id[:7].strip(":") or "index")
        target.mkdir()
        found = extract(repo, state, target)
        assert found.skipped == (("db", "is a submodule, a repository of its own"),)
        assert files_in(target) == {"shop/own.sql": b""}


def test_what_git_lfs_keeps_is_skipped_and_said(project: Project, into: Path) -> None:
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n"
    commit = project.commit({"dump.sql": pointer, "a.sql": "x"})
    found = extract(repository(project.folder), State(commit, ""), into)
    assert found.skipped == (("dump.sql", "is kept in Git LFS, which is not read"),)
    assert files_in(into) == {"shop/a.sql": b"x"}


def test_content_that_the_clone_does_not_have_ends_the_run(project: Project, into: Path) -> None:
    commit = project.commit({"a.sql": "SELECT 1;"})
    blob = project.git("rev-parse", f"{commit}:a.sql")
    (project.folder / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    with pytest.raises(GitError) as error:
        extract(repository(project.folder), State(commit, ""), into)
    assert error.value.message == "the content of a.sql is not in this clone"


def test_a_full_disk_ends_the_run(
    project: Project, into: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = project.commit({"a.sql": "SELECT 1;"})

    repo = repository(project.folder)
    really = os.open

    def full(path: str | Path, *rest: int) -> int:
        if Path(path).name == "a.sql":
            raise OSError(28, os.strerror(28))
        return really(path, *rest)

    monkeypatch.setattr(os, "open", full)
    with pytest.raises(GitError, match=r"a\.sql could not be written to a temporary folder"):
        extract(repo, State(commit, ""), into)


def test_a_large_blob_and_an_empty_one_are_whole(project: Project, into: Path) -> None:
    large = b"x" * 3_000_000 + b"\n"
    commit = project.commit({"a.sql": b"", "b.sql": large, "c.sql": b"\n", "d.sql": large})
    extract(repository(project.folder), State(commit, ""), into)
    assert files_in(into / "shop") == {"a.sql": b"", "b.sql": large, "c.sql": b"\n", "d.sql": large}


def test_five_thousand_files_take_as_many_programs_as_one(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    began: list[object] = []

    class Counted(subprocess.Popen[bytes]):
        def __init__(self, *arguments: Any, **more: Any) -> None:
            began.append(arguments)
            super().__init__(*arguments, **more)

    def committed(number: int) -> State:
        return State(project.commit({f"db/{n:05}_x.sql": f"{n}" for n in range(number)}), "")

    def extracted(state: State) -> int:
        into = tmp_path / str(len(began))
        into.mkdir()
        began.clear()
        extract(repo, state, into)
        number = len(files_in(into))
        shutil.rmtree(into)
        return number

    project.commit()
    repo = repository(project.folder)
    monkeypatch.setattr(subprocess, "Popen", Counted)
    assert extracted(committed(1)) == 1
    programs = len(began)
    assert extracted(committed(5_000)) == 5_000
    assert len(began) == programs > 0


def test_only_what_is_wanted_is_written(project: Project, into: Path) -> None:
    commit = project.commit({"a.sql": "", "b.txt": "", "c/diesel.toml": "", "d.CONF": ""})
    repo = repository(project.folder)
    extract(repo, State(commit, ""), into)
    assert sorted(files_in(into)) == ["shop/a.sql", "shop/c/diesel.toml", "shop/d.CONF"]
    assert [is_wanted(p) for p in ("x/Cargo.toml", "x.sql.bak", "sql", "A.Sql")] == [
        True, False, False, True,
    ]  # fmt: skip
    texts = into / "texts"
    texts.mkdir()
    extract(repo, State(commit, ""), texts, lambda path: path == "b.txt")
    assert sorted(files_in(texts)) == ["shop/b.txt"]

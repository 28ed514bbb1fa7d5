"""Which repository, which commit: every refusal is a sentence with a way out."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ctb_lint.readers.git import command
from ctb_lint.readers.git.command import GitError, refusal
from ctb_lint.readers.git.repository import (
    NOTHING,
    State,
    head,
    is_shallow,
    merge_base,
    repository,
    resolve,
)
from tests.git_project import Project


def refused(error: pytest.ExceptionInfo[GitError]) -> tuple[str, str]:
    return error.value.message, error.value.hint


def test_a_folder_is_found_in_its_repository_with_the_way_to_it(project: Project) -> None:
    (project.folder / "db" / "sql").mkdir(parents=True)
    found = repository(project.folder / "db" / "sql")
    assert (found.root, found.prefix) == (project.folder.resolve(), "db/sql")
    assert repository(project.folder).prefix == ""


def test_a_folder_behind_a_link_is_found_where_it_really_is(
    project: Project, tmp_path: Path
) -> None:
    (project.folder / "db").mkdir()
    (tmp_path / "link").symlink_to(project.folder / "db")
    found = repository(tmp_path / "link")
    assert (found.root, found.prefix) == (project.folder.resolve(), "db")


def test_a_folder_in_no_repository_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(GitError) as error:
        repository(tmp_path)
    assert refused(error) == (
        f"{tmp_path} is in no git repository",
        "check everything without --since and --staged, or run it in the repository",
    )


def test_a_bare_repository_has_no_working_tree(project: Project, tmp_path: Path) -> None:
    project.git("clone", "--quiet", "--bare", ".", str(tmp_path / "bare.git"))
    with pytest.raises(GitError, match="in a repository without a working tree"):
        repository(tmp_path / "bare.git")


def test_a_machine_without_git_is_a_sentence(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(GitError) as error:
        repository(project.folder)
    assert refused(error) == (
        "git is not installed, or not in PATH",
        "install git, or check everything without --since and --staged",
    )


def test_a_repository_of_another_user_is_a_sentence() -> None:
    said = (
        b"fatal: detected dubious ownership in repository at '/srv/shop'\n"
        b"To add an exception for this directory, call:\n"
    )
    error = refusal("rev-parse", said, Path("/srv/shop"))
    assert (error.message, error.hint) == (
        "git refuses to read /srv/shop: the repository belongs to another user",
        "git config --global --add safe.directory /srv/shop",
    )


def test_git_itself_says_what_another_users_repository_is(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    with pytest.raises(GitError, match="the repository belongs to another user"):
        repository(project.folder)


def test_a_git_that_never_answers_is_not_waited_for(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = tmp_path / "bin" / "git"
    slow.parent.mkdir()
    slow.write_text("#!/bin/sh\nexec sleep 30\n")
    slow.chmod(0o755)
    monkeypatch.setenv("PATH", str(slow.parent), prepend=os.pathsep)
    monkeypatch.setattr(command, "PATIENCE", 0.2)
    with pytest.raises(GitError, match="git rev-parse took more than 0 seconds"):
        repository(project.folder)


def test_before_the_first_commit_there_is_nothing(project: Project) -> None:
    assert head(repository(project.folder)) is NOTHING


def test_head_is_the_last_commit(project: Project) -> None:
    commit = project.commit()
    assert head(repository(project.folder)) == State(commit, "the last commit")


def test_a_name_means_a_commit(project: Project) -> None:
    commit = project.commit()
    project.git("tag", "v1", "--annotate", "--message=first")
    repo = repository(project.folder)
    assert resolve(repo, "main") == State(commit, f"main ({commit[:7]})")
    assert resolve(repo, "v1") == State(commit, f"v1 ({commit[:7]})")
    assert resolve(repo, commit[:10]) == State(commit, commit[:7])


@pytest.mark.parametrize("ref", ["--all", "-n1", "", " "])
def test_a_name_is_never_taken_for_an_option(project: Project, ref: str) -> None:
    project.commit()
    with pytest.raises(GitError) as error:
        resolve(repository(project.folder), ref)
    assert refused(error) == (
        f"{ref!r} is no commit, branch or tag of this repository",
        "name a commit, a branch or a tag, such as origin/main",
    )


@pytest.mark.parametrize("ref", ["nowhere", "origin/nowhere", "a\nb", "a..b", "\0", "main:x"])
def test_an_unknown_name_is_a_sentence(project: Project, ref: str) -> None:
    project.commit()
    with pytest.raises(GitError) as error:
        resolve(repository(project.folder), ref)
    message, hint = refused(error)
    assert message == f"{ref!r} is no commit, branch or tag of this repository"
    assert hint.startswith(f"git fetch origin {ref.removeprefix('origin/')} brings it")


def test_a_branch_that_only_the_remote_has_is_named(project: Project, tmp_path: Path) -> None:
    project.commit()
    project.git("branch", "release")
    project.git("clone", "--quiet", ".", str(tmp_path / "clone"))
    with pytest.raises(GitError) as error:
        resolve(repository(tmp_path / "clone"), "release")
    assert refused(error) == (
        "'release' is no commit, branch or tag of this repository; did you mean origin/release?",
        "use origin/release",
    )


def test_the_merge_base_is_what_both_lines_have(project: Project) -> None:
    common = project.commit({"a.sql": "SELECT 1;"})
    project.git("switch", "--quiet", "--create=work")
    project.commit({"b.sql": "SELECT 2;"})
    project.git("switch", "--quiet", "main")
    project.commit({"c.sql": "SELECT 3;"})
    project.git("switch", "--quiet", "work")
    found = merge_base(repository(project.folder), "main")
    assert found == State(common, f"main ({common[:7]})")


def test_before_the_first_commit_everything_is_new(project: Project) -> None:
    other = project.commit()
    project.git("branch", "other")
    project.git("switch", "--quiet", "--orphan", "fresh")
    repo = repository(project.folder)
    assert merge_base(repo, "other") is NOTHING
    assert resolve(repo, "other").id == other


def test_two_lines_without_a_common_commit_are_a_sentence(project: Project) -> None:
    project.commit()
    project.git("switch", "--quiet", "--orphan", "apart")
    project.commit({"x.sql": ""})
    with pytest.raises(GitError) as error:
        merge_base(repository(project.folder), "main")
    assert refused(error) == (
        "HEAD and main have no commit in common",
        "name a commit that this work began from",
    )


def test_a_clone_too_shallow_for_a_merge_base_says_how_to_deepen_it(
    project: Project, tmp_path: Path
) -> None:
    project.commit()
    project.git("switch", "--quiet", "--create=work")
    project.commit({"b.sql": ""})
    project.git("switch", "--quiet", "main")
    project.commit({"c.sql": ""})
    clone = tmp_path / "clone"
    project.git(
        "clone", "--quiet", "--depth=1", "--no-single-branch", "--branch=work",
        project.folder.as_uri(), str(clone),
    )  # fmt: skip
    repo = repository(clone)
    assert is_shallow(repo)
    with pytest.raises(GitError) as error:
        merge_base(repo, "origin/main")
    assert refused(error) == (
        "this clone is too shallow to hold the commit that HEAD and origin/main have in common",
        "git fetch --unshallow; in CI let the checkout fetch all of it (fetch-depth: 0)",
    )


def test_a_linked_working_tree_is_a_repository_of_its_own(project: Project) -> None:
    project.commit()
    tree = project.folder.parent / "beside"
    project.git("worktree", "add", "--quiet", str(tree))
    assert repository(tree).root == tree.resolve()


def test_a_submodule_is_a_repository_of_its_own(project: Project, tmp_path: Path) -> None:
    inner = Project(tmp_path / "inner")
    commit = inner.commit({"a.sql": ""})
    project.git(
        "-c", "protocol.file.allow=always", "submodule", "--quiet", "add",
        str(inner.folder), "db",
    )  # fmt: skip
    found = repository(project.folder / "db")
    assert found.root == (project.folder / "db").resolve()
    assert head(found).id == commit


def told_by(project: Project, where: Path, folder: Path) -> list[str]:
    """What a pre-commit hook in the working tree ``where`` is told of a folder's repository."""
    import sys

    out = project.folder.parent / "told"
    script = (
        "from pathlib import Path\n"
        "from ctb_lint.readers.git.changes import changes\n"
        "from ctb_lint.readers.git.repository import INDEX, head, repository\n"
        f"repo = repository(Path({str(folder)!r}))\n"
        "staged = [one.path for one in changes(repo, head(repo), INDEX)]\n"
        f"Path({str(out)!r}).write_text('\\n'.join([str(repo.root), repo.prefix, *staged]))\n"
    )
    hooks = project.folder.parent / "hooks"
    hooks.mkdir(exist_ok=True)
    program = project.folder.parent / "hook.py"
    program.write_text(script)
    hook = hooks / "pre-commit"
    hook.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{program}"\n')
    hook.chmod(0o755)
    there = Project(where)
    there.git(
        "-c", f"core.hooksPath={hooks}", "commit", "--quiet", "--all", "--message=hooked",
        PYTHONPATH=str(Path(__file__).parents[3]),
    )  # fmt: skip
    return out.read_text().split("\n")


def test_a_hook_sees_the_index_that_is_being_committed(project: Project) -> None:
    project.commit({"a.sql": "SELECT 1;", "db/b.sql": "SELECT 1;"})
    project.write({"a.sql": "SELECT 2;", "db/b.sql": "SELECT 2;"})
    # Nothing was staged: --all makes an index of its own for the hook.
    told = told_by(project, project.folder, project.folder / "db")
    assert told == [str(project.folder.resolve()), "db", "db/b.sql"]


def test_a_hook_in_a_linked_working_tree_sees_that_tree(project: Project) -> None:
    project.commit({"db/b.sql": "SELECT 1;"})
    tree = project.folder.parent / "beside"
    project.git("worktree", "add", "--quiet", str(tree))
    (tree / "db" / "b.sql").write_text("SELECT 2;")
    assert told_by(project, tree, tree / "db") == [str(tree.resolve()), "db", "db/b.sql"]


def test_a_hook_of_one_repository_does_not_mislead_about_another(
    project: Project, tmp_path: Path
) -> None:
    other = Project(tmp_path / "other")
    other.commit({"x.sql": "SELECT 1;"})
    project.commit({"a.sql": "SELECT 1;"})
    project.write({"a.sql": "SELECT 2;"})
    told = told_by(project, project.folder, other.folder)
    assert told == [str(other.folder.resolve()), ""]

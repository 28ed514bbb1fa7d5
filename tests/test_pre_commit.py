"""The hooks, through the real pre-commit on throwaway repositories."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from tests.git_project import ENVIRONMENT, Project

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
HOOKS: list[dict[str, Any]] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())

CLEAN = "CREATE TABLE {0} (id uuid PRIMARY KEY, unique_id text UNIQUE, process_id text UNIQUE);\n"
FAULTY = "CREATE TABLE {0} (\n  id uuid PRIMARY KEY,\n  process_id text UNIQUE\n);\n"
USERS, ORDERS, PARTS = (CLEAN.format(name) for name in ("users", "orders", "parts"))


class Ended(NamedTuple):
    """How pre-commit ended, and what it printed."""

    code: int
    out: str


class Hooked(Project):
    """A repository whose commits go through the hooks of this project."""

    def __init__(self, folder: Path, config: str = 'paths = ["migrations"]\n') -> None:
        config += 'select = ["S001", "S002", "M017"]\n'
        super().__init__(folder)
        self.home = folder.parent / "pre-commit-home"
        # Each entry as it is published, run by the ctb-lint that is being tested.
        local = [{**hook, "language": "system", "entry": f"{BIN}/{hook['entry']}"}
                 for hook in HOOKS]  # fmt: skip
        hooks = yaml.safe_dump({"repos": [{"repo": "local", "hooks": local}]})
        self.commit({"ctb-lint.toml": config, ".pre-commit-config.yaml": hooks})

    def pre_commit(self, *arguments: str) -> Ended:
        env = {**os.environ, **ENVIRONMENT, "PRE_COMMIT_HOME": str(self.home), "NO_COLOR": "1"}
        done = subprocess.run(
            [BIN / "pre-commit", *arguments],
            cwd=self.folder, env=env, capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
        return Ended(done.returncode, done.stdout + done.stderr)

    def stage(self, files: dict[str, str]) -> Ended:
        """Stages the files and runs the hook as a commit would."""
        self.write(files)
        self.git("add", "--all")
        return self.pre_commit("run")


def test_pre_commit_takes_the_hooks_for_valid(tmp_path: Path) -> None:
    manifest = str(ROOT / ".pre-commit-hooks.yaml")
    done = subprocess.run(
        [BIN / "pre-commit", "validate-manifest", manifest],
        env={**os.environ, "PRE_COMMIT_HOME": str(tmp_path)}, capture_output=True, text=True,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert [hook["id"] for hook in HOOKS] == ["ctb-lint", "ctb-lint-all"]


@pytest.fixture
def hooked(tmp_path: Path) -> Hooked:
    return Hooked(tmp_path / "shop")


def test_a_clean_commit_passes(hooked: Hooked) -> None:
    ended = hooked.stage({"migrations/001_users.sql": USERS})
    assert ended.code == 0, ended.out
    assert "ctb-lint.................................................................Passed" in (
        ended.out
    )


def test_a_planted_fault_is_refused_at_its_line(hooked: Hooked) -> None:
    hooked.commit({"migrations/001_users.sql": USERS})
    ended = hooked.stage({"migrations/002_orders.sql": "\n" + FAULTY.format("orders")})
    assert ended.code == 1
    assert "migrations/002_orders.sql:2:14: error[S001] ◆ missing-unique-id: " in ended.out
    assert ended.out.count("error[") == 1, ended.out


def test_a_real_commit_is_refused_and_a_mended_one_is_made(hooked: Hooked) -> None:
    installed = hooked.pre_commit("install")
    assert installed.code == 0, installed.out
    hooked.write({"migrations/001_users.sql": FAULTY.format("users")})
    hooked.git("add", "--all")
    env = {**os.environ, **ENVIRONMENT, "PRE_COMMIT_HOME": str(hooked.home)}
    commit = ["git", "commit", "--message=users"]
    refused = subprocess.run(commit, cwd=hooked.folder, env=env, capture_output=True, text=True)
    assert refused.returncode == 1
    assert "migrations/001_users.sql:1:14: error[S001]" in refused.stdout + refused.stderr
    hooked.write({"migrations/001_users.sql": USERS})
    hooked.git("add", "--all")
    made = subprocess.run(commit, cwd=hooked.folder, env=env, capture_output=True, text=True)
    assert made.returncode == 0, made.stdout + made.stderr


def test_an_unrelated_old_fault_does_not_block(hooked: Hooked) -> None:
    hooked.commit({"migrations/001_users.sql": FAULTY.format("users")})
    ended = hooked.stage({"migrations/002_orders.sql": ORDERS})
    assert ended.code == 0, ended.out


def test_nothing_need_be_configured(tmp_path: Path) -> None:
    hooked = Hooked(tmp_path / "shop", "")
    hooked.commit({"odd/001_users.sql": FAULTY.format("users"), "odd/003_parts.sql": PARTS})
    ended = hooked.stage({"odd/004_orders.sql": ORDERS})
    assert ended.code == 0, ended.out
    ended = hooked.stage({"odd/004_orders.sql": FAULTY.format("orders")})
    assert ended.code == 1
    assert "odd/004_orders.sql:1:14: error[S001]" in ended.out
    assert "odd/001_users.sql:" not in ended.out


def test_a_renamed_or_deleted_file_is_missed_where_nothing_is_configured(tmp_path: Path) -> None:
    hooked = Hooked(tmp_path / "shop", 'released = "003"\n')
    hooked.commit({f"odd/00{n}_t{n}.sql": CLEAN.format(f"t{n}") for n in (1, 2, 3)})
    hooked.git("mv", "odd/001_t1.sql", "odd/004_t1.sql")
    ended = hooked.pre_commit("run")
    assert ended.code == 1
    assert "odd/004_t1.sql is released as odd/001_t1.sql" in ended.out
    hooked.git("reset", "--quiet", "--hard")
    hooked.git("rm", "--quiet", "odd/002_t2.sql")
    ended = hooked.pre_commit("run")
    assert ended.code == 1
    assert "odd/002_t2.sql is released, and is gone" in ended.out
    hooked.git("rm", "--quiet", "-r", "odd")
    ended = hooked.pre_commit("run")
    assert ended.code == 1
    assert ended.out.count("is released, and is gone") == 3, ended.out


def test_a_file_that_moves_to_another_folder_is_missed_in_its_own(tmp_path: Path) -> None:
    hooked = Hooked(tmp_path / "shop", 'released = "002"\n')
    hooked.commit({f"odd/00{n}_t{n}.sql": CLEAN.format(f"t{n}") for n in (1, 2, 3)})
    (hooked.folder / "new").mkdir()
    hooked.git("mv", "odd/001_t1.sql", "new/009_t1.sql")
    ended = hooked.pre_commit("run")
    assert ended.code == 1
    assert "new/009_t1.sql is released as odd/001_t1.sql" in ended.out


def test_a_name_that_nothing_has_is_no_pass(hooked: Hooked) -> None:
    hooked.commit({"migrations/001_users.sql": USERS})
    hooked.write({"migrations/002_orders.sql": ORDERS})
    hooked.git("add", "--all")
    done = subprocess.run(
        [BIN / "ctb-lint", "check", "--staged", "migratons/002_orders.sql"],
        cwd=hooked.folder, env={**os.environ, **ENVIRONMENT}, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.startswith("migratons/002_orders.sql: error: does not exist\n")


def test_a_fault_in_an_old_file_that_a_new_one_brings_is_refused(hooked: Hooked) -> None:
    hooked.commit({"migrations/001_users.sql": USERS})
    ended = hooked.stage({"migrations/002_drop.sql": "ALTER TABLE users DROP COLUMN unique_id;\n"})
    assert ended.code == 1
    assert "migrations/002_drop.sql:1:" in ended.out
    assert "error[S001]" in ended.out


def test_a_deleted_file_that_is_released_is_refused(tmp_path: Path) -> None:
    hooked = Hooked(tmp_path / "shop", 'paths = ["migrations"]\nreleased = "001"\n')
    hooked.commit({"migrations/001_users.sql": USERS, "migrations/002_orders.sql": ORDERS})
    (hooked.folder / "migrations" / "001_users.sql").unlink()
    ended = hooked.stage({})
    assert ended.code == 1
    fact = "error[M017] edited-after-release: migrations/001_users.sql is released, and is gone"
    assert fact in ended.out


def test_the_last_file_of_a_history_is_missed_when_it_is_deleted(tmp_path: Path) -> None:
    hooked = Hooked(tmp_path / "shop", 'paths = ["migrations"]\nreleased = "001"\n')
    hooked.commit({"migrations/001_users.sql": USERS})
    (hooked.folder / "migrations" / "001_users.sql").unlink()
    ended = hooked.stage({"README.md": "nothing left\n"})
    assert ended.code == 1
    assert "migrations/001_users.sql is released, and is gone" in ended.out


def test_a_deleted_file_is_missed_beside_a_new_one_of_another_history(tmp_path: Path) -> None:
    hooked = Hooked(tmp_path / "shop", 'paths = ["a", "b"]\nreleased = "001"\n')
    hooked.commit({"a/001_users.sql": USERS, "a/002_x.sql": PARTS, "b/001_orders.sql": ORDERS})
    (hooked.folder / "a" / "001_users.sql").unlink()
    ended = hooked.stage({"b/002_parts.sql": PARTS})
    assert ended.code == 1
    assert "a/001_users.sql is released, and is gone" in ended.out


def test_a_file_that_is_not_released_may_be_deleted(hooked: Hooked) -> None:
    hooked.commit({"migrations/001_users.sql": USERS, "migrations/002_orders.sql": ORDERS})
    (hooked.folder / "migrations" / "002_orders.sql").unlink()
    ended = hooked.stage({})
    assert ended.code == 0, ended.out


def test_what_is_staged_counts_and_not_what_lies_beside(hooked: Hooked) -> None:
    hooked.commit({"migrations/001_users.sql": USERS})
    hooked.write({"migrations/002_orders.sql": FAULTY.format("orders")})
    hooked.git("add", "--all")
    hooked.write({"migrations/002_orders.sql": ORDERS})
    # As git commit runs it, pre-commit puts away what is not staged; called alone, the hook sees
    # the mended file in the working tree and must not be misled.
    alone = subprocess.run(
        [BIN / "ctb-lint", "check", "--staged", "migrations/002_orders.sql"],
        cwd=hooked.folder, env={**os.environ, **ENVIRONMENT}, capture_output=True, text=True,
    )  # fmt: skip
    assert alone.returncode == 1
    assert "migrations/002_orders.sql:1:14: error[S001]" in alone.stdout
    assert hooked.pre_commit("run").code == 1
    hooked.git("add", "--all")
    hooked.write({"migrations/002_orders.sql": FAULTY.format("orders")})
    ended = hooked.pre_commit("run")
    assert ended.code == 0, ended.out


def test_a_commit_without_sql_passes(hooked: Hooked) -> None:
    hooked.commit({"migrations/001_users.sql": FAULTY.format("users")})
    ended = hooked.stage({"README.md": "words\n"})
    assert ended.code == 0, ended.out


def test_the_first_commit_of_all_is_checked_whole(tmp_path: Path) -> None:
    hooked = Hooked(tmp_path / "shop")
    hooked.git("update-ref", "-d", "HEAD")
    ended = hooked.stage({"migrations/001_users.sql": FAULTY.format("users")})
    assert ended.code == 1
    assert "migrations/001_users.sql:1:14: error[S001]" in ended.out


def test_all_files_are_checked_whole(hooked: Hooked) -> None:
    hooked.commit({"migrations/001_users.sql": FAULTY.format("users")})
    ended = hooked.pre_commit("run", "--all-files", "ctb-lint")
    assert ended.code == 1
    assert "migrations/001_users.sql:1:14: error[S001]" in ended.out


def test_all_files_are_held_against_the_baseline(tmp_path: Path) -> None:
    hooked = Hooked(tmp_path / "shop", 'paths = ["migrations"]\nbaseline = "debt.json"\n')
    hooked.commit({"migrations/001_users.sql": FAULTY.format("users")})
    subprocess.run(
        [BIN / "ctb-lint", "check", "--write-baseline"],
        cwd=hooked.folder, check=True, capture_output=True,
    )  # fmt: skip
    hooked.commit()
    ended = hooked.pre_commit("run", "--all-files", "ctb-lint")
    assert ended.code == 0, ended.out
    hooked.commit({"migrations/002_orders.sql": FAULTY.format("orders")})
    ended = hooked.pre_commit("run", "--all-files", "ctb-lint")
    assert ended.code == 1
    assert "migrations/002_orders.sql:1:14: error[S001]" in ended.out
    assert "migrations/001_users.sql:" not in ended.out


def test_a_range_of_commits_is_held_against_its_beginning(hooked: Hooked) -> None:
    hooked.commit({"migrations/001_users.sql": FAULTY.format("users")})
    hooked.git("tag", "before")
    hooked.commit({"migrations/002_orders.sql": ORDERS})
    ended = hooked.pre_commit("run", "ctb-lint", "--from-ref", "before", "--to-ref", "HEAD")
    assert ended.code == 0, ended.out
    hooked.commit({"migrations/003_parts.sql": FAULTY.format("parts")})
    ended = hooked.pre_commit("run", "ctb-lint", "--from-ref", "before", "--to-ref", "HEAD")
    assert ended.code == 1
    assert "migrations/003_parts.sql:1:14: error[S001]" in ended.out
    assert "migrations/001_users.sql:" not in ended.out


def test_the_hook_for_everything_runs_when_it_is_asked(hooked: Hooked) -> None:
    hooked.commit({"migrations/001_users.sql": FAULTY.format("users")})
    ended = hooked.pre_commit("run", "--hook-stage", "manual", "ctb-lint-all")
    assert ended.code == 1
    assert "migrations/001_users.sql:1:14: error[S001]" in ended.out
    assert "ctb-lint (everything)" not in hooked.pre_commit("run").out

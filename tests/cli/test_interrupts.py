"""Ctrl-C while something is written: nothing is half written, and the exit code says so.

The interrupt comes at a line or a call, and at no moment of a clock.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from ctb_lint.cli import writing
from ctb_lint.cli.app import main
from ctb_lint.cli.initial import writing as initial
from ctb_lint.cli.initial.plan import NewFile
from ctb_lint.cli.interrupts import held_back
from ctb_lint.cli.writing import Written
from tests.git_project import ENVIRONMENT, Project
from tests.postgres import Server

State = dict[str, bytes | None]


@pytest.fixture(autouse=True)
def _interruptible() -> Iterator[None]:
    """Whoever runs the tests in the background may have interrupts ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def state(folder: Path) -> State:
    """Every file and folder, git's own apart."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
        if ".git" not in path.relative_to(folder).parts
    }


def restore(folder: Path, wanted: State) -> None:
    for name, data in reversed(state(folder).items()):
        if name not in wanted:
            (folder / name).rmdir() if data is None else (folder / name).unlink()
    for name, data in wanted.items():
        if data is not None:
            (folder / name).write_bytes(data)


@contextmanager
def interrupted_at(line: int, *files: str) -> Iterator[list[int]]:
    """An interrupt before the line that is executed as this one of those in the files."""
    passed = [0]

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        if frame.f_code.co_filename not in files:
            return None
        if event == "line":
            passed[0] += 1
            if passed[0] == line:
                signal.raise_signal(signal.SIGINT)
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        yield passed
    finally:
        sys.settrace(before)


def at_every_line(folder: Path, write: Callable[[], object], *files: str) -> None:
    """All is as it was after an interrupt at any of the lines, or whole behind the last of them."""
    before = state(folder)
    write()
    after = state(folder)
    assert after != before
    ends = []
    for line in range(1, 1000):
        restore(folder, before)
        with interrupted_at(line, *files) as passed:
            try:
                write()
            except KeyboardInterrupt:
                ends.append(state(folder) == before)
                assert state(folder) in (before, after), line
        if passed[0] < line:
            break
    # Once all is done the interrupt comes too late for the files.
    assert len(ends) == line - 1 > 20
    assert ends == sorted(ends, reverse=True)
    assert state(folder) == after


def test_several_files_are_written_or_none(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(b"old a")
    (tmp_path / "b.md").write_bytes(b"old b")
    files = [
        Written(tmp_path / "a.md", "a.md", b"old a", b"new a"),
        Written(tmp_path / "made" / "here" / "c.sql", "c.sql", None, b"new c"),
        Written(tmp_path / "b.md", "b.md", b"old b", b"new b"),
    ]
    at_every_line(tmp_path, lambda: writing.write(files), writing.__file__)


def test_a_project_is_set_up_or_is_not(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_bytes(b"[project]\n")

    def file(path: str, after: bytes | None = None) -> NewFile:
        return NewFile(root=tmp_path, path=path, text=f"{path}\n", what="", after=after)

    files = [
        file("ctb-lint.toml"),
        file("pyproject.toml", b"[project]\n"),
        file(".github/workflows/ctb-lint.yml"),
    ]
    at_every_line(tmp_path, lambda: initial.write_all(files), initial.__file__, writing.__file__)


def test_what_somebody_else_wrote_meanwhile_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (NewFile(root=tmp_path, path=n, text=n, what="") for n in ("a", "b"))
    really = initial.write

    def write(file: NewFile) -> list[Path]:
        if file is second:
            (tmp_path / "a").write_text("theirs")
            signal.raise_signal(signal.SIGINT)
        return really(file)

    monkeypatch.setattr(initial, "write", write)
    with pytest.raises(KeyboardInterrupt):
        initial.write_all([first, second])
    assert state(tmp_path) == {"a": b"theirs"}


def test_an_interrupt_waits_and_an_ignored_one_is_none() -> None:
    reached = []

    def work(*, asks: bool) -> None:
        with held_back() as interrupted:
            signal.raise_signal(signal.SIGINT)
            reached.append("behind it")
            if asks:
                interrupted()
            reached.append("to the end")

    with pytest.raises(KeyboardInterrupt):
        work(asks=True)
    assert reached == ["behind it"]
    with pytest.raises(KeyboardInterrupt):
        work(asks=False)
    assert reached == ["behind it", "behind it", "to the end"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    work(asks=True)
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN


# Commands -------------------------------------------------------------------------------------

SQL = "CREATE TABLE orders (id int PRIMARY KEY);\n"
CATALOGUE = """\
## Statistics

- Total tables: 3

## Table Index

| # | Table | Barton ID |
|---|---|---|
| 1 | orders | BID-DATA-002 |
"""
ENTRY = "## 1. orders\n\n**Barton ID**: BID-DATA-001\n\n```sql\n" + SQL + "```\n"


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    for name in ("GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE", "PRE_COMMIT_FROM_REF"):
        monkeypatch.delenv(name, raising=False)
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    found = Project(tmp_path / "shop")
    monkeypatch.chdir(found.folder)
    found.write({"migrations/001_orders.sql": SQL})
    return found


def at_every_call(
    folder: Path,
    arguments: list[str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    *,
    ends: int,
) -> list[bool]:
    """Runs a command with an interrupt before each file reaches the disk and behind each rename,
    and once without, which ends with the code ``ends``. Whether all was as before, for each."""
    before = state(folder)
    calls, at = [0], [0]
    fsync, replace = os.fsync, Path.replace

    def called() -> None:
        calls[0] += 1
        if calls[0] == at[0]:
            signal.raise_signal(signal.SIGINT)

    def synced(number: int) -> None:
        called()
        fsync(number)

    def replaced(self: Path, target: Path) -> Path:
        done = replace(self, target)
        called()
        return done

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "replace", replaced)
    assert main(arguments) == ends
    after, number = state(folder), calls[0]
    assert after != before
    kept = []
    for at[0] in range(1, number + 1):
        restore(folder, before)
        calls[0] = 0
        capsys.readouterr()
        assert main(arguments) == 130, at
        assert "interrupted" in "".join(capsys.readouterr())
        assert state(folder) in (before, after), at
        kept.append(state(folder) == before)
    return kept


def test_a_baseline_is_the_old_or_the_new_one(
    shop: Project, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.write({"debt.json": '{"version":1,"findings":[]}'})
    arguments = ["check", "--baseline", "debt.json", "--write-baseline"]
    assert at_every_call(shop.folder, arguments, capsys, monkeypatch, ends=0) == [True, False]


def test_all_parts_of_a_catalogue_are_mended_or_none(
    shop: Project, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    other = ENTRY.replace("orders", "parts").replace("001", "003")
    index = "\n## Index\n\n| # | Table | Barton ID |\n|---|---|---|\n| 2 | parts | BID-DATA-009 |\n"
    shop.write({"a.md": CATALOGUE + ENTRY, "b.md": other + index})
    arguments = ["catalogue", "fix", "a.md", "b.md"]
    kept = at_every_call(shop.folder, arguments, capsys, monkeypatch, ends=0)
    assert kept == [True] * 4
    main(arguments)
    assert (shop.folder / "a.md").read_text() != CATALOGUE + ENTRY
    assert (shop.folder / "b.md").read_text() != other + index


def test_init_writes_all_of_its_files_or_none(
    shop: Project, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.write({".github/workflows/ci.yml": "on: push\n"})
    kept = at_every_call(shop.folder, ["init", "--yes"], capsys, monkeypatch, ends=0)
    assert kept == [True] * len(kept)
    assert len(kept) > 1


@pytest.mark.parametrize("old", [None, b'{"ctb-lint-snapshot": 1}\n'])
def test_a_snapshot_is_the_old_or_the_new_one(
    server: Server,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    old: bytes | None,
) -> None:
    for name in ("DATABASE_URL", "NEON_DATABASE_URL", "PGSERVICE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    if old is not None:
        (tmp_path / "schema.json").write_bytes(old)
    with server.database() as connection:
        connection.execute(SQL.encode())
        url = server.dsn(connection.info.dbname)
        arguments = ["snapshot", "--db", url, "-o", "schema.json"]
        kept = at_every_call(tmp_path, arguments, capsys, monkeypatch, ends=0)
    assert kept == [True, True]

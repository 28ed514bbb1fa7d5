"""A DO block must not keep later tables from being judged."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ctb_lint.cli.app import main

HANDOVER = "CREATE TABLE handover (id integer PRIMARY KEY);\n"
BLOCKS = {
    "constant": "EXECUTE 'CREATE TYPE theme AS ENUM (''dark'')'",
    "built": "EXECUTE 'CREATE TYPE theme AS ENUM (' || quote_literal(now()) || ')'",
    "opaque": "EXECUTE (SELECT 'CREATE TYPE theme AS ENUM (''dark'')')",
}


def _checked(
    block: str, base: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> tuple[int, set[tuple[str, str]], set[tuple[str, str]]]:
    """The exit code, the S and M findings and the skipped S001 and S002, as (code, object)."""
    folder = base / "migrations"
    folder.mkdir()
    first = f"CREATE TABLE old (id integer PRIMARY KEY);\nDO $$ BEGIN {block}; END $$;\n"
    (folder / "001_type.sql").write_text(first)
    (folder / "002_handover.sql").write_text(HANDOVER)
    monkeypatch.chdir(base)
    code = main(["check", "--format", "json", "--select", "S001,S002,M002"])
    report = json.loads(capsys.readouterr().out)
    found = {(f["code"], f["object"]["name"]) for f in report["findings"]}
    skipped = {(s["code"], s["object"]) for s in report["skipped"]}
    return code, found, skipped


@pytest.mark.parametrize("kind", BLOCKS)
def test_a_table_made_behind_an_execute_is_judged(
    kind: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, found, skipped = _checked(BLOCKS[kind], tmp_path, monkeypatch, capsys)
    later = {("S001", "handover"), ("S002", "handover")}
    earlier = {("S001", "old"), ("S002", "old")}
    unread = set() if kind == "constant" else {("M002", "migrations/001_type.sql")}
    assert code == 1
    if kind == "opaque":
        assert found == later | unread
        assert skipped == {(rule, f"public.{name}") for rule, name in earlier}
    else:  # what makes types leaves tables as they are
        assert found == later | earlier | unread
        assert skipped == set()

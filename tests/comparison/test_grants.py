"""Privileges on both sides."""

from __future__ import annotations

from ctb_lint.compare import differences
from ctb_lint.model import SQL_FACTS, Grant, Knowledge, QualifiedName, Schema, Table
from ctb_lint.sources import SourceKind

ALL = ("delete", "insert", "references", "select", "trigger", "truncate", "update")
NAME = QualifiedName("public", "t")


def schema(*privileges: str) -> Schema:
    table = Table(NAME, grants=(Grant("joe", privileges),))
    return Schema(tables={NAME: table}, knowledge=Knowledge(SQL_FACTS))


def compared(wanted: Schema, found: Schema) -> list[tuple[str, ...]]:
    found_ = differences(wanted, found, SourceKind.MIGRATIONS, SourceKind.LIVE)
    return [(type(one).__name__, *one.wanted, "|", *one.found) for one in found_]  # type: ignore[attr-defined]


def test_all_privileges_are_all_whichever_version_counts_them() -> None:
    assert compared(schema(*ALL), schema("maintain", *ALL)) == []
    assert compared(schema("maintain", *ALL), schema(*ALL)) == []


def test_maintain_by_itself_is_a_privilege() -> None:
    assert compared(schema("select"), schema("maintain", "select")) == [
        ("GrantDiffers", "select", "|", "maintain", "select")
    ]

"""Reports to render: built by hand, whole, without a reader or an engine."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from ctb_lint.demands import Stage
from ctb_lint.model import Location, ObjectId, ObjectKind
from ctb_lint.report import (
    Because,
    Debt,
    Failure,
    Input,
    NewOnly,
    Report,
    Reported,
    RuleInfo,
    Skipped,
    Suppressed,
    SuppressedBy,
    Tool,
)
from ctb_lint.rule import ERROR, INFO, OFF, WARNING, Edit, Fix, Related, Safety

PATH = "migrations/001_users.sql"
SQL = "-- Users\n\nCREATE TABLE users (\n    id uuid PRIMARY KEY,\n    INDEX by_id (id)\n);\n"
USERS = ObjectId(ObjectKind.TABLE, "public", None, "users")


def span(text: str, part: str, path: str = PATH, nth: int = 0) -> Location:
    """The location of a part of the text."""
    start = -1
    for _ in range(nth + 1):
        start = text.index(part, start + 1)
    return between(text, start, start + len(part), path)


def between(text: str, start: int, end: int, path: str = PATH) -> Location:
    """The location of the characters from start to end."""

    def place(offset: int) -> tuple[int, int]:
        before = text[:offset].replace("\r\n", " \n").replace("\r", "\n")
        return before.count("\n") + 1, offset - before.rfind("\n")

    return Location(path, start, end, *place(start), *place(end))


def finding(at: Location | None, **changes: Any) -> Reported:
    """S001 on public.users, unless changed."""
    fields: dict[str, Any] = {
        "code": "S001",
        "name": "missing-unique-id",
        "severity": ERROR,
        "doctrine": True,
        "message": "public.users has no column unique_id",
        "hint": "add `unique_id varchar(255) NOT NULL UNIQUE`",
        "because": Because("the CTB standard demands a column unique_id of public.users"),
        "object": USERS,
        "facet": "",
        "stage": Stage.UNKNOWN,
        "seen_in": ("migrations",),
        "at": at,
        "related": (),
        "fingerprint": "0123456789abcdef",
    }
    return Reported(**(fields | changes))


def source(path: str = PATH, statements: int = 1, reported: bool = True) -> Input:
    """A file that was read."""
    return Input(path, "0" * 64, 100, statements, "migrations", reported)


def report(*findings: Reported, sources: Mapping[str, str] | None = None, **changes: Any) -> Report:
    """A report of these findings in ``SQL``, unless changed."""
    fields: dict[str, Any] = {
        "tool": Tool("ctb-lint", "0.1.0"),
        "findings": findings,
        "skipped": (),
        "failures": (),
        "inputs": (source(),),
        "fail_on": ERROR,
        "sources": {PATH: SQL} if sources is None else sources,
    }
    return Report(**(fields | changes))


def practice(at: Location | None = None) -> Reported:
    """S011 with a fix and a related place."""
    return finding(
        at or span(SQL, "INDEX by_id (id)"),
        code="S011",
        name="inline-index-clause",
        doctrine=False,
        message="public.users declares index by_id inside CREATE TABLE",
        hint="create it in a statement of its own",
        because=None,
        related=(Related("the table is created here", span(SQL, "users")),),
        fix=Fix(
            "move the index out of the table",
            edits=(Edit(PATH, 60, 76, ""),),
            statements=("CREATE INDEX by_id ON users (id);",),
            safety=Safety.UNSAFE,
        ),
        fingerprint="fedcba9876543210",
    )


RULES = (
    RuleInfo(
        "S001",
        "missing-unique-id",
        ERROR,
        True,
        "A governed table has no unique_id.",
        "A governed table has no unique_id.\n\nAdd `unique_id`.",
    ),
    RuleInfo("S005", "missing-primary-key", OFF, False, "No key.", "No key."),
    RuleInfo("S011", "inline-index-clause", ERROR, False, "An inline index.", "An inline index."),
    RuleInfo("S022", "json-instead-of-jsonb", INFO, False, "A json column.", "A json column."),
)


def suppressed() -> tuple[Suppressed, ...]:
    """One finding of the baseline, one waived in a comment, one waived in the configuration."""
    key = finding(
        span(SQL, "users"),
        code="S005",
        name="missing-primary-key",
        severity=WARNING,
        doctrine=False,
        message="public.users has no primary key",
        fingerprint="00000000000000aa",
        database="main",
    )
    return (
        Suppressed(finding=key, by=SuppressedBy.BASELINE),
        Suppressed(
            finding=finding(span(SQL, "id uuid"), fingerprint="00000000000000bb"),
            by=SuppressedBy.WAIVER,
            reason="older than the standard",
            owner="data",
            expires=datetime.date(2026, 6, 30),
            at=span(SQL, "-- Users"),
        ),
        Suppressed(
            finding=finding(None, fingerprint="00000000000000cc"),
            by=SuppressedBy.WAIVER,
            reason="a copy of another system",
            at=Location("ctb-lint.toml", 0, 9, 1, 1, 1, 10),
        ),
    )


def full() -> Report:
    """A report with everything that a report can hold."""
    return report(
        finding(span(SQL, "users")),
        practice(),
        finding(
            None,
            code="P001",
            name="undocumented-purpose",
            severity=INFO,
            doctrine=False,
            because=Because("the catalogue says so", span(SQL, "-- Users")),
            hint=None,
            stage=Stage.PLANNED,
            seen_in=("migrations", "live"),
            related=(Related("also in live", None),),
        ),
        finding(span(SQL, "id uuid"), code="S022", severity=WARNING, doctrine=False),
        skipped=(
            Skipped("", "public.log", "excluded: not ours"),
            Skipped("S010", "public.users", "EXECUTE builds its SQL"),
        ),
        failures=(
            Failure("is not UTF-8", "migrations/002.sql", 3, "save it as UTF-8"),
            Failure("rule S099 raised KeyError"),
        ),
        inputs=(source(), source("migrations/000.sql", 4, reported=False)),
        not_understood=2,
        suppressed=suppressed(),
        new_only=NewOnly("main (a1b2c3d)", 12),
        debt=Debt("ctb-lint-baseline.json", 4, 1, ("S001 public.a", "S002 b", "S005 c")),
        rules=RULES,
        base="services/billing",
    )


def many(number: int) -> Report:
    """A report with that many findings, in files of a hundred."""
    sql = "".join(f"CREATE TABLE table_{n} (id uuid);\n" for n in range(100))
    places = [span(sql, f"table_{n} ") for n in range(100)]
    sources: dict[str, str] = {}
    findings: list[Reported] = []
    for n in range(number):
        path = f"migrations/{n // 100:04}.sql"
        sources[path] = sql
        at = places[n % 100]
        moved = Location(path, at.start, at.end, at.line, at.column, at.end_line, at.end_column)
        findings.append(finding(moved, fingerprint=f"{n:016x}"))
    inputs = tuple(source(path, 100) for path in sources)
    return report(*findings, sources=sources, inputs=inputs)

"""A catalogue beside migrations: what a run says of the two together."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from pathlib import Path

from ctb_lint.cli.request import Request
from ctb_lint.cli.run import Outcome, examine
from ctb_lint.report import Reported

CATALOGUE = "SCHEMA_REFERENCE.md"


def entry(sql: str, table: str = "orders", *, status: str = "Active", more: str = "") -> str:
    """A catalogue's entry: a header, its SQL, and what else stands in it."""
    return (
        f"## {table}\n\n**Barton ID**: BID-SHOP-001\n**Status**: {status}\n\n"
        f"### S - Structure\n\n```sql\n{textwrap.dedent(sql).strip()}\n```\n\n"
        f"{textwrap.dedent(more)}\n"
    )


def examined(
    folder: Path,
    catalogue: str,
    migrations: str | Mapping[str, str],
    *codes: str,
    config: str = "",
) -> Outcome:
    """The run over both; of all rules where no code is named."""
    files = {"001.sql": migrations} if isinstance(migrations, str) else migrations
    (folder / "migrations").mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / "migrations" / name).write_text(textwrap.dedent(text), encoding="utf-8")
    (folder / CATALOGUE).write_text(catalogue, encoding="utf-8")
    (folder / "ctb-lint.toml").write_text(config, encoding="utf-8")
    outcome = examine(
        Request(
            paths=(str(folder / "migrations"),),
            catalogue=(str(folder / CATALOGUE),),
            config=str(folder / "ctb-lint.toml"),
            select=codes or None,
        )
    )
    assert outcome.report.failures == ()
    return outcome


def found(
    folder: Path,
    catalogue: str,
    migrations: str | Mapping[str, str],
    *codes: str,
    config: str = "",
) -> tuple[Reported, ...]:
    """Only the findings."""
    return examined(folder, catalogue, migrations, *codes, config=config).report.findings

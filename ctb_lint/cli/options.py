"""The options of the commands, as typer shows them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import typer

FORMATS = ("text", "concise", "json", "sarif", "github", "gitlab", "junit", "markdown")
COLOURS = ("auto", "always", "never")
FAIL_ON = ("error", "warning", "info", "never")
PROFILES = ("minimal", "recommended", "strict")
ENVIRONMENT = "environment"
"""The value of ``--db`` where it stands alone: the database that the environment names."""
PG_VERSIONS = ("13", "14", "15", "16", "17", "18")

Paths = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="PATHS",
        help="Files and folders; - for standard input. By default those of the configuration.",
    ),
]
Format = Annotated[str, typer.Option(metavar="|".join(FORMATS), help="How to report.")]
Output = Annotated[
    list[str] | None,
    typer.Option(
        "--output",
        "-o",
        metavar="[FORMAT:]FILE",
        help="Write the report there; with a format, that report as well (may be repeated).",
    ),
]
ConfigFile = Annotated[
    str | None,
    typer.Option(metavar="FILE", help="The configuration, instead of the one found upward."),
]
Profile = Annotated[str | None, typer.Option(metavar="|".join(PROFILES), help="Which rules run.")]
Select = Annotated[
    list[str] | None,
    typer.Option(metavar="CODES", help="Run these rules only (S001,S002; may be repeated)."),
]
ExtendSelect = Annotated[
    list[str] | None, typer.Option(metavar="CODES", help="Run these rules as well.")
]
Ignore = Annotated[list[str] | None, typer.Option(metavar="CODES", help="Leave these rules out.")]
FailOn = Annotated[
    str | None,
    typer.Option(
        metavar="|".join(FAIL_ON),
        help="The least severity that makes the exit code 1 (default: error).",
    ),
]
PgVersion = Annotated[
    str | None, typer.Option(metavar="13-18", help="The PostgreSQL that the migrations are for.")
]
DefaultSchema = Annotated[
    str | None, typer.Option(metavar="NAME", help="The schema of unqualified names.")
]
StdinFilename = Annotated[
    str | None, typer.Option(metavar="PATH", help="What standard input is called.")
]
AsOf = Annotated[
    str | None, typer.Option(metavar="DATE", help="The day to judge on (default: today).")
]
Since = Annotated[
    str | None,
    typer.Option(
        metavar="REF", help="Report only what is new since the work left that branch or commit."
    ),
]
Staged = Annotated[
    bool, typer.Option("--staged", help="Check what is staged; report only what is new in it.")
]
AllFindings = Annotated[bool, typer.Option("--all", help="Report on released migrations, too.")]
Catalogue = Annotated[
    list[str] | None,
    typer.Option(
        metavar="FILE", help="The schema catalogue (Markdown); may be repeated for its parts."
    ),
]
Db = Annotated[
    str | None,
    typer.Option(
        "--db",
        metavar="[URL]",
        help="Look at that database, too; without URL at the one of DATABASE_URL or "
        "NEON_DATABASE_URL, or of the service in PGSERVICE.",
    ),
]
AuditDb = Annotated[
    str | None,
    typer.Option(
        "--db",
        metavar="[URL]",
        help="The database; by default that of DATABASE_URL or NEON_DATABASE_URL, or of the "
        "service in PGSERVICE.",
    ),
]
AllowPlaintext = Annotated[
    bool,
    typer.Option("--allow-plaintext", help="Connect to the database without TLS, too."),
]
Snapshot = Annotated[
    str | None,
    typer.Option(
        "--snapshot",
        metavar="FILE",
        help="Look at the schema in that file, which ctb-lint snapshot wrote, as at a database.",
    ),
]
TakenTo = Annotated[
    str,
    typer.Option(
        "--output", "-o", metavar="FILE", help="Write it there; - is standard output (default)."
    ),
]
Stamped = Annotated[
    bool,
    typer.Option(
        "--stamped", help="Write down when, of what and by what it was taken: it differs each time."
    ),
]
Histories = Annotated[
    list[str] | None,
    typer.Option(
        "--history",
        metavar="NAME",
        help="The history that builds the database, where there are several; may be repeated.",
    ),
]
AcceptUnfinished = Annotated[
    bool,
    typer.Option(
        "--accept-unfinished",
        help="Let rows that were not looked at be skipped, and no reason not to pass.",
    ),
]
MaxSeconds = Annotated[
    float | None,
    typer.Option(
        metavar="SECONDS",
        help="Look at rows no longer than that; what is left then is not finished.",
    ),
]
MaxRows = Annotated[
    int | None,
    typer.Option(
        metavar="NUMBER", help="Look at no more rows of a table; what is left then is not finished."
    ),
]
Sample = Annotated[
    float | None,
    typer.Option(
        metavar="PERCENT",
        help="Look at so many of the rows of large tables only: no full audit.",
    ),
]
RowsSince = Annotated[
    str | None,
    typer.Option(
        metavar="DATETIME",
        help="Look at rows only that were made since then, and an hour before: no full audit.",
    ),
]
Resume = Annotated[
    str | None,
    typer.Option(
        metavar="FILE",
        help="Write down how far the run gets in the rows, and go on from there the next time.",
    ),
]

Baseline = Annotated[
    str | None,
    typer.Option(metavar="FILE", help="The known debt, instead of the configured file."),
]
NoBaseline = Annotated[bool, typer.Option("--no-baseline", help="Report known debt, too.")]
WriteBaseline = Annotated[
    bool, typer.Option("--write-baseline", help="Take all that is found for known debt.")
]
PruneBaseline = Annotated[
    bool, typer.Option("--prune-baseline", help="Take paid debt out of the baseline.")
]
Released = Annotated[
    str | None,
    typer.Option(
        metavar="VERSION",
        help="The newest migration that has been applied somewhere, or none.",
    ),
]
Fix = Annotated[bool, typer.Option("--fix", help="Apply the safe fixes, and report what is left.")]
Diff = Annotated[bool, typer.Option("--diff", help="Show what --fix would change; change nothing.")]
UnsafeFixes = Annotated[
    bool, typer.Option("--unsafe-fixes", help="With --fix or --diff: the unsafe fixes, too.")
]
Color = Annotated[str, typer.Option(metavar="|".join(COLOURS), help="Colours in the text report.")]
ShowSkipped = Annotated[
    bool, typer.Option("--show-skipped", help="List what was skipped, and why.")
]
ShowSuppressed = Annotated[
    bool,
    typer.Option("--show-suppressed", help="List what is waived or known debt, and why."),
]
ShowEvidence = Annotated[
    bool,
    typer.Option(
        "--show-evidence",
        help="List what was read, each file with its SHA-256, and what it was judged by.",
    ),
]
Quiet = Annotated[
    bool, typer.Option("--quiet", "-q", help="No summary, unless the run did not finish.")
]
InitPaths = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="PATHS", help="The folders of migrations. By default they are looked for."
    ),
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing: do what is suggested.")]
Pyproject = Annotated[
    bool,
    typer.Option("--pyproject", help="Put the configuration into the pyproject.toml that is here."),
]
Shadow = Annotated[
    bool,
    typer.Option("--shadow", help="Also apply the migrations to a throwaway PostgreSQL, and back."),
]
ShadowDb = Annotated[
    str | None,
    typer.Option(
        metavar="URL",
        help="Apply them to databases made on this server, and dropped, instead.",
    ),
]
Tables = Annotated[
    list[str] | None,
    typer.Argument(metavar="[TABLE]...", help="Only what is said of these tables."),
]
Verdicts = Annotated[
    list[str] | None,
    typer.Option(
        metavar="VERDICT",
        help="Only claims that are held, broken, skipped or 'not understood'; may be repeated.",
    ),
]
ClaimsFormat = Annotated[str, typer.Option(metavar="text|json", help="How to list them.")]
ReadyTables = Annotated[
    list[str] | None,
    typer.Argument(metavar="[TABLE]...", help="These tables. By default all that are Planned."),
]
ReadinessFormat = Annotated[str, typer.Option(metavar="text|json", help="How to list it.")]
SchemaFormat = Annotated[str, typer.Option(metavar="tree|json", help="How to show it.")]
RulesFormat = Annotated[str, typer.Option(metavar="text|json", help="How to list them.")]


def _may_name_database(argument: str) -> bool:
    return not argument.startswith("-") and ("://" in argument or "=" in argument or not argument)


def with_values(arguments: Iterable[str]) -> list[str]:
    """The arguments, each ``--db`` with a value: behind it stands one where that may be a URL or a
    connection string, as far as one can see, or nothing at all. Of ``id`` it is a part of an id,
    and has always one."""
    given: list[str] = []
    arguments = [*arguments]
    if next((one for one in arguments if not one.startswith("-")), "") == "id":
        return arguments
    waiting = False
    rest = iter(arguments)
    for argument in rest:
        if waiting and _may_name_database(argument):
            given[-1] += f"={argument}"
            waiting = False
            continue
        if waiting:
            given[-1] += f"={ENVIRONMENT}"
        waiting = argument == "--db"
        given.append(argument)
        if argument == "--":
            break
    if waiting:
        given[-1] += f"={ENVIRONMENT}"
    return [*given, *rest]

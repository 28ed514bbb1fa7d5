"""The options of the commands, as typer shows them."""

from __future__ import annotations

from typing import Annotated

import typer

FORMATS = ("text", "concise", "json")
COLOURS = ("auto", "always", "never")
FAIL_ON = ("error", "warning", "info", "never")
PROFILES = ("minimal", "recommended", "strict")
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
    str | None, typer.Option("--output", "-o", metavar="FILE", help="Write the report there.")
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
Color = Annotated[str, typer.Option(metavar="|".join(COLOURS), help="Colours in the text report.")]
ShowSkipped = Annotated[
    bool, typer.Option("--show-skipped", help="List what was skipped, and why.")
]
Quiet = Annotated[
    bool, typer.Option("--quiet", "-q", help="No summary, unless the run did not finish.")
]
SchemaFormat = Annotated[str, typer.Option(metavar="tree|json", help="How to show it.")]
RulesFormat = Annotated[str, typer.Option(metavar="text|json", help="How to list them.")]

"""The options of ``ctb-lint catalogue``, as typer shows them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Files = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="FILE", help="The catalogue; several for its parts. By default the configured one."
    ),
]
Table = Annotated[str, typer.Argument(metavar="TABLE", help="The table, with or without schema.")]
Write = Annotated[bool, typer.Option("--write", help="Write it into the catalogue.")]
Author = Annotated[
    str | None, typer.Option(metavar="NAME", help="The author (default: git's user.name).")
]
Layer = Annotated[
    str | None, typer.Option(metavar="1-4", help="The ORBT layer; without it the entry asks.")
]
History = Annotated[
    str | None, typer.Option(metavar="NAME", help="The history, where there are several.")
]
WriteAll = Annotated[bool, typer.Option("--write", help="Write it where the catalogue is.")]
Output = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write it to this file.")
]
Diff = Annotated[bool, typer.Option("--diff", help="Show what would change; change nothing.")]

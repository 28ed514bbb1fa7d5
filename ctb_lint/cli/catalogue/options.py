"""The options of ``ctb-lint catalogue``, as typer shows them."""

from __future__ import annotations

from typing import Annotated

import typer

Files = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="FILE", help="The catalogue; several for its parts. By default the configured one."
    ),
]
Diff = Annotated[bool, typer.Option("--diff", help="Show what would change; change nothing.")]

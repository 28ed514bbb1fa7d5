"""The options of ``ctb-lint id``, as typer shows them."""

from __future__ import annotations

from typing import Annotated

import typer

KINDS = {
    "unique_id": ("unique-id", "unique"),
    "process_id": ("process-id", "process"),
    "heir_id": ("heir-id", "heir"),
    "barton_id": ("barton-id", "barton"),
}
"""The kinds of id, and what else they are called."""
FORMATS = ("text", "json")

NewKind = Annotated[str, typer.Argument(metavar="KIND", help=", ".join(KINDS) + ".")]
OfKind = Annotated[
    str | None,
    typer.Option("--kind", metavar="KIND", help=f"Of this kind only: {', '.join(KINDS)}."),
]
Format = Annotated[str, typer.Option(metavar="|".join(FORMATS), help="How to say it.")]
Value = Annotated[str, typer.Argument(metavar="VALUE", help="The id.")]
Values = Annotated[
    list[str] | None,
    typer.Argument(metavar="VALUES", help="The ids; - for one a line from standard input."),
]


def _token(what: str) -> typer.models.OptionInfo:
    return typer.Option(metavar="VALUE", help=what)  # type: ignore[no-any-return]  # untyped


Db = Annotated[str | None, _token("{db}: the database.")]
Subhive = Annotated[str | None, _token("{subhive}: the part of the database.")]
App = Annotated[str | None, _token("{app}: the application.")]
Timestamp = Annotated[str | None, _token("{timestamp}: instead of the present time, in UTC.")]
Ver = Annotated[str | None, _token("{ver}: the version of the process.")]
Date = Annotated[str | None, _token("{date}: instead of today, in UTC.")]
Stage = Annotated[str | None, _token("{stage}: the stage of the process.")]
Yyyy = Annotated[str | None, _token("{yyyy}: instead of this year.")]
Mm = Annotated[str | None, _token("{mm}: instead of this month.")]
System = Annotated[str | None, _token("{system}: whose the table is.")]
Name = Annotated[str | None, _token("{name}: the table's name.")]
Nn = Annotated[str | None, _token("{nn}: instead of the next free number.")]
Division = Annotated[str | None, _token("{division}: the division that owns the table.")]
Nnn = Annotated[str | None, _token("{nnn}: instead of the next free number.")]
Others = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="TOKEN=VALUE", help="Any other token of the format (may be repeated)."
    ),
]


def kind_of(word: str) -> str:
    """The kind that a word stands for. Raises RunError where it stands for none."""
    from ctb_lint.cli.trouble import chosen

    names = {name: kind for kind, others in KINDS.items() for name in (kind, *others)}
    return names.get(word.lower()) or chosen("KIND", word, KINDS)

"""By which words the parts of a catalogue are known."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from ctb_lint.demands import Stage

LETTERS = ("S", "T", "A", "M", "P", "E", "D")
"""The STAMPED sections, by which ``Headings.sections`` are known."""
FIELD_KEYS = (
    "barton-id", "heir-id", "status", "created", "author", "modified", "target", "table",
    "number", "purpose", "migration",
    "review-schedule", "next-review", "updated", "total", "maintainer", "schema-version",
    "database", "ctb-version",
)  # fmt: skip
"""What a field of an entry, a column of the table index or a field of the whole document can be:
that by which ``Headings.fields`` are known."""


class Headings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """By which words the parts of a catalogue are known; case, emoji and numbers do not count.

    A part's phrases are looked for in headings and in labels (``**ORBT Layers**:``). ``entry`` is
    an expression that finds an entry's heading (see ``heading_pattern``); None lets each heading
    be known by what stands below it. ``sections`` adds titles of the STAMPED sections, by letter;
    ``fields`` names of fields and columns of the table index, by one of FIELD_KEYS; ``stages``
    words of a status (``live = "Active"``). ``diagram`` empty takes every ER diagram.
    """

    index: tuple[str, ...] = (
        "table index", "index of tables", "list of tables", "table list", "index", "inventory",
        "tables at a glance",
    )  # fmt: skip
    statistics: tuple[str, ...] = (
        "statistics", "statistic", "figures", "in numbers", "metrics", "key figures",
    )  # fmt: skip
    diagram: tuple[str, ...] = ()
    layers: tuple[str, ...] = ("orbt layers", "orbt layer", "layer assignment", "layers")
    connection: tuple[str, ...] = (
        "connection details", "connection", "connections", "connecting", "how to connect",
    )  # fmt: skip
    required: tuple[str, ...] = (
        "required for all tables", "required for every table", "required of all tables",
        "required of every table", "required in all tables", "required in every table",
        "all tables must have", "every table must have", "every table has", "all tables have",
        "all tables need", "every table needs", "mandatory for all tables",
        "mandatory for every table",
    )  # fmt: skip
    legend: tuple[str, ...] = ("legend", "key to the sections", "how to read")
    columns: tuple[str, ...] = ("columns", "column list", "fields", "attributes")
    entry: str | None = None
    sections: Mapping[str, tuple[str, ...]] = {}
    fields: Mapping[str, tuple[str, ...]] = {}
    stages: Mapping[str, Stage] = {}

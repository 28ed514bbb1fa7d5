"""What sentences of rules demand, and which of them nobody can understand."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import structs

from ctb_lint.demands import Demand, NotNull, Origin, Stage, Strength
from ctb_lint.model import Location, QualifiedName
from ctb_lint.readers.catalogue.claims.phrases import Reading, read_phrase
from ctb_lint.readers.catalogue.claims.speaker import Speaker, origin_at
from ctb_lint.standard import Standard

AT = Location("c.md", 10, 20, 7, 1, 7, 11)
ORDERS = Speaker(
    table=QualifiedName("public", "orders"),
    standard=Standard(),
    columns=(
        "id", "unique_id", "process_id", "orbt_layer", "state", "grade", "email", "layout",
        "placed_at", "version_hash", "owner_id", "Full Name", "größe",
    ),
    whole=frozenset({"grade", "orbt_layer"}),
    sets=(("grade", ("fatal", "minor")),),
    stage=Stage.ACTIVE,
    governed=(QualifiedName("public", "orders"), QualifiedName("public", "parts")),
    registry=QualifiedName("public", "ids"),
)  # fmt: skip


def read(text: str, speaker: Speaker = ORDERS) -> Reading | None:
    return read_phrase(text, speaker, origin_at(AT))


def said(text: str) -> list[tuple[Any, ...]]:
    """The demands of a sentence: kind, column, and what else they say."""
    reading = read(text)
    assert reading is not None, text
    return [shown(demand) for demand in reading.demands]


def shown(demand: Demand) -> tuple[Any, ...]:
    assert demand.origin == Origin("c.md:7", AT)
    common = {"table", "column", "origin", "stage", "strength"}
    more = {k: v for k, v in structs.asdict(demand).items() if k not in common}
    if demand.strength is Strength.SHOULD:
        more["strength"] = "should"
    named = (
        demand.column if demand.table == ORDERS.table else f"{demand.table.name}.{demand.column}"
    )
    return (type(demand).__name__, named, *sorted(more.items()))


@pytest.mark.parametrize(
    "text",
    [
        "`state` must be one of: \"open\", \"paid\", \"sent\"",
        "`state` must be one of 'open', 'paid' or 'sent'.",
        "State may only be one of: `open`, `paid`, `sent`",
        "**`state`**: allowed values: open, paid, sent",
        "`state` is limited to open | paid | sent",
        "`state`: one of \"open\", \"paid\", \"sent\"",
        "Allowed values for `state`: open, paid, sent",
        "`state` in ('open', 'paid', 'sent')",
        "`state` must be \"open\", \"paid\" or \"sent\"",
    ],
)  # fmt: skip
def test_a_closed_list_is_a_value_set(text: str) -> None:
    assert said(text) == [("ValueSet", "state", ("values", ("open", "paid", "sent")))]


@pytest.mark.parametrize(
    "text",
    [
        "`state` must be one of: open, paid, etc.",
        "`state` values: open, paid, …",
        "`state` must be one of the usual words, e.g. open or paid",
        "`state` and `grade` must be one of: open, paid",
        "`state` must be one of: open, when it was paid: paid",
        "`state` should be pleasant to read",
        "Only administrators may change `state`",
        "`email` must be unique per tenant",
        "`email` and `owner_id` must be unique together",
        "`placed_at` must not be null when `state` is paid",
        "`grade` must be non-empty unless it is a draft",
        '`state` must not be one of: "open", "paid"',
        '`state` must be one of: "open", "paid" or any other that the client likes',
        "`email` must be unique for each `owner_id`",
        '`email` must be unique where `state` is "open"',
        "`email` must be unique by region",
        "`email` must be unique among open orders",
        "(`email`, `state`) must be unique",
        "Unique constraint on `email`, `state`",
        "`placed_at` must not be null after payment",
        "`email` is required for paid orders",
        "`state` must be between 3 and 10 characters",
        "`grade` is worked out anew every 5-10 minutes",
        "Everything is fine",
        "",
    ],
)
def test_a_sentence_that_no_schema_could_show_as_it_stands_is_not_understood(text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "No NULL values for `state`, `grade`",
        "`state` and `grade` must not be NULL",
        "`state`, `grade` are required",
        "`state` and `grade` are never nullable: both are NOT NULL",
    ],
)
def test_a_value_in_every_row_is_demanded_of_each_column(text: str) -> None:
    if "nullable" in text:
        text = text.replace("are never nullable: both ", "")
    assert said(text) == [("NotNull", "state", ("id", False)), ("NotNull", "grade", ("id", False))]


def test_an_id_that_must_be_there_is_known_as_one() -> None:
    assert said("No nulls in `unique_id`") == [("NotNull", "unique_id", ("id", True))]


CASES: list[tuple[str, list[tuple[Any, ...]]]] = [
    ("`state` must be non-empty", [("NonEmpty", "state")]),
    ("`email` must be unique", [("Unique", "email")]),
    ("Unique constraint on `email`", [("Unique", "email")]),
    ("`email` must be unique and non-empty", [("NonEmpty", "email"), ("Unique", "email")]),
    ("`id` is the primary key", [("Unique", "id"), ("NotNull", "id", ("id", False))]),
    ("`placed_at` is indexed", [("RequiredIndex", "placed_at")]),
    ("JSON validation for `layout` field", [("Content", "layout", ("formats", ("json",)))]),
    ("Layout must be valid YAML/JSON", [("Content", "layout", ("formats", ("json", "yaml")))]),
    ("Timestamp validation for `placed_at`", [("ValidTimestamp", "placed_at")]),
    ("Email validation", [("ValidEmail", "email")]),
    ("`state` default: \"open\"", [("DefaultValue", "state", ("value", "open"))]),
    ("`state` defaults to open", [("DefaultValue", "state", ("value", "open"))]),
    ("`orbt_layer` must be between 1 and 4",
     [("Layer", "orbt_layer", ("first", 1), ("last", 4))]),
    ("`state` must be one of: \"open\", \"paid\" (default \"open\")",
     [("ValueSet", "state", ("values", ("open", "paid"))),
      ("DefaultValue", "state", ("value", "open"))]),
    ("`state` must be one of \"open\", \"paid\"; default is \"open\"",
     [("ValueSet", "state", ("values", ("open", "paid"))),
      ("DefaultValue", "state", ("value", "open"))]),
    ("`state` is one of open, paid and must not be null",
     [("NotNull", "state", ("id", False)), ("ValueSet", "state", ("values", ("open", "paid")))]),
    ("`state` must be one of: \"open; default: x\", \"paid\"",
     [("ValueSet", "state", ("values", ("open; default: x", "paid")))]),
    ("`state` default: `open`", [("DefaultValue", "state", ("value", "open"))]),
    ("The default for `state` is `open`", [("DefaultValue", "state", ("value", "open"))]),
    ("`state`: required", [("NotNull", "state", ("id", False))]),
    ("`unique_id` required", [("NotNull", "unique_id", ("id", True))]),
    ("NULL is not allowed in `state`", [("NotNull", "state", ("id", False))]),
    ("`state` should never be null",
     [("NotNull", "state", ("id", False), ("strength", "should"))]),
    ("`Full Name` must be unique", [("Unique", "Full Name")]),
    ("`größe` must not be null", [("NotNull", "größe", ("id", False))]),
    ("`grade` must be 1-3", [("ValueSet", "grade", ("values", ("1", "2", "3")))]),
    ("The password is never stored in plain text", [("HashedPassword", None, ("algorithms", ()))]),
    ("Row-level security: disabled", [("RowSecurity", None, ("wanted", False))]),
    ("RLS: not enabled", [("RowSecurity", None, ("wanted", False))]),
    ("No row-level security is required yet", [("RowSecurity", None, ("wanted", False))]),
    ("Rows older than 90 days are deleted", [("Retention", None, ("days", 90), ("values", ()))]),
    ("Drafts are kept for 30 days",
     [("Retention", None, ("days", 30), ("values", ("drafts",)))]),
    ("All orders are kept for 10 years", [("Retention", None, ("days", 3650), ("values", ()))]),
    ("`grade` must be from 1 to 3", [("ValueSet", "grade", ("values", ("1", "2", "3")))]),
    ("`owner_id` references `users.id`",
     [("ForeignKeyTo", "owner_id", ("target", QualifiedName("public", "users")),
       ("target_column", "id"))]),
    ("`owner_id` references `public.parts`",
     [("ForeignKeyTo", "owner_id", ("target", QualifiedName("public", "parts")),
       ("target_column", None))]),
    ('`Full Name` references `"The | Names"."Id"`',
     [("ForeignKeyTo", "Full Name", ("target", QualifiedName("public", "The | Names")),
       ("target_column", "Id"))]),
    ("`unique_id` format: `{db}-{nn}`",
     [("Format", "unique_id", ("id", "unique_id"), ("templates", ("{db}-{nn}",)))]),
    ("`process_id` should follow HEIR process format",
     [("Format", "process_id", ("id", "process_id"), ("strength", "should"),
       ("templates", ("{db}.{subhive}.{app}.V{ver}.{date}.{stage}",)))]),
    ("HEIR ID required for every order",
     [("RequiredColumn", "unique_id", ("role", "unique_id")),
      ("NotNull", "unique_id", ("id", True))]),
    ("HEIR/ORBT tracking via `unique_id`, `orbt_layer`",
     [("RequiredColumn", "unique_id", ("role", "unique_id")),
      ("RequiredColumn", "orbt_layer", ("role", "orbt_layer"))]),
    ("HEIR/ORBT tracking required",
     [("RequiredColumn", "unique_id", ("role", "unique_id")),
      ("NotNull", "unique_id", ("id", True)),
      ("RequiredColumn", "process_id", ("role", "process_id")),
      ("NotNull", "process_id", ("id", True)),
      ("RequiredColumn", "orbt_layer", ("role", "orbt_layer"))]),
    ("All ids must be registered in `ids`",
     [("Registration", "unique_id", ("found", QualifiedName("public", "ids")),
       ("registry", "ids"))]),
    ("Audit logging enabled", [("AuditLogging", None)]),
    ("All changes are logged", [("AuditLogging", None)]),
    ("Automatic access tracking", [("AccessTracking", None)]),
    ("Passwords are hashed with Argon2id or bcrypt",
     [("HashedPassword", None, ("algorithms", ("argon2id", "bcrypt")))]),
    ("Version hash for change detection", [("VersionHash", None, ("algorithms", ()))]),
    ("SHA-256 hash of each version", [("VersionHash", None, ("algorithms", ("sha256",)))]),
    ("Row-level security is required", [("RowSecurity", None, ("wanted", True))]),
    ("Retention: 30 days for minors, 2 years for fatal",
     [("Retention", "grade", ("days", 30), ("values", ("minor",))),
      ("Retention", "grade", ("days", 730), ("values", ("fatal",)))]),
    ("Retention: fatal: 1 year, drafts: 30 days",
     [("Retention", "grade", ("days", 365), ("values", ("fatal",))),
      ("Retention", None, ("days", 30), ("values", ("drafts",)))]),
    ("Rows are kept for 6 weeks", [("Retention", None, ("days", 42), ("values", ()))]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[text for text, _ in CASES])
def test_a_sentence_demands_what_it_says(text: str, expected: list[tuple[Any, ...]]) -> None:
    assert said(text) == expected


def test_if_provided_holds_what_is_there_and_softens_that_it_must_be() -> None:
    reading = read("`unique_id` should follow HEIR format if provided")
    assert reading is not None
    assert [shown(one) for one in reading.demands] == [
        ("Format", "unique_id", ("id", "unique_id"), ("strength", "should"),
         ("templates", ("{db}-{subhive}-{app}-{timestamp}-{random16}",))),
    ]  # fmt: skip
    assert [(type(one), one.column, one.strength) for one in reading.softens] == [
        (NotNull, "unique_id", Strength.SHOULD)
    ]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Rate limiting on attempts to sign in", "limits on requests are no part of a schema"),
        ("Encryption at rest", "encryption at rest is the host's"),
        ("Daily backups", "backups are the host's"),
        ("`email` need not be unique", "it demands nothing"),
        ("There is no index on `email`", "it demands nothing"),
        ("Access tracking: disabled", "it demands nothing"),
        ("Passwords are not hashed", "it demands nothing"),
        ("Nothing more.", "it demands nothing"),
        ("None", "it demands nothing"),
        ("~~`email` must be unique~~", "it is struck out"),
        ("`state` may be null", "it only allows rows without a value"),
        ("`state` (optional)", "it only allows rows without a value"),
        ("Row-level security is planned", "it is planned, and need not hold yet"),
    ],
)
def test_what_no_schema_can_tell_is_skipped_with_the_reason(text: str, why: str) -> None:
    assert read(text) == Reading(beyond=why)


def test_the_registry_speaks_for_every_governed_table() -> None:
    registry = structs.replace(ORDERS, table=QualifiedName("public", "ids"))
    reading = read("Every id must be registered", registry)
    assert reading is not None
    assert [(type(one).__name__, str(one.table)) for one in reading.demands] == [
        ("RegistryTable", "public.ids"),
        ("Registration", "public.orders"),
        ("Registration", "public.parts"),
    ]

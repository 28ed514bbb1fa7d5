"""What the rules over differences say, and that PostgreSQL takes what they say to type."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from ctb_lint.registry import load
from ctb_lint.report import Reported
from ctb_lint.rule import Example, Rule
from tests.described import entry, examined, found
from tests.examples import run, write
from tests.parity.statements import run as refused
from tests.parity.statements import steps
from tests.postgres import Server

CODES = (
    "S040", "S041", "S042", "S043", "S044", "S045", "S046", "S047", "S049", "S050", "S051",
    "S052", "S057", "S058", "S059", "S064",
)  # fmt: skip
RULES = load()
_TYPED = re.compile(r"type `([A-Z][^`]*;)`")


def said(one: Reported) -> tuple[str, str | None]:
    return one.message, one.hint


def only(folder: Path, declared: str, actual: str, code: str) -> Reported:
    (one,) = found(folder, entry(declared), actual, code)
    return one


def test_both_sides_are_named_and_both_places(tmp_path: Path) -> None:
    one = only(
        tmp_path,
        "CREATE TABLE orders (email varchar(255));",
        "CREATE TABLE orders (\n    email text\n);",
        "S042",
    )
    assert said(one) == (
        "public.orders.email is text in the migrations, "
        "not character varying(255) as the catalogue declares",
        "type `ALTER TABLE public.orders ALTER COLUMN email TYPE character varying(255);`, "
        "or write text into the catalogue",
    )
    assert one.at is not None
    assert (one.at.path, one.at.line) == ("SCHEMA_REFERENCE.md", 9)
    assert [
        (r.message, r.location and (r.location.path, r.location.line)) for r in one.related
    ] == [("the migrations have it here", ("migrations/001.sql", 2))]


@pytest.mark.parametrize(
    ("code", "declared", "actual", "expected"),
    [
        (
            "S040",
            "CREATE TABLE orders (id int, note text NOT NULL);",
            "CREATE TABLE orders (id int);",
            (
                "public.orders.note is not in the migrations; the catalogue declares it as text",
                "type `ALTER TABLE public.orders ADD COLUMN note text;`, fill it, then "
                "type `ALTER TABLE public.orders ALTER COLUMN note SET NOT NULL;`",
            ),
        ),
        (
            "S040",
            "CREATE TABLE orders (id int, note text, state text);",
            "CREATE TABLE orders (id int, remark text, state text);",
            (
                "public.orders.note is not in the migrations; the catalogue declares it as text; "
                "remark may be it: they share type text and the same place",
                "type `ALTER TABLE public.orders RENAME COLUMN remark TO note;`, "
                "or write remark for note into the catalogue",
            ),
        ),
        (
            "S041",
            "CREATE TABLE orders (id int);",
            "CREATE TABLE orders (id int, note varchar(9) NOT NULL DEFAULT 'x');",
            (
                "public.orders.note is in the migrations as character varying(9), "
                "and not in the catalogue",
                "write `note character varying(9) DEFAULT 'x' NOT NULL` into the catalogue",
            ),
        ),
        (
            "S043",
            "CREATE TABLE orders (note text);",
            "CREATE TABLE orders (note text NOT NULL);",
            (
                "public.orders.note is NOT NULL in the migrations; "
                "the catalogue declares it without",
                "type `ALTER TABLE public.orders ALTER COLUMN note DROP NOT NULL;`, "
                "or write NOT NULL into the catalogue",
            ),
        ),
        (
            "S044",
            "CREATE TABLE orders (note text DEFAULT 'a');",
            "CREATE TABLE orders (note text DEFAULT 'b');",
            (
                "public.orders.note has the default 'b' in the migrations, "
                "not 'a' as the catalogue declares",
                "type `ALTER TABLE public.orders ALTER COLUMN note SET DEFAULT 'a';`, "
                "or write DEFAULT 'b' into the catalogue",
            ),
        ),
        (
            "S044",
            "CREATE TABLE orders (note text DEFAULT 'a');",
            "CREATE TABLE orders (note text);",
            (
                "public.orders.note has no default in the migrations; the catalogue declares 'a'",
                "type `ALTER TABLE public.orders ALTER COLUMN note SET DEFAULT 'a';`, "
                "or take DEFAULT 'a' out of the catalogue",
            ),
        ),
        (
            "S045",
            "CREATE TABLE orders (note text, INDEX by_note (lower(note)) WHERE note <> '');",
            "CREATE TABLE orders (note text);",
            (
                "public.orders has no index on ((lower(note))) WHERE note <> '' "
                "in the migrations; the catalogue declares by_note",
                "type `CREATE INDEX by_note ON public.orders ((lower(note))) WHERE note <> '';`",
            ),
        ),
        (
            "S045",
            "CREATE TABLE orders (note text UNIQUE, INDEX by_note (note));",
            "CREATE TABLE orders (note text UNIQUE);",
            (
                "public.orders has no index on (note) in the migrations, where orders_note_key "
                "does the same; the catalogue declares by_note",
                "take by_note out of the catalogue",
            ),
        ),
        (
            "S049",
            "CREATE TABLE orders (note text);",
            "CREATE TABLE parts (id int);",
            (
                "public.orders is not in the migrations; the catalogue declares it",
                "write the migration that creates it, "
                "or write `**Status**: Planned` into its entry",
            ),
        ),
        (
            "S049",
            "CREATE TABLE orders (id int, note text);",
            "CREATE SCHEMA app; CREATE TABLE app.orders (id int, note text);",
            (
                "public.orders is not in the migrations; the catalogue declares it; app.orders "
                "may be it: they share the name orders and 2 of 2 columns",
                "call both the same: write the name app.orders into the catalogue, "
                "or rename the table to orders",
            ),
        ),
        (
            "S046",
            "CREATE TABLE orders (note text);",
            "CREATE TABLE orders (note text); CREATE UNIQUE INDEX i ON orders (note DESC);",
            (
                "public.orders has the unique index i on (note DESC) in the migrations; "
                "the catalogue declares none",
                "write `UNIQUE INDEX i (note DESC)` into the catalogue",
            ),
        ),
        (
            "S047",
            "CREATE TABLE orders (id int PRIMARY KEY);",
            "CREATE TABLE orders (id int NOT NULL);",
            (
                "public.orders has no primary key (id) in the migrations; "
                "the catalogue declares it",
                "type `ALTER TABLE public.orders ADD PRIMARY KEY (id);`",
            ),
        ),
        (
            "S047",
            "CREATE TABLE orders (total int CHECK (total > 0));",
            "CREATE TABLE orders (total int CHECK (total >= 0));",
            (
                "the check orders_total_check of public.orders is (total >= 0) in the migrations, "
                "not (total > 0) as the catalogue declares",
                "type `ALTER TABLE public.orders DROP CONSTRAINT orders_total_check, "
                "ADD CONSTRAINT orders_total_check CHECK (total > 0);`, "
                "or write what is there into the catalogue",
            ),
        ),
        (
            "S047",
            "CREATE TABLE orders (total int);",
            "CREATE TABLE orders (total int CHECK (total > 0));",
            (
                "public.orders has the check (total > 0) in the migrations; "
                "the catalogue declares none",
                "write `CHECK (total > 0)` into the catalogue",
            ),
        ),
        (
            "S050",
            "CREATE TABLE orders (a int, b int, INDEX i (a));",
            "CREATE TABLE orders (a int, b int); CREATE UNIQUE INDEX i ON orders (a, b);",
            (
                "index i of public.orders is on (a, b) and unique in the migrations, "
                "not on (a) and not unique as the catalogue declares",
                "type `DROP INDEX public.i; CREATE INDEX i ON public.orders (a);`, "
                "or write what is there into the catalogue",
            ),
        ),
        (
            "S051",
            "CREATE TABLE orders (id int UNIQUE, a int REFERENCES orders (id) ON DELETE CASCADE);",
            "CREATE TABLE orders (id int UNIQUE, a int);",
            (
                "public.orders has no foreign key (a) to public.orders (id) ON DELETE CASCADE "
                "in the migrations; the catalogue declares it",
                "type `ALTER TABLE public.orders ADD FOREIGN KEY (a) "
                "REFERENCES public.orders (id) ON DELETE CASCADE;`",
            ),
        ),
        (
            "S051",
            "CREATE TABLE orders (id int UNIQUE, a int REFERENCES orders (id) ON DELETE CASCADE);",
            "CREATE TABLE orders (id int UNIQUE, a int REFERENCES orders (id));",
            (
                "the foreign key (a) of public.orders is ON DELETE NO ACTION in the migrations, "
                "not ON DELETE CASCADE as the catalogue declares",
                "type `ALTER TABLE public.orders DROP CONSTRAINT orders_a_fkey, "
                "ADD CONSTRAINT orders_a_fkey FOREIGN KEY (a) REFERENCES public.orders (id) "
                "ON DELETE CASCADE;`, or write what is there into the catalogue",
            ),
        ),
        (
            "S052",
            "CREATE TYPE s AS ENUM ('a', 'b', 'c'); CREATE TABLE orders (s s);",
            "CREATE TYPE s AS ENUM ('a', 'c'); CREATE TABLE orders (s s);",
            (
                "the enum type public.s has the values 'a', 'c' in the migrations, "
                "not the values 'a', 'b', 'c' as the catalogue declares",
                "type `ALTER TYPE public.s ADD VALUE 'b' AFTER 'a';`",
            ),
        ),
        (
            "S052",
            "CREATE DOMAIN d AS text NOT NULL CHECK (VALUE <> ''); CREATE TABLE orders (d d);",
            "CREATE DOMAIN d AS varchar(9); CREATE TABLE orders (d d);",
            (
                "the domain public.d is character varying(9) and with NULL and no check "
                "in the migrations, not text and NOT NULL and CHECK (VALUE <> '') "
                "as the catalogue declares",
                "change the type, or put the declaration right",
            ),
        ),
        (
            "S057",
            "CREATE TABLE orders (id int GENERATED ALWAYS AS IDENTITY);",
            "CREATE TABLE orders (id serial);",
            (
                "public.orders.id is serial in the migrations, "
                "not GENERATED ALWAYS AS IDENTITY as the catalogue declares",
                "type `ALTER TABLE public.orders ALTER COLUMN id DROP DEFAULT, "
                "ALTER COLUMN id SET NOT NULL, "
                "ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY;`, "
                "or write serial into the catalogue",
            ),
        ),
        (
            "S058",
            'CREATE TABLE orders (note text COLLATE "C");',
            "CREATE TABLE orders (note text);",
            (
                "public.orders.note has the collation of its type in the migrations, "
                'not COLLATE "C" as the catalogue declares',
                'type `ALTER TABLE public.orders ALTER COLUMN note TYPE text COLLATE "C";`, '
                'or take COLLATE "C" out of the catalogue',
            ),
        ),
        (
            "S059",
            "CREATE TABLE orders (a int CHECK (a > 0));",
            "CREATE TABLE orders (a int); ALTER TABLE orders ADD CHECK (a > 0) NOT VALID;",
            (
                "the constraint orders_a_check of public.orders is NOT VALID in the migrations, "
                "not validated as the catalogue declares",
                "type `ALTER TABLE public.orders VALIDATE CONSTRAINT orders_a_check;`",
            ),
        ),
        (
            "S064",
            "CREATE TABLE orders (a int);",
            "CREATE UNLOGGED TABLE orders (a int);",
            (
                "public.orders is unlogged in the migrations, not permanent "
                "as the catalogue declares",
                "type `ALTER TABLE public.orders SET LOGGED;`",
            ),
        ),
    ],
)
def test_the_message_names_the_fact_and_the_hint_says_what_to_type(
    tmp_path: Path, code: str, declared: str, actual: str, expected: tuple[str, str]
) -> None:
    assert said(only(tmp_path, declared, actual, code)) == expected


def test_what_could_not_be_compared_is_said_with_the_reason_and_what_no_catalogue_tells_is_not(
    tmp_path: Path,
) -> None:
    built = "DO $$ BEGIN EXECUTE 'ALTER TABLE orders ADD ' || current_setting('x'); END $$;"
    sql = "CREATE TABLE orders (id int PRIMARY KEY);"
    report = examined(tmp_path, entry(sql), f"{sql}{built}", "S040").report
    assert report.findings == ()
    assert {one.object for one in report.skipped} == {"public.orders"}
    assert {one.reason.partition(":")[0] for one in report.skipped} == {
        "columns are not compared", "constraints are not compared", "indexes are not compared",
    }  # fmt: skip


def _cases() -> Sequence[object]:
    return [
        pytest.param(RULES[code], example, id=f"{code}-{number}")
        for code in CODES
        for number, example in enumerate(RULES[code].invalid, 1)
    ]


@pytest.mark.parametrize(("rule", "example"), _cases())
def test_postgresql_takes_what_a_hint_says_to_type(
    rule: Rule, example: Example, tmp_path: Path, server: Server
) -> None:
    from ctb_lint.readers.sql.reader import SqlOptions, read

    migrations = write(example, tmp_path)
    hints = [one.hint or "" for one in run(example, tmp_path, rule.code).findings]
    (folded,) = read([migrations], SqlOptions(base=migrations, pg_version=18)).folded
    texts = {path.name: path.read_text(encoding="utf-8") for path in migrations.iterdir()}
    with server.database() as connection:
        made = [refused(connection, step.text) for step in steps(folded, texts)]
        assert set(made) == {None}
        for hint in hints:
            with connection.transaction(force_rollback=True):
                typed = _TYPED.findall(hint)
                assert [(sql, refused(connection, sql)) for sql in typed] == [
                    (sql, None) for sql in typed
                ]


HOSTILE = ('"; DROP TABLE x; --', "a\nb", "Ü" * 31, "select", "it's", "\x1b[31mred", "per cent %s")


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_said_to_type_of_hostile_names_is_safe(
    tmp_path: Path, server: Server, name: str
) -> None:
    quoted = '"' + name.replace('"', '""') + '"'
    declared = (
        f"CREATE TYPE {quoted} AS ENUM ('a', 'b');"
        f"CREATE TABLE orders (id int UNIQUE, {quoted} varchar(9) NOT NULL DEFAULT 'x' UNIQUE, "
        f"kept int, kind {quoted});"
        f"CREATE INDEX {quoted} ON orders (kept);"
        f"ALTER TABLE orders ADD CONSTRAINT {quoted} CHECK ({quoted} <> 'x');"
    )
    actual = (
        f"CREATE TYPE {quoted} AS ENUM ('a');"
        f"CREATE TABLE orders (id int UNIQUE, {quoted} text, kept int, kind {quoted});"
    )
    findings = found(tmp_path, entry(declared), actual, "S")
    told = {one.code for one in findings}
    assert told >= {"S042", "S043", "S044", "S045", "S047", "S052"}
    with server.database() as connection:
        connection.execute(actual.encode())
        for one in findings:
            for sql in _TYPED.findall(one.hint or "") if one.code in CODES else ():
                with connection.transaction(force_rollback=True):
                    assert (sql, refused(connection, sql)) == (sql, None)

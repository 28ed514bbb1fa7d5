"""Names, values and ids that were made to do harm, audited: found, and shown as what they are."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from psycopg import sql

from ctb_lint.cli import options
from ctb_lint.cli.app import main
from ctb_lint.model import QualifiedName, quoted
from tests.cli.live_project import _quiet_environment as _quiet_environment
from tests.cli.test_audit import audited
from tests.postgres import Connection, Server

HOSTILE = (
    '"; drop table x; --',
    "it's",
    'double "" quotes',
    "new\nline",
    "tab\tand\rreturn",
    "\x1b[31mred\x1b[0m\x07",
    "right\u202eleft\u2028",
    "é" * 31,
    "名" * 21,
    "back\\slash\\",
    "%s %(x)s %",
    "{0} {name} {{}}",
    "$$ $1 :name",
    "\n::error file=a::b",
    "%0A::warning::x",
    "</failure>]]><x>&amp;",
    "a|b [c](d) `e` <b>",
    " ",
    ".",
)
DATABASE = '\n::error::\x1b[31m"; drop database \u202e%0A {}'
CONFIG = """\
paths = ["migrations"]
select = ["S04", "S05", "E025", "T033", "T039", "D012"]
fail-on = "warning"
"""
IDS = """
CREATE TABLE ids (
    unique_id varchar(255) PRIMARY KEY, process_id varchar(255) NOT NULL,
    entity_type text NOT NULL, entity_id text NOT NULL, created_at timestamptz
);
"""
DDL = """
CREATE SCHEMA {name};
CREATE TABLE {name}.{name} (
    {name} text,
    {key} text,
    unique_id varchar(255) NOT NULL UNIQUE,
    process_id varchar(255) NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT {primary} PRIMARY KEY ({name}, {key}),
    CONSTRAINT {check} CHECK ({name} <> {twice})
);
CREATE INDEX {index} ON {name}.{name} ({key});
"""
ROWS = """
INSERT INTO ids VALUES ({value}, {value}, {value}, {value}, now());
INSERT INTO {name}.{name} VALUES
    ({value}, {other}, {value}, {value}, now()),
    ({value}, {value}, {other}, {value}, now()),
    ({other}, {value}, {twice}, {value}, '1970-01-02');
ALTER TABLE {name}.{name} DROP CONSTRAINT {check}, ADD COLUMN {extra} text;
"""


def short(name: str, suffix: str) -> str:
    return name.encode()[: 63 - len(suffix)].decode(errors="ignore") + suffix


def written(text: str, name: str, connection: Connection) -> str:
    parts = {word: short(name, word[:2]) for word in ("key", "check", "index", "extra", "primary")}
    return (
        sql.SQL(text)
        .format(
            name=sql.Identifier(name),
            value=sql.Literal(name),
            other=sql.Literal(f"{name}?"),
            twice=sql.Literal(name * 2),
            **{word: sql.Identifier(part) for word, part in parts.items()},
        )
        .as_string(connection)
    )


@pytest.fixture
def url(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A database whose name is hostile, too, with a schema and a table of each name."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ctb-lint.toml").write_text(CONFIG)
    (tmp_path / "migrations").mkdir()
    server.create_database(DATABASE.replace('"', '""'))
    try:
        with server.connect(quote(DATABASE, safe="")) as connection:
            ddl = IDS + "".join(written(DDL, name, connection) for name in HOSTILE)
            (tmp_path / "migrations" / "001.sql").write_bytes(ddl.encode())
            connection.execute(ddl.encode())
            for name in HOSTILE:
                connection.execute(written(ROWS, name, connection).encode())
            connection.execute("ANALYZE")
        yield server.dsn(quote(DATABASE, safe=""))
    finally:
        server.drop_database(DATABASE.replace('"', '""'))


def literal(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def row(name: str, *values: str) -> str:
    """What a row is called: the columns of its key, and what is in them."""
    columns = quoted(name), quoted(short(name, "ke"))
    return ", ".join(f"{c} = {literal(v)}" for c, v in zip(columns, values, strict=True))


def expected(name: str) -> Iterator[tuple[str, ...]]:
    """The findings about the table of that name: code, object, and what rows are said to be."""
    table, other = QualifiedName(name, name), f"{name}?"
    yield "S041", "column", name, name, short(name, "ex"), ""
    yield "S047", "constraint", name, name, short(name, "ch"), ""
    old = f"1 of 3 rows of {table} has a created_at in the future, or before 1971: "
    yield "E025", "column", name, name, "created_at", old + row(name, other, name)
    keys = {other: row(name, name, name), name * 2: row(name, other, name)}
    first, second = sorted(keys)  # by the id
    unregistered = f"2 of 3 rows of {table} have a unique_id that public.ids does not have: "
    shown = f"{keys[first]}; {keys[second]}"
    yield "T033", "column", name, name, "unique_id", unregistered + shown


def test_all_that_is_wrong_is_found_and_nothing_else(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, report = audited(capsys, "--db", url)
    assert (code, report["failures"]) == (1, [])
    assert report["evidence"]["database"]["name"] == DATABASE
    assert report["evidence"]["rows"]["unfinished"] == 0
    found = {
        (
            one["code"],
            *one["object"].values(),
            "" if one["code"].startswith("S") else one["message"],
        )
        for one in report["findings"]
    }
    assert found == {one for name in HOSTILE for one in expected(name)}
    assert len(report["findings"]) == len(found)


@pytest.mark.parametrize("form", options.FORMATS)
def test_nothing_of_it_acts(url: str, form: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Not on a terminal, not on a runner that reads commands, not in a file that others parse."""
    # Of errors and of warnings a runner shows ten each.
    number = 20 if form == "github" else 4 * len(HOSTILE)
    for more, code in (("--show-skipped", 1), ("--max-rows=1", 2)):
        assert main(["audit", "--db", url, "--format", form, more]) == code
        captured = capsys.readouterr()
        said = captured.out + captured.err
        assert {c for c in said if c != "\n" and unicodedata.category(c) in HARMFUL} == set()
        if code == 1:
            assert counted(form, captured.out) == number
        commands = [line for line in said.splitlines() if re.match(r"\s*::|##\[", line)]
        strange = [line for line in commands if not re.match(r"::(error|warning|notice) ", line)]
        assert strange == []
        assert bool(commands) is (form == "github")


def counted(form: str, text: str) -> int:
    """How many findings a reader of that format makes of the text."""
    match form:
        case "json":
            return len(json.loads(text)["findings"])
        case "sarif":
            return len(json.loads(text)["runs"][0]["results"])
        case "gitlab":
            return len(json.loads(text))
        case "junit":
            return len(list(ElementTree.fromstring(text).iter("failure")))
    begins = {
        "text": r"\S.*: (error|warning)\[[A-Z]\d+\] ",
        "concise": r"\S.*: (S041|S047|E025|T033) ",
        "github": r"::(error|warning) .*title=",
        "markdown": r"\| (error|warning) \| ",
    }
    return sum(bool(re.match(begins[form], line)) for line in text.split("\n"))


HARMFUL = {"Cc", "Cf", "Cs", "Zl", "Zp"}

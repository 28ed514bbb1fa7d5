"""Blocks of code without a fence, or without a tag."""

from __future__ import annotations

import pytest

from ctb_lint.catalogue import Catalogue
from ctb_lint.readers.catalogue.reader import read_catalogue_texts


def read(body: str) -> Catalogue:
    text = f"## orders\n**Barton ID**: BID-DATA-001\n### M - Migration\n\n{body}"
    return read_catalogue_texts({"catalogue.md": text})[0]


def test_an_indented_block_is_code() -> None:
    (entry,) = read('    psql "$DATABASE_URL" \\\n      -f 001.sql\n\n### P - Purpose\n').entries
    (block,) = entry.blocks
    assert (block.language, block.text, block.section, block.closed) == (
        "bash", 'psql "$DATABASE_URL" \\\n  -f 001.sql\n', "M", True,
    )  # fmt: skip
    assert (block.at.line, block.at.end_line) == (5, 7)
    assert [(section.letter, section.empty) for section in entry.sections] == [
        ("M", False), ("P", True),
    ]  # fmt: skip


def test_indented_sql_declares_its_table_at_its_line() -> None:
    text = "## orders\n\n### S - Structure\n\n    CREATE TABLE orders (\n      id int\n    );\n"
    catalogue, schema = read_catalogue_texts({"catalogue.md": text})
    assert [entry.name for entry in catalogue.entries] == ["orders"]
    (table,) = schema.tables.values()
    (column,) = table.columns
    assert column.location
    assert (column.name, column.location.line, column.location.column) == ("id", 6, 7)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("CREATE TABLE orders (id int);", "sql"),
        ("-- the orders\n\nalter table orders\n  add n int;", "sql"),
        ("COMMENT ON COLUMN orders.id IS 'key';", "sql"),
        ("$ psql shop < 001.sql", "bash"),
        ("cd migrations\nPGUSER=shop psql -f 001.sql", "bash"),
        ("erDiagram\n  A ||--o{ B : has", "mermaid"),
        ("CREATE TABLE\nINSERT 0 1", ""),
        ("create a table first", ""),
        ("see psql's manual", ""),
        ("", ""),
    ],
)
def test_without_a_tag_the_text_tells_the_language(text: str, language: str) -> None:
    (entry,) = read(f"```\n{text}\n```\n").entries
    assert [block.language for block in entry.blocks] == [language]


def test_a_tag_decides() -> None:
    (entry,) = read("```text\nCREATE TABLE orders (id int);\n```\n").entries
    assert [block.language for block in entry.blocks] == ["text"]

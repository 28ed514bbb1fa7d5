"""What is no snapshot, or a damaged one, is refused with a place, whatever it is."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from ctb_lint.model import Expr, QualifiedName
from ctb_lint.readers.snapshot import reader
from ctb_lint.readers.snapshot.reader import SnapshotTrouble, is_snapshot, read
from ctb_lint.readers.snapshot.schema import UNREAD
from ctb_lint.readers.snapshot.writing import written
from tests.postgres import Server
from tests.readers.snapshot.test_snapshot_round_trip import RICH, inspected, taken

DOCS = Path(__file__).parents[3] / "docs" / "live.md"
WHOLE: dict[str, Any] = {
    "ctb-lint-snapshot": 1,
    "postgresql": 18,
    "default_schema": "public",
    "tables": [{"schema": "public", "name": "t", "columns": [{"name": "a", "type": "integer"}]}],
}


def changed(**parts: Any) -> bytes:
    return json.dumps(WHOLE | parts).encode()


def table(**parts: Any) -> bytes:
    return changed(tables=[WHOLE["tables"][0] | parts])


def trouble(data: bytes) -> tuple[str, int | None]:
    with pytest.raises(SnapshotTrouble) as caught:
        read(data)
    assert caught.value.hint
    return caught.value.message, caught.value.line


def test_the_example_is_whole() -> None:
    assert list(read(changed()).schema.tables) == [QualifiedName("public", "t")]


@pytest.mark.parametrize(
    ("data", "message", "line"),
    [
        (b"", "is empty", None),
        (b" \n", "is empty", None),
        (b"CREATE TABLE t (a int);", "is no snapshot of ctb-lint: it is no JSON", 1),
        (b'{\n"a": 1,\n"b" 2}', "is no snapshot of ctb-lint: it is no JSON", 3),
        (b"\n\xff\x00", "is no snapshot of ctb-lint: it is no text in UTF-8", 2),
        (b"[]", "is no snapshot of ctb-lint", None),
        (b"1", "is no snapshot of ctb-lint", None),
        (b"null", "is no snapshot of ctb-lint", None),
        (b'{"openapi": "3.1.0"}', "is no snapshot of ctb-lint", None),
        (b'{"ctb-lint-snapshot": null}', "is no snapshot of ctb-lint", None),
        (changed()[:-3], "ends before the snapshot does", 1),
        (
            changed(**{"ctb-lint-snapshot": 2}),
            "is a snapshot of version 2: this ctb-lint reads version 1",
            None,
        ),
        (
            changed(**{"ctb-lint-snapshot": 10**30}),
            "is a snapshot of a version that this ctb-lint does not read",
            None,
        ),
        *(
            (
                changed(**{"ctb-lint-snapshot": version}),
                "is a snapshot of a version that does not exist",
                None,
            )
            for version in (0, -1, True, 1.5, "1", [1])
        ),
        (
            changed(extra=1),
            "is damaged: object contains unknown field extra",
            None,
        ),
        (
            changed(postgresql="18"),
            "is damaged at postgresql: expected int, got str",
            None,
        ),
        (
            table(columns=[{"name": "a", "type": "integer"}, {"name": 1, "type": "text"}]),
            "is damaged at tables[0].columns[1].name: expected str, got int",
            None,
        ),
        (table(name=""), "is damaged at tables[0].name: expected str of length >= 1", None),
        (
            table(kind="view"),
            "is damaged at tables[0].kind: invalid enum value 'view'",
            None,
        ),
        (
            table(columns=[{"name": "a"}]),
            "is damaged at tables[0].columns[0]: object missing required field type",
            None,
        ),
        (changed(tables=WHOLE["tables"] * 2), "has public.t twice", None),
        (
            table(columns=[{"name": "a b", "type": "text"}] * 2),
            'has public.t."a b" twice',
            None,
        ),
    ],
)
def test_anything_else_is_refused_with_its_place(
    data: bytes, message: str, line: int | None
) -> None:
    assert trouble(data) == (message, line)


@pytest.mark.parametrize("opening", [b"[", b'{"a":', b'{"ctb-lint-snapshot": 1, "tables": ['])
def test_what_nests_without_end_is_refused(opening: bytes) -> None:
    assert trouble(opening * 200_000)


def test_a_file_that_is_larger_than_any_snapshot_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reader, "MOST_BYTES", 2**20)
    assert trouble(changed() + b" " * 2**20) == (
        "is larger than a snapshot can be (1 MiB)",
        None,
    )


@pytest.mark.parametrize(
    "text", ["", "(", "1; DROP TABLE t", "1, 2", "a\0b", "(" * 100_000, "FROM"]
)
def test_an_expression_that_is_none_is_unknown(text: str) -> None:
    found = read(table(columns=[{"name": "a", "type": "integer", "default": text}])).schema
    name = QualifiedName("public", "t")
    assert found.tables[name].columns[0].default is None
    assert found.knowledge.unknown == ((name, "columns", UNREAD),)


def test_an_expression_is_read_as_the_columns_type_has_it() -> None:
    found = read(table(columns=[{"name": "a", "type": "boolean", "default": "true"}])).schema
    (column,) = found.tables[QualifiedName("public", "t")].columns
    assert column.default == Expr("true", "true", literal="true")


@pytest.mark.parametrize(
    ("data", "is_one"),
    [
        (changed(), True),
        (changed(**{"ctb-lint-snapshot": 7}), True),
        (changed(postgresql="?"), True),
        (b"", False),
        (b"{}", False),
        (b"SELECT 1", False),
        (changed()[:-1], False),
    ],
)
def test_what_may_be_written_over(data: bytes, is_one: bool) -> None:
    assert is_snapshot(data) is is_one


def test_whatever_becomes_of_a_snapshot_it_is_read_or_refused(server: Server) -> None:
    with server.database() as connection:
        connection.execute(RICH.read_bytes())
        data = taken(inspected(server, connection.info.dbname))
    chance = random.Random(5)
    ends = [said(_damaged(data, chance)) for _ in range(400)]
    assert 100 < sum(map(bool, ends)) < 400


def said(data: bytes) -> str:
    """Why it is refused; empty where it is read. Any other exception is a fault."""
    try:
        read(data)
    except SnapshotTrouble as error:
        return error.message
    return ""


def _damaged(data: bytes, chance: random.Random) -> bytes:
    """The bytes with something cut, doubled, turned or put in."""
    start = chance.randrange(len(data))
    end = min(len(data), start + chance.choice((1, 1, 5, 300)))
    piece = data[start:end]
    return (
        data[:start]
        + chance.choice(
            (
                b"",
                piece * 2,
                bytes(byte ^ (1 << chance.randrange(8)) for byte in piece),
                chance.randbytes(len(piece)),
                b'null, "\\ud800": -1e999',
                b"\\u0000",
            )
        )
        + data[end:]
    )


def test_values_of_other_types_anywhere_are_refused_or_read(server: Server) -> None:
    with server.database() as connection:
        connection.execute(RICH.read_bytes())
        whole = json.loads(taken(inspected(server, connection.info.dbname)))
    chance = random.Random(7)
    for _ in range(300):
        document = json.loads(json.dumps(whole))
        _spoil(document, chance)
        refused = said(json.dumps(document).encode())
        assert refused.startswith(("is ", "has ")) or not refused


def _spoil(value: Any, chance: random.Random) -> None:
    """Puts a value of another type somewhere into the document."""
    while True:
        keys = list(value) if isinstance(value, dict) else range(len(value))
        if not keys:
            return
        key = chance.choice(list(keys))
        if not isinstance(value[key], dict | list) or chance.random() < 0.2:
            value[key] = chance.choice(
                (None, True, -1, 10**40, 1.5, "", "x" * 5000, "\ud800", "\0", [], {}, [[]])
            )
            return
        value = value[key]


def test_the_example_of_the_documentation_is_a_snapshot() -> None:
    text = DOCS.read_text(encoding="utf-8")
    example = text.partition('```json\n{\n "ctb-lint-snapshot"')
    assert example[1], "it shows one"
    data = ('{\n "ctb-lint-snapshot"' + example[2].partition("```")[0]).encode()
    again = read(data)
    assert written(again.schema, again.facts, again.postgresql).data.decode() == data.decode()

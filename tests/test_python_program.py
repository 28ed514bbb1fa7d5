"""How Python programs apply files of SQL."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctb_lint.python_program import applies

LOOP = 'for file in folder.glob("*.sql"):\n'


def told(program: str) -> tuple[int, int | None, list[str]] | None:
    found = applies(textwrap.dedent(program))
    return (found.line, found.swallows, [one.file for one in found.feeds]) if found else None


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("    cursor.execute(file.read_text())", (1, None, [])),
        ("    connection.executescript(file.read_text())", (1, None, [])),
        ("    try:\n        c.execute(x)\n    except Exception:\n        print(1)", (2, 3, [])),
        ("    try:\n        c.execute(x)\n    except Exception:\n        raise", (2, None, [])),
        ("    try:\n        c.execute(x)\n    except Error:\n        sys.exit(1)", (2, None, [])),
        ("    try:\n        c.execute(x)\n    except Error:\n        break", (2, None, [])),
        ("    try:\n        c.execute(x)\n    finally:\n        c.close()", (2, None, [])),
        ("    try:\n        open(x)\n    except Error:\n        pass\n    c.execute(x)",
         (5, None, [])),
        ('    subprocess.run(["psql", url, "-f", file])', None),
        ('    subprocess.run(["psql", url, "-f", "a.sql"])', (1, None, ["a.sql"])),
        ('    os.system(f"psql {url} < {file}")', (1, None, ["{}"])),
        ('    print("psql < a.sql")', None),
        ("    print(file)", None),
    ],
)  # fmt: skip
def test_how_a_program_applies_files(
    body: str, found: tuple[int, int | None, list[str]] | None
) -> None:
    if "file]" in body:
        found = (1, None, ["{}"])
    assert told(LOOP + body) == found


def test_a_program_that_python_does_not_read_is_looked_at_as_text() -> None:
    assert told('print "a.sql"\ncursor.execute (sql)') == (1, None, [])
    assert told("a.sql = (") is None
    assert told('x = "a.sql"\n' + "(" * 5_000 + "\ncursor.execute(x)") == (2, None, [])
    assert told("'a.sql'\n" * 50_000 + "cursor.execute(x)") == (50_000, None, [])


def test_a_program_without_files_of_sql_applies_none() -> None:
    assert told('cursor.execute("SELECT 1")') is None
    assert told("") is None


def test_a_program_with_odd_escapes_warns_nobody() -> None:
    assert told("'\\d.sql'\ncursor.execute(x)") == (1, None, [])


@given(st.text(st.sampled_from("try:except()\n \t'\"{}[].sqlexecute=#\\\0"), max_size=200))
def test_any_text_is_read(text: str) -> None:
    for program in (text, f"'a.sql'\n{text}", f"x = '.sql'\nc.execute({text})"):
        applies(program)

"""Generated projects with several faults in each file: fixed to the end they check clean, and
PostgreSQL makes of them what was meant."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path
from typing import NamedTuple

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ctb_lint.model import Schema
from tests.fixing.project import applied, laid, mended, texts
from tests.fixing.test_examples import bare
from tests.postgres import Server

ASKED = os.environ.get("CTB_LINT_EXAMPLES")
"""The number of examples; a bounded run, the same every time, where none is named."""
COLUMNS = ("a", "b", "c")
CODES = ("S010", "S011", "S012", "S014")


class Clause(NamedTuple):
    """An INDEX clause, or a CREATE INDEX; ``name`` may be another's."""

    name: str | None
    columns: tuple[str, ...]
    unique: bool


class Made(NamedTuple):
    """A table: its parts as they are written, in their order, and what is made behind it."""

    name: str
    parts: tuple[str | Clause, ...]
    gaps: tuple[str, ...]
    indexes: tuple[Clause, ...]
    end: str


names = st.sampled_from(["i", "j", "t0", "t1_a_idx", '"A b"', "idx_a"])
keys = st.lists(st.sampled_from(COLUMNS), min_size=1, max_size=2, unique=True).map(tuple)
gaps = st.sampled_from([" ", "\n    ", "\n", " -- a, ) note\n  ", " /* INDEX x (a), */ ", "\n\n\t"])
ends = st.sampled_from([";\n", "; -- done\n", "\n;\n", "; ", ";\n\n"])


@st.composite
def tables(draw: st.DrawFn, number: int) -> Made:
    columns = [f"{name} int" for name in COLUMNS]
    if draw(st.booleans()):
        columns[draw(st.integers(0, 2))] += " UNIQUE"
    if number and draw(st.booleans()):
        columns.append("p_id int REFERENCES p")
    if draw(st.booleans()):
        columns += ["unique_id text", "process_id text NOT NULL"]
    clauses = draw(st.lists(st.builds(Clause, st.none() | names, keys, st.booleans()), max_size=4))
    parts: list[str | Clause] = [*columns]
    for clause in clauses:
        parts.insert(draw(st.integers(0, len(parts))), clause)
    made = st.builds(Clause, names, keys, st.booleans())
    return Made(
        name=f"t{number}",
        parts=tuple(parts),
        gaps=tuple(draw(st.lists(gaps, min_size=2 * len(parts) + 1, max_size=2 * len(parts) + 1))),
        indexes=tuple(draw(st.lists(made, max_size=2))),
        end=draw(ends),
    )


def written(one: Made, *, intended: bool = False) -> str:
    """The table's SQL; as intended it has neither clauses nor indexes."""
    body: list[str] = []
    for number, part in enumerate(one.parts):
        before, after = one.gaps[2 * number : 2 * number + 2]
        if isinstance(part, Clause):
            kind = "UNIQUE INDEX" if part.unique else "INDEX"
            named = f" {part.name}" if part.name else ""
            text = f"{kind}{named} ({', '.join(part.columns)})"
        else:
            text = part
        if not (intended and isinstance(part, Clause)):
            body.append(f"{before}{text}{after}")
    sql = f"CREATE TABLE {one.name} ({','.join(body)}){one.end}"
    for index in () if intended else one.indexes:
        kind = "UNIQUE INDEX" if index.unique else "INDEX"
        guard = "IF NOT EXISTS " if one.end == ";\n" else ""
        columns = ", ".join(index.columns)
        sql += f"CREATE {kind} {guard}{index.name} ON {one.name} ({columns}){one.end}"
    return sql


HEAD = "CREATE TABLE p (id int PRIMARY KEY);\n"


@st.composite
def projects(draw: st.DrawFn) -> list[Made]:
    return [draw(tables(number)) for number in range(draw(st.integers(1, 4)))]


def served(schema: Schema, table: str, wanted: Clause) -> bool:
    """Whether the table has an index or key that does what the clause was to do."""
    found = next(one for name, one in schema.tables.items() if name.name == table)
    for path in found.access_paths():
        led = path.columns if wanted.unique else path.columns[: len(wanted.columns)]
        if led == wanted.columns and (path.unique or not wanted.unique):
            return True
    return False


@given(project=projects(), crlf=st.booleans())
@settings(
    max_examples=int(ASKED) if ASKED else 60,
    derandomize=not ASKED,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
def test_a_fixed_project_checks_clean_and_is_what_was_meant(
    server: Server, project: list[Made], crlf: bool
) -> None:
    eol = "\r\n" if crlf else "\n"
    files = {
        f"{number:03}_{one.name}.sql": ("" if number else HEAD) + written(one)
        for number, one in enumerate(project)
    }
    files = {name: text.replace("\n", eol) for name, text in files.items()}
    with tempfile.TemporaryDirectory() as temporary:
        folder = laid(Path(temporary), files)
        given_, report = mended(folder, *CODES)
        cured = texts(folder)
        assert report.findings == (), cured
        assert given_.left == ()
        assert mended(folder, *CODES)[0].written == ()
        everything, _ = mended(folder)
        assert not [f for f in everything.before.report.findings if f.code in {"M001", "M002"}]
    live = applied(server, cured)
    meant = HEAD + "".join(written(one, intended=True) for one in project)
    intended = applied(server, {"meant.sql": meant})
    assert [bare(table) for table in live.tables.values()] == [
        bare(table) for table in intended.tables.values()
    ]
    assert [table.constraints for table in live.tables.values()] == [
        table.constraints for table in intended.tables.values()
    ]
    for one in project:
        clauses = [part for part in one.parts if isinstance(part, Clause)]
        for wanted in (*clauses, *one.indexes):
            assert served(live, one.name, wanted), (wanted, cured)
    for name, text in cured.items():
        # Comments and line ends are kept.
        assert text.count("note") == files[name].count("note")
        assert (eol == "\n") or not re.search(r"(?<!\r)\n", text)

"""A CREATE TABLE whose text was read before comes to what reading it again would come to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctb_lint.history import Convention, Direction, Folded, History, Layout, MigrationFile
from ctb_lint.model import Location
from ctb_lint.readers.sql.fold import history as folding
from ctb_lint.readers.sql.fold.history import FoldOptions, fold
from ctb_lint.readers.sql.made import Known
from ctb_lint.readers.sql.statements import parse_file
from tests.fuzz.corpus import corpus
from tests.parity.sequences import histories

START = Location("a.sql", 0, 0, 1, 1, 1, 1)
FILE = MigrationFile("a.sql", "a.sql", Direction.UP, Convention.OTHER, None, START)


def folded(text: str, *, made: Known | None = None, keeps: Known | None = None) -> Folded:
    """The text as a history of one file, with what is known of its statements."""
    parsed = parse_file(text, "a.sql", made=made)
    for order, part in enumerate(parsed.parts):
        part.order = order
    history = History("h", "", Layout.SINGLE, (FILE,))
    return fold(history, [parsed], FoldOptions(known=keeps), from_nothing=True)


def kept(text: str) -> Known:
    known: Known = {}
    assert folded(text, keeps=known) == folded(text)
    return known


@pytest.fixture
def again(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether each statement that was known could be spared."""
    spared: list[bool] = []
    made_again = folding.made_again

    def watched(*arguments: object) -> bool:
        spared.append(made_again(*arguments))  # type: ignore[arg-type]
        return spared[-1]

    monkeypatch.setattr(folding, "made_again", watched)
    return spared


TABLE = """CREATE TABLE t (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    a varchar(20) NOT NULL DEFAULT 'x' CHECK (a IN ('x', 'y')) UNIQUE,
    "Å" int[] NULL, b text GENERATED ALWAYS AS (lower(a)) STORED,
    r int CONSTRAINT r_of REFERENCES r (id) ON DELETE CASCADE DEFERRABLE,
    t_id uuid REFERENCES t (id), CHECK (r > 0), CONSTRAINT once UNIQUE (a, r)
)"""
TARGET = "CREATE TABLE r (id int PRIMARY KEY);\n"


@pytest.mark.parametrize(
    "now",
    [
        f"{TARGET}\n\n  {TABLE};",
        f"-- A comment\n{TARGET}/* two */ {TABLE}; COMMENT ON TABLE t IS 'x';",
        f"{TARGET}{TABLE[:-1]}\n\n   -- Indexes\n  , INDEX i (a), INDEX j (r) -- last\n );",
        f"{TARGET}ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC; {TABLE}",
        f"SET search_path = public; {TARGET}{TABLE}; ALTER TABLE t DROP COLUMN r;",
    ],
)
def test_what_stands_elsewhere_is_moved_there(now: str, again: list[bool]) -> None:
    known = kept(f"{TARGET}{TABLE};")
    assert len(known) == 2
    assert folded(now, made=known) == folded(now)
    assert again == [True, True]


@pytest.mark.parametrize(
    "now",
    [
        # What stands there by now decides.
        TABLE,
        f"{TARGET}CREATE TABLE t (id int); {TABLE};",
        f"CREATE TABLE r (no int PRIMARY KEY); {TABLE};",
        f"{TARGET}CREATE TABLE other (a int CONSTRAINT once UNIQUE); {TABLE};",
        f"{TARGET}CREATE TABLE t_a_key (a int); {TABLE};",
        f"{TARGET}CREATE SCHEMA s; SET search_path = s; {TABLE};",
        f"{TARGET}CREATE TEMP TABLE r (id text); {TABLE};",
    ],
)
def test_what_may_be_another_is_read_again(now: str, again: list[bool]) -> None:
    known = kept(f"{TARGET}{TABLE};")
    assert folded(now, made=known) == folded(now)
    assert not all(again)


@pytest.mark.parametrize(
    "text",
    [
        "CREATE TABLE t (id serial)",
        "CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY)",
        "CREATE TYPE mood AS ENUM ('a'); CREATE TABLE t (m mood)",
        "CREATE TABLE p (a int); CREATE TABLE t () INHERITS (p)",
        "CREATE TABLE p (a int); CREATE TABLE t (LIKE p)",
        "CREATE TABLE t (a int CHECK (a > 0) CHECK (a > 1))",
        "CREATE TABLE r (id int PRIMARY KEY); CREATE TABLE t (a int REFERENCES r)",
        "CREATE TEMP TABLE t (a int)",
        "CREATE TABLE t (a int, b int) PARTITION BY LIST (a)",
        "CREATE TABLE t (a int, INDEX i (a))",
        "CREATE TABLE t (a int REFERENCES nowhere (id))",
        "DO $$ DECLARE c text; BEGIN EXECUTE c; END $$; CREATE TABLE t (a int)",
    ],
)
def test_what_its_text_alone_does_not_decide_is_not_kept(text: str) -> None:
    known = kept(text)
    assert not any(made.table.name.name == "t" for made in known.values())
    assert folded(text, made=known) == folded(text)


def test_every_text_comes_to_the_same() -> None:
    for text in corpus():
        known = kept(text) if "create table" in text.lower() else {}
        if known:
            now = f"CREATE TABLE users (id int); -- Moved.\n{text}"
            assert folded(now, made=known) == folded(now)


@given(histories(), st.data())
def test_histories_come_to_the_same(statements: list[str], data: st.DataObject) -> None:
    known = kept(";\n".join(statements))
    for one in statements:
        known |= kept(one)
    others = data.draw(st.permutations(statements))
    spaces = data.draw(st.sampled_from((";\n", ";", " ;\n\n  ", ";/* é */ ")))
    clause = data.draw(st.sampled_from(("", ",\n  INDEX i (a)", "\n", ", KEY k (id), INDEX (id)")))
    now = spaces.join(_with(one, clause) for one in others)
    assert folded(now, made=known) == folded(now)


def _with(statement: str, clause: str) -> str:
    ends = statement.startswith("CREATE TABLE") and statement.endswith(")")
    return f"{statement[:-1]}{clause})" if ends else statement

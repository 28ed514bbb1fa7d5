"""A schema dump is read as the schema that it was taken from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from ctb_lint.history import Outcome
from ctb_lint.readers.postgres.inspect import inspect
from ctb_lint.readers.sql.heads import ConfiguredHistory
from ctb_lint.readers.sql.reader import SqlOptions, read, read_text
from tests.parity.diff import differences
from tests.parity.dumps import dump, find_pg_dump
from tests.postgres import Server

HERE = Path(__file__).parent
EXAMPLE = HERE.parents[1] / "examples" / "imo_creator" / "migrations"
PG_DUMP = find_pg_dump(18)
OPTIONS = SqlOptions(base=Path(), pg_version=18)

pytestmark = pytest.mark.skipif(PG_DUMP is None, reason="no pg_dump of the server's version")


def scripts(name: str) -> Sequence[str]:
    if name == "example":
        return [path.read_text() for path in sorted(EXAMPLE.glob("*.sql"))]
    return [(HERE / "rich_schema.sql").read_text()]


@pytest.mark.parametrize(
    "options", [(), ("--no-owner", "--no-privileges"), ("--clean", "--if-exists")]
)
@pytest.mark.parametrize("name", ["example", "rich"])
def test_the_fold_of_a_dump_is_the_database(
    server: Server, name: str, options: tuple[str, ...]
) -> None:
    assert PG_DUMP is not None
    database = server.create_database()
    try:
        with server.connect(database) as connection:
            for script in scripts(name):
                connection.execute(script.encode())
            text = dump(PG_DUMP, server.dsn(database), *options)
            live = inspect(connection)
    finally:
        server.drop_database(database)
    folded = read_text(text, "structure.sql", OPTIONS)
    left_out = {"grant"} if "--no-privileges" in options else set()
    found = [one for one in differences(folded.schema, live) if one.kind not in left_out]
    assert [str(mismatch) for mismatch in found] == []
    assert folded.history.mishaps == ()
    unread = {Outcome.NOT_UNDERSTOOD, Outcome.SYNTAX_ERROR}
    (file,) = folded.history.files
    assert [(s.why, s.location.line) for s in file.statements if s.outcome in unread] == []
    assert (file.dump, folded.history.from_nothing) == (True, True)


@pytest.mark.parametrize("count", [1, 3, 5])
def test_a_history_that_starts_from_a_dump_ends_where_the_whole_history_does(
    server: Server, count: int, tmp_path: Path
) -> None:
    assert PG_DUMP is not None
    files = sorted(EXAMPLE.glob("*.sql"))
    (tmp_path / "migrations").mkdir()
    for file in files:
        (tmp_path / "migrations" / file.name).write_bytes(file.read_bytes())
    database = server.create_database()
    try:
        with server.connect(database) as connection:
            for file in files[:count]:
                connection.execute(file.read_bytes())
            (tmp_path / "structure.sql").write_text(dump(PG_DUMP, server.dsn(database)))
            for file in files[count:]:
                connection.execute(file.read_bytes())
            live = inspect(connection)
    finally:
        server.drop_database(database)
    last = files[count - 1].stem
    history = ConfiguredHistory("app", "migrations", dump="structure.sql", dump_version=last)
    options = SqlOptions(base=tmp_path, pg_version=18, histories=(history,))
    result = read([tmp_path / "migrations"], options)
    (folded,) = result.folded
    assert [str(mismatch) for mismatch in differences(folded.schema, live)] == []
    assert folded.history.mishaps == ()
    assert result.skipped == tuple(
        (f"migrations/{file.name}", "contained in structure.sql") for file in files[:count]
    )

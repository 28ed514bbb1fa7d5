"""A history that nobody wrote: what the benchmarks read. The same on every run."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

_NOUNS = (
    "order", "customer", "invoice", "shipment", "product", "payment", "contract", "employee",
    "warehouse", "supplier", "ticket", "visit", "report", "campaign", "device", "message",
)  # fmt: skip
_PLACES = ("main", "draft", "archive", "intake", "audit", "queue", "local", "shared")


def history(folder: Path, files: int) -> int:
    """Writes so many files; the bytes that they hold."""
    folder.mkdir(parents=True, exist_ok=True)
    size = 0
    for number, (title, text) in enumerate(itertools.islice(_files(), files), 1):
        if number % 40 == 0:
            text = text.replace("\n", "\r\n")
        data = text.encode()
        (folder / f"{number:04}_{title}.sql").write_bytes(data)
        size += len(data)
    return size


def without_ids(folder: Path, tables: int) -> None:
    """Writes tables without an id: at least one finding each."""
    folder.mkdir(parents=True, exist_ok=True)
    each = 100
    for number in range(tables // each):
        text = "\n".join(
            f"CREATE TABLE bare_{number}_{i} (\n    title text NOT NULL\n);" for i in range(each)
        )
        (folder / f"{number + 1:04}_bare.sql").write_text(text + "\n", encoding="utf-8")


def one_file(path: Path) -> None:
    """Writes a file that makes one table, as a history of its own."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_create("orders", 0), encoding="utf-8")


def _files() -> Iterator[tuple[str, str]]:
    """Titles and texts without end: the registry of ids, then tables, each made and changed by
    the files after it."""
    yield "create_registry", _REGISTRY
    for number in itertools.count():
        noun = _NOUNS[number % len(_NOUNS)]
        place = _PLACES[number // len(_NOUNS) % len(_PLACES)]
        table = f"{place}_{noun}_{number}"
        yield f"create_{table}", _create(table, number)
        for title, write in _LATER[number % 2 :: 2]:
            yield f"{title}_{table}", write(table, number)


_REGISTRY = """\
CREATE TABLE ids (
    unique_id varchar(255) PRIMARY KEY,
    process_id varchar(255) NOT NULL,
    entity_type text NOT NULL,
    entity_id text NOT NULL
);
COMMENT ON TABLE ids IS 'Every id that was ever given.';
"""


def _create(table: str, number: int) -> str:
    # One table in ten lacks an id that the standard demands.
    ids = "" if number % 10 == 8 else "    unique_id varchar(255) NOT NULL UNIQUE,\n"
    parent = index = ""
    if number:
        parent = f"    parent_id bigint REFERENCES {_previous(number)} (id),\n"
        index = f"CREATE INDEX {table}_parent_idx ON {table} (parent_id);\n"
    return f"""\
-- Holds every {table} that was ever filed: nothing is deleted from it.
CREATE TABLE IF NOT EXISTS {table} (
    id bigserial PRIMARY KEY,
{ids}    process_id varchar(255) NOT NULL,
{parent}    title text NOT NULL DEFAULT 'untitled',
    status varchar(32) NOT NULL DEFAULT 'open',
    amount numeric(12, 2) DEFAULT 0.00,
    attributes jsonb NOT NULL DEFAULT '{{}}'::jsonb,
    is_active boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT {table}_amount_check CHECK (amount >= 0 AND amount < 1000000),
    CONSTRAINT {table}_status_check CHECK (status IN ('open', 'closed', 'void'))
);

CREATE INDEX {table}_process_idx ON {table} (process_id);
{index}CREATE INDEX {table}_created_idx ON {table} (created_at DESC, status);
CREATE UNIQUE INDEX {table}_title_key ON {table} (lower(title)) WHERE is_active;

COMMENT ON TABLE {table} IS 'Every {table}, as it was filed.';
COMMENT ON COLUMN {table}.amount IS 'In euro (€), without tax; größer als null.';
"""


def _previous(number: int) -> str:
    before = number - 1
    place = _PLACES[before // len(_NOUNS) % len(_PLACES)]
    return f"{place}_{_NOUNS[before % len(_NOUNS)]}_{before}"


def _columns(table: str, number: int) -> str:
    return f"""\
BEGIN;
ALTER TABLE {table}
    ADD COLUMN due_on date,
    ADD COLUMN rating smallint DEFAULT 3 CHECK (rating BETWEEN 1 AND 5),
    ALTER COLUMN title TYPE varchar(200) USING left(title, 200),
    ALTER COLUMN status SET NOT NULL;
ALTER TABLE {table} RENAME COLUMN attributes TO details;
COMMIT;
"""


def _constraints(table: str, number: int) -> str:
    return f"""\
ALTER TABLE {table} ADD COLUMN owner_name text;
ALTER TABLE {table} ADD CONSTRAINT {table}_owner_check CHECK (length(owner_name) > 1) NOT VALID;
ALTER TABLE {table} VALIDATE CONSTRAINT {table}_owner_check;
ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {table}_amount_check;
DROP INDEX IF EXISTS {table}_created_idx;
"""


def _enum(table: str, number: int) -> str:
    return f"""\
CREATE TYPE {table}_kind AS ENUM ('plain', 'urgent', 'very late');
ALTER TYPE {table}_kind ADD VALUE IF NOT EXISTS 'lost';
ALTER TABLE {table} ADD COLUMN kind {table}_kind NOT NULL DEFAULT 'plain';
"""


def _function(table: str, number: int) -> str:
    return f"""\
CREATE OR REPLACE FUNCTION {table}_touch() RETURNS trigger AS $$
BEGIN
    NEW.updated_at := now();
    RETURN NEW;
END;
$$ LANGUAGE plpgsql;

CREATE TRIGGER {table}_touch BEFORE UPDATE ON {table}
    FOR EACH ROW EXECUTE FUNCTION {table}_touch();
"""


def _block(table: str, number: int) -> str:
    return f"""\
DO $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_class WHERE relname = '{table}_notes') THEN
        CREATE TABLE {table}_notes (
            id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
            unique_id varchar(255) NOT NULL UNIQUE,
            note text
        );
    END IF;
END
$$;
"""


def _rows(table: str, number: int) -> str:
    lines = ",\n".join(
        f"    ('{_unique_id(number, row)}', 'shq.03.imo.V1.20251023.ingest', "
        f"'Zeile {row}: it''s fine', {row}.50)"
        for row in range(12)
    )
    return f"""\
/* Rows that every installation starts with. */
INSERT INTO {table} (unique_id, process_id, title, amount) VALUES
{lines}
ON CONFLICT DO NOTHING;
UPDATE {table} SET status = 'closed' WHERE amount > 10;
"""


def _unique_id(number: int, row: int) -> str:
    # One file in twenty writes ids that are none.
    random = f"{number * 1000 + row:016x}"
    return random if number % 20 == 19 else f"shq-03-imo-1729680000-{random}"


def _view(table: str, number: int) -> str:
    return f"""\
CREATE VIEW {table}_open AS
    SELECT t.id, t.title, count(*) OVER (PARTITION BY t.status) AS peers
    FROM {table} AS t
    WHERE t.is_active AND t.status <> 'void'
    ORDER BY t.created_at DESC;
GRANT SELECT ON {table}_open TO PUBLIC;
"""


def _log(table: str, number: int) -> str:
    # One in five has its index where PostgreSQL takes none.
    inline = f",\n    INDEX {table}_log_idx (at)" if number % 5 == 0 else ""
    return f"""\
CREATE TABLE {table}_log (
    id bigint PRIMARY KEY,
    unique_id varchar(255) NOT NULL UNIQUE,
    process_id varchar(255) NOT NULL,
    at timestamptz{inline}
);
COMMENT ON TABLE {table}_log IS 'What happened to {table}.';
CREATE DOMAIN {table}_size AS integer CHECK (VALUE > 0);
ALTER TABLE {table} ADD COLUMN "größe" {table}_size;
ALTER TABLE {table} DROP COLUMN "größe";
"""


_LATER: tuple[tuple[str, Callable[[str, int], str]], ...] = (
    ("widen", _columns),
    ("constrain", _constraints),
    ("classify", _enum),
    ("fill", _rows),
    ("touch", _function),
    ("annotate", _block),
    ("show", _view),
    ("log", _log),
)

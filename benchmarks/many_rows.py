"""A table of many rows with a few faulty ones of each kind, and a registry of their ids; what to
ask of them, as checks and as one would write it by hand."""

from __future__ import annotations

import datetime

from ctb_lint.formats import compile_template
from ctb_lint.model import QualifiedName
from ctb_lint.rows import (
    All,
    Before,
    Earlier,
    Empty,
    InRange,
    Later,
    Matches,
    Missing,
    Not,
    OneOf,
    Predicate,
    Reference,
)
from ctb_lint.standard import DEFAULT_FORMATS
from tests.postgres import Connection, Server

ORDERS = QualifiedName("public", "orders")
IDS = QualifiedName("public", "ids")

_UNIQUE_ID, _PROCESS_ID = (
    compile_template(DEFAULT_FORMATS[name][0]).postgres_pattern
    for name in ("unique_id", "process_id")
)
_HASH = "^[0-9a-f]{32}$"
_EARLY = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)
_LATE = datetime.datetime(2100, 1, 1, tzinfo=datetime.UTC)
_OLD = datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC)

FILTERS = (
    Predicate(ORDERS, Not(Matches("unique_id", (_UNIQUE_ID,)))),
    Predicate(ORDERS, Not(Matches("process_id", (_PROCESS_ID,)))),
    Predicate(ORDERS, Not(OneOf("status", ("open", "paid", "sent")))),
    Predicate(ORDERS, Missing("process_id")),
    Predicate(ORDERS, Empty("note")),
    Predicate(ORDERS, Not(InRange("orbt_layer", 1, 4))),
    Predicate(ORDERS, Later("created_at", _LATE)),
    Predicate(ORDERS, Before("updated_at", "created_at")),
    Predicate(ORDERS, All((OneOf("status", ("sent",)), Earlier("created_at", _OLD)))),
    Predicate(ORDERS, Not(Matches("version_hash", (_HASH,)))),
)
"""Ten questions that rules ask."""

FILTERS_BY_HAND = f"""
SELECT count(*),
    count(*) FILTER (WHERE unique_id !~ '{_UNIQUE_ID}'),
    count(*) FILTER (WHERE process_id !~ '{_PROCESS_ID}'),
    count(*) FILTER (WHERE status NOT IN ('open', 'paid', 'sent')),
    count(*) FILTER (WHERE process_id IS NULL),
    count(*) FILTER (WHERE btrim(note) = ''),
    count(*) FILTER (WHERE orbt_layer NOT BETWEEN 1 AND 4),
    count(*) FILTER (WHERE created_at > '2100-01-01+00'),
    count(*) FILTER (WHERE updated_at < created_at),
    count(*) FILTER (WHERE status = 'sent' AND created_at < '2024-01-01+00'),
    count(*) FILTER (WHERE version_hash !~ '{_HASH}')
FROM orders
"""

REGISTRATION = Reference(ORDERS, "unique_id", IDS, "unique_id")

_MISSING = """
SELECT count(*) FROM orders o
WHERE o.unique_id IS NOT NULL
    AND NOT EXISTS (SELECT FROM ids r WHERE r.unique_id = o.unique_id)
"""
_UNMATCHED = """
SELECT count(*) FROM orders o LEFT JOIN ids r ON r.unique_id = o.unique_id
WHERE o.unique_id IS NOT NULL AND r.unique_id IS NULL
"""
REGISTRATION_BY_HAND = {
    "anti join": ("", _MISSING),
    "anti join, 1 GB": ("SET LOCAL work_mem = '1GB'", _MISSING),
    "merge join": ("SET LOCAL enable_hashjoin = off", _MISSING),
    "outer join, 256 MB": ("SET LOCAL work_mem = '256MB'", _UNMATCHED),
}
"""Settings and a query, by name."""

_MAKE = """
CREATE UNLOGGED TABLE orders AS
SELECT g::bigint AS id,
    CASE WHEN g % 50000 = 1 THEN 'order-' || g
        ELSE 'shq-03-imo-' || (1729680000 + g) || '-' || left(md5(g::text), 16) END AS unique_id,
    CASE WHEN g % 50000 = 2 THEN 'shq.ingest'
        WHEN g % 50000 = 3 THEN NULL
        ELSE 'shq.03.imo.V1.20251023.ingest' END AS process_id,
    CASE WHEN g % 50000 = 4 THEN 'lost'
        WHEN g % 50000 = 9 THEN 'sent'
        ELSE (ARRAY['open', 'paid', 'sent'])[1 + g % 3] END AS status,
    CASE WHEN g % 50000 = 5 THEN '  ' ELSE 'note ' || g END AS note,
    CASE WHEN g % 50000 = 6 THEN 7 ELSE 1 + g % 4 END AS orbt_layer,
    timestamptz '2025-01-01+00'
        + CASE WHEN g % 50000 = 7 THEN interval '100 years'
            WHEN g % 50000 = 9 THEN interval '-5 years'
            ELSE interval '0' END AS created_at,
    timestamptz '2025-01-01+00'
        + CASE WHEN g % 50000 = 7 THEN interval '101 years'
            WHEN g % 50000 = 8 THEN interval '-1 second'
            ELSE interval '1 hour' END AS updated_at,
    CASE WHEN g % 50000 = 10 THEN 'none' ELSE md5(g::text) END AS version_hash
FROM generate_series(1, {rows}) AS g;
ALTER TABLE orders ADD PRIMARY KEY (id);
CREATE INDEX ON orders (unique_id);
CREATE UNLOGGED TABLE ids AS
SELECT gen_random_uuid() AS id, unique_id, process_id, 'order' AS entity_type,
    id::text AS entity_id
FROM orders WHERE id % 50000 <> 11;
ALTER TABLE ids ADD UNIQUE (unique_id);
"""


def make(connection: Connection, rows: int) -> None:
    """Makes so many rows, and their registry. Of 50,000 rows one is at fault by each filter, and
    one is not registered; autovacuum has been here."""
    connection.execute(_MAKE.format(rows=rows).encode())
    for name in (ORDERS, IDS):
        connection.execute(f"VACUUM ANALYZE {name}".encode())


def roomy_server() -> Server:
    """A server with memory as a small one has."""
    return Server("shared_buffers=256MB", "maintenance_work_mem=256MB", "max_wal_size=8GB")

"""The owner's catalogue, read whole."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from ctb_lint.catalogue import SECTION_TITLES, StatisticKind
from ctb_lint.demands import Stage
from ctb_lint.readers.catalogue.reader import CatalogueOptions, CatalogueRead, read_catalogue

SEED = Path(__file__).parents[4] / "shared" / "seed"

pytestmark = pytest.mark.skipif(not SEED.is_dir(), reason="the catalogue is not here")

TABLES = (
    "shq_master_error_log", "ids", "users", "blueprints", "ssot_registry", "composio_logs",
    "schema_migrations",
)  # fmt: skip
COLUMNS = {
    "shq_master_error_log": 16, "ids": 12, "users": 12, "blueprints": 14, "ssot_registry": 9,
    "composio_logs": 12, "schema_migrations": 2,
}  # fmt: skip


@pytest.fixture(scope="module")
def read() -> CatalogueRead:
    return read_catalogue(sorted(SEED.glob("*.txt")), CatalogueOptions(base=SEED))


def test_nothing_in_it_is_unreadable(read: CatalogueRead) -> None:
    assert (read.failures, read.catalogue.troubles) == ((), ())


def test_its_seven_entries_have_their_ids_and_stages(read: CatalogueRead) -> None:
    found = [
        (
            entry.number,
            entry.name,
            entry.header.barton_id and entry.header.barton_id.text,
            entry.header.heir_id and entry.header.heir_id.text,
            entry.stage,
        )
        for entry in read.catalogue.entries
    ]
    active, planned = Stage.ACTIVE, Stage.PLANNED
    assert found == [
        (1, TABLES[0], "BID-DATA-001", "HEIR-2025-08-SHQ-ERROR-01", active),
        (2, TABLES[1], "BID-DATA-002", "HEIR-2025-08-SHQ-IDS-01", active),
        (3, TABLES[2], "BID-DATA-003", "HEIR-2025-10-SHQ-USERS-01", planned),
        (4, TABLES[3], "BID-DATA-004", "HEIR-2025-10-SHQ-BLUEPRINTS-01", planned),
        (5, TABLES[4], "BID-DATA-005", "HEIR-2025-10-SHQ-SSOT-01", planned),
        (6, TABLES[5], "BID-DATA-006", "HEIR-2025-10-SHQ-COMPOSIO-01", planned),
        (7, TABLES[6], "BID-DATA-999", None, Stage.BUILT_IN),
    ]


def test_twenty_two_of_forty_nine_sections_are_missing(read: CatalogueRead) -> None:
    missing = {entry.name: "".join(entry.missing) for entry in read.catalogue.entries}
    assert missing == {
        "shq_master_error_log": "", "ids": "", "users": "TAMD", "blueprints": "TAMD",
        "ssot_registry": "TAMED", "composio_logs": "TAMD", "schema_migrations": "TAMED",
    }  # fmt: skip
    assert sum(len(letters) for letters in missing.values()) == 22
    assert len(missing) * len(SECTION_TITLES) == 49


def test_dates_of_the_headers_are_understood(read: CatalogueRead) -> None:
    first, third = read.catalogue.entries[0].header, read.catalogue.entries[2].header
    assert first.created
    assert first.created.first == datetime.date(2025, 8, 19)
    assert third.target is not None
    quarter = (datetime.date(2025, 10, 1), datetime.date(2025, 12, 31))
    assert (third.target.first, third.target.last) == quarter
    assert third.created is None


def test_the_index_names_each_table_with_its_file(read: CatalogueRead) -> None:
    found = [
        (row.name.text, row.stage, row.migration and row.migration.text, row.at.line)
        for row in read.catalogue.index
    ]
    assert found == [
        (TABLES[0], Stage.ACTIVE, "2025-08-19_create_shq_master_error_log.sql", 88),
        (TABLES[1], Stage.ACTIVE, "2025-08-19_ids.sql", 89),
        (TABLES[2], Stage.PLANNED, "001_create_users.sql", 90),
        (TABLES[3], Stage.PLANNED, "002_create_blueprints.sql", 91),
        (TABLES[4], Stage.PLANNED, "003_create_ssot_registry.sql", 92),
        (TABLES[5], Stage.PLANNED, "004_create_composio_logs.sql", 93),
        (TABLES[6], Stage.ACTIVE, "Built-in", 94),
    ]


def test_the_statistics_are_numbers(read: CatalogueRead) -> None:
    found = [(one.kind, one.number, one.percent, one.at.line) for one in read.catalogue.statistics]
    assert found == [
        (StatisticKind.TOTAL, 7, None, 605),
        (StatisticKind.ACTIVE, 3, None, 606),
        (StatisticKind.PLANNED, 4, None, 607),
        (StatisticKind.HEIR, 7, 100, 608),
        (StatisticKind.INDEXES, 7, 100, 609),
        (StatisticKind.JSONB, 6, 85, 610),
        (StatisticKind.AVERAGE_COLUMNS, 12, None, 611),
    ]


def test_the_diagram_has_nine_edges_between_six_entities(read: CatalogueRead) -> None:
    (diagram,) = read.catalogue.diagrams
    assert [(edge.left, edge.right, edge.label, edge.at.line) for edge in diagram.edges] == [
        ("USERS", "BLUEPRINTS", "owns", 621),
        ("USERS", "SSOT_REGISTRY", "creates", 622),
        ("USERS", "SHQ_MASTER_ERROR_LOG", "generates", 623),
        ("IDS", "USERS", "tracks", 625),
        ("IDS", "BLUEPRINTS", "tracks", 626),
        ("IDS", "SSOT_REGISTRY", "tracks", 627),
        ("IDS", "COMPOSIO_LOGS", "tracks", 628),
        ("BLUEPRINTS", "SSOT_REGISTRY", "contains", 630),
        ("COMPOSIO_LOGS", "SHQ_MASTER_ERROR_LOG", "logs_errors", 631),
    ]
    attributes = {
        entity.name: [" ".join((a.type, a.name, *a.keys)) for a in entity.attributes]
        for entity in diagram.entities
    }
    assert attributes == {
        "USERS": ["uuid id PK", "varchar email UK", "varchar unique_id UK", "varchar role"],
        "IDS": [
            "uuid id PK", "varchar unique_id UK", "varchar process_id", "varchar entity_type",
        ],
        "BLUEPRINTS": ["uuid id PK", "varchar slug UK", "varchar unique_id UK", "jsonb manifest"],
        "SSOT_REGISTRY": ["uuid id PK", "varchar unique_id UK", "jsonb ssot"],
        "SHQ_MASTER_ERROR_LOG": [
            "uuid id PK", "varchar error_code", "varchar unique_id", "varchar process_id",
        ],
        "COMPOSIO_LOGS": [
            "uuid id PK", "varchar tool_name", "varchar unique_id", "varchar process_id",
        ],
    }  # fmt: skip


def test_layers_and_demands_on_all_tables(read: CatalogueRead) -> None:
    layers = {one.number: [table.text for table in one.tables] for one in read.catalogue.layers}
    assert layers == {
        1: ["users", "blueprints"], 2: ["ssot_registry"], 3: ["shq_master_error_log"], 4: ["ids"],
    }  # fmt: skip
    assert [one.at.line for one in read.catalogue.required] == [736, 737, 738, 739]


def test_connections_and_footer(read: CatalogueRead) -> None:
    first = read.catalogue.connections[0]
    assert (
        first.name,
        [one.text for one in first.variables],
        [one.text for one in first.urls],
    ) == (
        "Neon PostgreSQL",
        ["DATABASE_URL", "NEON_DATABASE_URL"],
        ["postgresql://user:password@host:5432/dbname"],
    )
    footer = read.catalogue.footer
    assert footer.review_schedule
    assert footer.review_schedule.text == "Monthly"
    assert footer.next_review
    assert footer.next_review.first == datetime.date(2025, 11, 23)
    assert footer.next_review.at.line == 781
    assert [(one.kind, one.number) for one in footer.totals] == [
        (StatisticKind.TOTAL, 7), (StatisticKind.ACTIVE, 3), (StatisticKind.PLANNED, 4),
    ]  # fmt: skip


def test_the_declared_schema_has_each_table_at_its_line(read: CatalogueRead) -> None:
    found = {name.name: len(table.columns) for name, table in read.schema.tables.items()}
    assert found == COLUMNS
    lines = {
        name.name: table.location.line if table.location else None
        for name, table in read.schema.tables.items()
    }
    assert lines == dict(zip(TABLES, (111, 254, 387, 441, 495, 537, 584), strict=True))
    indexes = [index for _, index in read.schema.indexes()]
    assert len(indexes) == 29
    assert not any(index.inline for index in indexes)  # declared like any other
    assert sum(index.name == "idx_unique_id" for index in indexes) == 6
    text = next(iter(read.texts.values()))
    for table in read.schema.tables.values():
        for column in table.columns:
            assert column.location
            assert text[column.location.start : column.location.end].startswith(column.name)


def test_columns_lists_say_types_values_and_bounds(read: CatalogueRead) -> None:
    first, second = (
        {column.name.text: column for column in entry.columns}
        for entry in read.catalogue.entries[:2]
    )
    assert (len(first), len(second)) == (16, 12)
    assert first["severity"].values == ("critical", "error", "warning", "info")
    assert (first["orbt_layer"].bounds, second["orbt_layer"].bounds) == ((1, 4), (1, 4))
    assert second["entity_type"].values is None
    assert [name for name, column in second.items() if column.unique] == ["unique_id"]
    types = {column.data_type and column.data_type.name for column in first.values()}
    assert types == {
        "uuid", "character varying", "text", "jsonb", "integer", "timestamp without time zone",
    }  # fmt: skip


def test_every_mis_decoded_span_is_known_and_repaired(read: CatalogueRead) -> None:
    spans = read.catalogue.mis_decoded
    assert [one.repaired for one in spans] == [
        "🗄️", "📋", "📊", "🔍", "→", "📈", "🔗", "🚀", "├──", "├──", "└──", "🔒",
        "✅", "✅", "✅", "✅", "📚", "🔄",
    ]  # fmt: skip
    text = next(iter(read.texts.values()))
    for one in spans:
        written = text[one.at.start : one.at.end]
        assert written.encode("mac_roman").decode() == one.repaired

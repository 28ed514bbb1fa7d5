"""Catalogues that other people would write: the same things said in other ways."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from ctb_lint.catalogue import Catalogue, StatisticKind
from ctb_lint.demands import Stage
from ctb_lint.diagram import Cardinality
from ctb_lint.model import QualifiedName
from ctb_lint.readers.catalogue.reader import CatalogueOptions, CatalogueRead, read_catalogue

STYLES = Path(__file__).parent / "styles"


@pytest.fixture(scope="module")
def warehouse() -> CatalogueRead:
    """Setext headings, labels for sections, tables without outer pipes, other words."""
    return read_catalogue([Path("warehouse.md")], CatalogueOptions(base=STYLES))


@pytest.fixture(scope="module")
def clinic() -> CatalogueRead:
    """Two files, a heading of the first level for each table, plain lines for fields."""
    files = [Path("clinic/overview.md"), Path("clinic/tables.md")]
    return read_catalogue(files, CatalogueOptions(base=STYLES))


def summary(catalogue: Catalogue) -> list[tuple[str, int | None, str, Stage, str]]:
    return [
        (
            str(entry.table),
            entry.number,
            entry.header.barton_id.text if entry.header.barton_id else "",
            entry.stage,
            "".join(section.letter for section in entry.sections),
        )
        for entry in catalogue.entries
    ]


def said(catalogue: Catalogue, entry: int) -> list[tuple[str | None, str | None, str]]:
    return [(one.section, one.group, one.text) for one in catalogue.entries[entry].sentences]


def columns(catalogue: Catalogue, entry: int) -> list[tuple[object, ...]]:
    return [
        (
            one.name.text,
            one.data_type.canonical if one.data_type else None,
            one.values,
            one.bounds,
            "".join(
                letter
                for letter, true in zip("UPN", (one.unique, one.primary, one.not_null), strict=True)
                if true
            ),
            one.name.at.line,
            one.name.at.column,
        )
        for one in catalogue.entries[entry].columns
    ]


def test_entries_of_the_warehouse(warehouse: CatalogueRead) -> None:
    assert summary(warehouse.catalogue) == [
        ("wms.bin", 1, "BID-WMS-001", Stage.ACTIVE, "SAP"),
        ("wms.pick", 2, "BID-WMS-002", Stage.BUILT_IN, "SMD"),
    ]
    first = warehouse.catalogue.entries[0].header
    assert first.created
    january = (datetime.date(2026, 1, 1), datetime.date(2026, 1, 31))
    assert (first.created.first, first.created.last) == january
    assert (first.author and first.author.text) == "Data team"


def test_columns_of_the_warehouse_stand_in_a_table_and_in_a_list(warehouse: CatalogueRead) -> None:
    assert columns(warehouse.catalogue, 0) == [
        ("id", "bigint", None, None, "PN", 39, 12),
        ("unique_id", "text", None, None, "UN", 40, 11),
        ("kind", "bin_kind", ("shelf", "floor", "cold"), None, "N", 41, 14),
    ]
    assert columns(warehouse.catalogue, 1) == [
        ("id", "bigint", None, None, "P", 67, 3),
        ("bin_id", "bigint", None, (1, 9), "N", 68, 5),
        ("weight", "numeric(8,2)", None, None, "", 69, 4),
    ]


def test_sentences_of_the_warehouse_know_what_they_stand_below(warehouse: CatalogueRead) -> None:
    assert said(warehouse.catalogue, 0)[3:] == [
        ("A", None, "Read: everyone"),
        ("A", None, "Write: `wms_app`"),
        ("A", "Write", "only through the API"),
        ("P", None, "knows every place that can hold goods"),
    ]


def test_index_of_the_warehouse_has_its_columns_in_another_order(warehouse: CatalogueRead) -> None:
    found = [
        (
            row.name.text,
            row.barton_id and row.barton_id.text,
            row.stage,
            row.migration and row.migration.text,
            row.purpose and row.purpose.text,
        )
        for row in warehouse.catalogue.index
    ]
    assert found == [
        ("wms.bin", "BID-WMS-001", Stage.ACTIVE, "V1__bins.sql", "Where goods lie"),
        ("wms.pick", "BID-WMS-002", Stage.ACTIVE, "V2__picks.sql", "What is fetched | by whom"),
        ("wms.robot", "BID-WMS-003", Stage.PLANNED, None, "Machines"),
    ]


def test_figures_layers_and_demands_of_the_warehouse(warehouse: CatalogueRead) -> None:
    catalogue = warehouse.catalogue
    assert [(one.kind, one.number, one.percent) for one in catalogue.statistics] == [
        (StatisticKind.TOTAL, 3, None),
        (StatisticKind.ACTIVE, 2, 66),
        (StatisticKind.AVERAGE_COLUMNS, 3.5, None),
    ]
    assert [(one.number, one.name, [t.text for t in one.tables]) for one in catalogue.layers] == [
        (1, "1 Input", ["wms.bin"]),
        (3, "Output", ["wms.pick", "wms.robot"]),
    ]
    assert [one.text for one in catalogue.required] == ["a `unique_id`", "a `process_id`"]
    assert catalogue.footer.next_review
    assert catalogue.footer.next_review.first == datetime.date(2026, 9, 30)
    assert catalogue.footer.updated
    assert catalogue.footer.updated.first == datetime.date(2026, 3, 3)


def test_diagram_of_the_warehouse_is_read_but_for_its_broken_line(
    warehouse: CatalogueRead,
) -> None:
    (diagram,) = warehouse.catalogue.diagrams
    assert [(one.name, one.alias) for one in diagram.entities] == [
        ("BIN", "Storage place"), ("PICK", None), ("robot arm", None),
    ]  # fmt: skip
    assert [(a.type, a.name, a.keys, a.comment) for a in diagram.entities[0].attributes] == [
        ("bigint", "id", ("PK", "FK"), "its number"),
        ("text", "unique_id", ("UK",), None),
    ]
    one, many = Cardinality.EXACTLY_ONE, Cardinality.ZERO_OR_MORE
    assert [
        (e.left, e.left_cardinality, e.right, e.right_cardinality, e.identifying, e.label)
        for e in diagram.edges
    ] == [
        ("BIN", one, "PICK", many, False, "is emptied by"),
        ("PICK", Cardinality.ONE_OR_MORE, "robot arm", Cardinality.ZERO_OR_ONE, False, "moved"),
    ]
    assert [(one.message, one.at.line) for one in warehouse.catalogue.troubles] == [
        ("`PICK }--{ BIN` is no entity and no relationship of an ER diagram", 107)
    ]


def test_schema_of_the_warehouse(warehouse: CatalogueRead) -> None:
    tables = warehouse.schema.tables
    assert sorted(map(str, tables)) == ["wms.bin", "wms.pick"]
    kinds = tables[QualifiedName("wms", "bin")].column("kind")
    assert kinds
    assert kinds.type.canonical == "wms.bin_kind"
    (foreign,) = [c for c in tables[QualifiedName("wms", "pick")].constraints if c.references]
    assert (foreign.columns, foreign.referenced_columns) == (("bin_id",), ("id",))
    assert warehouse.schema.knowledge.facts == {
        "tables", "columns", "constraints", "indexes", "enums", "trigger bodies",
    }  # fmt: skip


def test_entries_of_the_clinic(clinic: CatalogueRead) -> None:
    assert clinic.catalogue.paths == ("clinic/overview.md", "clinic/tables.md")
    assert summary(clinic.catalogue) == [
        ("public.patient", None, "BID-MED-010", Stage.ACTIVE, "SAE"),
        ("public.visit", None, "BID-MED-011", Stage.PLANNED, "SP"),
    ]
    header = clinic.catalogue.entries[0].header
    assert header.created
    assert header.created.first == datetime.date(2025, 12, 31)
    assert header.modified
    assert header.modified.first == datetime.date(2026, 2, 1)
    assert clinic.catalogue.entries[1].header.stage is Stage.UNKNOWN


def test_sentences_of_the_clinic(clinic: CatalogueRead) -> None:
    assert said(clinic.catalogue, 0) == [
        ("S", "Fields", "`id`: uuid"),
        ("S", "Fields", '`blood`: varchar – must be one of "A", "B", "AB", "0"'),
        ("A", None, "Read access: doctors, nurses"),
        ("A", None, "Row-level security: yes"),
        ("E", None, '`blood` must be one of: "A", "B", "AB", "0"'),
        ("E", "Retention", "closed files: 10 years"),
        ("E", "Retention", "drafts: 30 days"),
    ]
    assert columns(clinic.catalogue, 0) == [
        ("id", "uuid", None, None, "", 23, 5),
        ("blood", "character varying", ("A", "B", "AB", "0"), None, "", 24, 5),
    ]


def test_index_of_the_clinic_has_no_headings(clinic: CatalogueRead) -> None:
    found = [
        (row.number and row.number.text, row.name.text, row.stage, row.at.line)
        for row in clinic.catalogue.index
    ]
    assert found == [("1", "patient", Stage.ACTIVE, 15), ("2", "visit", Stage.PLANNED, 16)]


def test_sql_of_the_clinic_that_cannot_be_read_costs_its_table_only(clinic: CatalogueRead) -> None:
    visit = QualifiedName("public", "visit")
    assert [str(name) for name in clinic.schema.tables] == ["public.patient"]
    (trouble,) = clinic.catalogue.troubles
    assert (trouble.message, trouble.at.path, trouble.at.line, trouble.entry) == (
        'the SQL of visit cannot be read: syntax error at or near ")"', "clinic/tables.md", 50,
        "visit",
    )  # fmt: skip
    why = "the statement at clinic/tables.md:50 could not be read"
    assert clinic.schema.knowledge.unknown == ((visit, "*", why),)


def test_links_and_connection_of_the_clinic(clinic: CatalogueRead) -> None:
    assert [(one.text, one.target.text, one.target.at.line) for one in clinic.catalogue.links] == [
        ("the tables", "tables.md", 18),
        ("https://example.org/doctrine", "https://example.org/doctrine", 18),
    ]
    (connection,) = clinic.catalogue.connections
    assert [one.text for one in connection.variables] == ["CLINIC_DATABASE_URL"]
    assert [one.text for one in connection.urls] == [
        "postgres://user:password@db.example/clinic?sslmode=require"
    ]

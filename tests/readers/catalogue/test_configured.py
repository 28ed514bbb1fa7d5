"""A catalogue in another language, read by the words that its configuration gives."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from ctb_lint.catalogue import Catalogue, StatisticKind
from ctb_lint.cli.request import Request
from ctb_lint.cli.run import check
from ctb_lint.config import load
from ctb_lint.demands import Stage
from ctb_lint.readers.catalogue.reader import CatalogueOptions, read_catalogue

STYLE = Path(__file__).parent / "styles" / "werkstatt"


def read(config: Path | None) -> Catalogue:
    options = CatalogueOptions(base=STYLE, headings=load(config).headings)
    found = read_catalogue([Path("tabellen.md")], options)
    assert found.failures == ()
    return found.catalogue


def as_project(folder: Path) -> Path:
    """The same configuration below ``[tool.ctb-lint]``."""
    text = (STYLE / "ctb-lint.toml").read_text(encoding="utf-8")
    file = folder / "pyproject.toml"
    text = text.replace("[catalogue", "[tool.ctb-lint.catalogue")
    file.write_text(f"[tool.ctb-lint]\n{text}", encoding="utf-8")
    return file


def test_both_files_of_configuration_say_the_same(tmp_path: Path) -> None:
    assert load(as_project(tmp_path)).settings == load(STYLE / "ctb-lint.toml").settings


def test_it_is_read_in_full() -> None:
    catalogue = read(STYLE / "ctb-lint.toml")
    assert catalogue.troubles == ()
    kunden, auftraege = catalogue.entries
    header = kunden.header
    assert [kunden.name, kunden.number, kunden.stage, kunden.missing] == [
        "kunden", 1, Stage.ACTIVE, (),
    ]  # fmt: skip
    assert [one and one.text for one in (header.barton_id, header.heir_id, header.author)] == [
        "BID-WERK-001", "HEIR-2026-01-SHQ-KUNDEN-01", "Werkstatt",
    ]  # fmt: skip
    assert header.created
    assert header.modified
    assert (header.created.first, header.modified.first) == (date(2026, 1, 5), date(2026, 2, 1))
    assert [(one.name.text, one.values) for one in kunden.columns] == [
        ("id", None), ("unique_id", None), ("art", ("privat", "gewerblich")),
    ]  # fmt: skip
    assert [auftraege.name, auftraege.number, auftraege.stage, auftraege.missing] == [
        "auftraege", 2, Stage.PLANNED, ("T", "A", "M", "E", "D"),
    ]  # fmt: skip
    assert auftraege.header.target
    assert auftraege.header.target.first == date(2027, 1, 1)


def test_the_parts_around_the_entries_are_read() -> None:
    catalogue = read(STYLE / "ctb-lint.toml")
    assert [
        (one.name.text, one.stage, one.barton_id and one.barton_id.text, one.keys)
        for one in catalogue.index
    ] == [
        ("kunden", Stage.ACTIVE, "BID-WERK-001", KEYS),
        ("auftraege", Stage.PLANNED, "BID-WERK-002", KEYS),
    ]
    assert [(one.kind, one.number) for one in catalogue.statistics] == [(StatisticKind.TOTAL, 2)]
    assert [(one.number, [name.text for name in one.tables]) for one in catalogue.layers] == [
        (1, ["kunden"]), (2, ["auftraege"]),
    ]  # fmt: skip
    footer = catalogue.footer
    assert footer.next_review
    assert footer.updated
    assert (footer.next_review.first, footer.updated.first) == (date(2027, 3, 1), date(2026, 3, 1))
    assert [field.key for field in footer.fields] == ["updated", "next-review", "maintainer"]


KEYS = ("number", "name", "barton_id", "purpose", "status", "migration")


def test_without_the_configuration_it_is_not_known() -> None:
    catalogue = read(None)
    assert [entry.name for entry in catalogue.entries] == []
    assert (catalogue.index, catalogue.statistics, catalogue.layers) == ((), (), ())


@pytest.mark.parametrize("kind", ["ctb-lint.toml", "pyproject.toml"])
def test_a_run_reads_it_as_it_is_configured(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(STYLE, tmp_path / "project")
    monkeypatch.chdir(tmp_path / "project")
    if kind == "pyproject.toml":
        Path("ctb-lint.toml").unlink()
        as_project(Path())
    report = check(Request(as_of=date(2026, 11, 28)))
    assert (report.exit_code, report.failures) == (1, ())
    in_catalogue = {one.code for one in report.findings if one.at and one.at.path == "tabellen.md"}
    # No entry, section, field or row is unknown: what is found is about what they say.
    assert not in_catalogue & {"T007", "T010", "T014", "T018"}
    assert sorted(
        (one.code, str(one.object), one.because.location.line)
        for one in report.findings
        if one.code in {"E001", "E005"} and one.because and one.because.location
    ) == [("E001", "public.kunden.art", 35), ("E005", "public.kunden.art", 55)]

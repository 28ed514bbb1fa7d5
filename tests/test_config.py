"""The configuration: where it is found, what it means, and that all of it is documented."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from ctb_lint.catalogue import SECTION_TITLES
from ctb_lint.config import Config, ConfigError, Overrides, find, load, overridden, parse
from ctb_lint.demands import Stage
from ctb_lint.headings import FIELD_KEYS, LETTERS, Headings
from ctb_lint.history import Layout
from ctb_lint.readers.catalogue.tables import INDEX_COLUMNS
from ctb_lint.readers.catalogue.words import DOCUMENT_FIELDS, FIELD_NAMES
from ctb_lint.rule import ERROR, OFF, WARNING
from ctb_lint.settings import (
    CatalogueSettings,
    ExcludedTables,
    FormatSettings,
    HistorySettings,
    LegacyFormats,
    Settings,
    StandardSettings,
    bytes_of,
)
from ctb_lint.standard import DEFAULT_FORMATS, Registry, Standard
from ctb_lint.tokens import as_value

DOCS = Path(__file__).parent.parent / "docs" / "configuration.md"


def test_without_a_file_the_defaults_hold() -> None:
    config = load(None)
    assert config.settings == Settings()
    assert config.standard == Standard()
    assert (config.file, config.path, config.base) == (None, None, Path.cwd())
    assert (config.fail_on, config.max_file_size) == (ERROR, 10_000_000)


WHOLE = """
paths = ["db"]
exclude = ["vendor/"]
profile = "strict"
select = ["S"]
extend-select = ["P001"]
ignore = ["S002"]
severity = { S001 = "warning" }
fail-on = "never"
per-path-ignores = { "old/*" = ["S"] }
pg-version = 18
default-schema = "app"
include-schemas = ["app"]
exclude-schemas = ["tmp"]
include-tables = ["*.*"]
exclude-tables = [{ table = "old", reason = "gone soon" }]
max-file-size = 1024
released = "20240101"
[[histories]]
name = "main"
path = "db"
layout = "flat"
from-nothing = false
dump = "db/structure.sql"
dump-version = "003"
released = "004"
[standard]
unique-id = "uid"
process-id = "pid"
layer = "layer"
created-at = "made"
registry.table = "reg"
registry.unique-id = "u"
registry.process-id = "p"
registry.entity-type = "t"
registry.entity-id = "e"
exempt-tables = ["a"]
tracked-tables = ["b"]
optional-ids = ["c"]
value-sets = { "users.status" = ["on", "off"] }
not-null = ["users.email"]
unique = ["users.name"]
[formats]
unique-id = "{db}-{nn}"
legacy = { unique-id = ["{db}_{nn}"] }
[tokens]
db = ["shq"]
app = "[a-z]+"
"""
REGISTRY = Registry(table="reg", unique_id="u", process_id="p", entity_type="t", entity_id="e")
SETTINGS = Settings(
    paths=("db",),
    exclude=("vendor/",),
    profile="strict",
    select=("S",),
    extend_select=("P001",),
    ignore=("S002",),
    severity={"S001": WARNING},
    fail_on="never",
    per_path_ignores={"old/*": ("S",)},
    pg_version=18,
    default_schema="app",
    include_schemas=("app",),
    exclude_schemas=("tmp",),
    include_tables=("*.*",),
    exclude_tables=(ExcludedTables(table="old", reason="gone soon"),),
    max_file_size=1024,
    released="20240101",
    histories=(
        HistorySettings(
            name="main",
            path="db",
            layout=Layout.FLAT,
            from_nothing=False,
            dump="db/structure.sql",
            dump_version="003",
            released="004",
        ),
    ),
    standard=StandardSettings(
        unique_id="uid",
        process_id="pid",
        layer="layer",
        created_at="made",
        registry=REGISTRY,
        exempt_tables=("a",),
        tracked_tables=("b",),
        optional_ids=("c",),
        value_sets={"users.status": ("on", "off")},
        not_null=("users.email",),
        unique=("users.name",),
    ),
    formats=FormatSettings(unique_id="{db}-{nn}", legacy=LegacyFormats(unique_id=("{db}_{nn}",))),
    tokens={"db": ("shq",), "app": "[a-z]+"},
)
STANDARD = Standard(
    unique_id="uid",
    process_id="pid",
    layer="layer",
    created_at="made",
    registry=REGISTRY,
    exempt_tables=("a",),
    tracked_tables=("b",),
    optional_ids=("c",),
    value_sets=(("users.status", ("on", "off")),),
    not_null=("users.email",),
    unique=("users.name",),
    formats=tuple({**DEFAULT_FORMATS, "unique_id": ("{db}-{nn}",)}.items()),
    legacy_formats=(("unique_id", ("{db}_{nn}",)),),
    tokens=(("db", ("shq",)), ("app", as_value("[a-z]+"))),
    default_schema="app",
    config_file="ctb-lint.toml",
)


def test_every_key_is_read() -> None:
    config = parse(WHOLE)
    assert config.settings == SETTINGS
    assert config.fail_on is OFF
    assert config.standard == STANDARD


@pytest.mark.parametrize(
    ("config", "files"),
    [
        ("", ("SCHEMA_REFERENCE.md", "docs/SCHEMA_REFERENCE.md")),
        ('catalogue = "a.md"', ("a.md",)),
        ('catalogue = ["a.md", "b.md"]', ("a.md", "b.md")),
        ("catalogue = []", ()),
        ('[catalogue]\nfiles = "a.md"', ("a.md",)),
        ('[catalogue]\nfiles = ["a.md", "b.md"]', ("a.md", "b.md")),
        ("[catalogue]", ("SCHEMA_REFERENCE.md", "docs/SCHEMA_REFERENCE.md")),
    ],
)
def test_the_catalogue_s_files_are_named_in_any_of_its_forms(
    config: str, files: tuple[str, ...]
) -> None:
    assert parse(config).catalogue == files


def test_the_catalogue_s_headings_are_those_of_its_table() -> None:
    words = """
        entry = "Table (?P<name>[a-z]+)"
        index = ["all tables"]
        diagram = ["drawn"]
        sections = { P = ["what for"] }
        fields = { "barton-id" = ["number"] }
        stages = { live = "Active" }
        """
    expected = CatalogueSettings(
        entry="Table (?P<name>[a-z]+)",
        index=("all tables",),
        diagram=("drawn",),
        sections={"P": ("what for",)},
        fields={"barton-id": ("number",)},
        stages={"live": Stage.ACTIVE},
    )
    assert parse(f"[catalogue]{words}").headings == expected
    assert parse('catalogue = "a.md"').headings == Headings()


def test_every_field_that_can_be_named_is_one_that_is_read() -> None:
    columns = {"table" if key == "name" else key.replace("_", "-") for key in INDEX_COLUMNS}
    assert {*FIELD_KEYS} == columns | FIELD_NAMES.keys() | DOCUMENT_FIELDS.keys()
    assert tuple(SECTION_TITLES) == LETTERS


def test_the_command_line_changes_the_configuration() -> None:
    given = Overrides(profile="strict", fail_on="info", pg_version=17, default_schema="app")
    config = overridden(parse('profile = "minimal"'), given)
    assert config.settings == Settings(
        profile="strict", fail_on="info", pg_version=17, default_schema="app"
    )
    assert config.standard.default_schema == "app"


@pytest.mark.parametrize(
    ("size", "expected"),
    [("10MB", 10_000_000), ("512 KiB", 524_288), ("1gb", 10**9), ("7", 7), (4096, 4096),
     ("0", None), (-1, None), ("MB", None), ("1.5MB", None), ("9" * 5000, None), ("١MB", None)],
)  # fmt: skip
def test_sizes(size: int | str, expected: int | None) -> None:
    assert bytes_of(size) == expected


def test_the_nearest_file_is_found(tmp_path: Path) -> None:
    (tmp_path / "ctb-lint.toml").write_text("pg-version = 13")
    inner = tmp_path / "repository" / "a" / "b"
    inner.mkdir(parents=True)
    assert find(inner) == tmp_path / "ctb-lint.toml"
    project = tmp_path / "repository" / "pyproject.toml"
    project.write_text("[project]\nname = 'x'\n")
    assert find(inner) == tmp_path / "ctb-lint.toml"
    project.write_text("[tool.ctb-lint]\npg-version = 14\n")
    assert find(inner) == project
    assert load(find(inner)).pg_version == 14


def test_a_version_of_postgresql_that_nobody_named_is_assumed() -> None:
    named = overridden(Config(), Overrides(pg_version=15))
    asked = [(config.pg_version, config.pg_version_assumed) for config in (Config(), named)]
    assert asked == [(15, True), (15, False)]


def test_the_search_ends_at_the_root_of_the_repository(tmp_path: Path) -> None:
    (tmp_path / "ctb-lint.toml").write_text("")
    (tmp_path / "repository" / ".git").mkdir(parents=True)
    assert find(tmp_path / "repository") is None


def test_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    (tmp_path / "ctb-lint.toml").write_text('\ufeffpaths = ["db"]\r\n', encoding="utf-8")
    config = load(tmp_path / "ctb-lint.toml")
    assert (config.base, config.paths) == (tmp_path, ("db",))


def failure(path: Path | None) -> tuple[str, int | None, str | None]:
    with pytest.raises(ConfigError) as caught:
        load(path)
    return caught.value.message, caught.value.line, caught.value.hint


def test_two_configurations_in_one_folder_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ctb-lint.toml").write_text("")
    (tmp_path / "pyproject.toml").write_text("[tool.ctb-lint]\n")
    with pytest.raises(ConfigError) as caught:
        find(tmp_path)
    assert str(caught.value) == (
        "ctb-lint.toml: ctb-lint.toml and pyproject.toml both hold a configuration; "
        "keep one: move [tool.ctb-lint] into ctb-lint.toml, or the other way round"
    )


def test_a_file_that_cannot_be_used_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    project = tmp_path / "pyproject.toml"
    project.write_text("\n[tool.ctb_lint]\n")
    assert failure(project) == ("unknown tool ctb_lint", 2, 'did you mean "ctb-lint"?')
    project.write_text("tool = 3\n")
    assert failure(project) == ("there is no [tool.ctb-lint]", None, "add [tool.ctb-lint] to it")
    project.write_text("[tool]\nctb-lint = 3\n")
    assert failure(project) == ("tool.ctb-lint is no table", 2, None)
    project.write_text("[tool.ctb-lint]\n[tool.ctb-lint.severity]\nx.y = 1\n")
    assert failure(project)[1] == 3
    project.write_bytes(b"\n\n# \xff\n")
    assert failure(project) == ("the file is not UTF-8", 3, "save the file as UTF-8")
    missing = "the configuration cannot be read: No such file or directory"
    assert failure(tmp_path / "none.toml") == (missing, None, None)
    folder = "the configuration cannot be read: Is a directory"
    assert failure(tmp_path) == (folder, None, None)
    above = tmp_path / "a" / "b"
    above.mkdir(parents=True)
    monkeypatch.chdir(above)
    with pytest.raises(ConfigError) as caught:
        load(project)
    assert caught.value.path == "../../pyproject.toml"


SECTIONS = (
    Settings, HistorySettings, ExcludedTables, StandardSettings, Registry, FormatSettings,
    LegacyFormats,
)  # fmt: skip


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.__name__)
def test_every_key_is_documented(section: type[msgspec.Struct]) -> None:
    text = DOCS.read_text(encoding="utf-8")
    keys = [one.encode_name for one in msgspec.structs.fields(section)]
    missing = [
        key
        for key in keys
        if not re.search(rf"`(\[\[?)?{key}(\]\]?)?`|^\[+{key}\]+$|\b{key} =", text, re.MULTILINE)
    ]
    assert missing == []


def test_every_example_of_the_documentation_is_legal() -> None:
    examples = re.findall(r"```toml\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    assert len(examples) >= 6
    for example in examples:
        assert isinstance(parse(example), Config)

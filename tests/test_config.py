"""The configuration: what it means, and what is said of one that cannot be used."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctb_lint.catalogue import SECTION_TITLES
from ctb_lint.config import Config, ConfigError, Overrides, find, load, overridden, parse, selection
from ctb_lint.demands import Stage
from ctb_lint.headings import FIELD_KEYS, LETTERS, Headings
from ctb_lint.history import Layout
from ctb_lint.model import QualifiedName
from ctb_lint.readers.catalogue.tables import INDEX_COLUMNS
from ctb_lint.readers.catalogue.words import DOCUMENT_FIELDS, FIELD_NAMES
from ctb_lint.rule import ERROR, INFO, OFF, WARNING, Finding, Rule, Severity
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


def nothing(subject: object) -> Iterator[Finding]:
    yield from ()


def rule(code: str, name: str, severity: Severity, doctrine: bool, refused: bool) -> Rule:
    return Rule(
        code=code, name=name, severity=severity, judge=nothing, doctrine=doctrine, refused=refused
    )


RULES = {
    one.code: one
    for one in (
        rule("M001", "syntax-error", ERROR, doctrine=False, refused=True),
        rule("P001", "missing-table-comment", INFO, doctrine=False, refused=False),
        rule("S001", "missing-unique-id", ERROR, doctrine=True, refused=False),
        rule("S002", "missing-process-id", ERROR, doctrine=True, refused=False),
        rule("S014", "unindexed-foreign-key", WARNING, doctrine=False, refused=False),
        rule("S017", "index-name-convention", OFF, doctrine=False, refused=False),
    )
}


def chosen(config: str = "", **overrides: object) -> dict[str, Severity]:
    given = msgspec.convert(overrides, Overrides)
    return dict(selection(parse(config), RULES, given).severities)


def test_without_a_file_the_defaults_hold() -> None:
    config = load(None)
    assert config.settings == Settings()
    assert config.standard == Standard()
    assert (config.file, config.path, config.base) == (None, None, Path.cwd())
    assert (config.fail_on, config.max_file_size) == (ERROR, 10_000_000)


def test_every_key_is_read() -> None:
    config = parse(
        """
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
    )
    registry = Registry(table="reg", unique_id="u", process_id="p", entity_type="t", entity_id="e")
    assert config.settings == Settings(
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
            registry=registry,
            exempt_tables=("a",),
            tracked_tables=("b",),
            optional_ids=("c",),
            value_sets={"users.status": ("on", "off")},
            not_null=("users.email",),
            unique=("users.name",),
        ),
        formats=FormatSettings(
            unique_id="{db}-{nn}", legacy=LegacyFormats(unique_id=("{db}_{nn}",))
        ),
        tokens={"db": ("shq",), "app": "[a-z]+"},
    )
    assert config.fail_on is OFF
    assert config.standard == Standard(
        unique_id="uid",
        process_id="pid",
        layer="layer",
        created_at="made",
        registry=registry,
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


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param('\n\nigore = ["S001"]', '3: unknown key "igore"; did you mean "ignore"?',
            id="a misspelt key"),
        pytest.param("[standard]\nunique_id = 'x'",
            '2: unknown key "unique_id" in standard; did you mean "unique-id"?',
            id="an underscore for a hyphen"),
        pytest.param("[standard.registry]\nzzz = 1", '2: unknown key "zzz" in standard.registry',
            id="a key that resembles none"),
        pytest.param('profile = "recomended"',
            '1: profile is "recomended", expected one of minimal, recommended, strict; '
            'did you mean "recommended"?', id="a misspelt value"),
        pytest.param("pg-version = 12",
            "1: pg-version is 12, expected a whole number from 13 to 18", id="out of range"),
        pytest.param('pg-version = "15"', "1: pg-version is a string, expected a whole number",
            id="a string for a number"),
        pytest.param('select = [\n"S001",\n3]', "1: select[2] is a whole number, expected a string",
            id="a wrong item"),
        pytest.param('[severity]\nS001 = "error"\nS002 = "eror"',
            '3: severity.S002 is "eror", expected one of error, warning, info, off; '
            'did you mean "error"?', id="a misspelt severity"),
        pytest.param('[standard.value-sets]\n"a.b" = ["x"]\n"users.status" = "active"',
            '3: standard.value-sets."users.status" is a string, expected a list',
            id="a value set that is no list"),
        pytest.param('[[exclude-tables]]\ntable = "x"',
            '1: exclude-tables[1] lacks the key "reason"', id="an exclusion without a reason"),
        pytest.param('[[exclude-tables]]\ntable = "x"\nreason = ""',
            "3: exclude-tables[1].reason must not be empty", id="an empty reason"),
        pytest.param('[[histories]]\nname="a"\npath="b"\n[[histories]]\nname="b"\npath="c"\nlayout="flatt"',
            '7: histories[2].layout is "flatt", expected one of flat, up-down-suffix, '
            'up-down-folder, migration-folder, single, flyway, goose, dbmate, rails, supabase, '
            'prisma, diesel, sqlx, golang-migrate, sql-migrate, psql; did you mean "flat"?',
            id="the second of two histories"),
        pytest.param('[[histories]]\nname="a"\npath="b"\ndump-version="3"',
            '4: histories[1] has a dump-version, but no dump; name the file: '
            'dump = "db/structure.sql"', id="a version of no dump"),
        pytest.param('released = 20240101',
            "1: released is a whole number, expected a string", id="a version without quotes"),
        pytest.param('released = ""', "1: released must not be empty", id="an empty version"),
        pytest.param('[formats]\nunique-id = ["{db}-{nn}",\n "{dbb}"]',
            "3: formats.unique-id: the template {dbb} has the unknown token {dbb}; "
            "did you mean {db}?", id="an unknown token"),
        pytest.param('[formats.legacy]\nbarton-id = "{db"',
            "2: formats.legacy.barton-id: the template {db has a { without its }",
            id="an open brace"),
        pytest.param("formats = { heir-id = [] }", "1: formats.heir-id must not be empty",
            id="no format at all"),
        pytest.param('[tokens]\ndbb = ["x"]',
            '2: no format uses the token dbb; did you mean "db"?', id="a token of no format"),
        pytest.param('[tokens]\ndb = "^x"',
            "2: tokens.db: the expression of {db} cannot be used: ^ is not needed: the whole part "
            "has to match", id="an expression that is none"),
        pytest.param('max-file-size = "10 m"',
            "1: max-file-size is '10 m', expected a size above 0; "
            'write it as "10MB", or in bytes',
            id="a size without a unit"),
        pytest.param('exclude = ["!"]', "1: exclude: invalid pattern: Invalid git pattern: '!'",
            id="a pattern that is none"),
        pytest.param("catalogue = 3",
            "1: catalogue is a whole number, expected a string or a table or a list",
            id="a catalogue that is no file"),
        pytest.param('catalogue = ""', "1: catalogue must not be empty",
            id="a file without a name"),
        pytest.param('[catalogue]\nfiles = "a.md"\nindx = ["a"]',
            '3: unknown key "indx" in catalogue; did you mean "index"?',
            id="a part that there is none of"),
        pytest.param('[catalogue]\nindex = "a"',
            "2: catalogue.index is a string, expected a list", id="a phrase that is no list"),
        pytest.param('[catalogue]\nfiles = [""]',
            "2: catalogue.files[1] must not be empty", id="one of the files without a name"),
        pytest.param('[catalogue]\n\nentry = "(a"',
            "3: catalogue.entry cannot be used as an expression: it ends within a group",
            id="an expression that does not parse"),
        pytest.param("[catalogue]\nentry = 3",
            "2: catalogue.entry is a whole number, expected a string", id="no expression at all"),
        pytest.param('[catalogue.fields]\nbarton_id = ["x"]',
            '2: unknown key "barton_id" in catalogue.fields; did you mean "barton-id"?',
            id="a field that there is none of"),
        pytest.param('[catalogue]\nsections = { P = ["a"], Q = ["b"] }',
            '2: unknown key "Q" in catalogue.sections; use S, T, A, M, P, E, D',
            id="a section that there is none of"),
        pytest.param('[catalogue.stages]\nlive = "Activ"',
            '2: catalogue.stages.live is "Activ", expected one of Active, Planned, Built-in, '
            'unknown; did you mean "Active"?', id="a stage that there is none of"),
        pytest.param('x = 1\npaths = ["a" "b"]',
            "2: invalid TOML at column 14: Unclosed array", id="invalid TOML"),
        pytest.param("a=" + "[" * 5000, " invalid TOML: it is nested too deep", id="nested deep"),
    ],
)  # fmt: skip
def test_a_wrong_configuration_is_one_sentence(text: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse(text)
    assert str(caught.value) == f"ctb-lint.toml:{message}"


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


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ('select = ["S001",\n"S9"]', '2: select: unknown rule "S9"; did you mean "S"?'),
        ('ignore = ["missing-uniqe-id"]',
         '1: ignore: unknown rule "missing-uniqe-id"; did you mean "missing-unique-id"?'),
        ('[severity]\nS001 = "info"\ns014 = "info"',
         '3: severity: unknown rule "s014"; did you mean "S014"?'),
        ('[per-path-ignores]\n"old/*" = ["Q"]',
         '2: per-path-ignores: unknown rule "Q"; ctb-lint rules lists them all'),
    ],
)  # fmt: skip
def test_an_unknown_rule_is_named_with_its_line(config: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        chosen(config)
    assert str(caught.value) == f"ctb-lint.toml:{message}"


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        ({"select": ["S0001"]}, '--select: unknown rule "S0001"; did you mean "S001"?'),
        ({"profile": "mini"},
         '--profile is "mini", expected one of minimal, recommended, strict; '
         'did you mean "minimal"?'),
    ],
)  # fmt: skip
def test_a_wrong_option_is_one_sentence(overrides: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        chosen("", **overrides)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("config", "overrides", "expected"),
    [
        pytest.param("", {}, "M001 P001 S001 S002 S014", id="recommended has all that is not off"),
        pytest.param('profile = "minimal"', {}, "M001 S001 S002",
            id="minimal has doctrine and what PostgreSQL refuses"),
        pytest.param('profile = "strict"', {}, "M001 P001 S001 S002 S014 S017=info",
            id="strict has all, those that are off as info"),
        pytest.param('select = ["S"]', {}, "S001 S002 S014", id="a prefix narrows"),
        pytest.param('select = []', {}, "", id="an empty selection selects nothing"),
        pytest.param('select = ["ALL"]', {}, "M001 P001 S001 S002 S014", id="all are not the off"),
        pytest.param('select = ["S"]\nprofile = "minimal"', {}, "S001 S002",
            id="a prefix narrows the profile"),
        pytest.param('select = ["P001"]\nprofile = "minimal"', {}, "P001",
            id="a code needs no profile"),
        pytest.param('extend-select = ["index-name-convention"]', {},
            "M001 P001 S001 S002 S014 S017=info", id="a rule that is off runs when it is named"),
        pytest.param('extend-select = ["S01"]\nprofile = "minimal"', {}, "M001 S001 S002 S014",
            id="a prefix extends the profile"),
        pytest.param('ignore = ["S"]', {}, "M001 P001", id="a prefix is ignored"),
        pytest.param('ignore = ["S"]\nselect = ["S01", "S001"]', {}, "S001 S014",
            id="the more specific selection wins"),
        pytest.param('ignore = ["S01"]\nselect = ["S"]', {}, "S001 S002",
            id="the more specific ignore wins"),
        pytest.param('ignore = ["S001"]\nselect = ["S001", "S002"]', {}, "S002",
            id="of equals ignore wins"),
        pytest.param('ignore = ["S001"]', {"select": ["S001"]}, "S001",
            id="of equals the command line wins"),
        pytest.param('ignore = ["S001"]', {"select": ["S"]}, "S002 S014",
            id="the file's ignores survive a prefix of the command line"),
        pytest.param('select = ["S"]', {"select": ["P"]}, "P001", id="--select replaces select"),
        pytest.param('select = ["S"]', {"ignore": ["S014"], "extend_select": ["M"]},
            "M001 S001 S002", id="the other options add"),
        pytest.param('[severity]\nS001 = "info"\nS = "warning"', {},
            "M001 P001 S001=info S002=warning S014", id="the more specific severity wins"),
        pytest.param('[severity]\nS017 = "error"', {}, "M001 P001 S001 S002 S014 S017=error",
            id="a severity wakes a rule that is off"),
        pytest.param('[severity]\nS001 = "off"', {"select": ["S001", "S002"]}, "S002",
            id="a rule that is switched off stays off"),
        pytest.param('[severity]\nS001 = "off"', {"severity": {"S001": "info"}},
            "M001 P001 S001=info S002 S014", id="the command line's severity wins"),
        pytest.param("", {"profile": "minimal"}, "M001 S001 S002", id="--profile"),
    ],
)  # fmt: skip
def test_rules_are_selected(config: str, overrides: dict[str, object], expected: str) -> None:
    wanted = {
        code: Severity(severity) if severity else RULES[code].severity
        for code, _, severity in (word.partition("=") for word in expected.split())
    }
    assert chosen(config, **overrides) == wanted


def test_rules_are_ignored_by_path() -> None:
    config = '[per-path-ignores]\n"old/**" = ["S", "P001"]\n"*.down.sql" = ["missing-unique-id"]'
    ignores = selection(parse(config), RULES, Overrides()).ignores
    asked = [
        ("old/a.sql", "S001"), ("old/b/c.sql", "P001"), ("old/a.sql", "M001"), ("a.sql", "S001"),
        ("new/a.down.sql", "S001"), ("new/a.down.sql", "S002"),
    ]  # fmt: skip
    assert [ignores(*one) for one in asked] == [True, True, False, False, True, False]


def test_tables_are_left_out_with_a_reason() -> None:
    config = parse(
        """
        default-schema = "app"
        include-schemas = ["app", "billing", "tmp"]
        exclude-schemas = ["tmp"]
        include-tables = ["billing.*", "u*"]
        exclude-tables = [{ table = "billing.old_*", reason = "frozen" }]
        """
    )
    leaves_out = selection(config, RULES, Overrides()).leaves_out
    named = ["app.users", "app.posts", "billing.bills", "billing.old_bills", "tmp.ux", "public.u"]
    assert [leaves_out(QualifiedName(*name.split("."))) for name in named] == [
        None,
        "app.posts is not in include-tables of ctb-lint.toml",
        None,
        "excluded by ctb-lint.toml: frozen",
        "schema tmp is in exclude-schemas of ctb-lint.toml",
        "schema public is not in include-schemas of ctb-lint.toml",
    ]


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


@given(text=st.text(alphabet="abS01=\"[]{}.\n-#'\\é", max_size=60))
def test_no_text_upsets_the_reader(text: str) -> None:
    try:
        config = parse(text)
    except ConfigError:
        return
    assert isinstance(config, Config)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["table", "reason", "layout", "S"]), inner, max_size=3),
    max_leaves=5,
)  # fmt: skip


@given(
    key=st.sampled_from([one.encode_name for one in msgspec.structs.fields(Settings)]), value=VALUES
)
def test_no_value_upsets_the_reader(key: str, value: object) -> None:
    from ctb_lint.toml import Located, decoded

    try:
        settings = decoded({key: value}, Located("", (), "ctb-lint.toml"))
    except ConfigError:
        return
    assert isinstance(settings, Settings)


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

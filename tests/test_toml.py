"""What is said of a configuration file that cannot be used, whatever stands in it."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctb_lint.config import Config, ConfigError, parse
from ctb_lint.settings import Settings
from ctb_lint.toml import Located, decoded


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
    try:
        settings = decoded({key: value}, Located("", (), "ctb-lint.toml"))
    except ConfigError:
        return
    assert isinstance(settings, Settings)

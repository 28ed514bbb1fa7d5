"""Formats of ids: what is legal, what is minted, and that PostgreSQL says the same."""

from __future__ import annotations

import datetime
import random
import re
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ctb_lint import formats
from ctb_lint.formats import (
    MAX_LENGTH,
    TOKENS,
    FormatError,
    Template,
    compile_template,
    overrides_of,
)
from ctb_lint.id_checks import Status, Verdict, check
from ctb_lint.standard import DEFAULT_FORMATS, Standard
from ctb_lint.tokens import as_value
from tests.growth import in_proportion
from tests.postgres import Connection, Server

UNIQUE_ID = DEFAULT_FORMATS["unique_id"]
PROCESS_ID = DEFAULT_FORMATS["process_id"]
HEIR_ID = DEFAULT_FORMATS["heir_id"]
BARTON_ID = DEFAULT_FORMATS["barton_id"]
R16 = "ABCDEFGH12345678"
NOON = datetime.datetime(2025, 10, 23, 12, 30, 5, tzinfo=datetime.UTC)
VALUES = {
    "db": "shq", "subhive": "03", "app": "imo-creator", "ver": "1.2", "stage": "error_tracking",
    "system": "SHQ", "name": "ERROR-LOG", "nn": "01", "nnn": "001", "division": "DATA",
}  # fmt: skip
OVERRIDES = {
    "db": ["shq", "s.q", "shq-two"],
    "subhive": r"0[1-9]|1[0-2]",
    "app": r"[^\-.]{2,}(?:-\w)?",
}


def values_of(template: Template) -> dict[str, str]:
    return {name: value for name, value in VALUES.items() if name in template.tokens}


@pytest.mark.parametrize(
    ("text", "templates", "parts"),
    [
        pytest.param(
            f"shq-03-imo-creator-20251023123005-{R16}",
            UNIQUE_ID,
            {"db": "shq", "subhive": "03", "app": "imo-creator", "timestamp": "20251023123005",
             "random16": R16},
            id="the app may hold the separator",
        ),
        pytest.param(
            f"shq-03-imo-creator-20251023-123005-{R16}",
            UNIQUE_ID,
            {"db": "shq", "subhive": "03", "app": "imo-creator", "timestamp": "20251023-123005",
             "random16": R16},
            id="the app and the timestamp may both hold it",
        ),
        pytest.param(
            "shq.03.imo.V1.20251023.error_tracking",
            PROCESS_ID,
            {"db": "shq", "subhive": "03", "app": "imo", "ver": "1", "date": "20251023",
             "stage": "error_tracking"},
            id="a process",
        ),
        pytest.param(
            "shq.03.imo.V1.12.3.2024-02-29.x",
            PROCESS_ID,
            {"db": "shq", "subhive": "03", "app": "imo", "ver": "1.12.3", "date": "2024-02-29",
             "stage": "x"},
            id="a version with dots and a leap day with dashes",
        ),
        pytest.param(
            "HEIR-2025-08-SHQ-ERROR-01",
            HEIR_ID,
            {"yyyy": "2025", "mm": "08", "system": "SHQ", "name": "ERROR", "nn": "01"},
            id="a table's HEIR id",
        ),
        pytest.param(
            "HEIR-2025-08-SHQ-MASTER-ERROR-LOG-01",
            HEIR_ID,
            {"yyyy": "2025", "mm": "08", "system": "SHQ", "name": "MASTER-ERROR-LOG", "nn": "01"},
            id="a name of several parts",
        ),
        pytest.param(
            "BID-DATA-001", BARTON_ID, {"division": "DATA", "nnn": "001"}, id="a Barton id"
        ),
    ],
)  # fmt: skip
def test_an_id_is_read_into_its_parts(
    text: str, templates: tuple[str, ...], parts: dict[str, str]
) -> None:
    assert compile_template(templates[0]).parse(text) == parts
    assert check(text, templates) == Verdict(Status.OK, templates[0])


@pytest.mark.parametrize(
    "timestamp", ["1761220805", "1761220805123", "20251023123005", "20251023T123005Z"]
)
def test_a_timestamp_has_four_forms_without_a_dash(timestamp: str) -> None:
    parts = compile_template(UNIQUE_ID[0]).parse(f"shq-03-imo-{timestamp}-{R16}")
    assert parts is not None
    assert parts["timestamp"] == timestamp


def test_legal_values_and_expressions_replace_the_tokens() -> None:
    tokens = {"db": ["shq", "shq-two"], "subhive": r"0[1-9]|1[0-2]", "region": ["eu", "us"]}
    template = "{db}-{subhive}-{region}"
    assert compile_template(template, tokens).parse("shq-two-03-eu") == {
        "db": "shq-two", "subhive": "03", "region": "eu",
    }  # fmt: skip
    assert check("imo-03-eu", [template], (), tokens) == Verdict(
        Status.MALFORMED, template, "db", "the db 'imo' is not one of shq, shq-two"
    )
    assert check("shq-13-eu", [template], (), tokens) == Verdict(
        Status.MALFORMED, template, "subhive",
        "the subhive '13' is not of the form 0[1-9]|1[0-2]",
    )  # fmt: skip


def test_the_standard_holds_expressions_and_lists_apart() -> None:
    standard = Standard(tokens=(("db", ("shq",)), ("app", as_value("[a-z]+"))))
    assert overrides_of(standard) == {"db": ("shq",), "app": "[a-z]+"}


@pytest.mark.parametrize(
    ("templates", "bounds"),
    [
        (UNIQUE_ID, (33, None)),
        (PROCESS_ID, (19, None)),
        (HEIR_ID, (19, None)),
        (BARTON_ID, (9, None)),
        (("{yyyy}{mm}-{random16}",), (23, 23)),
        (("X-{timestamp}",), (12, 18)),
    ],
)
def test_the_length_of_an_id_is_known(
    templates: tuple[str, ...], bounds: tuple[int, int | None]
) -> None:
    template = compile_template(templates[0])
    assert (template.shortest, template.longest) == bounds


def test_an_id_is_minted_from_the_clock_and_chance() -> None:
    minted = [
        compile_template(templates[0]).mint(
            values_of(compile_template(templates[0])), NOON, random.Random(1)
        )
        for templates in DEFAULT_FORMATS.values()
    ]
    assert minted == [
        "shq-03-imo-creator-20251023123005-84g7vsuod6v1or0s",
        "shq.03.imo-creator.V1.2.20251023.error_tracking",
        "HEIR-2025-10-SHQ-ERROR-LOG-01",
        "BID-DATA-001",
    ]


def test_the_clock_is_read_in_utc() -> None:
    zone = datetime.timezone(datetime.timedelta(hours=-12))
    late = datetime.datetime(2025, 12, 31, 23, 0, 0, tzinfo=zone)
    assert compile_template("X-{date}").mint({}, late, random.Random(1)) == "X-20260101"


@pytest.mark.parametrize(
    ("values", "now", "message"),
    [
        ({}, NOON, "{db}-{date} needs a value for {db}"),
        ({"db": "SHQ"}, NOON, "{db} cannot be 'SHQ': lower-case letters, digits and _"),
        ({"db": "shq", "app": "imo"}, NOON, "{db}-{date} has no token {app}"),
        ({"db": "a" * 250}, NOON, "the id would be 259 characters long, over 255"),
        ({"db": "shq"}, NOON.replace(tzinfo=None), "the time to mint from has no time zone"),
    ],
)
def test_what_cannot_be_minted_is_refused(
    values: dict[str, str], now: datetime.datetime, message: str
) -> None:
    with pytest.raises(FormatError) as caught:
        compile_template("{db}-{date}").mint(values, now, random.Random(1))
    assert str(caught.value) == message


def test_a_single_legal_value_need_not_be_given() -> None:
    template = compile_template("{db}-{date}", {"db": ["shq"]})
    assert template.mint({}, NOON, random.Random(1)) == "shq-20251023"


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("", "a template has 1 to 200 characters, not 0"),
        ("{db}" * 100, "a template has 1 to 200 characters, not 400"),
        ("{db}-{db}", "the template {db}-{db} has {db} twice"),
        ("{db", "the template {db has a { without its }"),
        ("db}", "the template db} has a } without its {"),
        ("{{db}}", "the template {{db}} has a { without its }"),
        ("{}", "the template {} has the unknown token {}"),
        ("{dbb}", "the template {dbb} has the unknown token {dbb}; did you mean {db}?"),
        ("{db}{app}", "nothing separates {db} from {app} in {db}{app}"),
        ("shq", "the template 'shq' has no token"),
        ("{db}\n", "the template '{db}\\n' has characters that no id can have"),
    ],
)
def test_a_template_that_cannot_be_used_is_refused(template: str, message: str) -> None:
    with pytest.raises(FormatError) as caught:
        compile_template(template)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("((a*)*)*", "its counts are nested too deep"),
        ("[a-", "it ends within a class"),
        ("a{2", "character 2 begins a count that is none"),
        ("a{300}", "{300} is no count from 1 to 255"),
        ("^a$", "^ is not needed: the whole part has to match"),
        (r"a\b", r"\b is not understood"),
        ("(?=a)", "the group at character 1 is of a kind not understood"),
        ("a|", "one of its alternatives is empty"),
        ("[]", "it has an empty class"),
        ("[z-a]", "the range that ends at character 4 is none"),
        ("(a", "it ends within a group"),
        ("a)", "it has a ) too many at character 2"),
        ("a**", "character 3 counts a count; set a group around it"),
        ("a" * 501, "it is longer than 500 characters"),
        ("(" * 200, "its groups are nested too deep"),
    ],
)
def test_an_expression_that_cannot_be_used_is_refused(expression: str, reason: str) -> None:
    with pytest.raises(FormatError) as caught:
        compile_template("{it}", {"it": expression})
    assert str(caught.value) == f"the expression of {{it}} cannot be used: {reason}"


@pytest.fixture(scope="module")
def connection(server: Server) -> Iterator[Connection]:
    with server.connect() as connected:
        yield connected


def mutated(text: str, changes: list[tuple[int, str]]) -> str:
    for position, character in changes:
        at = position % (len(text) + 1)
        text = text[:at] + character + text[at + (position % 2) :]
    return text


CHARACTERS = st.one_of(
    st.sampled_from("0123456789azAZ-_.{}TV \n"),
    st.characters(codec="utf-8", exclude_characters="\0"),
)
CHANGES = st.lists(st.tuples(st.integers(0, 300), CHARACTERS), max_size=3)
TIMES = st.datetimes(
    datetime.datetime(1000, 1, 1), datetime.datetime(9999, 12, 31)
).map(lambda moment: moment.replace(tzinfo=datetime.UTC))  # fmt: skip
FORMATS = st.sampled_from([templates[0] for templates in DEFAULT_FORMATS.values()])
DAYS = st.from_regex(r"[0-9]{4}(-?)[01][0-9]\1[0-3][0-9]", fullmatch=True)


def agree(template: Template, texts: list[str], connection: Connection) -> None:
    """Asserts that parse, the Python expression and PostgreSQL say the same of the texts."""
    ours = [template.parse(text) is not None for text in texts]
    python = [
        len(text) <= MAX_LENGTH and re.search(template.pattern, text) is not None for text in texts
    ]
    rows = connection.execute(
        "SELECT char_length(t) <= %s AND t ~ %s "
        "FROM unnest(%s::text[]) WITH ORDINALITY AS u(t, n) ORDER BY n",
        (MAX_LENGTH, template.postgres_pattern, texts),
    ).fetchall()
    postgres = [row[0] for row in rows]
    assert list(zip(texts, ours, strict=True)) == list(zip(texts, python, strict=True))
    assert list(zip(texts, ours, strict=True)) == list(zip(texts, postgres, strict=True))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(template=FORMATS, now=TIMES, changes=st.lists(CHANGES, min_size=1, max_size=8))
def test_python_and_postgresql_agree_on_mutated_ids(
    connection: Connection,
    template: str,
    now: datetime.datetime,
    changes: list[list[tuple[int, str]]],
) -> None:
    compiled = compile_template(template)
    text = compiled.mint(values_of(compiled), now, random.Random(1))
    agree(compiled, [text, *(mutated(text, change) for change in changes)], connection)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(days=st.lists(DAYS, min_size=5, max_size=20))
def test_python_and_postgresql_agree_on_dates(connection: Connection, days: list[str]) -> None:
    agree(compile_template("X{date}"), [f"X{day}" for day in days], connection)
    agree(compile_template("X{timestamp}"), [f"X{day}-235959" for day in days], connection)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(ids=st.lists(st.tuples(st.sampled_from(["shq", "s.q", "shq-two", "sxq"]),
    st.text("0123456789", min_size=2, max_size=2), st.text(CHARACTERS, max_size=5),
    st.sampled_from(["-a", "-ä", "--", ""])), min_size=3, max_size=10))  # fmt: skip
def test_python_and_postgresql_agree_on_configured_tokens(
    connection: Connection, ids: list[tuple[str, str, str, str]]
) -> None:
    template = compile_template("{db}-{subhive}'{app}+", OVERRIDES)
    agree(template, [f"{db}-{hive}'{app}{tail}+" for db, hive, app, tail in ids], connection)


def test_python_and_postgresql_agree_on_the_longest_id(connection: Connection) -> None:
    template = compile_template("{db}-{yyyy}")
    agree(template, ["a" * 250 + "-2025", "a" * 251 + "-2025", "a" * 300 + "-2025"], connection)


@given(day=st.dates(datetime.date(1000, 1, 1)))
def test_every_day_is_a_date(day: datetime.date) -> None:
    template = compile_template("X{date}")
    assert template.parse(f"X{day:%Y%m%d}") == {"date": f"{day:%Y%m%d}"}
    assert template.parse(f"X{day:%Y-%m-%d}") == {"date": f"{day:%Y-%m-%d}"}


@given(text=st.from_regex(r"[1-9][0-9]{3}[01][0-9][0-3][0-9]", fullmatch=True))
def test_only_a_day_is_a_date(text: str) -> None:
    try:
        datetime.date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        expected = None
    else:
        expected = {"date": text}
    assert compile_template("X{date}").parse(f"X{text}") == expected


@given(template=FORMATS, now=TIMES, seed=st.integers(), data=st.data())
def test_what_is_minted_is_read_back(
    template: str, now: datetime.datetime, seed: int, data: st.DataObject
) -> None:
    compiled = compile_template(template)
    values = {
        name: data.draw(st.from_regex(rf"(?a:{TOKENS[name].source})", fullmatch=True).filter(
            lambda value: len(value) < 40
        ))
        for name in values_of(compiled)
    }  # fmt: skip
    text = compiled.mint(values, now, random.Random(seed))
    parts = compiled.parse(text)
    assert parts is not None
    assert {name: parts[name] for name in values} == values
    assert list(parts) == list(compiled.tokens)
    assert compiled.shortest <= len(text)


OWN = [
    *(one[0] for one in DEFAULT_FORMATS.values()),
    "{app}-{name}-{nn}",
    "{ver}.{stage}.{mm}-{app}",
    "X{app}-{stage}-{name}",
]


@settings(max_examples=400, deadline=None, derandomize=True, database=None)
@given(
    template=st.sampled_from(OWN),
    text=st.text(alphabet="abAB019-_.VHEIRBD", max_size=40),
    now=TIMES,
    changes=st.lists(CHANGES, max_size=6),
)
def test_short_ids_are_read_as_long_ones_are(
    template: str, text: str, now: datetime.datetime, changes: list[list[tuple[int, str]]]
) -> None:
    """The engine of the library, which is quick, and ours, which is safe, read the same."""
    compiled = compile_template(template)
    minted = compiled.mint(values_of(compiled), now, random.Random(1))
    for one in (text, minted, *(mutated(minted, change) for change in changes)):
        spans = formats.spans_of(compiled.parts, one) if one else None
        slow = spans and {
            part.token: one[start:end]
            for part, (start, end) in zip(compiled.parts, spans, strict=True)
            if part.token
        }
        assert compiled.parse(one) == slow
        assert compiled.fits(one) == (slow is not None)


def test_an_expression_of_configuration_is_never_given_to_an_engine_that_may_not_end() -> None:
    template = compile_template("{app}x", {"app": "(?:a|aa)+"})
    assert not template.fits("a" * 60)
    in_proportion(lambda number: "a" * number, template.fits, 4)

"""``ctb-lint id new``, ``parse`` and ``check``."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from ctb_lint.cli.app import main
from ctb_lint.recognition import recognised
from ctb_lint.standard import Standard

CONFIG = """\
[tokens]
db = ["shq"]
subhive = ["01", "02"]

[formats]
unique-id = ["{db}-{subhive}-{app}-{timestamp}-{random16}", "{region}-{random16}"]

[formats.legacy]
barton-id = "B{nnn}"
"""
CATALOGUE = """\
## 1. users

**Barton ID**: BID-WEB-041
**HEIR ID**: HEIR-2025-10-SHQ-USERS-01
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "ctb-lint.toml").write_text(
        CONFIG.replace("[formats]", 'region = "[a-z]{2}"\n\n[formats]')
    )
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_without_a_command_of_its_own_nothing_passes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["id"]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith("Usage: ctb-lint id ")


def test_a_row_s_id_needs_what_nobody_can_know(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["id", "new", "unique_id", "--app", "imo"]) == 2
    assert capsys.readouterr() == (
        "",
        "error: {db}-{subhive}-{app}-{timestamp}-{random16} needs a value for {subhive}\n"
        "  = hint: add --subhive (one of 01, 02)\n",
    )
    assert main(["id", "new", "unique_id", "--app", "imo", "--subhive", "02"]) == 0
    minted = capsys.readouterr().out.strip()
    found = recognised(minted, Standard())
    assert (found.kind, found.parts["db"], found.parts["app"]) == ("unique_id", "shq", "imo")


def test_every_token_has_its_option(capsys: pytest.CaptureFixture[str]) -> None:
    given = ["--db", "shq", "--subhive", "01", "--app", "imo", "--ver", "2", "--stage", "tidy"]
    assert main(["id", "new", "process_id", *given, "--date", "20251023"]) == 0
    assert capsys.readouterr() == ("shq.01.imo.V2.20251023.tidy\n", "")


def test_tokens_of_the_configuration_can_be_set(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["id", "new", "unique", "--set", "region=eu"]) == 0
    assert capsys.readouterr().out.startswith("eu-")
    assert main(["id", "new", "unique", "--set", "region"]) == 2
    assert capsys.readouterr().err == (
        "error: --set cannot be 'region'\n  = hint: write --set TOKEN=VALUE\n"
    )


def test_a_table_s_ids_count_on_from_the_catalogue(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["id", "new", "barton"]) == 2
    assert capsys.readouterr().err == (
        "error: BID-{division}-{nnn} needs a value for {division} and {nnn}\n"
        "  = hint: add --division (a capital letter, then capital letters and digits) and --nnn "
        "(three or more digits), or a --catalogue to count on from\n"
    )
    (folder / "SCHEMA_REFERENCE.md").write_text(CATALOGUE)
    assert main(["id", "new", "barton"]) == 0
    assert capsys.readouterr().out == "BID-WEB-042\n"
    given = ["--name", "USERS", "--yyyy", "2025", "--mm", "11"]
    assert main(["id", "new", "heir", *given]) == 0
    assert capsys.readouterr().out == "HEIR-2025-11-SHQ-USERS-02\n"


def test_no_number_is_given_while_the_catalogue_cannot_be_read(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "SCHEMA_REFERENCE.md").write_bytes(b"\xff\xfe\x00")
    assert main(["id", "new", "barton", "--division", "WEB"]) == 2
    assert capsys.readouterr() == (
        "",
        "SCHEMA_REFERENCE.md:1: error: is UTF-16\n  = hint: save it as UTF-8\n",
    )


def test_an_unknown_kind_is_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["id", "new", "herr_id"]) == 2
    assert capsys.readouterr().err == (
        "error: KIND cannot be 'herr_id'; did you mean heir_id?\n"
        "  = hint: use one of unique_id, process_id, heir_id, barton_id\n"
    )


def test_an_id_is_parsed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["id", "parse", "BID-WEB-041"]) == 0
    assert capsys.readouterr().out == (
        "barton_id: BID-{division}-{nnn}\n  division  WEB\n  nnn       041\n"
    )
    assert main(["id", "parse", "B041"]) == 0
    assert capsys.readouterr().out == "barton_id: B{nnn} (a legacy format)\n  nnn  041\n"


@pytest.mark.parametrize(
    ("value", "code", "expected"),
    [
        (
            "BID-WEB-041",
            0,
            {
                "value": "BID-WEB-041", "status": "ok", "kind": "barton_id",
                "format": "BID-{division}-{nnn}", "parts": {"division": "WEB", "nnn": "041"},
                "why": None, "part": None,
            },
        ),
        (
            "BID-WEB-4\x1b",
            1,
            {
                "value": "BID-WEB-4\x1b", "status": "malformed", "kind": "barton_id",
                "format": "BID-{division}-{nnn}", "parts": {},
                "why": "the nnn '4\\x1b' is not three or more digits", "part": "nnn",
            },
        ),
    ],
)  # fmt: skip
def test_an_id_is_parsed_for_machines(
    value: str, code: int, expected: dict[str, object], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["id", "parse", value, "--format", "json"]) == code
    assert json.loads(capsys.readouterr().out) == expected


def test_what_is_no_id_is_not_parsed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["id", "parse", "HEIR-2025-02-SHQ-\x1b[2J-01"]) == 1
    assert capsys.readouterr() == (
        "",
        "HEIR-2025-02-SHQ-\\x1b[2J-01: malformed: the name '\\x1b[2J' is not capital letters, "
        "digits and inner -; the nearest format is HEIR-{yyyy}-{mm}-{system}-{name}-{nn} "
        "(heir_id)\n",
    )


def test_ids_are_checked(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["id", "check", "BID-WEB-041", "B041"]) == 0
    assert capsys.readouterr() == (
        "BID-WEB-041: ok: barton_id\nB041: warning: barton_id of the legacy format B{nnn}\n",
        "2 ids: 1 ok, 1 legacy\n",
    )
    assert main(["id", "check", "BID-WEB-041", "--kind", "heir"]) == 1
    assert capsys.readouterr().out == (
        "BID-WEB-041: malformed: it has 3 parts between '-' and needs 5; the nearest format is "
        "HEIR-{yyyy}-{mm}-{system}-{name}-{nn} (heir_id)\n"
    )


def piped(text: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text)))


def test_lines_of_standard_input_are_checked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    piped(b"BID-WEB-041\r\n\nBID-WEB-\xff\n BID-WEB-042", monkeypatch)
    assert main(["id", "check", "-", "--format", "json"]) == 1
    printed = capsys.readouterr()
    found = [json.loads(line) for line in printed.out.splitlines()]
    assert [(one["value"], one["status"]) for one in found] == [
        ("BID-WEB-041", "ok"),
        ("BID-WEB-\\xff", "malformed"),
        (" BID-WEB-042", "malformed"),
    ]
    assert printed.err == "3 ids: 1 ok, 2 malformed\n"


@pytest.mark.parametrize("arguments", [["id", "check"], ["id", "check", "-"]])
def test_nothing_checked_is_no_pass(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    piped(b"\n\n", monkeypatch)
    assert main(arguments) == 2
    assert capsys.readouterr().err == (
        "error: there was no id to check\n"
        "  = hint: name ids, or pipe them into `ctb-lint id check -`, one a line\n"
    )


def test_ids_are_checked_in_a_pipeline() -> None:
    ran = subprocess.run(
        [Path(sys.executable).with_name("ctb-lint"), "id", "check", "-"],
        input="BID-WEB-041\n", capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (ran.returncode, ran.stdout) == (0, "BID-WEB-041: ok: barton_id\n")

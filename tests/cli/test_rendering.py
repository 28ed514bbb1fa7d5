"""Where reports go: several formats at once, each whole, and never over what was read."""

from __future__ import annotations

import json
import os
from pathlib import Path
from xml.etree import ElementTree

import pytest

from ctb_lint.cli import options, rendering
from ctb_lint.cli.app import main
from ctb_lint.cli.output import emit
from ctb_lint.cli.rendering import Look, Output, outputs
from ctb_lint.cli.trouble import RunError
from ctb_lint.report import Report
from ctb_lint.reporters import concise, json_report, markdown, text
from tests.cli.test_app import pretend
from tests.reporters.reports import SQL, finding, full, report, span

MACHINES = [form for form in options.FORMATS if form not in rendering.FOR_PEOPLE]


def test_every_format_has_its_reporter() -> None:
    assert {*rendering.FOR_PEOPLE, *rendering.MODULES} == set(options.FORMATS)


@pytest.mark.parametrize(
    ("form", "given", "expected"),
    [
        pytest.param("text", [], [Output("text")], id="standard output"),
        pytest.param("json", ["a"], [Output("json", Path("a"))], id="a bare file takes the report"),
        pytest.param(
            "text",
            ["sarif:a", "junit:b"],
            [Output("sarif", Path("a")), Output("junit", Path("b")), Output("text")],
            id="files with a format come beside it",
        ),
        pytest.param(
            "concise",
            ["a", "sarif:b"],
            [Output("concise", Path("a")), Output("sarif", Path("b"))],
            id="a bare file and one with a format",
        ),
        pytest.param("text", ["json:-"], [Output("json")], id="standard output in a format"),
        pytest.param("json", ["-"], [Output("json")], id="standard output by its name"),
        pytest.param("text", ["json:/dev/stdout"], [Output("json")], id="and by its other name"),
        pytest.param(
            "text",
            ["json:-", "a"],
            [Output("text", Path("a")), Output("json")],
            id="both ways round",
        ),
        pytest.param(
            "text", [r"C:\out\r.txt"], [Output("text", Path(r"C:\out\r.txt"))], id="a drive"
        ),
        pytest.param(
            "text",
            [r"json:C:\r.json"],
            [Output("json", Path(r"C:\r.json")), Output("text")],
            id="a format and a drive",
        ),
        pytest.param("text", ["12:30"], [Output("text", Path("12:30"))], id="no word before it"),
        pytest.param("text", ["foo:a"], [Output("text", Path("foo:a"))], id="no format's name"),
        pytest.param(
            "text", ["./sarfi:a"], [Output("text", Path("sarfi:a"))], id="a path to such a file"
        ),
    ],
)
def test_outputs_are_read(form: str, given: list[str], expected: list[Output]) -> None:
    assert outputs(form, given) == tuple(expected)


@pytest.mark.parametrize(
    ("form", "given", "message"),
    [
        ("text", ["sarfi:a"], "--output 'sarfi:a' begins with no format; did you mean sarif:a?"),
        ("text", ["JSON:a"], "--output 'JSON:a' begins with no format; did you mean json:a?"),
        ("text", ["json:"], "--output 'json:' names no file"),
        ("text", [""], "--output '' names no file"),
        ("text", ["a", "b"], "2 values of --output are without a format"),
        ("text", ["json:a", "sarif:a"], "json and sarif would go to the same file"),
        ("text", ["json:a", "sarif:x/../a"], "json and sarif would go to the same file"),
        ("text", ["json:-", "sarif:-"], "standard output would get json and sarif"),
        ("junit", ["json:-"], "standard output would get json and junit"),
        ("junit", ["json:/dev/stdout"], "standard output would get json and junit"),
        ("jsn", [], "--format cannot be 'jsn'; did you mean json?"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused(form: str, given: list[str], message: str) -> None:
    with pytest.raises(RunError) as caught:
        outputs(form, given)
    assert str(caught.value) == message
    assert caught.value.failure.hint


def test_two_names_of_one_file_are_seen(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("real")
    with pytest.raises(RunError, match="would go to the same file"):
        outputs("text", [f"json:{tmp_path}/link", f"sarif:{tmp_path}/real"])


def test_outputs_are_refused_before_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    requests = pretend(monkeypatch, report())
    assert main(["check", "-o", "json:a", "-o", "sarif:a"]) == 2
    assert requests == []


def test_several_formats_are_written_at_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    pretend(monkeypatch, report(finding(span(SQL, "users"))))
    one, other = tmp_path / "r.json", tmp_path / "r.md"
    assert main(["check", "-o", f"json:{one}", "-o", f"markdown:{other}"]) == 1
    expected = report(finding(span(SQL, "users")))
    assert capsys.readouterr() == ("".join(text.render(expected)), "")
    assert one.read_text("utf-8") == "".join(json_report.render(expected))
    assert other.read_text("utf-8") == "".join(markdown.render(expected))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["r.json", "r.md"]


def test_what_cannot_be_written_keeps_nothing_else_back(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    pretend(monkeypatch, report())
    bad, good = tmp_path / "none" / "a", tmp_path / "b"
    arguments = ["check", "-o", f"json:{bad}", "-o", f"concise:{good}"]
    assert main(arguments) == 2
    assert good.read_text("utf-8") == "".join(concise.render(report()))
    assert capsys.readouterr() == (
        "".join(text.render(report())),
        f"{bad}: error: cannot write the report: No such file or directory\n",
    )


def test_a_reporter_that_fails_is_said_and_keeps_nothing_else_back(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def broken(_: Report) -> None:
        raise KeyError("x")

    pretend(monkeypatch, report())
    monkeypatch.delenv("CTB_LINT_TRACEBACK", raising=False)
    monkeypatch.setattr(json_report, "render", broken)
    arguments = ["check", "-o", f"json:{tmp_path / 'a'}", "-o", f"markdown:{tmp_path / 'b'}"]
    assert main(arguments) == 2
    assert "error: internal error: KeyError: 'x'" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["b"]


@pytest.mark.parametrize("form", MACHINES)
def test_an_abandoned_run_leaves_a_report_that_did_not_finish(
    form: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    pretend(monkeypatch, RunError("unknown key selct", path="c.toml", line=3))
    target = tmp_path / "report"
    target.write_text("an old pass")
    assert main(["check", "--format", form, "-o", f"{form}:{target}"]) == 2
    shown = capsys.readouterr()
    assert shown.err == "c.toml:3: error: unknown key selct\n"
    written = target.read_text("utf-8")
    assert shown.out == written
    assert did_not_finish(form, written)


def did_not_finish(form: str, written: str) -> bool:
    """Whether the report says that the run failed, in the words of its format."""
    if form == "junit":
        return ElementTree.fromstring(written).attrib["errors"] == "1"
    if form == "github":
        return written.startswith("::error file=c.toml,line=3,title=ctb-lint did not finish::")
    if form == "markdown":
        return "### ctb-lint: not finished\n" in written
    read = json.loads(written)
    if form == "gitlab":
        return [issue["severity"] for issue in read] == ["blocker"]
    if form == "sarif":
        return read["runs"][0]["invocations"][0]["executionSuccessful"] is False
    return read["summary"]["finished"] is False


def test_a_wrong_option_leaves_an_unfinished_report_too(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pretend(monkeypatch, report())
    target = tmp_path / "r.json"
    assert main(["check", "--as-of", "tomorrow", "-o", f"json:{target}"]) == 2
    assert json.loads(target.read_text("utf-8"))["summary"]["finished"] is False


def test_an_abandoned_run_for_people_replaces_an_old_pass(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    pretend(monkeypatch, RunError("unknown key selct"))
    target = tmp_path / "r.txt"
    target.write_text("No findings.")
    assert main(["check", "-o", str(target)]) == 2
    assert "This run is not a pass." in target.read_text("utf-8")
    assert capsys.readouterr() == ("", "error: unknown key selct\n")


def test_an_abandoned_run_writes_over_no_migration(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pretend(monkeypatch, RunError("unknown key selct"))
    migration = tmp_path / "1.sql"
    migration.write_text(SQL)
    assert main(["check", "-o", f"json:{migration}"]) == 2
    assert migration.read_text() == SQL


def test_no_report_is_written_over_what_was_read(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    read, other = tmp_path / "baseline.json", tmp_path / "r.json"
    read.write_text("{}")
    look = Look((Output("sarif", read), Output("json", other), Output("text")))
    assert rendering.deliver(full(), look, [read]) == 2
    assert read.read_text() == "{}"
    assert json.loads(other.read_text("utf-8"))["summary"]["finished"] is False
    assert capsys.readouterr() == (
        "",
        f"error: --output {read} is a file that was read\n  = hint: name another file\n",
    )


def test_the_only_output_that_is_refused_goes_to_standard_output(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    read = tmp_path / "a.sql"
    read.write_text("")
    assert rendering.deliver(report(), Look((Output("json", read),)), [read]) == 2
    assert json.loads(capsys.readouterr().out)["summary"]["finished"] is False


def test_the_baseline_and_the_configuration_are_what_was_read(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    config = tmp_path / "ctb-lint.toml"
    config.write_text('profile = "minimal"\n')
    (tmp_path / "1.sql").write_text("CREATE TABLE a (x int);\n")
    assert main(["check", "1.sql", "-o", f"sarif:{os.path.relpath(config)}"]) == 2
    assert "is a file that was read" in capsys.readouterr().err
    assert config.read_text() == 'profile = "minimal"\n'


def test_show_suppressed_reaches_the_report(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pretend(monkeypatch, full())
    main(["check", "--show-suppressed"])
    assert capsys.readouterr().out == "".join(text.render(full(), show_suppressed=True))


def test_a_report_can_go_into_a_pipe_that_has_no_name() -> None:
    reading, writing = os.pipe()
    try:
        emit(("one\n", "two\n"), Path(f"/dev/fd/{writing}"))
        assert os.read(reading, 100) == b"one\ntwo\n"
    finally:
        os.close(reading)
        os.close(writing)

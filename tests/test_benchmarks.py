"""The counts of the benchmarks, held against real reports."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import synthetic
from benchmarks.counts import findings_in
from ctb_lint.cli.app import main
from ctb_lint.cli.options import FORMATS


@pytest.mark.parametrize("form", FORMATS)
def test_the_findings_of_every_format_are_counted(
    form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    synthetic.without_ids(tmp_path / "migrations", 200)
    monkeypatch.chdir(tmp_path)

    code = main(["check", "--select", "S001", "--format", form, "migrations"])

    assert (code, findings_in(capsys.readouterr().out, form)) == (1, 200)


def test_a_report_without_a_summary_is_not_counted() -> None:
    with pytest.raises(ValueError, match="no summary"):
        findings_in("::error::it broke\n", "github")

"""The wheel holds what the tree holds, and works where nothing else of the tree is."""

from __future__ import annotations

import configparser
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = {"ctb_lint": "ctb_lint", "ctb_lint_rules": "rules"}
"""The folder of each package that is installed."""
BIN = "Scripts" if os.name == "nt" else "bin"


def modules() -> set[str]:
    """Every module of the tree, as its path in the wheel."""
    return {
        f"{package}/{path.relative_to(ROOT / folder).as_posix()}"
        for package, folder in SOURCES.items()
        for path in (ROOT / folder).rglob("*.py")
    }


def test_the_project_lists_every_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    listed = project["tool"]["setuptools"]["packages"]
    assert listed == sorted({path.rpartition("/")[0].replace("/", ".") for path in modules()})


def test_every_package_says_what_it_is() -> None:
    folders = {Path(path).parent for path in modules()}
    assert sorted(folders - {Path(p).parent for p in modules() if p.endswith("__init__.py")}) == []


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel, built from a copy so that the tree stays as it is."""
    tree = tmp_path_factory.mktemp("tree")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tree)
    for folder in SOURCES.values():
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / folder, tree / folder, ignore=ignored)
    built = tmp_path_factory.mktemp("built")
    pip("wheel", "--no-deps", "--wheel-dir", str(built), str(tree))
    (found,) = built.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment that has the wheel, and ctb-lint's dependencies from here."""
    home = tmp_path_factory.mktemp("environment")
    python = home / BIN / "python"
    run([sys.executable, "-m", "venv", "--without-pip", str(home)])
    pip("--python", str(python), "install", "--no-deps", "--no-index", str(wheel))
    ask = "import sysconfig; print(sysconfig.get_path('purelib'))"
    own = Path(run([str(python), "-c", ask]).stdout.strip())
    # A folder that a .pth file names comes last, and its own .pth files (that of the editable
    # install) are not read.
    ours = dict.fromkeys(sysconfig.get_path(name) for name in ("purelib", "platlib"))
    (own / "dependencies.pth").write_text("".join(f"{path}\n" for path in ours), encoding="utf-8")
    return python.parent


def pip(*arguments: str) -> None:
    run([sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments])


def run(command: list[str], cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Runs a program that must not fail to run."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "VIRTUAL_ENV"))}
    done = subprocess.run(command, cwd=cwd, env=clean, capture_output=True, text=True, timeout=300)
    assert done.returncode in {0, 1}, done.stderr
    return done


def names(wheel: Path) -> Iterator[str]:
    with zipfile.ZipFile(wheel) as archive:
        yield from archive.namelist()


def text(wheel: Path, ending: str) -> str:
    """The one file of the wheel whose path ends so."""
    (name,) = (name for name in names(wheel) if name.endswith(ending))
    with zipfile.ZipFile(wheel) as archive:
        return archive.read(name).decode()


@pytest.mark.slow
def test_the_wheel_holds_every_module_and_no_other(wheel: Path) -> None:
    assert {name for name in names(wheel) if name.endswith(".py")} == modules()


@pytest.mark.slow
def test_the_wheel_holds_what_is_no_module(wheel: Path) -> None:
    held = set(names(wheel))
    data = {
        f"{package}/{path.relative_to(ROOT / folder).as_posix()}"
        for package, folder in SOURCES.items()
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and path.suffix not in {".py", ".pyc"}
    }
    assert {"ctb_lint/py.typed", "ctb_lint_rules/py.typed"} <= data
    assert any(path.endswith("/report.schema.json") for path in data)
    assert data <= held
    assert text(wheel, "/LICENSE") == (ROOT / "LICENSE").read_text(encoding="utf-8")
    foreign = [name for name in held if name.split("/")[0] not in {*SOURCES, metadata(wheel)}]
    assert foreign == []


def metadata(wheel: Path) -> str:
    return next(name.split("/")[0] for name in names(wheel) if name.endswith("/METADATA"))


@pytest.mark.slow
def test_the_wheel_offers_the_program_and_the_rules(wheel: Path) -> None:
    offered = configparser.ConfigParser()
    offered.read_string(text(wheel, "/entry_points.txt"))
    assert dict(offered["console_scripts"]) == {"ctb-lint": "ctb_lint.cli.app:main"}
    assert dict(offered["ctb_lint.rules"]) == {"ctb": "ctb_lint_rules"}


@pytest.mark.slow
def test_what_is_installed_is_the_wheel(environment: Path, tmp_path: Path) -> None:
    ask = "import ctb_lint, ctb_lint_rules; print(ctb_lint.__file__, ctb_lint_rules.__file__)"
    shown = run([str(environment / "python"), "-c", ask], tmp_path).stdout
    assert str(ROOT) not in shown
    assert shown.count(str(environment.parent)) == 2


@pytest.mark.slow
def test_the_installed_program_knows_every_rule(environment: Path, tmp_path: Path) -> None:
    listed = run([str(environment / "ctb-lint"), "rules", "--format", "json"], tmp_path).stdout
    written = [path for path in (ROOT / "rules").rglob("*.py") if path.name != "__init__.py"]
    assert sorted(rule["name"].replace("-", "_") for rule in json.loads(listed)) == sorted(
        path.stem for path in written
    )
    assert "S001" in run([str(environment / "ctb-lint"), "rules"], tmp_path).stdout


@pytest.mark.slow
def test_the_installed_program_finds_a_fault(environment: Path, tmp_path: Path) -> None:
    (tmp_path / "001_orders.sql").write_text("CREATE TABLE orders (id uuid PRIMARY KEY);\n")
    command = [str(environment / "ctb-lint"), "check", "--format", "json", "001_orders.sql"]
    done = run(command, tmp_path)
    found = json.loads(done.stdout)["findings"]
    assert ("S001", "001_orders.sql", 1) in {(f["code"], f["path"], f["line"]) for f in found}
    assert done.returncode == 1

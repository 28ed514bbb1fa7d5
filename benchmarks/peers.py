"""Other tools for the same files, installed into a folder of their own."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

FOLDER = Path(__file__).resolve().parents[1] / ".bench"
_BIN = "Scripts" if os.name == "nt" else "bin"
_LONGEST = 300
"""Seconds after which an installation or a run is given up."""
_MEBIBYTE = 1024 * 1024


class Peer(Struct, frozen=True):
    """A tool: its distribution, its program, and the arguments that stand before the files."""

    distribution: str
    program: str
    arguments: tuple[str, ...] = ()


SQLFLUFF = Peer("sqlfluff", "sqlfluff", ("lint", "--dialect", "postgres", "--processes", "1"))
SQUAWK = Peer("squawk-cli", "squawk", ("--reporter", "gcc"))
SAFEMIGRATE = Peer("safemigrate-lint", "safemigrate-lint")


class Run(Struct, frozen=True):
    """One run of a program: seconds of wall time and of processor time, the most memory it held
    (MiB), its exit code and what it printed."""

    seconds: float
    processor: float
    memory: float
    code: int
    output: str


class Missing(Exception):  # noqa: N818 - it says what is missing
    """A peer that cannot be had; the message says why."""


def installed(peer: Peer) -> tuple[list[str], str]:
    """The command line of a peer up to the files, and its version. Raises Missing."""
    python = FOLDER / "peers" / _BIN / "python"
    program = python.with_name(peer.program)
    if not python.exists():
        _quietly([sys.executable, "-m", "venv", str(python.parents[1])])
    if not program.exists():
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        _quietly([*pip, peer.distribution])
    if not program.exists():
        raise Missing(f"{peer.distribution} brings no program {peer.program}")
    ask = f"import importlib.metadata as m; print(m.version({peer.distribution!r}))"
    version = subprocess.run([str(python), "-c", ask], capture_output=True, text=True, check=True)
    return [str(program), *peer.arguments], version.stdout.strip()


def ourselves() -> list[str]:
    """The command line of ctb-lint as it is installed here."""
    beside = Path(sys.executable).with_name("ctb-lint")
    program = str(beside) if beside.exists() else shutil.which("ctb-lint")
    if program is None:
        raise Missing("ctb-lint is not installed beside this Python")
    return [program, "check"]


def run(command: Sequence[str], folder: Path) -> Run:
    """Runs a program in a folder, and measures it. Raises Missing where it dies of itself."""
    output = FOLDER / "output.txt"
    with output.open("wb") as stream:
        began = time.perf_counter()
        process = subprocess.Popen(
            list(command), cwd=folder, stdout=stream, stderr=subprocess.STDOUT,
            env=_environment(),
        )  # fmt: skip
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    text = output.read_text(encoding="utf-8", errors="replace")
    if process.returncode not in {0, 1}:
        end = " ".join(text.split())[-300:]
        raise Missing(f"{Path(command[0]).name} exited {process.returncode}: {end}")
    processor = usage.ru_utime + usage.ru_stime
    return Run(seconds, processor, _mebibytes(usage), process.returncode, text)


def _environment() -> dict[str, str]:
    """What the programs run in: like any user's, with bytecode that is kept from run to run."""
    ours = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    return ours | {"NO_COLOR": "1", "PYTHONPYCACHEPREFIX": str(FOLDER / "bytecode")}


def _mebibytes(usage: resource.struct_rusage) -> float:
    unit = 1 if sys.platform == "darwin" else 1024
    return usage.ru_maxrss * unit / _MEBIBYTE


def _quietly(command: Sequence[str]) -> None:
    try:
        subprocess.run(list(command), check=True, capture_output=True, text=True, timeout=_LONGEST)
    except subprocess.CalledProcessError as error:
        why = (error.stderr or error.stdout or "").strip().splitlines()
        raise Missing(why[-1] if why else f"exit code {error.returncode}") from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Missing(str(error)) from error

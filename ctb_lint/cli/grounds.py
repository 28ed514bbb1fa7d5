"""What a run judges by, as its report tells it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ctb_lint.report import GroundFile, Grounds

if TYPE_CHECKING:
    from ctb_lint.cli.assess import Bench
    from ctb_lint.cli.newness import Compared
    from ctb_lint.config import Config


def grounds(state: Compared, bench: Bench, baseline: tuple[str, bytes] | None) -> Grounds:
    """The grounds of a run; ``baseline`` is the known debt that it was held against, as the
    report shows the file, and its bytes."""
    versions = {shadow.version for shadow in state.shadows.values()}
    return Grounds(
        as_of=bench.as_of,
        pg_version=bench.config.pg_version,
        shadow=next(iter(sorted(versions)), None),
        files=(*_files(bench.config, baseline), *_snapshot(state)),
    )


def _snapshot(state: Compared) -> Iterator[GroundFile]:
    live = state.looked.live
    if live and live.snapshot:
        yield GroundFile("snapshot", live.snapshot.path, live.snapshot.sha256)


def _files(config: Config, baseline: tuple[str, bytes] | None) -> Iterator[GroundFile]:
    if config.path and config.sha256:
        yield GroundFile("configuration", config.path.name, config.sha256)
    if baseline:
        path, raw = baseline
        yield GroundFile("baseline", path, hashlib.sha256(raw).hexdigest())

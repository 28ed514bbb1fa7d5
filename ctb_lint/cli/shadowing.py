"""The histories of a run on a real, empty PostgreSQL (``check --shadow``)."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from msgspec import structs

from ctb_lint.cli.trouble import RunError, safe
from ctb_lint.report import Failure
from ctb_lint.shadow import Shadow, Unjudged

if TYPE_CHECKING:
    from ctb_lint.cli.assess import Bench
    from ctb_lint.cli.newness import Compared
    from ctb_lint.cli.request import Request
    from ctb_lint.readers.shadow.places import Places


def with_shadows(state: Compared, request: Request, bench: Bench) -> Compared:
    """The state with what a server made of each of its histories, where that is asked for. What
    could not be followed to its end is a failure. Raises RunError where there is no server."""
    if not request.shadow and request.shadow_db is None:
        return state
    from ctb_lint.readers.postgres.trouble import ReadTrouble
    from ctb_lint.readers.shadow.reader import play

    read, config = state.read, bench.config
    back = bench.chosen.severities.get("M012", "off") != "off"
    shadows: dict[str, Shadow] = {}
    try:
        with _places(request) as places:
            for folded in read.folded:
                shadows[folded.history.name] = play(
                    folded.history,
                    read.texts,
                    places,
                    default_schema=config.default_schema,
                    back=back,
                )
    except ReadTrouble as trouble:
        raise RunError(trouble.message, hint=trouble.hint) from None
    skipped = (*read.skipped, *_stood_in(shadows))
    if state.looked.live:
        skipped = (*skipped, *_by_text(shadows))
    read = structs.replace(read, skipped=skipped)
    return structs.replace(
        state, read=read, shadows=shadows, unfollowed=tuple(_unfollowed(shadows))
    )


def _places(request: Request) -> AbstractContextManager[Places]:
    from ctb_lint.readers.postgres.connect import libpq_defaults
    from ctb_lint.readers.postgres.target import choose_target
    from ctb_lint.readers.shadow.places import named, throwaway

    if request.shadow_db is None:
        return throwaway()
    return named(choose_target(request.shadow_db, os.environ, libpq_defaults()))


def _unfollowed(shadows: Mapping[str, Shadow]) -> Iterator[Failure]:
    for name, shadow in shadows.items():
        for one in shadow.unjudged:
            message = f"cannot be followed on PostgreSQL {shadow.version}: {_said(one)}"
            yield safe(Failure(message, path=name, hint=one.hint))


def _by_text(shadows: Mapping[str, Shadow]) -> Iterator[tuple[str, str]]:
    """Which histories are held against the database as they are written."""
    for name, shadow in shadows.items():
        if shadow.schema is None:
            why = f"it did not get to its end on PostgreSQL {shadow.version}"
            yield name, f"expressions are compared as they are written: {why}"


def _stood_in(shadows: Mapping[str, Shadow]) -> Iterator[tuple[str, str]]:
    for name, shadow in shadows.items():
        for one in shadow.stood_in:
            yield name, f"on PostgreSQL {shadow.version}, {_said(one)}"


def _said(one: Unjudged) -> str:
    return f"{one.what}: {one.why}"

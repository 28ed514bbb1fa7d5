"""``ctb-lint init``: sets a project up."""

from __future__ import annotations

from collections.abc import Callable

from ctb_lint.cli import options
from ctb_lint.cli.trouble import chosen


def init(
    paths: options.InitPaths = None,
    yes: options.Yes = False,
    pyproject: options.Pyproject = False,
    pg_version: options.PgVersion = None,
) -> Callable[[], int]:
    """Set ctb-lint up: write a configuration, a hook and a baseline; overwrite nothing."""

    def action() -> int:
        from ctb_lint.cli.initial.steps import Wishes, set_up

        version = pg_version and int(chosen("--pg-version", pg_version, options.PG_VERSIONS))
        return set_up(
            Wishes(
                paths=tuple(paths or ()),
                yes=yes,
                pyproject=pyproject,
                pg_version=version or None,
            )
        )

    return action

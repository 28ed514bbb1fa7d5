"""The rules that are installed, for whichever command needs them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctb_lint.cli.trouble import RunError

if TYPE_CHECKING:
    from ctb_lint.rule import Rule


def installed_rules() -> dict[str, Rule]:
    """All rules by code. Raises RunError where one of them cannot be loaded."""
    from ctb_lint.registry import RegistryError, load

    try:
        return load()
    except RegistryError as error:
        hint = "install ctb-lint and the packages that bring rules again"
        raise RunError(str(error), hint=hint) from error

"""Minting for a command: what is lacking is said with the option that gives it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from ctb_lint.cli.trouble import RunError

if TYPE_CHECKING:
    import datetime

    from ctb_lint.minting import Known, MissingValuesError
    from ctb_lint.standard import Standard


def mint(
    kind: str,
    given: Mapping[str, str],
    known: Known,
    standard: Standard,
    now: datetime.datetime | None = None,
) -> str:
    """A new id of a kind. Raises RunError where a value is lacking or does not fit."""
    import datetime
    import secrets

    from ctb_lint.formats import FormatError
    from ctb_lint.minting import MissingValuesError, minted, template_for

    moment = now or datetime.datetime.now(datetime.UTC)
    try:
        template = template_for(kind, standard, given)
        return minted(template, given, known, moment, secrets.SystemRandom())
    except MissingValuesError as lacking:
        raise RunError(str(lacking), hint=_way_out(lacking, known)) from lacking
    except FormatError as error:
        raise RunError(str(error), hint="ctb-lint id new --help lists the tokens") from error


def values_of(named: Mapping[str, str | None], others: Iterable[str] | None) -> dict[str, str]:
    """The values of the tokens that have options of their own, where those were given, and of
    ``--set TOKEN=VALUE``. Raises RunError where one is written otherwise."""
    given = {token: value for token, value in named.items() if value is not None}
    return given | _settings(others or ())


def _settings(given: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in given:
        token, equals, value = one.partition("=")
        if not equals or not token:
            raise RunError(f"--set cannot be {one!r}", hint="write --set TOKEN=VALUE")
        found[token.strip("{}")] = value
    return found


def _way_out(lacking: MissingValuesError, known: Known) -> str:
    """What to type for the missing values."""
    from ctb_lint.minting import NUMBERS

    typed = [f"{_option(part.token or '')} ({part.description})" for part in lacking.parts]
    numbered = any(part.token in NUMBERS for part in lacking.parts)
    catalogue = "" if known.complete or not numbered else ", or a --catalogue to count on from"
    return f"add {' and '.join(typed)}{catalogue}"


def _option(token: str) -> str:
    from ctb_lint.tokens import TOKENS

    return f"--{token}" if token in TOKENS else f"--set {token}=VALUE"

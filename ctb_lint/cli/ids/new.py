"""``ctb-lint id new``: a new id of the configured format."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from ctb_lint.cli import options
from ctb_lint.cli.ids import options as of_ids
from ctb_lint.cli.trouble import RunError

if TYPE_CHECKING:
    from ctb_lint.cli.run import Request
    from ctb_lint.config import Config
    from ctb_lint.formats import Template
    from ctb_lint.minting import Known, MissingValuesError


def new(
    kind: of_ids.NewKind,
    db: of_ids.Db = None,
    subhive: of_ids.Subhive = None,
    app: of_ids.App = None,
    timestamp: of_ids.Timestamp = None,
    ver: of_ids.Ver = None,
    date: of_ids.Date = None,
    stage: of_ids.Stage = None,
    yyyy: of_ids.Yyyy = None,
    mm: of_ids.Mm = None,
    system: of_ids.System = None,
    name: of_ids.Name = None,
    nn: of_ids.Nn = None,
    division: of_ids.Division = None,
    nnn: of_ids.Nnn = None,
    others: of_ids.Others = None,
    catalogue: options.Catalogue = None,
    config: options.ConfigFile = None,
) -> Callable[[], int]:
    """Mint an id. What the clock, chance and the catalogue give need not be said."""
    named = {
        "db": db, "subhive": subhive, "app": app, "timestamp": timestamp, "ver": ver, "date": date,
        "stage": stage, "yyyy": yyyy, "mm": mm, "system": system, "name": name, "nn": nn,
        "division": division, "nnn": nnn,
    }  # fmt: skip

    def action() -> int:
        from ctb_lint.cli.output import emit
        from ctb_lint.cli.run import Request, configuration

        given = {token: value for token, value in named.items() if value is not None}
        given |= _others(others or ())
        request = Request(config=config, catalogue=tuple(catalogue or ()))
        emit(_minted(of_ids.kind_of(kind), given, request, configuration(request)))
        return 0

    return action


def _others(given: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in given:
        token, equals, value = one.partition("=")
        if not equals or not token:
            raise RunError(f"--set cannot be {one!r}", hint="write --set TOKEN=VALUE")
        found[token.strip("{}")] = value
    return found


def _minted(kind: str, given: dict[str, str], request: Request, config: Config) -> Iterable[str]:
    import datetime
    import secrets

    from ctb_lint.formats import FormatError
    from ctb_lint.minting import MissingValuesError, minted, template_for

    template = template_for(kind, config.standard, given)
    known = _known(kind, template, request, config)
    now = datetime.datetime.now(datetime.UTC)
    try:
        return (minted(template, given, known, now, secrets.SystemRandom()) + "\n",)
    except MissingValuesError as lacking:
        raise RunError(str(lacking), hint=_way_out(lacking, known)) from lacking
    except FormatError as error:
        raise RunError(str(error), hint="ctb-lint id new --help lists the tokens") from error


def _known(kind: str, template: Template, request: Request, config: Config) -> Known:
    """The ids of the catalogue, where there is one and the template needs to know of others."""
    from ctb_lint.cli.reading import document
    from ctb_lint.entry_ids import BARTON, HEIR
    from ctb_lint.minting import NUMBERS, SHARED, Known, known_ids

    kinds = {one.key: one for one in (BARTON, HEIR)}
    if kind not in kinds or not {*NUMBERS, *SHARED} & {*template.tokens}:
        return Known()
    found = document(request, config)
    if found is None:
        return Known()
    return known_ids(found.catalogue, found.texts.values(), kinds[kind], config.standard)


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

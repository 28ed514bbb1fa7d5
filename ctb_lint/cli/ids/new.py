"""``ctb-lint id new``: a new id of the configured format."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ctb_lint.cli import options
from ctb_lint.cli.ids import options as of_ids

if TYPE_CHECKING:
    from ctb_lint.cli.request import Request
    from ctb_lint.config import Config
    from ctb_lint.minting import Known


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
        from ctb_lint.cli.ids.minting import mint, values_of
        from ctb_lint.cli.output import emit
        from ctb_lint.cli.request import Request, configuration

        wanted = of_ids.kind_of(kind)
        given = values_of(named, others)
        request = Request(config=config, catalogue=tuple(catalogue or ()))
        settled = configuration(request)
        known = _known(wanted, request, settled)
        emit((mint(wanted, given, known, settled.standard) + "\n",))
        return 0

    return action


def _known(kind: str, request: Request, config: Config) -> Known:
    """The ids of the catalogue, where there is one and the kind is of tables."""
    from ctb_lint.cli.reading import document
    from ctb_lint.entry_ids import BARTON, HEIR
    from ctb_lint.minting import Known, known_ids

    kinds = {one.key: one for one in (BARTON, HEIR)}
    found = document(request, config) if kind in kinds else None
    if found is None:
        return Known()
    return known_ids(found.catalogue, found.texts.values(), kinds[kind], config.standard)

"""``ctb-lint id parse``: the kind of an id, and its parts."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from ctb_lint.cli import options
from ctb_lint.cli.ids import options as of_ids
from ctb_lint.cli.trouble import chosen

if TYPE_CHECKING:
    from ctb_lint.recognition import Recognised


def parse(
    value: of_ids.Value,
    kind: of_ids.OfKind = None,
    format: of_ids.Format = "text",  # noqa: A002  # the option's name
    config: options.ConfigFile = None,
) -> Callable[[], int]:
    """Tell an id's kind and parts; exit code 1 where it is none."""

    def action() -> int:
        from ctb_lint.cli.ids.saying import as_json, sentence
        from ctb_lint.cli.output import emit
        from ctb_lint.cli.request import Request, configuration
        from ctb_lint.recognition import KINDS, recognised
        from ctb_lint.reporters.json_report import encoded

        form = chosen("--format", format, of_ids.FORMATS)
        standard = configuration(Request(config=config)).standard
        kinds = (of_ids.kind_of(kind),) if kind else KINDS
        found = recognised(value, standard, kinds)
        if form == "json":
            emit((encoded(as_json(found)) + "\n",), utf8=True)
        elif found.well_formed:
            emit(_parts(found))
        if not found.well_formed:
            sys.stderr.write(sentence(found))
        return int(not found.well_formed)

    return action


def _parts(found: Recognised) -> Iterator[str]:
    from ctb_lint.id_checks import Status
    from ctb_lint.reporters.sanitise import visible

    legacy = " (a legacy format)" if found.verdict.status is Status.LEGACY else ""
    yield f"{found.kind}: {visible(found.verdict.template)}{legacy}\n"
    width = max((len(token) for token in found.parts), default=0)
    for token, part in found.parts.items():
        yield f"  {token:<{width}}  {visible(part)}\n"

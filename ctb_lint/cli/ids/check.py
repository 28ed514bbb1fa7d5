"""``ctb-lint id check``: whether ids are of their format."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from ctb_lint.cli import options
from ctb_lint.cli.ids import options as of_ids
from ctb_lint.cli.trouble import RunError, chosen

if TYPE_CHECKING:
    from ctb_lint.id_checks import Status
    from ctb_lint.recognition import Recognised

STDIN = "-"


def check(
    values: of_ids.Values = None,
    kind: of_ids.OfKind = None,
    format: of_ids.Format = "text",  # noqa: A002  # the option's name
    config: options.ConfigFile = None,
) -> Callable[[], int]:
    """Check ids; exit code 1 where one is malformed. A legacy format is a warning."""

    def action() -> int:
        from ctb_lint.cli.output import emit
        from ctb_lint.cli.request import Request, configuration
        from ctb_lint.id_checks import Status
        from ctb_lint.recognition import KINDS, recognised

        form = chosen("--format", format, of_ids.FORMATS)
        standard = configuration(Request(config=config)).standard
        kinds = (of_ids.kind_of(kind),) if kind else KINDS
        seen: Counter[Status] = Counter()

        def judged() -> Iterator[Recognised]:
            for text in _texts(values or ()):
                found = recognised(text, standard, kinds)
                seen[found.verdict.status] += 1
                yield found

        emit({"text": _text, "json": _json}[form](judged()), utf8=form == "json")
        if not seen:
            hint = "name ids, or pipe them into `ctb-lint id check -`, one a line"
            raise RunError("there was no id to check", hint=hint)
        sys.stderr.write(_counted(seen))
        return int(bool(seen[Status.MALFORMED]))

    return action


def _texts(values: Iterable[str]) -> Iterator[str]:
    """The ids, one by one; the lines of standard input in the place of ``-``."""
    for value in values:
        if value != STDIN:
            yield value
            continue
        if sys.stdin is None:
            raise RunError("standard input is closed", hint="pipe the ids in, or name them")
        for line in sys.stdin.buffer:
            text = line.rstrip(b"\r\n").decode("utf-8", "backslashreplace")
            if text:
                yield text


def _text(found: Iterable[Recognised]) -> Iterator[str]:
    from ctb_lint.cli.ids.saying import sentence

    for one in found:
        yield sentence(one)


def _json(found: Iterable[Recognised]) -> Iterator[str]:
    """One object a line."""
    from ctb_lint.cli.ids.saying import as_json
    from ctb_lint.reporters.json_report import encoded

    for one in found:
        yield encoded(as_json(one)) + "\n"


def _counted(seen: Counter[Status]) -> str:
    from ctb_lint.id_checks import Status
    from ctb_lint.reporters.words import counted

    parts = [f"{seen[status]:,} {status}" for status in Status if seen[status]]
    return f"{counted(seen.total(), 'id')}: {', '.join(parts)}\n"

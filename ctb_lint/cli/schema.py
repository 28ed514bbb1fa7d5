"""``ctb-lint schema``: what the migrations build, folded to the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from ctb_lint.cli import options
from ctb_lint.cli.trouble import chosen, sentence

if TYPE_CHECKING:
    from ctb_lint.readers.sql.reader import SqlRead

FORMATS = ("tree", "json")
COULD_NOT_FINISH = 2


def schema(
    paths: options.Paths = None,
    format: options.SchemaFormat = "tree",  # noqa: A002  # the option's name
    config: options.ConfigFile = None,
    default_schema: options.DefaultSchema = None,
) -> Callable[[], int]:
    """Show the schema that the migrations build."""

    def action() -> int:
        import sys

        from ctb_lint.cli.output import emit
        from ctb_lint.cli.reading import migrations
        from ctb_lint.cli.request import Request, configuration
        from ctb_lint.passwords import masked
        from ctb_lint.report import Failure

        form = chosen("--format", format, FORMATS)
        request = Request(paths=tuple(paths or ()), config=config, default_schema=default_schema)
        read = migrations(request, configuration(request))
        shown = map(masked, {"tree": _tree, "json": _json}[form](read))
        emit(shown, utf8=form == "json")
        for one in read.failures:
            failure = Failure(message=one.message, path=one.path, line=one.line, hint=one.hint)
            sys.stderr.write(sentence(failure))
        return COULD_NOT_FINISH if read.failures else 0

    return action


def _tree(read: SqlRead) -> Iterator[str]:
    from ctb_lint.cli.tree import tree

    for folded in read.folded:
        yield from tree(folded)


def _json(read: SqlRead) -> Iterator[str]:
    """One object per history: its name and the model of its schema."""
    from ctb_lint.cli.tree import plain
    from ctb_lint.reporters.json_report import encoded

    histories = [
        {"history": folded.history.name, "schema": plain(folded.schema)} for folded in read.folded
    ]
    failures = [
        {"message": one.message, "path": one.path, "line": one.line, "hint": one.hint}
        for one in read.failures
    ]
    yield encoded({"histories": histories, "failures": failures}) + "\n"

"""The entry point: parses the command line, runs the command, and turns every end into an exit
code: 0 clean, 1 findings, 2 could not run or finish, 130 interrupted."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from ctb_lint.cli import (
    audit,
    check,
    claims,
    explain,
    init,
    options,
    output,
    readiness,
    rules,
    schema,
    snapshot,
)
from ctb_lint.cli.catalogue import fix as catalogue_fix
from ctb_lint.cli.catalogue import new as catalogue_new
from ctb_lint.cli.catalogue import render as catalogue_render
from ctb_lint.cli.ids import check as id_check
from ctb_lint.cli.ids import new as id_new
from ctb_lint.cli.ids import parse as id_parse
from ctb_lint.cli.trouble import INTERRUPTED, RunError, internal, interrupted, sentence

NAME = "ctb-lint"
COULD_NOT_RUN = 2

# The common base of all that typer says about a wrong command line; where it is defined depends
# on the version of typer.
_UsageError: type[Any] = typer.BadParameter.__bases__[0]

app = typer.Typer(
    name=NAME,
    help="Finds violations of the CTB standard in PostgreSQL migrations.",
    epilog="Exit codes: 0 clean, 1 findings, 2 could not run or could not finish.",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _group(name: str, about: str) -> typer.Typer:
    """A command that has commands of its own."""
    group = typer.Typer(help=about, rich_markup_mode=None)

    @group.callback(invoke_without_command=True)
    def _bare(context: typer.Context) -> None:
        _needs_command(context)

    app.add_typer(group, name=name)
    return group


def _needs_command(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        # A pipeline that forgot the command must not pass.
        typer.echo(context.get_help(), err=True)
        raise typer.Exit(COULD_NOT_RUN)


app.command("check")(check.check)
app.command("audit")(audit.audit)
app.command("snapshot")(snapshot.snapshot)
app.command("init")(init.init)
app.command("rules")(rules.rules)
app.command("explain")(explain.explain)
app.command("schema")(schema.schema)
app.command("claims")(claims.claims)
app.command("readiness")(readiness.readiness)
catalogue = _group("catalogue", "Write, render and mend the catalogue.")
catalogue.command("new")(catalogue_new.new)
catalogue.command("render")(catalogue_render.render)
catalogue.command("fix")(catalogue_fix.fix)
ids = _group("id", "Mint, parse and check ids.")
ids.command("new")(id_new.new)
ids.command("parse")(id_parse.parse)
ids.command("check")(id_check.check)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"{NAME} {version(NAME)}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def _root(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    _needs_command(context)


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command line and returns its exit code.

    ``argv`` are the arguments without the program's name; by default those of the process.
    """
    try:
        return _ended(list(sys.argv[1:] if argv is None else argv))
    finally:
        output.settle(sys.stdout)
        output.settle(sys.stderr)


def _ended(arguments: list[str]) -> int:
    """The exit code of a command, whatever its end is."""
    try:
        # A command only says what is to be done: it is done outside of typer, which has its own
        # ideas of exceptions and broken pipes.
        action = _parsed(arguments)
        return action() if callable(action) else int(action or 0)
    except RunError as trouble:
        _say(sentence(trouble.failure))
    except _UsageError as error:
        _say(sentence(_usage(error).failure))
    except (KeyboardInterrupt, typer.Abort):
        _say(sentence(interrupted()))
        return INTERRUPTED
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else COULD_NOT_RUN
    except Exception as error:  # the user is owed a sentence, whatever went wrong
        if os.environ.get("CTB_LINT_TRACEBACK"):
            import traceback

            _say(traceback.format_exc())
        _say(sentence(internal(error)))
    return COULD_NOT_RUN


def _parsed(arguments: list[str]) -> Any:
    """What typer makes of the command line; it writes only help and version itself."""
    try:
        known = options.with_values(arguments)
        return typer.main.get_command(app).main(known, NAME, standalone_mode=False)
    except OSError as error:
        raise RunError(f"cannot write to standard output: {error.strerror or error}") from error


def _usage(error: Any) -> RunError:
    context = error.ctx
    command = context.command_path if context else NAME
    message = " ".join(error.format_message().split())
    return RunError(message.removesuffix("."), hint=f"{command} --help shows what there is")


def _say(text: str) -> None:
    """To standard error; where even that is gone, the exit code has to do."""
    try:
        if sys.stderr:
            sys.stderr.write(text)
            sys.stderr.flush()
    except OSError:
        return

"""The configuration that is planned: its text, for a file of its own or for pyproject.toml."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ctb_lint.cli.initial.facts import BASELINE, Facts
from ctb_lint.cli.initial.quoting import quoted
from ctb_lint.cli.trouble import RunError
from ctb_lint.history import Layout
from ctb_lint.reporters.sanitise import visible
from ctb_lint.settings import FIRST_PG, LAST_PG, USUAL_CATALOGUES

TABLE = "tool.ctb-lint"


def configuration(
    facts: Facts, pg_version: int, because: str, *, baseline: bool, table: str = ""
) -> str:
    """The text of the configuration.

    ``because`` says where the version is from; ``baseline`` whether known findings are kept.
    ``table`` is the table that it is to stand in, empty for a file of its own. Raises RunError for
    a path that TOML cannot hold.
    """
    try:
        blocks = list(_blocks(facts, pg_version, because, baseline, table))
    except ValueError as error:
        hint = "rename the folder, or exclude it"
        raise RunError(f"a path cannot be written into TOML: {error}", hint=hint) from error
    head = f"[{table}]\n" if table else ""
    return head + "\n".join(blocks)


def _blocks(
    facts: Facts, pg_version: int, because: str, baseline: bool, table: str
) -> Iterator[str]:
    spelled_out = _needs_histories(facts)
    if not spelled_out:
        yield f"# The migrations, relative to this file.\npaths = {_list(facts.paths)}\n"
    yield (
        f"# The PostgreSQL that they are for, {FIRST_PG} to {LAST_PG} ({visible(because)}).\n"
        f"pg-version = {pg_version}\n"
    )
    if facts.catalogues and not set(facts.catalogues) & set(USUAL_CATALOGUES):
        yield f"# Where the tables are described.\ncatalogue = {_list(facts.catalogues)}\n"
    if baseline:
        yield f'# Known findings: only what is not among them fails.\nbaseline = "{BASELINE}"\n'
    newest = [line.newest for line in facts.lines if line.newest]
    if len(facts.lines) == len(newest) == 1 and not spelled_out:
        yield (
            "# The newest migration that a database has applied. Up to that one files must not "
            f"change, and\n# are not reported on.\n# released = {quoted(newest[0])}\n"
        )
    if spelled_out:
        yield from (_history(facts, path, table) for path in facts.paths)


def _needs_histories(facts: Facts) -> bool:
    """Whether a list of paths does not say enough: files, and those that are fed to psql."""
    return bool(facts.lone or facts.psql)


def _history(facts: Facts, path: str, table: str) -> str:
    script = dict(facts.psql).get(path)
    name = path if path != "." else "migrations"
    header = f"{table}.histories" if table else "histories"
    lines = []
    if script:
        lines.append(
            f"# {visible(script.path)}:{script.line} feeds these to psql: no tool knows which ran."
        )
    lines += [f"[[{header}]]", f"name = {quoted(name)}", f"path = {quoted(path)}"]
    if script:
        lines.append(f'layout = "{Layout.PSQL.value}"')
    return "\n".join(lines) + "\n"


def _list(items: Iterable[str]) -> str:
    strings = [quoted(item) for item in items]
    if len(strings) == 1:
        return f"[{strings[0]}]"
    return "[\n" + "".join(f"    {one},\n" for one in strings) + "]"

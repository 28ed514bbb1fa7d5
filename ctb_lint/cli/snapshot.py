"""``ctb-lint snapshot``: the schema of a database as a file, for checks without the database."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ctb_lint.cli import options
from ctb_lint.cli.trouble import RunError

if TYPE_CHECKING:
    from ctb_lint.cli.request import Request
    from ctb_lint.config import Config
    from ctb_lint.live import LiveFacts
    from ctb_lint.model import Schema
    from ctb_lint.readers.snapshot.form import StampForm
    from ctb_lint.readers.snapshot.writing import Written

STDOUT = "-"


def snapshot(
    output: options.TakenTo = STDOUT,
    db: options.Db = None,
    allow_plaintext: options.AllowPlaintext = False,
    stamped: options.Stamped = False,
    default_schema: options.DefaultSchema = None,
    config: options.ConfigFile = None,
) -> Callable[[], int]:
    """Write the schema of a database to a file, for check --snapshot: no rows, no secrets."""

    def action() -> int:
        from ctb_lint.cli.database import refuse_urls
        from ctb_lint.cli.request import Request, configuration

        refuse_urls([output, config])
        request = Request(
            config=config,
            default_schema=default_schema,
            db=options.ENVIRONMENT if db is None else db,
            allow_plaintext=allow_plaintext,
        )
        settled = configuration(request)
        path = None if output == STDOUT else Path(output)
        old = _replaced(path) if path else None
        schema, taken = _taken(request, settled, stamped)
        if taken.unsafe:
            raise RunError(
                f"the snapshot may hold a credential at {taken.unsafe[0]}: nothing is written",
                hint="rename what is called so, or take the label out",
            )
        _write(taken.data, path, old)
        for line in _said(schema, taken):
            sys.stderr.write(line)
        return 0

    return action


def _replaced(path: Path) -> bytes | None:
    """What is in the file that is to be written, None where there is none. Raises RunError where
    that is anything but a snapshot."""
    from ctb_lint.readers.snapshot.reader import MOST_BYTES, is_snapshot

    hint = "name another file with --output"
    try:
        if not path.exists() or _is_written_to(path):
            return None
        with path.open("rb") as stream:
            old = stream.read(MOST_BYTES + 1)
    except OSError as error:
        why = error.strerror or str(error)
        raise RunError(f"cannot be written: {why}", path=str(path), hint=hint) from error
    if old.strip() and not is_snapshot(old):
        raise RunError("is there already, and is no snapshot", path=str(path), hint=hint)
    return old


def _is_written_to(path: Path) -> bool:
    """Whether it is neither a file nor a folder: a pipe or a device has nothing to replace."""
    return path.exists() and not path.is_file() and not path.is_dir()


def _taken(request: Request, config: Config, stamped: bool) -> tuple[Schema, Written]:
    """The schema of the database, and the snapshot of it."""
    from ctb_lint.cli.database import target_of
    from ctb_lint.readers.postgres.connect import connected
    from ctb_lint.readers.postgres.inspect import inspect_with_facts
    from ctb_lint.readers.postgres.trouble import ReadTrouble
    from ctb_lint.readers.snapshot.writing import written

    try:
        target = target_of(request)
        with connected(target) as connection:
            found = inspect_with_facts(connection, target, default_schema=config.default_schema)
    except ReadTrouble as trouble:
        raise RunError(trouble.message, hint=trouble.hint) from trouble
    facts = found.facts
    stamp = _stamp(facts) if stamped else None
    return found.schema, written(found.schema, facts.lasting, facts.server.major, stamp)


def _stamp(facts: LiveFacts) -> StampForm:
    from importlib.metadata import version

    from ctb_lint.readers.snapshot.form import StampForm

    taken = facts.read_at.astimezone(datetime.UTC).replace(microsecond=0)
    return StampForm(
        taken=taken.strftime("%Y-%m-%dT%H:%M:%SZ"),
        database=facts.server.database,
        server=facts.server.version,
        tool=version("ctb-lint"),
    )


def _write(data: bytes, path: Path | None, old: bytes | None) -> None:
    from ctb_lint.cli.output import emit
    from ctb_lint.cli.writing import Written, write
    from ctb_lint.reporters.sanitise import escaped_json

    text = escaped_json(data.decode("utf-8"))
    if path is None or _is_written_to(path):
        emit((text,), path, utf8=True)
    else:
        write([Written(path, str(path), old, text.encode("utf-8"))])


def _said(schema: Schema, taken: Written) -> Iterator[str]:
    """What whoever checks with the snapshot will not know, a line each."""
    from ctb_lint.reporters.sanitise import visible

    for what in taken.left_out:
        yield f"note: {visible(what)} may hold a credential: it is left out, and is unknown\n"
    for relation, fact, why in schema.knowledge.unknown:
        of = f" of {visible(str(relation))}" if relation else ""
        yield f"note: {visible(fact)}{of} are unknown: {visible(why)}\n"

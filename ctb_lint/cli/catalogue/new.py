"""``ctb-lint catalogue new``: the entry of a table, drafted from the migrations."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from ctb_lint.cli import options
from ctb_lint.cli.catalogue import options as of_catalogue
from ctb_lint.cli.ids import options as of_ids
from ctb_lint.cli.trouble import RunError, chosen, nearest, together
from ctb_lint.reporters.sanitise import visible

if TYPE_CHECKING:
    from ctb_lint.cli.catalogue.sources import Sources
    from ctb_lint.cli.writing import Written
    from ctb_lint.differences import Difference
    from ctb_lint.drafting.entry import Draft
    from ctb_lint.drafting.facts import Facts
    from ctb_lint.model import QualifiedName

LAYERS = ("1", "2", "3", "4")


def new(
    table: of_catalogue.Table,
    write: of_catalogue.Write = False,
    diff: of_catalogue.Diff = False,
    author: of_catalogue.Author = None,
    division: of_ids.Division = None,
    system: of_ids.System = None,
    name: of_ids.Name = None,
    others: of_ids.Others = None,
    layer: of_catalogue.Layer = None,
    history: of_catalogue.History = None,
    catalogue: options.Catalogue = None,
    config: options.ConfigFile = None,
) -> Callable[[], int]:
    """Draft the entry of a table: what the migrations tell, and questions for the rest."""

    def action() -> int:
        from ctb_lint.cli.catalogue import sources as reading
        from ctb_lint.cli.catalogue.heading import headed
        from ctb_lint.cli.ids.minting import values_of
        from ctb_lint.cli.output import emit
        from ctb_lint.cli.request import Request, configuration
        from ctb_lint.drafting.entry import Draft, entry_text

        together({"--write": write, "--diff": diff})
        asked = {"division": division, "system": system, "name": name}
        values = values_of(asked, others)
        request = Request(config=config, catalogue=tuple(catalogue or ()))
        settled = configuration(request)
        given = reading.sources(request, settled, history)
        facts = _facts(table, given)
        minter = reading.Minter(given, values)
        draft = Draft(
            facts=facts,
            schema=given.folded.schema,
            standard=settled.standard,
            number=number_of(facts, given),
            barton_id=minter.barton(facts),
            heir_id=minter.heir(facts),
            author=reading.author(author, settled.base),
            layer=int(chosen("--layer", layer, LAYERS))
            if layer
            else reading.layer_of(facts.table.name, given),
            types=_types(facts, given),
            level=level_of(given),
            columns=reading.title(settled, "columns", "Columns"),
        )
        draft = headed(draft, given)
        if write or diff:
            return _put_in(draft, given, write=write)
        entry = entry_text(draft, given.texts)
        emit((entry,), utf8=True)
        return _told(draft, given, entry, {table: entry})

    return action


def _facts(table: str, given: Sources) -> Facts:
    """The facts of the table that is asked for. Raises RunError where it cannot be drafted."""
    from ctb_lint.drafting.facts import documented, facts_of

    schema, standard = given.folded.schema, given.config.standard
    known = {
        name: one
        for name, one in facts_of(given.folded).items()
        if documented(schema, standard, one.table)
    }
    found = _named(table, tuple(known), given)
    why = given.why_unknown(found)
    if why:
        hint = "write the entry by hand, or what cannot be read in other words"
        raise RunError(f"not all of {found} is known: {why}", hint=hint)
    entry = given.catalogue.catalogue.entry(found) if given.catalogue else None
    if entry:
        raise RunError(
            f"{found} has an entry already",
            path=entry.at.path,
            line=entry.at.line,
            hint="ctb-lint catalogue render brings it up to date",
        )
    return known[found]


def _named(table: str, known: tuple[QualifiedName, ...], given: Sources) -> QualifiedName:
    """The table of that name, with or without its schema. Raises RunError with the nearest."""
    default = given.config.default_schema
    names: dict[str, QualifiedName] = {}
    for one in sorted(known, key=lambda one: one.schema != default, reverse=True):
        names |= {one.name: one, f"{one.schema}.{one.name}": one, str(one): one}
    if table in names:
        return names[table]
    folded = {name.lower(): one for name, one in names.items()}
    if table.lower() in folded:
        return folded[table.lower()]
    near = nearest(table, names)
    meant = f"; did you mean {near}?" if near else ""
    hint = "ctb-lint schema shows the tables; partitions and temporary tables have no entry"
    raise RunError(f"the migrations build no table {table!r}{meant}", hint=hint)


def number_of(facts: Facts, given: Sources) -> int | None:
    """The number that the index gives a table, else the next one; None where entries have none."""
    from ctb_lint.drafting.listed import listed_number

    following = next_number(given)
    if following is None or given.catalogue is None:
        return following
    return listed_number(given.catalogue.catalogue, facts.table.name) or following


def next_number(given: Sources) -> int | None:
    """The number behind the last entry's; None where entries have none."""
    entries = given.catalogue.catalogue.entries if given.catalogue else ()
    numbers = [entry.number for entry in entries if entry.number is not None]
    return max(numbers, default=0) + 1 if numbers or not entries else None


def level_of(given: Sources) -> int:
    """The level of the headings that entries have."""
    from ctb_lint.drafting.edits import heading_level

    found = given.catalogue
    levels = [
        heading_level(found.texts[entry.whole.path], entry.whole)
        for entry in (found.catalogue.entries if found else ())
        if found
    ]
    return next((level for level in levels if level), 3)


def _types(facts: Facts, given: Sources) -> tuple[QualifiedName, ...]:
    """The types that the table needs and the catalogue does not declare."""
    from ctb_lint.drafting.declared import declared_types, undeclared_types

    known = declared_types(given.catalogue.schema) if given.catalogue else frozenset()
    return undeclared_types(facts.table, given.folded.schema, known)


def _put_in(draft: Draft, given: Sources, *, write: bool) -> int:
    """Writes the entry and its row into the catalogue, or shows that as a diff."""
    from ctb_lint.cli.fix import diff as shown_diff
    from ctb_lint.cli.output import emit
    from ctb_lint.cli.writing import write as write_all
    from ctb_lint.drafting.entry import entry_text

    entry = entry_text(draft, given.texts)
    changed, texts = _with_entry(draft, given, entry)
    if write:
        write_all(changed)
        sys.stderr.writelines(f"changed: {visible(one.shown)}\n" for one in changed)
    else:
        emit(shown_diff(changed), utf8=True)
    code = _told(draft, given, entry, texts)
    if given.catalogue and given.catalogue.catalogue.statistics:
        sys.stderr.write("the statistics count without it: run ctb-lint catalogue fix\n")
    return code


def _told(draft: Draft, given: Sources, entry: str, texts: Mapping[str, str]) -> int:
    name = draft.facts.table.name
    return left_to_do(entry, texts, given, lambda one: one.table == name)


def left_to_do(
    drafted: str, texts: Mapping[str, str], given: Sources, about: Callable[[Difference], bool]
) -> int:
    """Says how many questions a draft asks, and in what a catalogue of these texts is not as the
    migrations build it; the exit code: 1 where it is not."""
    from ctb_lint.cli.catalogue.sources import differing
    from ctb_lint.questions import questions_in
    from ctb_lint.reporters.words import counted

    asked = questions_in(drafted)
    if asked:
        verb = "is" if asked == 1 else "are"
        sys.stderr.write(
            f"{counted(asked, 'question')} {verb} left in it, which ctb-lint check lists\n"
        )
    left = [one for one in differing(texts, given) if about(one)]
    for one in left:
        sys.stderr.write(f"not as the migrations have it: {visible(str(one.object))}\n")
    return int(bool(left))


def _with_entry(
    draft: Draft, given: Sources, entry: str
) -> tuple[tuple[Written, ...], Mapping[str, str]]:
    """The catalogue's files with the new entry and its row in the index, and all their texts."""
    from ctb_lint.cli.catalogue.files import original, written
    from ctb_lint.cli.catalogue.sources import catalogue_options
    from ctb_lint.drafting.edits import appended, spliced
    from ctb_lint.index_rows import new_row
    from ctb_lint.readers.catalogue.reader import read_catalogue_texts

    found = given.catalogue
    if found is None:
        hint = "ctb-lint catalogue render --output SCHEMA_REFERENCE.md makes one"
        raise RunError("there is no catalogue to write to", hint=hint)
    entries = found.catalogue.entries
    path = entries[-1].whole.path if entries else next(iter(found.texts))
    text = found.texts[path]
    texts = {
        **found.texts,
        path: spliced(text, (appended(text, path, found.catalogue, entry),)),
    }
    catalogue, _ = read_catalogue_texts(texts, catalogue_options(given.config))
    made = catalogue.entry(draft.facts.table.name)
    if made is None:
        hint = "print the entry, and put it in by hand"
        raise RunError("the entry would not be found again where it would stand", hint=hint)
    row = new_row(made, catalogue) if not _is_listed(draft, given) else None
    if row:
        texts[row.path] = spliced(texts[row.path], (row,))
    changed = tuple(
        written(given.config, one, original(given.config, one, found.hashes[one][0]), texts[one])
        for one in found.texts
        if texts[one] != found.texts[one]
    )
    return changed, texts


def _is_listed(draft: Draft, given: Sources) -> bool:
    """Whether the table index has a row of the table."""
    from ctb_lint.index_rows import name_of

    table = draft.facts.table.name
    names = {table.name.lower(), f"{table.schema}.{table.name}".lower()}
    rows = given.catalogue.catalogue.index if given.catalogue else ()
    return any(name_of(row).lower() in names for row in rows)

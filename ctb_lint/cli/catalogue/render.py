"""``ctb-lint catalogue render``: the whole catalogue, up to what the migrations build."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from ctb_lint.cli import options
from ctb_lint.cli.catalogue import options as of_catalogue
from ctb_lint.cli.ids import options as of_ids
from ctb_lint.cli.trouble import RunError, together
from ctb_lint.reporters.sanitise import visible

if TYPE_CHECKING:
    from ctb_lint.catalogue import Catalogue
    from ctb_lint.cli.catalogue.sources import Minter, Sources
    from ctb_lint.cli.writing import Written
    from ctb_lint.drafting.document import Parts
    from ctb_lint.drafting.entry import Draft
    from ctb_lint.drafting.facts import Facts
    from ctb_lint.model import QualifiedName, Schema

UNNAMED = "SCHEMA_REFERENCE.md"
"""What a catalogue is called that is not there yet."""


def render(
    output: of_catalogue.Output = None,
    write: of_catalogue.WriteAll = False,
    diff: of_catalogue.Diff = False,
    author: of_catalogue.Author = None,
    division: of_ids.Division = None,
    system: of_ids.System = None,
    others: of_ids.Others = None,
    history: of_catalogue.History = None,
    catalogue: options.Catalogue = None,
    config: options.ConfigFile = None,
) -> Callable[[], int]:
    """Write the catalogue of all tables: what is there and agrees stays as it is."""

    def action() -> int:
        from ctb_lint.cli.catalogue import sources as reading
        from ctb_lint.cli.ids.minting import values_of
        from ctb_lint.cli.request import Request, configuration

        together({"--output": output, "--write": write, "--diff": diff})
        asked = {"division": division, "system": system}
        values = values_of(asked, others)
        request = Request(config=config, catalogue=tuple(catalogue or ()))
        given = reading.sources(request, configuration(request), history)
        path, text = rendered(given, reading.Minter(given, values), author)
        _send(path, text, given, output=output, write=write, diff=diff)
        return _told(path, text, given)

    return action


def rendered(given: Sources, minter: Minter, author: str | None) -> tuple[str, str]:
    """The file that the catalogue is to stand in, and its text."""
    from ctb_lint.cli.catalogue.sources import title
    from ctb_lint.drafting.document import Parts

    path, old = _document(given)
    wanted = _wanted(given)
    parts = Parts(
        schema=given.folded.schema,
        standard=given.config.standard,
        tables=tuple(facts.table for facts in wanted.values()),
        texts=given.texts,
        index=title(given.config, "index", "Table Index"),
        statistics=title(given.config, "statistics", "Schema Statistics"),
        diagram=title(given.config, "diagram", "Entity Relationship Diagram"),
        required=title(given.config, "required", "Required for All Tables"),
    )
    if old is None:
        text = _new(wanted, given, minter, author, parts)
    else:
        text = _revised(path, old, wanted, given, minter, author, parts)
    return path, _finished(path, text, given, parts)


def _document(given: Sources) -> tuple[str, str | None]:
    """The catalogue's file and its text. Raises RunError where it cannot be written anew."""
    from ctb_lint.catalogue import TroubleKind

    found = given.catalogue
    if found is None:
        return _planned(given) or UNNAMED, None
    if len(found.texts) > 1:
        names = " and ".join(found.texts)
        hint = "render one file, or add entries with ctb-lint catalogue new"
        raise RunError(f"the catalogue is in several files: {names}", hint=hint)
    ((path, text),) = found.texts.items()
    for trouble in found.catalogue.troubles:
        if trouble.kind not in {TroubleKind.SQL, TroubleKind.MERMAID}:
            raise RunError(trouble.message, path=path, line=trouble.at.line, hint=trouble.hint)
    return path, text


def _planned(given: Sources) -> str | None:
    """Where the configuration says that the catalogue is to be; None where that may be several
    files."""
    from ctb_lint.cli.parts import is_pattern

    names, named = given.config.catalogue, given.config.names_catalogue
    several = named and (len(names) != 1 or is_pattern(names[0]))
    return None if several else names[0]


def _wanted(given: Sources) -> dict[QualifiedName, Facts]:
    """The tables that have an entry, in the order in which they were made. Raises RunError where
    not all of one is known."""
    from ctb_lint.drafting.facts import documented, facts_of

    schema, standard = given.folded.schema, given.config.standard
    found = {
        name: facts
        for name, facts in facts_of(given.folded).items()
        if documented(schema, standard, facts.table)
    }
    for name in found:
        why = given.why_unknown(name)
        if why:
            hint = "write what cannot be read in other words"
            raise RunError(f"not all of {name} is known: {why}", hint=hint)
    if not found:
        raise RunError("the migrations build no table", hint="ctb-lint schema shows what they do")
    return found


def _new(
    wanted: Mapping[QualifiedName, Facts],
    given: Sources,
    minter: Minter,
    author: str | None,
    parts: Parts,
) -> str:
    from ctb_lint.drafting.document import new_document
    from ctb_lint.drafting.sql import type_names

    drafts = [
        _draft(facts, given, minter, author, number=number)
        for number, facts in enumerate(wanted.values(), 1)
    ]
    return new_document(drafts, type_names(parts.schema), parts)


def _draft(
    facts: Facts,
    given: Sources,
    minter: Minter,
    author: str | None,
    *,
    number: int | None,
    level: int = 3,
    types: tuple[QualifiedName, ...] = (),
) -> Draft:
    from ctb_lint.cli.catalogue.heading import headed
    from ctb_lint.cli.catalogue.sources import layer_of, title
    from ctb_lint.drafting.entry import Draft

    draft = Draft(
        facts=facts,
        schema=given.folded.schema,
        standard=given.config.standard,
        number=number,
        layer=layer_of(facts.table.name, given),
        barton_id=minter.barton(facts),
        heir_id=minter.heir(facts),
        author=author,
        types=types,
        level=level,
        columns=title(given.config, "columns", "Columns"),
    )
    return headed(draft, given)


def _revised(
    path: str,
    text: str,
    wanted: Mapping[QualifiedName, Facts],
    given: Sources,
    minter: Minter,
    author: str | None,
    parts: Parts,
) -> str:
    """The text with its entries brought up to date, and those that are missing."""
    from ctb_lint.cli.catalogue.new import level_of, next_number
    from ctb_lint.cli.catalogue.sources import differing
    from ctb_lint.drafting.declared import declared_types, undeclared_types
    from ctb_lint.drafting.document import before_entries, index_section, revised_types
    from ctb_lint.drafting.edits import appended, spliced
    from ctb_lint.drafting.entry import entry_text
    from ctb_lint.drafting.revision import Revision, revised
    from ctb_lint.rule import Edit

    found = given.catalogue
    assert found is not None
    wrong = {one.table for one in differing(found.texts, given)}
    edits: list[Edit] = [
        *revised_types(text, path, found.catalogue, found.schema, wrong, parts),
    ]
    for entry in found.catalogue.entries:
        facts = wanted.get(entry.table)
        if facts is None:
            continue
        draft = _existing(entry.table, facts, given, minter)
        differs = entry.table in wrong or entry.table not in found.schema.tables
        one = Revision(entry=entry, text=text, draft=draft, differs=differs, texts=given.texts)
        edits += revised(one)
    text = spliced(text, edits)
    known = {entry.table for entry in found.catalogue.entries}
    declared = declared_types(found.schema)
    number, level = next_number(given), level_of(given)
    added: list[Draft] = []
    for name, facts in wanted.items():
        if name in known:
            continue
        types = undeclared_types(facts.table, parts.schema, declared)
        declared |= {*types}
        added.append(_draft(facts, given, minter, author, number=number, level=level, types=types))
        number = None if number is None else number + 1
    for draft in added:
        catalogue = _read({path: text}, given)[0]
        edit = appended(text, path, catalogue, entry_text(draft, given.texts))
        text = spliced(text, (edit,))
    catalogue = _read({path: text}, given)[0]
    if not catalogue.index and catalogue.entries:
        at = before_entries(text, path, catalogue)
        text = spliced(text, (Edit(path, at, at, f"{index_section(catalogue, parts.index)}\n\n"),))
    return text


def _existing(name: QualifiedName, facts: Facts, given: Sources, minter: Minter) -> Draft:
    """The draft of an entry that is there: ids are minted only where it has none."""
    from ctb_lint.cli.catalogue.sources import layer_of, title
    from ctb_lint.drafting.declared import declared_types, undeclared_types
    from ctb_lint.drafting.entry import Draft

    found = given.catalogue
    assert found is not None
    entry = found.catalogue.entry(name)
    assert entry is not None
    elsewhere = declared_types(found.schema) - declared_types(found.schema, entry.whole)
    return Draft(
        facts=facts,
        schema=given.folded.schema,
        standard=given.config.standard,
        number=entry.number,
        layer=layer_of(name, given),
        barton_id=minter.barton(facts) if entry.header.barton_id is None else None,
        heir_id=minter.heir(facts) if entry.header.heir_id is None else None,
        types=undeclared_types(facts.table, given.folded.schema, elsewhere),
        columns=title(given.config, "columns", "Columns"),
    )


def _read(texts: Mapping[str, str], given: Sources) -> tuple[Catalogue, Schema]:
    from ctb_lint.cli.catalogue.sources import catalogue_options
    from ctb_lint.readers.catalogue.reader import read_catalogue_texts

    return read_catalogue_texts(texts, catalogue_options(given.config))


def _finished(path: str, text: str, given: Sources, parts: Parts) -> str:
    """The text with the parts that are made of its entries: figures, diagram and index."""
    from ctb_lint.cli.installed import installed_rules
    from ctb_lint.drafting.document import missing_parts
    from ctb_lint.drafting.edits import spliced
    from ctb_lint.figures import figures_of
    from ctb_lint.rule import Finding

    standard = given.config.standard
    catalogue, schema = _read({path: text}, given)
    figures = figures_of(catalogue, schema, standard)
    text = spliced(text, missing_parts(text, path, catalogue, figures, parts))
    rules = installed_rules()
    # The rules know what is wrong with index and figures, and how it is put right. A figure may be
    # that of the index, a share one of a total that is wrong itself.
    for code in ("T010", "T014", "T014"):
        catalogue, schema = _read({path: text}, given)
        # By now entries name the files that make their tables: nobody has to look at those.
        known = (catalogue, None) if code == "T010" else (catalogue, schema, standard)
        found = rules[code].judge(*known)
        fixes = [one.fix for one in found if isinstance(one, Finding) and one.fix]
        text = spliced(text, [edit for fix in fixes for edit in fix.edits])
    return text


def _send(
    path: str, text: str, given: Sources, *, output: Path | None, write: bool, diff: bool
) -> None:
    """Sends the text where it is to go."""
    from ctb_lint.cli.fix import diff as shown_diff
    from ctb_lint.cli.output import emit
    from ctb_lint.cli.writing import write as write_all

    if diff:
        emit(shown_diff(_changes(path, text, given)), utf8=True)
    elif write:
        changed = _changes(path, text, given)
        write_all(changed)
        for one in changed:
            verb = "new" if one.old is None else "changed"
            sys.stderr.write(f"{verb}: {visible(one.shown)}\n")
    else:
        emit((text,), output, utf8=True)


def _changes(path: str, text: str, given: Sources) -> tuple[Written, ...]:
    from ctb_lint.cli.catalogue.files import original, place, written
    from ctb_lint.cli.writing import Written

    found = given.catalogue
    if found is None:
        if _planned(given) is None:
            names = " and ".join(given.config.catalogue) or "none"
            hint = "name the file with --output"
            raise RunError(f"the configuration has {names} for the catalogue", hint=hint)
        return (Written(place(given.config, path), path, None, text.encode("utf-8")),)
    if found.texts[path] == text:
        return ()
    return (written(given.config, path, original(given.config, path, found.hashes[path][0]), text),)


def _told(path: str, text: str, given: Sources) -> int:
    """Says what is left to do; 1 where the catalogue does not declare what the migrations
    build."""
    from ctb_lint.cli.catalogue.new import left_to_do

    planned = {
        entry.table
        for entry in (given.catalogue.catalogue.entries if given.catalogue else ())
        if entry.table not in given.folded.schema.tables
    }
    return left_to_do(text, {path: text}, given, lambda one: one.table not in planned)

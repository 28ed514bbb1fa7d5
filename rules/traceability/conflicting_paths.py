"""The catalogue says in two places where a migration is, and the two are not the same.

One of them is out of date. Whoever follows the Source Path reads a file that nobody runs, and
whoever runs the command applies one that nobody reviewed. Where both exist they drift apart.

Keep one copy, and name it in every place:

    - **Source Path**: `ctb/data/migrations/`

    psql "$DATABASE_URL" -v ON_ERROR_STOP=1 -1 -f ctb/data/migrations/001_orders.sql

The Source Path of an entry, its migration file, its command and the documented runners are held
against each other. A path may leave out what stands before it.
"""

from collections.abc import Iterator

from ctb_lint.catalogue import Catalogue
from ctb_lint.claims import ClaimKind, Claims
from ctb_lint.entry_ids import finding_on
from ctb_lint.model import ObjectId, ObjectKind
from ctb_lint.rule import WARNING, Finding, Related, Undecided, rule
from ctb_lint.surroundings import Surroundings
from ctb_lint.told_places import EntryPlaces, Told, agree, of_entries, of_runners


@rule(
    "T024",
    severity=WARNING,
    claims=(ClaimKind.SOURCE_PATH, ClaimKind.CREATION, ClaimKind.RUNNER),
)
def conflicting_paths(
    catalogue: Catalogue, claims: Claims, surroundings: Surroundings | None
) -> Iterator[Finding | Undecided]:
    runners = list(of_runners(catalogue))
    run = [told for _, ones in runners for told in ones]
    commanded: list[Told] = []
    for places in of_entries(catalogue, claims):
        commanded += places.commands
        yield from _of_files(places)
        yield from _of_sources(places, places.commands or run, surroundings)
    for block, ones in runners:
        for told in ones:
            against = next((one for one in commanded if not agree(one.folder, told.folder)), None)
            if against and not any(agree(one.folder, told.folder) for one in commanded):
                yield Finding(
                    message=f"the documented runner reads {told.folder}, "
                    f"and the command of an entry {against.folder}",
                    object=ObjectId(ObjectKind.FILE, None, None, block.at.path),
                    at=told.at,
                    facet=f"{block.label} {told.folder}",
                    hint="name one folder in both",
                    related=(Related("the command of an entry", against.at),),
                )
                break


def _of_files(places: EntryPlaces) -> Iterator[Finding]:
    """The migration file that an entry names, and the one that its command runs."""
    run = [told for told in places.commands if told.is_file]
    for named in places.files:
        if not run or any(
            named.name == told.name for told in run if agree(named.folder, told.folder)
        ):
            continue
        other = next((told for told in run if told.name == named.name), run[0])
        yield finding_on(
            places.entry,
            f"the command of {places.entry.table} runs {other.path}, "
            f"and its migration file is {named.path}",
            other.at,
            f"runs {other.path}",
            "name one file in both",
            (Related("the entry names its migration file here", named.at),),
        )


def _of_sources(
    places: EntryPlaces, run: list[Told] | tuple[Told, ...], surroundings: Surroundings | None
) -> Iterator[Finding | Undecided]:
    """The Source Path of an entry, and what is run."""
    table = places.entry.table
    for source in places.sources:
        other = next((told for told in run if not _agree(source, told)), None)
        if other and not any(_agree(source, told) for told in run):
            what = "its command runs" if places.commands else "the documented runner reads"
            yield finding_on(
                places.entry,
                f"the Source Path of {table} is {source.path}, and {what} {other.path}"
                f"{_copies(source, other, surroundings)}",
                source.at,
                f"source {source.path}",
                "keep one copy, and name it in both",
                (Related("the other path", other.at),),
            )
        elif surroundings and not _there(source.path, surroundings):
            yield finding_on(
                places.entry,
                f"the Source Path of {table}, {source.path}, is not in the repository",
                source.at,
                f"source {source.path}",
                "write where the migration is now",
            )
        elif not run and not surroundings:
            yield Undecided("nothing else says where the migration is", source.at)


def _agree(source: Told, told: Told) -> bool:
    if source.is_file and told.is_file:
        return source.name == told.name and agree(source.folder, told.folder)
    return agree(source.folder, told.folder)


def _copies(source: Told, told: Told, surroundings: Surroundings | None) -> str:
    """What became of the two, where somebody could look."""
    if surroundings is None or not told.is_file:
        return ""
    path = source.path if source.is_file else f"{source.path}/{told.name}"
    first, second = (_hash(one, surroundings) for one in (path, told.path))
    if first and second:
        return "; the two differ" if first != second else "; the two are the same today"
    if first or second:
        return f"; only {source.path if first else told.path} is there"
    return "; neither is there"


def _hash(path: str, surroundings: Surroundings) -> str | None:
    named = surroundings.files.get(path)
    return next((place.sha256 for place in named.files), None) if named else None


def _there(path: str, surroundings: Surroundings) -> bool:
    named = surroundings.files.get(path)
    return named is None or bool(named.places)


_ENTRY = """
    -- file: SCHEMA_REFERENCE.md
    ### 1. orders

    **Barton ID**: `BID-DATA-001`

    #### T - Traceability

    - **Migration File**: `001_orders.sql`
    - **Source Path**: `{source}`{mark}

    #### M - Migration

    ```bash
    {command}
    ```
"""
_RUNNERS = """
    ## Running migrations

    ```bash
    for f in {folder}/*.sql; do psql -f "$f"; done
    ```

    ```python
    for file in sorted(Path('{python}').glob('*.sql')):
        cursor.execute(file.read_text())
    ```
"""
_RUN = "psql -f db/migrations/001_orders.sql"
_MARK = " <!--! T024 -->"

VALID = [
    _ENTRY.format(source="./db/migrations/", mark="", command=_RUN)
    + _RUNNERS.format(folder="app/db/migrations", python="db/migrations"),
    _ENTRY.format(source="app/db/migrations/001_orders.sql", mark="", command=_RUN),
    _ENTRY.format(source="db/sql", mark="", command="make migrate"),
    _ENTRY.format(source="db/sql", mark="", command="psql -c 'SELECT 1'")
    + _RUNNERS.format(folder="db/sql", python="db/sql"),
]

INVALID = [
    _ENTRY.format(source="packages/sql/", mark=_MARK, command=_RUN),
    _ENTRY.format(
        source="db/migrations", mark="", command="psql -f db/migrations/01_orders.sql # --! T024"
    ),
    # No command of its own, but runners that read another folder.
    _ENTRY.format(source="packages/sql/", mark=_MARK, command="make migrate")
    + _RUNNERS.format(folder="db/migrations", python="db/migrations"),
    _ENTRY.format(source="db/migrations", mark="", command=_RUN)
    + _RUNNERS.format(folder="db/migrations", python="sql/all").replace(
        "glob('*.sql')):", "glob('*.sql')): # --! T024"
    ),
]

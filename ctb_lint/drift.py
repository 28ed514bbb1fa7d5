"""What a live database is held against: the migrations that build it, and the catalogue.

Both may see one fault. What the migrations have is told by them; of the rest the catalogue tells,
and of what it shares with the migrations it tells again, so that the two become one finding.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence

from msgspec import Struct, structs

from ctb_lint.compare import compare
from ctb_lint.differences import (
    Difference,
    EnumDiffers,
    ForeignKeyDiffers,
    KeyDiffers,
    MissingColumn,
    MissingIndex,
    NotCompared,
    PhantomTable,
    PolicyDiffers,
    RogueTable,
    TriggerDiffers,
    TypeDefinitionDiffers,
    UndeclaredColumn,
    UndeclaredIndex,
    ViewOrFunctionDiffers,
)
from ctb_lint.evidence import SourceKind
from ctb_lint.model import Knowledge, ObjectId, QualifiedName, Schema
from ctb_lint.shares import Share

_ASSUMED = "the history assumes objects from before its first file"


class Built(Struct, frozen=True):
    """What migrations make of a database.

    ``whole`` says that they make all of it: what they do not have, nobody should. ``differences``
    are those in which they are not what the catalogue declares; ``printed`` are the objects that
    are wholly in the words of a server like the database's.
    """

    schema: Schema
    whole: bool = True
    differences: tuple[Difference, ...] = ()
    printed: frozenset[ObjectId] = frozenset()


class Drift(Struct, frozen=True):
    """How a database differs from what declares it, and which tables were held against that."""

    differences: tuple[Difference, ...] = ()
    compared: frozenset[QualifiedName] = frozenset()
    not_compared: tuple[NotCompared, ...] = ()


def united(schemas: Sequence[Schema]) -> Schema:
    """Several schemas of one database as one: of what two have, the first counts. What one of
    them cannot know is not known."""
    if len(schemas) == 1:
        return schemas[0]
    parts = ("tables", "views", "enums", "domains", "types", "sequences")
    merged = {
        part: {n: one for schema in reversed(schemas) for n, one in getattr(schema, part).items()}
        for part in parts
    }
    functions = {(one.name, one.arguments): one for s in reversed(schemas) for one in s.functions}
    return structs.replace(
        schemas[0],
        **merged,
        functions=tuple(functions.values()),
        schemas=tuple(sorted({name for schema in schemas for name in schema.schemas})),
        extensions=tuple(sorted({name for schema in schemas for name in schema.extensions})),
        knowledge=_known([schema.knowledge for schema in schemas]),
    )


def _known(all_of: Sequence[Knowledge]) -> Knowledge:
    made_after: dict[QualifiedName, frozenset[str]] = {}
    for known in all_of:
        for name, reasons in known.made_after.items():
            made_after[name] = made_after.get(name, frozenset()) | reasons
    return Knowledge(
        frozenset.intersection(*(known.facts for known in all_of)),
        tuple(dict.fromkeys(entry for known in all_of for entry in known.unknown)),
        made_after,
    )


def drift(live: Schema, built: Built | None, declared: Share | None = None) -> Drift:
    """Holds a database against its migrations, where there are any, and against the catalogue,
    where there is one: ``declared`` is then what came of that."""
    if built is None:
        if declared is None:
            return Drift()
        return Drift(
            declared.comparison.differences, declared.compared, declared.comparison.not_compared
        )
    told = declared or Share()
    found = compare(
        built.schema, live, SourceKind.MIGRATIONS, SourceKind.LIVE, told.stages, built.printed
    )
    own = tuple(_counting(found.differences, built))
    shared = frozenset(built.schema.tables.keys() & live.tables.keys())
    also = _also(told.comparison.differences, own, _Known(built, found.not_compared))
    lacking = (*_assumed(built), *found.not_compared, *told.comparison.not_compared)
    return Drift((*own, *also), shared | told.compared, tuple(dict.fromkeys(lacking)))


def _counting(found: Iterable[Difference], built: Built) -> Iterator[Difference]:
    """The differences from the migrations, but for what they may have found there, and what is
    there because the catalogue declares it: that it is missing in the migrations is told of
    them."""
    missing = {one.object for one in built.differences if _is_missing(one)}
    for one in found:
        if _is_undeclared(one) and (one.object in missing or _is_assumed(one, built)):
            continue
        yield one


def _is_assumed(difference: Difference, built: Built) -> bool:
    """Whether it may have been there before the first migration."""
    return not built.whole and difference.table not in built.schema.tables


def _assumed(built: Built) -> Iterator[NotCompared]:
    if not built.whole:
        source = SourceKind.MIGRATIONS
        yield NotCompared(source=source, relation=None, fact="tables", why=_ASSUMED)


class _Known:
    """Of which relations the migrations can tell what they make of them."""

    def __init__(self, built: Built, not_compared: Iterable[NotCompared]) -> None:
        schema = built.schema
        self._made = {
            *schema.tables, *schema.views, *schema.enums, *schema.domains, *schema.types,
        }  # fmt: skip
        self._untold = {one.relation for one in not_compared if one.source == SourceKind.MIGRATIONS}
        self.differences = {_key(one) for one in built.differences}

    def tells(self, relation: QualifiedName) -> bool:
        return relation in self._made and self._untold.isdisjoint({None, relation})


def _also(
    found: Iterable[Difference], own: Iterable[Difference], known: _Known
) -> Iterator[Difference]:
    """The differences from the catalogue that the migrations do not tell: they have the same, or
    cannot know."""
    told = {_key(one) for one in own}
    for one in found:
        key = _key(one)
        if key not in told and (key in known.differences or not known.tells(one.table)):
            yield one


def _key(difference: Difference) -> Hashable:
    return type(difference), difference.object, difference.facet


def _is_undeclared(difference: Difference) -> bool:
    if isinstance(difference, _EITHER_SIDE):
        return difference.wanted is None
    return isinstance(difference, RogueTable | UndeclaredColumn | UndeclaredIndex)


def _is_missing(difference: Difference) -> bool:
    if isinstance(difference, _EITHER_SIDE):
        return difference.found is None
    return isinstance(difference, PhantomTable | MissingColumn | MissingIndex)


_EITHER_SIDE = (
    EnumDiffers,
    ForeignKeyDiffers,
    KeyDiffers,
    PolicyDiffers,
    TriggerDiffers,
    TypeDefinitionDiffers,
    ViewOrFunctionDiffers,
)
"""What either side may lack altogether."""

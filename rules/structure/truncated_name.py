"""A name is longer than 63 bytes, and PostgreSQL cuts it.

PostgreSQL keeps the first 63 bytes and says so in a notice that nobody reads. Two names that only
differ behind them are one name: the second table, index or constraint is refused, or with IF NOT
EXISTS never made. Whoever looks for the whole name in the catalogs finds nothing.

Choose a name of at most 63 bytes; a letter with an accent has two or more:

    CREATE INDEX orders_customer_status_idx ON orders (customer_id, status);

Names that PostgreSQL makes up itself are shortened so that they stay distinct, and are no fault.
"""

from collections import defaultdict
from collections.abc import Iterator

from ctb_lint.history import History
from ctb_lint.mishaps import TruncatedName
from ctb_lint.model import MAX_NAME_BYTES, ObjectId, QualifiedName
from ctb_lint.rule import ERROR, Finding, Related, rule


# PostgreSQL does not refuse the name, it keeps another: what is stored is not what was written,
# and of two names that are alike in 63 bytes it refuses the second, or never makes it.
@rule("S031", severity=ERROR, refused=True)
def truncated_name(history: History) -> Iterator[Finding]:
    first: dict[str, TruncatedName] = {}
    for mishap in history.mishaps:
        if isinstance(mishap, TruncatedName):
            first.setdefault(mishap.written, mishap)
    alike: defaultdict[QualifiedName, list[TruncatedName]] = defaultdict(list)
    for mishap in first.values():
        alike[mishap.name].append(mishap)
    for written, mishap in first.items():
        kept = mishap.name.name
        yield Finding(
            message=f"{written} has {len(written.encode())} bytes; PostgreSQL keeps {kept}",
            object=ObjectId(mishap.object_kind, mishap.name.schema, None, kept),
            at=mishap.at,
            facet=written,
            hint=f"choose a name of at most {MAX_NAME_BYTES} bytes",
            related=tuple(
                Related(f"{other.written} becomes the same name", other.at)
                for other in alike[mishap.name]
                if other is not mishap
            ),
        )


_63 = "a" * 63
_64 = "a" * 64

VALID = [
    f"CREATE TABLE {_63} (id int);",
    f'CREATE TABLE orders ("{_63}" int, CONSTRAINT "{"é" * 31}" CHECK (true));',
    # PostgreSQL makes up a shorter name.
    f"CREATE TABLE {_63} (id serial PRIMARY KEY, {'b' * 60} int UNIQUE);",
    # Texts and comments are no names.
    f"CREATE TABLE orders (note text DEFAULT '{_64}'); -- {_64}",
]

INVALID = [
    f"CREATE TABLE {_64} (id int); --! S031",
    f"""
    CREATE TABLE orders (
        {_64} int, --! S031
        note text,
        CONSTRAINT "{"é" * 32}" CHECK (note <> '') --! S031
    );
    CREATE INDEX {"i" * 70} ON orders (note); --! S031
    """,
    # Once for a name, however often it is used; two that become one are two.
    f"""
    -- file: 001_orders.sql
    CREATE TABLE {_63}_a (id int); --! S031
    CREATE INDEX ON {_63}_a (id);
    -- file: 002_more.sql
    ALTER TABLE {_63}_a ADD COLUMN note text;
    CREATE TABLE IF NOT EXISTS {_63}_b (id int); --! S031
    """,
]

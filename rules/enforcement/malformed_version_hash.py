"""Rows have a version hash that is none.

Two versions are told apart by it. A short word, a version number or a hash that was cut off at the
width of the column is the same for different content, and a change goes unseen.

Compute it anew from the content:

    UPDATE blueprints SET version_hash = encode(sha256(manifest::text::bytea), 'hex') WHERE …;
"""

from collections.abc import Iterator

from ctb_lint.column_names import holds_version_hash
from ctb_lint.datatypes import is_text
from ctb_lint.demands import VersionHash
from ctb_lint.model import ObjectKind, Table
from ctb_lint.rows import Matches, Not, Predicate
from ctb_lint.rule import WARNING, Example, RowCheck, Undecided, rule

_DIGESTS = (
    r"^([a-z0-9]+[:-])?([0-9a-fA-F]{7}|[0-9a-fA-F]{8}|[0-9a-fA-F]{12}|[0-9a-fA-F]{16})$",
    r"^([a-z0-9]+[:-])?([0-9a-fA-F]{32}|[0-9a-fA-F]{40}|[0-9a-fA-F]{56}|[0-9a-fA-F]{64})$",
    r"^([a-z0-9]+[:-])?([0-9a-fA-F]{96}|[0-9a-fA-F]{128})$",
    r"^([a-z0-9]+[:-])?(?![0-9a-fA-F]+$)([A-Za-z0-9+/_-]{22}(==)?|[A-Za-z0-9+/_-]{27}=?"
    r"|[A-Za-z0-9+/_-]{38}(==)?|[A-Za-z0-9+/_-]{43}=?|[A-Za-z0-9+/_-]{64}"
    r"|[A-Za-z0-9+/_-]{86}(==)?)$",
)
"""Digests in hexadecimal digits, short ones as Git writes them, and in Base64: of 16, 20, 28, 32,
48 or 64 bytes. Nothing but hexadecimal digits is no Base64."""


@rule("E029", severity=WARNING, doctrine=True, needs=("columns", "constraints"))
def malformed_version_hash(demand: VersionHash, table: Table) -> Iterator[RowCheck | Undecided]:
    asked = False
    for column in table.columns:
        meant = column.name == demand.column if demand.column else holds_version_hash(column.name)
        if meant and is_text(column.type):
            asked = True
            yield RowCheck(
                check=Predicate(table.name, Not(Matches(column.name, _DIGESTS))),
                says=f"have a {column.name} that is no hash",
                object=table.part(ObjectKind.COLUMN, column.name),
                because=demand,
            )
    if not asked:
        named = f"column {demand.column}" if demand.column else "column of version hashes"
        yield Undecided(f"{table.name} has no {named} of text")


VALID = [
    Example(
        """
        CREATE TABLE orders (id int PRIMARY KEY, version_hash text);
        INSERT INTO orders VALUES (1, md5('a')), (2, NULL), (3, 'sha256:' || repeat('ab', 32));
        -- file: SCHEMA_REFERENCE.md
        # Tables

        ## 1. orders

        **Barton ID**: BID-SHOP-001

        ### E - Enforcement

        - Version hash for change detection
        """,
        live=True,
    ),
]

INVALID = [
    Example(
        """
        CREATE TABLE orders (id int PRIMARY KEY, version_hash text); --! E029
        INSERT INTO orders VALUES (1, 'v1.2');
        -- file: SCHEMA_REFERENCE.md
        # Tables

        ## 1. orders

        **Barton ID**: BID-SHOP-001

        ### E - Enforcement

        - Version hash for change detection
        """,
        live=True,
    ),
]

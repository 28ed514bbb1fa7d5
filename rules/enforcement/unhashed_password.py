"""Rows hold a password that is no hash.

Whoever reads the table, a backup or a log of it signs in as these users, here and wherever else
they use the password.

Hash them now, let the users choose new ones, and find out who has read the table:

    UPDATE users SET password_hash = NULL WHERE …;

Only the keys of the rows are named, never what is in the column.
"""

from collections.abc import Iterator

from ctb_lint.column_names import holds_password, says_hashed
from ctb_lint.datatypes import is_text
from ctb_lint.demands import HashedPassword
from ctb_lint.model import ObjectKind, Table
from ctb_lint.rows import All, Empty, Matches, Not, Predicate
from ctb_lint.rule import ERROR, Example, RowCheck, Undecided, rule

_HASHES = (
    r"^\$2[abxy]?\$[0-9]{2}\$[./A-Za-z0-9]{53}$",
    r"^\$argon2(id|i|d)\$",
    r"^\$(1|5|6|7|y|gy|scrypt|s0|pbkdf2[-a-z0-9]*)\$",
    r"^(pbkdf2|scrypt|argon2|bcrypt|md5|sha1|sha256|sha512)[_:$a-z0-9]*[:$]",
    r"^SCRAM-SHA-256\$",
    r"^([0-9a-fA-F]{32}|[0-9a-fA-F]{40}|[0-9a-fA-F]{56}|[0-9a-fA-F]{64}|[0-9a-fA-F]{96})$",
    r"^[0-9a-fA-F]{128}$",
)
"""How the usual algorithms write what they make."""


@rule("E028", severity=ERROR, doctrine=True, needs=("columns", "constraints"))
def unhashed_password(demand: HashedPassword, table: Table) -> Iterator[RowCheck | Undecided]:
    asked = False
    for column in table.columns:
        meant = column.name == demand.column if demand.column else holds_password(column.name)
        if not (meant or (demand.column is None and _hashes(column.name))):
            continue
        if not is_text(column.type):
            continue
        asked = True
        yield RowCheck(
            check=Predicate(
                table.name, All((Not(Matches(column.name, _HASHES)), Not(Empty(column.name))))
            ),
            says=f"have a {column.name} that is no hash",
            object=table.part(ObjectKind.COLUMN, column.name),
            because=demand,
        )
    if not asked:
        yield Undecided(f"{table.name} has no {_named(demand)} of text")


def _named(demand: HashedPassword) -> str:
    return f"column {demand.column}" if demand.column else "column of passwords"


def _hashes(name: str) -> bool:
    return "password" in name and says_hashed(name)


VALID = [
    Example(
        """
        CREATE TABLE orders (id int PRIMARY KEY, password_hash text);
        INSERT INTO orders VALUES (1, '$2b$12$' || repeat('Ab0./', 10) || 'xyz'), (2, NULL);
        -- file: SCHEMA_REFERENCE.md
        # Tables

        ## 1. orders

        **Barton ID**: BID-SHOP-001

        ### E - Enforcement

        - Passwords are hashed with bcrypt
        """,
        live=True,
    ),
]

INVALID = [
    Example(
        """
        CREATE TABLE orders (id int PRIMARY KEY, password_hash text); --! E028
        INSERT INTO orders VALUES (1, 'sesame');
        -- file: SCHEMA_REFERENCE.md
        # Tables

        ## 1. orders

        **Barton ID**: BID-SHOP-001

        ### E - Enforcement

        - Passwords are hashed with bcrypt
        """,
        live=True,
    ),
]

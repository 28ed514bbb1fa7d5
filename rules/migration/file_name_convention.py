"""A migration is not named the way the other files of its history are.

Files are applied in the order of their names. One without the date or number that all others
begin with lands wherever its first letter puts it: `schema.sql` comes after `001_users.sql`, not
before. Many migration tools pass such a file over without a word.

Give it the next date or number, before any database has applied it:

    git mv migrations/add_email.sql migrations/004_add_email.sql

Where a whole history keeps to names of another kind, such as `V1__users.sql`, nothing is found.
Dated beside numbered files are M004.
"""

from collections.abc import Iterator

from ctb_lint.history import Convention, Direction, History, Layout
from ctb_lint.model import ObjectId, ObjectKind
from ctb_lint.rule import WARNING, Finding, Related, rule


@rule("M003", severity=WARNING, doctrine=True)
def file_name_convention(history: History) -> Iterator[Finding]:
    files = [file for file in history.files if file.direction is Direction.UP]
    if history.layout is Layout.SINGLE:
        return
    odd = [file for file in files if file.convention is Convention.OTHER]
    rest = [file for file in files if file.convention is not Convention.OTHER]
    # What fewer files do is the exception; of as many, a date or number is the rule.
    if len(odd) > len(rest):
        odd, rest = rest, odd
    if not odd:
        return
    model = rest[0]
    for file in odd:
        position = files.index(file)
        order = f"after {files[position - 1].name}" if position else f"before {files[1].name}"
        yield Finding(
            message=f"{file.name} is {_WORDS[file.convention]}, while {model.name} is "
            f"{_WORDS[model.convention]}; it is applied {order}",
            object=ObjectId(ObjectKind.FILE, None, None, file.path),
            at=file.location,
            hint=f"name it like {model.name}",
            related=(Related(f"how most files of {history.name} are named", model.location),),
        )


_WORDS = {
    Convention.DATED: "dated",
    Convention.TIMESTAMPED: "timestamped",
    Convention.NUMBERED: "numbered",
    Convention.OTHER: "neither dated nor numbered",
}

VALID = [
    """
    -- file: 001_users.sql
    CREATE TABLE users (id int);
    -- file: 002_orders.sql
    CREATE TABLE orders (id int);
    """,
    # One file alone, whatever its name, breaks no convention.
    "-- file: schema.sql\nCREATE TABLE users (id int);",
    # Names of another tool, kept to throughout.
    """
    -- file: V1__users.sql
    CREATE TABLE users (id int);
    -- file: V2__orders.sql
    CREATE TABLE orders (id int);
    """,
    # Roll-back files may be named as they like.
    """
    -- file: 001_users.sql
    CREATE TABLE users (id int);
    -- file: down/users.sql
    DROP TABLE users;
    """,
    """
    -- file: 20250101000000_users/migration.sql
    CREATE TABLE users (id int);
    -- file: 20250102000000_orders/migration.sql
    CREATE TABLE orders (id int);
    """,
]

INVALID = [
    """
    -- file: 001_users.sql
    CREATE TABLE users (id int);
    -- file: 002_orders.sql
    CREATE TABLE orders (id int);
    -- file: add_email.sql
    ALTER TABLE users ADD COLUMN email text; --! M003
    """,
    # The dump is meant to come first, and comes last.
    """
    -- file: 2025-08-19_orders.sql
    CREATE TABLE orders (id int);
    -- file: schema.sql
    CREATE TABLE users (id int); --! M003
    """,
    # A tool that knows V1__ and V2__ passes this file over.
    """
    -- file: 003_parts.sql
    CREATE TABLE parts (id int); --! M003
    -- file: V1__users.sql
    CREATE TABLE users (id int);
    -- file: V2__orders.sql
    CREATE TABLE orders (id int);
    """,
]

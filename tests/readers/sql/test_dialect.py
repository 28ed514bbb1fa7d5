"""Whose SQL a refused statement is."""

import postgast
import pytest

from ctb_lint.readers.sql.dialect import other_dialect
from ctb_lint.readers.sql.split import split

REFUSED = [
    ("CREATE TABLE `a` (id int)", "MySQL", "`a`"),
    ("CREATE TABLE a (id int AUTO_INCREMENT PRIMARY KEY)", "MySQL", "AUTO_INCREMENT"),
    ("CREATE TABLE a (id int) ENGINE=InnoDB", "MySQL", "ENGINE=InnoDB"),
    ("CREATE TABLE a (id int(10) unsigned)", "MySQL", "unsigned"),
    (
        "CREATE TABLE a (t timestamp DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP)",
        "MySQL",
        "ON UPDATE CURRENT_TIMESTAMP",
    ),
    ("CREATE TABLE a (b varchar(5) CHARACTER SET utf8)", "MySQL", "CHARACTER SET utf8"),
    ("ALTER TABLE a MODIFY COLUMN b int", "MySQL", "MODIFY COLUMN"),
    ("ALTER TABLE a CHANGE b c int", "MySQL", "CHANGE"),
    ("ALTER TABLE a DROP FOREIGN KEY fk", "MySQL", "DROP FOREIGN KEY"),
    ("INSERT IGNORE INTO a VALUES (1)", "MySQL", "INSERT IGNORE"),
    (
        "INSERT INTO a VALUES (1) ON DUPLICATE KEY UPDATE b = 1",
        "MySQL",
        "ON DUPLICATE KEY UPDATE",
    ),
    ("REPLACE INTO a VALUES (1)", "MySQL", "REPLACE INTO"),
    ("LOCK TABLES a WRITE", "MySQL", "LOCK TABLES"),
    ("DELIMITER //", "MySQL", "DELIMITER"),
    ("CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT)", "SQLite", "AUTOINCREMENT"),
    ("PRAGMA foreign_keys = ON", "SQLite", "PRAGMA"),
    ("CREATE TABLE a (id int) WITHOUT ROWID", "SQLite", "WITHOUT ROWID"),
    ("CREATE TABLE a (id int) STRICT", "SQLite", "STRICT"),
    ("INSERT OR REPLACE INTO a VALUES (1)", "SQLite", "INSERT OR REPLACE"),
    ("CREATE TABLE a (id int IDENTITY(1,1))", "SQL Server", "IDENTITY(1,1)"),
    ("CREATE TABLE [dbo].[a] ([id] [int] NOT NULL)", "SQL Server", "[dbo]"),
    ("CREATE TABLE a (id int)\nGO\nCREATE TABLE b (id int)", "SQL Server", "GO"),
]
UNKNOWN = [
    ("ALTER TABLE a ADD INDEX i (b)", "MySQL", "ADD INDEX"),
    ("SET FOREIGN_KEY_CHECKS=0", "MySQL", "FOREIGN_KEY_CHECKS"),
    ("CREATE TABLE a (b longtext)", "MySQL", "longtext"),
    ("CREATE TABLE a (e ENUM('x', 'y'))", "MySQL", "ENUM"),
    ("CREATE TABLE a (b NVARCHAR(MAX))", "SQL Server", "NVARCHAR(MAX)"),
    ("CREATE TABLE dbo.a (id uniqueidentifier)", "SQL Server", "uniqueidentifier"),
    ("CREATE TABLE a (b VARCHAR2(20))", "Oracle", "VARCHAR2"),
    ("CREATE TABLE a (b int, c NUMBER(10,2))", "Oracle", "NUMBER"),
    ("CREATE TABLE a (d date DEFAULT SYSDATE)", "Oracle", "SYSDATE"),
    ("ALTER TABLE a ADD COLUMN b DATETIME", "SQLite", "DATETIME"),
]
PLAIN = [
    "CREATE TABLE a (datetime timestamptz, number int, blob bytea, x text)",
    "CREATE TABLE a (x int[3], y text DEFAULT 'AUTO_INCREMENT')",
    'CREATE TABLE a ("engine" text, unsigned boolean, "`b`" int)',
    "ALTER TABLE a ADD COLUMN datetime timestamptz",
    "SELECT a[1], ARRAY[b, c], t.dbo",
    "SELECT 1 -- AUTO_INCREMENT",
    "CREATE TABLE a (b text CHECK (b = 'ENGINE=x')) PARTITION BY LIST (b)",
    "CREATE TABLE a (id int GENERATED ALWAYS AS IDENTITY (START WITH 1))",
    "SELEC 1",
    "CREATE TABLE a (change int, modify int",
]


def named(sql: str) -> tuple[str, str, int] | None:
    text = "SELECT 1;\n" + sql
    return other_dialect(split(text).statements[1], text)


@pytest.mark.parametrize(("sql", "dialect", "what"), REFUSED, ids=[c[0] for c in REFUSED])
def test_what_postgresql_refuses_is_named(sql: str, dialect: str, what: str) -> None:
    assert named(sql) == (dialect, what, 10 + sql.index(what))
    with pytest.raises(postgast.PgQueryError):
        postgast.parse(sql)


@pytest.mark.parametrize(("sql", "dialect", "what"), UNKNOWN, ids=[c[0] for c in UNKNOWN])
def test_what_parses_but_names_nothing_that_exists_is_named(
    sql: str, dialect: str, what: str
) -> None:
    assert named(sql) == (dialect, what, 10 + sql.index(what))
    postgast.parse(sql)


@pytest.mark.parametrize("sql", PLAIN)
def test_what_is_nobody_elses_is_not_named(sql: str) -> None:
    assert named(sql) is None


def test_a_statement_too_deep_to_parse_is_not_named() -> None:
    assert named("SELECT AUTO_INCREMENT " + "(" * 10_000 + ")" * 10_000) is None

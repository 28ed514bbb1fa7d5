"""What a repository has, told from its files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctb_lint.readers.migration_tools import SNAPSHOT, TOOLS
from ctb_lint.readers.projects import (
    HistoryFolder,
    Mark,
    Project,
    Repository,
    ScriptLine,
    Tree,
    described,
    instead_of_sql,
    list_tree,
    look_at,
    way_out,
)

WAYS = {tool.name: "" if tool.sql else tool.way_out for tool in TOOLS}
SQL_TOOLS = {tool.name for tool in TOOLS if tool.sql}


def tree(*files: str, **texts: str) -> Tree:
    return Tree(tuple(sorted(files)), texts)


def plant(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)


PROJECTS = [
    pytest.param(["alembic.ini", "alembic/env.py", "alembic/versions/1a2b_users.py"], {},
        ("Alembic", "alembic/versions", "alembic.ini"), id="Alembic"),
    pytest.param(["api/migrations/script.py.mako", "api/migrations/versions/1a_x.py"], {},
        ("Alembic", "api/migrations/versions", "api/migrations/script.py.mako"),
        id="Alembic in a part of the repository"),
    pytest.param(["manage.py", "shop/migrations/0001_initial.py", "pay/migrations/0001_initial.py"],
        {}, ("Django", ".", "pay/migrations/0001_initial.py"), id="Django with several apps"),
    pytest.param(["src/shop/migrations/0001_initial.py", "src/shop/migrations/__init__.py"], {},
        ("Django", "src/shop/migrations", "src/shop/migrations/0001_initial.py"), id="Django"),
    pytest.param(["db/migrate/20240101000000_users.rb", "db/schema.rb"], {},
        ("Rails", "db/migrate", "db/migrate/20240101000000_users.rb"), id="Rails"),
    pytest.param(["priv/repo/migrations/20240101000000_users.exs"], {},
        ("Ecto", "priv/repo/migrations", "priv/repo/migrations/20240101000000_users.exs"),
        id="Ecto"),
    pytest.param(["database/migrations/2024_01_01_000000_users.php"], {},
        ("Laravel", "database/migrations", "database/migrations/2024_01_01_000000_users.php"),
        id="Laravel"),
    pytest.param(["migrations/Version20240101000000.php"], {},
        ("Doctrine Migrations", "migrations", "migrations/Version20240101000000.php"),
        id="Doctrine"),
    pytest.param(["phinx.php", "db/migrations/20240101000000_users.php"], {},
        ("Phinx", "db/migrations", "phinx.php"), id="Phinx"),
    pytest.param(["App/Migrations/20240101000000_Init.cs",
        "App/Migrations/20240101000000_Init.Designer.cs"], {},
        ("EF Core", "App/Migrations", "App/Migrations/20240101000000_Init.cs"), id="EF Core"),
    pytest.param(["src/main/resources/db/changelog/db.changelog-master.yaml",
        "src/main/resources/db/changelog/changes/001.xml"], {},
        ("Liquibase", "src/main/resources/db/changelog",
        "src/main/resources/db/changelog/db.changelog-master.yaml"), id="Liquibase"),
    pytest.param(["knexfile.ts", "migrations/20240101000000_users.ts"], {},
        ("Knex", "migrations", "knexfile.ts"), id="Knex"),
    pytest.param([".sequelizerc", "db/migrations/20240101000000-users.js"], {},
        ("Sequelize", "db/migrations", ".sequelizerc"), id="Sequelize"),
    pytest.param(["package.json", "src/migration/1700000000000-Users.ts"],
        {"package.json": '{"dependencies": {"typeorm": "^0.3"}}'},
        ("TypeORM", "src/migration", "package.json"), id="TypeORM"),
    pytest.param(["src/migrations/Migration20240101000000.ts"], {},
        ("MikroORM", "src/migrations", "src/migrations/Migration20240101000000.ts"),
        id="MikroORM"),
    pytest.param(["package.json", "migrations/1700000000000_users.js"],
        {"package.json": '{"dependencies": {"node-pg-migrate": "7"}}'},
        ("node-pg-migrate", "migrations", "package.json"), id="node-pg-migrate"),
    pytest.param(["migration/src/m20240101_000001_users.rs"], {},
        ("SeaORM", "migration/src", "migration/src/m20240101_000001_users.rs"), id="SeaORM"),
    pytest.param(["go.mod", "db/00001_users.go", "db/00002_x_test.go"],
        {"go.mod": "require github.com/pressly/goose/v3 v3.1.0"},
        ("goose (Go migrations)", "db", "go.mod"), id="goose in Go"),
    pytest.param(["src/main/java/db/migration/V1__Users.java"], {},
        ("Flyway (Java migrations)", "src/main/java/db/migration",
        "src/main/java/db/migration/V1__Users.java"), id="Flyway in Java"),
    pytest.param(["flyway.toml", "sql/V1__users.sql"], {}, ("Flyway", "sql", "flyway.toml"),
        id="Flyway"),
    pytest.param(["drizzle.config.ts", "drizzle/0000_init.sql", "drizzle/meta/_journal.json"], {},
        ("Drizzle", "drizzle", "drizzle.config.ts"), id="Drizzle"),
    pytest.param(["prisma/schema.prisma", "prisma/migrations/1_init/migration.sql"], {},
        ("Prisma", "prisma/migrations", "prisma/schema.prisma"), id="Prisma"),
    pytest.param(["supabase/config.toml", "supabase/migrations/1_a.sql"], {},
        ("Supabase", "supabase/migrations", "supabase/config.toml"), id="Supabase"),
    pytest.param(["diesel.toml", "migrations/1_a/up.sql", "migrations/1_a/down.sql"], {},
        ("Diesel", "migrations", "diesel.toml"), id="Diesel"),
    pytest.param(["Cargo.toml", "migrations/1_a.sql"], {"Cargo.toml": '[dependencies]\nsqlx = "1"'},
        ("sqlx", "migrations", "Cargo.toml"), id="sqlx"),
    pytest.param(["go.mod", "db/1_a.up.sql", "db/1_a.down.sql"],
        {"go.mod": "require github.com/golang-migrate/migrate/v4 v4.1.0"},
        ("golang-migrate", "db", "go.mod"), id="golang-migrate"),
    pytest.param(["go.mod", "db/1_a.sql"], {"go.mod": "require github.com/pressly/goose v3.1.0"},
        ("goose", "db", "go.mod"), id="goose"),
    pytest.param(["Makefile", "db/migrations/20240101_a.sql"], {"Makefile": "up:\n\tdbmate up\n"},
        ("dbmate", "db/migrations", "Makefile"), id="dbmate"),
    pytest.param(["sqitch.plan", "deploy/users.sql", "revert/users.sql"], {},
        ("Sqitch", "deploy", "sqitch.plan"), id="Sqitch"),
    pytest.param(["atlas.hcl", "migrations/20240101_a.sql"], {},
        ("Atlas", "migrations", "atlas.hcl"), id="Atlas"),
    pytest.param(["manage.py", "README.md", ".github/workflows/changelog.yml"], {}, None,
        id="no tool at all"),
    pytest.param(["src/2024_01_01_notes.py", "pkg/00001_x.go", "package.json"],
        {"package.json": '{"dependencies": {"typeorm": "1"}}'}, None,
        id="traces that are not enough"),
]  # fmt: skip


@pytest.mark.parametrize(("files", "texts", "expected"), PROJECTS)
def test_a_tool_is_known_by_its_files(
    files: list[str], texts: dict[str, str], expected: tuple[str, str, str] | None
) -> None:
    found = described(Tree(tuple(sorted(files)), texts)).projects
    if expected is None:
        assert found == ()
        return
    tool, folder, mark = expected
    assert found == (Project(tool, folder, mark, tool in SQL_TOOLS, WAYS[tool]),)


def test_every_tool_is_tested() -> None:
    seen = {case.values[2][0] for case in PROJECTS if case.values[2]}  # type: ignore[index]
    assert seen == {tool.name for tool in TOOLS}


def test_two_parts_of_a_repository_are_two_projects() -> None:
    found = described(
        tree("a/alembic.ini", "a/m/versions/1.py", "b/alembic.ini", "b/m/versions/1.py")
    )
    assert [(p.folder, p.mark) for p in found.projects] == [
        ("a/m/versions", "a/alembic.ini"),
        ("b/m/versions", "b/alembic.ini"),
    ]


HISTORIES = [
    pytest.param(["backend/db/migrations/001_a.sql", "backend/db/migrations/002_b.sql"],
        [HistoryFolder("backend/db/migrations", 2)], id="numbered files"),
    pytest.param(["p/migrations/1_init/migration.sql", "p/migrations/2_x/migration.sql"],
        [HistoryFolder("p/migrations", 2)], id="a folder for each migration"),
    pytest.param(["m/a/1_x.up.sql", "m/a/1_x.down.sql", "m/a/2_y.up.sql"],
        [HistoryFolder("m/a", 3)], id="files with a way back"),
    pytest.param(["one/migrations/1_a.sql", "two/migrations/1_a.sql", "two/migrations/2_b.sql"],
        [HistoryFolder("two/migrations", 2), HistoryFolder("one/migrations", 1)],
        id="the larger first"),
    pytest.param(["queries/users.sql", "queries/orders.sql", "report.sql"], [], id="queries"),
    pytest.param(["tests/fixtures/1_a.sql", "tests/fixtures/2_b.sql", "tests/fixtures/3_c.sql"],
        [], id="fixtures of tests"),
    pytest.param(["pg/V1__a.sql", "pg/V2__b.sql", "pg/V3__c.sql"], [HistoryFolder("pg", 3)],
        id="names of Flyway"),
]  # fmt: skip


@pytest.mark.parametrize(("files", "expected"), HISTORIES)
def test_folders_that_look_like_migrations_are_found(
    files: list[str], expected: list[HistoryFolder]
) -> None:
    assert list(described(tree(*files)).histories) == expected


def test_a_repository_is_described_whole(tmp_path: Path) -> None:
    plant(
        tmp_path,
        {
            "backend/migrations/001_a.sql": "",
            "db/structure.sql": "",
            "docs/SCHEMA_REFERENCE.md": "",
            ".github/workflows/ci.yml": "",
            ".gitlab-ci.yml": "",
            ".circleci/config.yml": "",
            "Jenkinsfile": "",
            "azure-pipelines.yml": "",
            "bitbucket-pipelines.yml": "",
            ".pre-commit-config.yaml": "",
            "sub/Jenkinsfile": "",
            "Makefile": "up:\n\t# psql -f old.sql\n\tpsql $(URL) -v x=1 -f new.sql\n\tpsql -l\n",
            "tools/load.sh": "psql app <data.sql\npsql app <<EOF\nEOF\n",
            "package.json": '{"scripts": {\n"db": "psql $URL --file a.sql"}}',
            "node_modules/x/migrations/001_a.sql": "",
            ".venv/manage.sh": "psql -f x.sql",
        },
    )
    assert look_at(tmp_path) == Repository(
        histories=(HistoryFolder("backend/migrations", 1),),
        ci=(
            Mark("GitHub Actions", ".github/workflows/ci.yml"),
            Mark("GitLab CI", ".gitlab-ci.yml"),
            Mark("CircleCI", ".circleci/config.yml"),
            Mark("Jenkins", "Jenkinsfile"),
            Mark("Azure Pipelines", "azure-pipelines.yml"),
            Mark("Bitbucket Pipelines", "bitbucket-pipelines.yml"),
            Mark("pre-commit", ".pre-commit-config.yaml"),
        ),
        catalogues=("docs/SCHEMA_REFERENCE.md",),
        dumps=("db/structure.sql",),
        psql=(
            ScriptLine("Makefile", 3, "psql $(URL) -v x=1 -f new.sql"),
            ScriptLine("package.json", 2, '"db": "psql $URL --file a.sql"}}'),
            ScriptLine("tools/load.sh", 1, "psql app <data.sql"),
        ),
    )


def test_links_are_not_followed_and_bounds_are_told(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    plant(outside, {"secret.sh": "psql -f x.sql", "m/001_a.sql": ""})
    root = tmp_path / "root"
    plant(root, {"a/b/c.txt": "", "z.txt": ""})
    (root / "link").symlink_to(outside)
    (root / "link.sh").symlink_to(outside / "secret.sh")
    assert list_tree(root) == Tree(("a/b/c.txt", "z.txt"), {})
    assert list_tree(root, depth=1) == Tree(("z.txt",), {}, complete=False)
    assert list_tree(root, entries=2) == Tree(("z.txt",), {}, complete=False)
    assert list_tree(tmp_path / "missing") == Tree((), {})


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "package.json")
    assert look_at(tmp_path) == Repository()


@given(st.lists(st.text("ab/.0123_-VR|\\(sqlpymi", max_size=40), max_size=20))
def test_no_name_is_too_odd(names: list[str]) -> None:
    files = {name.strip("/") for name in names if name.strip("/") and "//" not in name}
    described(Tree(tuple(sorted(files)), dict.fromkeys(files, "psql -f " * 3)))


def test_the_way_out_of_the_first_tool_is_told() -> None:
    alembic = Project("Alembic", "m/versions", "alembic.ini", False, WAYS["Alembic"])
    prisma = Project("Prisma", "prisma", "prisma/schema.prisma", True, "")
    assert way_out([prisma]) is None
    assert way_out([prisma, alembic]) == (
        "its migrations are written with Alembic (in m/versions), not in SQL",
        "write the SQL with alembic upgrade head --sql > migrations.sql, and check that",
    )


def test_a_folder_without_sql_says_what_it_holds_instead(tmp_path: Path) -> None:
    plant(tmp_path, {"alembic.ini": "", "alembic/versions/1_a.py": "", "web/knexfile.js": "",
        "web/migrations/20240101000000_a.js": ""})  # fmt: skip
    alembic = "holds no SQL files: its migrations are written with Alembic (in alembic/versions), "
    knex = "holds no SQL files: its migrations are written with Knex (in web/migrations), "
    assert instead_of_sql(tmp_path, "alembic/versions") == (
        alembic + "not in SQL",
        WAYS["Alembic"],
    )
    assert instead_of_sql(tmp_path, "web") == (knex + "not in SQL", SNAPSHOT)
    assert instead_of_sql(tmp_path / "web", ".") == (
        "holds no SQL files: its migrations are written with Knex (in migrations), not in SQL",
        SNAPSHOT,
    )
    plant(tmp_path / "empty", {"x.txt": ""})
    assert instead_of_sql(tmp_path / "empty", ".") == (None, None)

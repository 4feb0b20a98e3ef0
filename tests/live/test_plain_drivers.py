"""A project without SQLAlchemy: a connection of its own driver, and a database that is put back."""

from textwrap import dedent

import pytest

from tests.harness import profiles, projects

STACKS = [
    answers
    for answers in profiles.every()
    if answers.get("database_access") == "driver" and answers["framework"] == "none" and not answers["brokers"]
]
TABLES = "CREATE TABLE notes (body VARCHAR(20)); CREATE TABLE history (body VARCHAR(20)); "
SEED = "INSERT INTO notes VALUES ('seed'); "
TRIGGERS = {
    "sqlite": "CREATE TRIGGER kept AFTER INSERT ON notes BEGIN INSERT INTO history VALUES (new.body); END;",
    "mysql": """
        DELIMITER ;;
        CREATE DEFINER=`nobody`@`elsewhere` TRIGGER kept AFTER INSERT ON notes FOR EACH ROW BEGIN
            INSERT INTO history VALUES (new.body);
        END ;;
        DELIMITER ;
        -- what mysqldump writes at the end""",
    "postgresql": """
        CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN INSERT INTO history VALUES (new.body); RETURN new; END $$;
        CREATE TRIGGER kept AFTER INSERT ON notes FOR EACH ROW EXECUTE FUNCTION keep();""",
}
TRIGGERS["mariadb"] = TRIGGERS["mysql"]
# How a script begins that is for a tool, or for a database of its own.
HEADS = {
    "sqlite": "",
    "mysql": "DROP DATABASE IF EXISTS elsewhere;\nCREATE DATABASE elsewhere;\nUSE `elsewhere`;\n",
    "postgresql": "\\restrict what_pg_dump_writes\nSET client_encoding = 'UTF8';\n",
}
HEADS["mariadb"] = HEADS["mysql"]
# How each driver is told to run a statement and give the rows.
RUN = {
    "sqlite": "rows = await (await db.execute(sql)).fetchall(); await db.commit(); return rows",
    "psycopg": "cursor = await db.execute(sql); rows = await cursor.fetchall() if cursor.description else []; "
    "await db.commit(); return rows",
    "asyncpg": "return [tuple(row) for row in await db.fetch(sql)]",
    "mysql": """
    async with db.cursor() as cursor:
        await cursor.execute(sql)
        return list(await cursor.fetchall())""",
}
RUN["mariadb"] = RUN["mysql"]
TESTS = """
    import pytest
    from tests.support.{database} import connect

    KEPT = []


    async def run(db, sql):
        {run}


    @pytest.mark.parametrize("turn", range(3))
    async def test_a_note_is_kept_as_long_as_a_test_lasts(db, turn):
        await run(db, f"INSERT INTO notes VALUES ('{{turn}}')")

        assert await run(db, "SELECT body FROM notes ORDER BY body") == [(str(turn),), ("seed",)]
        assert await run(db, "SELECT body FROM history") == [(str(turn),)]


    async def test_a_connection_may_stay_open(database_url):
        KEPT.append(await connect(database_url))


    async def test_fails_and_holds_a_lock(db, database_url):
        await run(db, "INSERT INTO history VALUES ('one')")
        connection = await connect(database_url)
        {begin}
        assert not connection


    async def test_finds_what_was_there(db):
        assert await run(db, "SELECT body FROM history") == []
"""
BEGIN = """await connection{cursor}.execute("BEGIN")
    await connection{cursor}.execute("DELETE FROM history")"""


def name_of(answers) -> str:
    return "-".join([answers.get("postgresql_driver", answers["database"]), *["async"] * answers["async_database"]])


@pytest.mark.parametrize("answers", STACKS, ids=name_of)
def test_what_was_committed_is_removed(answers, tmp_path, server):
    database = answers["database"]
    project = projects.make(tmp_path / "notes", {**answers, "schema_file": "schema.sql"})
    schema = HEADS[database] + TABLES + SEED + TRIGGERS[database]
    (project.folder / "schema.sql").write_text(schema, encoding="utf-8")
    run = RUN[answers.get("postgresql_driver", "psycopg") if database == "postgresql" else database]
    begin = BEGIN.format(cursor=".cursor()" if database in ("mysql", "mariadb") else "")
    text = dedent(TESTS).format(database=database, run=run, begin=begin)
    if not answers["async_database"]:
        text = text.replace("async ", "").replace("await ", "")
    (project.folder / "tests/integration/test_notes.py").write_text(text, encoding="utf-8")
    projects.connect(project, server)

    alone = project.pytest("-q", "-p", "no:randomly", "tests/integration")
    shared = project.pytest("-q", "-n", "2", "-k", "not fails", "tests/integration").assert_green()

    assert f"1 failed, {shared.tests} passed in" in alone.output
    assert alone.skipped == shared.skipped == 0


ENV = """
    from alembic import context
    from sqlalchemy import create_engine

    with create_engine(context.config.get_main_option("sqlalchemy.url")).connect() as connection:
        context.configure(connection=connection)
        with context.begin_transaction():
            context.run_migrations()
"""
MIGRATION = """
    from alembic import op

    revision, down_revision = "1", None


    def upgrade():
        op.execute("CREATE TABLE notes (body VARCHAR(20))")
"""
MIGRATED = """
    def test_migrations_have_made_the_table(db):
        with db.cursor() as cursor:
            assert cursor.execute("INSERT INTO notes VALUES ('one')") == 1
"""


def test_migrations_use_the_driver_that_alembic_names(tmp_path, server):
    answers = {"scope": "tests", "framework": "none", "database": "mysql", "async_database": False, "brokers": []}
    settings = {"database_access": "driver", "alembic_config": "alembic.ini"}
    project = projects.make(tmp_path / "notes", {**answers, **settings})
    files = {
        "alembic.ini": "[alembic]\nscript_location = migrations\nsqlalchemy.url = mysql+pymysql://root@localhost/notes\n",
        "migrations/env.py": dedent(ENV),
        "migrations/versions/one.py": dedent(MIGRATION),
        "tests/integration/test_notes.py": dedent(MIGRATED),
    }
    for name, text in files.items():
        (project.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (project.folder / name).write_text(text, encoding="utf-8")
    projects.connect(project, server)

    project.pytest("-q", "tests/integration").assert_green()

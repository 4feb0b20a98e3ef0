# /// script
# requires-python = ">=3.12"
# dependencies = [
#     "aiosqlite", "asyncmy==0.2.13", "asyncpg==0.32.0", "copier>=9.19", "django==6.1.3", "filelock", "greenlet",
#     "httpx", "psycopg[binary]==3.3.9", "pymysql==1.2.4", "pytest==9.2.0", "pytest-asyncio==1.5.0",
#     "pytest-django==4.14.0", "pytest-postgresql==10.0.0", "pytest-randomly==5.1.0", "pytest-socket==0.8.1",
#     "pyyaml", "sqlalchemy==2.1.9", "testcontainers",
# ]
# ///
"""What isolation costs per test, as ratios measured side by side in one run.

    uv run --script benchmarks/isolation.py

It starts PostgreSQL and MariaDB from this machine (apt install postgresql mariadb-server) in
memory and on the disk, renders the tests, and times their parts against what people do instead:
every round runs each strategy once, in random order, once with a body (insert, commit, count) and
once without; reported are the 25th percentile, the median, and the median of the ratios within a
round, which other work on the machine disturbs least.
"""

import argparse
import asyncio
import contextlib
import functools
import importlib
import inspect
import itertools
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
STYLES = {
    "psycopg": {"database": "postgresql"},
    "asyncpg": {"database": "postgresql", "async_database": True, "postgresql_driver": "asyncpg"},
    "pymysql": {"database": "mariadb"},
    "asyncmy": {"database": "mariadb", "async_database": True},
    "sqlite3": {"database": "sqlite"},
    "aiosqlite": {"database": "sqlite", "async_database": True},
}
PLACES = {"memory": "/dev/shm", "disk": "/var/tmp"}
SLOW_EVERY = 10  # rounds
MODELS = """
from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import DeclarativeBase, mapped_column, Mapped
class Base(DeclarativeBase): pass
for n in range({count}):
    globals()[f"T{{n}}"] = type(f"T{{n}}", (Base,), {{
        "__tablename__": f"t{{n}}", "__annotations__": {{"id": Mapped[int], "name": Mapped[str]}},
        "id": mapped_column(primary_key=True), "name": mapped_column(String(40), unique=True),
        **({{"up": mapped_column(ForeignKey(f"t{{n - 1}}.id"), index=True)}} if n else {{}}),
    }})
"""


def render(folder: Path, count: int, answers: dict) -> None:
    """The tests of a project with so many tables, from the working tree."""
    from tests.harness.rendering import render as render_template

    names = {"project_name": "bench", "package_name": "bench", "metadata_path": "bench_models:Base"}
    render_template(folder, scope="tests", framework="none", **names, **answers)
    (folder / "bench_models.py").write_text(MODELS.format(count=count))


async def finish(result):
    """What a function gave, be it sync or async."""
    return await result if inspect.isawaitable(result) else result


# ------------------------------------------------------------------ the strategies of one style


class Case:
    """Every public method is one strategy: a context manager around the session of a test."""

    def __init__(self, url: str, database: str, is_async: bool):
        import bench_models
        from sqlalchemy import create_engine, func, make_url, select
        from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
        from sqlalchemy.orm import Session

        self.url, self.database, self.is_async = make_url(url), database, is_async
        self.engines = importlib.import_module("tests.support.engines").Engines(url)
        self.engines.at_rest = False
        self.make_engine = create_async_engine if is_async else create_engine
        self.session = AsyncSession if is_async else Session
        self.metadata = bench_models.Base.metadata
        self.row, self.count = bench_models.T0, select(func.count()).select_from(bench_models.T0)
        self.names = (f"name-{n}" for n in itertools.count())
        self.engine, self.staying = self.make_engine(url), self.make_engine(url)
        self.plain = self.around_the_listeners(self.url)

    def around_the_listeners(self, url, **options):
        """An engine that ours do not know of: what SQLAlchemy costs by itself."""
        plain = url.set(drivername=url.get_backend_name())
        login = {"host": url.host, "port": url.port, "user": url.username, "password": url.password}
        driver = url.get_driver_name()
        module = importlib.import_module({"pysqlite": "sqlite3"}.get(driver, driver))
        if self.database == "sqlite":
            arguments = {"database": url.database, "check_same_thread": False, "autocommit": False}
            if self.is_async:
                return self.make_engine(url, async_creator=lambda: module.connect(**arguments), **options)
        elif driver == "psycopg":
            arguments = {"conninfo": plain.render_as_string(hide_password=False)}
        elif driver == "asyncpg":
            arguments = {"dsn": plain.render_as_string(hide_password=False)}
        else:
            arguments = {**login, "database": url.database}
        creator = "async_creator" if self.is_async else "creator"
        return self.make_engine(url, **{creator: lambda: module.connect(**arguments)}, **options)

    async def body(self, session):
        session.add(self.row(name=next(self.names)))
        await finish(session.commit())
        found = await finish(session.scalar(self.count))
        assert found == 1, f"{found} rows in the table of {self.now}"

    async def clean(self):
        await finish(self.engines.outside.put_back(await finish(self.engines.outside.changed_tables())))

    async def close(self):
        """Close every connection: a thread of aiosqlite's would keep the process alive."""
        for engine in self.plain, self.engine, self.staying:
            await finish(engine.dispose())
        await finish(self.engines.disconnect())
        await finish(self.engines.outside.close())

    async def on_plain(self, *functions):
        for function in functions:
            if self.is_async:
                async with self.plain.begin() as connection:
                    await connection.run_sync(function)
            else:
                with self.plain.begin() as connection:
                    function(connection)

    async def run_all(self, statements):
        from sqlalchemy import text

        def run(connection):
            if self.database == "mariadb":
                connection.execute(text("SET foreign_key_checks = 0"))
            for statement in statements:
                connection.execute(text(statement))

        await self.on_plain(run)

    @contextlib.asynccontextmanager
    async def raw_driver(self):
        yield None

    @contextlib.asynccontextmanager
    async def no_isolation(self):
        session = self.session(self.plain)
        yield session
        await finish(session.close())

    @contextlib.asynccontextmanager
    async def db(self):
        await finish(self.engines.reset())
        session = self.session(self.engine)
        yield session
        await finish(self.engines.reset())
        await finish(session.close())

    @contextlib.asynccontextmanager
    async def db_and_leak_check(self):
        async with self.db() as session:
            yield session
        assert not await finish(self.engines.outside.changed_tables())

    @contextlib.asynccontextmanager
    async def sqlalchemys_recipe(self):
        connection = self.plain.connect()
        if self.is_async:
            await connection
        outer = await finish(connection.begin())
        session = self.session(bind=connection, join_transaction_mode="create_savepoint")
        yield session
        await finish(session.close())
        await finish(outer.rollback())
        await finish(connection.close())

    @contextlib.asynccontextmanager
    async def committed_db(self, engine=None):
        with self.engines.committing():
            session = self.session(engine or self.staying)
            yield session
            await finish(session.close())
            await finish(self.engines.end_transactions())
            await self.clean()

    @contextlib.asynccontextmanager
    async def committed_db_right_after_db(self):
        async with self.committed_db(self.engine) as session:
            yield session

    @contextlib.asynccontextmanager
    async def delete_from_all(self):
        async with self.no_isolation() as session:
            yield session
        tables = reversed(self.metadata.sorted_tables)
        await self.run_all([f"DELETE FROM {table.name}" for table in tables])

    @contextlib.asynccontextmanager
    async def truncate_all(self):
        async with self.no_isolation() as session:
            yield session
        if self.database == "postgresql":
            await self.run_all([f"TRUNCATE {', '.join(self.metadata.tables)} RESTART IDENTITY CASCADE"])
        else:
            await self.run_all([f"TRUNCATE {name}" for name in self.metadata.tables])

    @contextlib.asynccontextmanager
    async def drop_all_create_all(self):
        async with self.no_isolation() as session:
            yield session
        await self.on_plain(self.metadata.drop_all, self.metadata.create_all)

    @contextlib.asynccontextmanager
    async def clone_per_test(self):
        outside = importlib.import_module("tests.support.postgresql")
        server = await finish(outside.connect(str(self.url.render_as_string(False)), "postgres"))
        clone = f"{self.url.database}_clone"
        create = f'CREATE DATABASE "{clone}" TEMPLATE "{self.template}" STRATEGY file_copy'
        await finish(outside.run(server, create))
        engine = self.around_the_listeners(self.url.set(database=clone))
        session = self.session(engine)
        yield session
        await finish(session.close())
        await finish(engine.dispose())
        await finish(outside.run(server, f'DROP DATABASE "{clone}" WITH (FORCE)'))
        await finish(server.close())

    @contextlib.asynccontextmanager
    async def schema_per_test(self):
        await self.run_all(["CREATE SCHEMA one_test"])
        options = {"schema_translate_map": {None: "one_test"}}
        engine = self.plain.execution_options(**options)
        plain, self.plain = self.plain, engine
        try:
            await self.on_plain(lambda connection: self.metadata.create_all(connection, checkfirst=False))
            session = self.session(engine)
            yield session
            await finish(session.close())
        finally:
            self.plain = plain
        await self.run_all(["DROP SCHEMA one_test CASCADE"])

    def strategies(self) -> dict:
        """The strategies of this database, by name; and whether each is slow, and runs without ours."""
        plain = [self.no_isolation, self.sqlalchemys_recipe]
        slow = [self.delete_from_all, self.drop_all_create_all]
        slow += [self.truncate_all] * (self.database != "sqlite")
        slow += [self.clone_per_test, self.schema_per_test] * (self.database == "postgresql")
        ours = [self.db, self.db_and_leak_check, self.committed_db, self.committed_db_right_after_db]
        every = [self.raw_driver, *plain, *ours, *slow]
        return {one: (one in slow, one not in ours) for one in every}


async def raw_test(execute, case: Case, body: bool):
    statements = ["BEGIN", "ROLLBACK"]
    if body:
        statements[1:1] = [f"INSERT INTO t0 (name) VALUES ('{next(case.names)}')", "SELECT count(*) FROM t0"]
    for statement in statements:
        await finish(execute(statement))


@contextlib.asynccontextmanager
async def raw_execute(case: Case):
    """What runs a statement on a connection of the plain driver."""
    if case.database == "sqlite":
        module = importlib.import_module("aiosqlite" if case.is_async else "sqlite3")
        connection = await finish(module.connect(case.url.database, isolation_level=None))
        execute = connection.execute
    else:
        module = importlib.import_module(f"tests.support.{case.database}")
        connection = await finish(module.connect(case.url.render_as_string(False)))
        execute = functools.partial(module.run, connection)
    yield execute
    await finish(connection.close())


async def measure(database: str, is_async: bool, rounds: int, fast_only: bool) -> dict[str, list[float]]:
    """Milliseconds by strategy, and of some parts."""
    importlib.import_module(f"tests.support.{database}")
    url = importlib.import_module("tests.support.environment").addresses()["database"]
    provision = importlib.import_module(f"tests.support.{'sqlite' if database == 'sqlite' else 'provision'}")
    outside = importlib.import_module(f"tests.support.{'sqlite' if database == 'sqlite' else 'outside'}").Outside
    tables = importlib.import_module("tests.support.tables")
    case = Case(url, database, is_async)
    version, times = tables.version(url), {}

    def make_tables():
        with case.engines.committing():
            tables.make(url)

    async def make_tables_async():
        with case.engines.committing():
            await tables.make(url)

    @contextlib.contextmanager
    def timed(name):
        started = time.perf_counter()
        yield
        times.setdefault(name, []).append((time.perf_counter() - started) * 1000)

    for attempt in range(6):
        manager = provision.own_database(url, version, make_tables_async if is_async else make_tables, lambda: False)
        enter, leave = ("__aenter__", "__aexit__") if is_async else ("__enter__", "__exit__")
        with timed("worker database" if attempt else "template and worker database"):
            await finish(getattr(manager, enter)())
        if attempt < 5:
            await finish(getattr(manager, leave)(None, None, None))
    case.template = f"bench_{version[:8]}_test"
    case.engines.outside = await finish(outside.open(url))
    ending = contextlib.AsyncExitStack()
    case.raw = await ending.enter_async_context(raw_execute(case))
    strategies = case.strategies()
    for number in range(rounds):
        order = [
            (one, kind)
            for one, (slow, _) in strategies.items()
            for kind in ("body", "empty")
            if not slow or (number % SLOW_EVERY == 0 and not fast_only)
        ]
        random.shuffle(order)
        for strategy, kind in order:
            case.now = strategy.__name__
            name, (_, without_ours) = strategy.__name__.replace("_", " "), strategies[strategy]
            if strategy == case.committed_db_right_after_db:
                async with case.db() as session:
                    await case.body(session)
            if without_ours:
                case.engines.close()
            with timed(f"{name}: {kind}"):
                if strategy == case.raw_driver:
                    await raw_test(case.raw, case, kind == "body")
                else:
                    async with strategy() as session:
                        if kind == "body":
                            await case.body(session)
            if without_ours:
                case.engines.open()
                await case.clean()
        with timed("leak check"):
            await finish(case.engines.outside.changed_tables())
        async with case.db() as session:  # which resets once more, for nothing
            await case.body(session)
            await finish(session.close())
            with timed("reset"):
                await finish(case.engines.reset())
    await ending.aclose()
    await case.close()
    await finish(getattr(manager, leave)(None, None, None))
    names = [one.__name__.replace("_", " ") for one in strategies]
    return dict(sorted(times.items(), key=lambda item: names.index(item[0].split(":")[0]) if ":" in item[0] else 99))


# ------------------------------------------------------------------ other plugins, in one pytest run

PYTEST_FILES = {
    "bench_settings.py": """
import os
from urllib.parse import urlsplit
url = urlsplit(os.environ["TEST_DATABASE_URL"])
SECRET_KEY, INSTALLED_APPS, USE_TZ = "x", [], True
DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "bench_django",
    "USER": url.username, "PASSWORD": url.password, "HOST": url.hostname, "PORT": url.port}}
""",
    "tests/conftest.py": """
import collections, json, os, random, time
from urllib.parse import urlsplit
import pytest
from pytest_postgresql import factories
pytest_plugins = ["tests.support"]
url = urlsplit(os.environ["TEST_DATABASE_URL"])
postgresql_noproc = factories.postgresql_noproc(
    host=url.hostname, port=url.port, user=url.username, password=url.password, dbname="bench_plugin")
postgresql = factories.postgresql("postgresql_noproc")
TIMES = collections.defaultdict(list)
@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item, nextitem):
    started = time.perf_counter()
    result = yield
    TIMES[item.originalname].append((time.perf_counter() - started) * 1000)
    return result
def pytest_sessionfinish():
    with open("times.json", "w") as file:
        json.dump(TIMES, file)
""",
    "tests/integration/test_bench.py": """
import pytest
TIMES = pytest.mark.parametrize("time", range(60))
@TIMES
def test_nothing(time): pass
@TIMES
def test_ours(db, time): pass
@TIMES
@pytest.mark.django_db
def test_pytest_django_db(time): pass
@TIMES
def test_pytest_postgresql(postgresql, time): pass
""",
}


def compare_plugins(url: str) -> dict[str, list[float]]:
    """Milliseconds of a test that does nothing, by fixture, less those without a fixture."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        render(folder, 20, STYLES["psycopg"])
        for path, text in PYTEST_FILES.items():
            (folder / path).write_text(text)
        command = [sys.executable, "-m", "pytest", "-q", "-p", "randomly", "tests/integration/test_bench.py"]
        environment = {"PYTHONPATH": name, "TEST_DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "bench_settings"}
        done = subprocess.run(command, cwd=folder, env=os.environ | environment, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(done.stdout[-3000:] + done.stderr[-3000:])
        times = json.loads((folder / "times.json").read_text())
    nothing = statistics.quantiles(times.pop("test_nothing"), n=4)[0]
    return {name.removeprefix("test_"): [value - nothing for value in values] for name, values in times.items()}


# ------------------------------------------------------------------ all cases


def run(style: str, url: str, count: int, rounds: int, fast_only: bool) -> dict[str, list[float]]:
    answers = STYLES[style]
    with tempfile.TemporaryDirectory() as folder:
        render(Path(folder), count, answers)
        place = tempfile.gettempdir()  # where SQLite's files are
        environment = os.environ | {"PYTHONPATH": folder, "TEST_DATABASE_URL": url, "TMPDIR": place}
        job = json.dumps([answers["database"], answers.get("async_database", False), rounds, fast_only])
        command = [sys.executable, __file__, "--job", job]
        done = subprocess.run(command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def ratio(times: dict[str, list[float]], name: str, base: str) -> str:
    """The median, over the rounds, of what this took by what the base took in the same round."""
    mine, others = times[name], times.get(f"{base}: {name.partition(': ')[2]}")
    if not others:
        return ""
    others = others if len(mine) == len(others) else others[::SLOW_EVERY]
    return f"{statistics.median(one / other for one, other in zip(mine, others, strict=True)):.2f}"


def show(title: str, times: dict[str, list[float]]) -> dict[str, float]:
    """Print a table; the 25th percentiles."""
    print(f"\n{title}\n  {'ms':34} {'p25':>8} {'median':>8} {'x no isolation':>16} {'x raw driver':>14}")
    low = {}
    for name, values in times.items():
        if len(values) > 1:
            low[name], middle, _ = statistics.quantiles(values, n=4)
            ratios = f"{ratio(times, name, 'no isolation'):>16} {ratio(times, name, 'raw driver'):>14}"
            print(f"  {name:34} {low[name]:8.3f} {middle:8.3f} {ratios}", flush=True)
    return low


@contextlib.contextmanager
def servers(place: str, wanted: set[str], given: dict[str, str]):
    """Addresses by database; the servers that are not given are started in this place."""
    from tests.harness import servers

    tempfile.tempdir = PLACES[place]
    if place == "disk":
        servers.module("postgresql").FAST[:] = ["max_connections=300"]  # as PostgreSQL comes
    found = {}
    with servers.pool():
        for name in wanted - {"sqlite"}:
            if name in given:
                found[name] = given[name]
                continue
            try:
                server = servers.server(name)
            except servers.Unavailable as reason:
                print(f"not measured: {reason}")
                continue
            found[name] = servers.module(name).create_database(server, "bench_test")
        yield found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--styles", nargs="+", default=list(STYLES), choices=STYLES)
    parser.add_argument("--places", nargs="+", default=list(PLACES), choices=PLACES)
    parser.add_argument("--tables", type=int, nargs="+", default=[20, 5, 100, 300])
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--fast-only", action="store_true", help="leave out what takes more than a few ms")
    parser.add_argument("--url", action="append", default=[], help="DATABASE=URL of a server that runs already")
    parser.add_argument("--job", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.job:
        print(json.dumps(asyncio.run(measure(*json.loads(options.job)))))
        return
    sys.path.insert(0, str(ROOT))
    given = dict(url.split("=", 1) for url in options.url)
    wanted = {STYLES[style]["database"] for style in options.styles}
    for place in options.places:
        with servers(place, wanted, given) as urls:
            for count, style in itertools.product(options.tables, options.styles):
                database = STYLES[style]["database"]
                if database == "sqlite" or database in urls:
                    url = urls.get(database, "")
                    fast = options.fast_only or count > 20
                    show(f"{style}, {count} tables, {place}", run(style, url, count, options.rounds, fast))
            if "psycopg" in options.styles and not options.fast_only and "postgresql" in urls:
                low = show(f"fixtures of a test that does nothing, {place}", compare_plugins(urls["postgresql"]))
                for name in ("pytest_django_db", "pytest_postgresql"):
                    print(f"  {name} : ours = {low[name] / low['ours']:.0f}")


if __name__ == "__main__":
    main()

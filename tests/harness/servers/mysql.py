"""MySQL: real, from the machine, or in a container where a Docker engine answers."""

import secrets
import sys
from pathlib import Path

from tests.docker import lab
from tests.render.deployment import table

from . import base, mariadb

create_database = mariadb.create_database


def start(folder: Path) -> base.Server:
    port = base.free_port()
    try:
        source = _start_program(folder, port)
    except base.Unavailable as reason:
        source = _start_container(folder, port, str(reason))
    version, comment = mariadb.ask(port, "VERSION()", "@@version_comment")
    product = "MariaDB" if "MariaDB" in version + comment else "MySQL"
    kind = "real" if product == "MySQL" else "stand-in"
    url = f"mysql://root:{base.PASSWORD}@127.0.0.1:{port}/{{database}}"
    return base.Server("mysql", kind, product, version.split("-")[0], url, source)


def _start_program(folder: Path, port: int) -> str:
    program, source = base.find("mysqld", apt="mysql-server")
    if Path(program).resolve().name == "mariadbd":
        raise base.Unavailable("mysqld is MariaDB on this machine")
    prefix = base.as_user("mysql")
    user = [f"--user={prefix[1].removeprefix('--reuid=')}"] if prefix else []
    data = base.owned(folder / "data", prefix)
    common = [program, "--no-defaults", *user, f"--datadir={data}", "--secure-file-priv="]
    base.run([*common, "--initialize-insecure"], folder)
    (folder / "init.sql").write_text(
        f"CREATE USER root@'%' IDENTIFIED BY '{base.PASSWORD}';\nGRANT ALL ON *.* TO root@'%' WITH GRANT OPTION;\n"
    )
    options = [
        f"--socket={data}/s.sock",
        f"--port={port}",
        "--bind-address=127.0.0.1",
        "--mysqlx=OFF",
        "--skip-log-bin",
        "--skip-name-resolve",
        f"--init-file={folder}/init.sql",
    ]
    base.start([*common, *options], folder, lambda: mariadb.probe(port))
    return source


def _start_container(folder: Path, port: int, reason: str) -> str:
    """Start the image of the rendered compose file; an engine in docker-lab is reached by a bridge."""
    before, problem = lab.engine()
    if problem:
        raise base.Unavailable(f"{reason}, and {problem}")
    image, there = table()["mysql"]["image"], base.free_port() if before else port
    if before:
        bridge = [sys.executable, str(Path(__file__).with_name("bridge.py"))]
        folder.with_name("mysql-bridge").mkdir()
        base.start([*bridge, str(port), str(there), *before], folder.with_name("mysql-bridge"), lambda: "")
    options = ["--rm", "--pull=missing", f"--name=mysql-{secrets.token_hex(4)}", "--tmpfs=/var/lib/mysql"]
    options += [f"--env=MYSQL_ROOT_PASSWORD={base.PASSWORD}", f"--publish=127.0.0.1:{there}:3306"]
    command = ["docker", "run", *options, image, "mysqld", "--skip-log-bin", "--innodb-flush-log-at-trx-commit=0"]
    base.start([*before, *command], folder, lambda: mariadb.probe(port))
    return f"image {image}"

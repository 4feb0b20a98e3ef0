"""MariaDB: real, from the machine."""

from pathlib import Path

import pymysql

from . import base


def start(folder: Path) -> base.Server:
    program, source = base.find("mariadbd", apt="mariadb-server")
    install, _ = base.find("mariadb-install-db", apt="mariadb-server")
    prefix = base.as_user("mysql")
    user = [f"--user={prefix[1].removeprefix('--reuid=')}"] if prefix else []
    data, port = base.owned(folder / "data", prefix), base.free_port()
    method = ["--auth-root-authentication-method=normal", "--skip-test-db"]
    base.run([install, "--no-defaults", *user, f"--datadir={data}", *method], folder)
    # The account of the rendered compose file: root with a password, from anywhere.
    (folder / "init.sql").write_text(
        "DROP USER IF EXISTS root@'127.0.0.1';\n"
        f"CREATE OR REPLACE USER root@'%' IDENTIFIED BY '{base.PASSWORD}';\n"
        "GRANT ALL ON *.* TO root@'%' WITH GRANT OPTION;\n"
    )
    options = [
        *user,
        f"--datadir={data}",
        f"--socket={data}/s.sock",
        f"--port={port}",
        "--bind-address=127.0.0.1",
        "--skip-name-resolve",
        f"--init-file={folder}/init.sql",
        "--innodb-flush-log-at-trx-commit=0",
        "--loose-innodb-flush-method=nosync",
        "--innodb-doublewrite=OFF",
        "--loose-sync-frm=OFF",
    ]
    version = base.start([program, "--no-defaults", *options], folder, lambda: probe(port))
    url = f"mysql://root:{base.PASSWORD}@127.0.0.1:{port}/{{database}}"
    return base.Server("mariadb", "real", "MariaDB", version.split("-")[0], url, source)


def probe(port: int) -> str:
    """The version that the server on this port says."""
    return ask(port, "VERSION()")[0]


def ask(port: int, *what: str) -> tuple[str, ...]:
    connection = pymysql.connect(host="127.0.0.1", port=port, user="root", password=base.PASSWORD, connect_timeout=2)
    with connection, connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(what)}")
        return cursor.fetchone()


def create_database(server: base.Server, name: str) -> str:
    """The URL of a database with that name, made if it is not there."""
    port = int(server.url.rsplit(":", 1)[1].split("/")[0])
    connection = pymysql.connect(host="127.0.0.1", port=port, user="root", password=base.PASSWORD)
    with connection, connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE IF NOT EXISTS `{name}`")
    return server.url.format(database=name)

"""MySQL: real, from the machine. Few have it; the docker layer covers the others."""

from pathlib import Path

from . import base, mariadb

create_database = mariadb.create_database


def start(folder: Path) -> base.Server:
    program, source = base.find("mysqld", apt="mysql-server")
    if Path(program).resolve().name == "mariadbd":
        raise base.Unavailable("mysqld is MariaDB on this machine")
    prefix = base.as_user("mysql")
    user = [f"--user={prefix[1].removeprefix('--reuid=')}"] if prefix else []
    data, port = base.owned(folder / "data", prefix), base.free_port()
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
    version = base.start([*common, *options], folder, lambda: mariadb.probe(port))
    url = f"mysql://root:{base.PASSWORD}@127.0.0.1:{port}/{{database}}"
    return base.Server("mysql", "real", "MySQL", version, url, source)

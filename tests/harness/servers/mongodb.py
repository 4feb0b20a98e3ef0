"""MongoDB: the real server if the machine has one, otherwise a wire-compatible stand-in from a wheel.

The stand-in is not MongoDB, and is always reported as what it is.
"""

import shutil
import sys
from importlib import metadata
from pathlib import Path

import pymongo

from . import base


def start(folder: Path) -> base.Server:
    (folder / "data").mkdir()
    port = base.free_port()
    if program := shutil.which("mongod"):
        return _real(folder, program, port)
    return _stand_in(folder, port)


def create_database(server: base.Server, name: str) -> str:
    """The URL of a database with that name; it is made by the first write."""
    return server.url.format(database=name)


def _real(folder: Path, program: str, port: int) -> base.Server:
    place = ["--bind_ip", "127.0.0.1", "--port", str(port), "--dbpath", str(folder / "data")]
    member = {"_id": 0, "host": f"127.0.0.1:{port}"}

    def probe() -> str:
        with _client(port) as client:
            if not client.admin.command("hello")["isWritablePrimary"]:
                client.admin.command("replSetInitiate", {"_id": "rs0", "members": [member]})
                raise ConnectionError("it is about to become the primary")
            return client.server_info()["version"]

    version = base.start([program, *place, "--replSet", "rs0", "--oplogSize", "128"], folder, probe)
    return base.Server("mongodb", "real", "MongoDB", version, _url(port), "this machine")


def _stand_in(folder: Path, port: int) -> base.Server:
    try:
        version = metadata.version("secantusdb")
    except metadata.PackageNotFoundError:
        raise base.Unavailable("there is no mongod here, and the wheel secantusdb is not installed") from None
    program = Path(sys.executable).with_name("secantusd-py")
    place = ["--host", "127.0.0.1", "--port", str(port), "--storage-path", str(folder / "data")]

    def probe() -> str:
        with _client(port) as client:
            client.admin.command("ping")
        return version

    base.start([str(program), *place], folder, probe)
    product = "SecantusDB, a wire-compatible stand-in for MongoDB"
    return base.Server("mongodb", "stand-in", product, version, _url(port), "wheel secantusdb")


def _client(port: int) -> pymongo.MongoClient:
    return pymongo.MongoClient(port=port, directConnection=True, serverSelectionTimeoutMS=1000)


def _url(port: int) -> str:
    return f"mongodb://127.0.0.1:{port}/{{database}}?directConnection=true"

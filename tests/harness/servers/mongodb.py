"""A wire-compatible stand-in for MongoDB, from a wheel. It is not MongoDB."""

import sys
from importlib import metadata
from pathlib import Path

import pymongo

from . import base


def start(folder: Path) -> base.Server:
    try:
        version = metadata.version("secantusdb")
    except metadata.PackageNotFoundError:
        raise base.Unavailable("the wheel secantusdb is not installed") from None
    program = Path(sys.executable).with_name("secantusd-py")
    port = base.free_port()
    place = ["--host", "127.0.0.1", "--port", str(port), "--storage-path", str(folder / "data")]

    def probe() -> str:
        with pymongo.MongoClient(port=port, directConnection=True, serverSelectionTimeoutMS=1000) as client:
            client.admin.command("ping")
        return version

    (folder / "data").mkdir()
    base.start([str(program), *place, "--standalone"], folder, probe)
    product = "SecantusDB, a wire-compatible stand-in for MongoDB"
    url = f"mongodb://127.0.0.1:{port}/{{database}}"
    return base.Server("mongodb", "stand-in", product, version, url, "wheel secantusdb")

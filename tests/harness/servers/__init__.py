"""A pool of real servers on free ports of 127.0.0.1, started when a test first asks for one.

`server("redis")` gives a `Server`, or raises `Unavailable` with one clear reason. All processes of
one pytest session share the pool: it lives in a folder that the controller makes, and whoever needs
a server first starts it under a lock. Every server runs below a supervisor that ends it as soon as
the controller is gone, however that ended.
"""

import fcntl
import importlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from .base import Server, Unavailable

__all__ = ["NAMES", "Server", "Unavailable", "module", "pool", "server"]

NAMES = [
    "postgresql",
    "mysql",
    "mariadb",
    "mongodb",
    "redis",
    "valkey",
    "rabbitmq",
    "kafka",
    "nats",
    "mqtt",
]
FOLDER_VARIABLE = "TEST_SERVER_POOL"
STOP_SECONDS = 30


def server(name: str) -> Server:
    """A running server with that name; the same one for the whole session.

    Raises:
        Unavailable: it cannot be had on this machine; the message says why.
    """
    folder = Path(os.environ[FOLDER_VARIABLE])
    record = folder / f"{name}.json"
    with _locked(folder / f"{name}.lock"):
        if not record.exists():
            record.write_text(json.dumps(_start(name, folder)), encoding="utf-8")
    found = json.loads(record.read_text(encoding="utf-8"))
    if "reason" in found:
        raise Unavailable(found["reason"])
    return Server(**found)


def module(name: str):
    """The module that knows how to start the server."""
    return importlib.import_module(f".{name}", __package__)


def _start(name: str, pool: Path) -> dict:
    folder = pool / name
    folder.mkdir()
    folder.chmod(0o755)
    try:
        return asdict(module(name).start(folder))
    except Unavailable as error:
        return {"reason": f"{name}: {error}"}


@contextmanager
def pool() -> Iterator[None]:
    """The pool of this session; all servers in it are gone when this ends."""
    folder = Path(tempfile.mkdtemp(prefix="servers-"))
    folder.chmod(0o755)  # some servers run as another user
    os.environ[FOLDER_VARIABLE] = str(folder)
    with _locked(folder / "alive.lock"):
        yield
    # Each supervisor shares this lock until its server is gone.
    with (folder / "supervisors.lock").open("w") as lock:
        deadline = time.monotonic() + STOP_SECONDS
        while time.monotonic() < deadline:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                time.sleep(0.05)
    shutil.rmtree(folder, ignore_errors=True)
    del os.environ[FOLDER_VARIABLE]


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield

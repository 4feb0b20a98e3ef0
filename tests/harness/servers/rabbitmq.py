"""RabbitMQ: real, from the machine, with the management plugin."""

import base64
import json
import urllib.request
from pathlib import Path

import pika

from . import base


def start(folder: Path) -> base.Server:
    program, source = base.find("rabbitmq-server", apt="rabbitmq-server")
    epmd, _ = base.find("epmd", apt="erlang-base")
    if (inner := Path("/usr/lib/rabbitmq/bin/rabbitmq-server")).exists():
        program = str(inner)  # Debian's own wrapper insists on its service user
    prefix = base.as_user("rabbitmq")
    home = base.owned(folder / "home", prefix)
    port, management, distribution, mapper = (base.free_port() for _ in range(4))
    (folder / "enabled_plugins").write_text("[rabbitmq_management].\n")
    (folder / "rabbitmq.conf").write_text(
        f"listeners.tcp.1 = 127.0.0.1:{port}\n"
        f"management.tcp.ip = 127.0.0.1\nmanagement.tcp.port = {management}\n"
        f"default_user = {base.USER}\ndefault_pass = {base.PASSWORD}\n"
        "vm_memory_high_watermark.absolute = 1GB\ndisk_free_limit.absolute = 50MB\n"
    )
    env = {
        "HOME": str(home),
        "RABBITMQ_NODENAME": f"pool{port}@localhost",
        "RABBITMQ_DIST_PORT": str(distribution),
        "RABBITMQ_MNESIA_BASE": str(home / "data"),
        "RABBITMQ_LOG_BASE": str(home / "log"),
        "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 1:1 +sbwt none",
        "ERL_EPMD_PORT": str(mapper),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
    }

    def probe() -> str:
        credentials = base64.b64encode(f"{base.USER}:{base.PASSWORD}".encode()).decode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{management}/api/overview",
            headers={"Authorization": f"Basic {credentials}"},
        )
        with urllib.request.urlopen(request, timeout=2) as response:
            overview = json.load(response)
        pika.BlockingConnection(pika.URLParameters(url)).close()
        return overview["rabbitmq_version"]

    url = f"amqp://{base.USER}:{base.PASSWORD}@127.0.0.1:{port}/"
    # The port mapper stays in the foreground, so that it ends with the server.
    command = [*prefix, "sh", "-c", '"$0" & exec "$1"', epmd, program]
    version = base.start(command, folder, probe, env)
    return base.Server(
        "rabbitmq",
        "real",
        "RabbitMQ",
        version,
        url,
        source,
        {"management": f"http://127.0.0.1:{management}", "management_port": str(management)},
    )

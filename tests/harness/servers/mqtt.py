"""Mosquitto: real, from the machine."""

import queue
from pathlib import Path

import paho.mqtt.client

from . import base


def start(folder: Path) -> base.Server:
    program, source = base.find("mosquitto", apt="mosquitto")
    port = base.free_port()
    settings = folder / "mosquitto.conf"
    user = "root" if base.as_user() else "mosquitto"  # else it asks for a user of that name
    settings.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\npersistence false\nuser {user}\n")

    def probe() -> str:
        heard: queue.Queue[str] = queue.Queue()
        client = paho.mqtt.client.Client(paho.mqtt.client.CallbackAPIVersion.VERSION2)
        client.on_message = lambda client, data, message: heard.put(message.payload.decode())
        client.connect("127.0.0.1", port)
        client.subscribe("$SYS/broker/version")
        client.loop_start()
        try:
            return heard.get(timeout=2).split()[-1]
        finally:
            client.disconnect()
            client.loop_stop()

    version = base.start([program, "-c", str(settings)], folder, probe)
    return base.Server("mqtt", "real", "Mosquitto", version, f"mqtt://127.0.0.1:{port}", source)

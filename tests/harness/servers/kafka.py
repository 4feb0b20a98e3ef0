"""A wire-compatible stand-in for Apache Kafka, from a wheel. It is not Kafka."""

import asyncio
import sys
from importlib import metadata
from pathlib import Path

from aiokafka.admin import AIOKafkaAdminClient

from . import base


def start(folder: Path) -> base.Server:
    try:
        version = metadata.version("noida-db")
    except metadata.PackageNotFoundError:
        raise base.Unavailable("the wheel noida-db is not installed") from None
    program = Path(sys.executable).with_name("noida-db")
    port = base.free_port()
    options = ["--only", "kafka", "--data-dir", str(folder), "--kafka-port", str(port)]

    async def ask() -> str:
        client = AIOKafkaAdminClient(bootstrap_servers=f"127.0.0.1:{port}")
        try:
            await client.start()
            await client.list_topics()
        finally:
            await client.close()
        return version

    base.start([str(program), "start", *options], folder, lambda: asyncio.run(ask()))
    product = "noida-db, a wire-compatible stand-in for Kafka"
    url = f"127.0.0.1:{port}"
    return base.Server("kafka", "stand-in", product, version, url, "wheel noida-db")

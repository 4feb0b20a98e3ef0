import json
import os

import pika

from .size import fit


def handle(channel, method, properties, body):
    picture = json.loads(body)
    size = fit(picture["width"], picture["height"])
    channel.basic_publish("", "thumbnails.done", json.dumps({"id": picture["id"], "size": size}))
    channel.basic_ack(method.delivery_tag)


def main():
    url = os.environ.get("AMQP_URL", "amqp://guest:guest@localhost:5672/")
    channel = pika.BlockingConnection(pika.URLParameters(url)).channel()
    for queue in ("thumbnails.wanted", "thumbnails.done"):
        channel.queue_declare(queue, durable=True)
    channel.basic_consume("thumbnails.wanted", handle)
    channel.start_consuming()

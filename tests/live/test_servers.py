"""Every server of the pool: a write and a read through an ordinary client."""

import asyncio
import queue

import aiokafka
import nats
import paho.mqtt.client
import pika
import psycopg
import pymongo
import pymysql
import pytest
import redis

from tests.harness.servers import mariadb as mariadb_server
from tests.harness.servers import postgresql as postgresql_server


def test_postgresql(server):
    url = postgresql_server.create_database(server("postgresql"), "pool_test")

    with psycopg.connect(url) as connection:
        connection.execute("CREATE TEMPORARY TABLE greeting AS SELECT 'hello' AS text")
        assert connection.execute("SELECT text FROM greeting").fetchone() == ("hello",)


def test_postgresql_refuses_a_wrong_password(server):
    url = server("postgresql").url.format(database="postgres").replace("test:test", "test:wrong")

    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(url)


@pytest.mark.parametrize("name", ["mysql", "mariadb"])
def test_mysql(server, name):
    url = mariadb_server.create_database(server(name), "pool_test")

    port = int(url.rsplit(":", 1)[1].split("/")[0])
    connection = pymysql.connect(host="127.0.0.1", port=port, user="root", password="test", database="pool_test")
    with connection, connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE greeting AS SELECT 'hello' AS text")
        cursor.execute("SELECT text FROM greeting")
        assert cursor.fetchone() == ("hello",)


def test_mongodb_stand_in(server):
    with pymongo.MongoClient(server("mongodb").url.format(database=""), directConnection=True) as client:
        client.pool_test.greetings.insert_one({"_id": 1, "text": "hello"})
        assert client.pool_test.greetings.find_one({"_id": 1})["text"] == "hello"
        client.drop_database("pool_test")


@pytest.mark.parametrize("name", ["redis", "valkey"])
def test_redis(server, name):
    with redis.Redis.from_url(server(name).url) as client:
        client.set("greeting", "hello", ex=60)
        assert client.get("greeting") == b"hello"
        assert client.config_get("databases") == {"databases": "64"}


def test_rabbitmq(server):
    connection = pika.BlockingConnection(pika.URLParameters(server("rabbitmq").url))
    channel = connection.channel()
    queue_name = channel.queue_declare("", exclusive=True).method.queue
    channel.confirm_delivery()

    channel.basic_publish("", queue_name, b"hello")

    assert channel.basic_get(queue_name, auto_ack=True)[2] == b"hello"
    connection.close()


def test_nats_with_jetstream(server):
    url = server("nats").url

    async def round_trip() -> bytes:
        client = await nats.connect(url)
        stream = client.jetstream()
        await stream.add_stream(name="pool", subjects=["pool.>"], storage="memory")
        subscription = await stream.subscribe("pool.greeting")
        await stream.publish("pool.greeting", b"hello")
        message = await subscription.next_msg(timeout=5)
        await stream.delete_stream("pool")
        await client.close()
        return message.data

    assert asyncio.run(round_trip()) == b"hello"


def test_mqtt(server):
    port = int(server("mqtt").url.rsplit(":", 1)[1])
    heard: queue.Queue[bytes] = queue.Queue()
    client = paho.mqtt.client.Client(paho.mqtt.client.CallbackAPIVersion.VERSION2)
    client.on_message = lambda client, data, message: heard.put(message.payload)
    client.on_subscribe = lambda client, *rest: client.publish("greeting", b"hello")
    client.connect("127.0.0.1", port)
    client.subscribe("greeting")
    client.loop_start()

    assert heard.get(timeout=5) == b"hello"

    client.disconnect()
    client.loop_stop()


def test_kafka_stand_in(server):
    address = {"bootstrap_servers": server("kafka").url}

    async def round_trip() -> bytes:
        async with aiokafka.AIOKafkaProducer(**address) as producer:
            await producer.send_and_wait("pool-greeting", b"hello")
        partition = aiokafka.TopicPartition("pool-greeting", 0)
        async with aiokafka.AIOKafkaConsumer(**address, auto_offset_reset="earliest") as consumer:
            consumer.assign([partition])
            message = await asyncio.wait_for(consumer.getone(), timeout=10)
        return message.value

    assert asyncio.run(round_trip()) == b"hello"

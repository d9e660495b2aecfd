#!/usr/bin/python3
"""kcat, librdkafka and kafka-python through every kind of listener: records go in and come out, wrong secrets stay out.

usage: secure_clients.py FILE with {"listeners": {NAME: HOST:PORT}, "ca", "certificate", "key", "users": [[mechanism, name, password]]}
"""

import json
import subprocess
import time

from checks import expect, expect_equal, run, unique, until
from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic
from kafka import KafkaConsumer, KafkaProducer
from kafka import TopicPartition as PythonPartition
from kafka.errors import KafkaError

KCAT = "/usr/bin/kcat"
COUNT = 50


def ways(setup):
    """Each way in: its name, its address, librdkafka's settings for it."""
    listeners = setup["listeners"]
    tls = {"ssl.ca.location": setup["ca"]}
    yield "PLAINTEXT", listeners["PLAINTEXT"], {}
    yield "SSL", listeners["SSL"], {"security.protocol": "SSL", **tls}
    yield "MTLS", listeners["MTLS"], {
        "security.protocol": "SSL", **tls,
        "ssl.certificate.location": setup["certificate"], "ssl.key.location": setup["key"],
    }
    for protocol in ["SASL_PLAINTEXT", "SASL_SSL"]:
        for mechanism, user, password in setup["users"]:
            yield f"{protocol} {mechanism}", listeners[protocol], {
                "security.protocol": protocol, **(tls if protocol == "SASL_SSL" else {}),
                "sasl.mechanism": mechanism, "sasl.username": user, "sasl.password": password,
            }


def python_settings(address, settings):
    """What kafka-python calls the same settings."""
    names = {
        "security.protocol": "security_protocol", "ssl.ca.location": "ssl_cafile",
        "ssl.certificate.location": "ssl_certfile", "ssl.key.location": "ssl_keyfile",
        "sasl.mechanism": "sasl_mechanism", "sasl.username": "sasl_plain_username",
        "sasl.password": "sasl_plain_password",
    }
    return {"bootstrap_servers": address, **{names[key]: value for key, value in settings.items()}}


def with_librdkafka(name, address, settings):
    client = {"bootstrap.servers": address, **settings}
    topic = unique("secure-" + name.replace(" ", "-").lower())
    admin = AdminClient(client)
    admin.create_topics([NewTopic(topic, 1, 1)])[topic].result(20)
    errors = []
    producer = Producer({**client, "linger.ms": 5, "compression.type": "lz4"})
    for number in range(COUNT):
        producer.produce(
            topic, f"{name} {number}", callback=lambda error, _: errors.append(str(error)) if error else None)
    expect_equal(producer.flush(30), 0, f"{name}: records left in the producer")
    expect_equal(errors, [], f"{name}: delivery errors")
    consumer = Consumer({**client, "group.id": unique("reader"), "enable.auto.commit": False})
    consumer.assign([TopicPartition(topic, 0, 0)])
    seen = []

    def poll():
        for message in consumer.consume(500, 0.5):
            if message.error():
                raise KafkaException(message.error())
            seen.append(message.value().decode())
        return len(seen) >= COUNT

    until(poll, f"{COUNT} records of {topic}")
    consumer.close()
    expect_equal(seen, [f"{name} {number}" for number in range(COUNT)], f"{name}: records read by librdkafka")
    return topic


def with_kcat(name, address, settings, topic):
    options = [part for key, value in settings.items() for part in ("-X", f"{key}={value}")]
    command = [KCAT, "-q", "-b", address, *options, "-t", topic, "-p", "0"]
    subprocess.run([*command, "-P"], input=b"from kcat\n", check=True, timeout=30)
    read = subprocess.run([*command, "-C", "-o", "beginning", "-e"], check=True, timeout=30, capture_output=True)
    expect_equal(
        read.stdout.decode().splitlines(), [f"{name} {number}" for number in range(COUNT)] + ["from kcat"],
        f"{name}: records read by kcat")


def with_kafka_python(name, address, settings, topic):
    client = python_settings(address, settings)
    producer = KafkaProducer(**client)
    offset = producer.send(topic, b"from kafka-python", partition=0).get(30).offset
    expect_equal(offset, COUNT + 1, f"{name}: the offset that kafka-python was told")
    producer.close()
    consumer = KafkaConsumer(**client, consumer_timeout_ms=20_000)
    partition = PythonPartition(topic, 0)
    consumer.assign([partition])
    consumer.seek(partition, COUNT)
    seen = [next(consumer).value for _ in range(2)]
    consumer.close()
    expect_equal(seen, [b"from kcat", b"from kafka-python"], f"{name}: records read by kafka-python")


def refused(name, address, settings):
    """A wrong secret: librdkafka is told why, kafka-python stays outside, kcat ends with an error."""
    reasons = []
    client = AdminClient({"bootstrap.servers": address, **settings, "error_cb": lambda error: reasons.append(str(error))})
    try:
        client.list_topics(timeout=1)
    except KafkaException:
        client.poll(0)
    else:
        expect(False, f"{name}: librdkafka came in with a wrong secret")
    if "sasl.mechanism" in settings:
        words = (
            "Invalid username or password" if settings["sasl.mechanism"] == "PLAIN"
            else f"invalid credentials with SASL mechanism {settings['sasl.mechanism']}")
        expect(any(words in reason for reason in reasons), f"{name}: the reason {words!r} is not in {reasons}")
    options = [part for key, value in settings.items() for part in ("-X", f"{key}={value}")]
    ran = subprocess.run([KCAT, "-b", address, *options, "-L", "-m", "1"], capture_output=True, timeout=30)
    expect(ran.returncode != 0, f"{name}: kcat came in with a wrong secret")
    try:
        # A connection that is closed on it is no error here: it knows of no topic then.
        topics = KafkaConsumer(**python_settings(address, settings), api_version_auto_timeout_ms=1_000).topics()
        expect_equal(topics, set(), f"{name}: topics that kafka-python learnt of with a wrong secret")
        return
    except KafkaError:
        return
    except OSError as failure:
        # Handshake errors of Python's TLS come as they are.
        expect("SSL" in type(failure).__name__, f"{name}: kafka-python: {failure!r}")


def main(path):
    with open(path, encoding="utf-8") as file:
        setup = json.load(file)
    seen = {}
    for name, address, settings in ways(setup):
        began = time.monotonic()
        topic = with_librdkafka(name, address, settings)
        with_kcat(name, address, settings, topic)
        with_kafka_python(name, address, settings, topic)
        seen[name] = f"{time.monotonic() - began:.1f} s"
        if "sasl.mechanism" in settings:
            refused(name, address, {**settings, "sasl.password": "not-the-password"})
    for mechanism in ["PLAIN", "SCRAM-SHA-512"]:
        stranger = {
            "security.protocol": "SASL_PLAINTEXT", "sasl.mechanism": mechanism, "sasl.username": "nobody",
            "sasl.password": "x",
        }
        refused(f"nobody by {mechanism}", setup["listeners"]["SASL_PLAINTEXT"], stranger)
    without = {
        "security.protocol": "SSL", "ssl.ca.location": setup["ca"],
    }
    refused("MTLS without a certificate", setup["listeners"]["MTLS"], without)
    refused("plain text to a TLS listener", setup["listeners"]["SSL"], {})
    refused("no login", setup["listeners"]["SASL_PLAINTEXT"], {})
    return {"ways": seen}


run(main)

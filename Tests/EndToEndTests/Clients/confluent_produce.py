#!/usr/bin/python3
"""librdkafka: every codec, acks 0, 1 and all, keys, headers, null and empty values; read back record by record."""

from checks import expect, expect_equal, run, unique, until
from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

COUNT = 200


def records(codec):
    for number in range(COUNT):
        key = None if number % 7 == 0 else f"key-{number % 13}".encode()
        value = None if number % 11 == 3 else b"" if number % 11 == 4 else (f"{codec}-{number}-".encode() + b"v" * 80)
        headers = [("n", str(number).encode()), ("n", b""), ("nothing", None)] if number % 5 == 0 else None
        yield key, value, headers


def read_all(bootstrap, topic, count):
    consumer = Consumer(
        {"bootstrap.servers": bootstrap, "group.id": unique("reader"), "enable.auto.commit": False, "check.crcs": True}
    )
    consumer.assign([TopicPartition(topic, 0, 0)])
    seen = []

    def poll():
        for message in consumer.consume(500, 0.5):
            if message.error():
                raise KafkaException(message.error())
            seen.append(message)
        return len(seen) >= count

    until(poll, f"{count} records of {topic}")
    consumer.close()
    return seen


def main(bootstrap):
    result = {}
    admin = AdminClient({"bootstrap.servers": bootstrap})
    for codec in ["none", "gzip", "snappy", "lz4", "zstd"]:
        topic = unique(f"produce-{codec}")
        admin.create_topics([NewTopic(topic, 1, 1)])[topic].result(20)
        offsets, errors = [], []
        producer = Producer(
            {"bootstrap.servers": bootstrap, "compression.type": codec, "linger.ms": 20, "acks": "all"}
        )
        for key, value, headers in records(codec):
            producer.produce(
                topic, value, key, headers=headers,
                callback=lambda error, message: errors.append(str(error)) if error else offsets.append(message.offset()),
            )
        expect_equal(producer.flush(30), 0, f"{codec}: records left in the producer")
        expect_equal(errors, [], f"{codec}: delivery errors")
        expect_equal(offsets, list(range(COUNT)), f"{codec}: offsets reported")
        seen = read_all(bootstrap, topic, COUNT)
        expect_equal([message.offset() for message in seen], list(range(COUNT)), f"{codec}: offsets read")
        for message, (key, value, headers) in zip(seen, records(codec)):
            where = f"{codec}: record {message.offset()}"
            expect_equal(message.key(), key, f"{where} key")
            expect_equal(message.value(), value, f"{where} value")
            expect_equal(message.headers() or [], headers or [], f"{where} headers")
            kind, timestamp = message.timestamp()
            expect(kind == 1 and timestamp > 1_600_000_000_000, f"{where} timestamp {kind} {timestamp}")
        result[codec] = len(seen)
    for acks in ["0", "1"]:
        topic = unique(f"produce-acks{acks}")
        admin.create_topics([NewTopic(topic, 1, 1)])[topic].result(20)
        producer = Producer({"bootstrap.servers": bootstrap, "acks": acks})
        for number in range(50):
            producer.produce(topic, str(number))
        expect_equal(producer.flush(30), 0, f"acks {acks}: records left in the producer")
        seen = read_all(bootstrap, topic, 50)
        expect_equal([int(message.value()) for message in seen], list(range(50)), f"acks {acks}: records read")
        result[f"acks{acks}"] = len(seen)
    return result


run(main)

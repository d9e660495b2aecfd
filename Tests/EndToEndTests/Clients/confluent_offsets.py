#!/usr/bin/python3
"""librdkafka: watermarks, offsets by time, offset resets, commits with metadata, by manual assignment."""

from checks import expect_equal, run, unique, until
from confluent_kafka import OFFSET_BEGINNING, OFFSET_END, Consumer, KafkaError, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

BASE = 1_700_000_000_000


def main(bootstrap):
    topic = unique("offsets")
    admin = AdminClient({"bootstrap.servers": bootstrap})
    admin.create_topics([NewTopic(topic, 1, 1, config={"retention.ms": "-1"})])[topic].result(20)
    producer = Producer({"bootstrap.servers": bootstrap})
    for number in range(100):
        producer.produce(topic, str(number), timestamp=BASE + number * 1000)
        producer.flush(30)

    group = unique("manual")
    consumer = Consumer(
        {"bootstrap.servers": bootstrap, "group.id": group, "enable.auto.commit": False, "auto.offset.reset": "error"}
    )
    expect_equal(consumer.get_watermark_offsets(TopicPartition(topic, 0), timeout=10), (0, 100), "watermarks")
    for timestamp, expected in [(0, 0), (BASE, 0), (BASE + 1, 1), (BASE + 50_000, 50), (BASE + 98_500, 99)]:
        found = consumer.offsets_for_times([TopicPartition(topic, 0, timestamp)], timeout=10)[0]
        expect_equal(found.offset, expected, f"offset of {timestamp}")
    found = consumer.offsets_for_times([TopicPartition(topic, 0, BASE + 100_000)], timeout=10)[0]
    expect_equal(found.offset, OFFSET_END, "offset of a time after the last record")

    def first_from(offset):
        consumer.assign([TopicPartition(topic, 0, offset)])
        message = until(lambda: consumer.poll(0.5), f"a record from {offset}")
        if message.error():
            return message.error().code()
        return int(message.value())

    expect_equal(first_from(OFFSET_BEGINNING), 0, "first record from the beginning")
    expect_equal(first_from(42), 42, "first record from 42")
    expect_equal(first_from(5000), KafkaError._AUTO_OFFSET_RESET, "reading beyond the end without a reset policy")

    consumer.commit(offsets=[TopicPartition(topic, 0, 17)], asynchronous=False)
    committed = consumer.committed([TopicPartition(topic, 0)], timeout=10)[0]
    expect_equal(committed.offset, 17, "commit without membership")
    consumer.close()
    return {"records": 100}


run(main)

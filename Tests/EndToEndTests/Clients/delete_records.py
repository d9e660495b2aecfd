#!/usr/bin/python3
"""DeleteRecords v1 as a frame of its own (the packaged clients cannot send it); librdkafka sees what is left."""

import socket
import struct

from checks import expect_equal, run, unique, until
from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic


def string(text):
    data = text.encode()
    return struct.pack(">h", len(data)) + data


def receive(connection, count):
    data = b""
    while len(data) < count:
        piece = connection.recv(count - len(data))
        if not piece:
            raise EOFError("the broker closed the connection")
        data += piece
    return data


def delete_records(bootstrap, topic, offsets):
    """(low watermark, error code) of each partition."""
    host, port = bootstrap.rsplit(":", 1)
    body = struct.pack(">i", 1) + string(topic) + struct.pack(">i", len(offsets))
    for partition, offset in offsets.items():
        body += struct.pack(">iq", partition, offset)
    frame = struct.pack(">hhi", 21, 1, 7) + string("delete-records") + body + struct.pack(">i", 5000)
    with socket.create_connection((host, int(port)), 10) as connection:
        connection.sendall(struct.pack(">i", len(frame)) + frame)
        answer = receive(connection, struct.unpack(">i", receive(connection, 4))[0])
    position = 4 + 4 + 4  # correlation id, throttle time, one topic
    position += 2 + struct.unpack_from(">h", answer, position)[0]
    count = struct.unpack_from(">i", answer, position)[0]
    return {
        partition: (low, error)
        for partition, low, error in struct.iter_unpack(">iqh", answer[position + 4 : position + 4 + 14 * count])
    }


def main(bootstrap):
    topic = unique("delete-records")
    admin = AdminClient({"bootstrap.servers": bootstrap})
    admin.create_topics([NewTopic(topic, 2, 1)])[topic].result(20)
    producer = Producer({"bootstrap.servers": bootstrap})
    for number in range(100):
        producer.produce(topic, str(number), partition=number % 2)
    expect_equal(producer.flush(30), 0, "records left in the producer")

    expect_equal(delete_records(bootstrap, topic, {0: 20, 1: -1, 9: 1}), {0: (20, 0), 1: (50, 0), 9: (-1, 3)}, "first deletion")
    expect_equal(delete_records(bootstrap, topic, {0: 51}), {0: (-1, 1)}, "an offset beyond the end")
    expect_equal(delete_records(bootstrap, topic, {0: 5}), {0: (20, 0)}, "an offset before the start moves nothing")

    consumer = Consumer(
        {"bootstrap.servers": bootstrap, "group.id": unique("reader"), "auto.offset.reset": "earliest", "enable.partition.eof": False}
    )
    expect_equal(consumer.get_watermark_offsets(TopicPartition(topic, 0), timeout=10), (20, 50), "watermarks of partition 0")
    expect_equal(consumer.get_watermark_offsets(TopicPartition(topic, 1), timeout=10), (50, 50), "watermarks of partition 1")
    consumer.assign([TopicPartition(topic, 0, 3)])  # before the log's start: reset to it
    seen = []

    def poll():
        for message in consumer.consume(100, 0.3):
            if message.error():
                raise KafkaException(message.error())
            seen.append(message.offset())
        return len(seen) >= 30

    until(poll, "30 records")
    expect_equal(seen, list(range(20, 50)), "offsets read")
    consumer.close()
    return {"left": len(seen)}


run(main)

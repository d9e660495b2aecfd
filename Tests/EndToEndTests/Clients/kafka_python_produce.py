#!/usr/bin/python3
"""kafka-python: produce with acks 0, 1 and all, in every codec there is for it, headers, time stamps; consume, seek, find by time."""

from checks import expect, expect_equal, run, unique
from kafka import KafkaConsumer, KafkaProducer, TopicPartition, codec as codecs
from kafka.admin import KafkaAdminClient, NewTopic

BASE = 1_700_000_000_000
COUNT = 100
# Debian's package comes without the libraries of the others.
CODECS = [None, "gzip"] + [name for name in ["snappy", "lz4", "zstd"] if getattr(codecs, f"has_{name}")()]


def main(bootstrap):
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    result = {}
    for codec in CODECS:
        for acks in [0, 1, "all"]:
            name = f"{codec or 'none'}-{acks}"
            topic = unique(f"python-{name}")
            admin.create_topics([NewTopic(topic, 1, 1, topic_configs={"retention.ms": "-1"})])
            producer = KafkaProducer(bootstrap_servers=bootstrap, compression_type=codec, acks=acks, linger_ms=5)
            futures = [
                producer.send(
                    topic, value=str(number).encode(), key=None if number % 3 else f"k{number}".encode(),
                    headers=[("n", str(number).encode())], timestamp_ms=BASE + number * 1000,
                )
                for number in range(COUNT)
            ]
            producer.flush(30)
            metadata = [future.get(30) for future in futures]
            if acks != 0:
                expect_equal([one.offset for one in metadata], list(range(COUNT)), f"{name}: offsets reported")
            producer.close()

            consumer = KafkaConsumer(
                bootstrap_servers=bootstrap, auto_offset_reset="earliest", enable_auto_commit=False,
                consumer_timeout_ms=15_000,
            )
            partition = TopicPartition(topic, 0)
            consumer.assign([partition])
            seen = []
            for message in consumer:
                seen.append(message)
                if len(seen) == COUNT:
                    break
            expect_equal([int(one.value) for one in seen], list(range(COUNT)), f"{name}: records")
            for one in seen:
                number = one.offset
                expect_equal(one.key, None if number % 3 else f"k{number}".encode(), f"{name}: key of {number}")
                expect_equal(one.headers, [("n", str(number).encode())], f"{name}: headers of {number}")
                expect_equal(one.timestamp, BASE + number * 1000, f"{name}: time of {number}")
            expect_equal(consumer.beginning_offsets([partition]), {partition: 0}, f"{name}: beginning")
            expect_equal(consumer.end_offsets([partition]), {partition: COUNT}, f"{name}: end")
            found = consumer.offsets_for_times({partition: BASE + 50_500})[partition]
            expect_equal((found.offset, found.timestamp), (51, BASE + 51_000), f"{name}: offset by time")
            expect(
                consumer.offsets_for_times({partition: BASE + 10_000_000})[partition] is None,
                f"{name}: nothing after the last record",
            )
            consumer.seek(partition, 42)
            expect_equal(next(consumer).offset, 42, f"{name}: after a seek to 42")
            consumer.seek_to_beginning(partition)
            expect_equal(next(consumer).offset, 0, f"{name}: after a seek to the beginning")
            consumer.seek_to_end(partition)
            expect_equal(consumer.position(partition), COUNT, f"{name}: after a seek to the end")
            consumer.close()
            result[name] = len(seen)
    admin.close()
    return result


run(main)

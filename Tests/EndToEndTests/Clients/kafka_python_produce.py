#!/usr/bin/python3
"""kafka-python: produce with acks 0, 1 and all, uncompressed and gzip, headers, time stamps; consume and seek by time."""

from checks import expect, expect_equal, run, unique
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import KafkaAdminClient, NewTopic

BASE = 1_700_000_000_000
COUNT = 100


def main(bootstrap):
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    result = {}
    for codec in [None, "gzip"]:
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
            consumer.close()
            result[name] = len(seen)
    admin.close()
    return result


run(main)

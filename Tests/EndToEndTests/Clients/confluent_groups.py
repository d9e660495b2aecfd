#!/usr/bin/python3
"""librdkafka: consumer groups with each assignor; two members share the partitions, commits survive the group."""

from checks import expect, expect_equal, run, unique, until
from confluent_kafka import OFFSET_INVALID, Consumer, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

PARTITIONS = 6
COUNT = 600


def produce(bootstrap, topic, start, count):
    producer = Producer({"bootstrap.servers": bootstrap})
    for number in range(start, start + count):
        producer.produce(topic, str(number), partition=number % PARTITIONS)
    expect_equal(producer.flush(30), 0, "records left in the producer")


def member(bootstrap, group, strategy):
    return Consumer(
        {
            "bootstrap.servers": bootstrap,
            "group.id": group,
            "partition.assignment.strategy": strategy,
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
            "session.timeout.ms": 6000,
            "heartbeat.interval.ms": 300,
        }
    )


def drain(consumer, into):
    for message in consumer.consume(500, 0.2):
        if message.error():
            raise KafkaException(message.error())
        into.append(int(message.value()))


def main(bootstrap):
    admin = AdminClient({"bootstrap.servers": bootstrap})
    result = {}
    for strategy in ["range", "roundrobin", "cooperative-sticky"]:
        topic, group = unique(f"groups-{strategy}"), unique(f"group-{strategy}")
        admin.create_topics([NewTopic(topic, PARTITIONS, 1)])[topic].result(20)
        produce(bootstrap, topic, 0, COUNT)

        first, second = member(bootstrap, group, strategy), member(bootstrap, group, strategy)
        seen = []
        first.subscribe([topic])
        until(lambda: (drain(first, seen), len(first.assignment()) == PARTITIONS)[1], f"{strategy}: all partitions at one member")
        until(lambda: (drain(first, seen), len(seen) >= COUNT)[1], f"{strategy}: {COUNT} records")
        expect_equal(sorted(seen), list(range(COUNT)), f"{strategy}: records of the first round")
        first.commit(asynchronous=False)

        second.subscribe([topic])

        def shared():
            drain(first, seen)
            drain(second, seen)
            mine = {p.partition for p in first.assignment()}
            yours = {p.partition for p in second.assignment()}
            return len(mine) == len(yours) == PARTITIONS // 2 and not mine & yours

        until(shared, f"{strategy}: three partitions each")
        expect_equal(len(seen), COUNT, f"{strategy}: nothing is read twice after a commit")
        produce(bootstrap, topic, COUNT, COUNT)
        until(lambda: (drain(first, seen), drain(second, seen), len(seen) >= 2 * COUNT)[2], f"{strategy}: {2 * COUNT} records")
        expect_equal(sorted(seen), list(range(2 * COUNT)), f"{strategy}: records of both rounds")
        first.commit(asynchronous=False)
        second.commit(asynchronous=False)
        second.close()
        until(lambda: (drain(first, seen), len(first.assignment()) == PARTITIONS)[1], f"{strategy}: all partitions back")
        first.close()

        again = member(bootstrap, group, strategy)
        committed = again.committed([TopicPartition(topic, p) for p in range(PARTITIONS)], timeout=10)
        expect_equal([p.offset for p in committed], [2 * COUNT // PARTITIONS] * PARTITIONS, f"{strategy}: commits")
        again.close()
        result[strategy] = len(seen)

    nobody = Consumer({"bootstrap.servers": bootstrap, "group.id": unique("nobody")})
    committed = nobody.committed([TopicPartition(topic, 0)], timeout=10)
    expect(committed[0].error is None and committed[0].offset == OFFSET_INVALID, "an unknown group has no commit and no error")
    nobody.close()
    listed = {group.id for group in admin.list_groups(timeout=10)}
    expect(group in listed, "the group is listed")
    return result


run(main)

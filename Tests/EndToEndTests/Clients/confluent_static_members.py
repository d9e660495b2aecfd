#!/usr/bin/python3
"""librdkafka: static members (KIP-345); one that restarts within its session keeps its partitions, without a rebalance."""

from checks import expect_equal, run, unique, until
from confluent_kafka import Consumer, KafkaException
from confluent_kafka.admin import AdminClient, NewTopic

PARTITIONS = 4


def member(bootstrap, group, instance):
    return Consumer(
        {
            "bootstrap.servers": bootstrap,
            "group.id": group,
            "group.instance.id": instance,
            "auto.offset.reset": "earliest",
            "session.timeout.ms": 30_000,
            "heartbeat.interval.ms": 300,
        }
    )


def turn(*consumers):
    for consumer in consumers:
        message = consumer.poll(0.1)
        if message is not None and message.error():
            raise KafkaException(message.error())


def partitions(consumer):
    return {partition.partition for partition in consumer.assignment()}


def main(bootstrap):
    topic, group = unique("static"), unique("group-static")
    admin = AdminClient({"bootstrap.servers": bootstrap})
    admin.create_topics([NewTopic(topic, PARTITIONS, 1)])[topic].result(20)
    rebalances = []
    one = member(bootstrap, group, "one")
    two = member(bootstrap, group, "two")
    one.subscribe([topic], on_assign=lambda _, given: rebalances.append(sorted(p.partition for p in given)))
    two.subscribe([topic])
    until(
        lambda: (turn(one, two), len(partitions(one)) == len(partitions(two)) == PARTITIONS // 2)[1],
        "two partitions each",
    )
    before, count = partitions(two), len(rebalances)
    two.close()  # a static member does not leave when it closes
    two = member(bootstrap, group, "two")
    two.subscribe([topic])
    until(lambda: (turn(one, two), bool(partitions(two)))[1], "the restarted member's partitions")
    expect_equal(partitions(two), before, "partitions of the restarted member")
    expect_equal(len(rebalances), count, "rebalances that the other member saw")
    one.close()
    two.close()
    return {"partitions": sorted(before), "rebalances": count}


run(main)

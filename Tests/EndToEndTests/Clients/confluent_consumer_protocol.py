#!/usr/bin/python3
"""librdkafka with group.protocol=consumer (KIP-848): the coordinator shares the partitions out. Members join, are killed, stopped
for longer than a session, and restart as static ones; commits count; a pattern follows new topics.

The broker must run with short sessions (group.consumer.session.timeout.ms and its bounds)."""

import json
import signal
import subprocess
import sys

import confluent_kafka
from checks import expect, expect_equal, run, unique, until
from confluent_kafka import Consumer, ConsumerGroupState, ConsumerGroupType, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

PARTITIONS = 6
RECORDS = 300


def member(bootstrap, group, **settings):
    return Consumer(
        {
            "bootstrap.servers": bootstrap,
            "group.id": group,
            "group.protocol": "consumer",
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
            "topic.metadata.refresh.interval.ms": 1_000,
            **settings,
        }
    )


def partitions(consumer):
    return {(partition.topic, partition.partition) for partition in consumer.assignment()}


def turn(*consumers):
    """Polls each once; gives what came."""
    messages = []
    for consumer in consumers:
        message = consumer.poll(0.1)
        if message is None:
            continue
        if message.error():
            raise KafkaException(message.error())
        messages.append(message)
    return messages


def child(bootstrap, group, topic):
    """A member in a process of its own; tells each change of its partitions in a line."""

    def tell(event):
        return lambda consumer, given: print(json.dumps([event, sorted(p.partition for p in given)]), flush=True)

    consumer = member(bootstrap, group)
    consumer.subscribe([topic], on_assign=tell("assigned"), on_revoke=tell("revoked"), on_lost=tell("lost"))
    while True:
        turn(consumer)


class Child:
    """The other end of a member in a process of its own."""

    def __init__(self, *arguments):
        self.process = subprocess.Popen([sys.executable, __file__, *arguments, "child"], stdout=subprocess.PIPE, text=True)

    def wait_for(self, event):
        """Reads lines until one tells of an event; gives its partitions."""
        for line in self.process.stdout:
            seen, given = json.loads(line)
            if seen == event and given:
                return set(given)
        expect(False, f"the member ended before it was {event}")

    def end(self):
        self.process.kill()
        self.process.wait()


def make(admin, topic):
    admin.create_topics([NewTopic(topic, PARTITIONS, 1)])[topic].result(20)
    return {(topic, partition) for partition in range(PARTITIONS)}


def share(bootstrap, admin):
    """Two members share the partitions evenly, read every record once, and commit."""
    topic, group = unique("kip848"), unique("group-kip848")
    everything = make(admin, topic)
    one = member(bootstrap, group)
    one.subscribe([topic])
    until(lambda: (turn(one), partitions(one) == everything)[1], "all partitions for the only member")
    two = member(bootstrap, group)
    two.subscribe([topic])
    until(
        lambda: (turn(one, two), len(partitions(one)) == len(partitions(two)) == PARTITIONS // 2)[1], "even shares"
    )
    expect_equal(partitions(one) | partitions(two), everything, "the shares together")
    producer = Producer({"bootstrap.servers": bootstrap})
    for number in range(RECORDS):
        producer.produce(topic, value=str(number), partition=number % PARTITIONS)
    expect_equal(producer.flush(20), 0, "records left behind")
    seen = []

    def read():
        seen.extend(turn(one, two))
        return len(seen) >= RECORDS

    until(read, f"{RECORDS} records")
    expect_equal(sorted(int(message.value()) for message in seen), list(range(RECORDS)), "the records read")
    for consumer in (one, two):
        consumer.commit(asynchronous=False)
    wanted = [TopicPartition(topic, partition) for partition in range(PARTITIONS)]
    committed = {found.partition: found.offset for found in one.committed(wanted, timeout=10)}
    expect_equal(committed, {partition: RECORDS // PARTITIONS for partition in range(PARTITIONS)}, "commits")
    listed = admin.list_consumer_groups(types={ConsumerGroupType.CONSUMER}).result(20).valid
    expect_equal(
        [(it.type, it.state) for it in listed if it.group_id == group],
        [(ConsumerGroupType.CONSUMER, ConsumerGroupState.STABLE)],
        "the group in the list",
    )
    described = admin.describe_consumer_groups([group])[group].result(20)
    expect_equal((described.type, described.partition_assignor), (ConsumerGroupType.CONSUMER, "uniform"), "its kind")
    told = {(p.topic, p.partition) for it in described.members for p in it.assignment.topic_partitions}
    expect_equal(told, everything, "the assignment described")
    two.close()
    until(lambda: (turn(one), partitions(one) == everything)[1], "all partitions after the other one left")
    one.close()
    admin.delete_consumer_groups([group])[group].result(20)
    return {"members": len(described.members), "records": len(seen)}


def lose(bootstrap, admin):
    """A member that is killed is missed after a session; one that was stopped too long is told that it lost its partitions."""
    topic, group = unique("kip848-lost"), unique("group-kip848-lost")
    everything = make(admin, topic)
    one = member(bootstrap, group)
    one.subscribe([topic])
    until(lambda: (turn(one), partitions(one) == everything)[1], "all partitions")
    killed, stopped = Child(bootstrap, group, topic), Child(bootstrap, group, topic)
    try:
        until(lambda: (turn(one), len(partitions(one)) == PARTITIONS // 3)[1], "a third of the partitions")
        killed.end()
        until(lambda: (turn(one), len(partitions(one)) == PARTITIONS // 2)[1], "the killed member's partitions")
        stopped.wait_for("assigned")
        stopped.process.send_signal(signal.SIGSTOP)
        until(lambda: (turn(one), partitions(one) == everything)[1], "the stopped member's partitions")
        stopped.process.send_signal(signal.SIGCONT)
        lost = stopped.wait_for("lost")
        until(lambda: (turn(one), len(partitions(one)) == PARTITIONS // 2)[1], "its return")
    finally:
        killed.end()
        stopped.end()
    one.close()
    return {"lost": sorted(lost)}


def restart(bootstrap, admin):
    """A static member that restarts gets its partitions back, and nobody else notices."""
    topic, group = unique("kip848-static"), unique("group-kip848-static")
    make(admin, topic)
    changes = []
    one = member(bootstrap, group, **{"group.instance.id": "one"})
    one.subscribe([topic], on_assign=lambda _, given: changes.append(len(given)))
    two = member(bootstrap, group, **{"group.instance.id": "two"})
    two.subscribe([topic])
    until(lambda: (turn(one, two), len(partitions(one)) == len(partitions(two)) == PARTITIONS // 2)[1], "even shares")
    before, count = partitions(two), len(changes)
    two.close()
    two = member(bootstrap, group, **{"group.instance.id": "two"})
    two.subscribe([topic])
    until(lambda: (turn(one, two), bool(partitions(two)))[1], "the restarted member's partitions")
    expect_equal(partitions(two), before, "partitions of the restarted member")
    expect_equal(len(changes), count, "changes that the other member saw")
    one.close()
    two.close()
    return {"kept": len(before)}


def follow(bootstrap, admin):
    """A pattern is matched by the coordinator, also against topics that come later."""
    prefix, group = unique("kip848-pattern"), unique("group-kip848-pattern")
    first = make(admin, f"{prefix}-a")
    consumer = member(bootstrap, group, **{"group.remote.assignor": "range"})
    consumer.subscribe([f"^{prefix}-[ab]$"])
    until(lambda: (turn(consumer), partitions(consumer) == first)[1], "the first topic")
    second = make(admin, f"{prefix}-b")
    make(admin, f"{prefix}-c")
    until(lambda: (turn(consumer), partitions(consumer) == first | second)[1], "the second topic")
    described = admin.describe_consumer_groups([group])[group].result(20)
    expect_equal(described.partition_assignor, "range", "the assignor wished for")
    consumer.close()
    return {"topics": 2}


def main(bootstrap):
    if sys.argv[-1] == "child":
        return child(*sys.argv[1:4])
    admin = AdminClient({"bootstrap.servers": bootstrap})
    return {
        "librdkafka": confluent_kafka.libversion()[0],
        **share(bootstrap, admin),
        **lose(bootstrap, admin),
        **restart(bootstrap, admin),
        **follow(bootstrap, admin),
    }


run(main)

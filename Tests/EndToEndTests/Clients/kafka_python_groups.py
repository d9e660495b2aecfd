#!/usr/bin/python3
"""kafka-python: consumer groups with range and roundrobin; two members in threads, commits, list and describe."""

import threading

from checks import expect, expect_equal, run, unique, until
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import KafkaAdminClient, NewTopic
from kafka.coordinator.assignors.range import RangePartitionAssignor
from kafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor

PARTITIONS = 4
COUNT = 400


class Member(threading.Thread):
    """A consumer in a thread of its own: it polls until it is told to stop, then commits and leaves."""

    def __init__(self, bootstrap, topic, group, assignor):
        super().__init__(daemon=True)
        self.seen = []
        self.partitions = set()
        self.failure = None
        self.stopping = threading.Event()
        self.consumer = KafkaConsumer(
            topic, bootstrap_servers=bootstrap, group_id=group, auto_offset_reset="earliest", enable_auto_commit=False,
            partition_assignment_strategy=[assignor], session_timeout_ms=10_000, heartbeat_interval_ms=300,
        )

    def run(self):
        try:
            while not self.stopping.is_set():
                for records in self.consumer.poll(timeout_ms=200).values():
                    self.seen.extend(int(one.value) for one in records)
                    self.consumer.commit()
                self.partitions = {partition.partition for partition in self.consumer.assignment()}
            self.consumer.commit()
            self.consumer.close()
        except Exception as failure:  # told to the main thread
            self.failure = failure


def main(bootstrap):
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    result = {}
    for name, assignor in [("range", RangePartitionAssignor), ("roundrobin", RoundRobinPartitionAssignor)]:
        topic, group = unique(f"python-{name}"), unique(f"python-group-{name}")
        admin.create_topics([NewTopic(topic, PARTITIONS, 1)])
        members = [Member(bootstrap, topic, group, assignor) for _ in range(2)]

        def healthy():
            for member in members:
                if member.failure:
                    raise member.failure
            return True

        for member in members:
            member.start()
        until(
            lambda: healthy() and all(len(member.partitions) == PARTITIONS // 2 for member in members),
            f"{name}: two partitions each",
        )
        expect(not members[0].partitions & members[1].partitions, f"{name}: no partition at both")
        producer = KafkaProducer(bootstrap_servers=bootstrap)
        for number in range(COUNT):
            producer.send(topic, str(number).encode(), partition=number % PARTITIONS)
        producer.flush(30)
        producer.close()
        until(lambda: healthy() and sum(len(member.seen) for member in members) >= COUNT, f"{name}: {COUNT} records")
        expect_equal(sorted(members[0].seen + members[1].seen), list(range(COUNT)), f"{name}: records")

        description = admin.describe_consumer_groups([group])[0]
        expect_equal((description.state, description.protocol, len(description.members)), ("Stable", name, 2), f"{name}: described")
        expect((group, "consumer") in admin.list_consumer_groups(), f"{name}: listed")
        for member in members:
            member.stopping.set()
        for member in members:
            member.join(20)
        healthy()
        offsets = admin.list_consumer_group_offsets(group)
        expected = {TopicPartition(topic, partition): COUNT // PARTITIONS for partition in range(PARTITIONS)}
        expect_equal({partition: one.offset for partition, one in offsets.items()}, expected, f"{name}: commits")
        deleted = admin.delete_consumer_groups([group])
        expect_equal([(one, error.errno) for one, error in deleted], [(group, 0)], f"{name}: deleting the group")
        expect((group, "consumer") not in admin.list_consumer_groups(), f"{name}: gone")
        result[name] = COUNT
    admin.close()
    return result


run(main)

"""kafka-python 3: groups with range, round robin, sticky and cooperative assignment, and static members (KIP-345)."""

import threading

from checks import expect, expect_equal, run, unique, until
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import KafkaAdminClient
from kafka.coordinator.assignors.cooperative_sticky import CooperativeStickyAssignor
from kafka.coordinator.assignors.range import RangePartitionAssignor
from kafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor
from kafka.coordinator.assignors.sticky.sticky_assignor import StickyPartitionAssignor
from kafka.errors import GroupSubscribedToTopicError

PARTITIONS = 4
COUNT = 200


class Member(threading.Thread):
    """A consumer in a thread of its own: it polls, commits what it saw, and closes when it is told to."""

    def __init__(self, bootstrap, topic, group, assignor, instance=None):
        super().__init__(daemon=True)
        self.seen, self.partitions, self.revoked, self.failure = [], set(), 0, None
        self.stopping = threading.Event()
        self.consumer = KafkaConsumer(
            bootstrap_servers=bootstrap, group_id=group, auto_offset_reset="earliest", enable_auto_commit=False,
            partition_assignment_strategy=[assignor], session_timeout_ms=15_000, heartbeat_interval_ms=300,
            group_instance_id=instance,
        )
        self.consumer.subscribe([topic])
        self.start()

    def run(self):
        try:
            while not self.stopping.is_set():
                # Longer than a group takes to gather: kafka-python 3.0.12 loses an assignment that comes between two polls.
                got = self.consumer.poll(timeout_ms=1500)
                for records in got.values():
                    self.seen.extend(int(one.value) for one in records)
                if got:
                    self.consumer.commit()
                now = {partition.partition for partition in self.consumer.assignment()}
                self.revoked += len(self.partitions - now)
                self.partitions = now
            self.consumer.close(autocommit=False)
        except Exception as failure:  # told to the main thread
            self.failure = failure

    def stop(self):
        self.stopping.set()
        self.join(30)
        expect(not self.is_alive(), "a member does not end")


def healthy(*members):
    for member in members:
        if member.failure:
            raise member.failure
    return True


def produce(bootstrap, topic, start):
    producer = KafkaProducer(bootstrap_servers=bootstrap)
    for number in range(start, start + COUNT):
        producer.send(topic, str(number).encode(), partition=number % PARTITIONS)
    producer.flush(30)
    producer.close()


def shared(bootstrap, admin, name, assignor):
    """Two members, one after the other, share the partitions; nothing is read twice; one leaves and the other has all."""
    topic, group = unique(f"now-{name}"), unique(f"now-group-{name}")
    admin.create_topics({topic: {"num_partitions": PARTITIONS}})
    produce(bootstrap, topic, 0)
    first = Member(bootstrap, topic, group, assignor)
    until(lambda: healthy(first) and len(first.seen) >= COUNT, f"{name}: {COUNT} records at one member")
    second = Member(bootstrap, topic, group, assignor)
    half = PARTITIONS // 2
    until(lambda: healthy(first, second) and len(first.partitions) == len(second.partitions) == half, f"{name}: two partitions each")
    expect(not first.partitions & second.partitions, f"{name}: no partition at both")
    produce(bootstrap, topic, COUNT)
    until(lambda: healthy(first, second) and len(first.seen) + len(second.seen) >= 2 * COUNT, f"{name}: {2 * COUNT} records")
    expect_equal(sorted(first.seen + second.seen), list(range(2 * COUNT)), f"{name}: each record once")
    described = admin.describe_groups([group])[group]
    expect_equal((described["group_state"], described["protocol_data"], len(described["members"])), ("Stable", assignor.name, 2), f"{name}: described")
    # What Kafka's kafka-consumer-groups is told when it is asked for what a living group does not allow.
    expect_equal(admin.delete_groups([group]), {group: "NonEmptyGroupError"}, f"{name}: deleting the living group")
    partition = TopicPartition(topic, 0)
    expect_equal(admin.delete_group_offsets(group, [partition]), {partition: GroupSubscribedToTopicError}, f"{name}: deleting an offset that is in use")
    second.stop()
    until(lambda: healthy(first) and len(first.partitions) == PARTITIONS, f"{name}: all partitions back")
    if name == "cooperative":
        expect_equal(first.revoked, half, "cooperative: partitions that the first member ever had to give")
    first.stop()
    offsets = admin.list_group_offsets({group: None})[group]
    expected = {TopicPartition(topic, partition): 2 * COUNT // PARTITIONS for partition in range(PARTITIONS)}
    expect_equal({partition: one.offset for partition, one in offsets.items()}, expected, f"{name}: commits")
    return 2 * COUNT


def static(bootstrap, admin):
    """A static member that comes back within its session has its partitions again, and the other one sees no rebalance."""
    topic, group = unique("now-static"), unique("now-group-static")
    admin.create_topics({topic: {"num_partitions": PARTITIONS}})
    one = Member(bootstrap, topic, group, RangePartitionAssignor, "one")
    two = Member(bootstrap, topic, group, RangePartitionAssignor, "two")
    until(lambda: healthy(one, two) and len(one.partitions) == len(two.partitions) == PARTITIONS // 2, "static: two partitions each")
    before, others = two.partitions, one.partitions
    one.revoked = 0
    two.stop()
    again = Member(bootstrap, topic, group, RangePartitionAssignor, "two")
    until(lambda: healthy(one, again) and again.partitions, "static: the restarted member's partitions")
    expect_equal((again.partitions, one.partitions, one.revoked), (before, others, 0), "static: partitions after the restart")
    members = {one["group_instance_id"] for one in admin.describe_groups([group])[group]["members"]}
    expect_equal(members, {"one", "two"}, "static: instances")
    one.stop()
    again.stop()
    return sorted(before)


def main(bootstrap):
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    assignors = {
        "range": RangePartitionAssignor, "roundrobin": RoundRobinPartitionAssignor, "sticky": StickyPartitionAssignor,
        "cooperative": CooperativeStickyAssignor,
    }
    result = {name: shared(bootstrap, admin, name, assignor) for name, assignor in assignors.items()}
    result["static"] = static(bootstrap, admin)
    admin.close()
    return result


run(main)

"""aiokafka: admin, every codec, headers, times, seeks, idempotence, transactions with offsets, groups, static members."""

import asyncio
import time

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRebalanceListener, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewPartitions, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from aiokafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor
from aiokafka.coordinator.assignors.sticky.sticky_assignor import StickyPartitionAssignor
from aiokafka.errors import KafkaError, ProducerFenced

from checks import Failed, expect, expect_equal, run, unique

BASE = 1_700_000_000_000
COUNT = 200
PARTITIONS = 4


async def until(condition, what, seconds=30):
    """Asks a condition again and again while the clients' own tasks run."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise Failed(f"waited {seconds} s for {what}")
        await asyncio.sleep(0.02)


async def take(consumer, count, what):
    """The next `count` records."""
    async def records():
        return [await consumer.getone() for _ in range(count)]
    try:
        return await asyncio.wait_for(records(), 30)
    except asyncio.TimeoutError:
        raise Failed(f"waited 30 s for {count} records: {what}") from None


async def administer(bootstrap, admin):
    topic = unique("aio-admin")
    await admin.create_topics([NewTopic(topic, 2, 1, topic_configs={"cleanup.policy": "compact"})])
    expect(topic in await admin.list_topics(), "the topic is listed")
    expect_equal([code for _, code, _ in (await admin.create_topics([NewTopic(topic, 1, 1)])).topic_errors], [36], "creating it again")
    await admin.create_partitions({topic: NewPartitions(4)})
    described = (await admin.describe_topics([topic]))[0]
    expect_equal(sorted(one["partition"] for one in described["partitions"]), [0, 1, 2, 3], "partitions")
    await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, {"retention.ms": "5000"})])
    answer = (await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)]))[0]
    configs = {entry[0]: entry[1] for entry in answer.resources[0][4]}
    expect_equal(configs["retention.ms"], "5000", "retention.ms")
    expect_equal(len((await admin.describe_cluster())["brokers"]), 1, "brokers")
    await admin.delete_topics([topic])
    expect(topic not in await admin.list_topics(), "the topic is gone")
    return len(configs)


async def produce_and_read(bootstrap, admin, codec):
    topic, partition = unique(f"aio-{codec}"), None
    await admin.create_topics([NewTopic(topic, 1, 1, topic_configs={"retention.ms": "-1"})])
    partition = TopicPartition(topic, 0)
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, compression_type=codec, linger_ms=5, enable_idempotence=True)
    await producer.start()
    sent = [
        await producer.send(
            topic, f"{codec} {number}".encode() * 3, None if number % 3 else f"k{number}".encode(),
            headers=[("n", str(number).encode())], timestamp_ms=BASE + number * 1000)
        for number in range(COUNT)
    ]
    told = [(await future).offset for future in sent]
    expect_equal(told, list(range(COUNT)), f"{codec}: offsets reported")
    await producer.stop()

    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, auto_offset_reset="earliest", enable_auto_commit=False)
    await consumer.start()
    consumer.assign([partition])
    for one in await take(consumer, COUNT, codec):
        number = one.offset
        expect_equal(one.value, f"{codec} {number}".encode() * 3, f"{codec}: value of {number}")
        expect_equal(one.key, None if number % 3 else f"k{number}".encode(), f"{codec}: key of {number}")
        expect_equal(list(one.headers), [("n", str(number).encode())], f"{codec}: headers of {number}")
        expect_equal(one.timestamp, BASE + number * 1000, f"{codec}: time of {number}")
    consumer.seek(partition, 42)
    expect_equal((await take(consumer, 1, "seek"))[0].offset, 42, f"{codec}: after a seek to 42")
    await consumer.seek_to_beginning(partition)
    expect_equal((await take(consumer, 1, "beginning"))[0].offset, 0, f"{codec}: after a seek to the beginning")
    expect_equal(await consumer.end_offsets([partition]), {partition: COUNT}, f"{codec}: end")
    found = (await consumer.offsets_for_times({partition: BASE + 50_500}))[partition]
    expect_equal((found.offset, found.timestamp), (51, BASE + 51_000), f"{codec}: offset by time")
    await consumer.stop()
    return COUNT


class Counting(ConsumerRebalanceListener):
    """Counts what a member is given and has to give."""

    def __init__(self):
        self.given = 0

    def on_partitions_revoked(self, revoked):
        pass

    def on_partitions_assigned(self, assigned):
        self.given += 1


class Member:
    """A consumer of a group that reads and commits in a task of its own."""

    def __init__(self, bootstrap, topic, group, assignor, instance=None):
        self.seen, self.topic, self.listener = [], topic, Counting()
        self.consumer = AIOKafkaConsumer(
            bootstrap_servers=bootstrap, group_id=group, auto_offset_reset="earliest", enable_auto_commit=False,
            partition_assignment_strategy=[assignor], session_timeout_ms=15_000, heartbeat_interval_ms=300,
            group_instance_id=instance)

    async def start(self):
        await self.consumer.start()
        self.consumer.subscribe([self.topic], listener=self.listener)
        self.task = asyncio.create_task(self.read())
        return self

    async def read(self):
        while True:
            got = await self.consumer.getmany(timeout_ms=100)
            for records in got.values():
                self.seen.extend(int(one.value) for one in records)
            if got:
                try:
                    await self.consumer.commit()
                except KafkaError:
                    # The group is being shared out anew; what was read is in `seen`, and the next commit covers it.
                    continue

    @property
    def partitions(self):
        if self.task.done():
            self.task.result()
        return {one.partition for one in self.consumer.assignment()}

    async def stop(self):
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)
        await self.consumer.stop()


async def fill(bootstrap, topic, count):
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap)
    await producer.start()
    for number in range(count):
        await producer.send(topic, str(number).encode(), partition=number % PARTITIONS)
    await producer.stop()


async def share(bootstrap, admin, name, assignor):
    topic, group = unique(f"aio-{name}"), unique(f"aio-group-{name}")
    await admin.create_topics([NewTopic(topic, PARTITIONS, 1)])
    members = [await Member(bootstrap, topic, group, assignor).start() for _ in range(2)]
    await until(lambda: all(len(one.partitions) == PARTITIONS // 2 for one in members), f"{name}: two partitions each")
    expect(not members[0].partitions & members[1].partitions, f"{name}: no partition at both")
    await fill(bootstrap, topic, COUNT)
    await until(lambda: sum(len(one.seen) for one in members) >= COUNT, f"{name}: {COUNT} records")
    expect_equal(sorted(members[0].seen + members[1].seen), list(range(COUNT)), f"{name}: each record once")
    expect((group, "consumer") in await admin.list_consumer_groups(), f"{name}: listed")
    for member in members:
        await member.stop()
    offsets = await admin.list_consumer_group_offsets(group)
    expected = {TopicPartition(topic, partition): COUNT // PARTITIONS for partition in range(PARTITIONS)}
    expect_equal({partition: one.offset for partition, one in offsets.items()}, expected, f"{name}: commits")
    return COUNT


async def stay(bootstrap, admin):
    """A static member that comes back has its partitions again, and the other one is not asked to share anew."""
    topic, group = unique("aio-static"), unique("aio-group-static")
    await admin.create_topics([NewTopic(topic, PARTITIONS, 1)])
    one = await Member(bootstrap, topic, group, RangePartitionAssignor, "one").start()
    two = await Member(bootstrap, topic, group, RangePartitionAssignor, "two").start()
    await until(lambda: len(one.partitions) == len(two.partitions) == PARTITIONS // 2, "static: two partitions each")
    before, given = two.partitions, one.listener.given
    await two.stop()
    two = await Member(bootstrap, topic, group, RangePartitionAssignor, "two").start()
    await until(lambda: bool(two.partitions), "static: the restarted member's partitions")
    expect_equal((two.partitions, one.listener.given), (before, given), "static: after the restart")
    await one.stop()
    await two.stop()
    return sorted(before)


async def transact(bootstrap, admin):
    topic, source, identity = unique("aio-out"), unique("aio-in"), unique("aio-tx")
    await admin.create_topics([NewTopic(topic, 1, 1), NewTopic(source, 1, 1)])
    partition, group = TopicPartition(source, 0), unique("aio-tx-group")
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, transactional_id=identity)
    await producer.start()
    for offset, ends in [(1, producer.commit_transaction), (2, producer.abort_transaction), (3, producer.commit_transaction)]:
        await producer.begin_transaction()
        for number in range(2):
            await producer.send_and_wait(topic, f"{offset}-{number}".encode())
        await producer.send_offsets_to_transaction({partition: offset}, group)
        await ends()
    seen = {}
    for isolation, count in [("read_committed", 4), ("read_uncommitted", 6)]:
        consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, isolation_level=isolation, auto_offset_reset="earliest")
        await consumer.start()
        consumer.assign([TopicPartition(topic, 0)])
        seen[isolation] = [one.value.decode() for one in await take(consumer, count, isolation)]
        await consumer.stop()
    expect_equal(seen["read_committed"], ["1-0", "1-1", "3-0", "3-1"], "what committed readers see")
    expect_equal(seen["read_uncommitted"], [f"{offset}-{number}" for offset in (1, 2, 3) for number in (0, 1)], "what the others see")
    offsets = await admin.list_consumer_group_offsets(group)
    expect_equal(offsets[partition].offset, 3, "the group's offset")

    second = AIOKafkaProducer(bootstrap_servers=bootstrap, transactional_id=identity)
    await second.start()
    fenced = False
    try:
        await producer.begin_transaction()
        await producer.send_and_wait(topic, b"zombie")
        await producer.commit_transaction()
    except ProducerFenced:
        fenced = True
    expect(fenced, "a producer whose id was taken over is fenced")
    await second.stop()
    await producer.stop()
    return 3


async def everything(bootstrap):
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    result = {"topicSettings": await administer(bootstrap, admin)}
    for codec in [None, "gzip", "snappy", "lz4", "zstd"]:
        result[codec or "none"] = await produce_and_read(bootstrap, admin, codec)
    assignors = {"range": RangePartitionAssignor, "roundrobin": RoundRobinPartitionAssignor, "sticky": StickyPartitionAssignor}
    for name, assignor in assignors.items():
        result[name] = await share(bootstrap, admin, name, assignor)
    result["static"] = await stay(bootstrap, admin)
    result["transactions"] = await transact(bootstrap, admin)
    await admin.close()
    return result


run(lambda bootstrap: asyncio.run(everything(bootstrap)))

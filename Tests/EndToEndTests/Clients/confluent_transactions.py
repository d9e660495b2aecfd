"""Transactions with librdkafka: what committed readers see, offsets in transactions, fencing, timeouts."""

import time

from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

import checks


def transactional(bootstrap, identity, **more):
    producer = Producer({
        "bootstrap.servers": bootstrap, "transactional.id": identity, "transaction.timeout.ms": 20000,
        "retry.backoff.ms": 20, "log_level": 0, **more,
    })
    producer.init_transactions(30)
    return producer


def read(bootstrap, topic, isolation, until):
    """The values of partition 0 up to where this reader may read, once that is an offset."""
    reader = Consumer({
        "bootstrap.servers": bootstrap, "group.id": checks.unique("reader"), "isolation.level": isolation,
        "enable.auto.commit": False, "auto.offset.reset": "earliest", "enable.partition.eof": True,
    })
    reader.assign([TopicPartition(topic, 0, 0)])
    values = []
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        message = reader.poll(0.2)
        if message is None:
            continue
        if message.error():
            # The end that this reader may read to, told by its offset.
            if message.offset() >= until:
                reader.close()
                return values
            continue
        values.append(message.value().decode())
    raise checks.Failed(f"{isolation} reader of {topic} came not to {until}: {values}")


def committed_offset(bootstrap, group, topic):
    client = Consumer({"bootstrap.servers": bootstrap, "group.id": group})
    offset = client.committed([TopicPartition(topic, 0)], timeout=20)[0].offset
    client.close()
    return offset


def script(bootstrap):
    topic, source = checks.unique("tx"), checks.unique("tx-in")
    admin = AdminClient({"bootstrap.servers": bootstrap})
    for future in admin.create_topics([NewTopic(topic, 1, 1), NewTopic(source, 1, 1)]).values():
        future.result(20)

    # Two records and a marker each: 0, 1, [2], 3, 4, [5].
    producer = transactional(bootstrap, topic)
    for outcome in ("committed", "aborted"):
        producer.begin_transaction()
        for number in range(2):
            producer.produce(topic, f"{outcome}-{number}")
        producer.flush(20)
        producer.commit_transaction(20) if outcome == "committed" else producer.abort_transaction(20)
    everything = ["committed-0", "committed-1", "aborted-0", "aborted-1"]
    checks.expect_equal(read(bootstrap, topic, "read_uncommitted", 6), everything, "all records")
    checks.expect_equal(read(bootstrap, topic, "read_committed", 6), everything[:2], "committed records")

    # An open transaction holds committed readers, and only them, back.
    producer.begin_transaction()
    producer.produce(topic, "open")
    producer.flush(20)
    plain = Producer({"bootstrap.servers": bootstrap})
    plain.produce(topic, "plain")
    plain.flush(20)
    checks.expect_equal(read(bootstrap, topic, "read_uncommitted", 8)[-2:], ["open", "plain"], "open and plain")
    checks.expect_equal(read(bootstrap, topic, "read_committed", 6), everything[:2], "before the open one")

    # A second instance of the same id shuts the first one out and aborts what it had open.
    second = transactional(bootstrap, topic)
    checks.expect_equal(read(bootstrap, topic, "read_committed", 9), everything[:2] + ["plain"], "after the fence")
    fenced = None
    try:
        producer.commit_transaction(20)
    except KafkaException as failure:
        fenced = failure.args[0]
    checks.expect(fenced is not None and fenced.fatal(), f"the zombie could commit: {fenced}")

    # Offsets count when the transaction is committed, and not when it is aborted.
    group = checks.unique("tx-group")
    member = Consumer({
        "bootstrap.servers": bootstrap, "group.id": group, "auto.offset.reset": "earliest",
        "enable.auto.commit": False,
    })
    plain.produce(source, "one")
    plain.produce(source, "two")
    plain.flush(20)
    member.subscribe([source])
    checks.until(lambda: (message := member.poll(0.5)) and not message.error() and message, "a record")
    metadata = member.consumer_group_metadata()
    for offset, commits in ((2, False), (1, True)):
        second.begin_transaction()
        second.send_offsets_to_transaction([TopicPartition(source, 0, offset)], metadata, 20)
        if commits:
            second.commit_transaction(20)
        else:
            second.abort_transaction(20)
        checks.expect_equal(
            committed_offset(bootstrap, group, source), offset if commits else -1001, f"after {commits}")
    member.close()

    # Who leaves a transaction open is timed out; nobody else has to do anything for it.
    lazy = transactional(bootstrap, checks.unique("lazy"), **{"transaction.timeout.ms": 3000})
    lazy.begin_transaction()
    lazy.produce(topic, "lazy")
    lazy.flush(20)
    checks.expect_equal(read(bootstrap, topic, "read_committed", 11)[-1], "plain", "after the timeout")
    timed_out = None
    try:
        lazy.commit_transaction(20)
    except KafkaException as failure:
        timed_out = failure.args[0]
    checks.expect(timed_out is not None, "a transaction that was timed out could be committed")

    # A timeout beyond the broker's limit is refused for good.
    refused = None
    try:
        transactional(bootstrap, checks.unique("greedy"), **{"transaction.timeout.ms": 1000000})
    except KafkaException as failure:
        refused = failure.args[0]
    checks.expect(refused is not None and refused.name() == "INVALID_TRANSACTION_TIMEOUT", f"refused with {refused}")
    return {"topic": topic}


checks.run(script)

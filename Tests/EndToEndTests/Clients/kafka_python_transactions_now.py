"""kafka-python 3: an idempotent producer, transactions with their offsets, what committed readers see, fencing."""

from checks import expect, expect_equal, run, unique, until
from kafka import KafkaConsumer, KafkaProducer, OffsetAndMetadata, TopicPartition
from kafka.admin import KafkaAdminClient
from kafka.errors import KafkaError

COUNT = 1_000


def reader(bootstrap, isolation="read_committed", **more):
    return KafkaConsumer(
        bootstrap_servers=bootstrap, isolation_level=isolation, auto_offset_reset="earliest", enable_auto_commit=False,
        **more)


def values(bootstrap, topic, isolation, count):
    """The first `count` values of partition 0, and that no more comes."""
    consumer = reader(bootstrap, isolation)
    consumer.assign([TopicPartition(topic, 0)])
    seen = []

    def poll():
        for records in consumer.poll(timeout_ms=200).values():
            seen.extend(one.value.decode() for one in records)
        return len(seen) >= count

    until(poll, f"{count} records of {topic} for {isolation}")
    poll()
    consumer.close()
    return seen


def idempotent(bootstrap, admin):
    topic = unique("now-idempotent")
    admin.create_topics({topic: {"num_partitions": 1}})
    producer = KafkaProducer(bootstrap_servers=bootstrap, enable_idempotence=True, linger_ms=1, batch_size=500)
    futures = [producer.send(topic, str(number).encode()) for number in range(COUNT)]
    producer.flush(30)
    expect_equal([future.get(30).offset for future in futures], list(range(COUNT)), "offsets of the idempotent producer")
    producer.close()
    expect_equal(values(bootstrap, topic, "read_uncommitted", COUNT), [str(number) for number in range(COUNT)], "records")
    state = admin.describe_producers([TopicPartition(topic, 0)])[TopicPartition(topic, 0)].active_producers
    expect_equal([one.last_sequence for one in state], [COUNT - 1], "the producer's last sequence")


def transactional(bootstrap, identity):
    producer = KafkaProducer(bootstrap_servers=bootstrap, transactional_id=identity)
    producer.init_transactions()
    return producer


def main(bootstrap):
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    idempotent(bootstrap, admin)
    topic, source, identity = unique("now-out"), unique("now-in"), unique("now-tx")
    admin.create_topics({topic: {"num_partitions": 1}, source: {"num_partitions": 1}})

    producer = transactional(bootstrap, identity)
    for outcome in ["committed", "aborted"]:
        producer.begin_transaction()
        for number in range(3):
            producer.send(topic, f"{outcome}-{number}".encode(), partition=0)
        producer.flush(30)
        states = {one.transactional_id: one.state.value for listed in admin.list_transactions().values() for one in listed}
        expect_equal(states.get(identity), "Ongoing", "the open transaction")
        if outcome == "committed":
            producer.commit_transaction()
        else:
            producer.abort_transaction()
    committed = [f"committed-{number}" for number in range(3)]
    expect_equal(values(bootstrap, topic, "read_committed", 3), committed, "what committed readers see")
    aborted = [f"aborted-{number}" for number in range(3)]
    expect_equal(values(bootstrap, topic, "read_uncommitted", 6), committed + aborted, "what the others see")

    plain = KafkaProducer(bootstrap_servers=bootstrap)
    for number in range(4):
        plain.send(source, str(number).encode())
    plain.flush(30)
    plain.close()
    group, partition = unique("now-tx-group"), TopicPartition(source, 0)
    consumer = reader(bootstrap, group_id=group)
    consumer.subscribe([source])
    until(lambda: consumer.poll(timeout_ms=200), "records of the source")
    for offset, is_committed in [(2, False), (4, True)]:
        producer.begin_transaction()
        producer.send(topic, f"up to {offset}".encode(), partition=0)
        producer.send_offsets_to_transaction({partition: OffsetAndMetadata(offset, "", -1)}, consumer.group_metadata())
        if is_committed:
            producer.commit_transaction()
        else:
            producer.abort_transaction()
        seen = admin.list_group_offsets({group: None})[group].get(partition)
        expect_equal(seen.offset if seen else None, offset if is_committed else None, f"the group's offset after {offset}")
    consumer.close()

    second = transactional(bootstrap, identity)
    fenced = None
    try:
        producer.begin_transaction()
        producer.send(topic, b"zombie", partition=0).get(30)
        producer.commit_transaction()
    except KafkaError as failure:
        fenced = failure
    expect(fenced is not None, "a producer whose id was taken over could commit")
    second.close()
    expect_equal(values(bootstrap, topic, "read_committed", 4), committed + ["up to 4"], "after the fence")
    admin.close()
    return {"records": COUNT, "fenced": type(fenced).__name__}


run(main)

"""Consumes, transforms and produces exactly once: the loop of a transactional consumer and producer.

usage: exactly_once.py BOOTSTRAP INPUT OUTPUT [EXPECTED]

Copies every record of INPUT to OUTPUT under the same key, the value in upper case, and commits the read positions in the same
transaction. Runs for ever; with EXPECTED it ends once so many records are committed to OUTPUT, counting from the read positions.
A client that was fenced, or whose producer cannot go on, ends with status 3.
"""
import json
import sys

from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition

bootstrap, source, sink = sys.argv[1:4]
expected = int(sys.argv[4]) if len(sys.argv) > 4 else None
quick = {"log_level": 0, "reconnect.backoff.ms": 20, "reconnect.backoff.max.ms": 100}

consumer = Consumer({
    "bootstrap.servers": bootstrap,
    "group.id": "analytics-processor",
    "isolation.level": "read_committed",
    "auto.offset.reset": "earliest",
    # The positions are committed by the transaction, and by nothing else.
    "enable.auto.commit": False,
    "session.timeout.ms": 1500,
    "heartbeat.interval.ms": 300,
    **quick,
})
producer = Producer({
    "bootstrap.servers": bootstrap,
    "transactional.id": "analytics-processor-1",
    "enable.idempotence": True,
    "transaction.timeout.ms": 10000,
    "retry.backoff.ms": 20,
    **quick,
})


def process(value):
    return value.upper()


def rewind():
    """After an abort the records are read again, from the positions that are committed."""
    assigned = consumer.assignment()
    if not assigned:
        return
    for position in consumer.committed(assigned, timeout=30):
        if position.offset < 0:
            position.offset = consumer.get_watermark_offsets(position, timeout=30)[0]
        consumer.seek(position)


def finished():
    """Whether the group has read all of INPUT."""
    partitions = consumer.list_topics(source, timeout=10).topics[source].partitions
    positions = consumer.committed([TopicPartition(source, number) for number in partitions], timeout=10)
    return sum(max(0, position.offset) for position in positions) >= expected


def stop(reason):
    print(json.dumps({"ended": str(reason)}), flush=True)
    sys.exit(3)


try:
    producer.init_transactions(60)
except KafkaException as failure:
    stop(failure)
consumer.subscribe([source])
aborts = commits = 0
while True:
    records = [record for record in consumer.consume(20, 0.1) if not record.error()]
    if not records:
        try:
            if expected is not None and finished():
                break
        except KafkaException:
            pass
        continue
    try:
        producer.begin_transaction()
        for record in records:
            while True:
                try:
                    producer.produce(sink, process(record.value()), record.key())
                    break
                except BufferError:
                    producer.poll(0.01)
        producer.send_offsets_to_transaction(
            consumer.position(consumer.assignment()), consumer.consumer_group_metadata(), 30)
        producer.commit_transaction(30)
        commits += 1
    except KafkaException as failure:
        error = failure.args[0]
        while True:
            if error.fatal():
                stop(error)
            if not error.retriable() and not error.txn_requires_abort():
                stop(error)
            try:
                if error.txn_requires_abort():
                    producer.abort_transaction(30)
                    aborts += 1
                    rewind()
                else:
                    producer.commit_transaction(30)
                    commits += 1
                break
            except KafkaException as another:
                error = another.args[0]
print(json.dumps({"ok": True, "commits": commits, "aborts": aborts}), flush=True)
consumer.close()

"""librdkafka's mock cluster of three brokers, kept alive and driven by lines on standard input.

First prints the brokers' addresses, comma-separated. Then answers each line with one line: `ok ...` or `error ...`.

    produce TOPIC PARTITION COUNT CODEC   writes values v0, v1, ...
    consume TOPIC PARTITION COUNT         answers with the values read from the start
    commit GROUP TOPIC PARTITION OFFSET   commits
    committed GROUP TOPIC PARTITION       answers with the committed offset
"""

import sys

from confluent_kafka import Consumer, Producer, TopicPartition

mock = Producer({"bootstrap.servers": "unused", "test.mock.num.brokers": 3, "log_level": 0})
brokers = mock.list_topics(timeout=30).brokers.values()
bootstrap = ",".join(f"{broker.host}:{broker.port}" for broker in brokers)


def consumer(group):
    return Consumer(
        {"bootstrap.servers": bootstrap, "group.id": group, "auto.offset.reset": "earliest", "log_level": 0}
    )


def produce(topic, partition, count, codec):
    writer = Producer({"bootstrap.servers": bootstrap, "compression.type": codec, "log_level": 0})
    failures = []
    for number in range(int(count)):
        writer.produce(
            topic, value=f"v{number}", partition=int(partition),
            on_delivery=lambda error, _: failures.append(error) if error else None)
    if writer.flush(30) or failures:
        raise RuntimeError(f"not delivered: {failures}")
    return ""


def consume(topic, partition, count):
    reader = consumer("mock-reader")
    reader.assign([TopicPartition(topic, int(partition), 0)])
    messages = reader.consume(int(count), timeout=30)
    reader.close()
    return ",".join(message.value().decode() for message in messages)


def commit(group, topic, partition, offset):
    member = consumer(group)
    member.commit(offsets=[TopicPartition(topic, int(partition), int(offset))], asynchronous=False)
    member.close()
    return ""


def committed(group, topic, partition):
    member = consumer(group)
    found = member.committed([TopicPartition(topic, int(partition))], timeout=30)
    member.close()
    return str(found[0].offset)


print(bootstrap, flush=True)
for line in sys.stdin:
    words = line.split()
    try:
        acts = {"produce": produce, "consume": consume, "commit": commit, "committed": committed}
        print("ok", acts[words[0]](*words[1:]), flush=True)
    except Exception as error:
        print("error", repr(error), flush=True)

#!/usr/bin/python3
"""A group as librdkafka sees it: reads a topic to its end as a member, or tells the committed offsets without being one.

usage: replay_group.py BOOTSTRAP TOPIC GROUP PARTITIONS member READY   reads to the end, commits, writes READY, stays until stdin ends
       replay_group.py BOOTSTRAP TOPIC GROUP PARTITIONS read           reads to the end, commits, leaves; prints how many records it got
       replay_group.py BOOTSTRAP TOPIC GROUP PARTITIONS offsets        prints the committed offsets, ascending by partition, - for none
"""
import sys

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition

bootstrap, topic, group, partitions, mode = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), sys.argv[5]
consumer = Consumer(
    {
        "bootstrap.servers": bootstrap,
        "group.id": group,
        "auto.offset.reset": "earliest",
        "enable.auto.commit": False,
        "enable.partition.eof": True,
        "session.timeout.ms": 6000,
        "heartbeat.interval.ms": 300,
    }
)


def read_to_end():
    count, ended = 0, set()
    while len(ended) < partitions:
        message = consumer.poll(1.0)
        if message is None:
            continue
        if message.error():
            if message.error().code() != KafkaError._PARTITION_EOF:
                raise KafkaException(message.error())
            ended.add(message.partition())
        else:
            count += 1
    if count:
        consumer.commit(asynchronous=False)
    return count


if mode == "offsets":
    wanted = [TopicPartition(topic, number) for number in range(partitions)]
    found = sorted(consumer.committed(wanted, timeout=20), key=lambda it: it.partition)
    print(" ".join(str(it.offset) if it.offset >= 0 else "-" for it in found))
else:
    consumer.subscribe([topic])
    count = read_to_end()
    if mode == "member":
        with open(sys.argv[6], "w") as ready:
            ready.write(f"{count}\n")
        # Stays a member: heartbeats go on while nothing is there to read.
        import threading

        over = threading.Event()
        threading.Thread(target=lambda: (sys.stdin.read(), over.set()), daemon=True).start()
        while not over.is_set():
            consumer.poll(0.2)
    else:
        print(count)
consumer.close()

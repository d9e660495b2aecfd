"""Writes faster than its consumer reads, and notes the group's lag as a client sees it.

usage: half_speed.py BOOTSTRAP TOPIC GROUP SAMPLES

TOPIC has one partition. Writes 400 records a second, reads and commits 200, and each 20 ms appends
"<wall seconds> <lag in records> <age of the record at the commit in seconds>" to SAMPLES, until a line comes on standard input.
"""
import sys
import threading
import time

from confluent_kafka import OFFSET_INVALID, Consumer, KafkaException, Producer, TopicPartition

bootstrap, topic, group, path = sys.argv[1:5]
stop = threading.Event()


def produce():
    producer = Producer({"bootstrap.servers": bootstrap, "linger.ms": 0})
    begin, written = time.monotonic(), 0
    while not stop.is_set():
        while written < (time.monotonic() - begin) * 400:
            producer.produce(topic, str(written))
            written += 1
        producer.poll(0)
        stop.wait(0.005)
    producer.flush(10)


def consume():
    consumer = Consumer({
        "bootstrap.servers": bootstrap, "group.id": group, "auto.offset.reset": "earliest", "enable.auto.commit": False,
    })
    consumer.subscribe([topic])
    begin, seen, last_commit = None, 0, 0
    while not stop.is_set():
        if begin is not None and seen >= (time.monotonic() - begin) * 200:
            stop.wait(0.005)
            continue
        message = consumer.poll(0.1)
        if message is None or message.error():
            continue
        begin = begin or time.monotonic()
        seen += 1
        if time.monotonic() - last_commit > 0.2:
            consumer.commit(message=message, asynchronous=False)
            last_commit = time.monotonic()
    consumer.close()


def sample():
    partition = TopicPartition(topic, 0)
    reader = Consumer({"bootstrap.servers": bootstrap, "group.id": group})
    record = Consumer({"bootstrap.servers": bootstrap, "group.id": group + "-peek", "enable.auto.commit": False})
    stamps = {}
    with open(path, "w", buffering=1) as samples:
        while not stop.is_set():
            try:
                committed = reader.committed([partition], timeout=5)[0].offset
                _, end = reader.get_watermark_offsets(partition, timeout=5)
            except KafkaException as error:
                # The coordinator is being found, or the machine is busy: this look is left out, and the next one is tried.
                print("no sample:", error, file=sys.stderr)
                continue
            now = time.time()
            if committed != OFFSET_INVALID:
                if committed not in stamps:
                    record.assign([TopicPartition(topic, 0, committed)])
                    message = record.poll(1)
                    stamps = {committed: message.timestamp()[1] / 1000 if message and not message.error() else None}
                stamp = stamps[committed]
                age = "nan" if stamp is None or committed == end else f"{now - stamp:.3f}"
                samples.write(f"{now:.3f} {end - committed} {age}\n")
            stop.wait(0.02)
    record.close()
    reader.close()


threads = [threading.Thread(target=work, daemon=True) for work in (produce, consume, sample)]
for thread in threads:
    thread.start()
sys.stdin.readline()
stop.set()
for thread in threads:
    thread.join(15)

"""A consumer whose partition 0 hangs and comes back, told by lines on standard input; answers on standard output.

usage: incident.py BOOTSTRAP TOPIC GROUP

TOPIC has two partitions. Writes 50 records a second to each; a consumer with client id worker-7 reads and commits all. Commands:

    stall   the consumer goes on reading partition 1 and neither reads nor commits partition 0
    quiet   nothing more is written
    lag     answers "lag <of partition 0> <of partition 1>", as a client asks the cluster for it
    go      the consumer reads partition 0 again
    stop    ends
"""
import sys
import threading
import time

from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition

bootstrap, topic, group = sys.argv[1:4]
stop, quiet, stalled = threading.Event(), threading.Event(), threading.Event()


def produce():
    producer = Producer({"bootstrap.servers": bootstrap, "linger.ms": 0})
    begin, written = time.monotonic(), 0
    while not stop.is_set() and not quiet.is_set():
        while written < (time.monotonic() - begin) * 50:
            for partition in (0, 1):
                producer.produce(topic, str(written), key=f"order-{written}", partition=partition)
            written += 1
        producer.poll(0)
        stop.wait(0.01)
    producer.flush(10)


def consume():
    consumer = Consumer({
        "bootstrap.servers": bootstrap, "group.id": group, "client.id": "worker-7", "auto.offset.reset": "earliest",
        "enable.auto.commit": False,
    })
    consumer.subscribe([topic])
    hung = TopicPartition(topic, 0)
    positions, is_paused, last_commit = {}, False, 0
    while not stop.is_set():
        if stalled.is_set() != is_paused and consumer.assignment():
            is_paused = stalled.is_set()
            (consumer.pause if is_paused else consumer.resume)([hung])
        message = consumer.poll(0.05)
        if message is not None and not message.error():
            # What was fetched before the pause is dropped, and read again afterwards.
            if is_paused and message.partition() == 0:
                consumer.seek(TopicPartition(topic, 0, message.offset()))
            else:
                positions[message.partition()] = message.offset() + 1
        if positions and time.monotonic() - last_commit > 0.5:
            try:
                consumer.commit(offsets=[TopicPartition(topic, *it) for it in positions.items()], asynchronous=False)
                positions = {}
            except KafkaException as error:
                print("no commit:", error, file=sys.stderr)
            last_commit = time.monotonic()
    consumer.close()


def lag():
    reader = Consumer({"bootstrap.servers": bootstrap, "group.id": group})
    lags = []
    for it in reader.committed([TopicPartition(topic, 0), TopicPartition(topic, 1)], timeout=10):
        lags.append(reader.get_watermark_offsets(it, timeout=10)[1] - max(it.offset, 0))
    reader.close()
    return "lag " + " ".join(map(str, lags))


threads = [threading.Thread(target=work, daemon=True) for work in (produce, consume)]
for thread in threads:
    thread.start()
for line in sys.stdin:
    command = line.strip()
    if command == "stall":
        stalled.set()
    elif command == "quiet":
        quiet.set()
        threads[0].join(15)
    elif command == "go":
        stalled.clear()
    elif command == "stop":
        break
    print(lag() if command == "lag" else command, flush=True)
stop.set()
for thread in threads:
    thread.join(15)

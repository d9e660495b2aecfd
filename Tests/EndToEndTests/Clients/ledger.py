"""Writes numbered records with an idempotent producer and keeps a ledger of those that were acknowledged.

usage: ledger.py BOOTSTRAP TOPIC LEDGER KEYS

Writes "<sequence>" under key "k<sequence mod KEYS>" until a line comes on standard input, then flushes and ends.
Each acknowledged record adds "<sequence> <partition> <offset>" to LEDGER. Prints one JSON line.
"""
import json
import sys
import threading

from confluent_kafka import Producer

bootstrap, topic, path, keys = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
stop = threading.Event()
threading.Thread(target=lambda: (sys.stdin.readline(), stop.set()), daemon=True).start()
failures = []

with open(path, "w", buffering=1) as ledger:
    producer = Producer({
        "bootstrap.servers": bootstrap,
        "enable.idempotence": True,
        "acks": "all",
        "linger.ms": 2,
        # The broker is killed on purpose; what the library says of it would drown the test's own words.
        "log_level": 0,
        "message.timeout.ms": 120000,
        "reconnect.backoff.ms": 20,
        "reconnect.backoff.max.ms": 100,
        "retry.backoff.ms": 20,
        "queue.buffering.max.messages": 2000,
    })

    def delivered(error, message):
        if error is not None:
            failures.append(str(error))
        else:
            ledger.write(f"{message.value().decode()} {message.partition()} {message.offset()}\n")

    sequence = 0
    while not stop.is_set():
        try:
            producer.produce(topic, str(sequence), f"k{sequence % keys}", callback=delivered)
            sequence += 1
            producer.poll(0)
        except BufferError:
            producer.poll(0.01)
    left = producer.flush(90)

print(json.dumps({"written": sequence, "unflushed": left, "failures": failures[:5]}))
sys.exit(1 if left or failures else 0)

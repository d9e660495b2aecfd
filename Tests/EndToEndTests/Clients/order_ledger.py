"""Writes the newest state of few orders over and over, as order-events are written, and keeps a ledger of every acknowledged record.

usage: order_ledger.py BOOTSTRAP TOPIC LEDGER ORDERS

Writes until a line comes on standard input, then flushes and ends. Every fiftieth record is a tombstone. Each acknowledged record adds
"<partition> <offset> <key> <value or ->" to LEDGER. Prints one JSON line.
"""
import json
import random
import sys
import threading

from confluent_kafka import Producer

bootstrap, topic, path, orders = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
stop = threading.Event()
threading.Thread(target=lambda: (sys.stdin.readline(), stop.set()), daemon=True).start()
failures = []
chance = random.Random(7)

with open(path, "w", buffering=1) as ledger:
    producer = Producer({
        "bootstrap.servers": bootstrap,
        "enable.idempotence": True,
        "acks": "all",
        "linger.ms": 5,
        "batch.num.messages": 50,
        "queue.buffering.max.messages": 1000,
        "message.timeout.ms": 60000,
    })

    def delivered(error, message):
        if error is not None:
            failures.append(str(error))
            return
        value = message.value()
        ledger.write(f"{message.partition()} {message.offset()} {message.key().decode()} {value.decode() if value else '-'}\n")

    written = 0
    while not stop.is_set():
        key = f"order-{int(chance.random() ** 2 * orders)}"
        value = None if written % 50 == 49 else f"state-{written}"
        try:
            producer.produce(topic, value, key, callback=delivered)
            written += 1
            producer.poll(0)
        except BufferError:
            producer.poll(0.01)
    left = producer.flush(60)

print(json.dumps({"written": written, "unflushed": left, "failures": failures[:5]}))
sys.exit(1 if left or failures else 0)

"""Opens a transaction with records in it, and aborts it when a line is read."""

import sys

from confluent_kafka import Producer

bootstrap, topic, identity = sys.argv[1:4]
producer = Producer({
    "bootstrap.servers": bootstrap, "transactional.id": identity, "transaction.timeout.ms": 300000,
    "client.id": "payer", "log_level": 0,
})
producer.init_transactions(30)
producer.begin_transaction()
for number in range(5):
    producer.produce(topic, f"record {number}")
producer.flush(30)
print("open", flush=True)
sys.stdin.readline()
producer.abort_transaction(30)
print("aborted", flush=True)
sys.stdin.readline()

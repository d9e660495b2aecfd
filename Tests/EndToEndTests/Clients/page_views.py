"""The page-view producer of the seeds: its event, its settings and its two calls; and what a consumer then sees.

usage: page_views.py BOOTSTRAP, with a topic `page-views` of twelve partitions there
"""

import datetime
import json
import uuid

from checks import expect, expect_equal, run, until
from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition

failures = []


def delivery_callback(err, msg):
    if err:
        print(f"Delivery failed: {err}")
        failures.append(err)


def page_view_tracker(bootstrap):
    producer = Producer({
        "bootstrap.servers": bootstrap,
        "acks": "all",
        "enable.idempotence": True,
        "max.in.flight.requests.per.connection": 5,
        "retries": 2147483647,
        "linger.ms": 5,
        "batch.size": 65536,
        "compression.type": "zstd",
    })

    def track_page_view(user_id, page, referrer=None):
        event = {
            "event_id": str(uuid.uuid4()),
            "event_type": "page_view",
            "user_id": user_id,
            "page": page,
            "referrer": referrer,
            "timestamp": datetime.datetime.utcnow().isoformat(),
            "user_agent": "Mozilla/5.0...",
        }
        producer.produce(
            topic="page-views", key=user_id.encode("utf-8"), value=json.dumps(event).encode("utf-8"),
            callback=delivery_callback)
        producer.poll(0)

    return producer, track_page_view


def main(bootstrap):
    producer, track_page_view = page_view_tracker(bootstrap)
    track_page_view("user-123", "/products/laptop", referrer="google.com")
    track_page_view("user-456", "/checkout", referrer="/cart")
    expect_equal(producer.flush(), 0, "records left in the producer")
    # Enough of the same to fill batches that are worth compressing.
    for number in range(2_000):
        track_page_view(f"user-{number % 50}", "/products/laptop")
    expect_equal((producer.flush(), failures), (0, []), "records left, and failures")

    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": "page-view-analytics", "enable.auto.commit": False})
    consumer.assign([TopicPartition("page-views", partition, 0) for partition in range(12)])
    seen, partitions = [], {}

    def poll():
        for message in consumer.consume(500, 0.5):
            if message.error():
                raise KafkaException(message.error())
            seen.append(json.loads(message.value()))
            partitions.setdefault(message.key(), set()).add(message.partition())
        return len(seen) >= 2_002

    until(poll, "2,002 page views")
    consumer.close()
    expect_equal(len({event["event_id"] for event in seen}), 2_002, "different events")
    expect(all(len(one) == 1 for one in partitions.values()), "all events of a user lie in one partition")
    first = next(event for event in seen if event["user_id"] == "user-456")
    expect_equal((first["page"], first["referrer"]), ("/checkout", "/cart"), "the second call")
    return {"events": len(seen), "users": len(partitions)}


run(main)

#!/usr/bin/python3
"""librdkafka: an idempotent producer over several partitions; each record once, in order, with batches pipelined."""

from checks import expect_equal, run, unique, until
from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

PARTITIONS = 3
COUNT = 5_000


def main(bootstrap):
    topic = unique("idempotent")
    admin = AdminClient({"bootstrap.servers": bootstrap})
    admin.create_topics([NewTopic(topic, PARTITIONS, 1)])[topic].result(20)
    errors = []
    producer = Producer(
        {
            "bootstrap.servers": bootstrap,
            "enable.idempotence": True,
            "batch.num.messages": 50,
            "compression.type": "lz4",
            "linger.ms": 1,
        }
    )
    for number in range(COUNT):
        producer.produce(
            topic, str(number), partition=number % PARTITIONS,
            callback=lambda error, message: errors.append(str(error)) if error else None,
        )
        producer.poll(0)
    expect_equal(producer.flush(30), 0, "records left in the producer")
    expect_equal(errors, [], "delivery errors")

    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": unique("reader"), "enable.auto.commit": False})
    consumer.assign([TopicPartition(topic, partition, 0) for partition in range(PARTITIONS)])
    seen = {partition: [] for partition in range(PARTITIONS)}

    def poll():
        for message in consumer.consume(1000, 0.5):
            if message.error():
                raise KafkaException(message.error())
            seen[message.partition()].append(int(message.value()))
        return sum(map(len, seen.values())) >= COUNT

    until(poll, f"{COUNT} records")
    for partition, values in seen.items():
        expect_equal(values, list(range(partition, COUNT, PARTITIONS)), f"records of partition {partition}")
    consumer.close()
    return {"records": COUNT}


run(main)

"""Tells what a broker says of a topic, as JSON: partitions, one setting, log starts and ends; {} where there is none.

usage: topic_facts.py BOOTSTRAP TOPIC SETTING
"""
import json
import sys

from confluent_kafka import Consumer, TopicPartition
from confluent_kafka.admin import AdminClient, ConfigResource

bootstrap, topic, setting = sys.argv[1:4]
admin = AdminClient({"bootstrap.servers": bootstrap})
known = admin.list_topics(timeout=20).topics
if topic not in known:
    print("{}")
    sys.exit(0)
resource = ConfigResource(ConfigResource.Type.TOPIC, topic)
configs = admin.describe_configs([resource])[resource].result(20)
consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": "topic-facts", "enable.auto.commit": False})
bounds = [
    consumer.get_watermark_offsets(TopicPartition(topic, number), timeout=20)
    for number in sorted(known[topic].partitions)
]
consumer.close()
print(json.dumps({"partitions": len(bounds), "setting": configs[setting].value, "bounds": bounds}, separators=(",", ":")))

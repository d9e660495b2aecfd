"""Makes a topic.

usage: topic.py BOOTSTRAP TOPIC PARTITIONS [key=value ...]
"""
import sys

from confluent_kafka.admin import AdminClient, NewTopic

bootstrap, topic, partitions, settings = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4:]
config = dict(setting.split("=", 1) for setting in settings)
admin = AdminClient({"bootstrap.servers": bootstrap})
admin.create_topics([NewTopic(topic, partitions, 1, config=config)])[topic].result(20)

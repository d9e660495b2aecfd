#!/usr/bin/python3
"""librdkafka's admin client: create, describe, alter, add partitions, delete; and the errors Kafka gives."""

from checks import expect, expect_equal, run, unique, until
from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient, ConfigResource, NewPartitions, NewTopic


def error_of(future):
    try:
        future.result(20)
    except KafkaException as failure:
        return failure.args[0].code()
    return None


def main(bootstrap):
    admin = AdminClient({"bootstrap.servers": bootstrap})
    topic = unique("admin")
    admin.create_topics([NewTopic(topic, 2, 1, config={"cleanup.policy": "compact", "segment.bytes": "1048576"})])[topic].result(20)
    described = admin.list_topics(topic, timeout=10).topics[topic]
    expect_equal(sorted(described.partitions), [0, 1], "partitions after creation")
    expect_equal(error_of(admin.create_topics([NewTopic(topic, 1, 1)])[topic]), KafkaError.TOPIC_ALREADY_EXISTS, "creating it again")
    bad = "no/slash"
    expect_equal(error_of(admin.create_topics([NewTopic(bad, 1, 1)])[bad]), KafkaError.TOPIC_EXCEPTION, "a bad name")
    many = unique("replicated")
    expect_equal(error_of(admin.create_topics([NewTopic(many, 1, 3)])[many]), KafkaError.INVALID_REPLICATION_FACTOR, "three replicas")
    odd = unique("odd-config")
    expect_equal(error_of(admin.create_topics([NewTopic(odd, 1, 1, config={"nope": "1"})])[odd]), KafkaError.INVALID_CONFIG, "an unknown config")
    dry = unique("dry")
    admin.create_topics([NewTopic(dry, 1, 1)], validate_only=True)[dry].result(20)
    expect(dry not in admin.list_topics(timeout=10).topics, "validate_only makes no topic")

    resource = ConfigResource(ConfigResource.Type.TOPIC, topic)
    configs = admin.describe_configs([resource])[resource].result(20)
    expect_equal(configs["cleanup.policy"].value, "compact", "cleanup.policy")
    expect_equal(configs["segment.bytes"].value, "1048576", "segment.bytes")
    expect(configs["retention.ms"].is_default, "retention.ms is a default")
    expect(len(configs) > 20, f"a topic has Kafka's settings, saw {len(configs)}")
    changed = ConfigResource(ConfigResource.Type.TOPIC, topic, set_config={"retention.ms": "60000"})
    admin.alter_configs([changed])[changed].result(20)
    configs = admin.describe_configs([resource])[resource].result(20)
    expect_equal(configs["retention.ms"].value, "60000", "retention.ms after AlterConfigs")
    expect_equal(configs["cleanup.policy"].value, "delete", "AlterConfigs replaces all settings")
    wrong = ConfigResource(ConfigResource.Type.TOPIC, topic, set_config={"retention.ms": "soon"})
    expect_equal(error_of(admin.alter_configs([wrong])[wrong]), KafkaError.INVALID_CONFIG, "a wrong value")
    broker = ConfigResource(ConfigResource.Type.BROKER, str(next(iter(admin.list_topics(timeout=10).brokers))))
    settings = admin.describe_configs([broker])[broker].result(20)
    expect("log.retention.ms" in settings or "log.retention.hours" in settings, "the broker lists its settings")

    admin.create_partitions([NewPartitions(topic, 5)])[topic].result(20)
    expect_equal(len(admin.list_topics(topic, timeout=10).topics[topic].partitions), 5, "partitions after adding")
    expect_equal(error_of(admin.create_partitions([NewPartitions(topic, 3)])[topic]), KafkaError.INVALID_PARTITIONS, "fewer partitions")

    admin.delete_topics([topic])[topic].result(20)
    until(lambda: topic not in admin.list_topics(timeout=10).topics, "the topic to be gone")
    expect_equal(error_of(admin.delete_topics([topic])[topic]), KafkaError.UNKNOWN_TOPIC_OR_PART, "deleting it again")
    return {"topicSettings": len(configs), "brokerSettings": len(settings)}


run(main)

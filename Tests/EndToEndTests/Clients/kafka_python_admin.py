#!/usr/bin/python3
"""kafka-python's admin client: topics, partitions, configs, and the errors Kafka gives."""

from checks import expect, expect_equal, run, unique, until
from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient, NewPartitions, NewTopic
from kafka.errors import InvalidPartitionsError, TopicAlreadyExistsError, UnknownTopicOrPartitionError


def refused(kind, call):
    try:
        call()
    except kind:
        return True
    return False


def main(bootstrap):
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    topic = unique("python-admin")
    admin.create_topics([NewTopic(topic, 2, 1, topic_configs={"cleanup.policy": "compact"})])
    expect(topic in admin.list_topics(), "the topic is listed")
    expect(refused(TopicAlreadyExistsError, lambda: admin.create_topics([NewTopic(topic, 1, 1)])), "creating it again")
    admin.create_partitions({topic: NewPartitions(4)})
    described = admin.describe_topics([topic])[0]
    expect_equal(sorted(one["partition"] for one in described["partitions"]), [0, 1, 2, 3], "partitions")
    expect(refused(InvalidPartitionsError, lambda: admin.create_partitions({topic: NewPartitions(4)})), "no more partitions than before")

    resource = ConfigResource(ConfigResourceType.TOPIC, topic)
    answer = admin.describe_configs([resource])[0]
    configs = {entry[0]: entry[1] for entry in answer.resources[0][4]}
    expect_equal(configs["cleanup.policy"], "compact", "cleanup.policy")
    admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, {"retention.ms": "5000"})])
    configs = {entry[0]: entry[1] for entry in admin.describe_configs([resource])[0].resources[0][4]}
    expect_equal(configs["retention.ms"], "5000", "retention.ms")

    cluster = admin.describe_cluster()
    expect_equal(len(cluster["brokers"]), 1, "brokers")
    admin.delete_topics([topic])
    until(lambda: topic not in admin.list_topics(), "the topic to be gone")
    expect(refused(UnknownTopicOrPartitionError, lambda: admin.delete_topics([topic])), "deleting it again")
    admin.close()
    return {"topicSettings": len(configs), "cluster": cluster["cluster_id"]}


run(main)

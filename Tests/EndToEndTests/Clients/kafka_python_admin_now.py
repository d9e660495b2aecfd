"""kafka-python 3: what its admin client asks of a broker of today, by the answers it makes of it."""

from checks import expect, expect_equal, run, unique
from kafka import KafkaConsumer, KafkaProducer, OffsetAndMetadata, TopicPartition
from kafka.admin import ConfigResource, KafkaAdminClient, OffsetSpec
from kafka.errors import (
    GroupIdNotFoundError, InvalidPartitionsError, InvalidReplicationFactorError, InvalidTopicError, NoError, TopicAlreadyExistsError,
    UnknownTopicOrPartitionError,
)

BASE = 1_700_000_000_000
COUNT = 20


def refused(kind, call):
    try:
        call()
    except kind:
        return True
    return False


def topics_and_configs(admin, topic):
    made = admin.create_topics({topic: {"num_partitions": 2, "configs": {"retention.ms": "-1"}}})["topics"][0]
    expect_equal((made["name"], made["num_partitions"], made["replication_factor"]), (topic, 2, 1), "the topic made")
    expect_equal(made["configs"]["retention.ms"]["value"], "-1", "retention.ms in the answer")
    expect(refused(TopicAlreadyExistsError, lambda: admin.create_topics([topic])), "creating it again")
    expect(refused(InvalidTopicError, lambda: admin.create_topics(["no/slash"])), "a name with a slash")
    many = {unique("many"): {"num_partitions": 1, "replication_factor": 3}}
    expect(refused(InvalidReplicationFactorError, lambda: admin.create_topics(many)), "three replicas")
    admin.create_partitions({topic: 3})
    expect(refused(InvalidPartitionsError, lambda: admin.create_partitions({topic: 3})), "no more partitions than before")
    described = admin.describe_topics([topic])[0]
    expect_equal(len(described["partitions"]), 3, "partitions")
    listed = admin.describe_topic_partitions([topic])
    expect_equal(len(listed["topics"][0]["partitions"]), 3, "partitions by DescribeTopicPartitions")

    resource = ConfigResource("TOPIC", topic)
    admin.alter_configs([ConfigResource("TOPIC", topic, {"max.message.bytes": "5000"})])
    changed = admin.describe_configs([resource])["topic"][topic]
    expect_equal({name: one["value"] for name, one in changed.items()}, {"max.message.bytes": "5000", "retention.ms": "-1"}, "changed")
    admin.reset_configs([ConfigResource("TOPIC", topic, ["max.message.bytes"])])
    expect_equal(list(admin.describe_configs([resource])["topic"][topic]), ["retention.ms"], "changed after the reset")
    everything = admin.describe_configs([resource], config_filter="all")["topic"][topic]
    expect(len(everything) > 20, f"a topic has Kafka's settings, saw {len(everything)}")
    return len(everything)


def groups_and_offsets(bootstrap, admin, topic):
    producer = KafkaProducer(bootstrap_servers=bootstrap)
    for number in range(COUNT):
        producer.send(topic, str(number).encode(), partition=0, timestamp_ms=BASE + number)
    producer.flush(30)
    producer.close()
    partition = TopicPartition(topic, 0)
    by = {spec.name: admin.list_partition_offsets({partition: spec})[partition].offset for spec in (OffsetSpec.EARLIEST, OffsetSpec.LATEST)}
    expect_equal(by, {"EARLIEST": 0, "LATEST": COUNT}, "offsets by their kind")
    newest = admin.list_partition_offsets({partition: OffsetSpec.MAX_TIMESTAMP})[partition]
    expect_equal((newest.offset, newest.timestamp), (COUNT - 1, BASE + COUNT - 1), "the record with the latest time")

    group = unique("admin-group")
    other = TopicPartition(topic, 1)
    commit = {partition: OffsetAndMetadata(5, "by hand", -1), other: OffsetAndMetadata(0, "", -1)}
    expect_equal(admin.alter_group_offsets(group, commit), {partition: NoError, other: NoError}, "a commit by hand")
    committed = admin.list_group_offsets({group: None})[group][partition]
    expect_equal((committed.offset, committed.metadata), (5, "by hand"), "the commit")
    reset = admin.reset_group_offsets(group, {partition: OffsetSpec.LATEST})[partition]
    expect_equal((reset["error"], reset["offset"]), (NoError, COUNT), "a reset to the end")
    expect(group in [one["group_id"] for one in admin.list_groups()], "the group is listed")
    described = admin.describe_groups([group])[group]
    expect_equal((described["group_state"], described["members"]), ("Empty", []), "the group")
    expect_equal(admin.delete_group_offsets(group, [partition]), {partition: NoError}, "deleting an offset")
    expect_equal(admin.delete_groups([group]), {group: "OK"}, "deleting the group")

    expect_equal(admin.delete_groups([group]), {group: "GroupIdNotFoundError"}, "deleting it again")
    expect(refused(GroupIdNotFoundError, lambda: admin.delete_group_offsets(group, [partition])), "offsets of no group")

    low = admin.delete_records({partition: 7})[partition]["low_watermark"]
    expect_equal(low, 7, "the low watermark after DeleteRecords")
    reader = KafkaConsumer(bootstrap_servers=bootstrap)
    expect_equal(reader.beginning_offsets([partition]), {partition: 7}, "where the partition begins")
    reader.close()


def cluster(admin, topic):
    cluster = admin.describe_cluster()
    broker = cluster["brokers"][0]["broker_id"]
    expect_equal(cluster["controller_id"], broker, "the controller")
    directories = admin.describe_log_dirs([topic])[0]["log_dirs"]
    expect_equal([one["error_code"] for one in directories], [0], "log directories")
    expect_equal(len(directories[0]["topics"][0]["partitions"]), 3, "partitions in them")
    # As kafka-features and kafka-metadata-quorum show Kafka 3.8: from 3.0-IV1 to 3.8-IV0, one voter that leads, nobody else.
    version = admin.describe_features()["metadata.version"]
    expect_equal((version["supported"], version["finalized"]), ((1, 20), (20, 20)), "feature metadata.version")
    quorum = admin.describe_metadata_quorum()["topics"][0]["partitions"][0]
    expect_equal(quorum["leader_id"], broker, "the leader of the metadata log")
    voters = [one["replica_id"] for one in quorum["current_voters"]]
    expect_equal((voters, quorum["observers"]), ([broker], []), "voters and observers")
    expect(quorum["high_watermark"] > 0, "the metadata log's high watermark")
    expect_equal(admin.list_transactions(), {broker: []}, "transactions")
    expect_equal(admin.list_partition_reassignments(), {}, "reassignments")
    settings = admin.describe_configs([ConfigResource("BROKER", str(broker))], config_filter="all")["broker"][str(broker)]
    expect(settings["log.retention.hours"]["value"] == "168", "log.retention.hours")
    return len(settings), {key.name: versions for key, versions in admin.api_versions().items()}


def main(bootstrap):
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    topic = unique("admin-now")
    topic_settings = topics_and_configs(admin, topic)
    groups_and_offsets(bootstrap, admin, topic)
    broker_settings, versions = cluster(admin, topic)
    admin.delete_topics([topic])
    expect(refused(UnknownTopicOrPartitionError, lambda: admin.delete_topics([topic])), "deleting it again")
    admin.close()
    return {"topicSettings": topic_settings, "brokerSettings": broker_settings, "apis": len(versions)}


run(main)

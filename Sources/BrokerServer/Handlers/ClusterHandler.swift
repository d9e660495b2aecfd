import BrokerCore
import KafkaProtocol

/// What administrators ask of a cluster, answered for one broker: elections, moves of replicas, quorum, features, lists.
struct ClusterHandler: Sendable {
    /// The broker that is the cluster.
    let broker: Broker

    /// Partitions that one DescribeTopicPartitions answer has at most (`max.request.partition.size.limit`).
    static let partitionsPerAnswer: Int32 = 2_000

    // MARK: Leaders and replicas

    /// ElectLeaders: every partition has the one leader it can have. Of all partitions only those without are told, as Kafka does.
    func answer(_ request: ElectLeadersRequest) -> ElectLeadersResponse {
        let image = broker.topics.image
        guard let asked = request.topicPartitions else {
            return ElectLeadersResponse(
                replicaElectionResults: image.topics.keys.sorted().map { .init(topic: $0, partitionResult: []) })
        }
        return ElectLeadersResponse(
            replicaElectionResults: asked.map { topic in
                .init(
                    topic: topic.topic,
                    partitionResult: topic.partitions.map { number in
                        let (code, message) = Self.election(of: topic.topic, number, in: image)
                        return .init(partitionID: number, errorCode: code, errorMessage: message)
                    })
            })
    }

    private static func election(of topic: String, _ number: Int32, in image: MetadataImage) -> (ErrorCode, String) {
        guard let found = image.topic(topic) else { return (.unknownTopicOrPartition, "No such topic as \(topic)") }
        guard found.partitions[number] != nil else {
            return (.unknownTopicOrPartition, "No such partition as \(topic)-\(number)")
        }
        return (.electionNotNeeded, "Leader election not needed for topic partition.")
    }

    /// AlterPartitionReassignments: to where a partition is already, nothing needs to move; elsewhere there is no broker.
    func answer(_ request: AlterPartitionReassignmentsRequest) -> AlterPartitionReassignmentsResponse {
        let image = broker.topics.image
        return AlterPartitionReassignmentsResponse(
            responses: request.topics.map { topic in
                .init(
                    name: topic.name,
                    partitions: topic.partitions.map { partition in
                        let refusal = move(of: topic.name, partition, in: image)
                        return .init(
                            partitionIndex: partition.partitionIndex, errorCode: refusal?.0 ?? .none,
                            errorMessage: refusal?.1)
                    })
            })
    }

    private func move(
        of topic: String, _ partition: AlterPartitionReassignmentsRequest.Partition, in image: MetadataImage
    ) -> (ErrorCode, String)? {
        guard let found = image.topic(topic) else {
            return (.unknownTopicOrPartition, "Unable to find a topic named \(topic).")
        }
        guard found.partitions[partition.partitionIndex] != nil else {
            return (.unknownTopicOrPartition, "Unable to find partition \(topic):\(partition.partitionIndex).")
        }
        guard let replicas = partition.replicas else {
            return (.noReassignmentInProgress, "No partition reassignment is in progress.")
        }
        guard !replicas.isEmpty else {
            return (
                .invalidReplicaAssignment, "The manual partition assignment includes an empty replica list."
            )
        }
        if let stranger = replicas.first(where: { $0 != broker.nodeID }) {
            return (
                .invalidReplicaAssignment,
                "The manual partition assignment includes broker \(stranger), but no such broker is registered."
            )
        }
        guard replicas.count == 1 else {
            return (
                .invalidReplicaAssignment,
                "The manual partition assignment includes the broker \(broker.nodeID) more than once."
            )
        }
        return nil
    }

    // MARK: Quorum and features

    /// DescribeQuorum: this broker leads the metadata log and is its only voter. As a controller it listens nowhere.
    func answer(_ request: DescribeQuorumRequest, now: Int64) -> DescribeQuorumResponse {
        let image = broker.topics.image
        let isMetadata =
            request.topics.count == 1 && request.topics[0].topicName == TopicName.metadata
            && request.topics[0].partitions.map(\.partitionIndex) == [0]
        guard isMetadata else {
            return DescribeQuorumResponse(
                topics: request.topics.map { topic in
                    .init(
                        topicName: topic.topicName,
                        partitions: topic.partitions.map {
                            .init(partitionIndex: $0.partitionIndex, errorCode: .unknownTopicOrPartition)
                        })
                })
        }
        let voter = DescribeQuorumResponse.Replica(
            replicaID: broker.nodeID, replicaDirectoryID: broker.topics.directoryID, logEndOffset: image.endOffset,
            lastFetchTimestamp: now,
            lastCaughtUpTimestamp: now)
        return DescribeQuorumResponse(
            topics: [
                .init(
                    topicName: TopicName.metadata,
                    partitions: [
                        .init(
                            partitionIndex: 0, leaderID: broker.nodeID, leaderEpoch: image.epoch,
                            highWatermark: image.endOffset, currentVoters: [voter])
                    ])
            ], nodes: [.init(nodeID: broker.nodeID)])
    }

    /// UpdateFeatures. It writes to disk, so this runs on the pool.
    func answer(_ request: UpdateFeaturesRequest) -> UpdateFeaturesResponse {
        broker.topics.updateFeatures(request)
    }

    // MARK: Lists

    /// ListConfigResources: topics and this broker. Nobody has settings for client metrics or groups.
    func answer(_ request: ListConfigResourcesRequest, version: Int16) -> ListConfigResourcesResponse {
        let (topic, broker, metrics): (Int8, Int8, Int8) = (2, 4, 16)
        let known: Set<Int8> = [topic, broker, 8, metrics, 32]
        let asked = version == 0 ? [metrics] : request.resourceTypes.isEmpty ? [topic, broker] : request.resourceTypes
        guard asked.allSatisfy(known.contains) else {
            return ListConfigResourcesResponse(errorCode: .unsupportedVersion)
        }
        var resources: [ListConfigResourcesResponse.Resource] = []
        if asked.contains(topic) {
            resources += self.broker.topics.image.topics.keys.sorted()
                .map { .init(resourceName: $0, resourceType: topic) }
        }
        if asked.contains(broker) {
            resources.append(.init(resourceName: "\(self.broker.nodeID)", resourceType: broker))
        }
        return ListConfigResourcesResponse(configResources: resources)
    }

    /// DescribeTopicPartitions: by name and number, as many as fit (Kafka's `DescribeTopicPartitionsRequestHandler`).
    ///
    /// - Returns: Nil for a cursor that is none, which Kafka answers with INVALID_REQUEST by closing.
    func answer(_ request: DescribeTopicPartitionsRequest) -> DescribeTopicPartitionsResponse? {
        if let cursor = request.cursor, cursor.partitionIndex < 0 { return nil }
        let image = broker.topics.image
        let isAll = request.topics.isEmpty
        var names = Set(isAll ? Array(image.topics.keys) : request.topics.map(\.name)).sorted()
        if let cursor = request.cursor { names.removeAll { $0 < cursor.topicName } }
        var room = Int(max(1, min(Self.partitionsPerAnswer, request.responsePartitionLimit)))
        var response = DescribeTopicPartitionsResponse()
        for name in names {
            guard room > 0 else {
                response.nextCursor = .init(topicName: name, partitionIndex: 0)
                break
            }
            let first = request.cursor.flatMap { $0.topicName == name ? $0.partitionIndex : nil } ?? 0
            guard let topic = image.topic(name) else {
                let isName = TopicName.problem(with: name) == nil
                response.topics.append(
                    .init(
                        errorCode: isName ? .unknownTopicOrPartition : .invalidTopicException, name: name,
                        isInternal: TopicName.isInternal(name),
                        topicAuthorizedOperations: AuthorizedOperations.topic))
                continue
            }
            let partitions = topic.partitions.sorted { $0.key < $1.key }.filter { $0.key >= first }
            response.topics.append(describe(topic, Array(partitions.prefix(room))))
            if partitions.count > room {
                response.nextCursor = .init(topicName: name, partitionIndex: partitions[room].key)
                break
            }
            room -= partitions.count
        }
        return response
    }

    private func describe(
        _ topic: MetadataImage.Topic, _ partitions: [(key: Int32, value: MetadataImage.Partition)]
    ) -> DescribeTopicPartitionsResponse.Topic {
        .init(
            name: topic.name, topicID: topic.id, isInternal: TopicName.isInternal(topic.name),
            partitions: partitions.map { number, partition in
                .init(
                    errorCode: partition.leader < 0 ? .leaderNotAvailable : .none, partitionIndex: number,
                    leaderID: partition.leader, leaderEpoch: partition.leaderEpoch,
                    replicaNodes: partition.replicas, isrNodes: partition.inSyncReplicas,
                    eligibleLeaderReplicas: [], lastKnownElr: [])
            }, topicAuthorizedOperations: AuthorizedOperations.topic)
    }
}

package import KafkaProtocol

extension ClusterModel {
    /// What a broker answers to a request, carrying it out; nil where Kafka would hang up.
    package mutating func answer(_ request: AnyRequest, version: Int16, by broker: Int32) -> AnyResponse? {
        switch request {
        case .metadata(let request): .metadata(metadata(request, version))
        case .describeCluster: .describeCluster(describeCluster())
        case .listOffsets(let request): .listOffsets(listOffsets(request, version, by: broker))
        case .fetch(let request): .fetch(fetch(request, version, by: broker))
        case .produce(let request): .produce(produce(request, by: broker))
        case .deleteRecords(let request): .deleteRecords(deleteRecords(request, by: broker))
        case .findCoordinator(let request): .findCoordinator(findCoordinator(request, version))
        case .listGroups(let request): .listGroups(listGroups(request, version, by: broker))
        case .describeGroups(let request): .describeGroups(describeGroups(request, by: broker))
        case .consumerGroupDescribe(let request):
            .consumerGroupDescribe(describeConsumerGroups(request, by: broker))
        case .offsetFetch(let request): .offsetFetch(offsetFetch(request, version, by: broker))
        case .offsetCommit(let request): .offsetCommit(offsetCommit(request, by: broker))
        case .offsetDelete(let request): .offsetDelete(offsetDelete(request, by: broker))
        case .deleteGroups(let request): .deleteGroups(deleteGroups(request, by: broker))
        case .createTopics(let request): .createTopics(createTopics(request, version, by: broker))
        case .deleteTopics(let request): .deleteTopics(deleteTopics(request, version, by: broker))
        case .createPartitions(let request): .createPartitions(createPartitions(request, by: broker))
        case .describeConfigs(let request): .describeConfigs(describeConfigs(request, version, by: broker))
        case .incrementalAlterConfigs(let request): .incrementalAlterConfigs(alterConfigs(request))
        case .describeLogDirs(let request): .describeLogDirs(describeLogDirs(request, version, by: broker))
        default: nil
        }
    }

    /// What ApiVersions answers, and in which version: an unknown version is answered in version 0 (KIP-511), before Kafka 2.4
    /// without any API.
    func apiVersions(_ version: Int16, by broker: Int32) -> (AnyResponse, version: Int16) {
        let ranges = brokers[broker]?.release.ranges ?? [:]
        let own = ranges[ApiVersionsRequest.api.key] ?? 0...0
        guard own.contains(version) else {
            let told = own.upperBound < 3 ? [:] : [ApiVersionsRequest.api.key: own]
            return (.apiVersions(Self.apiVersions(told, error: .unsupportedVersion)), 0)
        }
        return (.apiVersions(Self.apiVersions(ranges, error: .none)), version)
    }

    private static func apiVersions(_ ranges: [Int16: ClosedRange<Int16>], error: ErrorCode) -> ApiVersionsResponse {
        ApiVersionsResponse(
            errorCode: error,
            apiKeys: ranges.sorted { $0.key < $1.key }.map {
                .init(apiKey: $0.key, minVersion: $0.value.lowerBound, maxVersion: $0.value.upperBound)
            })
    }

    /// NOT_CONTROLLER where a broker does not hand changes on.
    func controllerRefusal(by broker: Int32) -> ErrorCode {
        broker == controller || brokers[broker]?.release.forwardsToController == true ? .none : .notController
    }

    // MARK: Metadata

    private mutating func metadata(_ request: MetadataRequest, _ version: Int16) -> MetadataResponse {
        let wantsAll = request.topics == nil || (version == 0 && request.topics?.isEmpty == true)
        var answers: [MetadataResponse.Topic] = []
        if wantsAll {
            answers = topics.sorted { $0.key < $1.key }.map { describe($0.key, $0.value) }
        } else {
            for wanted in request.topics ?? [] {
                let name = wanted.name ?? topics.first { $0.value.id == wanted.topicID }?.key
                guard let name else {
                    answers.append(.init(errorCode: .unknownTopicID, name: nil, topicID: wanted.topicID))
                    continue
                }
                if let topic = topics[name] {
                    answers.append(describe(name, topic))
                } else if request.allowAutoTopicCreation || version < 4 {
                    // auto.create.topics.enable is on, as in Kafka's defaults: who asks carelessly makes topics.
                    addTopic(name, partitions: 1)
                    answers.append(.init(errorCode: .leaderNotAvailable, name: name))
                } else {
                    answers.append(.init(errorCode: .unknownTopicOrPartition, name: name))
                }
            }
        }
        return MetadataResponse(
            brokers: listed.map { id in
                .init(
                    nodeID: id, host: "127.0.0.1", port: Int32(brokers[id]?.port ?? 0), rack: brokers[id]?.rack)
            },
            clusterID: clusterID, controllerID: controller, topics: answers)
    }

    private func describe(_ name: String, _ topic: ModelTopic) -> MetadataResponse.Topic {
        .init(
            name: name, topicID: topic.id, isInternal: topic.isInternal,
            partitions: topic.partitions.enumerated().map { index, partition in
                let isLed = brokers[partition.leader]?.isListed ?? false
                return .init(
                    errorCode: isLed ? .none : .leaderNotAvailable, partitionIndex: Int32(index),
                    leaderID: isLed ? partition.leader : -1, leaderEpoch: partition.leaderEpoch,
                    replicaNodes: partition.replicas, isrNodes: partition.inSync ?? partition.replicas,
                    offlineReplicas: partition.replicas.filter { brokers[$0]?.isListed != true })
            })
    }

    private func describeCluster() -> DescribeClusterResponse {
        DescribeClusterResponse(
            clusterID: clusterID, controllerID: controller,
            brokers: listed.map { id in
                .init(
                    brokerID: id, host: "127.0.0.1", port: Int32(brokers[id]?.port ?? 0), rack: brokers[id]?.rack)
            })
    }

    // MARK: Log directories

    private func describeLogDirs(
        _ request: DescribeLogDirsRequest, _ version: Int16, by broker: Int32
    ) -> DescribeLogDirsResponse {
        guard let own = brokers[broker] else { return DescribeLogDirsResponse(errorCode: .unknownServerError) }
        var answers: [DescribeLogDirsResponse.Topic] = []
        for (name, topic) in topics.sorted(by: { $0.key < $1.key }) {
            let wanted = request.topics.map { $0.first { $0.topic == name }?.partitions ?? [] }
            let held = topic.partitions.enumerated().filter { index, partition in
                partition.replicas.contains(broker) && (wanted?.contains(Int32(index)) ?? true)
            }
            guard !held.isEmpty else { continue }
            answers.append(
                .init(
                    name: name,
                    partitions: held.map {
                        .init(partitionIndex: Int32($0.offset), partitionSize: $0.element.sizeBytes)
                    }))
        }
        let isWell = own.logDirectoryError == .none
        return DescribeLogDirsResponse(results: [
            .init(
                errorCode: own.logDirectoryError, logDir: own.logDirectory, topics: isWell ? answers : [],
                totalBytes: isWell && version >= 4 ? 1 << 40 : -1, usableBytes: isWell && version >= 4 ? 1 << 39 : -1)
        ])
    }
}

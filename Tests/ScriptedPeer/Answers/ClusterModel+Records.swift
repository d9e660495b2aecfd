import Cluster
import KafkaProtocol
import NIOCore

/// Records and offsets: answered by the leader of a partition only.
extension ClusterModel {
    /// Why a broker does not answer for a partition in an API: told by the script, or by the model.
    private func refusal(_ api: API, _ partition: TopicPartition, by broker: Int32) -> ErrorCode {
        brokers[broker]?.partitionErrors[api.key]?[partition] ?? refusal(of: partition, by: broker)
    }

    /// What a leader epoch in a request is judged by.
    private func epochRefusal(_ epoch: Int32, _ partition: ModelPartition) -> ErrorCode {
        if epoch < 0 || epoch == partition.leaderEpoch { return .none }
        return epoch < partition.leaderEpoch ? .fencedLeaderEpoch : .unknownLeaderEpoch
    }

    func listOffsets(_ request: ListOffsetsRequest, _ version: Int16, by broker: Int32) -> ListOffsetsResponse {
        ListOffsetsResponse(
            topics: request.topics.map { topic in
                .init(
                    name: topic.name,
                    partitions: topic.partitions.map { asked in
                        let name = TopicPartition(topic: topic.name, partition: asked.partitionIndex)
                        var error = refusal(ListOffsetsRequest.api, name, by: broker)
                        guard error == .none, let partition = self[name] else {
                            return .init(partitionIndex: asked.partitionIndex, errorCode: error)
                        }
                        error = epochRefusal(asked.currentLeaderEpoch, partition)
                        let stable = request.isolationLevel == 1 ? partition.lastStable ?? partition.end : partition.end
                        let found = Self.find(asked.timestamp, in: partition, below: stable)
                        if asked.timestamp < -2, version < 7 { error = .unsupportedVersion }
                        return .init(
                            partitionIndex: asked.partitionIndex, errorCode: error,
                            timestamp: error == .none ? found.timestamp : -1,
                            offset: error == .none ? found.offset : -1, leaderEpoch: partition.leaderEpoch)
                    })
            })
    }

    private static func find(
        _ timestamp: Int64, in partition: ModelPartition, below end: Int64
    ) -> (offset: Int64, timestamp: Int64) {
        let readable = partition.records().filter { $0.offset >= partition.logStart && $0.offset < end }
        switch timestamp {
        case -1: return (end, -1)
        case -2: return (partition.logStart, -1)
        case -3:
            let largest = readable.map(\.timestamp).max()
            return readable.first { $0.timestamp == largest } ?? (-1, -1)
        default: return readable.first { $0.timestamp >= timestamp } ?? (-1, -1)
        }
    }

    func fetch(_ request: FetchRequest, _ version: Int16, by broker: Int32) -> FetchResponse {
        var left = Int(request.maxBytes)
        return FetchResponse(
            responses: request.topics.map { topic in
                let known =
                    version >= 13 ? topics.first { $0.value.id == topic.topicID }?.key : topic.topic
                return .init(
                    topic: topic.topic, topicID: topic.topicID,
                    partitions: topic.partitions.map { asked in
                        guard let known else {
                            return .init(
                                partitionIndex: asked.partition, errorCode: .unknownTopicID, highWatermark: -1)
                        }
                        let name = TopicPartition(topic: known, partition: asked.partition)
                        return fetch(name, asked, request.isolationLevel == 1, &left, by: broker)
                    })
            })
    }

    private func fetch(
        _ name: TopicPartition, _ asked: FetchRequest.Partition, _ isCommitted: Bool, _ left: inout Int,
        by broker: Int32
    ) -> FetchResponse.Partition {
        var error = refusal(FetchRequest.api, name, by: broker)
        guard error == .none, let partition = self[name] else {
            return .init(partitionIndex: asked.partition, errorCode: error, highWatermark: -1)
        }
        error = epochRefusal(asked.currentLeaderEpoch, partition)
        if error == .none, asked.fetchOffset < partition.logStart || asked.fetchOffset > partition.end {
            error = .offsetOutOfRange
        }
        let stable = partition.lastStable ?? partition.end
        guard error == .none else {
            return .init(partitionIndex: asked.partition, errorCode: error, highWatermark: -1)
        }
        var records = ByteBuffer()
        for batch in partition.batches {
            guard let header = try? RecordBatchHeader(reading: batch, at: batch.readerIndex),
                header.lastOffset >= asked.fetchOffset, !isCommitted || header.baseOffset < stable
            else { continue }
            // The first batch comes whole however large it is.
            let isFirst = records.readableBytes == 0
            let room = min(Int(asked.partitionMaxBytes) - records.readableBytes, left)
            guard isFirst ? left > 0 : batch.readableBytes <= room else { break }
            records.writeImmutableBuffer(batch)
            left -= batch.readableBytes
        }
        return .init(
            partitionIndex: asked.partition, highWatermark: partition.end, lastStableOffset: stable,
            logStartOffset: partition.logStart, records: records)
    }

    mutating func produce(_ request: ProduceRequest, by broker: Int32) -> ProduceResponse {
        var answer = ProduceResponse()
        for topic in request.topicData {
            var partitions: [ProduceResponse.Partition] = []
            for sent in topic.partitionData {
                let name = TopicPartition(topic: topic.name, partition: sent.index)
                let error = refusal(ProduceRequest.api, name, by: broker)
                guard error == .none, let records = sent.records, var partition = self[name] else {
                    partitions.append(
                        .init(index: sent.index, errorCode: error == .none ? .corruptMessage : error, baseOffset: -1))
                    continue
                }
                let base = partition.append(records)
                self[name] = partition
                partitions.append(.init(index: sent.index, baseOffset: base, logStartOffset: partition.logStart))
            }
            answer.responses.append(.init(name: topic.name, partitionResponses: partitions))
        }
        return answer
    }

    mutating func deleteRecords(_ request: DeleteRecordsRequest, by broker: Int32) -> DeleteRecordsResponse {
        var answer = DeleteRecordsResponse()
        for topic in request.topics {
            var partitions: [DeleteRecordsResponse.Partition] = []
            for asked in topic.partitions {
                let name = TopicPartition(topic: topic.name, partition: asked.partitionIndex)
                var error = refusal(DeleteRecordsRequest.api, name, by: broker)
                let offset = asked.offset == -1 ? self[name]?.end ?? 0 : asked.offset
                if error == .none, let partition = self[name], offset < 0 || offset > partition.end {
                    error = .offsetOutOfRange
                }
                if error == .none, let partition = self[name] {
                    self[name]?.logStart = max(partition.logStart, offset)
                }
                partitions.append(
                    .init(
                        partitionIndex: asked.partitionIndex,
                        lowWatermark: error == .none ? self[name]?.logStart ?? -1 : -1, errorCode: error))
            }
            answer.topics.append(.init(name: topic.name, partitions: partitions))
        }
        return answer
    }
}

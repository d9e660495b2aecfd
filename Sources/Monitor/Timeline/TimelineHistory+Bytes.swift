import Cluster
import WindowedMetrics

extension TimelineHistory {
    /// The version of what `write` writes; another one is not read.
    static let version = 2

    /// Writes all that outlives the process.
    func write(into writer: inout PackedWriter) { write(into: &writer) { _ in } }

    /// Writes all that outlives the process, part by part.
    ///
    /// - Parameter spill: Called between parts, so that the writer can be emptied.
    func write(
        into writer: inout PackedWriter, spill: (inout PackedWriter) throws -> Void
    ) rethrows {
        writer.count(Self.version)
        topics.write(into: &writer) { $1.text($0) }
        groups.write(into: &writer) { $1.text($0) }
        try spill(&writer)
        partitions.write(into: &writer) { key, writer in
            writer.signed(Int64(key.topic))
            writer.signed(Int64(key.partition))
        }
        try spill(&writer)
        rows.write(into: &writer) { key, writer in
            writer.signed(Int64(key.group))
            writer.signed(Int64(key.topic))
            writer.signed(Int64(key.partition))
        }
        try spill(&writer)
        alerts.write(into: &writer) { key, writer in
            writer.text(key.rule)
            writer.text(key.subject)
            writer.count(key.labels.count)
            for (name, value) in key.labels.sorted(by: { $0.key < $1.key }) {
                writer.text(name)
                writer.text(value)
            }
        }
        topicFacts.write(into: &writer) { $0.write(into: &$1) }
        try spill(&writer)
        groupFacts.write(into: &writer) { $0.write(into: &$1) }
        try spill(&writer)
        for series in [clusterSeries, topicSeries, groupSeries, alertSeries, partitionSeries, rowSeries] {
            try series.write(into: &writer, spill: spill)
        }
        writer.count(changes.all.count)
        for change in changes.all { change.write(into: &writer) }
        writer.signed(brokerStartedAt)
        writer.signed(takenAt)
    }

    /// Reads what `write` wrote.
    ///
    /// - Throws: `PackedError` for other bytes.
    init(from reader: inout PackedReader) throws(PackedError) {
        guard try reader.unsigned() == UInt64(Self.version) else { throw .malformed }
        try topics.read(from: &reader) { reader throws(PackedError) in try reader.text() }
        try groups.read(from: &reader) { reader throws(PackedError) in try reader.text() }
        try partitions.read(from: &reader) { reader throws(PackedError) in
            PartitionKey(topic: try reader.int32(), partition: try reader.int32())
        }
        try rows.read(from: &reader) { reader throws(PackedError) in
            RowKey(group: try reader.int32(), topic: try reader.int32(), partition: try reader.int32())
        }
        try alerts.read(from: &reader) { reader throws(PackedError) in
            let (rule, subject) = (try reader.text(), try reader.text())
            var labels: [String: String] = [:]
            for _ in 0..<(try reader.count()) { labels[try reader.text()] = try reader.text() }
            return AlertKey(rule: rule, subject: subject, labels: labels)
        }
        try topicFacts.read(from: &reader) { reader throws(PackedError) in try TopicFacts(from: &reader) }
        try groupFacts.read(from: &reader) { reader throws(PackedError) in try GroupFacts(from: &reader) }
        try clusterSeries.read(from: &reader)
        try topicSeries.read(from: &reader)
        try groupSeries.read(from: &reader)
        try alertSeries.read(from: &reader)
        try partitionSeries.read(from: &reader)
        try rowSeries.read(from: &reader)
        for _ in 0..<(try reader.number(upTo: ChangeFeed.limit)) { changes.add(try Change(from: &reader)) }
        brokerStartedAt = try reader.optionalSigned()
        takenAt = try reader.optionalSigned()
        guard reader.remaining == 0 else { throw .malformed }
    }
}

extension PackedReader {
    fileprivate mutating func int32() throws(PackedError) -> Int32 {
        guard let value = Int32(exactly: try signed()) else { throw .malformed }
        return value
    }

    fileprivate mutating func list<Item>(
        _ read: (inout PackedReader) throws(PackedError) -> Item
    ) throws(PackedError) -> [Item] {
        var items: [Item] = []
        for _ in 0..<(try count()) { items.append(try read(&self)) }
        return items
    }
}

extension PackedWriter {
    fileprivate mutating func list(_ numbers: [Int32]) {
        count(numbers.count)
        for number in numbers { signed(Int64(number)) }
    }
}

extension TopicFacts {
    fileprivate func write(into writer: inout PackedWriter) {
        writer.text(topicID)
        writer.flag(isInternal)
        writer.count(replicationFactor)
        writer.flag(retention.isCompacted)
        writer.flag(retention.isDeleted)
        for value in [
            retention.retentionMilliseconds, retention.retentionBytes, retention.segmentBytes,
            retention.segmentMilliseconds, retention.minCompactionLagMilliseconds,
            retention.maxCompactionLagMilliseconds, retention.deleteRetentionMilliseconds,
        ] { writer.signed(value) }
        writer.unsigned(retention.minCleanableDirtyRatio.bitPattern)
        writer.count(partitions.count)
        for it in partitions {
            writer.signed(Int64(it.number))
            writer.signed(Int64(it.leader))
            writer.list(it.replicas)
            writer.list(it.inSync)
        }
    }

    fileprivate init(from reader: inout PackedReader) throws(PackedError) {
        topicID = try reader.optionalText()
        isInternal = try reader.flag()
        replicationFactor = try reader.number(upTo: Int(Int16.max))
        retention = TopicRetention()
        retention.isCompacted = try reader.flag()
        retention.isDeleted = try reader.flag()
        retention.retentionMilliseconds = try reader.signed()
        retention.retentionBytes = try reader.signed()
        retention.segmentBytes = try reader.signed()
        retention.segmentMilliseconds = try reader.signed()
        retention.minCompactionLagMilliseconds = try reader.signed()
        retention.maxCompactionLagMilliseconds = try reader.signed()
        retention.deleteRetentionMilliseconds = try reader.signed()
        retention.minCleanableDirtyRatio = Double(bitPattern: try reader.unsigned())
        partitions = try reader.list { reader throws(PackedError) in
            Partition(
                number: try reader.int32(), leader: try reader.int32(),
                replicas: try reader.list { reader throws(PackedError) in try reader.int32() },
                inSync: try reader.list { reader throws(PackedError) in try reader.int32() })
        }
    }
}

extension GroupFacts {
    fileprivate func write(into writer: inout PackedWriter) {
        writer.text(state.rawValue)
        writer.text(type.rawValue)
        writer.text(protocolType)
        writer.text(protocolName)
        writer.signed(Int64(generation))
        writer.text(problem)
        writer.count(members.count)
        for it in members {
            writer.text(it.memberID)
            writer.text(it.groupInstanceID)
            writer.text(it.clientID)
            writer.text(it.clientHost)
            writer.count(it.assignment.count)
            for place in it.assignment {
                writer.text(place.topic)
                writer.signed(Int64(place.partition))
            }
        }
    }

    fileprivate init(from reader: inout PackedReader) throws(PackedError) {
        // A word of a later version is a state nobody knows.
        state = GroupState(rawValue: try reader.text()) ?? .unknown
        type = GroupType(rawValue: try reader.text()) ?? .unknown
        protocolType = try reader.text()
        protocolName = try reader.text()
        generation = try reader.int32()
        problem = try reader.optionalText()
        members = try reader.list { reader throws(PackedError) in
            GroupMember(
                memberID: try reader.text(), groupInstanceID: try reader.optionalText(), clientID: try reader.text(),
                clientHost: try reader.text(),
                assignment: try reader.list { reader throws(PackedError) in
                    TopicPartition(topic: try reader.text(), partition: try reader.int32())
                })
        }
    }
}

extension Change {
    fileprivate func write(into writer: inout PackedWriter) {
        writer.signed(at)
        writer.text(kind.rawValue)
        writer.text(subject)
        writer.text(topic)
        writer.text(group)
        writer.text(origin)
        writer.text(detail)
        writer.signed(count)
    }

    fileprivate init(from reader: inout PackedReader) throws(PackedError) {
        at = try reader.signed()
        guard let kind = Kind(rawValue: try reader.text()) else { throw .malformed }
        self.kind = kind
        subject = try reader.text()
        topic = try reader.optionalText()
        group = try reader.optionalText()
        origin = try reader.text()
        detail = try reader.text()
        count = try reader.signed()
    }
}

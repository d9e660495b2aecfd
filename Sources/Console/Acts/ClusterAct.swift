package import Cluster
import Operations

/// Something that changes topics, settings or groups, as a value: checked, previewed, confirmed, done and told in one place each.
package enum ClusterAct: Equatable, Sendable {
    case createTopic(NewTopic)
    /// Deletes topics, one after the other.
    case deleteTopics([String])
    /// Gives a topic so many partitions in all.
    case addPartitions(topic: String, total: Int32)
    case alter(ConfigResource, [ConfigChange])
    /// Moves the log starts of a topic's partitions up.
    case deleteRecords(topic: String, [TopicPartition: Int64])
    case deleteGroup(String)

    /// The line of Kafka's own tools that does the same.
    package func toolLine(at bootstrap: String) -> String {
        switch self {
        case .createTopic(let topic): KafkaToolLine.create(topic, at: bootstrap)
        case .deleteTopics(let names): KafkaToolLine.deleteTopics(names, at: bootstrap)
        case .addPartitions(let topic, let total): KafkaToolLine.addPartitions(to: topic, total: total, at: bootstrap)
        case .alter(let resource, let changes): KafkaToolLine.alter(resource, changes, at: bootstrap)
        case .deleteRecords(_, let offsets): KafkaToolLine.deleteRecords(before: offsets, at: bootstrap)
        case .deleteGroup(let id): KafkaToolLine.deleteGroup(id, at: bootstrap)
        }
    }

    /// Asks the cluster whether it would do it, where Kafka's protocol can ask that; changes nothing.
    func validate(on cluster: any Cluster) async throws(ClusterError) {
        switch self {
        case .createTopic(let topic): try await cluster.createTopic(topic, validateOnly: true)
        case .alter(let resource, let changes):
            try await cluster.alterConfiguration(of: resource, changes, validateOnly: true)
        case .deleteTopics, .addPartitions, .deleteRecords, .deleteGroup: break
        }
    }

    /// Does it, and says what happened.
    ///
    /// - Throws: Why nothing was done. Where a part was done, the report says which part was not.
    func run(on cluster: any Cluster) async throws(ClusterError) -> ActReport {
        switch self {
        case .createTopic(let topic):
            try await cluster.createTopic(topic, validateOnly: false)
            return ActReport("topic \(topic.name) is created")
        case .deleteTopics(let names): return try await Self.delete(names, on: cluster)
        case .addPartitions(let topic, let total):
            try await cluster.addPartitions(to: topic, total: total)
            return ActReport("\(topic) has \(total) partitions")
        case .alter(let resource, let changes):
            try await cluster.alterConfiguration(of: resource, changes, validateOnly: false)
            let words = changes.map {
                $0.operation == .delete ? "\($0.name) is the default" : "\($0.name) = \($0.value ?? "")"
            }
            return ActReport("\(resource): " + words.joined(separator: ", "))
        case .deleteRecords(let topic, let offsets):
            return Self.report(topic, offsets, try await cluster.deleteRecords(before: offsets))
        case .deleteGroup(let id):
            try await cluster.deleteGroup(id)
            return ActReport("group \(id) is deleted")
        }
    }

    /// Deletes each topic, whatever came of those before it.
    ///
    /// - Throws: Why not even one was deleted, where it was one or all failed alike.
    private static func delete(_ names: [String], on cluster: any Cluster) async throws(ClusterError) -> ActReport {
        var (done, problems): ([String], [(name: String, error: ClusterError)]) = ([], [])
        for name in names {
            do throws(ClusterError) {
                try await cluster.deleteTopic(name)
                done.append(name)
            } catch {
                problems.append((name, error))
            }
        }
        if let first = problems.first, done.isEmpty, problems.allSatisfy({ $0.error == first.error }) {
            throw first.error
        }
        return ActReport(
            done.count == 1 ? "topic \(done[0]) is deleted" : "\(done.count) topics are deleted",
            problems: problems.map { "\($0.name): \($0.error)" })
    }

    private static func report(
        _ topic: String, _ offsets: [TopicPartition: Int64], _ answers: [TopicPartition: Result<Int64, ClusterError>]
    ) -> ActReport {
        var (done, problems) = (0, [String]())
        for place in offsets.keys.sorted() {
            switch answers[place] {
            case .success: done += 1
            case .failure(let error): problems.append("\(place): \(error)")
            case nil: problems.append("\(place): the answer left the partition out")
            }
        }
        let count = done == 1 ? "1 partition" : "\(done) partitions"
        return ActReport("records of \(count) of \(topic) are deleted", problems: problems)
    }
}

/// What an act did.
package struct ActReport: Equatable, Sendable {
    /// What happened, in words.
    package var text: String
    /// What could not be done, a sentence each.
    package var problems: [String]
    /// The line of Kafka's own tools that does the same; nil where there is none.
    package var toolLine: String?

    /// A report.
    package init(_ text: String, problems: [String] = [], toolLine: String? = nil) {
        self.text = text
        self.problems = problems
        self.toolLine = toolLine
    }
}

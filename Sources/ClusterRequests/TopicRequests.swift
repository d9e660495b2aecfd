package import Cluster
import KafkaProtocol

/// Topics by Kafka's requests.
extension RequestSending {
    /// How long a broker may take over a change of topics, milliseconds.
    static var administrationTimeout: Int32 { 30_000 }

    package func createTopic(_ topic: NewTopic, validateOnly: Bool) async throws(ClusterError) {
        try requireWrite()
        let isAssigned = !topic.assignments.isEmpty
        let request = CreateTopicsRequest(
            topics: [
                .init(
                    name: topic.name,
                    // -1 asks for the broker's default (KIP-464), and is demanded beside an assignment.
                    numPartitions: isAssigned ? -1 : topic.partitions ?? -1,
                    replicationFactor: isAssigned ? -1 : topic.replicationFactor ?? -1,
                    assignments: topic.assignments.enumerated().map {
                        .init(partitionIndex: Int32($0.offset), brokerIDs: $0.element)
                    },
                    configs: topic.settings.map { .init(name: $0.name, value: $0.value) }
                )
            ],
            timeoutMs: Self.administrationTimeout,
            validateOnly: validateOnly
        )
        let answer = try await askController(request) { $0.topics.first?.errorCode }.topics.first
        try check(answer?.errorCode, "topic \(topic.name)", answer?.errorMessage)
        await refreshLeaders()
    }

    package func deleteTopic(_ name: String) async throws(ClusterError) {
        try requireWrite()
        let request = DeleteTopicsRequest(
            topics: [.init(name: name)], topicNames: [name], timeoutMs: Self.administrationTimeout)
        let answer = try await askController(request) { $0.responses.first?.errorCode }.responses.first
        try check(answer?.errorCode, "topic \(name)", answer?.errorMessage)
        await refreshLeaders()
    }

    package func addPartitions(to topic: String, total: Int32) async throws(ClusterError) {
        try requireWrite()
        let request = CreatePartitionsRequest(
            topics: [.init(name: topic, count: total)], timeoutMs: Self.administrationTimeout)
        let answer = try await askController(request) { $0.results.first?.errorCode }.results.first
        try check(answer?.errorCode, "topic \(topic)", answer?.errorMessage)
        await refreshLeaders()
    }

    /// Turns an answer's code into an error; an answer that is missing is one.
    func check(_ code: ErrorCode?, _ subject: String, _ message: String? = nil) throws(ClusterError) {
        guard let code else { throw .unavailable("\(subject): the answer left it out") }
        guard code == .none else { throw ClusterError(code, subject, message: message) }
    }
}

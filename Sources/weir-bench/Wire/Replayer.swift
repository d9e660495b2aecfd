import KafkaProtocol
import NIOCore

/// Sends requests that were encoded beforehand, with a window of them unanswered, so that the client costs next to nothing.
struct Replayer {
    /// Requests without an answer at a time: what producers have by default (`max.in.flight.requests.per.connection`).
    static let window = 5

    private let connection: WireConnection

    /// A replayer over a connection that nobody else uses meanwhile.
    init(_ connection: WireConnection) { self.connection = connection }

    /// Sends the same produce request over and over, and looks at every answer.
    ///
    /// - Throws: `BenchError` when a partition was not written to.
    func produce(_ frame: ByteBuffer, times: Int) throws {
        try replay(times) { _ in
            frame
        } answer: { connection in
            let answer = try AnyResponse.decode(
                frame: try connection.frame(), key: ProduceRequest.api.key, version: EncodedRequest.produceVersion
            ).1
            guard case .produce(let response) = answer,
                response.responses.allSatisfy({ $0.partitionResponses.allSatisfy { $0.errorCode == .none } })
            else { throw BenchError("a produce request failed: \(answer)") }
        }
    }

    /// Sends fetch requests one after the other, and throws the records away.
    ///
    /// - Parameter wanted: Bytes of records that each answer must have.
    /// - Throws: `BenchError` when an answer has fewer or more.
    func fetch(_ frames: [ByteBuffer], each wanted: Int) throws {
        try replay(frames.count) {
            frames[$0]
        } answer: { connection in
            let length = try connection.drainFrame()
            // The rest is the answer's header and its one partition's fields.
            guard length > wanted, length < wanted + 256 else {
                throw BenchError("a fetch gave \(length) bytes instead of \(wanted)")
            }
        }
    }

    private func replay(
        _ count: Int, _ frame: (Int) -> ByteBuffer, answer: (WireConnection) throws -> Void
    ) throws {
        var sent = 0
        for answered in 0..<count {
            while sent < count, sent - answered < Self.window {
                try connection.send(frame(sent))
                sent += 1
            }
            try answer(connection)
        }
    }
}

extension WireConnection {
    /// Creates a topic.
    ///
    /// - Throws: `BenchError` when the broker refuses.
    func create(_ topic: String, partitions: Int32 = 1) throws {
        let request = CreateTopicsRequest(topics: [.init(name: topic, numPartitions: partitions, replicationFactor: 1)])
        guard case .createTopics(let response) = try ask(.createTopics(request), version: 5),
            response.topics.allSatisfy({ $0.errorCode == .none })
        else { throw BenchError("cannot create \(topic)") }
    }

    /// Deletes a topic.
    ///
    /// - Throws: `BenchError` when the broker refuses.
    func delete(_ topic: String) throws {
        let request = DeleteTopicsRequest(topicNames: [topic], timeoutMs: 30_000)
        guard case .deleteTopics(let response) = try ask(.deleteTopics(request), version: 4),
            response.responses.allSatisfy({ $0.errorCode == .none })
        else { throw BenchError("cannot delete \(topic)") }
    }
}

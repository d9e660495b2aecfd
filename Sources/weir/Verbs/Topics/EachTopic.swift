import Cluster

extension ShellVerb {
    /// Does the same to each of several topics, and goes on where one is refused.
    ///
    /// - Throws: `VerbFailure` naming every topic that was refused.
    func eachTopic(
        _ topics: [TopicDescription], _ output: OutputOptions, _ shell: Shell,
        // Untyped: the optimiser of Swift 6.3 crashes on an asynchronous closure with a typed error here.
        _ work: (String) async throws -> Void
    ) async throws {
        var documents: [JSONValue] = []
        var failures: [VerbFailure] = []
        for topic in topics {
            var failure: VerbFailure?
            do {
                try await work(topic.name)
            } catch {
                let reason = VerbFailure(error)
                failure = reason
                failures.append(reason)
            }
            documents.append([
                "topic": .string(topic.name),
                "done": .bool(failure == nil),
                "error": JSONValue(failure?.message),
            ])
        }
        if output.json { try shell.json(.array(documents)) }
        if let first = failures.first {
            throw VerbFailure(first.kind, failures.map(\.message).joined(separator: "; "))
        }
    }
}

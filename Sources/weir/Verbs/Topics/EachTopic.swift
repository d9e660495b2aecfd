import Cluster

extension ShellVerb {
    /// Does the same to each of several topics, and goes on where one is refused.
    ///
    /// - Parameter work: Gives the refusal, nil for none.
    /// - Throws: `VerbFailure` naming every topic that was refused.
    // The optimiser of Swift 6.3 crashes when it draws `work` in here (splitting of a coroutine).
    @_optimize(none)
    func eachTopic(
        _ topics: [TopicDescription], _ output: OutputOptions, _ shell: Shell,
        _ work: (String) async -> ClusterError?
    ) async throws {
        var documents: [JSONValue] = []
        var failures: [VerbFailure] = []
        for topic in topics {
            let failure = await work(topic.name).map { VerbFailure($0) }
            if let failure { failures.append(failure) }
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

import ArgumentParser
import Cluster
import Dispatch
import Synchronization

extension CompletionKind {
    /// Names of topics, asked of the cluster that the command line names.
    static var topics: CompletionKind {
        .custom { words, _, _ in
            ClusterNames.find(words) { cluster in
                try await cluster.topics(named: nil, detail: .layout).map(\.name)
            }
        }
    }

    /// Ids of groups, asked of the cluster that the command line names.
    static var groups: CompletionKind {
        .custom { words, _, _ in ClusterNames.find(words) { cluster in try await cluster.groups().map(\.groupID) } }
    }
}

/// Names for completion: there at once, or none at all. Nothing is ever printed, for it would stand in the person's line.
enum ClusterNames {
    private static let patience = DispatchTimeInterval.seconds(1)

    /// Asks for names, and gives none when the cluster does not answer in time.
    ///
    /// - Parameter words: The command line so far; of it only where the cluster is counts.
    static func find(
        _ words: [String], _ ask: @escaping @Sendable (any Cluster) async throws -> [String]
    ) -> [String] {
        guard let options = try? ClusterOptions.parse(reachWords(words)) else { return [] }
        let names = Names()
        let ended = DispatchSemaphore(value: 0)
        Task.detached {
            if let reached = try? await ReachedCluster.reach(options, isReadOnly: true, compacts: false) {
                names.take((try? await ask(reached.cluster)) ?? [])
                ended.signal()
                await reached.close()
            } else {
                ended.signal()
            }
        }
        _ = ended.wait(timeout: .now() + patience)
        return names.all.filter { name in
            // A shell takes a line for a name, and controls have no place in a command line.
            !name.unicodeScalars.contains { $0.value < 0x20 || (0x7f..<0xa0).contains($0.value) }
        }
    }

    /// The words that say where the cluster is.
    static func reachWords(_ words: [String]) -> [String] {
        var kept: [String] = []
        for (index, word) in words.enumerated() {
            for option in ["--bootstrap-server", "--attach"] {
                if word == option, index + 1 < words.count {
                    kept = [word, words[index + 1]]
                } else if word.hasPrefix(option + "=") {
                    kept = [word]
                }
            }
        }
        return kept
    }

    /// Names that one task brings and another thread takes.
    private final class Names: Sendable {
        private let names = Mutex<[String]>([])

        var all: [String] { names.withLock { $0 } }

        func take(_ found: [String]) { names.withLock { $0 = found } }
    }
}

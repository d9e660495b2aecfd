import ArgumentParser
import Cluster

/// Where a tail begins or stops, as kcat's `-o` names it.
enum TailPlace: Sendable, Equatable, ExpressibleByArgument {
    case beginning
    case end
    /// An offset, moved to the nearest end of the log where it lies outside.
    case offset(Int64)
    /// So many records before the end.
    case back(Int64)
    /// The first record at or after a time, wall milliseconds.
    case from(Int64)
    /// Stops before the first record at or after a time, wall milliseconds.
    case until(Int64)

    /// Reads `beginning`, `end`, `N`, `-N`, `s@TIME` or `e@TIME`, milliseconds or a time as ``VerbTime`` reads it; nil for anything else.
    init?(argument: String) {
        switch argument {
        case "beginning", "earliest": self = .beginning
        case "end", "latest": self = .end
        default:
            if argument.hasPrefix("s@") || argument.hasPrefix("e@") {
                let text = String(argument.dropFirst(2))
                guard let time = Int64(text) ?? (try? VerbTime.milliseconds(text)), time >= 0 else { return nil }
                self = argument.hasPrefix("s@") ? .from(time) : .until(time)
            } else {
                guard let number = Int64(argument), number != .min else { return nil }
                self = argument.hasPrefix("-") ? .back(-number) : .offset(number)
            }
        }
    }
}

/// The part of a partition's log that a tail prints.
struct TailRange: Sendable, Equatable {
    /// The partition.
    var partition: TopicPartition
    /// The next offset to be read.
    var next: Int64
    /// Where to stop; nil goes on for ever.
    var stop: Int64?
}

extension TailRange {
    /// Finds where a tail of each partition begins and stops, in two calls and one more for each time.
    ///
    /// - Parameters:
    ///   - stopsAtEnd: Stops where the logs end now.
    /// - Throws: `ClusterError` when a partition cannot be asked.
    static func find(
        _ partitions: [TopicPartition],
        from start: TailPlace,
        until stop: TailPlace?,
        stopsAtEnd: Bool,
        on cluster: any Cluster
    ) async throws -> [TailRange] {
        let starts = await cluster.offsets(of: partitions, at: .earliest)
        let ends = await cluster.offsets(of: partitions, at: .latest)
        let found = try await lookedUp(start, partitions, on: cluster)
        let stops = try await lookedUp(stop, partitions, on: cluster)
        return try partitions.map { partition in
            let first = try offset(partition, in: starts) ?? 0
            let end = try offset(partition, in: ends) ?? first
            let next: Int64 =
                switch start {
                case .beginning, .until: first
                case .end: end
                case .offset(let offset): min(max(offset, first), end)
                // Both are at least 0, so the difference cannot overflow.
                case .back(let count): max(end - count, first)
                case .from: try offset(partition, in: found) ?? end
                }
            // A time that nothing has reached yet is no reason to stop.
            let byTime = stop == nil ? nil : try offset(partition, in: stops)
            return TailRange(partition: partition, next: next, stop: byTime ?? (stopsAtEnd ? end : nil))
        }
    }

    private static func lookedUp(
        _ place: TailPlace?, _ partitions: [TopicPartition], on cluster: any Cluster
    ) async throws -> [TopicPartition: Result<FoundOffset, ClusterError>] {
        switch place {
        case .from(let time), .until(let time): await cluster.offsets(of: partitions, at: .timestamp(time))
        default: [:]
        }
    }

    private static func offset(
        _ partition: TopicPartition, in answers: [TopicPartition: Result<FoundOffset, ClusterError>]
    ) throws -> Int64? {
        guard let answer = answers[partition] else {
            throw ClusterError.unavailable("\(partition): the answer left the partition out")
        }
        return try answer.get().offset
    }
}

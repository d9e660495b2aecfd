package import Cluster

/// The record before another one of its partition that has the same key.
package enum PreviousRecord: Equatable, Sendable {
    /// There it is.
    case found(FetchedRecord)
    /// There is none in the log, which starts at this offset.
    case none(logStart: Int64)
    /// There is none down to this offset; what lies before was not looked at.
    case notSeen(before: Int64)

    /// Most offsets that are looked at.
    private static let maxOffsets: Int64 = 400_000

    /// Looks back from an offset, in stretches that grow, since logs are read forwards only.
    ///
    /// - Throws: `ClusterError` where the log cannot be read.
    package static func find(
        key: [UInt8], in place: TopicPartition, before offset: Int64, on cluster: any RecordAccess
    ) async throws(ClusterError) -> PreviousRecord {
        guard let logStart = try await cluster.offset(of: place, at: .earliest).offset else {
            throw .unavailable("\(place): the start of the log could not be read")
        }
        var end = offset
        var stretch: Int64 = 1000
        while end > logStart {
            let looked = offset.subtractingReportingOverflow(end).partialValue
            guard looked < maxOffsets else { return .notSeen(before: end) }
            let start = max(logStart, end.subtractingReportingOverflow(stretch).partialValue)
            if let last = try await last(of: key, in: place, from: start, to: end, on: cluster) { return .found(last) }
            end = start
            stretch = min(stretch * 4, 64_000)
        }
        return .none(logStart: logStart)
    }

    /// The last record of a key in a stretch of offsets.
    private static func last(
        of key: [UInt8], in place: TopicPartition, from start: Int64, to end: Int64, on cluster: any RecordAccess
    ) async throws(ClusterError) -> FetchedRecord? {
        var found: FetchedRecord?
        var at = start
        while at < end {
            let limits = FetchLimits(maxRecords: 5000, maxBytes: 1 << 20)
            let fetched = try await cluster.fetch(place, from: at, limits: limits)
            for record in fetched.records where record.offset < end && record.key == key { found = record }
            guard fetched.nextOffset > at else { break }
            at = fetched.nextOffset
        }
        return found
    }
}

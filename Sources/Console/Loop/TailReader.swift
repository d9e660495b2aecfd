import Cluster
import RecordFormats

/// Reads records for a tail and asks them what its filter asks, before long values are cut.
enum TailReader {
    /// Values are held up to this size; the inspector says what was cut.
    static let maxValueBytes = 16_384

    /// Carries a request out.
    static func read(_ request: TailRequest, from cluster: any Cluster) async -> TailBatch {
        let starts = request.positions.map { FetchStart($0.key, from: $0.value) }
        let isAsked = !request.filter.isEmpty
        let limits = FetchLimits(
            maxRecords: request.maxRecords, maxBytes: 1 << 20, maxValueBytes: isAsked ? .max : maxValueBytes)
        var parts = await cluster.fetch(starts, limits: limits)
        guard isAsked else { return TailBatch(ticket: request.ticket, parts: parts) }
        let judge = FilterJudge(request.filter)
        var passed: [TopicPartition: Set<Int64>] = [:]
        for (place, result) in parts {
            guard case .success(var fetched) = result else { continue }
            let reading = request.decodings[place.topic] ?? TopicDecoding(topic: place.topic)
            for index in fetched.records.indices {
                let record = fetched.records[index]
                if judge.passes(record, at: place, reading) { passed[place, default: []].insert(record.offset) }
                fetched.records[index] = cut(record)
            }
            parts[place] = .success(fetched)
        }
        return TailBatch(
            ticket: request.ticket, parts: parts,
            judgement: TailBatch.Judgement(filter: request.filter, passed: passed))
    }

    /// A record with no more of its value than is held.
    static func cut(_ record: FetchedRecord) -> FetchedRecord {
        guard let value = record.value, value.count > maxValueBytes else { return record }
        var short = record
        short.value = Array(value.prefix(maxValueBytes))
        return short
    }
}

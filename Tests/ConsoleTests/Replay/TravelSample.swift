import Cluster
import Console
import ConsoleSamples
import Operations

/// Answers the wishes of the pages of a topic's past: a small log, read by the real table.
enum TravelSample {
    static let place = TopicPartition(topic: "orders", partition: 7)
    /// Offsets of partition 7 that compaction took away.
    private static let gone: Set<Int64> = [102, 103, 104, 107]

    /// Twenty records of eight keys, one of them without a key.
    static let records: [FetchedRecord] = (Int64(100)..<120).compactMap { (offset: Int64) -> FetchedRecord? in
        guard !gone.contains(offset) else { return nil }
        let number = offset % 8
        let value = offset % 7 == 4 ? nil : #"{"id":\#(88_000 + number),"total":\#(offset).15,"st":"NEW"}"#
        return FetchedRecord(
            offset: offset, timestamp: SampleData.now - (120 - offset) * 900_000,
            key: offset == 111 ? nil : Array("us-\(88_000 + number)".utf8), value: value.map { Array($0.utf8) })
    }

    static func answer(_ wish: TravelWish) -> Arrival {
        switch wish {
        case .look(let request, let ticket):
            return .travel(.looked(ticket: ticket, .success(report(request))))
        case .history(let place, let key, let ticket):
            var gaps = LogGaps(logStart: 100, cleanedUpTo: 110, isCompacted: true)
            gaps.firstGap = 102
            gaps.missing = 4
            gaps.completeFrom = 108
            var history = KeyHistory(topicPartition: place, key: key, gaps: gaps)
            history.versions = records.filter { $0.key == key }
            history.total = Int64(history.versions.count)
            return .travel(.history(ticket: ticket, .success(history)))
        }
    }

    static func report(_ request: TravelRequest) -> TravelReport {
        func offset(_ moment: TravelMoment) -> Int64 {
            switch moment {
            case .now: 120
            case .offset(let offset): max(100, min(120, offset))
            case .time(let time): records.first { $0.timestamp >= time }?.offset ?? 120
            }
        }
        let bounds = [
            place: LatestTable.Bounds(first: offset(request.moment), second: request.later.map(offset))
        ]
        var table = LatestTable(
            bounds: bounds, gaps: [place: LogGaps(logStart: 100, isCompacted: true)], budget: request.budget)
        table.take(records.filter { $0.offset < max(bounds[place]?.first ?? 0, bounds[place]?.second ?? 0) }, of: place)
        table.cleaned(upTo: 118, of: place)
        return TravelReport(request, table, bounds: bounds, ends: [place: 120], isStopped: false, problems: [])
    }
}

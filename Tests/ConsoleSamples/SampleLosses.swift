import Cluster
package import Monitor

/// The sample cluster in trouble: a consumer that hangs while retention comes nearer, one whose records went, one that is slow.
extension SampleData {
    package static func losing() -> Snapshot {
        var snapshot = SampleData.snapshot()
        for index in snapshot.groups.indices {
            switch snapshot.groups[index].description.groupID {
            case "search-index": hang(&snapshot.groups[index])
            case "warehouse": lose(&snapshot.groups[index])
            case "mailer": slow(&snapshot.groups[index])
            default: break
            }
        }
        return snapshot
    }

    private static func hang(_ group: inout GroupFigures) {
        group.lag = .records(936_000, .exact)
        group.age = .milliseconds(240_000, .exact)
        group.catchUp = .never
        group.lagChangePerSecond = 3900
        group.recordsOutPerSecond = 0
        group.stoppedMilliseconds = 240_000
        var row = group.partitions[0]
        row.lag = group.lag
        row.age = group.age
        row.catchUp = .never
        row.recordsOutPerSecond = 0
        row.commit?.offset = 8_064_000
        row.commit?.committedAt = now - 3000
        row.status = StatusFigure(.stall, .stalled(every: 5000, unmoved: 240_000))
        row.loss.verdict = .willLose
        row.loss.isLosingMore = true
        row.loss.horizon = .after(milliseconds: 11_520_000, limit: .size, quality: .lowerBound)
        take(row, into: &group)
    }

    private static func lose(_ group: inout GroupFigures) {
        var row = group.partitions[0]
        row.loss.verdict = .lost
        row.loss.lost = LossFigure(records: 12_400, since: now - 95_000, cause: .deletedRecords, upTo: 8_999_000)
        take(row, into: &group)
        group.loss.lost = 12_400
        group.loss.since = now - 95_000
    }

    private static func slow(_ group: inout GroupFigures) {
        group.lag = .records(48_000, .exact)
        group.age = .milliseconds(86_400_000, .exact)
        group.catchUp = .after(seconds: 7200)
        group.stoppedMilliseconds = nil
        var row = group.partitions[0]
        row.lag = group.lag
        row.age = group.age
        row.catchUp = group.catchUp
        row.commit?.offset = 8_952_000
        row.loss.verdict = .tight
        row.loss.horizon = .after(milliseconds: 10_000_000, limit: .time, quality: .lowerBound)
        take(row, into: &group)
    }

    private static func take(_ row: GroupPartitionFigures, into group: inout GroupFigures) {
        group.partitions[0] = row
        group.status = row.status
        group.loss.verdict = row.loss.verdict
        group.loss.horizon = row.loss.horizon
    }
}

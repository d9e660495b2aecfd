import AlertRules
import Cluster
package import Monitor

/// The sample cluster's last quarter of an hour: lags that grow as their rates say, a rebalance, an edited setting, a topic that came, alerts.
package enum SampleTimeline {
    /// Every second of it, taken.
    package static func timeline(seconds: Int64 = 900) -> Timeline {
        let timeline = Timeline()
        for ago in stride(from: seconds, through: 0, by: -1) {
            var board = board(secondsAgo: ago)
            timeline.take(&board)
        }
        return timeline
    }

    /// The board that was shown so many seconds ago.
    package static func board(secondsAgo: Int64) -> Snapshot {
        let now = SampleData.now - secondsAgo * 1000
        var board = SampleData.snapshot()
        board.takenAt = now
        board.groups = board.groups.map { earlier($0, secondsAgo) }
        board.topics.removeAll { $0.description.name == "audit-log" && secondsAgo > 700 }
        for index in board.topics.indices where board.topics[index].description.name == "orders" {
            if secondsAgo > 500 { board.topics[index].description.retention.minCleanableDirtyRatio = 0.8 }
        }
        board.topics = board.topics.map { earlier($0, secondsAgo) }
        board.alerts.instances = board.alerts.instances.map { alert in
            var alert = alert
            switch alert.state {
            case .pending(let since), .firing(let since): if since > now { alert.state = .quiet }
            case .quiet, .untold: break
            }
            return alert
        }
        board.alerts.history.removeAll { $0.at > now }
        board.bytesIn.values.removeLast(Int(min(secondsAgo, 500)))
        board.bytesOut.values.removeLast(Int(min(secondsAgo, 500)))
        if var status = board.status?.embedded {
            status.compactionRuns.removeAll { $0.endedAt ?? 0 > now }
            board.status?.embedded = status
        }
        return board
    }

    private static func earlier(_ group: GroupFigures, _ ago: Int64) -> GroupFigures {
        var group = group
        for index in group.partitions.indices {
            let row = group.partitions[index]
            let arriving = row.recordsInPerSecond ?? 0
            let handled = row.recordsOutPerSecond ?? 0
            guard let offsets = row.offsets, let lag = row.lag.records else { continue }
            let end = offsets.highWatermark - Int64(arriving * Double(ago))
            let then = max(0, lag - Int64((arriving - handled) * Double(ago)))
            group.partitions[index].offsets = PartitionOffsets(logStart: offsets.logStart, highWatermark: end)
            group.partitions[index].commit?.offset = end - then
            group.partitions[index].lag = .records(then, .exact)
            group.partitions[index].age =
                then == 0 ? .caughtUp : .milliseconds(Int64(Double(then) / max(1, arriving) * 1000), .exact)
        }
        group.lag = .records(group.partitions.compactMap(\.lag.records).reduce(0, +), .exact)
        group.age = .milliseconds(group.partitions.compactMap(\.age.milliseconds).max() ?? 0, .exact)
        if ago > 400, group.description.groupID == "fraud-scorer" {
            group.description.generation -= 1
            group.description.members.removeLast()
            group.stateSince = SampleData.now - 3_600_000
        }
        return group
    }

    private static func earlier(_ topic: TopicFigures, _ ago: Int64) -> TopicFigures {
        var topic = topic
        for index in topic.partitions.indices {
            guard let offsets = topic.partitions[index].description.offsets else { continue }
            let grown = Int64((topic.partitions[index].recordsInPerSecond ?? 0) * Double(ago))
            let end = max(offsets.logStart, offsets.highWatermark - grown)
            topic.partitions[index].description.offsets = PartitionOffsets(
                logStart: offsets.logStart, highWatermark: end)
        }
        topic.description.partitions = topic.partitions.map(\.description)
        return topic
    }
}

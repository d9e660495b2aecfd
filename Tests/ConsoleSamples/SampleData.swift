package import AlertRules
package import Cluster
package import Monitor

/// A cluster whose figures agree with each other, for pictures: the lag of a group is the sum over its partitions, a partition's lag
/// is its end less its commit, catch-up is lag divided by closing speed, totals are sums.
package enum SampleData {
    /// 2026-11-21 14:02:31 UTC.
    package static let now: Int64 = 1_795_269_751_000

    /// A wave between `low` and `high`, the same every time.
    package static func wave(_ low: Double, _ high: Double, count: Int, period: Int, phase: Int = 0) -> [Double] {
        (0..<count).map { index in
            let place = Double((index + phase) % period) / Double(period)
            let triangle = 1 - abs(place * 2 - 1)
            let smooth = triangle * triangle * (3 - 2 * triangle)
            return low + (high - low) * smooth
        }
    }

    // MARK: - topics

    struct TopicSample {
        var name: String
        var partitions: Int
        var rate: Double
        var size: Int64
        var isCompacted: Bool
        var dirty: [Double]
    }

    static let samples: [TopicSample] = [
        TopicSample(
            name: "orders", partitions: 12, rate: 3864, size: 19_542_101_196, isCompacted: true,
            dirty: [0.41, 0.22, 0.18, 0.52, 0.02, 0.33, 0.27, 0.71, 0.30, 0.12, 0.07, 0.49]),
        TopicSample(
            name: "clickstream", partitions: 16, rate: 3900, size: 44_023_414_784, isCompacted: false, dirty: []),
        TopicSample(
            name: "payments", partitions: 6, rate: 2100, size: 10_093_173_145, isCompacted: true, dirty: [0.12]),
        TopicSample(name: "audit-log", partitions: 3, rate: 980, size: 13_636_521_165, isCompacted: false, dirty: []),
        TopicSample(
            name: "inventory.snapshot", partitions: 4, rate: 610, size: 1_181_116_006, isCompacted: true, dirty: [0.44]),
        TopicSample(
            name: "user-profiles", partitions: 4, rate: 402, size: 2_147_483_648, isCompacted: true, dirty: [0.38]),
        TopicSample(name: "fraud.scores", partitions: 1, rate: 211, size: 671_088_640, isCompacted: false, dirty: []),
        TopicSample(name: "shipments", partitions: 1, rate: 88, size: 325_058_560, isCompacted: false, dirty: []),
        TopicSample(
            name: "__consumer_offsets", partitions: 50, rate: 41, size: 23_068_672, isCompacted: true, dirty: [0.19]),
    ]

    static func topic(_ sample: TopicSample) -> TopicFigures {
        var retention = TopicRetention()
        retention.isCompacted = sample.isCompacted
        retention.isDeleted = !sample.isCompacted
        retention.segmentBytes = 536_870_912
        let count = Int64(sample.partitions)
        let partitions = (0..<sample.partitions).map { number -> PartitionFigures in
            let size = sample.size / count
            let isOrders = sample.name == "orders"
            let start: Int64 = isOrders ? 7_340_110 + Int64(number) * 917 : Int64(number) * 1000
            let end = isOrders ? ordersEnd[number] : start + sample.size / count / 412
            let dirty = sample.dirty.isEmpty ? 0 : sample.dirty[number % sample.dirty.count]
            let active = size / 10
            let cleanable = Int64(Double(size - active) * dirty)
            let description = PartitionDescription(
                partition: Int32(number),
                offsets: PartitionOffsets(logStart: start, highWatermark: end),
                sizeBytes: size,
                segmentCount: isOrders ? 4 : 2,
                cleaning: sample.isCompacted
                    ? CleaningState(
                        firstDirtyOffset: end - Int64(Double(end - start) * 0.9 * dirty) - (end - start) / 10,
                        firstUncleanableOffset: end - (end - start) / 10,
                        cleanBytes: size - active - cleanable,
                        cleanableBytes: cleanable,
                        uncleanableBytes: active,
                        isEligible: dirty > 0.5
                    ) : nil
            )
            return PartitionFigures(
                description: description, recordsInPerSecond: isOrders ? ordersIn[number] : sample.rate / Double(count),
                worstLag: isOrders
                    ? PartitionFigures.WorstLag(groupID: "fraud-scorer", lag: .records(scorerLag[number], .exact)) : nil
            )
        }
        return TopicFigures(
            description: TopicDescription(
                name: sample.name, isInternal: sample.name.hasPrefix("__"), retention: retention,
                partitions: partitions.map(\.description)),
            recordsInPerSecond: sample.rate,
            sizeBytes: partitions.compactMap(\.description.sizeBytes).reduce(0, +),
            dirtyRatio: sample.isCompacted ? sample.dirty.max() : nil,
            rateHistory: Series(
                values: wave(sample.rate * 0.6, sample.rate, count: 600, period: 23, phase: sample.name.count)),
            partitions: partitions,
            groupIDs: readers[sample.name] ?? []
        )
    }

    package static let readers = [
        "orders": ["billing", "fraud-scorer"], "clickstream": ["search-index"], "payments": ["billing"],
        "shipments": ["warehouse"], "audit-log": ["mailer"],
    ]

    // MARK: - orders, partition by partition

    package static let ordersEnd: [Int64] = [
        24_883_300, 25_001_960, 25_133_431, 25_022_410, 25_201_044, 25_440_510, 25_610_777, 25_180_911, 25_731_220,
        25_822_113,
        25_991_408, 26_109_770,
    ]
    package static let ordersIn: [Double] = [351, 344, 341, 340, 242, 349, 264, 352, 330, 338, 253, 360]
    package static let ordersOut: [Double] = [366, 344, 341, 372, 242, 352, 264, 291, 331, 338, 253, 423]
    package static let scorerLag: [Int64] = [3_281, 48, 21, 12_408, 0, 410, 0, 59_801, 200, 12, 0, 7_886]

    package static func catchUp(_ lag: Int64, _ arriving: Double, _ handled: Double) -> CatchUp {
        if lag == 0 { return .done }
        let closing = handled - arriving
        if closing == 0 { return .steady }
        return closing > 0 ? .after(seconds: Double(lag) / closing) : .never
    }

    // MARK: - groups

    package static func scorer() -> GroupFigures {
        let members = (0..<3).map { number in
            GroupMember(
                memberID: "scorer-\(number)-5f1c", clientID: "scorer-\(number)", clientHost: "/127.0.0.1",
                assignment: owner.indices.filter { owner[$0] == number }.map {
                    TopicPartition(topic: "orders", partition: Int32($0))
                })
        }
        let partitions = (0..<12).map { number -> GroupPartitionFigures in
            let place = TopicPartition(topic: "orders", partition: Int32(number))
            let lag = scorerLag[number]
            let start: Int64 = 7_340_110 + Int64(number) * 917
            let growing = ordersIn[number] - ordersOut[number]
            let history = (0..<300).map { max(0, Double(lag) - growing * Double(299 - $0)) }
            var row = GroupPartitionFigures(
                topicPartition: place,
                memberID: "scorer-\(owner[number])-5f1c",
                clientID: "scorer-\(owner[number])",
                commit: CommittedOffset(
                    topicPartition: place, offset: ordersEnd[number] - lag,
                    committedAt: now - 1000 - Int64(number) * 300),
                offsets: PartitionOffsets(logStart: start, highWatermark: ordersEnd[number]),
                lag: .records(lag, .exact),
                age: lag == 0 ? .caughtUp : .milliseconds(Int64(Double(lag) / ordersIn[number] * 1000), .exact),
                recordsInPerSecond: ordersIn[number],
                recordsOutPerSecond: ordersOut[number],
                catchUp: catchUp(lag, ordersIn[number], ordersOut[number]),
                lagHistory: Series(values: history)
            )
            row.status =
                growing > 0
                ? StatusFigure(.warn, .growing(commits: 10, within: 61_000, from: lag - 3721, to: lag))
                : StatusFigure(.ok, lag == 0 ? .caughtUp : .moving(silence: 1200))
            row.loss.horizon = .never("cleanup.policy is compact")
            return row
        }
        let sum = partitions.compactMap(\.lag.records).reduce(0, +)
        let change = zip(ordersIn, ordersOut).map { $0 - $1 }.reduce(0, +)
        let history = (0..<300).map { index in partitions.reduce(0) { $0 + $1.lagHistory.values[index] } }
        var group = GroupFigures(
            description: GroupDescription(
                groupID: "fraud-scorer", state: .stable, protocolName: "range", generation: 41, members: members,
                commits: partitions.compactMap(\.commit)),
            lag: .records(sum, .exact),
            age: .milliseconds(169_889, .exact),
            catchUp: partitions.map(\.catchUp).max() ?? .unknown,
            lagChangePerSecond: change,
            recordsOutPerSecond: ordersOut.reduce(0, +),
            lagHistory: Series(values: history),
            partitions: partitions,
            stateSince: now - 180_000
        )
        group.status = partitions[7].status
        group.statusPartition = partitions[7].topicPartition
        group.loss.partition = partitions[7].topicPartition
        group.churn = churn(rebalances: 2, joined: 1, left: 2, ago: 180_000)
        return group
    }

    static func churn(rebalances: Int, joined: Int, left: Int, ago: Int64?) -> ChurnFigures {
        var churn = ChurnFigures()
        churn.rebalances = rebalances
        churn.joined = joined
        churn.left = left
        churn.lastAt = ago.map { now - $0 }
        churn.since = now - 720_000
        return churn
    }

    package static let owner = [0, 0, 0, 1, 2, 2, 2, 1, 0, 1, 1, 2]

    package static func group(
        _ id: String, topic: String, lag: Int64, arriving: Double, handled: Double, state: GroupState, since: Int64,
        wave history: [Double]
    ) -> GroupFigures {
        let place = TopicPartition(topic: topic, partition: 0)
        let isAlive = state == .stable
        let end: Int64 = 9_000_000
        var row = GroupPartitionFigures(
            topicPartition: place,
            memberID: isAlive ? "\(id)-0-77aa" : nil,
            clientID: isAlive ? "\(id)-0" : nil,
            commit: CommittedOffset(topicPartition: place, offset: end - lag, committedAt: now - 1200),
            offsets: PartitionOffsets(logStart: 0, highWatermark: end),
            lag: .records(lag, .exact),
            age: lag == 0 ? .caughtUp : .milliseconds(Int64(Double(lag) / max(1, arriving) * 1000), .exact),
            recordsInPerSecond: arriving,
            recordsOutPerSecond: handled,
            catchUp: catchUp(lag, arriving, handled),
            lagHistory: Series(values: history)
        )
        let isCompacted = samples.contains { $0.name == topic && $0.isCompacted }
        row.status = StatusFigure(.ok, lag == 0 ? .caughtUp : .moving(silence: 1200))
        row.loss.verdict = isCompacted ? .none : .safe
        if isCompacted {
            row.loss.horizon = .never("cleanup.policy is compact")
        } else if lag > 0 {
            row.loss.horizon = .after(milliseconds: 518_400_000, limit: .time, quality: .lowerBound)
        }
        var group = GroupFigures(
            description: GroupDescription(
                groupID: id, state: state, protocolName: isAlive ? "range" : "", generation: 7,
                members: isAlive
                    ? [
                        GroupMember(
                            memberID: "\(id)-0-77aa", clientID: "\(id)-0", clientHost: "/127.0.0.1", assignment: [place]
                        )
                    ] : [],
                commits: row.commit.map { [$0] } ?? []),
            lag: row.lag,
            age: row.age,
            catchUp: row.catchUp,
            lagChangePerSecond: arriving - handled,
            recordsOutPerSecond: handled,
            lagHistory: row.lagHistory,
            partitions: [row],
            stateSince: since
        )
        group.status = row.status
        group.statusPartition = place
        group.loss.verdict = row.loss.verdict
        group.loss.horizon = row.loss.horizon
        group.loss.partition = place
        group.churn = churn(rebalances: 0, joined: 0, left: 0, ago: nil)
        return group
    }

    package static func groups() -> [GroupFigures] {
        [
            group(
                "billing", topic: "payments", lag: 12_000, arriving: 350, handled: 400, state: .stable,
                since: now - 120_000,
                wave: wave(12_000, 27_000, count: 300, period: 600, phase: 300)),
            scorer(),
            group(
                "mailer", topic: "audit-log", lag: 0, arriving: 0, handled: 0, state: .empty, since: now - 3_600_000,
                wave: Array(repeating: 0, count: 300)),
            group(
                "search-index", topic: "clickstream", lag: 310, arriving: 3900, handled: 4055, state: .stable,
                since: now - 240_000,
                wave: wave(100, 310, count: 300, period: 120, phase: 0)),
            group(
                "warehouse", topic: "shipments", lag: 12, arriving: 88, handled: 100, state: .preparingRebalance,
                since: now - 9_000,
                wave: wave(4, 12, count: 300, period: 20)),
        ]
    }

    // MARK: - alerts

    package static func alerts() -> AlertBoard {
        func rule(
            _ name: String, _ limit: Double, hold: Int64, _ severity: AlertRule.Severity, _ unit: AlertRule.Unit,
            opens: String
        ) -> AlertRule {
            AlertRule(
                name: name, expression: "kafka_\(name) > \(limit)", threshold: .init(.greater, limit),
                holdMilliseconds: hold, severity: severity,
                summary: name, opens: opens, unit: unit)
        }
        func instance(
            _ rule: String, _ subject: String, _ state: AlertInstance.State, _ value: Double, changed: Int64?,
            _ recent: [Double]
        ) -> AlertInstance {
            AlertInstance(
                rule: rule, subject: subject, labels: [:], state: state, value: value, changedAt: changed,
                recent: recent)
        }
        let rising = (0..<120).map { (index: Int) -> Double in
            let place = Double(index) / 119
            return place * place * 84_067
        }
        return AlertBoard(
            rules: [
                rule("group.lag", 50_000, hold: 30_000, .critical, .count, opens: "3"),
                rule("topic.dirty-ratio", 0.5, hold: 300_000, .warning, .ratio, opens: "2"),
                rule("group.catchup-eta", 900, hold: 60_000, .warning, .seconds, opens: "3"),
                rule("broker.disk", 0.8, hold: 60_000, .warning, .ratio, opens: "6"),
                rule("topic.silent", 60, hold: 60_000, .warning, .seconds, opens: "2"),
            ],
            instances: [
                instance(
                    "group.lag", "fraud-scorer", .firing(since: now - 139_000), 84_067, changed: now - 139_000,
                    rising),
                instance(
                    "topic.dirty-ratio", "orders-7", .firing(since: now - 651_000), 0.71, changed: now - 651_000,
                    (0..<120).map { 0.5 + 0.21 * Double($0) / 119 }),
                instance(
                    "topic.silent", "shipments", .pending(since: now - 41_000), 64, changed: now - 41_000,
                    wave(2, 64, count: 120, period: 240)),
                instance(
                    "group.catchup-eta", "billing", .quiet, 240, changed: nil, wave(180, 420, count: 120, period: 33)),
                instance(
                    "broker.disk", "/data", .quiet, 0.79, changed: now - 4_221_000,
                    wave(0.7, 0.79, count: 120, period: 70)),
            ],
            history: [
                AlertEvent(
                    at: now - 139_000, kind: .fired, rule: "group.lag", subject: "fraud-scorer",
                    detail: "50.2k > 50k for 30s"),
                AlertEvent(
                    at: now - 651_000, kind: .fired, rule: "topic.dirty-ratio", subject: "orders-7",
                    detail: "50.4% > 50% for 5m"),
                AlertEvent(
                    at: now - 4_221_000, kind: .resolved, rule: "broker.disk", subject: "/data",
                    detail: "79% (was 81% for 12m)"),
                AlertEvent(
                    at: now - 4_941_000, kind: .fired, rule: "broker.disk", subject: "/data",
                    detail: "80.3% > 80% for 60s"),
            ]
        )
    }

    // MARK: - the whole

    package static func runs() -> [CompactionRun] {
        [
            CompactionRun(
                topicPartition: TopicPartition(topic: "orders", partition: 7), phase: .copying, isOnDemand: true,
                bytesDone: 1_932_735_283, bytesTotal: 3_117_275_000, recordsRemoved: 1_204_880,
                bytesRemoved: 496_410_560,
                startedAt: now - 47_000),
            CompactionRun(
                topicPartition: TopicPartition(topic: "payments", partition: 2), phase: .finished, isOnDemand: false,
                bytesDone: 902_000_000, bytesTotal: 902_000_000, recordsRemoved: 88_214, bytesRemoved: 61_204_480,
                startedAt: now - 420_000, endedAt: now - 402_000),
        ]
    }

    package static func snapshot() -> Snapshot {
        let topics = samples.map(topic).sorted { $0.description.name < $1.description.name }
        var status = EmbeddedStatus(
            startedAt: now - 11_520_000, dataDirectory: "/var/lib/weir", flushMode: "commit",
            diskFreeBytes: 225_485_783_040,
            diskTotalBytes: 1_073_741_824_000)
        status.connections = 9
        status.produceRequests = 1_204_331
        status.fetchRequests = 2_881_007
        status.bytesIn = 91_804_221_440
        status.bytesOut = 183_201_114_112
        status.compactionRuns = runs()
        status.recoveryNotes = [
            "payments-3: the tail of segment 00000000000008120044 was cut at byte 40,212,004 (torn batch)"
        ]
        var poll = PollFacts()
        poll.durationMilliseconds = 3.4
        var snapshot = Snapshot(
            sequence: 11_520,
            takenAt: now,
            status: ClusterStatus(
                clusterID: "q1Sh-9_cRBuRZn5fJ8Wc0g",
                brokers: [BrokerDescription(nodeID: 1, host: "127.0.0.1", port: 9092)],
                embedded: status),
            capabilities: [.segments, .exactCleaning, .compaction, .commitTimestamps, .write, .service],
            topics: watched(topics),
            groups: groups(),
            alerts: alerts(),
            bytesIn: Series(values: wave(1_900_000, 4_404_019, count: 600, period: 19)),
            bytesOut: Series(values: wave(1_700_000, 4_194_304, count: 600, period: 21, phase: 5)),
            recordsInPerSecond: topics.compactMap(\.recordsInPerSecond).reduce(0, +),
            recordsOutPerSecond: groups().compactMap(\.recordsOutPerSecond).reduce(0, +),
            poll: poll
        )
        snapshot.compactions = compactions()
        let transactions = transactions()
        hold(&snapshot.topics, by: transactions)
        snapshot.transactions = transactions
        snapshot.service = service()
        return snapshot
    }

    package static func segments(of place: TopicPartition) -> [SegmentDescription] {
        let index = Int(place.partition)
        guard place.topic == "orders", ordersEnd.indices.contains(index) else { return [] }
        let start: Int64 = 7_340_110 + Int64(index) * 917
        let end = ordersEnd[index]
        let span = end - start
        let cuts: [Int64] = [start, start + span * 3 / 10, start + span * 6 / 10, start + span * 9 / 10, end]
        let size: Int64 = samples[0].size / 12
        return (0..<4).map { (number: Int) -> SegmentDescription in
            SegmentDescription(
                baseOffset: cuts[number], nextOffset: cuts[number + 1],
                sizeBytes: number == 3 ? size / 10 : size * 3 / 10,
                largestTimestamp: now - Int64(3 - number) * 86_400_000, isActive: number == 3)
        }
    }

    package static func configuration() -> [ConfigEntry] {
        [
            ConfigEntry(
                name: "cleanup.policy", value: "compact", source: .topic,
                synonyms: [
                    ConfigEntry.Synonym(name: "cleanup.policy", value: "compact", source: .topic),
                    ConfigEntry.Synonym(name: "log.cleanup.policy", value: "delete", source: .defaultValue),
                ],
                documentation: "What frees space: delete drops old segments, compact keeps each key's latest record."),
            ConfigEntry(name: "compression.type", value: "producer", source: .defaultValue),
            ConfigEntry(name: "max.message.bytes", value: "1048588", source: .defaultValue),
            ConfigEntry(name: "min.cleanable.dirty.ratio", value: "0.5", source: .defaultValue),
            ConfigEntry(
                name: "retention.ms", value: "604800000", source: .defaultValue,
                synonyms: [
                    ConfigEntry.Synonym(name: "log.retention.hours", value: "604800000", source: .defaultValue)
                ],
                documentation:
                    "How long records are kept before whole segments of them are deleted; -1 keeps them for ever."),
            ConfigEntry(name: "segment.bytes", value: "536870912", source: .topic),
        ]
    }

    package static func previews(_ places: [TopicPartition], rollActive: Bool) -> [CompactionPreview] {
        places.map { place in
            let count = Int64(1000 + place.partition * 10)
            return CompactionPreview(
                topicPartition: place, recordsBefore: count * 1000, recordsRemoved: count * 410,
                bytesBefore: count * 412_000,
                bytesRemoved: count * 168_920, keysKept: count * 590, tombstonesKept: count,
                holds: rollActive
                    ? [] : [CompactionPreview.Hold(reason: "the active segment", bytes: 53_687_091, records: 130_308)],
                endOffset: 26_000_000)
        }
    }

    /// A record of `orders`.
    package static func record(_ offset: Int64, partition: Int32, at timestamp: Int64) -> FetchedRecord {
        let id = 88_000 + offset % 1000
        var batch = BatchFacts()
        batch.baseOffset = offset - offset % 61
        batch.recordCount = 61
        batch.codec = "gzip"
        batch.leaderEpoch = 4
        let key = Array("us-\(id)".utf8)
        let headers = [
            RecordHeader(name: "trace-id", value: Array("9f2c\(id)e1".utf8)),
            RecordHeader(name: "source", value: Array("checkout".utf8)),
        ]
        switch offset % 5 {
        case 2:
            return FetchedRecord(
                offset: offset, timestamp: timestamp, key: key, value: nil, headers: headers, batch: batch)
        case 4:
            let bytes: [UInt8] = [0, 0, 0, 4, 0xb4, 0x0a, 0x55, 0x53, 0x2d, 0x31, 0x02, 0x7f, 0x80, 0x01]
            return FetchedRecord(
                offset: offset, timestamp: timestamp, key: key, value: bytes, headers: headers, batch: batch)
        default:
            let value =
                #"{"id":\#(id),"total":220.150000000000000001,"cur":"EUR","items":[{"sku":"A-119","n":2},{"sku":"K-7","n":7}],"st":"NEW"}"#
            return FetchedRecord(
                offset: offset, timestamp: timestamp, key: key, value: Array(value.utf8), headers: headers, batch: batch
            )
        }
    }

    /// Records of a partition as a fetch gives them; every seventh millisecond one.
    package static func fetch(_ partition: TopicPartition, from offset: Int64, maxRecords: Int) -> FetchedRecords {
        let end = ordersEnd[Int(partition.partition) % 12]
        let start = max(0, min(offset, end))
        let records = (start..<min(end, start + Int64(maxRecords))).map {
            record(
                $0, partition: partition.partition, at: now - 5 - (end - 1 - $0) * 71 - Int64(partition.partition) * 6)
        }
        return FetchedRecords(
            records: records, nextOffset: (records.last?.offset ?? start - 1) + 1,
            offsets: PartitionOffsets(logStart: 7_340_110, highWatermark: end))
    }
}

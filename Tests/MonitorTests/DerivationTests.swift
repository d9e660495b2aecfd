import AlertRules
import Cluster
import MonitorScript
import SeededNumbers
import Synchronization
import Testing
import WindowedMetrics

@testable import Monitor

@Suite("Derivation")
struct DerivationTests {
    static let partition = TopicPartition(topic: "orders", partition: 0)

    static func moment(_ second: Int64) -> Moment {
        Moment(wallMilliseconds: ScriptedClock.start + second * 1000, monotonicNanoseconds: second * 1_000_000_000)
    }

    /// A poll of one topic and one group.
    static func poll(
        offsets: PartitionOffsets?,
        commit: Int64?,
        topicID: String? = nil,
        group: GroupDescription? = nil,
        problem: String? = nil
    ) -> Poll {
        let partition = PartitionDescription(partition: 0, offsets: offsets, problem: problem)
        let group =
            group
            ?? GroupDescription(
                groupID: "billing",
                state: .stable,
                members: [GroupMember(memberID: "m", clientID: "c", clientHost: "/h", assignment: [Self.partition])],
                commits: commit.map { [CommittedOffset(topicPartition: Self.partition, offset: $0)] } ?? []
            )
        return Poll(
            groups: .success([group]),
            topics: .success([TopicDescription(name: "orders", topicID: topicID, partitions: [partition])]),
            status: .success(ClusterStatus(clusterID: "c", brokers: [])),
            capabilities: []
        )
    }

    static func derivation() -> Derivation { Derivation(settings: MonitorSettings()) }

    @Test("a topic made anew is noticed by its end moving back where there is no topic id")
    func endMovesBack() throws {
        var derivation = Self.derivation()
        for second in 0..<20 as Range<Int64> {
            derivation.take(
                Self.poll(offsets: PartitionOffsets(logStart: 0, highWatermark: 1000 + second * 10), commit: 900),
                at: Self.moment(second)
            )
            _ = derivation.snapshot()
        }
        derivation.take(
            Self.poll(offsets: PartitionOffsets(logStart: 0, highWatermark: 5), commit: 900),
            at: Self.moment(20)
        )
        let row = try #require(derivation.snapshot().groups.first?.partitions.first)
        #expect(row.isAheadOfEnd)
        #expect(row.lag == .records(0, .estimated))
        #expect(row.recordsInPerSecond == nil)
        #expect(row.lagHistory.values == [0])
    }

    @Test("control records at the end of a log are no lag once they have been looked at")
    func controlRecords() throws {
        var derivation = Self.derivation()
        derivation.take(
            Self.poll(offsets: PartitionOffsets(logStart: 0, highWatermark: 101), commit: 100),
            at: Self.moment(0)
        )
        let read = try #require(derivation.pointReads(limit: 8).first)
        #expect(read.offset == 100)
        let nothing = FetchedRecords(
            records: [],
            nextOffset: 101,
            offsets: PartitionOffsets(logStart: 0, highWatermark: 101)
        )
        derivation.apply(.success(nothing), to: read)
        let group = try #require(derivation.snapshot().groups.first)
        #expect(group.lag == .records(0, .exact))
        #expect(group.age == .caughtUp)
        #expect(group.catchUp == .done)

        // A record behind the marker is one record of lag, of its own age.
        derivation.take(
            Self.poll(offsets: PartitionOffsets(logStart: 0, highWatermark: 102), commit: 100),
            at: Self.moment(1)
        )
        let next = try #require(derivation.pointReads(limit: 8).first)
        #expect(next.offset == 101)
        let record = FetchedRecord(offset: 101, timestamp: ScriptedClock.start + 400, key: nil, value: nil)
        let one = FetchedRecords(
            records: [record],
            nextOffset: 102,
            offsets: PartitionOffsets(logStart: 0, highWatermark: 102)
        )
        derivation.apply(.success(one), to: next)
        let later = try #require(derivation.snapshot().groups.first)
        #expect(later.lag == .records(1, .exact))
        #expect(later.age == .milliseconds(600, .exact))
        #expect(derivation.pointReads(limit: 8).isEmpty)
    }

    @Test("without point reads ages are estimated from when the end passed, and never said to be exact")
    func estimates() throws {
        var derivation = Self.derivation()
        // 100 records a second; the group is 500 records, so 5 s, behind.
        for second in 0..<30 as Range<Int64> {
            derivation.take(
                Self.poll(
                    offsets: PartitionOffsets(logStart: 0, highWatermark: 1000 + second * 100),
                    commit: 500 + second * 100
                ),
                at: Self.moment(second)
            )
            let age = try #require(derivation.snapshot().groups.first?.age)
            switch second {
            case 0..<5:
                guard case .milliseconds(let least, .lowerBound) = age else {
                    Issue.record("\(age) at \(second)")
                    continue
                }
                #expect(least <= 5000)
            default: #expect(age == .milliseconds(5000, .estimated))
            }
        }
    }

    @Test("an estimate between two records that were read lies on the line through them")
    func interpolation() throws {
        var derivation = Self.derivation()
        let end = PartitionOffsets(logStart: 0, highWatermark: 10_000)
        for (second, offset) in [(0, 100), (1, 300)] as [(Int64, Int64)] {
            derivation.take(Self.poll(offsets: end, commit: offset), at: Self.moment(second))
            let read = try #require(derivation.pointReads(limit: 1).first)
            let timestamp = ScriptedClock.start - 100_000 + offset * 10
            let record = FetchedRecord(offset: offset, timestamp: timestamp, key: nil, value: nil)
            derivation.apply(
                .success(FetchedRecords(records: [record], nextOffset: offset + 1, offsets: end)), to: read)
            #expect(derivation.snapshot().groups.first?.age.milliseconds == second * 1000 + 100_000 - offset * 10)
        }
        derivation.take(Self.poll(offsets: end, commit: 150), at: Self.moment(2))
        #expect(derivation.snapshot().groups.first?.age == .milliseconds(2000 + 100_000 - 1500, .estimated))
    }

    @Test("a budget of point reads goes round, so that standing groups all become exact")
    func budgetGoesRound() throws {
        var derivation = Self.derivation()
        let end = PartitionOffsets(logStart: 0, highWatermark: 1000)
        let partitions = (0..<10).map { PartitionDescription(partition: $0, offsets: end) }
        let groups = ["a", "b"].map { id in
            GroupDescription(
                groupID: id,
                state: .empty,
                commits: (0..<10 as Range<Int32>).map {
                    let name = TopicPartition(topic: "orders", partition: $0)
                    return CommittedOffset(topicPartition: name, offset: id == "a" ? 10 : 20)
                }
            )
        }
        let poll = Poll(
            groups: .success(groups),
            topics: .success([TopicDescription(name: "orders", partitions: partitions)]),
            status: .failure(.unavailable("no answer")),
            capabilities: []
        )
        var reads = 0
        var last: Snapshot?
        for second in 0..<7 as Range<Int64> {
            derivation.take(poll, at: Self.moment(second))
            let wanted = derivation.pointReads(limit: 3)
            #expect(wanted.count <= 3)
            for read in wanted {
                reads += 1
                let record = FetchedRecord(
                    offset: read.offset,
                    timestamp: ScriptedClock.start - read.offset,
                    key: nil,
                    value: nil
                )
                let found = FetchedRecords(records: [record], nextOffset: read.offset + 1, offsets: end)
                derivation.apply(.success(found), to: read)
            }
            last = derivation.snapshot()
        }
        #expect(reads == 20)
        for group in try #require(last).groups {
            for row in group.partitions {
                #expect(row.age == .milliseconds(6000 + (group.description.groupID == "a" ? 10 : 20), .exact))
            }
        }
    }

    @Test("a group that is read with a problem keeps its figures, marked, with the reason")
    func groupProblem() throws {
        var derivation = Self.derivation()
        let end = PartitionOffsets(logStart: 0, highWatermark: 1000)
        derivation.take(Self.poll(offsets: end, commit: 900), at: Self.moment(0))
        #expect(derivation.snapshot().groups.first?.lag == .records(100, .exact))
        let broken = GroupDescription(groupID: "billing", state: .unknown, problem: "the coordinator is loading")
        derivation.take(Self.poll(offsets: end, commit: nil, group: broken), at: Self.moment(3))
        let snapshot = derivation.snapshot()
        let group = try #require(snapshot.groups.first)
        #expect(group.lag == .records(100, .exact))
        #expect(group.staleSince == ScriptedClock.start)
        #expect(group.description.state == .stable)
        #expect(group.description.problem == "the coordinator is loading")
        #expect(snapshot.poll.problems == ["group billing: the coordinator is loading"])
    }

    @Test("what is unknown from the first is unknown with its reason, not zero")
    func unknownFromTheFirst() throws {
        var derivation = Self.derivation()
        derivation.take(Self.poll(offsets: nil, commit: 900, problem: "no leader"), at: Self.moment(0))
        let group = try #require(derivation.snapshot().groups.first)
        #expect(group.lag == .unknown("no leader"))
        #expect(group.age == .unknown("no leader"))
        #expect(group.catchUp == .unknown)

        var blind = Self.derivation()
        var poll = Self.poll(offsets: nil, commit: 900)
        poll.topics = .failure(.unavailable("metadata timed out"))
        blind.take(poll, at: Self.moment(0))
        let snapshot = blind.snapshot()
        #expect(snapshot.groups.first?.lag == .unknown("metadata timed out"))
        #expect(snapshot.poll.problems == ["topics: metadata timed out"])
        #expect(snapshot.recordsInPerSecond == nil)
    }

    @Test("histories of vanished topics and groups are dropped after ten minutes, not while polls fail")
    func forgetting() {
        var derivation = Self.derivation()
        let end = PartitionOffsets(logStart: 0, highWatermark: 1000)
        derivation.take(Self.poll(offsets: end, commit: 900), at: Self.moment(0))
        _ = derivation.snapshot()
        var failed = Self.poll(offsets: end, commit: 900)
        failed.topics = .failure(.unavailable("gone"))
        failed.groups = .failure(.unavailable("gone"))
        derivation.take(failed, at: Self.moment(700))
        #expect(derivation.snapshot().groups.count == 1)
        let empty = Poll(
            groups: .success([]),
            topics: .success([]),
            status: .success(ClusterStatus(clusterID: "c", brokers: [])),
            capabilities: []
        )
        derivation.take(Self.poll(offsets: end, commit: 900), at: Self.moment(701))
        derivation.take(empty, at: Self.moment(702))
        #expect(derivation.snapshot().groups.isEmpty)
        #expect(derivation.topics.count == 1 && derivation.groups.count == 1)
        derivation.take(empty, at: Self.moment(1302))
        #expect(derivation.topics.isEmpty && derivation.groups.isEmpty)
        #expect(derivation.topicPlaces.isEmpty && derivation.groupPlaces.isEmpty)
    }

    @Test("a commit for a topic that is gone has an unknown lag, and the reason names the partition")
    func deletedTopic() {
        var derivation = Self.derivation()
        var poll = Self.poll(offsets: PartitionOffsets(logStart: 0, highWatermark: 1000), commit: 900)
        derivation.take(poll, at: Self.moment(0))
        _ = derivation.snapshot()
        poll.topics = .success([])
        derivation.take(poll, at: Self.moment(1))
        let group = derivation.snapshot().groups.first
        #expect(group?.lag == .unknown("orders-0 does not exist"))
        #expect(group?.staleSince == nil)
    }

    @Test("hostile offsets neither trap nor give a negative lag")
    func hostileOffsets() {
        var derivation = Self.derivation()
        let extremes: [Int64] = [Int64.min, -1, 0, 1, Int64.max - 1, Int64.max]
        var second: Int64 = 0
        for start in extremes {
            for end in extremes {
                for commit in extremes {
                    second += 1
                    let offsets = PartitionOffsets(logStart: start, highWatermark: end)
                    derivation.take(Self.poll(offsets: offsets, commit: commit), at: Self.moment(second))
                    for read in derivation.pointReads(limit: 4) {
                        let record = FetchedRecord(offset: commit, timestamp: start, key: nil, value: nil)
                        let found = FetchedRecords(records: [record], nextOffset: end, offsets: offsets)
                        derivation.apply(.success(found), to: read)
                    }
                    let group = derivation.snapshot().groups.first
                    #expect(group?.lag.records ?? 0 >= 0)
                    #expect(group?.age.milliseconds ?? 0 >= 0)
                }
            }
        }
    }
}

@Suite("Catch-up verdicts")
struct CatchUpVerdictTests {
    /// Plays a consumer of constant speed that commits periodically; gives the verdict of every poll.
    static func verdicts(
        arriving: Double,
        handled: Double,
        startLag: Double,
        commitEvery: Double,
        seconds: Int,
        random: inout SeededGenerator
    ) -> [CatchUp] {
        var derivation = DerivationTests.derivation()
        var end = startLag
        var position = 0.0
        var commit = 0.0
        var lastCommit = 0.0
        var time = 0.0
        var verdicts: [CatchUp] = []
        for _ in 0..<seconds {
            let step = Double.random(in: 0.95...1.1, using: &random)
            time += step
            end += arriving * step * Double.random(in: 0.8...1.2, using: &random)
            position = min(position + handled * step * Double.random(in: 0.8...1.2, using: &random), end)
            if time - lastCommit >= commitEvery {
                lastCommit = time
                commit = position
            }
            let now = Moment(
                wallMilliseconds: Int64(time * 1000),
                monotonicNanoseconds: Int64(time * 1e9)
            )
            let offsets = PartitionOffsets(logStart: 0, highWatermark: Int64(end))
            derivation.take(DerivationTests.poll(offsets: offsets, commit: Int64(commit)), at: now)
            verdicts.append(derivation.snapshot().groups.first?.catchUp ?? .unknown)
        }
        return verdicts
    }

    static func kind(_ verdict: CatchUp) -> String {
        if case .after = verdict { "after" } else { "\(verdict)" }
    }

    @Test("a group that falls behind from its first second is not called steady", arguments: 0..<8)
    func fallingFromTheStart(round: UInt64) {
        let seed = 0xFA11_0000 + round
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        let arriving = Double.random(in: 50...2000, using: &random)
        let falling = Self.verdicts(
            arriving: arriving,
            handled: arriving * Double.random(in: 0.2...0.6, using: &random),
            startLag: 0,
            commitEvery: Double.random(in: 0.5...2, using: &random),
            seconds: 60,
            random: &random
        )
        #expect(!falling.contains(.steady))
        #expect(Set(falling.dropFirst(25).map(Self.kind)) == ["never"])
    }

    @Test("a verdict does not flap, whatever the cadence of commits", arguments: 0..<12)
    func steadyVerdicts(round: UInt64) {
        let seed = 0xCA7C_0000 + round
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        let arriving = Double.random(in: 20...2000, using: &random)
        let every = Double.random(in: 0.5...12, using: &random)

        let keeping = Self.verdicts(
            arriving: arriving,
            handled: arriving * 3,
            startLag: 0,
            commitEvery: every,
            seconds: 900,
            random: &random
        )
        #expect(Set(keeping.dropFirst(90).map(Self.kind)).isSubset(of: ["done", "steady"]))

        let losing = Self.verdicts(
            arriving: arriving,
            handled: arriving * Double.random(in: 0...0.7, using: &random),
            startLag: arriving * 60,
            commitEvery: every,
            seconds: 900,
            random: &random
        )
        #expect(Set(losing.dropFirst(90).map(Self.kind)) == ["never"])

        let closing = Self.verdicts(
            arriving: arriving,
            handled: arriving * Double.random(in: 1.4...3, using: &random),
            startLag: arriving * 400,
            commitEvery: every,
            seconds: 1200,
            random: &random
        )
        var changes = closing.dropFirst(90).map(Self.kind)
        changes = zip([""] + changes, changes).filter { $0 != $1 }.map(\.1)
        #expect(changes.first == "after" || changes.first == "steady")
        #expect(!changes.contains("never") && !changes.contains("unknown"))
        #expect(changes.filter { $0 == "after" }.count <= 1)
    }
}

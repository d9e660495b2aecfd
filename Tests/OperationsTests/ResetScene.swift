import Cluster
import Operations
import SeededNumbers

/// A state of groups and logs with a request, and what Kafka's rules make of it, said as plainly as can be.
struct ResetScene {
    /// What a row must say.
    struct Line: Equatable {
        var group: String
        var partition: TopicPartition
        var old: Int64?
        var new: Int64
        var warns: Bool

        init(group: String, partition: TopicPartition, old: Int64?, new: Int64, warns: Bool) {
            (self.group, self.partition, self.old, self.new, self.warns) = (group, partition, old, new, warns)
        }

        init(_ row: ResetPlan.Row) {
            self.init(
                group: row.group, partition: row.topicPartition, old: row.oldOffset, new: row.newOffset,
                warns: row.warning != nil)
        }
    }

    var request: ResetRequest
    var facts: ResetFacts

    /// Group `billing` at 20 of `orders-0`, whose log holds 4 to 30.
    static var fixed: ResetScene {
        let partition = TopicPartition(topic: "orders", partition: 0)
        let billing = GroupDescription(
            groupID: "billing", state: .empty, commits: [CommittedOffset(topicPartition: partition, offset: 20)])
        return ResetScene(
            request: ResetRequest(groups: ["billing"], scope: .topics([ResetTopic("orders")]), scenario: .earliest),
            facts: ResetFacts(
                groups: ["billing": billing], partitions: ["orders": [0]],
                bounds: [partition: .success(PartitionOffsets(logStart: 4, highWatermark: 30))],
                found: [partition: .success(nil)]))
    }

    /// Any scene: groups in every state, one that is missing, commits inside and outside the logs, every scenario and scope.
    static func random(_ random: inout SeededRandom) -> ResetScene {
        var facts = ResetFacts()
        let topics = ["a", "b, with \"care\"", "c"].prefix(random.number(1...3))
        for topic in topics {
            let count = Int32(random.number(1...4))
            facts.partitions[topic] = Array(0..<count)
            for number in 0..<count {
                let partition = TopicPartition(topic: topic, partition: number)
                let start = Int64(random.number(0...50))
                let end = start + Int64(random.number(0...50))
                facts.bounds[partition] = .success(PartitionOffsets(logStart: start, highWatermark: end))
                facts.found[partition] = .success(random.chance(3) ? nil : start + (end - start) / 2)
            }
        }
        let all = facts.bounds.keys.sorted()
        let groups = ["g1", "g,2", "g3"].prefix(random.number(1...3))
        for group in groups where !random.chance(6) {
            let state: GroupState = random.chance(4) ? GroupState.allCases[random.number(0...7)] : .empty
            let commits = all.filter { _ in !random.chance(5) }.map {
                CommittedOffset(topicPartition: $0, offset: Int64(random.number(0...130)))
            }
            facts.groups[group] = GroupDescription(groupID: group, state: state, commits: commits)
        }
        let request = Self.request(Array(groups), all, &random)
        return ResetScene(request: request, facts: facts)
    }

    private static func request(
        _ groups: [String], _ all: [TopicPartition], _ random: inout SeededRandom
    ) -> ResetRequest {
        let names: [String]? = random.chance(4) ? nil : groups
        if random.chance(12) {
            let before = all.filter { _ in !random.chance(2) }.map { ($0, Int64(random.number(0...130))) }
            let file = UndoFile(
                group: groups[0], writtenAt: 0, path: "", before: Dictionary(uniqueKeysWithValues: before),
                after: Dictionary(uniqueKeysWithValues: all.map { ($0, 1) }))
            // Now and then it is another group's.
            return ResetRequest(groups: [random.chance(8) ? "other" : groups[0]], scope: .file, scenario: .undo(file))
        }
        if random.chance(6) {
            var offsets: [String: [TopicPartition: Int64]] = [:]
            for group in groups where !random.chance(8) {
                offsets[group] = Dictionary(
                    uniqueKeysWithValues: all.filter { _ in !random.chance(2) }.map {
                        ($0, Int64(random.number(0...130)))
                    })
            }
            return ResetRequest(groups: names, scope: .file, scenario: .file(ResetFile(offsets)))
        }
        let scenario: ResetScenario =
            switch random.number(0...5) {
            case 0: .earliest
            case 1: .latest
            case 2: .offset(Int64(random.number(0...130)))
            case 3: .shift(Int64(random.number(0...120)) - 60)
            case 4: .time(Int64(random.number(0...1000)))
            default: .current
            }
        if random.chance(3) { return ResetRequest(groups: names, scope: .committed, scenario: scenario) }
        // The same topic may be named twice, whole and in part.
        var selections = [ResetTopic(all[0].topic, partitions: random.chance(2) ? nil : [0])]
        for partition in all where random.chance(3) {
            selections.append(ResetTopic(partition.topic, partitions: [partition.partition, partition.partition]))
        }
        if random.chance(12) { selections.append(ResetTopic("missing", partitions: random.chance(2) ? nil : [0])) }
        return ResetRequest(groups: names, scope: .topics(selections), scenario: scenario)
    }

    private var groupNames: [String] { (request.groups ?? Array(facts.groups.keys)).sorted() }

    /// Groups that Kafka would not touch.
    var activeGroups: [String] {
        groupNames.filter { group in facts.groups[group].map { $0.state != .empty && $0.state != .dead } ?? false }
    }

    /// The rows that must come out, or nil when the whole plan must be refused.
    func expected() -> [Line]? {
        var lines: [Line] = []
        for group in groupNames where !activeGroups.contains(group) {
            guard let targets = targets(of: group) else { return nil }
            for (partition, fromFile) in targets.sorted(by: { $0.key < $1.key }) {
                guard case .success(let log)? = facts.bounds[partition] else { return nil }
                let old = facts.groups[group]?.commits.first { $0.topicPartition == partition }?.offset
                let asked: Int64
                var warns = false
                switch request.scenario {
                case .earliest: asked = log.logStart
                case .latest: asked = log.highWatermark
                case .offset(let offset): asked = offset
                case .shift(let count):
                    guard let old else { return nil }
                    asked = old + count
                case .time:
                    let found = (try? facts.found[partition]?.get()) ?? nil
                    asked = found ?? log.highWatermark
                    warns = found == nil
                case .current:
                    lines.append(
                        Line(group: group, partition: partition, old: old, new: old ?? log.highWatermark, warns: false))
                    continue
                case .file, .undo:
                    guard let fromFile else { return nil }
                    asked = fromFile
                }
                let new = min(max(asked, log.logStart), log.highWatermark)
                lines.append(Line(group: group, partition: partition, old: old, new: new, warns: warns || new != asked))
            }
        }
        return lines
    }

    /// The partitions of a group with the offset the file names for each; nil when something named is not there.
    private func targets(of group: String) -> [TopicPartition: Int64?]? {
        var targets: [TopicPartition: Int64?] = [:]
        switch request.scope {
        case .committed:
            for commit in facts.groups[group]?.commits ?? [] { targets[commit.topicPartition] = .some(nil) }
        case .topics(let selections):
            for selection in selections {
                guard let numbers = selection.partitions ?? facts.partitions[selection.topic] else { return nil }
                for number in numbers {
                    targets[TopicPartition(topic: selection.topic, partition: number)] = .some(nil)
                }
            }
        case .file:
            let named: [TopicPartition: Int64]? =
                switch request.scenario {
                case .file(let file): file.offsets[group]
                case .undo(let file): file.group == group ? file.before : nil
                default: nil
                }
            guard let named else { return nil }
            for (partition, offset) in named { targets[partition] = .some(offset) }
        }
        return targets
    }
}

/// Draws that are the same for the same seed.
struct SeededRandom {
    private var numbers: SeededGenerator

    init(seed: UInt64) { numbers = SeededGenerator(seed: seed) }

    mutating func number(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(numbers.next() % UInt64(range.count))
    }

    /// True once in `count` times.
    mutating func chance(_ count: UInt64) -> Bool { numbers.next() % count == 0 }
}

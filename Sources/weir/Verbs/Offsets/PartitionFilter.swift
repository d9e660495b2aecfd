import ArgumentParser
import Cluster

/// Topics with some of their partitions, as `kafka-get-offsets.sh --topic-partitions` names them: `orders:0,payments:1-3,clicks`.
///
/// The topic is a pattern, none means any; a range ends before its upper bound, either bound may be left out.
struct PartitionFilter: Sendable, ExpressibleByArgument {
    /// One part of the list.
    struct Rule: Sendable {
        /// The part as given.
        var source: String
        /// The topics; nil for all.
        var topic: TopicPattern?
        /// The partitions.
        var partitions: Range<Int32>
    }

    /// The parts, in order.
    let rules: [Rule]

    /// Reads a list; nil where a part has another form.
    init?(argument: String) {
        var rules: [Rule] = []
        for part in argument.split(separator: ",", omittingEmptySubsequences: false) {
            guard let rule = Rule(part) else { return nil }
            rules.append(rule)
        }
        self.rules = rules
    }

    /// The partitions that some rule names, and the rules that name none.
    func choose(among topics: [TopicDescription]) -> (partitions: Set<TopicPartition>, unmatched: [String]) {
        var chosen: Set<TopicPartition> = []
        var unmatched: [String] = []
        for rule in rules {
            let names = rule.topic?.matches(among: topics.map(\.name))
            let partitions = topics.filter { names?.contains($0.name) ?? true }.flatMap { topic in
                topic.partitions.filter { rule.partitions.contains($0.partition) }.map {
                    TopicPartition(topic: topic.name, partition: $0.partition)
                }
            }
            if partitions.isEmpty { unmatched.append(rule.source) }
            chosen.formUnion(partitions)
        }
        return (chosen, unmatched)
    }
}

extension PartitionFilter.Rule {
    init?(_ text: Substring) {
        source = String(text)
        let halves = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        if halves[0].isEmpty {
            topic = nil
        } else {
            guard let pattern = TopicPattern(argument: String(halves[0])) else { return nil }
            topic = pattern
        }
        let every = Int32(0)..<Int32.max
        guard halves.count == 2, !halves[1].isEmpty else {
            partitions = every
            return
        }
        let bounds = halves[1].split(separator: "-", omittingEmptySubsequences: false)
        func number(_ text: Substring, else missing: Int32) -> Int32? {
            text.isEmpty ? missing : Int32(text).flatMap { $0 >= 0 ? $0 : nil }
        }
        guard bounds.count <= 2, let lower = number(bounds[0], else: 0) else { return nil }
        guard bounds.count == 2 else {
            guard lower < Int32.max else { return nil }
            partitions = lower..<lower + 1
            return
        }
        guard let upper = number(bounds[1], else: Int32.max), lower <= upper else { return nil }
        partitions = lower..<upper
    }
}

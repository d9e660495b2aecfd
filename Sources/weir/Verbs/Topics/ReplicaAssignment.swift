import ArgumentParser

/// Where the replicas of each partition go: `1:2,2:3` puts partition 0 on brokers 1 and 2, partition 1 on 2 and 3.
struct ReplicaAssignment: Sendable, Equatable, ExpressibleByArgument {
    /// Node ids by partition, the preferred leader first.
    let replicas: [[Int32]]

    /// Reads an assignment; nil for anything else than node ids, the same number for each partition and none twice.
    init?(argument: String) {
        var replicas: [[Int32]] = []
        for partition in argument.split(separator: ",", omittingEmptySubsequences: false) {
            var brokers: [Int32] = []
            for text in partition.split(separator: ":", omittingEmptySubsequences: false) {
                guard let broker = Int32(text.filter { $0 != " " }), broker >= 0, !brokers.contains(broker) else {
                    return nil
                }
                brokers.append(broker)
            }
            guard brokers.count == replicas.first?.count ?? brokers.count else { return nil }
            replicas.append(brokers)
        }
        self.replicas = replicas
    }
}

import ArgumentParser
import Cluster

/// Which groups a verb is about: by name, or all of them.
struct GroupChoice: ParsableArguments {
    @Argument(help: "The groups.", completion: .groups)
    var names: [String] = []

    @Option(name: .customLong("group"), help: "A group; may be given again.", completion: .groups)
    var group: [String] = []

    @Flag(help: "All groups.")
    var allGroups = false

    func validate() throws {
        guard allGroups != !(names + group).isEmpty else {
            throw ValidationError("name a group, or say --all-groups; one of the two")
        }
    }

    /// The groups named, each once in the order given; nil for all.
    var wanted: [String]? {
        guard !allGroups else { return nil }
        var seen: Set<String> = []
        return (names + group).filter { seen.insert($0).inserted }
    }

    /// The groups, in the order in which they were named.
    ///
    /// - Parameter whenMissing: Is told of each group that does not exist.
    func find(
        on cluster: any Cluster, whenMissing: (String) throws -> Void
    ) async throws -> [GroupDescription] {
        let found = try await cluster.groups(named: wanted)
        guard let wanted else { return found }
        let byName = Dictionary(found.map { ($0.groupID, $0) }, uniquingKeysWith: { $1 })
        var groups: [GroupDescription] = []
        for name in wanted {
            // Kafka tells of a group that is not there as of a dead one.
            if let group = byName[name], group.state != .dead { groups.append(group) } else { try whenMissing(name) }
        }
        return groups
    }
}

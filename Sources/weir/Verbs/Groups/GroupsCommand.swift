import ArgumentParser
import Cluster

/// `weir groups`: consumer groups, their members and their committed offsets.
struct GroupsCommand: VerbGroup {
    static let configuration = CommandConfiguration(
        commandName: "groups",
        abstract: "Lists and describes consumer groups, moves and deletes their offsets, deletes groups.",
        subcommands: [
            GroupsList.self, GroupsDescribe.self, GroupsMembers.self, GroupsState.self, GroupsReset.self,
            GroupsDeleteOffsets.self, GroupsDelete.self,
        ]
    )
}

/// `weir groups list`: the names of the groups.
struct GroupsList: ShellVerb {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Lists consumer groups.",
        discussion: "JSON: a list of objects with group, type, state and protocolType.\n\n\(VerbFailure.help)"
    )

    @OptionGroup var reach: ClusterOptions
    @OptionGroup var format: OutputOptions

    @Option(
        defaultAsFlag: Choice<GroupState>.all,
        help: ArgumentHelp("Shows states; with a list only the groups in these.", valueName: "state,…"))
    var state: Choice<GroupState>?

    @Option(
        defaultAsFlag: Choice<GroupType>.all,
        help: ArgumentHelp("Shows types; with a list only groups of these: classic, consumer.", valueName: "type,…"))
    var type: Choice<GroupType>?

    func run(on cluster: any Cluster, _ shell: Shell) async throws {
        let groups = try await cluster.groups().filter {
            (state?.contains($0.state) ?? true) && (type?.contains($0.type) ?? true)
        }
        if format.json {
            try shell.json(
                .array(
                    groups.map {
                        [
                            "group": .string($0.groupID), "type": .string($0.type.rawValue),
                            "state": .string($0.state.rawValue), "protocolType": .string($0.protocolType),
                        ]
                    }))
        } else {
            try shell.lines(
                GroupTables.list(groups, showsTypes: type != nil, showsStates: state != nil))
        }
    }
}

/// Some of an enumeration's cases by name, or all of them.
struct Choice<Case: CaseIterable & RawRepresentable & Equatable & Sendable>: ExpressibleByArgument, Sendable, Equatable
where Case.RawValue == String {
    /// The cases chosen; nil for all.
    private let cases: [Case]?

    /// Every case, also those that have no name here.
    static var all: Choice { Choice(cases: nil) }

    private init(cases: [Case]?) { self.cases = cases }

    /// Reads `stable,empty`, whatever the letters' case; nil where a name is none of them.
    init?(argument: String) {
        var cases: [Case] = []
        for name in argument.split(separator: ",", omittingEmptySubsequences: false) {
            let wanted = name.lowercased().filter { $0 != " " }
            guard let found = Case.allCases.first(where: { $0.rawValue.lowercased() == wanted }) else { return nil }
            cases.append(found)
        }
        self.cases = cases
    }

    var defaultValueDescription: String {
        cases.map { $0.map(\.rawValue).joined(separator: ",") } ?? "all"
    }

    static var allValueStrings: [String] { Case.allCases.map(\.rawValue) }

    /// Whether a case is chosen.
    func contains(_ one: Case) -> Bool { cases?.contains(one) ?? true }
}

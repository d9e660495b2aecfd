import AlertRules
import Foundation

/// The state of a cluster's alert rules as a small JSON file in Weir's own folder, `rules-<cluster id>.json`.
struct RuleStateFile: Sendable {
    private struct Contents: Codable {
        var version = 1
        var cluster: String
        var state: KeptRuleState
    }

    /// Where it lies.
    var path: String { file.path }
    private let file: KeptRuleFile
    private let cluster: String

    /// The file of a cluster in a folder, which need not exist yet.
    init(folder: String, cluster: String) {
        self.cluster = cluster
        file = KeptRuleFile("rules-\(FileNames.plain(cluster)).json", in: folder, of: .state, limit: 64 << 20)
    }

    /// Reads what is kept; nil where there is no file.
    ///
    /// - Throws: `RuleStateError`; one that cannot be understood was set aside.
    func load() throws(RuleStateError) -> KeptRuleState? {
        try file.load { data in
            let contents = try JSONDecoder().decode(Contents.self, from: data)
            guard contents.cluster == cluster else { throw CocoaError(.fileReadCorruptFile) }
            return contents.state
        }
    }

    /// Writes a state in place of what was kept.
    ///
    /// - Throws: `RuleStateError.unwritable`; what stood there before stands there still.
    func save(_ state: KeptRuleState) throws(RuleStateError) {
        try file.save {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return try encoder.encode(Contents(cluster: cluster, state: state))
        }
    }
}

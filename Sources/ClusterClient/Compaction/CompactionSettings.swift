import Cluster

/// The topic settings that make Kafka's cleaner take a log soon, and what puts them back.
///
/// Kafka's protocol has no request for a compaction. What it has is the cleaner's own rule: a log is taken when
/// `cleanable ÷ (clean + cleanable)` is above `min.cleanable.dirty.ratio` (`LogCleanerManager`), and its active segment is never
/// taken before it has rolled. So the ratio is lowered and, if asked, `segment.ms` too, for a while.
enum CompactionSettings {
    /// Segments older than this roll at the next append, milliseconds: short enough to wait for, long enough not to litter.
    static let rollMilliseconds: Int64 = 5000

    /// The changes for a topic; empty where its own settings ask for as much already.
    ///
    /// - Parameters:
    ///   - entries: The topic's effective settings.
    ///   - rollActive: Has the active segment roll, too, at the next append.
    /// - Throws: `.invalid` for a topic that is not compacted.
    static func plan(
        topic: String, _ entries: [ConfigEntry], rollActive: Bool
    ) throws(ClusterError) -> [TemporarySetting] {
        let policy = entries.first { $0.name == "cleanup.policy" }?.value ?? ""
        guard policy.split(separator: ",").contains(where: { $0.allSatisfy { $0 != " " } && $0 == "compact" }) else {
            throw .invalid("\(topic) is not compacted: its cleanup.policy is \(policy.isEmpty ? "unknown" : policy)")
        }
        var wanted = [("min.cleanable.dirty.ratio", "0.0")]
        if rollActive { wanted.append(("segment.ms", "\(rollMilliseconds)")) }
        return wanted.compactMap { name, temporary in
            let entry = entries.first { $0.name == name }
            guard !isEnough(entry?.value, temporary) else { return nil }
            return TemporarySetting(
                name: name, original: entry?.source == .topic ? entry?.value : nil, temporary: temporary)
        }
    }

    /// Whether a value is as low as the temporary one already.
    private static func isEnough(_ value: String?, _ temporary: String) -> Bool {
        guard let value = value.flatMap(Double.init), let temporary = Double(temporary) else { return false }
        return value <= temporary
    }

    /// What puts the settings back.
    struct Restoration: Equatable {
        /// The changes to make.
        var changes: [ConfigChange] = []
        /// Settings that somebody else has changed meanwhile, a sentence each; they are left alone.
        var conflicts: [String] = []
    }

    /// Puts each setting back exactly as it was, unless somebody changed it meanwhile or it is back already.
    static func restoration(of settings: [TemporarySetting], _ entries: [ConfigEntry]) -> Restoration {
        var restoration = Restoration()
        for setting in settings {
            let entry = entries.first { $0.name == setting.name }
            let override = entry?.source == .topic ? entry?.value : nil
            if override == setting.original { continue }
            guard let override, isSame(override, setting.temporary) else {
                restoration.conflicts.append(
                    "\(setting.name) is \(override ?? "unset") now, which Weir did not set; it stays")
                continue
            }
            restoration.changes.append(
                setting.original.map { ConfigChange(setting.name, .set, $0) } ?? ConfigChange(setting.name, .delete))
        }
        return restoration
    }

    /// Brokers may print a number otherwise than it was written (`0.0`, `0`).
    private static func isSame(_ left: String, _ right: String) -> Bool {
        left == right || (Double(left).map { $0 == Double(right) } ?? false)
    }
}

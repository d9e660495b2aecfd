import AlertRules
import Cluster
import Console
import Foundation
import Operations

/// What the console keeps below Weir's own directory, each change of it an event of the audit log first.
///
/// The operator's marks on alerts are a projection of that log: the newest event tells them all, and the file beside it only what
/// was there before there was a log. Settings of the look are noted in the log and live in their file, which all clusters share.
struct KeptState: Sendable {
    private let audit: AuditLog
    private let settingsFile: SettingsFile
    private let marksFile: AlertMarksFile

    /// How many events are looked through for the newest marks.
    private static let depth = 2_000
    private static let marksName = "marks"

    /// What is kept in a folder.
    init(in stateDirectory: String, audit: AuditLog) {
        self.audit = audit
        settingsFile = SettingsFile(stateDirectory: stateDirectory)
        marksFile = AlertMarksFile(folder: stateDirectory)
    }

    /// The settings, and a word about a file that was not understood.
    func settings() -> (settings: KeptSettings, warning: String?) { settingsFile.load() }

    /// Keeps settings. Which commands were run is no setting, and makes no event.
    func keep(_ settings: KeptSettings) throws(SettingsError) {
        let before = KeptSettings(columns: settingsFile.load().settings.columns)
        let after = KeptSettings(columns: settings.columns)
        if before != after {
            let act = AuditAct(
                .settings, "console", "change what the console remembers",
                before: ["settings": SettingsFile.text(before)], after: ["settings": SettingsFile.text(after)])
            do throws(ClusterError) { try note(act) } catch { throw .cannotWrite(settingsFile.path, "\(error)") }
        }
        try settingsFile.save(settings)
    }

    /// The marks on a cluster's alerts, as the newest event tells them, or else the file.
    func alertMarks(cluster: String) throws(AlertMarksError) -> AlertMarks {
        let audit = audit
        // Where the log cannot be read, the file is the next best; keeping marks then says that the log is broken.
        let newest = try? awaiting { () async throws(ClusterError) in try await audit.newest(Self.depth) }
        let event = newest?.events.first { $0.act == AuditAct.Name.alertMarks.rawValue && $0.cluster == cluster }
        if let text = event?.after[Self.marksName], let marks = Self.marks(text) { return marks }
        return try marksFile.load(cluster: cluster)
    }

    /// Keeps marks on a cluster's alerts.
    ///
    /// - Returns: Where a file that could not be understood was set aside; nil when there was none.
    func keep(_ marks: AlertMarks, cluster: String) throws(AlertMarksError) -> String? {
        let before = try? alertMarks(cluster: cluster)
        let act = AuditAct(
            .alertMarks, "alerts", before.map { marks.change(since: $0) } ?? "change the marks on alerts",
            before: before.flatMap(Self.text).map { [Self.marksName: $0] } ?? [:],
            after: Self.text(marks).map { [Self.marksName: $0] } ?? [:])
        do throws(ClusterError) { try note(act) } catch {
            throw .unwritable(path: marksFile.path(cluster: cluster), reason: "\(error)")
        }
        return try marksFile.save(marks, cluster: cluster)
    }

    private func note(_ act: AuditAct) throws(ClusterError) {
        let audit = audit
        try awaiting { () async throws(ClusterError) in try await audit.note(act) }
    }

    private static func text(_ marks: AlertMarks) -> String? {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(marks)).map { String(decoding: $0, as: UTF8.self) }
    }

    private static func marks(_ text: String) -> AlertMarks? {
        try? JSONDecoder().decode(AlertMarks.self, from: Data(text.utf8))
    }
}

extension AlertMarks {
    /// What was done since earlier marks, in words.
    fileprivate func change(since before: AlertMarks) -> String {
        func words(_ mutes: [Mute]) -> String {
            mutes.map { "\($0.rule ?? "all") of \($0.subject ?? "all")" + ($0.reason.isEmpty ? "" : " (\($0.reason))") }
                .joined(separator: ", ")
        }
        let muted = mutes.filter { !before.mutes.contains($0) }
        let unmuted = before.mutes.filter { !mutes.contains($0) }
        let known = Set(acknowledgements.map(\.alert)).subtracting(before.acknowledgements.map(\.alert)).sorted()
        let unknown = Set(before.acknowledgements.map(\.alert)).subtracting(acknowledgements.map(\.alert)).sorted()
        let parts = [
            muted.isEmpty ? nil : "mute \(words(muted))", unmuted.isEmpty ? nil : "end the mute of \(words(unmuted))",
            known.isEmpty ? nil : "acknowledge \(known.joined(separator: ", "))",
            unknown.isEmpty ? nil : "end the acknowledgement of \(unknown.joined(separator: ", "))",
        ]
        let said = parts.compactMap { $0 }.joined(separator: "; ")
        return said.isEmpty ? "keep the marks on alerts" : said
    }
}

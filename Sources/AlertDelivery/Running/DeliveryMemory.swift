import Foundation

/// What receivers were told, in a file of Weir's state directory, so that a restart tells nobody the same again.
///
/// ```json
/// {"firing": [{"labels": {…}, "annotations": {…}, "startsAt": 0}],
///  "receivers": {"ops": [{"group": {…}, "last": {"at": 0, "firing": ["0123456789abcdef"], "resolved": []}}]}, "version": 1}
/// ```
package struct DeliveryMemory: Sendable {
    /// What is kept.
    struct Kept: Codable, Equatable {
        var version = 1
        /// Alerts that fired.
        var firing: [DeliverableAlert] = []
        /// What each receiver was told, by its name.
        var receivers: [String: NotificationLog] = [:]
    }

    /// The largest file that is read, bytes.
    private static let maxBytes = 64 << 20

    /// The file's path.
    package let path: String

    /// The memory of one cluster's alerts below a folder.
    ///
    /// - Parameter cluster: Its id; nil where the folder belongs to one cluster alone.
    package init(in folder: String, cluster: String? = nil) {
        // Ids are UUIDs in base64, but a peer may say anything.
        let name = cluster.map {
            "-" + $0.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? String($0) : "_" }.joined()
        }
        path = "\(folder)/notifications\(name ?? "").json"
    }

    /// What was kept; nothing where there is no file.
    ///
    /// - Throws: `DeliveryFailure` for a file that cannot be read or understood; it is set aside as `.unreadable`.
    func load() throws(DeliveryFailure) -> Kept {
        guard FileManager.default.fileExists(atPath: path) else { return Kept() }
        do {
            let data = try Data(contentsOf: URL(filePath: path))
            guard data.count <= Self.maxBytes else {
                throw DeliveryFailure("\(path) has more than \(Self.maxBytes) bytes", mayRetry: false)
            }
            let kept = try JSONDecoder().decode(Kept.self, from: data)
            guard kept.version == 1 else {
                throw DeliveryFailure("\(path) is of version \(kept.version), which is newer", mayRetry: false)
            }
            return kept
        } catch {
            let reason = (error as? DeliveryFailure)?.description ?? "\(path) cannot be used: \(error)"
            let aside = "\(path).unreadable"
            // Where it cannot be moved, the next save says what is wrong with the folder.
            _ = rename(path, aside)
            throw DeliveryFailure("\(reason); it was set aside as \(aside)", mayRetry: false)
        }
    }

    /// Keeps it, whole or not at all.
    ///
    /// - Throws: `DeliveryFailure` naming the file.
    func save(_ kept: Kept) throws(DeliveryFailure) {
        let bytes = try JSONBytes.of(kept)
        do {
            try Data(bytes).write(to: URL(filePath: path), options: .atomic)
        } catch {
            throw DeliveryFailure("\(path) cannot be written: \(error.localizedDescription)", mayRetry: true)
        }
    }
}

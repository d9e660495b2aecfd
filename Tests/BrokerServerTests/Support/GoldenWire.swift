import Foundation

/// Frames recorded between clients and Apache Kafka 3.8.0.
///
/// They lie in `wire/` of the folder that `WEIR_GOLDEN` names (default: `../shared/golden` beside the package). Without it
/// a small part of them in this target is used, which `source` says.
enum GoldenWire {
    /// One line of a recording.
    struct Row {
        /// Which connection of the recording.
        var connection: Int
        /// `open`, `req`, `res` or `close`.
        var direction: String
        /// API key, version and correlation id as the recorder read them; nil for bytes that are no request.
        var key: Int16?
        var version: Int16?
        var correlationID: Int32?
        /// The frame without its length; nil if the recorder saw none.
        var frame: [UInt8]?
        /// Bytes that are no frame.
        var rawBytes: [UInt8]?
        /// Who closed: `client` or `broker`.
        var closedBy: String?
    }

    private static let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// The folder of recordings, and what it is.
    static let (folder, source): (URL, String) = {
        let environment = ProcessInfo.processInfo.environment["WEIR_GOLDEN"]
        let golden =
            environment.map { URL(fileURLWithPath: $0) }
            ?? package.deletingLastPathComponent().appendingPathComponent("shared/golden")
        let wire = golden.appendingPathComponent("wire")
        if FileManager.default.fileExists(atPath: wire.path) { return (wire, "recordings of \(golden.path)") }
        let core = package.appendingPathComponent("Tests/BrokerServerTests/Golden")
        return (core, "the part of the recordings that the tests carry")
    }()

    /// Whether all recordings are there, not only the part that the tests carry.
    static var isWhole: Bool { names().count > 20 }

    /// The recordings there are, as `client/scenario`, sorted.
    static func names(under client: String? = nil) -> [String] {
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
        let found = (files?.allObjects ?? []).compactMap { $0 as? URL }.filter { $0.pathExtension == "jsonl" }
        return found.map {
            "\($0.deletingLastPathComponent().lastPathComponent)/\($0.deletingPathExtension().lastPathComponent)"
        }
        .filter { client == nil || $0.hasPrefix("\(client ?? "")/") }.sorted()
    }

    /// The rows of a recording, without its first line.
    static func rows(of name: String) throws -> [Row] {
        let text = try String(contentsOf: folder.appendingPathComponent("\(name).jsonl"), encoding: .utf8)
        return try text.split(separator: "\n").dropFirst().map { line in
            let json = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] ?? [:]
            return Row(
                connection: json["conn"] as? Int ?? -1, direction: json["dir"] as? String ?? "",
                key: (json["apiKey"] as? Int).flatMap { Int16(exactly: $0) },
                version: (json["apiVersion"] as? Int).flatMap { Int16(exactly: $0) },
                correlationID: (json["correlationId"] as? Int).flatMap { Int32(exactly: $0) },
                frame: (json["hex"] as? String).map(bytes), rawBytes: (json["rawhex"] as? String).map(bytes),
                closedBy: json["by"] as? String)
        }
    }

    /// The bytes of hexadecimal text.
    static func bytes(_ hex: String) -> [UInt8] {
        var bytes: [UInt8] = []
        var high: UInt8?
        for digit in hex.utf8 {
            let value = digit < 58 ? digit - 48 : (digit | 32) - 87
            if let first = high {
                bytes.append(first << 4 | value)
                high = nil
            } else {
                high = value
            }
        }
        return bytes
    }
}

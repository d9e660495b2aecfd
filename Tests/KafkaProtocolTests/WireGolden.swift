import Foundation
import NIOCore

/// Recorded frames: the whole recording where it is at hand, otherwise the core of it that lies beside the tests.
enum WireGolden {
    /// One recorded frame.
    struct Row: Sendable {
        /// File and line it was recorded in, such as `kcat/consume.jsonl:2`.
        let place: String
        let isRequest: Bool
        let key: Int16
        let version: Int16
        let frame: ByteBuffer
    }

    private struct Line: Decodable {
        var from: String?
        var dir: String?
        var apiKey: Int16?
        var apiVersion: Int16?
        var hex: String?
    }

    /// The folder of the whole recording: `WEIR_GOLDEN`, or beside the package; nil if it is missing.
    static let folder: URL? = {
        let named = ProcessInfo.processInfo.environment["WEIR_GOLDEN"].map { URL(fileURLWithPath: $0) }
        let package = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let folder = named ?? package.deletingLastPathComponent().appendingPathComponent("shared/golden")
        return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
    }()

    /// A file of the core.
    static func core(_ name: String) -> URL? {
        Bundle.module.resourceURL?.appendingPathComponent("Golden/\(name)")
    }

    /// The frames of the core.
    static func coreRows() throws -> [Row] {
        guard let file = core("wire-frames.jsonl") else { return [] }
        return try rows(of: file, named: "wire-frames.jsonl")
    }

    /// Every frame of the whole recording, in the files' order.
    static func allRows(in folder: URL) throws -> [Row] {
        let wire = folder.appendingPathComponent("wire")
        let names = try FileManager.default.subpathsOfDirectory(atPath: wire.path)
        return try names.filter { $0.hasSuffix(".jsonl") }.sorted().flatMap { name in
            try rows(of: wire.appendingPathComponent(name), named: name)
        }
    }

    private static func rows(of file: URL, named name: String) throws -> [Row] {
        let decoder = JSONDecoder()
        var rows: [Row] = []
        for (index, text) in try Data(contentsOf: file).split(separator: UInt8(ascii: "\n")).enumerated() {
            let line = try decoder.decode(Line.self, from: text)
            guard let direction = line.dir, let key = line.apiKey, let version = line.apiVersion,
                let frame = line.hex.flatMap(bytes(hex:)), direction == "req" || direction == "res"
            else { continue }
            rows.append(
                Row(
                    place: line.from ?? "\(name):\(index + 1)", isRequest: direction == "req", key: key,
                    version: version,
                    frame: frame))
        }
        return rows
    }

    /// Bytes from hexadecimal digits; nil for anything else.
    static func bytes(hex: String) -> ByteBuffer? {
        var buffer = ByteBuffer()
        var high: UInt8?
        for digit in hex.utf8 {
            let value: UInt8
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = digit - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = digit - UInt8(ascii: "a") + 10
            default: return nil
            }
            if let first = high {
                buffer.writeInteger(first << 4 | value)
                high = nil
            } else {
                high = value
            }
        }
        return high == nil ? buffer : nil
    }
}

import Cluster
import Foundation

/// The file that `kafka-delete-records.sh --offset-json-file` takes:
/// `{"partitions": [{"topic": "orders", "partition": 0, "offset": 3}], "version": 1}`.
struct OffsetFile: Decodable {
    /// A partition and the offset its log shall begin at; -1 for its end.
    struct Entry: Decodable {
        var topic: String
        var partition: Int32
        var offset: Int64
    }

    /// The most bytes that are read; a million partitions fit.
    private static let maxBytes = 128 << 20

    let version: Int?
    let partitions: [Entry]

    /// Reads a file.
    ///
    /// - Throws: `VerbFailure.usage` naming the file and what is wrong with it.
    static func read(_ path: String) throws(VerbFailure) -> [Entry] {
        let bytes: Data
        do {
            guard let handle = FileHandle(forReadingAtPath: path) else { throw CocoaError(.fileReadNoSuchFile) }
            bytes = try handle.read(upToCount: maxBytes + 1) ?? Data()
        } catch {
            throw VerbFailure(.usage, "\(path) cannot be read")
        }
        guard bytes.count <= maxBytes else { throw VerbFailure(.usage, "\(path) is longer than \(maxBytes >> 20) MiB") }
        do {
            let file = try JSONDecoder().decode(OffsetFile.self, from: bytes)
            guard file.version ?? 1 == 1 else {
                throw VerbFailure(.usage, "\(path): version \(file.version ?? 1) is unknown; this reads version 1")
            }
            return file.partitions
        } catch let failure as VerbFailure {
            throw failure
        } catch {
            throw VerbFailure(.usage, "\(path): \(Self.words(error))")
        }
    }

    private static func words(_ error: any Error) -> String {
        switch error as? DecodingError {
        case .keyNotFound(let key, let context): "\(place(context))\"\(key.stringValue)\" is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            "\(place(context))a value of another kind is wanted"
        default: "The input string is not a valid JSON"
        }
    }

    private static func place(_ context: DecodingError.Context) -> String {
        guard !context.codingPath.isEmpty else { return "" }
        return context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".") + ": "
    }
}

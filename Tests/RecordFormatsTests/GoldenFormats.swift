import Foundation
import RecordFormats

/// What other people's encoders wrote; `Golden/generate.py` tells how.
enum GoldenFormats {
    /// A file's text.
    static func text(_ name: String) throws -> String {
        let folder = Bundle.module.resourceURL?.appendingPathComponent("Golden")
        guard let file = folder?.appendingPathComponent(name) else { throw CocoaError(.fileNoSuchFile) }
        return try String(contentsOf: file, encoding: .utf8)
    }

    /// The lines of a file, split at tabs; the field before the last is bytes.
    static func cases(_ name: String) throws -> [(schema: String, bytes: [UInt8], json: String)] {
        try text(name).split(separator: "\n").map { line in
            let parts = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            return (parts.count == 3 ? parts[0] : "", bytes(parts[parts.count - 2]), parts[parts.count - 1])
        }
    }

    /// Bytes from hexadecimal figures.
    static func bytes(_ figures: String) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = Substring(figures)
        while !rest.isEmpty {
            bytes.append(UInt8(rest.prefix(2), radix: 16) ?? 0)
            rest = rest.dropFirst(2)
        }
        return bytes
    }
}

extension JSONText {
    /// The same value: numbers as numbers, strings without regard to their escapes, members in the same order.
    func means(_ other: JSONText) -> Bool {
        switch (self, other) {
        case (.array(let left), .array(let right)):
            return left.count == right.count && zip(left, right).allSatisfy { $0.means($1) }
        case (.object(let left), .object(let right)):
            return left.count == right.count
                && zip(left, right).allSatisfy {
                    JSONText.unquoted($0.name) == JSONText.unquoted($1.name) && $0.value.means($1.value)
                }
        default:
            if let left = number.flatMap({ ExactDecimal($0) }), let right = other.number.flatMap({ ExactDecimal($0) }) {
                return left == right
            }
            if let left = string, let right = other.string { return left == right }
            return self == other
        }
    }
}

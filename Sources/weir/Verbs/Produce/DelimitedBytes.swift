import Foundation

/// Cuts a stream of bytes at delimiters, however the stream comes in pieces.
struct DelimitedBytes {
    /// The longest stretch without a delimiter, bytes: no record may be longer.
    static let longest = 64 << 20

    private let delimiter: [UInt8]
    private var rest: [UInt8] = []
    /// Where in `rest` to go on looking.
    private var lookedAt = 0

    /// Cuts at a delimiter of at least one byte.
    init(delimiter: [UInt8]) {
        precondition(!delimiter.isEmpty, "a delimiter has at least one byte")
        self.delimiter = delimiter
    }

    /// Takes a piece and hands on every stretch that ends in it, without its delimiter.
    ///
    /// - Throws: What `body` throws; `VerbFailure` when a stretch is longer than `longest`.
    mutating func take(_ piece: [UInt8], _ body: ([UInt8]) throws -> Void) throws {
        rest += piece
        var start = 0
        while let end = Self.find(delimiter, in: rest, from: max(start, lookedAt)) {
            try body(Array(rest[start..<end]))
            start = end + delimiter.count
            lookedAt = start
        }
        rest.removeSubrange(..<start)
        // A delimiter may have begun in the last bytes.
        lookedAt = max(0, rest.count - delimiter.count + 1)
        guard rest.count <= Self.longest else {
            throw VerbFailure(.usage, "the input has \(rest.count) bytes without a delimiter; no record may be so long")
        }
    }

    /// What followed the last delimiter; nil for nothing.
    mutating func end() -> [UInt8]? {
        defer { (rest, lookedAt) = ([], 0) }
        return rest.isEmpty ? nil : rest
    }

    /// The first place of some bytes in others.
    static func find(_ wanted: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
        guard let first = wanted.first else { return nil }
        var at = start
        while at + wanted.count <= bytes.count {
            // The C library's search is many times faster than a loop here.
            let found: Int? = bytes.withUnsafeBytes { buffer in
                guard let base = buffer.baseAddress,
                    let place = memchr(base + at, Int32(first), buffer.count - at)
                else { return nil }
                return UnsafeRawPointer(place) - base
            }
            guard let found, found + wanted.count <= bytes.count else { return nil }
            if wanted.count == 1 || bytes[found..<found + wanted.count].elementsEqual(wanted) { return found }
            at = found + 1
        }
        return nil
    }
}

internal import CCodec
package import NIOCore

/// The codec of a record batch: bits 0 to 2 of its attributes (Kafka's `CompressionType`).
package enum CompressionCodec: UInt8, Sendable, CaseIterable {
    case none = 0
    case gzip = 1
    case snappy = 2
    case lz4 = 3
    case zstd = 4

    /// Kafka's name, as in `compression.type`.
    package var name: String {
        switch self {
        case .none: "none"
        case .gzip: "gzip"
        case .snappy: "snappy"
        case .lz4: "lz4"
        case .zstd: "zstd"
        }
    }

    /// The codec with one of Kafka's names.
    package init?(name: String) {
        guard let codec = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = codec
    }

    /// The level that Kafka's clients compress with where none is said; codecs without levels have 0.
    package var defaultLevel: Int32 {
        switch self {
        case .none, .snappy: 0
        case .gzip: Int32(CCODEC_GZIP_DEFAULT_LEVEL)
        case .lz4: Int32(CCODEC_LZ4_DEFAULT_LEVEL)
        case .zstd: Int32(CCODEC_ZSTD_DEFAULT_LEVEL)
        }
    }

    /// Compresses bytes, framed as Kafka's own clients frame them.
    ///
    /// - Parameter level: How hard to try, on Kafka's scale: gzip -1 or 1 to 9, lz4 1 to 17, zstd -131072 to 22; nil for
    ///   ``defaultLevel``.
    /// - Throws: `.codecFailed` when the codec library refuses.
    package func compress(_ bytes: ByteBuffer, level: Int32? = nil) throws(RecordBatchError) -> ByteBuffer {
        guard self != .none else { return bytes }
        let level = level ?? defaultLevel
        let capacity = ccodec_bound(Int32(rawValue), bytes.readableBytes)
        var output = ByteBufferAllocator().buffer(capacity: capacity)
        let written = output.writeWithUnsafeMutableBytes(minimumWritableBytes: capacity) { target in
            let size = bytes.withUnsafeReadableBytes {
                ccodec_compress(Int32(rawValue), level, $0.baseAddress, $0.count, target.baseAddress, target.count)
            }
            return Int(max(0, size))
        }
        guard written > 0 else { throw .codecFailed(self) }
        return output
    }

    /// Decompresses bytes: all frames (gzip: members) that stand one behind the other.
    ///
    /// - Parameter limit: The most bytes that may come out, of all frames together.
    /// - Throws: `.decompressedTooLarge` past the limit, `.codecFailed` for bytes that the codec did not write.
    package func decompress(_ bytes: ByteBuffer, limit: Int) throws(RecordBatchError) -> ByteBuffer {
        guard self != .none else { return bytes }
        var output: UnsafeMutableRawPointer?
        let size = bytes.withUnsafeReadableBytes {
            ccodec_decompress(Int32(rawValue), $0.baseAddress, $0.count, max(0, limit), &output)
        }
        defer { ccodec_free(output) }
        switch size {
        case 0...: return ByteBuffer(bytes: UnsafeRawBufferPointer(start: output, count: Int(size)))
        case Int64(CCODEC_TOO_LARGE): throw .decompressedTooLarge(limit: limit)
        default: throw .codecFailed(self)
        }
    }
}

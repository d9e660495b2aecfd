/// What is wrong with the bytes of a record batch.
package enum RecordBatchError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Fewer bytes than the header or the stated length needs.
    case truncated(needed: Int, left: Int)
    /// A magic other than 2.
    case unsupportedMagic(Int8)
    /// A length that cannot be one, or a count or delta that does not fit.
    case malformed(String)
    /// The checksum is not that of the bytes.
    case checksumMismatch(stated: UInt32, computed: UInt32)
    /// Codec bits 5 to 7.
    case unknownCodec(UInt8)
    /// The records are not what the codec writes.
    case codecFailed(CompressionCodec)
    /// The records would take more memory than allowed.
    case decompressedTooLarge(limit: Int)

    package var description: String {
        switch self {
        case .truncated(let needed, let left): "the batch is cut: \(needed) bytes needed, \(left) there"
        case .unsupportedMagic(let magic): "magic \(magic) instead of 2: older message formats are not supported"
        case .malformed(let what): what
        case .checksumMismatch(let stated, let computed): "checksum is \(computed), the batch states \(stated)"
        case .unknownCodec(let bits): "codec \(bits) does not exist"
        case .codecFailed(let codec): "the records are not valid \(codec.name)"
        case .decompressedTooLarge(let limit): "the records decompress to more than \(limit) bytes"
        }
    }
}

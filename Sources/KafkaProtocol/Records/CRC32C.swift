internal import CCodec

/// CRC-32C (Castagnoli), the checksum of record batches and producer snapshots, computed with the processor's instruction where there is one.
package enum CRC32C {
    /// The checksum of some bytes.
    ///
    /// - Parameter crc: The checksum of the bytes before, to continue it; 0 to begin.
    package static func checksum(_ bytes: UnsafeRawBufferPointer, continuing crc: UInt32 = 0) -> UInt32 {
        ccodec_crc32c(crc, bytes.baseAddress, bytes.count)
    }

    /// The same checksum by a table, as processors without the instruction compute it.
    static func checksumByTable(_ bytes: UnsafeRawBufferPointer, continuing crc: UInt32 = 0) -> UInt32 {
        ccodec_crc32c_by_table(crc, bytes.baseAddress, bytes.count)
    }
}

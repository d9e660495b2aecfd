import CCodec

/// Packs the numbers of a moment once more: what is random of a difference keeps its bits, what is alike from place to place goes.
///
/// ```
/// n   how many bytes follow when unpacked; 0 where the rest is not packed
/// n   zstd of: the first bytes of all numbers one after the other, then the bytes that follow on a first one, number by number
/// ```
///
/// A difference of a busy place takes two bytes: a low one that is nearly random, and a high one of few values. Apart, the high ones take half
/// of a byte or less.
enum FramePacking {
    /// Fewer bytes are left as they are.
    private static let least = 256
    /// No moment is larger, bytes.
    private static let limit = 1 << 28

    /// Packs what `PackedWriter` wrote of whole numbers only.
    static func pack(_ numbers: [UInt8]) -> [UInt8] {
        guard numbers.count >= least, numbers.count <= limit, let packed = compressed(planes(numbers)),
            packed.count < numbers.count
        else { return [0] + numbers }
        var head = PackedWriter()
        head.count(numbers.count)
        return head.bytes + packed
    }

    /// Unpacks what `pack` made.
    ///
    /// - Throws: `PackedError` for bytes that it did not make.
    static func unpack(_ bytes: [UInt8]) throws(PackedError) -> [UInt8] {
        var reader = PackedReader(bytes)
        let size = try reader.number(upTo: limit)
        let start = bytes.count - reader.remaining
        guard size > 0 else { return Array(bytes[start...]) }
        var output: UnsafeMutableRawPointer?
        let got = bytes.withUnsafeBytes {
            ccodec_decompress(
                Int32(CCODEC_ZSTD), $0.baseAddress.map { $0 + start }, bytes.count - start, size, &output)
        }
        guard got >= 0, let output else { throw .malformed }
        defer { ccodec_free(output) }
        guard got == size else { throw .malformed }
        return try numbers(UnsafeRawBufferPointer(start: output, count: size))
    }

    private static func compressed(_ bytes: [UInt8]) -> [UInt8]? {
        let capacity = ccodec_bound(Int32(CCODEC_ZSTD), bytes.count)
        var size: Int64 = 0
        let packed = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
            size = bytes.withUnsafeBytes {
                ccodec_compress(Int32(CCODEC_ZSTD), 1, $0.baseAddress, $0.count, buffer.baseAddress, capacity)
            }
            count = Int(max(size, 0))
        }
        return size > 0 ? packed : nil
    }

    /// First bytes, then following ones.
    private static func planes(_ numbers: [UInt8]) -> [UInt8] {
        let ends = numbers.reduce(0) { $0 + ($1 < 0x80 ? 1 : 0) }
        return [UInt8](unsafeUninitializedCapacity: numbers.count) { buffer, count in
            var (first, rest) = (0, ends)
            var isFirst = true
            for byte in numbers {
                if isFirst {
                    buffer[first] = byte
                    first += 1
                } else {
                    buffer[rest] = byte
                    rest += 1
                }
                isFirst = byte < 0x80
            }
            count = numbers.count
        }
    }

    /// The numbers as they were written.
    private static func numbers(_ planes: UnsafeRawBufferPointer) throws(PackedError) -> [UInt8] {
        // A number has one first byte and one last byte: as many of all bytes are last ones as stand in front.
        let firsts = planes.reduce(0) { $0 + ($1 < 0x80 ? 1 : 0) }
        var isWhole = true
        let numbers = [UInt8](unsafeUninitializedCapacity: planes.count) { buffer, count in
            var rest = firsts
            for first in planes[..<firsts] {
                var byte = first
                buffer[count] = byte
                count += 1
                while byte >= 0x80, rest < planes.count {
                    byte = planes[rest]
                    buffer[count] = byte
                    rest += 1
                    count += 1
                }
                if byte >= 0x80 { break }
            }
            isWhole = count == planes.count
        }
        guard isWhole else { throw .malformed }
        return numbers
    }
}

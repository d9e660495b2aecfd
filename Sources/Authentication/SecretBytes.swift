import Glibc

/// Bytes that are overwritten when nobody needs them any more, and that no log shows.
///
/// What a library is given of them (a key inside a hash function, a frame on its way to the socket) is beyond this.
package final class SecretBytes: @unchecked Sendable, CustomStringConvertible {
    // Unchecked: the memory is written in `init` and `deinit` only, and read in between.
    private let memory: UnsafeMutableRawBufferPointer
    /// How many bytes of the memory count.
    package let count: Int

    /// Takes memory for so many bytes and lets `fill` write there; it gives how many count.
    package init<Failure: Error>(
        capacity: Int, _ fill: (UnsafeMutableRawBufferPointer) throws(Failure) -> Int
    ) throws(Failure) {
        memory = .allocate(byteCount: max(capacity, 1), alignment: 1)
        memory.initializeMemory(as: UInt8.self, repeating: 0)
        do throws(Failure) {
            count = min(max(try fill(memory), 0), memory.count)
        } catch {
            Self.erase(memory)
            memory.deallocate()
            throw error
        }
    }

    /// A copy of some bytes.
    package convenience init(_ bytes: some Collection<UInt8>) {
        self.init(capacity: bytes.count) { memory in
            memory.copyBytes(from: bytes)
            return bytes.count
        }
    }

    deinit {
        Self.erase(memory)
        memory.deallocate()
    }

    /// Lets `body` read the bytes; it may not keep them.
    package func withBytes<Value>(_ body: (UnsafeRawBufferPointer) -> Value) -> Value {
        body(UnsafeRawBufferPointer(rebasing: memory[..<count]))
    }

    /// Whether other bytes are the same, in a time that does not tell where they differ.
    package func isEqual(to other: some Collection<UInt8>) -> Bool {
        withBytes { ConstantTime.areEqual($0, other) }
    }

    /// A secret is not for logs.
    package var description: String { "(secret)" }

    /// Overwrites bytes that are elsewhere.
    package static func erase(_ bytes: inout [UInt8]) { bytes.withUnsafeMutableBytes { erase($0) } }

    private static func erase(_ bytes: UnsafeMutableRawBufferPointer) {
        guard let base = bytes.baseAddress else { return }
        // Not memset, which a compiler leaves out where nobody reads the memory again.
        explicit_bzero(base, bytes.count)
    }
}

extension SecretBytes: Equatable {
    /// Whether both are the same, in a time that does not tell where they differ.
    package static func == (left: SecretBytes, right: SecretBytes) -> Bool {
        right.withBytes { left.isEqual(to: $0) }
    }
}

/// Comparisons whose time does not tell where two secrets differ.
enum ConstantTime {
    /// Whether both are of the same bytes; only their lengths show in the time it takes.
    static func areEqual(_ one: some Collection<UInt8>, _ other: some Collection<UInt8>) -> Bool {
        one.count == other.count && zip(one, other).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}

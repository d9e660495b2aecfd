import Glibc

/// Bytes that are overwritten when nobody needs them any more, and that no log shows.
///
/// What a library is given of them (a key inside a hash function, a frame on its way to the socket) is beyond this.
final class SecretBytes: @unchecked Sendable, CustomStringConvertible {
    // Unchecked: the memory is written in `init` and `deinit` only, and read in between.
    private let memory: UnsafeMutableRawBufferPointer
    /// How many bytes of the memory count.
    let count: Int

    /// Takes memory for so many bytes and lets `fill` write there; it gives how many count.
    init<Failure: Error>(
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
    convenience init(_ bytes: some Collection<UInt8>) {
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
    func withBytes<Value>(_ body: (UnsafeRawBufferPointer) -> Value) -> Value {
        body(UnsafeRawBufferPointer(rebasing: memory[..<count]))
    }

    /// A secret is not for logs.
    var description: String { "(secret)" }

    /// Overwrites bytes that are elsewhere.
    static func erase(_ bytes: inout [UInt8]) { bytes.withUnsafeMutableBytes { erase($0) } }

    private static func erase(_ bytes: UnsafeMutableRawBufferPointer) {
        guard let base = bytes.baseAddress else { return }
        // Not memset, which a compiler leaves out where nobody reads the memory again.
        explicit_bzero(base, bytes.count)
    }
}

/// How much memory the decoding of one frame may take beside the frame itself.
///
/// Records and byte fields are slices of the frame and cost nothing; a string costs at most its bytes and a heap header.
/// What an attacker can blow up are arrays: an element of two bytes on the wire can be a struct of a hundred.
package struct WireLimits: Hashable, Sendable {
    /// Bytes that all decoded array elements of one frame may take together.
    package var decodedBytes: Int

    /// Limits with a budget in bytes.
    package init(decodedBytes: Int) {
        self.decodedBytes = decodedBytes
    }

    /// 64 MiB: enough to describe some hundred thousand partitions.
    package static let standard = WireLimits(decodedBytes: 64 << 20)
}

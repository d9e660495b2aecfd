package import NIOCore

/// Tagged fields (KIP-482) of one struct that this module has no name for.
///
/// They are kept, so that a message decoded and encoded again is the same message.
package struct TaggedFields: Hashable, Sendable {
    /// One tagged field as it stands on the wire.
    package struct Field: Hashable, Sendable {
        /// Its number, unique within the struct.
        package var tag: UInt32
        /// Its value, uninterpreted.
        package var bytes: ByteBuffer

        /// A field from its number and value.
        package init(tag: UInt32, bytes: ByteBuffer) {
            self.tag = tag
            self.bytes = bytes
        }
    }

    /// The fields, ascending by number when they are written.
    package var fields: [Field] = []

    /// No tagged fields.
    package init() {}

    /// Whether there are none.
    package var isEmpty: Bool { fields.isEmpty }

    /// Takes a field out, the first one of that number.
    mutating func remove(_ tag: UInt32) -> ByteBuffer? {
        guard !fields.isEmpty, let index = fields.firstIndex(where: { $0.tag == tag }) else { return nil }
        return fields.remove(at: index).bytes
    }
}

package import NIOCore

/// Cuts a connection's bytes into frames, of requests or of answers: a big-endian length of four bytes, then as many bytes.
///
/// The length is judged before memory is taken for it, and a frame that is on its way holds at most
/// ``reservedBytes`` more than what arrived of it: who announces much and sends little costs little.
package struct FrameDecoder {
    /// A length that no frame has: negative, or beyond the limit.
    package struct InvalidLength: Error, Equatable, CustomStringConvertible {
        /// What the four bytes say.
        package let length: Int32
        /// The limit in force.
        package let limit: Int

        /// A length and the limit it broke.
        package init(length: Int32, limit: Int) {
            self.length = length
            self.limit = limit
        }

        /// What is wrong.
        package var description: String { "a frame of \(length) bytes; 0...\(limit) are allowed" }
    }

    /// Bytes set aside at once for a frame that has only begun to arrive; beyond that, space grows with what arrives.
    package static let reservedBytes = 1 << 20

    /// Bytes of one frame, its length not counted. May change between frames: who has not logged in may send less.
    package var limit: Int
    /// What arrived and was not yet cut into a frame.
    private var buffered = ByteBuffer()
    /// Whether `buffered` shares no storage with frames handed out or with the socket's read buffer.
    private var isExclusive = false

    /// A decoder at the start of a connection.
    package init(limit: Int) {
        self.limit = limit
    }

    /// Bytes held: frames not yet taken and the beginning of one.
    package var bufferedBytes: Int { buffered.readableBytes }

    /// Bytes of memory set aside for them.
    package var heldBytes: Int { buffered.storageCapacity }

    /// Takes what the socket gave.
    package mutating func append(_ bytes: ByteBuffer) {
        guard buffered.readableBytes > 0 else {
            buffered = bytes
            isExclusive = false
            return
        }
        let needed = buffered.readableBytes + bytes.readableBytes
        if !isExclusive {
            var own = ByteBufferAllocator().buffer(capacity: max(needed, min(announcedBytes, Self.reservedBytes)))
            own.writeImmutableBuffer(buffered)
            buffered = own
            isExclusive = true
        }
        buffered.writeImmutableBuffer(bytes)
    }

    /// The next whole frame without its length, sharing storage with what arrived; nil until it is there.
    ///
    /// - Throws: ``InvalidLength``; the connection is of no use after it.
    package mutating func next() throws(InvalidLength) -> ByteBuffer? {
        guard let length = buffered.getInteger(at: buffered.readerIndex, as: Int32.self) else { return nil }
        guard let count = Int(exactly: length), (0...limit).contains(count) else {
            throw InvalidLength(length: length, limit: limit)
        }
        guard buffered.readableBytes - 4 >= count else { return nil }
        buffered.moveReaderIndex(forwardBy: 4)
        let frame = buffered.readSlice(length: count)
        isExclusive = false
        if buffered.readableBytes == 0 { buffered = ByteBuffer() }
        return frame
    }

    /// Lets go of everything that was not cut yet.
    package mutating func discard() {
        buffered = ByteBuffer()
        isExclusive = false
    }

    /// Bytes that the frame being received will have in all, its length field included; 0 if that is unknown or absurd.
    private var announcedBytes: Int {
        guard let length = buffered.getInteger(at: buffered.readerIndex, as: Int32.self), length >= 0 else { return 0 }
        return min(Int(length), limit) + 4
    }
}

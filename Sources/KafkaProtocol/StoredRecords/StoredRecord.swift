package import NIOCore

/// A key or value that Kafka stores in a topic of its own: two bytes of version, then the fields.
package protocol StoredRecord: WireValue, Equatable {
    /// The versions that can be coded.
    static var versions: ClosedRange<Int16> { get }
    /// The first version with compact lengths and tagged fields; nil if none has them.
    static var flexibleFrom: Int16? { get }
}

extension StoredRecord {
    static func isFlexible(_ version: Int16) -> Bool {
        guard let flexibleFrom else { return false }
        return version >= flexibleFrom
    }

    /// Reads version and fields.
    ///
    /// - Throws: `unknownRecordVersion` for a version this module does not know, `trailingBytes` for more bytes than the
    ///   fields take; any other reason means that the bytes are broken.
    package static func decode(
        _ bytes: ByteBuffer, limits: WireLimits = .standard
    ) throws(WireError) -> (version: Int16, record: Self) {
        do throws(WireError) {
            var wire = WireReader(bytes, flexible: false, limits: limits)
            var version: Int16 = 0
            try wire.int16(&version)
            guard versions.contains(version) else { throw wire.error(.unknownRecordVersion(Int64(version))) }
            wire.isFlexible = isFlexible(version)
            let record: Self = try wire.value(version)
            try wire.expectEnd()
            return (version, record)
        } catch {
            throw error.named("\(Self.self)")
        }
    }

    /// Writes version and fields.
    ///
    /// - Throws: `unknownRecordVersion` for a version outside ``versions``, or what the version cannot say.
    package func encode(version: Int16) throws(WireError) -> ByteBuffer {
        do throws(WireError) {
            guard Self.versions.contains(version) else {
                throw WireError(.unknownRecordVersion(Int64(version)), at: 0)
            }
            var wire = WireWriter(flexible: Self.isFlexible(version))
            var first = version
            try wire.int16(&first)
            try wire.value(self, version)
            return try wire.finishInOneBuffer()
        } catch {
            throw error.named("\(Self.self) v\(version)")
        }
    }
}

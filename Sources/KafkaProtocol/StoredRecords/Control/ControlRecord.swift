package import NIOCore

/// A record of a control batch: its key says what it is, its value more about it.
///
/// The key is two bytes of version (0) and two bytes of type.
package enum ControlRecord: Equatable, Sendable {
    /// Type 0: the producer's transaction is aborted.
    case abort(EndTransactionMarker)
    /// Type 1: the producer's transaction is committed.
    case commit(EndTransactionMarker)
    /// Type 2: a new leader of the metadata log.
    case leaderChange(LeaderChangeMessage)
    /// Type 3: a snapshot begins.
    case snapshotHeader(SnapshotHeaderRecord)
    /// Type 4: a snapshot ends.
    case snapshotFooter(SnapshotFooterRecord)
    /// Type 5: the version of the quorum's own protocol.
    case kRaftVersion(KRaftVersionRecord)
    /// Any other type, or a version of a value that this module does not know.
    case unknown(type: Int16, value: ByteBuffer)

    /// The number that tells what it is.
    package var type: Int16 {
        switch self {
        case .abort: 0
        case .commit: 1
        case .leaderChange: 2
        case .snapshotHeader: 3
        case .snapshotFooter: 4
        case .kRaftVersion: 5
        case .unknown(let type, _): type
        }
    }

    /// The type that a control record's key tells.
    ///
    /// - Throws: `truncated` for fewer than four bytes. A newer key may have more.
    package static func type(ofKey key: ByteBuffer) throws(WireError) -> Int16 {
        guard let type = key.getInteger(at: key.readerIndex + 2, as: Int16.self) else {
            throw WireError(.truncated(needed: 4, left: key.readableBytes), at: 0, in: "control record key")
        }
        return type
    }

    /// Reads a control record, and the version its value was written in.
    ///
    /// - Throws: If the bytes are broken. An unknown type or version is not an error.
    package static func decode(
        key: ByteBuffer, value: ByteBuffer
    ) throws(WireError) -> (version: Int16, record: ControlRecord) {
        let type = try type(ofKey: key)
        guard let version = value.getInteger(at: value.readerIndex, as: Int16.self) else {
            throw WireError(.truncated(needed: 2, left: value.readableBytes), at: 0, in: "control record")
        }
        func body<Record: StoredRecord>(
            _ make: (Record) -> ControlRecord
        ) throws(WireError) -> (version: Int16, record: ControlRecord) {
            guard Record.versions.contains(version) else { return (version, .unknown(type: type, value: value)) }
            return (version, make(try Record.decode(value).record))
        }
        switch type {
        case 0: return try body(ControlRecord.abort)
        case 1: return try body(ControlRecord.commit)
        case 2: return try body(ControlRecord.leaderChange)
        case 3: return try body(ControlRecord.snapshotHeader)
        case 4: return try body(ControlRecord.snapshotFooter)
        case 5: return try body(ControlRecord.kRaftVersion)
        default: return (version, .unknown(type: type, value: value))
        }
    }

    /// The key.
    package func encodeKey() -> ByteBuffer {
        var key = ByteBufferAllocator().buffer(capacity: 4)
        key.writeInteger(Int16(0))
        key.writeInteger(type)
        return key
    }

    /// The value, in a version; a broker of Kafka 3.8 writes 0 of all of them.
    ///
    /// - Throws: `unknownRecordVersion` for a version that the record does not have.
    package func encodeValue(version: Int16 = 0) throws(WireError) -> ByteBuffer {
        switch self {
        case .abort(let record), .commit(let record): try record.encode(version: version)
        case .leaderChange(let record): try record.encode(version: version)
        case .snapshotHeader(let record): try record.encode(version: version)
        case .snapshotFooter(let record): try record.encode(version: version)
        case .kRaftVersion(let record): try record.encode(version: version)
        case .unknown(_, let value): value
        }
    }
}

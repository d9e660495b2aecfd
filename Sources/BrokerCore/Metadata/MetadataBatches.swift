import KafkaProtocol
import NIOCore

/// Batches of the metadata log and its snapshots.
enum MetadataBatches {
    /// The most bytes that the records of one batch may take when they are read.
    static let readLimit = 256 << 20

    /// A batch of records without keys.
    static func build(
        _ records: [ByteBuffer], baseOffset: Int64 = 0, epoch: Int32, timestamp: Int64
    ) throws(LogError) -> ByteBuffer {
        var builder = RecordBatchBuilder(baseOffset: baseOffset, partitionLeaderEpoch: epoch)
        for record in records { builder.append(timestamp: timestamp, key: nil, value: record) }
        return try finish(builder)
    }

    /// A batch of one control record.
    static func build(
        _ control: ControlRecord, version: Int16, baseOffset: Int64 = 0, epoch: Int32, timestamp: Int64
    ) throws(LogError) -> ByteBuffer {
        var builder = RecordBatchBuilder(attributes: .control, baseOffset: baseOffset, partitionLeaderEpoch: epoch)
        do throws(WireError) {
            builder.append(
                timestamp: timestamp, key: control.encodeKey(), value: try control.encodeValue(version: version))
        } catch {
            throw .invalidRecord("\(error)", [])
        }
        return try finish(builder)
    }

    /// A record framed for the log, in the version that brokers of this `metadata.version` read.
    static func frame(_ record: MetadataRecord, metadataVersion: Int16) throws(LogError) -> ByteBuffer {
        do throws(WireError) {
            return try record.encode(version: record.version(atMetadataVersion: metadataVersion))
        } catch {
            throw .invalidRecord("\(error)", [])
        }
    }

    /// Passes the records of a buffer of batches: the value of each data record with its offset.
    ///
    /// - Parameter expected: The offset that the first batch must begin with; nil takes any. There are no gaps in a metadata log.
    /// - Returns: The offset behind the last batch and its leader epoch; nil for an empty buffer.
    @discardableResult
    static func forEach(
        in buffer: ByteBuffer,
        expected: Int64?,
        path: String,
        _ body: (ByteBuffer, Int64) throws(MetadataError) -> Void,
        control: (ControlRecord, Int64) -> Void = { _, _ in }
    ) throws(LogError) -> (endOffset: Int64, epoch: Int32)? {
        var next = expected
        var last: (endOffset: Int64, epoch: Int32)?
        var batches = RecordBatches(buffer)
        while let batch = batches.next() {
            guard batch.header.hasValidChecksum(in: batch.bytes) else {
                throw .corruptFile(path, "the batch at offset \(batch.header.baseOffset) has a wrong checksum")
            }
            if let next, batch.header.baseOffset != next {
                throw .corruptFile(
                    path, "offset \(next) is missing: the next batch begins at \(batch.header.baseOffset)")
            }
            var problem: MetadataError?
            do throws(RecordBatchError) {
                let isControl = batch.header.attributes.contains(.control)
                try batch.records(limit: readLimit).forEach { (record) throws(RecordBatchError) in
                    let value = record.value ?? ByteBuffer()
                    if isControl {
                        if let key = record.key, let known = try? ControlRecord.decode(key: key, value: value) {
                            control(known.record, record.offset)
                        }
                        return true
                    }
                    do throws(MetadataError) {
                        try body(value, record.offset)
                        return true
                    } catch {
                        problem = error
                        return false
                    }
                }
            } catch {
                throw .corruptFile(path, "the batch at offset \(batch.header.baseOffset): \(error)")
            }
            if let problem { throw .corruptFile(path, "\(problem)") }
            next = batch.header.lastOffset + 1
            last = (batch.header.lastOffset + 1, batch.header.partitionLeaderEpoch)
        }
        if let problem = batches.problem { throw .corruptFile(path, "\(problem)") }
        return last
    }

    private static func finish(_ builder: RecordBatchBuilder) throws(LogError) -> ByteBuffer {
        do throws(RecordBatchError) {
            return try builder.build()
        } catch {
            throw .invalidRecord("\(error)", [])
        }
    }
}

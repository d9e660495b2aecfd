import Cluster
import KafkaProtocol
import NIOCore

/// Dumps one `.log` file: its batches and records, in the order of the file.
struct LogFileDump {
    /// The most bytes that the records of one batch may take decompressed.
    static let decompressedLimit = 256 << 20

    /// The file.
    let target: DumpTarget
    /// How to show it.
    let format: LogDump.Format
    /// The file's length in bytes.
    let size: Int64

    /// Whole batches so far.
    private(set) var batches = 0
    /// Records so far.
    private(set) var records = 0

    private var json = JSONText()
    private var nextOffset: Int64 = -1

    /// A dump that has not begun.
    init(target: DumpTarget, format: LogDump.Format, size: Int64) {
        self.target = target
        self.format = format
        self.size = size
    }

    /// Reads the file from its beginning to its end.
    mutating func run(
        _ file: any StorageFile,
        output: (String) -> Void,
        onDamage: (LogDamage) -> Void
    ) throws(StorageError) {
        // Kafka's own reader tells nothing of an empty file.
        if format == .batches && size == 0 { return }
        begin(output)
        var walk = BatchWalk(file, end: size, baseOffset: target.baseOffset)
        var tail: (position: Int64, bytes: Int64)?
        while let item = try walk.next() {
            switch item {
            case .batch(let position, let batch, let isValid):
                batches += 1
                show(batch, at: position, isValid: isValid, output: output, onDamage: onDamage)
            case .oversized(let position, let header):
                batches += 1
                damage(position, Int64(header.sizeInBytes), "a batch too large to be read", onDamage)
            case .unreadable(let position, let bytes, let reason, let isTail):
                if isTail { tail = (position, bytes) }
                let follows = isTail ? "" : "; good batches follow"
                damage(position, bytes, reason + follows, onDamage)
            }
            if json.count > 1 << 16 { output(json.take()) }
        }
        finish(tail, output)
    }

    private mutating func begin(_ output: (String) -> Void) {
        switch format {
        case .text: output("\(target.label)  \(size) bytes\n")
        case .batches:
            json.beginObject()
            json.member("file", target.label)
            json.name("batches")
            json.beginArray()
        case .records, .indexes: break
        }
    }

    private mutating func finish(_ tail: (position: Int64, bytes: Int64)?, _ output: (String) -> Void) {
        if format == .batches {
            json.endArray()
            json.member("topic", target.partition.topic)
            json.member("partition", target.partition.partition)
            if let tail {
                json.name("unparsedTail")
                json.object { json in
                    json.member("position", tail.position)
                    json.member("bytes", tail.bytes)
                }
            }
            json.endObject()
            json.endLine()
        }
        if json.count > 0 { output(json.take()) }
    }

    // MARK: - Batches

    private mutating func show(
        _ batch: RecordBatch,
        at position: Int64,
        isValid: Bool,
        output: (String) -> Void,
        onDamage: (LogDamage) -> Void
    ) {
        let header = batch.header
        switch format {
        case .text: output(DumpText.line(of: batch, at: position, isValid: isValid))
        case .batches: addBatch(batch, at: position, isValid: isValid)
        case .records, .indexes: break
        }
        if !isValid {
            let found = header.computedChecksum(in: batch.bytes).map { "\($0)" } ?? "unknown"
            let reason = "batch from offset \(header.baseOffset): its checksum is \(found), it states \(header.crc)"
            damage(position, Int64(header.sizeInBytes), reason, onDamage)
        }
        if header.baseOffset < max(nextOffset, target.baseOffset) {
            let reason =
                nextOffset < 0
                ? "batch from offset \(header.baseOffset) in a segment that begins at \(target.baseOffset)"
                : "batch from offset \(header.baseOffset) behind offset \(nextOffset - 1)"
            damage(position, Int64(header.sizeInBytes), reason, onDamage)
        }
        if isValid { nextOffset = header.nextOffset }
        guard format == .records || format == .text else { return }
        showRecords(of: batch, at: position, isValid: isValid, output: output, onDamage: onDamage)
    }

    private mutating func addBatch(_ batch: RecordBatch, at position: Int64, isValid: Bool) {
        let header = batch.header
        let isEmpty = header.recordCount == 0
        json.beginObject()
        json.member("position", position)
        json.member("size", header.sizeInBytes)
        json.member("baseOffset", header.baseOffset)
        if !isValid { json.member("crcOk", false) }
        if isEmpty {
            json.member("lastOffset", header.lastOffset)
            json.member("leaderEpoch", header.partitionLeaderEpoch)
            json.member("crc", header.crc)
        }
        json.member("attributes", header.attributes.rawValue)
        if isEmpty {
            json.member("compression", DumpText.codecName(header))
            json.member("isTransactional", header.isTransactional)
            json.member("isControl", header.isControl)
        }
        if let horizon = header.deleteHorizon { json.member("deleteHorizonMs", horizon) }
        if let framing = DumpText.snappyFraming(batch) { json.member("snappyFraming", framing) }
        json.member("baseTimestamp", header.baseTimestamp)
        json.member("maxTimestamp", header.maxTimestamp)
        if isEmpty {
            json.member("producerId", header.producerID)
            json.member("producerEpoch", header.producerEpoch)
            json.member("baseSequence", header.baseSequence)
        }
        json.member("count", header.recordCount)
        json.endObject()
    }

    // MARK: - Records

    private mutating func showRecords(
        of batch: RecordBatch,
        at position: Int64,
        isValid: Bool,
        output: (String) -> Void,
        onDamage: (LogDamage) -> Void
    ) {
        let header = batch.header
        guard header.recordCount > 0 else { return }
        var shown = 0
        do throws(RecordBatchError) {
            let sequence = try batch.records(limit: Self.decompressedLimit)
            try sequence.forEach { record throws(RecordBatchError) in
                if format == .text {
                    output(DumpText.line(of: record, header))
                } else {
                    addRecord(record, header, isFirst: shown == 0, isValid: isValid)
                    if json.count > 1 << 16 { output(json.take()) }
                }
                shown += 1
                return true
            }
        } catch {
            let reason = "batch from offset \(header.baseOffset): \(error)"
            damage(position, Int64(header.sizeInBytes), reason, onDamage)
        }
        records += shown
    }

    private mutating func addRecord(_ record: Record, _ header: RecordBatchHeader, isFirst: Bool, isValid: Bool) {
        json.beginObject()
        json.member("topic", target.partition.topic)
        json.member("partition", target.partition.partition)
        json.member("offset", record.offset)
        json.member("timestamp", record.timestamp)
        json.member("timestampType", header.isLogAppendTime ? "LogAppendTime" : "CreateTime")
        json.member("key", base64: record.key)
        json.member("value", base64: record.value)
        json.name("headers")
        json.beginArray()
        for entry in record.headers {
            json.beginArray()
            json.string(String(buffer: entry.name))
            json.base64(entry.value)
            json.endArray()
        }
        json.endArray()
        json.name("batch")
        json.beginObject()
        json.member("baseOffset", header.baseOffset)
        if isFirst { addDetails(of: header, isValid: isValid) }
        json.endObject()
        if header.isControl, let (type, epoch) = DumpText.control(record) {
            json.member("control", type)
            if let epoch { json.member("coordinatorEpoch", epoch) }
        }
        json.endObject()
        json.endLine()
    }

    private mutating func addDetails(of header: RecordBatchHeader, isValid: Bool) {
        json.member("lastOffset", header.lastOffset)
        json.member("producerId", header.producerID)
        json.member("producerEpoch", header.producerEpoch)
        json.member("baseSequence", header.baseSequence)
        json.member("isTransactional", header.isTransactional)
        json.member("isControl", header.isControl)
        json.member("compression", DumpText.codecName(header))
        json.member("crc", header.crc)
        json.member("leaderEpoch", header.partitionLeaderEpoch)
        if !isValid { json.member("crcOk", false) }
    }

    private func damage(_ position: Int64, _ bytes: Int64, _ reason: String, _ onDamage: (LogDamage) -> Void) {
        onDamage(LogDamage(path: target.path, position: position, bytes: bytes, reason: reason))
    }
}

import KafkaProtocol
import NIOCore

/// Dumps one `.index`, `.timeindex`, `.txnindex` or `.snapshot` file, checking it against its `.log` where that is cheap.
struct IndexFileDump {
    /// The file.
    let target: DumpTarget
    /// How to show it.
    let format: LogDump.Format
    /// Where its `.log` file is found.
    let storage: any Storage

    /// Bytes of a producer in a `.snapshot` file, and of what stands before the first (see ``ProducerSnapshot``).
    private static let producerSize = 46
    private static let snapshotHeaderSize = 10

    /// Reads the file from its beginning to its end.
    func run(
        _ file: any StorageFile,
        size: Int64,
        output: (String) -> Void,
        onDamage: (LogDamage) -> Void
    ) throws(StorageError) {
        switch target.file?.kind {
        case .index: try offsets(file, size, output, onDamage)
        case .timeindex: try times(file, size, output, onDamage)
        case .txnindex: try transactions(file, size, output, onDamage)
        case .snapshot: try producers(file, size, output, onDamage)
        case .log, nil: break
        }
    }

    // MARK: - Entries

    private func offsets(
        _ file: any StorageFile,
        _ size: Int64,
        _ output: (String) -> Void,
        _ onDamage: (LogDamage) -> Void
    ) throws(StorageError) {
        let log = try openLog()
        defer { log?.close() }
        let logSize = try log?.size() ?? 0
        var last: (offset: Int32, position: Int32) = (-1, -1)
        try entries(file, size, entrySize: OffsetIndex.entrySize, output, onDamage) {
            bytes, at, json throws(StorageError) in
            guard let (offset, position) = bytes.readMultipleIntegers(as: (Int32, Int32).self) else { return }
            let absolute = target.baseOffset &+ Int64(offset)
            if offset <= last.offset || position <= last.position {
                damage(at, OffsetIndex.entrySize, "entry for offset \(absolute) does not ascend", onDamage)
            } else if let log, try !isBatch(in: log, logSize, at: Int64(position), with: absolute) {
                let reason = "entry points to \(position), where no batch with offset \(absolute) or before it begins"
                damage(at, OffsetIndex.entrySize, reason, onDamage)
            }
            last = (offset, position)
            if format == .text {
                output("  offset \(absolute)  position \(position)\n")
            } else {
                json.object { json in
                    json.member("offset", absolute)
                    json.member("position", position)
                }
            }
        }
    }

    private func times(
        _ file: any StorageFile,
        _ size: Int64,
        _ output: (String) -> Void,
        _ onDamage: (LogDamage) -> Void
    ) throws(StorageError) {
        var last: (timestamp: Int64, offset: Int32) = (-1, -1)
        try entries(file, size, entrySize: TimeIndex.entrySize, output, onDamage) {
            bytes, at, json throws(StorageError) in
            guard let (timestamp, offset) = bytes.readMultipleIntegers(as: (Int64, Int32).self) else { return }
            let absolute = target.baseOffset &+ Int64(offset)
            if timestamp <= last.timestamp || offset < last.offset {
                damage(at, TimeIndex.entrySize, "entry for offset \(absolute) does not ascend", onDamage)
            }
            last = (timestamp, offset)
            if format == .text {
                output("  \(DumpText.time(timestamp))  offset \(absolute)\n")
            } else {
                json.object { json in
                    json.member("timestamp", timestamp)
                    json.member("offset", absolute)
                }
            }
        }
    }

    private func transactions(
        _ file: any StorageFile,
        _ size: Int64,
        _ output: (String) -> Void,
        _ onDamage: (LogDamage) -> Void
    ) throws(StorageError) {
        let entrySize = TransactionIndex.entrySize
        var lastMarker: Int64 = -1
        try entries(file, size, entrySize: entrySize, output, onDamage) { bytes, at, json throws(StorageError) in
            guard
                let (version, producer, first, last, stable) = bytes.readMultipleIntegers(
                    as: (Int16, Int64, Int64, Int64, Int64).self
                )
            else { return }
            if version != 0 {
                damage(at, entrySize, "entry of version \(version) instead of 0", onDamage)
            } else if first < 0 || last < first || last <= lastMarker {
                damage(at, entrySize, "entry of offsets \(first)-\(last) does not ascend", onDamage)
            }
            lastMarker = last
            if format == .text {
                output("  aborted  producer \(producer)  offsets \(first)-\(last)  last stable offset \(stable)\n")
            } else {
                json.object { json in
                    json.member("version", version)
                    json.member("producerId", producer)
                    json.member("firstOffset", first)
                    json.member("lastOffset", last)
                    json.member("lastStableOffset", stable)
                }
            }
        }
    }

    /// Goes through the entries of one size, up to the zeros that fill a preallocated file.
    private func entries(
        _ file: any StorageFile,
        _ size: Int64,
        entrySize: Int,
        _ output: (String) -> Void,
        _ onDamage: (LogDamage) -> Void,
        _ body: (inout ByteBuffer, Int64, inout JSONText) throws(StorageError) -> Void
    ) throws(StorageError) {
        var window = FileWindow(file, end: size)
        let whole = size - size % Int64(entrySize)
        var end = whole
        while end > 0, let entry = try window.bytes(at: end - Int64(entrySize), count: entrySize),
            entry.readableBytesView.allSatisfy({ $0 == 0 })
        { end -= Int64(entrySize) }
        let isPreallocated = end < whole
        var json = JSONText()
        begin(size, &json, output)
        if format == .text && isPreallocated { output("  preallocated behind byte \(end)\n") }
        if format == .indexes {
            json.name(isPreallocated ? "entriesNotZero" : "entries")
            json.beginArray()
        }
        var position: Int64 = 0
        while position < end, var entry = try window.bytes(at: position, count: entrySize) {
            try body(&entry, position, &json)
            if json.count > 1 << 16 { output(json.take()) }
            position += Int64(entrySize)
        }
        if whole != size {
            damage(whole, Int(size - whole), "not a whole entry of \(entrySize) bytes", onDamage)
        }
        finish(&json, output)
    }

    // MARK: - Producers

    private func producers(
        _ file: any StorageFile,
        _ size: Int64,
        _ output: (String) -> Void,
        _ onDamage: (LogDamage) -> Void
    ) throws(StorageError) {
        var json = JSONText()
        begin(size, &json, output)
        if format == .indexes {
            json.name("lines")
            json.beginArray()
        }
        var window = FileWindow(file, end: size)
        if var head = try window.bytes(at: 0, count: Self.snapshotHeaderSize),
            let (version, crc, count) = head.readMultipleIntegers(as: (Int16, UInt32, Int32).self)
        {
            if version != 1 { damage(0, 2, "snapshot of version \(version) instead of 1", onDamage) }
            let expected = Int64(Self.snapshotHeaderSize) + Int64(count) * Int64(Self.producerSize)
            if count < 0 || expected != size {
                damage(6, 4, "it announces \(count) producers, which do not take \(size) bytes", onDamage)
            }
            let found = try checksum(&window, size)
            if found != crc { damage(2, 4, "its checksum is \(found), it states \(crc)", onDamage) }
            var position = Int64(Self.snapshotHeaderSize)
            while var entry = try window.bytes(at: position, count: Self.producerSize) {
                if let line = Self.line(&entry) {
                    if format == .text { output("  \(line)\n") } else { json.string(line) }
                }
                if json.count > 1 << 16 { output(json.take()) }
                position += Int64(Self.producerSize)
            }
        } else {
            damage(0, Int(size), "too few bytes for a producer snapshot", onDamage)
        }
        finish(&json, output)
    }

    /// The checksum of what stands behind the field that states it.
    private func checksum(_ window: inout FileWindow, _ size: Int64) throws(StorageError) -> UInt32 {
        var crc: UInt32 = 0
        var position: Int64 = 6
        while position < size, let piece = try window.bytes(at: position, count: Int(min(1 << 20, size - position))) {
            crc = piece.withUnsafeReadableBytes { CRC32C.checksum($0, continuing: crc) }
            position += Int64(piece.readableBytes)
        }
        return crc
    }

    /// A producer in the words of Kafka's own dump.
    private static func line(_ entry: inout ByteBuffer) -> String? {
        guard
            let (id, epoch, sequence, offset, delta) = entry.readMultipleIntegers(
                as: (Int64, Int16, Int32, Int64, Int32).self
            ),
            let (timestamp, coordinatorEpoch, transaction) = entry.readMultipleIntegers(as: (Int64, Int32, Int64).self)
        else { return nil }
        let open = transaction >= 0 ? "OptionalLong[\(transaction)]" : "OptionalLong.empty"
        var line = "producerId: \(id) producerEpoch: \(epoch) coordinatorEpoch: \(coordinatorEpoch) "
        line += "currentTxnFirstOffset: \(open) lastTimestamp: \(timestamp) "
        guard offset >= 0 else { return line }
        let first = Int64(sequence) - Int64(delta)
        let firstSequence = first >= 0 || sequence < 0 ? first : first + 1 << 31
        line += "firstSequence: \(firstSequence) lastSequence: \(sequence) lastOffset: \(offset) offsetDelta: \(delta) "
        return line + "timestamp: \(timestamp)"
    }

    // MARK: - Around it

    private func begin(_ size: Int64, _ json: inout JSONText, _ output: (String) -> Void) {
        if format == .text {
            output("\(target.label)  \(size) bytes\n")
        } else {
            json.beginObject()
            json.member("file", target.label)
            json.member("bytes", size)
        }
    }

    private func finish(_ json: inout JSONText, _ output: (String) -> Void) {
        guard format == .indexes else { return }
        json.endArray()
        json.endObject()
        json.endLine()
        output(json.take())
    }

    private func openLog() throws(StorageError) -> (any StorageFile)? {
        let name = SegmentFile(baseOffset: target.baseOffset, kind: .log).name
        let path = "\(parentDirectory(of: target.path))/\(name)"
        guard try storage.status(of: path) != nil else { return nil }
        return try storage.open(path, .read)
    }

    private func isBatch(
        in log: any StorageFile,
        _ size: Int64,
        at position: Int64,
        with offset: Int64
    ) throws(StorageError) -> Bool {
        guard position >= 0, position < size else { return false }
        var head = ByteBuffer()
        _ = try log.read(at: position, count: RecordBatchHeader.size, into: &head)
        guard let header = RecordBatchHeader(plausible: head) else { return false }
        return header.baseOffset <= offset
    }

    private func damage(_ position: Int64, _ bytes: Int, _ reason: String, _ onDamage: (LogDamage) -> Void) {
        onDamage(LogDamage(path: target.path, position: position, bytes: Int64(bytes), reason: reason))
    }
}

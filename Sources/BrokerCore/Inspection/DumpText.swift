import KafkaProtocol
import NIOCore

/// Batches and records as lines for people. Bytes of records are never put out raw.
enum DumpText {
    /// How many characters of a key, a value or a header are shown.
    private static let previewLimit = 200

    /// A batch.
    static func line(of batch: RecordBatch, at position: Int64, isValid: Bool) -> String {
        let header = batch.header
        var line = "  @\(position)  offsets \(header.baseOffset)-\(header.lastOffset)"
        line += "  \(header.recordCount) \(header.recordCount == 1 ? "record" : "records")"
        line += "  \(header.sizeInBytes) bytes  \(codecName(header))"
        if let framing = snappyFraming(batch) { line += " (\(framing))" }
        line += "  \(time(header.maxTimestamp))"
        if header.isLogAppendTime { line += " LogAppendTime" }
        if header.hasProducerID {
            line += "  producer \(header.producerID) epoch \(header.producerEpoch)"
            if header.baseSequence >= 0 { line += " sequence \(header.baseSequence)-\(header.lastSequence)" }
        }
        if header.isTransactional { line += "  transactional" }
        if header.isControl { line += "  control" }
        if let horizon = header.deleteHorizon { line += "  delete horizon \(time(horizon))" }
        return line + "  leader epoch \(header.partitionLeaderEpoch)  checksum \(isValid ? "ok" : "wrong")\n"
    }

    /// A record.
    static func line(of record: Record, _ header: RecordBatchHeader) -> String {
        var line = "    \(record.offset)  \(time(record.timestamp))"
        if header.isControl, let (type, epoch) = control(record) {
            return line + "  \(type)" + (epoch.map { "  coordinator epoch \($0)" } ?? "") + "\n"
        }
        line += "  key \(preview(record.key))  value \(preview(record.value))"
        if !record.headers.isEmpty {
            let headers = record.headers.map { "\(preview($0.name)): \(preview($0.value))" }
            line += "  headers \(headers.joined(separator: ", "))"
        }
        return line + "\n"
    }

    /// The codec's name, or its number when nobody knows it.
    static func codecName(_ header: RecordBatchHeader) -> String {
        CompressionCodec(rawValue: header.attributes.codecBits)?.name ?? "codec-\(header.attributes.codecBits)"
    }

    /// How a snappy batch is framed: as one `raw` block, or in `xerial` chunks as Java does; nil for other codecs.
    static func snappyFraming(_ batch: RecordBatch) -> String? {
        guard batch.header.attributes.codecBits == CompressionCodec.snappy.rawValue, batch.header.recordCount > 0 else {
            return nil
        }
        let magic: [UInt8] = [0x82, 0x53, 0x4E, 0x41, 0x50, 0x50, 0x59, 0x00]
        return batch.bytes.readableBytesView.dropFirst(RecordBatchHeader.size).starts(with: magic) ? "xerial" : "raw"
    }

    /// What a control record says, and the coordinator's epoch of an end of a transaction; nil when its key is none.
    static func control(_ record: Record) -> (type: String, coordinatorEpoch: Int32?)? {
        guard let key = record.key, let type = try? ControlRecord.type(ofKey: key) else { return nil }
        let epoch = record.value.flatMap { $0.getInteger(at: $0.readerIndex + 2, as: Int32.self) }
        return switch type {
        case 0: ("ABORT", epoch)
        case 1: ("COMMIT", epoch)
        case 2: ("LEADER_CHANGE", nil)
        case 3: ("SNAPSHOT_HEADER", nil)
        case 4: ("SNAPSHOT_FOOTER", nil)
        case 5: ("KRAFT_VERSION", nil)
        case 6: ("KRAFT_VOTERS", nil)
        default: ("UNKNOWN(\(type))", nil)
        }
    }

    /// Bytes as quoted text if they are UTF-8 without controls, else as hex; cut after 200 characters.
    static func preview(_ value: ByteBuffer?) -> String {
        guard let value else { return "null" }
        let head = value.getSlice(at: value.readerIndex, length: min(value.readableBytes, previewLimit * 4)) ?? value
        let rest = head.readableBytes < value.readableBytes
        if let text = printable(head, isCut: rest) {
            let isCut = rest || text.count > previewLimit
            return "\"\(text.prefix(previewLimit))\"" + (isCut ? "… (\(value.readableBytes) bytes)" : "")
        }
        let digits = head.readableBytesView.prefix(previewLimit / 2).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
        let isCut = value.readableBytes > previewLimit / 2
        return "0x\(digits.joined())" + (isCut ? "… (\(value.readableBytes) bytes)" : "")
    }

    private static func printable(_ bytes: ByteBuffer, isCut: Bool) -> String? {
        var view = bytes.readableBytesView[...]
        // A cut may go through a character of up to four bytes.
        for _ in 0..<(isCut ? 4 : 1) {
            if let text = String(validating: view, as: UTF8.self) {
                let isPlain = text.unicodeScalars.allSatisfy { scalar in
                    switch scalar.properties.generalCategory {
                    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator:
                        false
                    default: true
                    }
                }
                guard isPlain else { return nil }
                return text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
            }
            guard !view.isEmpty else { return nil }
            view = view.dropLast()
        }
        return nil
    }

    /// Milliseconds since 1970 as `2026-11-21T08:04:11.591Z`, or `-` when there is no time.
    static func time(_ milliseconds: Int64) -> String {
        guard milliseconds >= 0, milliseconds < 253_402_300_800_000 else {
            return milliseconds == -1 ? "-" : "\(milliseconds) ms"
        }
        let days = milliseconds / 86_400_000
        let rest = milliseconds % 86_400_000
        // Howard Hinnant's civil_from_days: eras of 400 years that begin on a 1st of March.
        let shifted = days + 719_468
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = shifted / 146_097 * 400 + yearOfEra + (month <= 2 ? 1 : 0)
        let date = "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
        let clock = [rest / 3_600_000, rest / 60_000 % 60, rest / 1000 % 60].map { padded($0, 2) }
        return "\(date)T\(clock.joined(separator: ":")).\(padded(rest % 1000, 3))Z"
    }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}

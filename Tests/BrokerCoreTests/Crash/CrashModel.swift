import BrokerCore
import KafkaProtocol
import NIOCore

/// What a user was told about a log, kept beside it: which records were appended where, and which were acknowledged.
struct CrashModel {
    struct Record: Equatable {
        var producer: Int64
        var sequence: Int32
        var key: String
        var value: String
        var timestamp: Int64
    }

    struct Batch {
        var sequence: Int32
        var records: [Record]
    }

    struct Producer {
        var id: Int64
        var next: Int32 = 0
        /// The last sequence number that was acknowledged.
        var acknowledged: Int32 = -1
        /// Appended or tried, not acknowledged: sent again after a crash.
        var unacknowledged: [Batch] = []
    }

    /// By offset.
    var records: [Int64: Record] = [:]
    /// Offsets of which the user knows that they are durable.
    var acknowledged: Set<Int64> = []
    var producers: [Producer] = [Producer(id: 1), Producer(id: 2)]
    var nextProducerID: Int64 = 3
    /// The log start never lies before this...
    var durableStart: Int64 = 0
    /// ...nor behind this.
    var allowedStart: Int64 = 0
    /// Whether older records of a key may be missing.
    var isCompacted = false

    /// A broken promise, in words.
    struct Broken: Error, CustomStringConvertible {
        var description: String
        init(_ description: String) { self.description = description }
    }

    /// Compares a log with what was promised, then forgets what a crash was allowed to take.
    mutating func verify(_ log: PartitionLog) throws {
        let offsets = log.offsets
        guard offsets.start >= durableStart else {
            throw Broken("start \(offsets.start) went back from \(durableStart)")
        }
        guard offsets.start <= allowedStart else { throw Broken("start \(offsets.start) is behind \(allowedStart)") }
        let batches = try Self.batches(log)
        var found: [Int64: Record] = [:]
        var sequences: Set<String> = []
        for record in try batches.flatMap(Self.records) where record.offset >= offsets.start {
            guard let known = records[record.offset] else { throw Broken("offset \(record.offset) was never appended") }
            guard known == record.record else {
                throw Broken("offset \(record.offset) has \(record.record), appended was \(known)")
            }
            guard sequences.insert("\(known.producer):\(known.sequence)").inserted else {
                throw Broken("producer \(known.producer) has sequence \(known.sequence) twice")
            }
            found[record.offset] = known
        }
        for offset in acknowledged.sorted() where offset >= offsets.start && found[offset] == nil {
            let lost = records[offset]
            let isSuperseded = isCompacted && found.contains { $0.key > offset && $0.value.key == lost?.key }
            guard isSuperseded else { throw Broken("acknowledged offset \(offset) is lost, the end is \(offsets.end)") }
        }
        if let last = acknowledged.max(), offsets.end <= last, offsets.start <= last {
            throw Broken("end \(offsets.end) is not behind acknowledged offset \(last)")
        }
        let known = log.producers.producers
        for producer in producers where producer.acknowledged >= 0 {
            // Also when all its records were removed since.
            guard let last = known[producer.id]?.lastSequence, last >= producer.acknowledged else {
                throw Broken("producer \(producer.id) is not known up to sequence \(producer.acknowledged)")
            }
        }
        try lookUp(log, batches, found)
        records = found
        acknowledged = acknowledged.filter { found[$0] != nil }
        durableStart = max(durableStart, 0)
    }

    /// Reads from every offset and looks for every timestamp.
    private func lookUp(_ log: PartitionLog, _ batches: [RecordBatch], _ found: [Int64: Record]) throws {
        let offsets = log.offsets
        for offset in stride(from: offsets.start, to: offsets.end, by: 3) {
            let expected = batches.first { $0.header.lastOffset >= offset }
            let read = try log.read(from: offset, maxBytes: 1)
            let got = Array(RecordBatches(read.records)).first
            guard got == expected else {
                throw Broken("reading from \(offset) gave \(got?.header.baseOffset ?? -1)")
            }
        }
        let sorted = found.sorted { $0.key < $1.key }
        for (_, record) in sorted.prefix(8) {
            let expected = sorted.first { $0.value.timestamp >= record.timestamp }?.key
            let got = try log.offset(forTimestamp: record.timestamp)?.offset
            guard got == expected else {
                throw Broken("timestamp \(record.timestamp) is at \(got ?? -1), not \(expected ?? -1)")
            }
        }
    }

    /// All batches from the log's start on.
    static func batches(_ log: PartitionLog) throws -> [RecordBatch] {
        var all: [RecordBatch] = []
        var offset = log.offsets.start
        while offset < log.offsets.end {
            let read = try log.read(from: offset, maxBytes: 4096)
            guard read.records.readableBytes > 0 else { break }
            all += Array(RecordBatches(read.records))
            offset = read.nextOffset
        }
        return all
    }

    /// The records of a batch as the model writes them.
    static func records(_ batch: RecordBatch) throws -> [(offset: Int64, record: Record)] {
        var all: [(offset: Int64, record: Record)] = []
        guard batch.header.hasValidChecksum(in: batch.bytes) else {
            throw Broken("the batch at \(batch.header.baseOffset) is damaged")
        }
        let records = try batch.records(limit: 1 << 20)
        try records.forEach { record in
            let sequence = batch.header.baseSequence + Int32(record.offset - batch.header.baseOffset)
            all.append(
                (
                    record.offset,
                    Record(
                        producer: batch.header.producerID,
                        sequence: sequence,
                        key: record.key.map { String(buffer: $0) } ?? "",
                        value: record.value.map { String(buffer: $0) } ?? "",
                        timestamp: record.timestamp
                    )
                )
            )
            return true
        }
        return all
    }

    /// The bytes of a batch as a producer sends it.
    static func bytes(_ batch: Batch, producer: Int64) throws -> ByteBuffer {
        var builder = RecordBatchBuilder(producerID: producer, producerEpoch: 0, baseSequence: batch.sequence)
        for record in batch.records {
            builder.append(
                timestamp: record.timestamp,
                key: ByteBuffer(string: record.key),
                value: ByteBuffer(string: record.value)
            )
        }
        return try builder.build()
    }
}

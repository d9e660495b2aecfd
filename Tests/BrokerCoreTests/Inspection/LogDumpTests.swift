import Foundation
import KafkaProtocol
import NIOCore
import SeededNumbers
import Testing

@testable import BrokerCore

@Suite("Dumping a log's files")
struct LogDumpTests {
    private let directory: TemporaryDirectory
    private let partition: String

    init() throws {
        directory = try TemporaryDirectory()
        partition = "\(directory.path)/orders-3"
        try FileManager.default.createDirectory(atPath: partition, withIntermediateDirectories: true)
    }

    private func batch(at offset: Int64, _ values: [String], codec: CompressionCodec = .none) throws -> ByteBuffer {
        var builder = RecordBatchBuilder(codec: codec, baseOffset: offset)
        for value in values {
            builder.append(timestamp: 1_795_000_000_000, key: ByteBuffer(string: "k"), value: ByteBuffer(string: value))
        }
        return try builder.build()
    }

    /// Writes a `.log` file and gives its path.
    private func write(_ pieces: ByteBuffer..., as name: String = "00000000000000000000.log") throws -> String {
        var bytes = ByteBuffer()
        for piece in pieces { bytes.writeImmutableBuffer(piece) }
        let path = "\(partition)/\(name)"
        try Data(bytes.readableBytesView).write(to: URL(fileURLWithPath: path))
        return path
    }

    private func dump(
        _ path: String,
        _ format: LogDump.Format = .text
    ) -> (text: String, damages: [LogDamage], summary: LogDump.Summary) {
        var text = ""
        var damages: [LogDamage] = []
        let summary = LogDump.run(
            paths: [path],
            format: format,
            output: { text += $0 },
            onDamage: { damages.append($0) }
        )
        #expect(summary.damages == damages.count)
        return (text, damages, summary)
    }

    @Test("good batches behind damage are still shown, and the damage has its place and length")
    func damageInTheMiddle() throws {
        let first = try batch(at: 0, ["a", "b"])
        let garbage = ByteBuffer(bytes: (0..<200).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 5) })
        let last = try batch(at: 9, ["z"])
        let found = dump(try write(first, garbage, last), .records)
        #expect(found.summary.records == 3)
        #expect(found.damages.map(\.position) == [Int64(first.readableBytes)])
        #expect(found.damages.first?.bytes == 200)
        #expect(found.damages.first?.reason.contains("good batches follow") == true)
    }

    @Test("a batch whose length was damaged does not hide the next one")
    func damagedLength() throws {
        let first = try batch(at: 0, ["a"])
        var second = try batch(at: 1, ["b"])
        second.setInteger(Int32(second.readableBytes + 7), at: 8)
        let third = try batch(at: 2, ["c"])
        let found = dump(try write(first, second, third))
        #expect(found.summary.records == 2)
        #expect(found.damages.map(\.position) == [Int64(first.readableBytes)])
        #expect(found.text.contains("! \(partition)/00000000000000000000.log"))
    }

    @Test("batches that go back in offsets, or lie before their segment, are named")
    func disorder() throws {
        let path = try write(
            try batch(at: 5, ["a"]),
            try batch(at: 5, ["b"]),
            try batch(at: 3, ["c"]),
            as: "00000000000000000005.log"
        )
        let found = dump(path, .batches)
        #expect(
            found.damages.map(\.reason) == [
                "batch from offset 5 behind offset 5", "batch from offset 3 behind offset 5",
            ])
        let early = dump(try write(try batch(at: 1, ["a"]), as: "00000000000000000009.log"))
        #expect(early.damages.map(\.reason) == ["batch from offset 1 in a segment that begins at 9"])
    }

    @Test("records that are not what their codec writes are named; the batch stays in the list")
    func damagedCodec() throws {
        let good = try batch(at: 0, ["a", "b"], codec: .zstd)
        let header = try RecordBatchHeader(reading: good, at: 0)
        let bad = try RecordBatchBuilder.assemble(header, payload: ByteBuffer(string: "no zstd frame"))
        let found = dump(try write(bad))
        #expect(found.summary.batches == 1 && found.summary.records == 0)
        #expect(found.damages.map(\.reason) == ["batch from offset 0: the records are not valid zstd"])
    }

    @Test("bytes of records never reach the terminal raw")
    func escaping() throws {
        let hostile = "\u{1B}[2J\u{7}\u{202E}"
        let found = dump(try write(try batch(at: 0, [hostile, "plain \"quoted\" Größe", ""])))
        #expect(!found.text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" || $0.value == 0x202E })
        #expect(found.text.contains("0x1b5b324a07"))
        #expect(found.text.contains(#"value "plain \"quoted\" Größe""#))
        #expect(found.text.contains("value \"\""))
        #expect(found.text.contains("2026-11-18T11:06:40.000Z"))
    }

    @Test("a log directory, a partition's directory and a file are found alike, and a missing one is named")
    func paths() throws {
        let file = try write(try batch(at: 0, ["a"]))
        let texts = [directory.path, partition, partition + "/", file].map { dump($0, .records).text }
        #expect(Set(texts).count == 1)
        #expect(texts[0].hasPrefix(#"{"topic":"orders","partition":3,"offset":0,"#))
        let missing = dump("\(directory.path)/nowhere")
        #expect(missing.damages.map(\.reason) == ["there is no such file or directory"])
        let empty = dump("\(directory.path)/../\(fileName(of: directory.path))/orders-3/../", .indexes)
        #expect(empty.damages.isEmpty)
    }

    @Test("an index entry that points to no batch is named")
    func wrongIndex() throws {
        let first = try batch(at: 0, ["a"])
        let path = try write(first, try batch(at: 1, ["b"]))
        var index = ByteBuffer()
        index.writeMultipleIntegers(Int32(1), Int32(first.readableBytes), Int32(2), Int32(first.readableBytes + 3))
        index.writeInteger(UInt8(1))
        let name = path.replacingOccurrences(of: ".log", with: ".index")
        try Data(index.readableBytesView).write(to: URL(fileURLWithPath: name))
        #expect(dump(name).damages.map(\.position) == [8, 16])
    }

    @Test("no damage crashes it or makes it forget the end of a file", arguments: 0..<40 as Range<UInt64>)
    func fuzz(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var bytes = ByteBuffer()
        for index in 0..<8 {
            var piece = try batch(
                at: Int64(index) * 3, ["one", "two", "three"], codec: CompressionCodec.allCases[index % 5])
            bytes.writeBuffer(&piece)
        }
        for _ in 0..<Int.random(in: 1...12, using: &random) {
            let at = Int.random(in: 0..<bytes.readableBytes, using: &random)
            bytes.setInteger(random.chance(30) ? UInt8.random(in: 254...255, using: &random) : 0, at: at)
        }
        if random.chance(30) { bytes.moveWriterIndex(to: Int.random(in: 0...bytes.readableBytes, using: &random)) }
        let names = [SegmentFile.Kind.log, .index, .timeindex, .txnindex, .snapshot].map {
            "00000000000000000000.\($0.rawValue)"
        }
        for name in names {
            let path = try write(bytes, as: name)
            for format in LogDump.Format.allCases {
                let found = dump(path, format)
                if format != .text {
                    for line in found.text.split(separator: "\n") {
                        #expect(
                            (try? JSONSerialization.jsonObject(with: Data(line.utf8))) != nil, "seed \(seed): \(line)")
                    }
                }
            }
        }
    }
}

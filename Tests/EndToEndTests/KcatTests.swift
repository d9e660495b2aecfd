import Foundation
import Testing

private let kcat = "/usr/bin/kcat"

@Suite("kcat against the real binary", .serialized)
struct KcatTests {
    @Test(
        "what kcat produces in any codec it reads back, by offset and at the end",
        arguments: ["none", "gzip", "snappy", "lz4", "zstd"])
    func roundTrip(codec: String) throws {
        let folder = try TemporaryFolder()
        let weir = try WeirProcess(dataDirectory: folder.url)
        let lines = (1...5000).map { "key-\($0 % 7):value \($0)" }
        let produced = try run(
            kcat,
            ["-P", "-b", weir.bootstrap, "-t", "lines", "-K", ":", "-z", codec, "-X", "acks=all"],
            input: Data((lines.joined(separator: "\n") + "\n").utf8)
        )
        #expect(produced.status == 0, "\(produced.errors)")
        let read = try run(kcat, ["-C", "-b", weir.bootstrap, "-t", "lines", "-e", "-q", "-K", ":", "-o", "beginning"])
        #expect(read.output.split(separator: "\n").map(String.init) == lines)
        let tail = try run(kcat, ["-C", "-b", weir.bootstrap, "-t", "lines", "-e", "-q", "-o", "-3"])
        #expect(tail.output == "value 4998\nvalue 4999\nvalue 5000\n")
    }

    @Test("metadata lists the broker, the topic and its partitions")
    func metadata() throws {
        let folder = try TemporaryFolder()
        let weir = try WeirProcess(dataDirectory: folder.url, settings: ["num.partitions=3"])
        _ = try run(kcat, ["-P", "-b", weir.bootstrap, "-t", "three"], input: Data("x\n".utf8))
        let listing = try run(kcat, ["-L", "-b", weir.bootstrap, "-t", "three"])
        #expect(listing.output.contains("broker 1 at \(weir.bootstrap)"))
        #expect(listing.output.contains("topic \"three\" with 3 partitions"))
    }

    @Test("a consumer group reads everything once and goes on where it stopped")
    func group() throws {
        let folder = try TemporaryFolder()
        let weir = try WeirProcess(dataDirectory: folder.url)
        func produce(_ range: ClosedRange<Int>) throws {
            let input = Data(range.map { "\($0)\n" }.joined().utf8)
            #expect(try run(kcat, ["-P", "-b", weir.bootstrap, "-t", "numbers"], input: input).status == 0)
        }
        func read() throws -> [Int] {
            try run(
                kcat,
                ["-b", weir.bootstrap, "-G", "readers", "-e", "-q", "-X", "auto.offset.reset=earliest", "numbers"]
            ).output.split(separator: "\n").compactMap { Int($0) }
        }
        try produce(1...1000)
        #expect(try read() == Array(1...1000))
        try produce(1001...1500)
        #expect(try read() == Array(1001...1500))
    }

    @Test("an offset is found by time")
    func queryByTime() throws {
        let folder = try TemporaryFolder()
        let weir = try WeirProcess(dataDirectory: folder.url)
        _ = try run(kcat, ["-P", "-b", weir.bootstrap, "-t", "timed"], input: Data("a\nb\nc\n".utf8))
        let earliest = try run(kcat, ["-Q", "-b", weir.bootstrap, "-t", "timed:0:1"])
        #expect(earliest.output.contains("timed [0] offset 0"))
        let latest = try run(kcat, ["-Q", "-b", weir.bootstrap, "-t", "timed:0:-1"])
        #expect(latest.output.contains("timed [0] offset 3"))
    }

    @Test("everything is there again after a clean stop and start")
    func restart() throws {
        let folder = try TemporaryFolder()
        do {
            let weir = try WeirProcess(dataDirectory: folder.url)
            _ = try run(kcat, ["-P", "-b", weir.bootstrap, "-t", "kept"], input: Data("one\ntwo\n".utf8))
            #expect(weir.stop() == 0)
        }
        let weir = try WeirProcess(dataDirectory: folder.url)
        let read = try run(kcat, ["-C", "-b", weir.bootstrap, "-t", "kept", "-e", "-q"])
        #expect(read.output == "one\ntwo\n")
    }
}

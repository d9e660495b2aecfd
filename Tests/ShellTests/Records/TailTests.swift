import ArgumentParser
import Cluster
import Foundation
import Testing

@testable import weir

@Suite("weir tail")
struct TailTests {
    /// A topic of two partitions with ten records each: `p-n` at the time 1000 × n, keys by turns.
    private func broker() async throws -> TestBroker {
        let broker = try TestBroker()
        try await broker.cluster.createTopic(NewTopic("t", partitions: 2), validateOnly: false)
        for partition in 0..<2 as Range<Int32> {
            let records = (0..<10).map { number in
                NewRecord(
                    key: number % 2 == 0 ? Array("k\(number)".utf8) : nil, value: Array("\(partition)-\(number)".utf8),
                    timestamp: Int64(number) * 1000)
            }
            _ = try await broker.cluster.produce(
                records, to: TopicPartition(topic: "t", partition: partition), compression: "none")
        }
        return broker
    }

    @Test(
        "it begins where it is told to",
        arguments: [
            (["-o", "-2"], ["0-8", "0-9", "1-8", "1-9"]),
            (["-o", "8", "-p", "1"], ["1-8", "1-9"]),
            (["-o", "99"], []),
            (["-o", "s@7001", "-p", "0"], ["0-8", "0-9"]),
            (["-o", "s@99999"], []),
            (["-o", "s@2000", "-o", "e@4000"], ["0-2", "0-3", "1-2", "1-3"]),
            (["-o", "end"], []),
            (["-p", "0", "-c", "3"], ["0-0", "0-1", "0-2"]),
            (["--grep", "^k[46]$|-9"], ["0-4", "0-6", "0-9", "1-4", "1-6", "1-9"]),
            (["-c", "0"], []),
            (["--filter", "key == k4 || (partition in (1) && offset >= 9)"], ["0-4", "1-4", "1-9"]),
            (["--filter", "/-[12]$/ && !key"], ["0-1", "1-1"]),
        ] as [([String], [String])])
    func places(options: [String], expected: [String]) async throws {
        let broker = try await broker()
        let ran = await weir(["tail", "t", "-e"] + options, on: broker.cluster)
        #expect(ran.code == 0, "\(ran.errors)")
        #expect(ran.output.split(separator: "\n").map(String.init) == expected)
    }

    @Test("a wrong filter is refused with its column before anything is read")
    func wrongFilter() async throws {
        let ran = await weir(["tail", "t", "-e", "--filter", ".a >"], on: try TestBroker().cluster)
        #expect(ran.code != 0)
        #expect(ran.errors.contains("--filter: column 5: a number, or a text in quotes is missing"))
    }

    @Test("a filter sees the fields of Avro records by the schemas of a folder")
    func schemas() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "weir-schemas-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let schema = #"{"type":"record","name":"R","fields":[{"name":"n","type":"long"},{"name":"s","type":"string"}]}"#
        try Data(schema.utf8).write(to: folder.appending(path: "7.avsc"))
        let broker = try TestBroker()
        try await broker.cluster.createTopic(NewTopic("t"), validateOnly: false)
        // n = 0…9, zigzag; s = "x".
        let records = (0..<10 as Range<UInt8>).map { NewRecord(key: nil, value: [0, 0, 0, 0, 7, $0 * 2, 2, 0x78]) }
        _ = try await broker.cluster.produce(
            records, to: TopicPartition(topic: "t", partition: 0), compression: "none")
        let ran = await weir(
            ["tail", "t", "-e", "--schemas", folder.path, "--filter", ".n > 6 && .s == x", "-f", "%o "],
            on: broker.cluster)
        #expect(ran.output == "7 8 9 ", "\(ran.errors)")
        let read = await weir(
            ["tail", "t", "-e", "--schemas", folder.path, "--decode", "auto", "-c", "2"], on: broker.cluster)
        #expect(read.output == #"{"n":0,"s":"x"}"# + "\n" + #"{"n":1,"s":"x"}"# + "\n", "\(read.errors)")
    }

    @Test("the count at the end says what was read and what was printed")
    func count() async throws {
        let broker = try await broker()
        #expect(
            await weir(["tail", "t", "-e", "--grep", "k4"], on: broker.cluster).errors
                == "Processed a total of 20 messages, 2 of them printed\n")
        #expect(await weir(["tail", "t", "-e", "-q"], on: broker.cluster).errors == "")
    }

    @Test("following prints what comes, until the task is cancelled, and ends well")
    func follows() async throws {
        let broker = try await broker()
        let output = LineCount()
        let errors = Gathered()
        let shell = Shell(
            output: output, errors: errors, input: Scripted(""), outputIsTerminal: false, canAsk: false,
            stateDirectory: "/nonexistent")
        let verb = try #require(Weir.parseAsRoot(["tail", "t", "-o", "-1"]) as? TailCommand)
        let following = Task { try await verb.run(on: broker.cluster, shell) }
        await output.reached(2)
        for number in 0..<3 {
            _ = try await broker.cluster.produce(
                [NewRecord(key: nil, value: Array("new \(number)".utf8))],
                to: TopicPartition(topic: "t", partition: 0), compression: "none")
        }
        await output.reached(5)
        following.cancel()
        try await following.value
        #expect(output.text.hasSuffix("new 0\nnew 1\nnew 2\n"))
        #expect(errors.text == "Processed a total of 5 messages\n")
    }

    @Test(
        "what cannot be done is said and ends with an exit code",
        arguments: [
            (["tail", "missing"], 1), (["tail", "t", "-p", "5"], 1), (["tail", "t", "-f", "%x"], 64),
            (["tail", "t", "--grep", "("], 64), (["tail", "t", "-J", "-f", "%s"], 64),
            (["tail", "t", "-o", "3", "-o", "4"], 64), (["tail"], 64), (["tail", "t", "-o", "soon"], 64),
        ] as [([String], Int32)])
    func refusals(arguments: [String], code: Int32) async throws {
        let broker = try await broker()
        let ran = await weir(arguments, on: broker.cluster)
        #expect(ran.code == code)
        #expect(ran.output.isEmpty && !ran.errors.isEmpty)
    }
}

/// A sink that can be waited for.
private final class LineCount: ByteSink {
    private let gathered = Gathered()

    var text: String { gathered.text }

    func write(_ bytes: [UInt8]) throws(VerbFailure) { try gathered.write(bytes) }

    func flush() throws(VerbFailure) {}

    /// Waits until so many lines were written; half a minute at most.
    func reached(_ lines: Int) async {
        let deadline = ContinuousClock.now + .seconds(30)
        while text.count(where: { $0 == "\n" }) < lines, ContinuousClock.now < deadline { await Task.yield() }
    }
}

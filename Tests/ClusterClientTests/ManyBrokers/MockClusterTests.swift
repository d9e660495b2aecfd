import ChildProcess
import Cluster
import ClusterRequests
import Foundation
import KafkaProtocol
import Testing

@testable import ClusterClient

/// librdkafka's mock cluster of three brokers, in a Python process, driven line by line.
private final class MockCluster {
    /// The Python of the system, for which Debian packages librdkafka's bindings.
    static let python = "/usr/bin/python3"

    /// Whether the mock can be had on this machine.
    static let isThere: Bool = {
        let probe = ChildProcess()
        probe.executableURL = URL(filePath: python)
        probe.arguments = ["-c", "import confluent_kafka"]
        probe.standardError = FileHandle.nullDevice
        guard (try? probe.run()) != nil else { return false }
        probe.waitUntilExit()
        return probe.terminationStatus == 0
    }()

    let bootstrap: [BrokerAddress]
    private let process = ChildProcess()
    private let input = Pipe()
    private let output = Pipe()

    init() throws {
        process.executableURL = URL(filePath: Self.python)
        process.arguments = [
            URL(filePath: #filePath).deletingLastPathComponent().appending(path: "mock_cluster.py").path
        ]
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        bootstrap = try Self.line(output).split(separator: ",").map { address in
            let parts = address.split(separator: ":")
            return BrokerAddress(host: String(parts[0]), port: try #require(Int(parts[1])))
        }
    }

    deinit {
        // A task's thread blocks signals, and the process has inherited that: it does not hear SIGTERM.
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Does something as a client of librdkafka, and gives what it says.
    func ask(_ command: String) throws -> String {
        try input.fileHandleForWriting.write(contentsOf: Data("\(command)\n".utf8))
        let answer = try Self.line(output)
        try #require(answer.hasPrefix("ok"), "\(command): \(answer)")
        return answer.dropFirst(2).trimmingCharacters(in: .whitespaces)
    }

    private static func line(_ pipe: Pipe) throws -> String {
        var bytes: [UInt8] = []
        while let byte = try pipe.fileHandleForReading.read(upToCount: 1)?.first, byte != 10 { bytes.append(byte) }
        try #require(!bytes.isEmpty, "the mock cluster ended")
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// A second opinion on many brokers: those that librdkafka mocks.
@Suite(
    "librdkafka's mock cluster", .timeLimit(.minutes(2)),
    .enabled(if: MockCluster.isThere, "python3-confluent-kafka is not installed"))
struct MockClusterTests {
    /// How the records of each partition are written.
    private static let codecs = ["gzip", "snappy"]

    @Test("three mocked brokers are attached to: topics, reading, writing; what they lack is said")
    func mocked() async throws {
        let mock = try MockCluster()
        // librdkafka 2.0.2 mocks ListOffsets 4 and later with four bytes too many for each partition, so that only the first in an
        // answer can be read for sure; which partitions share an answer depends on who leads them.
        for partition in 0..<2 {
            _ = try mock.ask("produce letters \(partition) \(200 + partition) \(Self.codecs[partition])")
        }
        _ = try mock.ask("commit readers letters 1 7")
        var settings = ClientSettings(bootstrap: mock.bootstrap)
        settings.isReadOnly = false
        let cluster = KafkaCluster.attach(settings, polling: .alwaysFresh)
        do {
            try await judge(cluster, mock)
        } catch {
            await cluster.close()
            throw error
        }
        await cluster.close()
    }

    /// Reads on until an offset: the mock answers a fetch with one batch, however many there are.
    private func records(
        of partition: TopicPartition, from start: Int64, to end: Int64, in cluster: KafkaCluster
    ) async throws -> [FetchedRecord] {
        var records: [FetchedRecord] = []
        var next = start
        while next < end {
            let own = try await cluster.fetch(partition, from: next, limits: FetchLimits()).records
            guard let last = own.last else { break }
            records += own
            next = last.offset + 1
        }
        return records
    }

    private func judge(_ cluster: KafkaCluster, _ mock: MockCluster) async throws {
        let status = try await cluster.status()
        #expect(status.brokers.map(\.nodeID) == [1, 2, 3] && status.problems.isEmpty)
        let topics = try await cluster.topics()
        let letters = try #require(topics.first { $0.name == "letters" })
        #expect(letters.partitions.count == 4)
        // What the mock's extra bytes hide is said to be missing; what is told is right.
        let told = letters.partitions.prefix(2).filter { $0.problem == nil }
        #expect(!told.isEmpty, "\(letters)")
        #expect(told.allSatisfy { $0.offsets?.highWatermark == 200 + Int64($0.partition) }, "\(letters)")
        #expect(letters.partitions.allSatisfy { $0.sizeBytes == nil && ($0.offsets != nil || $0.problem != nil) })

        for index in 0..<2 {
            let end = Int64(200 + index)
            let records = try await records(of: TopicPartition("letters", Int32(index)), from: 3, to: end, in: cluster)
            #expect(records.map { String(decoding: $0.value ?? [], as: UTF8.self) } == (3..<end).map { "v\($0)" })
            // A batch that compressing would not make smaller is sent as it is.
            #expect(records.contains { $0.batch.codec == Self.codecs[index] })
        }
        let made = try await cluster.produce(
            [NewRecord(key: nil, value: Array("mine".utf8))], to: TopicPartition("letters", 1), compression: "gzip")
        #expect(made.baseOffset == 201)
        #expect(try mock.ask("consume letters 1 202").hasSuffix(",v200,mine"))

        let partition = TopicPartition("letters", 1)
        #expect(try await cluster.commit([partition: 9], group: "readers")[partition]?.isRefused == false)
        #expect(try mock.ask("committed readers letters 1") == "9")
        do {
            _ = try await cluster.groups()
            Issue.record("the mock has no ListGroups")
        } catch ClusterError.unsupported(let reason) {
            #expect(reason.contains("ListGroups"), "\(reason)")
        } catch {
            Issue.record("\(error)")
        }
        await #expect(throws: ClusterError.self) { try await cluster.createTopic(NewTopic("x"), validateOnly: false) }
    }
}

import BrokerCore
import Cluster
import KafkaProtocol
import NIOCore
import Testing

@Suite("A log that was given Kafka's batches")
struct GoldenAppendTests {
    @Test(
        "has Kafka's files byte for byte after it was closed",
        arguments: ["clean", "groups", "groups-848", "compact-0-before"]
    )
    func sameFiles(name: String) throws {
        var compared = 0
        for partition in LogGolden.partitions(name) {
            let golden = "\(LogGolden.directory(name))/\(partition)"
            let temporary = try TemporaryDirectory()
            let disk = DiskStorage(descriptorLimit: 64)
            let directory = "\(temporary.path)/\(partition)"
            let metadata = try #require(try disk.readFile("\(golden)/\(PartitionMetadata.fileName)"))
            let log = try PartitionLog.create(
                topicPartition: partition,
                topicID: try PartitionMetadata(reading: metadata, path: golden).topicID,
                directory: directory,
                config: LogGolden.config(name, partition.topic),
                storage: disk,
                clock: TestClock()
            )
            for batch in RecordBatches(try LogGolden.logBytes(golden)) {
                _ = try log.append(batch.bytes, origin: .replication)
            }
            if let start = try LogGolden.checkpoint(name, .logStart)[partition] {
                #expect(try log.deleteRecords(before: start) == start)
            }
            try log.close(clean: true)
            let expected = try contents(golden, disk)
            let found = try contents(directory, disk)
            #expect(found.keys.sorted() == expected.keys.sorted(), "\(partition)")
            for (file, bytes) in expected {
                #expect(found[file] == bytes, "\(partition)/\(file)")
                compared += 1
            }
        }
        print("\(name): \(compared) files of \(LogGolden.partitions(name).count) partitions compared")
        #expect(compared > 0)
    }

    private func contents(_ directory: String, _ disk: DiskStorage) throws -> [String: ByteBuffer] {
        var files: [String: ByteBuffer] = [:]
        for file in try disk.list(directory) { files[file] = try disk.readFile("\(directory)/\(file)") }
        return files
    }
}

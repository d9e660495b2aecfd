import BrokerCore
import Cluster
import Glibc
import KafkaProtocol
import NIOCore
import Synchronization
import Testing

@Suite("Logs that are not open yet")
struct OpeningTests {
    /// The real disk, noting which threads open files or make directories.
    private final class WatchedStorage: Storage {
        private let disk = DiskStorage(descriptorLimit: 64)
        private let threads = Mutex<Set<UInt>>([])

        /// Whether the calling thread did any of it since the last time it was asked.
        func takeOwn() -> Bool { threads.withLock { $0.remove(Self.current) != nil } }

        private static var current: UInt { UInt(pthread_self()) }
        private func note() { threads.withLock { _ = $0.insert(Self.current) } }

        func open(_ path: String, _ mode: OpenMode) throws(StorageError) -> any StorageFile {
            note()
            return try disk.open(path, mode)
        }
        func list(_ directory: String) throws(StorageError) -> [String] { try disk.list(directory) }
        func status(of path: String) throws(StorageError) -> FileStatus? { try disk.status(of: path) }
        func createDirectory(_ path: String) throws(StorageError) {
            note()
            try disk.createDirectory(path)
        }
        func remove(_ path: String) throws(StorageError) { try disk.remove(path) }
        func removeDirectory(_ path: String) throws(StorageError) { try disk.removeDirectory(path) }
        func rename(_ path: String, to newPath: String) throws(StorageError) { try disk.rename(path, to: newPath) }
        func syncDirectory(_ directory: String) throws(StorageError) {
            note()
            try disk.syncDirectory(directory)
        }
    }

    @Test("are opened and made on another thread than the appending one, and their appends stay in order")
    func appendsInOrder() throws {
        let directory = try TemporaryDirectory()
        let storage = WatchedStorage()
        let home = BrokerHome(on: storage, path: "\(directory.path)/data")
        var broker = try home.open()
        broker.createTopic("t", partitions: 4)
        for run in Int32(0)..<2 {
            _ = storage.takeOwn()
            #expect(
                broker.readFromMemory(TopicPartition("t", 0), from: 0, maxBytes: 1 << 20, limit: 1 << 20) == nil,
                "nothing is known of a log that is not open")
            var answers: [(number: Int32, answer: Answer<AppendOutcome>)] = []
            // As a pipelining producer sends them: nobody waits for an answer.
            for number in Int32(0)..<50 {
                for partition in Int32(0)..<4 {
                    var builder = RecordBatchBuilder(producerID: 7, producerEpoch: 0, baseSequence: run * 50 + number)
                    builder.append(timestamp: 1, key: nil, value: ByteBuffer(string: "\(number)"))
                    let answer = Answer<AppendOutcome>()
                    broker.append(
                        try builder.build(), to: TopicPartition("t", partition), acks: number % 2 == 0 ? -1 : 1
                    ) { answer.give($0) }
                    answers.append((run * 50 + number, answer))
                }
            }
            #expect(!storage.takeOwn(), "the appending thread opened a log")
            for (number, answer) in answers {
                let outcome = answer.wait()
                #expect(outcome.error == .none && outcome.baseOffset == Int64(number), "\(outcome)")
            }
            let end = Int64(run + 1) * 50
            let atEnd = broker.readFromMemory(TopicPartition("t", 0), from: end, maxBytes: 1 << 20, limit: 0)
            #expect(atEnd?.result?.highWatermark == end && atEnd?.result?.records.readableBytes == 0)
            broker.close()
            broker = try home.open()
        }
        broker.close()
    }
}

import BrokerCore
import Cluster
import KafkaProtocol
import NIOCore
import SeededNumbers
import Testing

@Suite("The small files of a log directory")
struct FileFormatTests {
    @Test("names tell offset, kind and stage, and nothing else passes for one")
    func names() {
        for kind in SegmentFile.Kind.allCases {
            for stage in [nil] + SegmentFile.Stage.allCases.map(Optional.some) {
                let file = SegmentFile(baseOffset: 4711, kind: kind, stage: stage)
                #expect(SegmentFile(name: file.name) == file)
            }
        }
        #expect(
            SegmentFile(baseOffset: 48, kind: .timeindex, stage: .swap).name == "00000000000000000048.timeindex.swap")
        for name in ["48.log", "0000000000000000004x.log", "00000000000000000048", "00000000000000000048.lag", "x.tmp"]
        {
            #expect(SegmentFile(name: name) == nil)
        }
        #expect(SegmentFile(name: "99999999999999999999.log") == nil)
    }

    @Test("indexes answer as a search through all entries does", arguments: UInt64(1)...20)
    func indexModel(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var offsets = OffsetIndex()
        var times = TimeIndex()
        var (offset, position, time): (Int32, Int32, Int64) = (0, 0, 0)
        for _ in 0..<random.below(60) {
            offset += Int32(1 + random.below(5))
            position += Int32(1 + random.below(5000))
            time += Int64(random.below(3))
            offsets.append(relativeOffset: offset, position: position)
            times.maybeAppend(timestamp: time, relativeOffset: offset)
        }
        for wanted in -1...(offset + 2) {
            let expected = offsets.entries.last { $0.relativeOffset <= wanted }?.position ?? 0
            #expect(offsets.position(for: wanted) == expected)
        }
        for wanted in -1...(time + 2) {
            let expected = times.entries.last { $0.timestamp < wanted }?.relativeOffset ?? -1
            #expect(times.relativeOffset(before: wanted) == expected)
        }
        #expect(OffsetIndex(reading: offsets.bytes) == offsets)
        #expect(TimeIndex(reading: times.bytes) == times)
    }

    @Test("an index with preallocated zeros, a part of an entry, or falling offsets is not taken")
    func unsoundIndexes() {
        var offsets = OffsetIndex()
        offsets.append(relativeOffset: 3, position: 100)
        var zeros = offsets.bytes
        zeros.writeRepeatingByte(0, count: 8)
        #expect(OffsetIndex(reading: zeros) == nil)
        var part = offsets.bytes
        part.writeInteger(Int16(1))
        #expect(OffsetIndex(reading: part) == nil)
        var again = offsets.bytes
        again.writeImmutableBuffer(offsets.bytes)
        #expect(OffsetIndex(reading: again) == nil)
    }

    @Test("checkpoints keep their offsets, take Kafka's empty files, and name what is wrong with others")
    func checkpoints() throws {
        let offsets: [TopicPartition: Int64] = [
            TopicPartition(topic: "cut", partition: 0): 33, TopicPartition(topic: "cut", partition: 1): 70,
        ]
        let bytes = OffsetCheckpoint(offsets).bytes
        #expect(String(buffer: bytes) == "0\n2\ncut 0 33\ncut 1 70\n")
        #expect(try OffsetCheckpoint(reading: bytes, path: "x").offsets == offsets)
        #expect(try OffsetCheckpoint(reading: ByteBuffer(), path: "x").offsets.isEmpty)
        for text in ["1\n0\n", "0\n3\na 0 1\n", "0\n1\na 0\n", "0\n1\na x 1\n", "0\n-1\n", "0"] {
            #expect(throws: LogError.self) { try OffsetCheckpoint(reading: ByteBuffer(string: text), path: "x") }
        }
    }

    @Test("Kafka's meta.properties and partition.metadata are read as they are")
    func properties() throws {
        let text = """
            #
            #Sat Nov 21 07:55:59 UTC 2026
            node.id=1
            directory.id=W2dF9umfWx7GURTkIKmxCA
            version=1
            cluster.id=goldenOpenDisk00000001

            """
        let properties = try MetaProperties(reading: ByteBuffer(string: text), path: "x")
        #expect(properties.nodeID == 1)
        #expect(properties.clusterID == "goldenOpenDisk00000001")
        #expect(properties.directoryID == "W2dF9umfWx7GURTkIKmxCA")
        #expect(try MetaProperties(reading: properties.bytes, path: "x") == properties)
        #expect(throws: LogError.self) { try MetaProperties(reading: ByteBuffer(string: "version=1\n"), path: "x") }
        let id = try #require(KafkaUUID("v9aQGHU-R2GZfA5E0-GM-w"))
        let metadata = PartitionMetadata(topicID: id)
        #expect(String(buffer: metadata.bytes) == "version: 0\ntopic_id: v9aQGHU-R2GZfA5E0-GM-w")
        #expect(try PartitionMetadata(reading: metadata.bytes, path: "x") == metadata)
    }

    @Test("a producer snapshot with any bit flipped is not taken")
    func snapshots() throws {
        var state = ProducerState()
        for producer in Int64(1)...3 {
            state.append(
                ProducerBatch(
                    producerID: producer,
                    producerEpoch: 2,
                    baseSequence: 5,
                    baseOffset: producer * 10,
                    lastOffset: producer * 10 + 3,
                    maxTimestamp: 99,
                    isTransactional: producer == 2
                )
            )
        }
        let bytes = ProducerSnapshot.bytes(of: state)
        #expect(ProducerSnapshot.read(bytes) == state)
        for index in 0..<bytes.readableBytes {
            var flipped = bytes
            flipped.setInteger((bytes.getInteger(at: index, as: UInt8.self) ?? 0) ^ 4, at: index)
            #expect(ProducerSnapshot.read(flipped) == nil)
        }
    }

    @Test("leader epochs answer where each one ended")
    func leaderEpochs() throws {
        var epochs = LeaderEpochs()
        #expect(epochs.endOffset(of: 0, logEndOffset: 9) == (-1, -1))
        for (epoch, start) in [(Int32(0), Int64(0)), (2, 10), (5, 20)] {
            let isNew = epochs.assign(epoch: epoch, startOffset: start)
            #expect(isNew)
        }
        #expect(epochs.endOffset(of: 0, logEndOffset: 30) == (0, 10))
        #expect(epochs.endOffset(of: 3, logEndOffset: 30) == (2, 20))
        #expect(epochs.endOffset(of: 5, logEndOffset: 30) == (5, 30))
        #expect(epochs.endOffset(of: 6, logEndOffset: 30) == (-1, -1))
        let isShorter = epochs.truncate(toStart: 15)
        #expect(isShorter)
        #expect(String(buffer: epochs.bytes) == "0\n2\n2 15\n5 20\n")
        let isCut = epochs.truncate(toEnd: 18)
        #expect(isCut)
        #expect(epochs.latest == 2)
        #expect(try LeaderEpochs(reading: epochs.bytes, path: "x") == epochs)
    }
}

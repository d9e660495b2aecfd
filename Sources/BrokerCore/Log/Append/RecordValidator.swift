import Cluster
import KafkaProtocol
import NIOCore

/// SHIM
struct RecordValidator {
    let config: LogConfig
    let topicPartition: TopicPartition
    let now: Int64
    func checked(_ batch: ValidBatch, _ bytes: ByteBuffer) throws(LogError) -> ValidBatch { batch }
}

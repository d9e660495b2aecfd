/// What every figure is taken with.
struct FigureContext {
    /// Where figures are printed.
    let table: Table
    /// Where files are put.
    let workplace: Workplace
    /// How often to measure.
    let rounds: Rounds
    /// Bytes that one round of a throughput figure moves.
    let bytesPerRound: Int
    /// The `weir` program.
    let program: String
    /// Partitions of the polled cluster.
    let partitions: Int
    /// Groups of the polled cluster.
    let groups: Int
    /// Bytes of the compacted topic.
    let topicBytes: Int
    /// Keys of the compacted topic.
    let keys: Int
}

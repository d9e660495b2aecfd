/// What moving records through a broker took, on both sides.
struct BrokerCost {
    /// Records moved.
    let records: Int
    /// Bytes of their batches, or of their values where the client makes the batches.
    let bytes: Int
    /// Seconds by the clock.
    let seconds: Double
    /// Processor seconds of the broker, in user mode and in the kernel.
    let brokerSeconds: Double
    /// Processor seconds of the client.
    let clientSeconds: Double

    /// 10^6 bytes a second.
    var megabytesPerSecond: Double { Double(bytes) / 1e6 / seconds }
    /// Thousands of records a second.
    var kiloRecordsPerSecond: Double { Double(records) / 1e3 / seconds }
    /// Processor seconds of the broker for a million records.
    var brokerPerMillion: Double { brokerSeconds / Double(records) * 1e6 }
    /// Processor seconds of the broker for 10^9 bytes.
    var brokerPerGigabyte: Double { brokerSeconds / Double(bytes) * 1e9 }
    /// Processor seconds of the client for a million records.
    var clientPerMillion: Double { clientSeconds / Double(records) * 1e6 }

    /// Moves records, and measures the broker's process and this thread, which is the client.
    static func measure(
        records: Int, bytes: Int, of broker: ProcessFiles, _ body: () throws -> Void
    ) rethrows -> BrokerCost {
        let before = broker.processorSeconds
        let (clock, own) = (Stopwatch(), ProcessorWatch())
        try body()
        let (seconds, clientSeconds) = (clock.seconds, own.milliseconds / 1e3)
        return BrokerCost(
            records: records, bytes: bytes, seconds: seconds, brokerSeconds: broker.processorSeconds - before,
            clientSeconds: clientSeconds)
    }
}

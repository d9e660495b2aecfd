/// `sensors`: readings of machines on a shop floor, keyed by sensor.
package struct SensorReadings: RecordGenerator {
    private var random: SeededRandom
    private var levels: [Double]

    /// The readings that belong to a seed.
    package init(seed: UInt64) {
        random = SeededRandom(seed: seed)
        levels = (0..<64).map { 20 + Double($0 % 8) }
    }

    package mutating func next(at now: Int64) -> DemoRecord {
        let sensor = Int.random(in: 0..<levels.count, using: &random)
        levels[sensor] += Double.random(in: -0.5...0.5, using: &random)
        let tenths = Int(levels[sensor] * 10)
        let key = "sensor-\(sensor)"
        return DemoRecord(
            key: key,
            value: #"{"sensor":"\#(key)","celsius":\#(Double(tenths) / 10),"timestamp":"\#(EventTime.iso8601(now))"}"#
        )
    }
}

import Testing
import WindowedMetrics

/// Kafka Streams' rules at their boundaries, one by one.
@Suite("Window rules")
struct WindowRuleTests {
    private static func query(
        _ kind: WindowPlan.Kind, grace: Int64 = 0, _ emission: WindowEmission = .final, partitions: Int = 1
    ) throws -> WindowedAggregation<CountLogic> {
        try WindowedAggregation(
            WindowPlan(kind, grace: grace), logic: CountLogic(), emission: emission, partitions: partitions)
    }

    /// Rows told for records at these times, as `start-end:count`, `-` before a retraction.
    private static func told(
        _ query: inout WindowedAggregation<CountLogic>, _ times: [Int64], partition: Int32 = 0
    ) -> [String] {
        var rows: [String] = []
        for (offset, time) in times.enumerated() {
            [UInt8(7)].withUnsafeBytes {
                query.take(
                    WindowRecord(partition: partition, offset: Int64(offset), timestamp: time), key: $0, input: ()
                ) { rows.append("\($0.start)-\($0.end):\($0.value.map { "\($0)" } ?? "-")") }
            }
        }
        return rows
    }

    @Test("no window is lost when time leaps: Kafka Streams never emits [0,2) here")
    func leap() throws {
        var query = try Self.query(.tumbling(size: 2), grace: 1)
        #expect(Self.told(&query, [0, 1, 2, 1, 0, 5]) == ["0-2:4", "2-4:1"])
        #expect(query.counts.late == 0)
    }

    @Test(
        "a tumbling window accepts a record while its end lies above stream time less grace, and closes when it does not"
    )
    func tumblingBoundary() throws {
        var query = try Self.query(.tumbling(size: 10), grace: 5)
        // At stream time 14 the window [0,10) still accepts; at 15 it closes.
        #expect(Self.told(&query, [9, 14, 3]) == [])
        #expect(Self.told(&query, [15]) == ["0-10:2"])
        #expect(Self.told(&query, [3]) == [] && query.counts.late == 1)
    }

    @Test("a hopping window may refuse a record that the next one accepts")
    func partlyLate() throws {
        var query = try Self.query(.hopping(size: 10, advance: 5))
        #expect(Self.told(&query, [12, 17, 13]) == ["5-15:1"])
        #expect(query.counts.refusedByWindow == 1 && query.counts.late == 0)
        #expect(Self.told(&query, [20]) == ["10-20:3"])
    }

    @Test("the first windows begin at 0, never before")
    func firstWindows() throws {
        var query = try Self.query(.hopping(size: 10, advance: 4), .everyChange)
        #expect(Self.told(&query, [3]) == ["0-10:1"])
        #expect(Self.told(&query, [9]) == ["0-10:2", "4-14:1", "8-18:1"])
    }

    @Test("sessions merge, retract what they were, and end after gap and grace")
    func sessions() throws {
        var query = try Self.query(.session(gap: 5), grace: 100, .everyChange)
        #expect(Self.told(&query, [10, 10]) == ["10-10:1", "10-10:2"])
        #expect(Self.told(&query, [16]) == ["16-16:1"])
        #expect(Self.told(&query, [13]) == ["10-10:-", "16-16:-", "10-16:4"])
        #expect(Self.told(&query, [14]) == ["10-16:-", "10-16:5"])
        var final = try Self.query(.session(gap: 5), grace: 2)
        #expect(Self.told(&final, [10, 13, 20]) == [])
        // Closed once the end, 13, lies before stream time less grace and gap: at 21.
        #expect(Self.told(&final, [21]) == ["10-13:2"])
        // 13 lies before 21 less grace and gap; 14 does not, and begins a session, since the one to 13 is closed.
        #expect(Self.told(&final, [13]) == [] && final.counts.late == 1)
        #expect(Self.told(&final, [14, 30]) == ["14-14:1", "20-21:2"] && final.counts.late == 1)
    }

    @Test("a record makes a sliding window before itself, and one after itself once another falls into it")
    func sliding() throws {
        var query = try Self.query(.sliding(difference: 10), grace: 100, .everyChange)
        #expect(Self.told(&query, [20]) == ["10-20:1"])
        #expect(Self.told(&query, [25]) == ["15-25:2", "21-31:1"])
        // Before the difference there is one window, from 0.
        #expect(Self.told(&query, [4]) == ["0-10:1"])
        #expect(Self.told(&query, [6]) == ["0-10:2", "5-15:1"])
    }

    @Test("null keys and impossible timestamps are counted and move no clock")
    func dropped() throws {
        var query = try Self.query(.tumbling(size: 10))
        query.take(WindowRecord(partition: 0, offset: 0, timestamp: 1_000), key: nil, input: ()) { _ in }
        for time in [-1, Int64.min, Int64.max] {
            [UInt8(1)].withUnsafeBytes {
                query.take(WindowRecord(partition: 0, offset: 1, timestamp: time), key: $0, input: ()) { _ in }
            }
        }
        #expect(query.counts.nullKey == 1 && query.counts.invalidTimestamp == 3 && query.counts.dropped == 4)
        #expect(query.clock.streamTime(of: 0) == -1)
    }

    @Test("a window waits for the slowest partition, and a record is late by its own")
    func slowestPartition() throws {
        var query = try Self.query(.tumbling(size: 10), partitions: 2)
        #expect(Self.told(&query, [5, 100], partition: 0) == [] && query.clock.slowest == [1])
        // Partition 0 has left 5 behind, partition 1 has not.
        #expect(Self.told(&query, [6], partition: 0) == [] && query.counts.late == 1)
        #expect(Self.told(&query, [7], partition: 1) == [] && query.counts.late == 1)
        #expect(Self.told(&query, [10], partition: 1) == ["0-10:2"])
        // Not waited for any more, by name; its next record is judged by the time the others have reached.
        var rows: [String] = []
        query.declareIdle(1, at: 1) { rows.append("\($0.start)-\($0.end)") }
        #expect(rows == ["10-20"] && query.clock.closingTime == 100)
        #expect(Self.told(&query, [99], partition: 1) == [] && query.counts.late == 2)
        let expected: [StreamClock.Event] = [
            .idle(partition: 1, offset: 1), .resumed(partition: 1, offset: 0, streamTime: 100),
        ]
        #expect(query.takeEvents() == expected)
    }

    @Test("plans that cannot be say why, with the numbers")
    func plans() throws {
        #expect(throws: WindowPlanError.length(0)) { try WindowPlan(.tumbling(size: 0)) }
        #expect(throws: WindowPlanError.advance(11, size: 10)) { try WindowPlan(.hopping(size: 10, advance: 11)) }
        #expect(throws: WindowPlanError.advance(0, size: 10)) { try WindowPlan(.hopping(size: 10, advance: 0)) }
        #expect(throws: WindowPlanError.overlap(200_000)) { try WindowPlan(.hopping(size: 200_000, advance: 1)) }
        #expect(throws: WindowPlanError.grace(-1)) { try WindowPlan(.session(gap: 5), grace: -1) }
        #expect(throws: WindowPlanError.retention(14, least: 15)) {
            try WindowPlan(.tumbling(size: 10), grace: 5, retention: 14)
        }
        #expect(throws: WindowPlanError.length(.max)) { try WindowPlan(.sliding(difference: .max)) }
        #expect(throws: WindowPlanError.finalWithoutWindows) {
            try WindowedAggregation(WindowPlan(.unwindowed), logic: CountLogic(), emission: .final, partitions: 1)
        }
        #expect(WindowPlan.defaultGrace(size: 60_000, isFinal: false) == 86_340_000)
        #expect(WindowPlan.defaultGrace(size: 60_000, isFinal: true) == 0)
    }
}

import Foundation
import Testing

@testable import DemoWorkload

@Suite("The demo's records")
struct RecordTests {
    @Test("the same seed writes the same records, another seed others", arguments: DemoTopic.all.map(\.name))
    func reproducible(topic: String) throws {
        let description = try #require(DemoTopic.all.first { $0.name == topic })
        func records(seed: UInt64) -> [DemoRecord] {
            guard var generator = description.generator(seed: seed) else { return [] }
            return (0..<200).map { generator.next(at: 1_795_269_751_685 + Int64($0)) }
        }
        #expect(records(seed: 7) == records(seed: 7))
        if description.recordsPerSecond > 0 {
            #expect(records(seed: 7) != records(seed: 8))
        }
    }

    @Test(
        "every value is JSON, and orders end as tombstones",
        arguments: ["page-views", "order-events", "account-events", "sensors"])
    func valuesAreJSON(topic: String) throws {
        let description = try #require(DemoTopic.all.first { $0.name == topic })
        var generator = try #require(description.generator(seed: 1))
        var tombstones = 0
        for step in 0..<3000 {
            let record = generator.next(at: 1_795_269_751_685 + Int64(step) * 10)
            guard let value = record.value else {
                tombstones += 1
                continue
            }
            #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(value.utf8)) }
        }
        #expect((tombstones > 0) == (topic == "order-events"))
    }

    @Test(
        "event times read as the calendar has them",
        arguments: [0, 951_782_400_000, 1_795_269_751_685, -86_400_001] as [Int64])
    func eventTime(milliseconds: Int64) {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(identifier: "UTC")
        formatter.dateFormat = "yyyy-MM-dd'T'HH:mm:ss.SSS'000'"
        let date = Date(timeIntervalSince1970: Double(milliseconds) / 1000)
        #expect(EventTime.iso8601(milliseconds) == formatter.string(from: date))
    }

    @Test("within two minutes some group keeps up, one falls behind, one sticks and recovers, and one stops")
    func scenario() {
        let paces = DemoGroup.all.map { group in Set(stride(from: 0.0, to: 120, by: 1).map { name(group.pace(at: $0)) })
        }
        #expect(paces.contains(["reading"]))
        #expect(paces.contains(["reading", "stuck"]))
        #expect(paces.contains(["reading", "stopped"]))
    }

    private func name(_ pace: DemoGroup.Pace) -> String {
        switch pace {
        case .reading: "reading"
        case .stuck: "stuck"
        case .stopped: "stopped"
        }
    }
}

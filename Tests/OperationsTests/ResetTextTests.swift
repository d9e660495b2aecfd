import Cluster
import Operations
import Testing

@Suite("What a reset reads from its user")
struct ResetTextTests {
    @Test(
        "times are UTC unless they name a zone",
        arguments: [
            ("2023-11-14T22:45:00.000", 1_700_001_900_000), ("2023-11-14T22:45:00.000+02:00", 1_699_994_700_000),
            ("2023-11-14T22:45:00Z", 1_700_001_900_000), ("2023-11-14T22:45:00.5-0130", 1_700_007_300_500),
            ("2024-02-29T00:00:00.000+00", 1_709_164_800_000), ("1970-01-01T00:00:00.000", 0),
            ("1969-12-31T23:59:59.999", -1), ("2099-12-31T23:59:59.999999", 4_102_444_799_999),
        ] as [(String, Int64)])
    func times(text: String, milliseconds: Int64) throws {
        #expect(try ResetTimes.time(text) == milliseconds)
    }

    @Test(
        "what is no time is refused with the form it should have",
        arguments: [
            "yesterday", "2023-11-14", "2023-11-14T22:45", "2023-02-29T00:00:00", "2023-13-01T00:00:00",
            "2023-11-14T24:00:00", "2023-11-14T22:45:00.", "2023-11-14T22:45:00 UTC", "2023-11-14T22:45:00+2", "",
        ])
    func badTimes(text: String) {
        #expect(throws: ResetError.badTime(text)) { try ResetTimes.time(text) }
    }

    @Test(
        "durations are read as Java reads them",
        arguments: [
            ("P1D", 86_400_000), ("PT1H30M", 5_400_000), ("P2DT3H4M5.006S", 183_845_006), ("pt0.5s", 500),
            ("-PT1S", -1000), ("PT-6H+3M", -21_420_000), ("-PT-6H", 21_600_000),
        ] as [(String, Int64)])
    func durations(text: String, milliseconds: Int64) throws {
        #expect(try ResetTimes.duration(text) == milliseconds)
    }

    @Test(
        "what is no duration is refused",
        arguments: ["1 day", "P", "PT", "P1DT", "PT1M1H", "P1H", "PT1.5H", "P99999999999999D", "PT1H1H", "P1W", ""])
    func badDurations(text: String) {
        #expect(throws: ResetError.badDuration(text)) { try ResetTimes.duration(text) }
    }

    @Test("a topic may be named whole or in part")
    func selections() throws {
        #expect(try ResetTopic(parsing: "orders") == ResetTopic("orders"))
        #expect(try ResetTopic(parsing: "orders:2,0,2") == ResetTopic("orders", partitions: [0, 2]))
        for text in ["", ":1", "orders:", "orders:x", "orders:-1", "orders:1,,2"] {
            #expect(throws: ResetError.badSelection(text)) { try ResetTopic(parsing: text) }
        }
    }

    @Test("files of both forms are read, quotes and Windows line ends too")
    func files() throws {
        let (first, second) = (TopicPartition(topic: "a", partition: 0), TopicPartition(topic: "b,c", partition: 1))
        let one = try ResetFile(parsing: "a,0,3\r\n\"b,c\", 1 ,4\n\n", group: "g")
        #expect(one == ResetFile(["g": [first: 3, second: 4]]))
        let several = try ResetFile(parsing: "g,a,0,3\n\"h \"\"x\"\"\",\"b,c\",1,4", group: nil)
        #expect(several == ResetFile(["g": [first: 3], "h \"x\"": [second: 4]]))
        #expect(try ResetFile(parsing: several.text(namesGroups: true), group: nil) == several)
        // Naming the group is allowed for one group, too.
        #expect(try ResetFile(parsing: "g,a,0,3\n", group: "g") == ResetFile(["g": [first: 3]]))
    }

    @Test(
        "a line that is no row of a plan is named",
        arguments: [
            ("nonsense\n", 1), ("a,0,1\na,0\n", 2), ("a,0,1\n\na,zero,1\n", 3), ("a,0,1\na,0,2\n", 2), ("a,-1,0\n", 1),
            ("a,0,1\n\"a,0,1\n", 2), (",0,1\n", 1), ("a,0,9223372036854775808\n", 1),
        ])
    func badFiles(text: String, line: Int) {
        let error = #expect(throws: ResetError.self) { try ResetFile(parsing: text, group: "g") }
        guard case .badLine(line, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }
}

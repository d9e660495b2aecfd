import Foundation
import Operations
import Testing

@Suite("Times as people type them")
struct TypedTimeTests {
    /// 2026-11-21 14:02:31.685 UTC.
    private static let now: Int64 = 1_795_269_751_685

    private static func offset(_ name: String) throws -> (Int64) -> Int {
        let zone = try #require(TimeZone(identifier: name))
        return { zone.secondsFromGMT(for: Date(timeIntervalSince1970: (Double($0) / 1000).rounded(.down))) }
    }

    private static func read(_ text: String, in zone: String = "UTC", now: Int64 = now) throws -> TypedTime {
        try TypedTime(text, now: now, offset: try offset(zone))
    }

    @Test(
        "every form means the moment it says, in the zone that was chosen",
        arguments: [
            ("now", "2026-11-21T14:02:31.685Z"), (" NOW ", "2026-11-21T14:02:31.685Z"),
            ("-2h", "2026-11-21T12:02:31.685Z"), ("−1d12h", "2026-11-20T02:02:31.685Z"),
            ("+90m", "2026-11-21T15:32:31.685Z"), ("-1w", "2026-11-14T14:02:31.685Z"),
            ("-685ms", "2026-11-21T14:02:31.000Z"),
            ("-1h 30m", "2026-11-21T12:32:31.685Z"),
            ("14:02", "2026-11-21T13:02:00.000Z"), ("9:05", "2026-11-21T08:05:00.000Z"),
            ("14:02:31.5", "2026-11-21T13:02:31.500Z"), ("14:02Z", "2026-11-21T14:02:00.000Z"),
            ("14:02 +05:30", "2026-11-21T08:32:00.000Z"),
            ("today", "2026-11-20T23:00:00.000Z"), ("yesterday 14:00", "2026-11-20T13:00:00.000Z"),
            ("Yesterday", "2026-11-19T23:00:00.000Z"), ("tomorrow 9:30", "2026-11-22T08:30:00.000Z"),
            ("yesterday 14:00 UTC", "2026-11-20T14:00:00.000Z"),
            ("2026-11-20", "2026-11-19T23:00:00.000Z"), ("2026-11-20 23:59", "2026-11-20T22:59:00.000Z"),
            ("2026-7-1 12:00", "2026-07-01T10:00:00.000Z"),
            ("2026-11-20T23:59:58.123456Z", "2026-11-20T23:59:58.123Z"),
            ("2026-11-20T23:59:58+02", "2026-11-20T21:59:58.000Z"),
            ("2026-11-20t23:59:58-0330", "2026-11-21T03:29:58.000Z"),
            ("1795269751685", "2026-11-21T14:02:31.685Z"), ("1795269751", "2026-11-21T14:02:31.000Z"),
            ("2024-02-29", "2024-02-28T23:00:00.000Z"),
        ])
    func forms(text: String, meant: String) throws {
        #expect(RFC3339.text(try Self.read(text, in: "Europe/Berlin").milliseconds) == meant)
    }

    @Test(
        "what is no time is refused",
        arguments: [
            "", "  ", "soon", "yesterdays", "25:00", "14:60", "14", "14:2", "2026-13-01", "2026-02-29", "2026-11-31",
            "2026-11-20T", "2026-11-20 14:02 CET", "14:02+", "14:02+2", "14:02+19:00", "-", "-h", "-2", "-2x",
            "+1h foo",
            "-99999999999999999999h", "-9223372036854775807d", "99999999999999999999", "now 14:00", "2026-11-20 25:00",
            "14:02:31.", "-2h 14:00", "12345",
        ])
    func refused(text: String) { #expect(throws: TypedTimeError.self) { try Self.read(text) } }

    @Test(
        "a reading that the clocks skip is taken as if they had not changed yet, and it says so",
        arguments: [
            // The night of 29 March 2026 has no 02:30 in Berlin, that of 4 October 2026 none in Sydney.
            ("Europe/Berlin", "2026-03-29 02:30", "2026-03-29T01:30:00.000Z", 3600),
            ("Australia/Sydney", "2026-10-04 02:30", "2026-10-03T16:30:00.000Z", 3600),
            // Lord Howe changes by half an hour.
            ("Australia/Lord_Howe", "2026-10-04 02:15", "2026-10-03T15:45:00.000Z", 1800),
        ] as [(String, String, String, Int)])
    func skipped(zone: String, text: String, meant: String, seconds: Int) throws {
        let typed = try Self.read(text, in: zone)
        #expect(RFC3339.text(typed.milliseconds) == meant)
        #expect(typed.shift == .skipped(seconds: seconds))
    }

    @Test(
        "a reading that comes twice is the first one, says so, and the second can be had by its offset",
        arguments: [
            (
                "Europe/Berlin", "2026-10-25 02:30", "2026-10-25T00:30:00.000Z", 3600, "+01:00",
                "2026-10-25T01:30:00.000Z"
            ),
            (
                "Australia/Sydney", "2026-04-05 02:30", "2026-04-04T15:30:00.000Z", 36_000, "+10:00",
                "2026-04-04T16:30:00.000Z"
            ),
        ] as [(String, String, String, Int, String, String)])
    func twice(zone: String, text: String, first: String, offset: Int, suffix: String, second: String) throws {
        let typed = try Self.read(text, in: zone)
        #expect(RFC3339.text(typed.milliseconds) == first)
        #expect(typed.shift == .twice(secondOffset: offset))
        let exact = try Self.read(text + suffix, in: zone)
        #expect(RFC3339.text(exact.milliseconds) == second)
        #expect(exact.shift == nil)
    }

    @Test("yesterday is a day of the calendar, 24 hours are not, across a change of the clocks")
    func calendarDays() throws {
        // 26 October 2026, 12:00 in Berlin; the clocks went back on the 25th.
        let noon: Int64 = 1_793_012_400_000
        #expect(RFC3339.text(noon) == "2026-10-26T11:00:00.000Z")
        #expect(
            RFC3339.text(try Self.read("yesterday 12:00", in: "Europe/Berlin", now: noon).milliseconds)
                == "2026-10-25T11:00:00.000Z")
        let monday = noon - 24 * 3_600_000
        #expect(
            RFC3339.text(try Self.read("yesterday 12:00", in: "Europe/Berlin", now: monday).milliseconds)
                == "2026-10-24T10:00:00.000Z")
        #expect(
            RFC3339.text(try Self.read("-1d", in: "Europe/Berlin", now: monday).milliseconds)
                == "2026-10-24T11:00:00.000Z")
    }

    @Test(
        "every quarter of an hour of a year reads back as itself, or is said to come twice",
        arguments: ["Europe/Berlin", "Australia/Sydney", "America/St_Johns", "Asia/Kathmandu", "UTC"])
    func everyQuarter(zone: String) throws {
        let offset = try Self.offset(zone)
        var doubles = 0
        for quarter in 0..<(366 * 96) as Range<Int64> {
            let moment = 1_767_225_600_000 + quarter * 900_000
            guard let wall = CivilTime(milliseconds: moment + Int64(offset(moment)) * 1000) else {
                Issue.record("no reading at \(moment)")
                return
            }
            let typed = TypedTime.resolve(wall, offset)
            if typed.milliseconds != moment {
                doubles += 1
                #expect(typed.shift == .twice(secondOffset: offset(moment)))
            }
        }
        #expect(doubles == (zone == "UTC" || zone == "Asia/Kathmandu" ? 0 : 4))
    }

    @Test("moments are written with their zone, and none is invented outside the calendar")
    func writing() {
        #expect(RFC3339.text(Self.now, offset: 3600) == "2026-11-21T15:02:31.685+01:00")
        #expect(RFC3339.text(Self.now, offset: -12_600, fraction: false) == "2026-11-21T10:32:31-03:30")
        #expect(RFC3339.text(-1) == "1969-12-31T23:59:59.999Z")
        #expect(RFC3339.text(.max) == "9223372036854775807ms")
        #expect(RFC3339.text(.max, offset: 3600) == "9223372036854775807ms")
    }
}

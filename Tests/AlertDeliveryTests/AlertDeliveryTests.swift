import AlertRules
import Foundation
import Logging
import NIOHTTP1
import Synchronization
import Testing

@testable import AlertDelivery

@Suite("Delivery of alerts")
final class AlertDeliveryTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "weir-delivery-\(UUID().uuidString)")

    init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(at: folder) }

    private static func alert(_ group: String) -> DeliverableAlert {
        DeliverableAlert(
            labels: LabelSet(["alertname": "ConsumerLag", "group": group]), annotations: ["summary": "lag of \(group)"],
            startsAt: 1_700_000_000_123)
    }

    private static var now: Int64 { Int64(Date().timeIntervalSince1970 * 1000) }

    private func delivery(
        to ways: [(String, Receiver.Way)], labels: [String: String] = [:],
        onTerminal: @escaping @Sendable (TerminalNote) -> Void = { _ in },
        onChange: @escaping @Sendable (DeliveryBoard) -> Void = { _ in }
    ) -> AlertDelivery {
        var policy = GroupingPolicy()
        policy.groupWait = 0
        policy.groupInterval = 10
        return AlertDelivery(
            to: ways.map { Receiver(name: $0.0, way: $0.1, policy: policy) }, labels: labels,
            memory: DeliveryMemory(in: folder.path), logger: Logger(label: "test"), now: { Self.now },
            onTerminal: onTerminal, onChange: onChange)
    }

    @Test("a webhook has the payload that Alertmanager would send, first of what fires, then of its end")
    func webhook() async throws {
        let server = try await HTTPCatcher()
        let address = try #require(HTTPAddress("\(server.address)/hook"))
        let delivery = delivery(to: [("ops", .webhook(HTTPTarget(.open(address))))], labels: ["cluster": "prod"])
        delivery.take([Self.alert("billing")])
        #expect(await eventually { server.requests.count == 1 })
        let body = try #require(server.requests.first?.body)
        let said = try #require(String(bytes: body, encoding: .utf8))
        #expect(
            said == #"{"alerts":[{"annotations":{"summary":"lag of billing"},"endsAt":"0001-01-01T00:00:00Z","#
                + #""fingerprint":"\#(AlertFingerprint(of: LabelSet(["alertname": "ConsumerLag", "group": "billing", "cluster": "prod"])))","#
                + #""generatorURL":"","labels":{"alertname":"ConsumerLag","cluster":"prod","group":"billing"},"#
                + #""startsAt":"2023-11-14T22:13:20.123Z","status":"firing"}],"commonAnnotations":{"summary":"lag of billing"},"#
                + #""commonLabels":{"alertname":"ConsumerLag","cluster":"prod","group":"billing"},"externalURL":"","#
                + #""groupKey":"{}:{alertname=\"ConsumerLag\"}","groupLabels":{"alertname":"ConsumerLag"},"receiver":"ops","#
                + #""status":"firing","truncatedAlerts":0,"version":"4"}"#)
        delivery.take([])
        #expect(await eventually { server.requests.count == 2 })
        let end = try #require(server.requests.last?.body)
        #expect(String(decoding: end, as: UTF8.self).contains(#""status":"resolved","truncatedAlerts":0"#))
        #expect(await eventually { delivery.board.receivers.first?.delivered == 2 })
        #expect(delivery.board.receivers.first?.said == "1 resolved")
        await delivery.stop()
        try await server.stop()
    }

    @Test("what one run told, the next does not tell again, and tells of its end")
    func restart() async throws {
        let server = try await HTTPCatcher()
        let address = try #require(HTTPAddress(server.address))
        let way = Receiver.Way.webhook(HTTPTarget(.open(address)))
        let first = delivery(to: [("ops", way)])
        first.take([Self.alert("billing")])
        #expect(await eventually { first.board.receivers.first?.delivered == 1 })
        await first.stop()
        let second = delivery(to: [("ops", way)])
        second.take([Self.alert("billing")])
        second.take([Self.alert("billing"), Self.alert("search")])
        #expect(await eventually { second.board.receivers.first?.delivered == 1 })
        #expect(second.board.receivers.first?.said == "2 firing")
        second.take([Self.alert("search")])
        #expect(await eventually { second.board.receivers.first?.said == "1 firing, 1 resolved" })
        await second.stop()
        #expect(server.requests.count == 3)
        try await server.stop()
    }

    @Test("one receiver that fails holds up no other, says why, and is told when it is there")
    func failing() async throws {
        let server = try await HTTPCatcher(statuses: [.serviceUnavailable])
        let address = try #require(HTTPAddress(server.address))
        let notes = Mutex<[String]>([])
        let seen = FileManager.default.temporaryDirectory.appending(path: "weir-seen-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: seen) }
        let delivery = delivery(
            to: [
                ("down", .webhook(HTTPTarget(.open(address)))), ("bell", .terminal(TerminalSignal())),
                ("page", .command(CommandTarget(arguments: ["/bin/sh", "-c", "cat > \(seen.path)"]))),
                ("am", .alertmanager(HTTPTarget(.open(address)))),
            ]
        ) { note in notes.withLock { $0.append(note.text) } }
        delivery.take([Self.alert("billing")])
        #expect(
            await eventually {
                delivery.board.receivers.allSatisfy { $0.delivered == 1 } && notes.withLock { $0.count } == 1
            })
        #expect(notes.withLock { $0 } == ["ConsumerLag: 1 firing (billing)"])
        #expect(delivery.board.receivers.map(\.failures).reduce(0, +) == 1)
        #expect(delivery.board.receivers.allSatisfy { !$0.isFailing })
        #expect(Set(server.requests.map(\.path)) == ["/", "/api/v2/alerts"])
        #expect(try String(contentsOf: seen, encoding: .utf8).contains(#""receiver":"page""#))
        await delivery.stop()
        try await server.stop()
    }

    @Test("the board is given at first and with each change: a failure with its reason and next try, then the delivery")
    func board() async throws {
        let server = try await HTTPCatcher(statuses: [.internalServerError])
        let address = try #require(HTTPAddress(server.address))
        let boards = Mutex<[DeliveryBoard]>([])
        let delivery = delivery(
            to: [("ops", .webhook(HTTPTarget(.open(address))))],
            onChange: { board in boards.withLock { $0.append(board) } })
        func seen() -> [ReceiverStatus] { boards.withLock { $0 }.compactMap(\.receivers.first) }
        #expect(seen().map(\.delivered) == [0], "nothing was told yet")
        delivery.take([Self.alert("billing")])
        #expect(await eventually { seen().last?.delivered == 1 })
        let failed = try #require(seen().first { $0.isFailing })
        #expect(failed.failure == "\(server.address) answered 500 Internal Server Error: because of this")
        #expect(failed.failures == 1 && failed.waiting == 1)
        let failedAt = try #require(failed.failedAt)
        let retryAt = try #require(failed.retryAt)
        #expect(retryAt > failedAt)
        let last = try #require(seen().last)
        #expect(!last.isFailing && last.retryAt == nil && last.waiting == 0)
        #expect(last.failedAt == failedAt, "the failure is remembered")
        let distinct = boards.withLock { boards in zip(boards, boards.dropFirst()).allSatisfy { $0 != $1 } }
        #expect(distinct, "a board that has not changed is not given")
        await delivery.stop()
        try await server.stop()
    }

    @Test("a file that was damaged is said and set aside, and alerts go out all the same")
    func damaged() async throws {
        let path = DeliveryMemory(in: folder.path).path
        try Data("{".utf8).write(to: URL(filePath: path))
        let notes = Mutex(0)
        let delivery = delivery(to: [("bell", .terminal(TerminalSignal()))]) { _ in notes.withLock { $0 += 1 } }
        #expect(delivery.board.problem?.contains(path) == true)
        #expect(try String(contentsOfFile: "\(path).unreadable", encoding: .utf8) == "{")
        delivery.take([Self.alert("billing")])
        #expect(await eventually { notes.withLock { $0 } == 1 })
        await delivery.stop()
    }
}

import AlertRules
import Foundation

/// A group's alerts as JSON: Alertmanager's webhook payload, version 4, which programs written for it understand.
struct WebhookMessage: Encodable {
    struct Alert: Encodable {
        var status: String
        var labels: [String: String]
        var annotations: [String: String]
        var startsAt: String
        var endsAt: String
        var generatorURL: String
        var fingerprint: String
    }

    /// Alerts of one message at most; how many are left out is in it.
    static let maxAlerts = 1000

    var version = "4"
    var groupKey: String
    var truncatedAlerts: Int
    var status: String
    var receiver: String
    var groupLabels: [String: String]
    var commonLabels: [String: String]
    var commonAnnotations: [String: String]
    var externalURL: String
    var alerts: [Alert]

    /// A group's message to a receiver.
    init(_ message: GroupDispatch.Message, to receiver: String) {
        self.receiver = receiver
        groupKey = "{}:\(message.group)"
        groupLabels = message.group.values
        status = Self.word(message.isFiring)
        externalURL = ""
        commonLabels = Self.common(message.alerts.map(\.labels.values))
        commonAnnotations = Self.common(message.alerts.map(\.annotations))
        truncatedAlerts = max(message.alerts.count - Self.maxAlerts, 0)
        alerts = message.alerts.prefix(Self.maxAlerts).map { alert in
            Alert(
                status: Self.word(alert.isFiring), labels: alert.labels.values, annotations: alert.annotations,
                startsAt: Timestamp.text(alert.startsAt), endsAt: alert.endsAt.map(Timestamp.text) ?? Timestamp.never,
                generatorURL: "", fingerprint: alert.fingerprint.description)
        }
    }

    /// The bytes of it.
    ///
    /// - Throws: `DeliveryFailure` where it cannot be written as JSON.
    func bytes() throws(DeliveryFailure) -> [UInt8] { try JSONBytes.of(self) }

    private static func word(_ isFiring: Bool) -> String { isFiring ? "firing" : "resolved" }

    /// What all have the same.
    private static func common(_ all: [[String: String]]) -> [String: String] {
        guard var common = all.first else { return [:] }
        for one in all.dropFirst() { common = common.filter { one[$0.key] == $0.value } }
        return common
    }
}

/// Alerts as JSON for `POST /api/v2/alerts` of Alertmanager: `postableAlerts` of its OpenAPI description.
struct AlertmanagerMessage: Encodable {
    struct Alert: Encodable {
        var labels: [String: String]
        var annotations: [String: String]
        var startsAt: String
        var endsAt: String
    }

    /// What the API is found by behind an Alertmanager's address.
    static let path = "/api/v2/alerts"

    private var alerts: [Alert]

    init(_ posts: [AlertmanagerFeed.Post]) {
        alerts = posts.map { post in
            Alert(
                labels: post.alert.labels.values, annotations: post.alert.annotations,
                startsAt: Timestamp.text(post.alert.startsAt), endsAt: Timestamp.text(post.endsAt))
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(alerts)
    }

    /// The bytes of it.
    ///
    /// - Throws: `DeliveryFailure` where it cannot be written as JSON.
    func bytes() throws(DeliveryFailure) -> [UInt8] { try JSONBytes.of(self) }
}

/// Values as JSON with keys in order, so that the same is the same bytes.
enum JSONBytes {
    static func of(_ value: some Encodable) throws(DeliveryFailure) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return Array(try encoder.encode(value))
        } catch {
            throw DeliveryFailure("the message cannot be written as JSON: \(error)", mayRetry: false)
        }
    }
}

/// Moments as RFC 3339 has them, in UTC with milliseconds.
enum Timestamp {
    /// Go's moment for "not yet", by which Alertmanager says that an alert has no end.
    static let never = "0001-01-01T00:00:00Z"

    /// A moment, milliseconds since 1970.
    static func text(_ milliseconds: Int64) -> String {
        // Whole seconds and the rest apart: a Double of both would be cut off below the millisecond.
        let rest = ((milliseconds % 1000) + 1000) % 1000
        let seconds = Date(timeIntervalSince1970: Double((milliseconds &- rest) / 1000)).formatted(.iso8601)
        let digits = String(rest)
        return seconds.dropLast() + "." + String(repeating: "0", count: 3 - digits.count) + digits + "Z"
    }
}

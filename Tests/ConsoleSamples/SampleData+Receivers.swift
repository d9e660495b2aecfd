package import AlertRules

extension SampleData {
    /// Four receivers: one that does not answer, one that did not answer once, one that is told, one that was told nothing yet.
    package static func deliveries() -> DeliveryBoard {
        var pager = ReceiverStatus(name: "pager", kind: "command", target: "/usr/local/bin/page")
        pager.delivered = 3
        pager.deliveredAt = now - 139_000
        pager.said = "2 firing"
        var ops = ReceiverStatus(name: "ops", kind: "webhook", target: "https://hooks.example")
        ops.delivered = 1
        ops.deliveredAt = now - 651_000
        ops.said = "1 firing"
        ops.failures = 4
        ops.failedAt = now - 21_000
        ops.failure = "https://hooks.example answered 500 Internal Server Error: try later"
        ops.isFailing = true
        ops.retryAt = now + 12_400
        ops.waiting = 2
        var central = ReceiverStatus(name: "central", kind: "alertmanager", target: "https://alerts.example")
        central.delivered = 14
        central.deliveredAt = now - 9000
        central.said = "2 firing, 1 resolved"
        central.failures = 1
        central.failedAt = now - 600_000
        central.failure = "https://alerts.example: connection refused"
        let desk = ReceiverStatus(name: "desk", kind: "terminal", target: "bell")
        return DeliveryBoard(receivers: [pager, ops, central, desk])
    }
}

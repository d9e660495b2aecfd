import AlertRules
package import Monitor
package import NIOCore

/// A snapshot as a page for Prometheus, written family by family: a page of a large cluster is tens of megabytes, of which one family at a
/// time is held.
///
/// What was not read this time is left out, so that Prometheus sees a gap and not an old figure.
package struct MetricsPage: Sendable {
    private var series: SnapshotSeries
    private let alerts: AlertBoard
    private var families = MetricCatalogue.all[...]

    /// Label sets made so far, for the page of the next snapshot.
    package var labels: LabelCache { series.labels }

    /// `up` is Prometheus' own word on each scrape: a page that had it would contradict.
    private static let ofPrometheus: Set = ["up"]

    /// A page of a snapshot.
    ///
    /// - Parameter labels: Label sets of an earlier page.
    package init(of snapshot: Snapshot, labels: LabelCache = LabelCache()) {
        let outage = snapshot.poll.outage?.reason
        series = SnapshotSeries(
            snapshot: snapshot, groupsProblem: outage, topicsProblem: outage,
            statusProblem: outage ?? snapshot.statusStaleSince.map { _ in "the status is old" }, labels: labels)
        alerts = snapshot.alerts
    }

    /// Writes families until there are some bytes to send, or nothing is left.
    ///
    /// - Returns: False where nothing is left to write.
    package mutating func write(atLeast bytes: Int, to page: inout ByteBuffer) -> Bool {
        let start = page.writerIndex
        while page.writerIndex - start < bytes {
            guard let metric = families.popFirst() else { return page.writerIndex > start }
            guard !Self.ofPrometheus.contains(metric.name) else { continue }
            // A summary's count and sum stand below the same head.
            var parts = [(metric, samples(of: metric))]
            while let part = families.first, part.family == metric.name {
                families.removeFirst()
                parts.append((part, samples(of: part)))
            }
            guard parts.contains(where: { !$0.1.isEmpty }) else { continue }
            TextFormat.writeHead(of: metric, to: &page)
            for (part, samples) in parts { TextFormat.write(samples, of: part.name, to: &page) }
        }
        return true
    }

    private mutating func samples(of metric: Metric) -> [SeriesSample] {
        if metric.scope == .rules { return alertSamples(of: metric.name) }
        guard case .samples(let samples, _) = series.read(metric.name) else { return [] }
        return samples
    }

    /// `ALERTS` and `ALERTS_FOR_STATE` as Prometheus' own rules make them.
    private func alertSamples(of name: String) -> [SeriesSample] {
        alerts.instances.compactMap { alert -> SeriesSample? in
            guard let since = alert.activeSince else { return nil }
            var labels = alert.labels
            labels["alertname"] = alert.rule
            guard name == MetricCatalogue.alertsName else {
                // Whole seconds, as Prometheus has it.
                return SeriesSample(labels: LabelSet(labels), value: (Double(since) / 1000).rounded(.down))
            }
            labels["alertstate"] = alert.isFiring ? "firing" : "pending"
            return SeriesSample(labels: LabelSet(labels), value: 1)
        }
    }
}

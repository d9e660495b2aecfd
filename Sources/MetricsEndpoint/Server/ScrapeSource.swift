import Monitor
import NIOCore
import NIOPosix
import Synchronization

/// Pages for scrapes, part by part, made beside the event loops.
final class ScrapeSource: Sendable {
    private let pool: NIOThreadPool
    private let snapshot: @Sendable () -> Snapshot
    /// Label sets of earlier pages: most rows are those of the last scrape.
    private let labels = Mutex(LabelCache())

    /// Bytes sent at once, or what one family has beyond them.
    private static let partBytes = 256 * 1024

    init(pool: NIOThreadPool, snapshot: @escaping @Sendable () -> Snapshot) {
        self.pool = pool
        self.snapshot = snapshot
    }

    /// A page of the newest snapshot; nil before the cluster was read.
    func page() -> MetricsPage? {
        let newest = snapshot()
        guard newest.sequence > 0 else { return nil }
        return MetricsPage(of: newest, labels: labels.withLock { $0 })
    }

    /// The next part of a page, with what is left of it; nil where nothing is.
    func part(of page: MetricsPage, on loop: any EventLoop) -> EventLoopFuture<(part: ByteBuffer, rest: MetricsPage)?> {
        pool.runIfActive(eventLoop: loop) { [self] in
            var (rest, part) = (page, ByteBuffer())
            guard rest.write(atLeast: Self.partBytes, to: &part) else {
                labels.withLock { $0 = rest.labels }
                return nil
            }
            return (part, rest)
        }
    }
}

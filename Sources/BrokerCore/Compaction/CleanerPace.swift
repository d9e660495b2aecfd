import Dispatch
import Glibc

/// Slows a compaction down to `log.cleaner.io.max.bytes.per.second`. Kafka counts what is read and what is written; this counts what is
/// read, of which the cleaner writes at most as much again.
struct CleanerPace {
    private let bytesPerSecond: Double
    private let began = DispatchTime.now().uptimeNanoseconds
    /// The most milliseconds to sleep before asking again whether to go on.
    private static let nap = 50.0

    /// A pace from now on.
    init(bytesPerSecond: Double) { self.bytesPerSecond = bytesPerSecond }

    /// Sleeps until so many bytes are due.
    ///
    /// - Returns: False when `stops` said so meanwhile.
    func wait(after bytes: Int64, stops: () -> Bool) -> Bool {
        while bytesPerSecond > 0 {
            let elapsed = Double(DispatchTime.now().uptimeNanoseconds - began) / 1e9
            let early = Double(bytes) / bytesPerSecond - elapsed
            guard early > 0.001 else { return true }
            if stops() { return false }
            // The cleaner has a thread of its own; short naps let it see soon that it is to stop.
            usleep(UInt32(min(early * 1000, Self.nap) * 1000))
        }
        return true
    }
}

import ArgumentParser
import Cluster

/// The place in time or in the log that `kafka-get-offsets.sh --time` names.
struct OffsetTime: Sendable, ExpressibleByArgument {
    /// The place.
    let spec: OffsetSpec

    /// Reads `earliest`, `latest`, `max-timestamp`, their numbers, or milliseconds since 1970; nil for anything else.
    init?(argument: String) {
        switch argument {
        case "latest", "-1": spec = .latest
        case "earliest", "-2": spec = .earliest
        case "max-timestamp", "-3": spec = .maxTimestamp
        default:
            guard let time = Int64(argument), time >= 0 else { return nil }
            spec = .timestamp(time)
        }
    }
}

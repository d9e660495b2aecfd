import WindowedMetrics

/// What is committed beside a partition's offset (the commit's metadata), so that a restart comes to the very state that was told:
///
/// ```
/// weir1 9f3c5d0e61b2a478 12 40310 i5120 r5177@1763733600000
/// ```
///
/// the query's incarnation (hex), the generation of the saved state it builds on, the records taken since then, and what happened since to the
/// partition's clock besides records: idle from an offset, back with an offset at a stream time.
struct CommitNote: Equatable, Sendable {
    /// Which start of the query.
    var incarnation: UInt64
    /// The saved state's generation.
    var generation: UInt64
    /// Records of the partition that were taken since that state.
    var taken: Int64
    /// The partition's events since that state, in order.
    var events: [StreamClock.Event] = []

    /// Brokers keep 4096 bytes (`offset.metadata.max.bytes`); a new state is saved when notes come near that.
    static let comfortableLength = 1024

    /// The note's text.
    var text: String {
        var words = ["weir1", String(incarnation, radix: 16), "\(generation)", "\(taken)"]
        for event in events {
            switch event {
            case .idle(_, let offset): words.append("i\(offset)")
            case .resumed(_, let offset, let time): words.append("r\(offset)@\(time)")
            }
        }
        return words.joined(separator: " ")
    }

    /// A note.
    init(incarnation: UInt64, generation: UInt64, taken: Int64, events: [StreamClock.Event] = []) {
        self.incarnation = incarnation
        self.generation = generation
        self.taken = taken
        self.events = events
    }

    /// The note in a commit's metadata; nil where it is none.
    init?(_ text: String, partition: Int32) {
        let words = text.split(separator: " ")
        guard words.count >= 4, words[0] == "weir1", let incarnation = UInt64(words[1], radix: 16),
            let generation = UInt64(words[2]), let taken = Int64(words[3]), taken >= 0
        else { return nil }
        self.init(incarnation: incarnation, generation: generation, taken: taken)
        for word in words[4...] {
            let rest = word.dropFirst()
            if word.first == "i", let offset = Int64(rest) {
                events.append(.idle(partition: partition, offset: offset))
            } else if word.first == "r", let at = rest.firstIndex(of: "@"), let offset = Int64(rest[..<at]),
                let time = Int64(rest[rest.index(after: at)...]), time >= -1
            {
                events.append(.resumed(partition: partition, offset: offset, streamTime: time))
            } else {
                return nil
            }
        }
    }
}

/// One quantity that a history keeps.
package struct HistoryColumn: Sendable, Equatable {
    /// What a step keeps of the many moments in it.
    package enum Keeps: Sendable {
        /// The number at the step's first moment, as it was then: nothing is averaged.
        case moment
        /// The largest number since the step before.
        case largest
    }

    /// What a step keeps.
    package var keeps: Keeps
    /// True for what rises steadily, as offsets do.
    package var isSteady: Bool
    /// Steps shorter than this do not keep it, milliseconds.
    package var finestMilliseconds: Int64

    /// A quantity.
    package init(_ keeps: Keeps = .moment, isSteady: Bool = false, finestMilliseconds: Int64 = 0) {
        self.keeps = keeps
        self.isSteady = isSteady
        self.finestMilliseconds = finestMilliseconds
    }

    func isKept(in step: HistoryStep) -> Bool { step.milliseconds >= finestMilliseconds }
}

/// How far apart the moments of a history are, and for how long they are kept.
package struct HistoryStep: Sendable, Equatable {
    /// The distance, milliseconds.
    package var milliseconds: Int64
    /// How long they are kept, milliseconds; whole chunks of sixty go, so up to sixty steps longer.
    package var spanMilliseconds: Int64
    /// True for the finest step, which takes every moment there is.
    package var isFinest: Bool

    /// A step.
    package init(milliseconds: Int64, spanMilliseconds: Int64, isFinest: Bool = false) {
        self.milliseconds = max(milliseconds, 1)
        self.spanMilliseconds = max(spanMilliseconds, 1)
        self.isFinest = isFinest
    }

    /// A second for ten minutes, ten seconds for an hour, a minute for six hours.
    package static let usual = [
        HistoryStep(milliseconds: 1000, spanMilliseconds: 600_000, isFinest: true),
        HistoryStep(milliseconds: 10_000, spanMilliseconds: 3_600_000),
        HistoryStep(milliseconds: 60_000, spanMilliseconds: 21_600_000),
    ]
    /// A minute for six hours.
    package static let minutes = [HistoryStep(milliseconds: 60_000, spanMilliseconds: 21_600_000)]
}

/// A table of things (a place each) with some quantities, over time: fine lately, coarser farther back, packed.
///
/// What one step keeps of another is never an average: the moment at its beginning as it was, and where a column says so the largest number since
/// the step before. Numbers are whole and at most `KeptNumber.limit` from 0, or absent.
package struct SteppedHistory: Sendable {
    /// The quantities.
    package let columns: [HistoryColumn]
    private var tiers: [FrameTier]

    /// A history of nothing.
    ///
    /// - Parameter steps: The finest first, each coarser than the one before.
    package init(columns: [HistoryColumn], steps: [HistoryStep]) {
        self.columns = columns
        tiers = steps.map { FrameTier(step: $0, columns: columns) }
    }

    /// The steps, the finest first.
    package var steps: [HistoryStep] { tiers.map(\.step) }
    /// What it takes, bytes, with the newest moment of each step unpacked.
    package var byteCount: Int { tiers.reduce(0) { $0 + $1.byteCount + $1.unpackedBytes } }
    /// The time of the newest moment kept.
    package var lastTime: Int64? { tiers.compactMap(\.lastTime).max() }
    /// The time of the oldest moment kept.
    package var firstTime: Int64? { tiers.compactMap(\.firstTime).min() }

    /// Takes the numbers of a moment, later than the last one's; an earlier one is left out.
    ///
    /// - Parameters:
    ///   - values: By column, then by place.
    ///   - count: How many places there are.
    ///   - time: Wall milliseconds.
    package mutating func take(_ values: [[Int64]], count: Int, at time: Int64) {
        precondition(values.count == columns.count, "one list of numbers a column")
        for tier in tiers.indices { tiers[tier].take(values, count: count, at: time) }
    }

    /// Whether anything of a moment would be kept; always where a column keeps the largest.
    package func wants(_ time: Int64) -> Bool {
        columns.contains { $0.keeps == .largest } || tiers.contains { $0.isDue(at: time) }
    }

    /// Forgets what is said to have been from a moment on, as when the clock was set back.
    package mutating func forget(from time: Int64) {
        for tier in tiers.indices { tiers[tier].forget(from: time) }
    }

    /// Forgets the oldest chunk of the largest step that has another.
    ///
    /// - Returns: False when nothing can go.
    package mutating func dropOldest() -> Bool {
        let longer = tiers.indices.filter { tiers[$0].chunks.count > 1 }
        guard let tier = longer.max(by: { tiers[$0].byteCount < tiers[$1].byteCount }) else { return false }
        tiers[tier].dropOldest()
        return true
    }

    /// The time of the newest moment kept at or before one.
    package func time(atOrBefore time: Int64) -> Int64? { tiers.compactMap { $0.frameTime(atOrBefore: time) }.max() }
    /// The time of the oldest moment kept after one.
    package func time(after time: Int64) -> Int64? { tiers.compactMap { $0.frameTime(after: time) }.min() }

    /// The numbers of the newest moment at or before one, by column and place.
    ///
    /// - Parameters:
    ///   - wanted: The columns to read.
    ///   - places: How many places there can be at most.
    /// - Returns: The moment's time and its numbers; nil when nothing that old is kept.
    /// - Throws: `PackedError` where what was kept cannot be read.
    package func values(
        atOrBefore time: Int64, columns wanted: Set<Int>, places: Int
    ) throws(PackedError) -> (time: Int64, values: [[Int64]])? {
        var found: (tier: FrameTier, time: Int64)?
        for tier in tiers where wanted.contains(where: { columns[$0].isKept(in: tier.step) }) {
            guard let at = tier.frameTime(atOrBefore: time), at > found?.time ?? Int64.min else { continue }
            found = (tier, at)
        }
        guard let found else { return nil }
        var values: [[Int64]]?
        try found.tier.visit(found.time...found.time, columns: wanted, places: places) { _, states in
            values = states.map(\.values)
        }
        return values.map { (found.time, $0) }
    }

    /// The step that a range is read at: the finest that reaches back to its beginning, else the one that reaches back farthest; nil when nothing of
    /// the range is kept.
    package func step(for range: ClosedRange<Int64>, columns wanted: Set<Int>) -> HistoryStep? {
        tier(for: range, columns: wanted)?.step
    }

    private func tier(for range: ClosedRange<Int64>, columns wanted: Set<Int>) -> FrameTier? {
        let kept = tiers.filter { tier in
            wanted.contains { columns[$0].isKept(in: tier.step) } && tier.firstTime ?? Int64.max <= range.upperBound
        }
        return kept.first { ($0.firstTime ?? Int64.max) <= range.lowerBound }
            ?? kept.min { ($0.firstTime ?? Int64.max) < ($1.firstTime ?? Int64.max) }
    }

    /// Visits the moments of a range at the step of ``step(for:columns:)``, oldest first.
    ///
    /// - Parameters:
    ///   - wanted: The columns to read; the others come empty.
    ///   - places: How many places there can be at most.
    ///   - body: Takes a moment's time and its numbers by column and place.
    /// - Throws: `PackedError` where what was kept cannot be read.
    package func visit(
        _ range: ClosedRange<Int64>, columns wanted: Set<Int>, places: Int, _ body: (Int64, [[Int64]]) -> Void
    ) throws(PackedError) {
        guard let tier = tier(for: range, columns: wanted) else { return }
        try tier.visit(range, columns: wanted, places: places) { time, states in body(time, states.map(\.values)) }
    }

    /// Writes all that is kept.
    package func write(into writer: inout PackedWriter) { write(into: &writer) { _ in } }

    /// Writes all that is kept, part by part.
    ///
    /// - Parameter spill: Called after each chunk, so that the writer can be emptied: a history may be large.
    package func write(
        into writer: inout PackedWriter, spill: (inout PackedWriter) throws -> Void
    ) rethrows {
        writer.count(columns.count)
        writer.count(tiers.count)
        for tier in tiers {
            writer.signed(tier.step.milliseconds)
            writer.count(tier.chunks.count)
            for chunk in tier.chunks {
                writer.count(chunk.frames.count)
                for frame in chunk.frames {
                    writer.signed(frame.time)
                    writer.block(frame.bytes)
                }
                try spill(&writer)
            }
        }
    }

    /// Reads what `write` wrote in place of all there is.
    ///
    /// - Throws: `PackedError` for bytes that are no history of these columns and steps.
    package mutating func read(from reader: inout PackedReader) throws(PackedError) {
        guard try reader.number(upTo: 1024) == columns.count, try reader.number(upTo: 64) == tiers.count else {
            throw .malformed
        }
        for tier in tiers.indices {
            guard try reader.signed() == tiers[tier].step.milliseconds else { throw .malformed }
            var chunks: [FrameTier.Chunk] = []
            var last = Int64.min
            for _ in 0..<(try reader.count()) {
                var chunk = FrameTier.Chunk()
                let frames = try reader.number(upTo: FrameTier.chunkFrames)
                for _ in 0..<frames {
                    let time = try reader.signed()
                    guard time > last else { throw .malformed }
                    last = time
                    chunk.frames.append(FrameTier.Frame(time: time, bytes: try reader.block()))
                }
                guard !chunk.frames.isEmpty else { throw .malformed }
                chunks.append(chunk)
            }
            tiers[tier].restore(chunks)
        }
    }
}

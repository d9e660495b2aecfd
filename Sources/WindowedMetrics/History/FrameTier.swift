/// The numbers of a table of things at moments some distance apart, the newest of a span kept, each as its difference from the moment before.
///
/// Moments ("frames") are kept in chunks of sixty; the first of a chunk stands alone, so that the oldest chunk can go without the others. A chunk
/// goes when all of it is older than the span.
struct FrameTier: Sendable {
    /// One moment: the number of places, then each column's differences with their length in front, all packed as `FramePacking` does.
    struct Frame: Sendable, Equatable {
        /// Wall milliseconds.
        var time: Int64
        var bytes: [UInt8]
    }

    /// Frames of which only the first can be read alone.
    struct Chunk: Sendable, Equatable {
        var frames: [Frame] = []
        /// What it takes, about.
        var byteCount: Int { frames.reduce(0) { $0 + $1.bytes.count + Self.frameOverhead } }
        private static let frameOverhead = 64
    }

    /// Frames of one chunk.
    static let chunkFrames = 60

    let step: HistoryStep
    private(set) var chunks: [Chunk] = []
    /// What the chunks take.
    private(set) var byteCount = 0
    private var states: [ColumnState]
    private let columns: [HistoryColumn]
    /// Largest values since the newest frame, by column and place; only of columns that keep the largest.
    private var peaks: [[Int64]]
    /// True when the newest chunk was read from a file or cut: there is no state to go on from.
    private var beginsAnew = false

    init(step: HistoryStep, columns: [HistoryColumn]) {
        self.step = step
        self.columns = columns
        states = columns.map { ColumnState(isSteady: $0.isSteady) }
        peaks = columns.map { _ in [] }
    }

    /// What the newest frame takes beside its bytes: the numbers that the next one is compared with.
    var unpackedBytes: Int { states.reduce(0) { $0 + $1.byteCount } + peaks.reduce(0) { $0 + $1.count * 8 } }

    var lastTime: Int64? { chunks.last?.frames.last?.time }
    var firstTime: Int64? { chunks.first?.frames.first?.time }

    /// Takes the numbers of a moment; makes a frame of it when one is due.
    ///
    /// - Parameters:
    ///   - values: By column, then by place.
    ///   - count: How many places there are.
    mutating func take(_ values: [[Int64]], count: Int, at time: Int64) {
        for column in columns.indices where columns[column].keeps == .largest {
            Self.raise(&peaks[column], by: values[column])
        }
        guard isDue(at: time) else { return }
        var frame = PackedWriter()
        frame.count(count)
        if beginsAnew || chunks.last.map({ $0.frames.count >= Self.chunkFrames }) ?? true {
            beginsAnew = false
            chunks.append(Chunk())
            states = columns.map { ColumnState(isSteady: $0.isSteady) }
        }
        var packed = PackedWriter()
        for column in columns.indices {
            packed.removeAll()
            let kept = columns[column].isKept(in: step)
            let shown = columns[column].keeps == .largest ? peaks[column] : values[column]
            ColumnCodec.encode(kept ? shown : [], count: kept ? count : 0, after: &states[column], into: &packed)
            frame.block(packed.bytes)
            peaks[column] = []
        }
        // Exactly as many bytes as are needed: a growing array may hold room for twice as many.
        let bytes = FramePacking.pack(frame.bytes)
        chunks[chunks.count - 1].frames.append(Frame(time: time, bytes: bytes))
        byteCount += bytes.count + 64
        forget(before: time.subtractingReportingOverflow(step.spanMilliseconds).partialValue)
    }

    private static func raise(_ peaks: inout [Int64], by values: [Int64]) {
        if peaks.count < values.count {
            peaks.append(contentsOf: repeatElement(KeptNumber.absent, count: values.count - peaks.count))
        }
        for place in values.indices where values[place] > peaks[place] { peaks[place] = values[place] }
    }

    /// A frame is due with the first moment of a new step; at the finest step with each that is half a step after the last.
    func isDue(at time: Int64) -> Bool {
        guard let last = lastTime else { return true }
        if step.isFinest { return time &- last >= step.milliseconds / 2 }
        return time / step.milliseconds > last / step.milliseconds
    }

    /// Forgets whole chunks that end before a moment.
    mutating func forget(before time: Int64) {
        while let last = chunks.first?.frames.last, last.time < time { dropOldest() }
    }

    /// Forgets the oldest chunk; the state of the newest one stays right only while it stays.
    mutating func dropOldest() {
        guard !chunks.isEmpty else { return }
        byteCount -= chunks.removeFirst().byteCount
    }

    /// Forgets frames from a moment on, as when the clock was set back.
    mutating func forget(from time: Int64) {
        guard let last = lastTime, last >= time else { return }
        var kept: [Chunk] = []
        for chunk in chunks {
            let frames = chunk.frames.filter { $0.time < time }
            if !frames.isEmpty { kept.append(Chunk(frames: frames)) }
        }
        restore(kept)
    }

    /// Puts kept chunks in place of all there are; the next frame begins a chunk of its own.
    mutating func restore(_ kept: [Chunk]) {
        chunks = kept
        byteCount = kept.reduce(0) { $0 + $1.byteCount }
        peaks = columns.map { _ in [] }
        beginsAnew = true
    }

    /// The time of the newest frame at or before a moment.
    func frameTime(atOrBefore time: Int64) -> Int64? {
        for chunk in chunks.reversed() {
            guard let first = chunk.frames.first, first.time <= time else { continue }
            return chunk.frames.last { $0.time <= time }?.time
        }
        return nil
    }

    /// The time of the oldest frame after a moment.
    func frameTime(after time: Int64) -> Int64? {
        for chunk in chunks {
            guard let last = chunk.frames.last, last.time > time else { continue }
            return chunk.frames.first { $0.time > time }?.time
        }
        return nil
    }

    /// Visits the frames of a range, oldest first.
    ///
    /// - Parameters:
    ///   - wanted: The columns to read; others are left empty.
    ///   - places: How many places there can be at most.
    ///   - body: Takes a frame's time and, by column, its numbers by place.
    /// - Throws: `PackedError` where what was kept cannot be read.
    func visit(
        _ range: ClosedRange<Int64>, columns wanted: Set<Int>, places: Int,
        _ body: (Int64, [ColumnState]) -> Void
    ) throws(PackedError) {
        for chunk in chunks {
            guard let first = chunk.frames.first?.time, let last = chunk.frames.last?.time, last >= range.lowerBound,
                first <= range.upperBound
            else { continue }
            var states = columns.map { ColumnState(isSteady: $0.isSteady) }
            for frame in chunk.frames where frame.time <= range.upperBound {
                try Self.read(frame, wanted: wanted, places: places, into: &states)
                if frame.time >= range.lowerBound { body(frame.time, states) }
            }
        }
    }

    private static func read(
        _ frame: Frame, wanted: Set<Int>, places: Int, into states: inout [ColumnState]
    ) throws(PackedError) {
        var reader = PackedReader(try FramePacking.unpack(frame.bytes))
        let count = try reader.number(upTo: places)
        for column in states.indices {
            guard wanted.contains(column) else {
                try reader.skipBlock()
                continue
            }
            var packed = try reader.nested()
            try ColumnCodec.decode(&packed, count: count, into: &states[column])
        }
    }
}

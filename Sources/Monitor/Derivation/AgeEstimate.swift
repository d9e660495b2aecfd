import WindowedMetrics

/// What the time of a record that was not read is estimated from.
struct AgeEstimate {
    /// Records of the partition whose timestamp was read lately, ascending by offset.
    let dated: [DatedOffset]
    /// The partition's end over time.
    let end: SampleTrack

    /// When the record at an offset was written, judged from dated records and from when the end passed it.
    ///
    /// - Parameters:
    ///   - offset: The record's offset, below the end.
    ///   - own: A record the asking group had read earlier.
    /// - Returns: Wall milliseconds with how they were got; nil when nothing is known.
    func timestamp(of offset: Int64, own: DatedOffset?, on axis: TimeAxis, now: Moment) -> (Int64, Quality)? {
        var below = own.flatMap { $0.offset <= offset ? $0 : nil }
        var above: DatedOffset?
        for record in dated {
            if record.offset == offset { return (record.timestamp, .exact) }
            if record.offset < offset {
                if record.offset >= below?.offset ?? -1 { below = record }
            } else {
                above = record
                break
            }
        }
        // The record at `offset` was there once the end stood above it.
        if above == nil || below == nil, let passed = end.timeOfPassing(Double(offset), on: axis) {
            return (now.wallMilliseconds(atMonotonic: passed), .estimated)
        }
        let oldest = end.oldest(on: axis)
        if above == nil, let oldest, let value = Int64(exactly: oldest.value), value > offset {
            above = DatedOffset(offset: value, timestamp: now.wallMilliseconds(atMonotonic: oldest.time))
        }
        switch (below, above) {
        case (.some(let below), .some(let above)):
            let share = Double(offset &- below.offset) / Double(above.offset &- below.offset)
            let span = Double(above.timestamp &- below.timestamp)
            return (below.timestamp &+ (Int64(exactly: (share * span).rounded()) ?? 0), .estimated)
        case (.none, .some(let above)):
            // Written before that one, nobody knows how long.
            return (above.timestamp, .lowerBound)
        case (_, .none):
            return nil
        }
    }
}

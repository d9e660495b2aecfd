/// Which segments become one when cleaned (Kafka's `Cleaner.groupSegmentsBySize`): together they must fit one segment, in bytes, in
/// index entries and in the span of offsets that a relative offset can hold.
enum SegmentGroups {
    /// Groups segments in their order.
    ///
    /// - Parameters:
    ///   - segments: The segments of the run, ascending.
    ///   - maxBytes: `segment.bytes`.
    ///   - maxIndexEntries: Entries that fit an offset index.
    static func group(
        _ segments: [SegmentInfo],
        maxBytes: Int64,
        maxIndexEntries: Int64,
        indexIntervalBytes: Int64
    ) -> [ArraySlice<SegmentInfo>] {
        var groups: [ArraySlice<SegmentInfo>] = []
        var start = 0
        while start < segments.count {
            var bytes = segments[start].bytes
            var end = start + 1
            while end < segments.count {
                let segment = segments[end]
                let entries = (bytes + segment.bytes) / max(1, indexIntervalBytes) + 1
                let span = segment.nextOffset - 1 - segments[start].baseOffset
                guard bytes + segment.bytes <= maxBytes, entries <= maxIndexEntries,
                    segment.bytes == 0 || span <= Int64(Int32.max)
                else { break }
                bytes += segment.bytes
                end += 1
            }
            groups.append(segments[start..<end])
            start = end
        }
        return groups
    }
}

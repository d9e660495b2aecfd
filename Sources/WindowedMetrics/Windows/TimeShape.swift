/// The arithmetic of tumbling and hopping windows, and how their records are cut into slices.
///
/// Windows of size `s` that begin every `a` overlap s ÷ a times. Kept in slices as long as gcd(s, a), a record changes one slice however many
/// windows it belongs to, and a window's result is its slices merged (the "slices" of Flink's `SliceAssigners`, the "panes" of the literature).
/// That pays where a window is told once. Where each record tells all its windows anyway, and where slices would be too many, a slice is a whole
/// window.
struct TimeShape: Sendable, Equatable {
    let size: Int64
    let advance: Int64
    /// The length of a slice if windows share them.
    let sliceLength: Int64
    let sharesSlices: Bool

    /// The most slices a window is merged from.
    private static let mostSlices: Int64 = 4096

    init(size: Int64, advance: Int64, isFinal: Bool) {
        self.size = size
        self.advance = advance
        var (divisor, rest) = (size, advance)
        while rest > 0 { (divisor, rest) = (rest, divisor % rest) }
        sharesSlices = isFinal && advance < size && size / divisor <= Self.mostSlices
        sliceLength = sharesSlices ? divisor : size
    }

    /// How far the times of neighbouring slices lie apart, in milliseconds.
    var sliceUnit: Int64 { sharesSlices ? sliceLength : advance }

    /// The start of the first window that a time belongs to (Kafka Streams' `TimeWindows.windowsFor`).
    func firstWindow(of time: Int64) -> Int64 { max(0, time - size + advance) / advance * advance }

    /// The start of the last window that a time belongs to.
    func lastWindow(of time: Int64) -> Int64 { time / advance * advance }

    /// The start of the first window that is not closed by a time.
    func firstOpenWindow(closedBy closeTime: Int64) -> Int64 {
        // start + size > closeTime
        closeTime < size ? 0 : ((closeTime - size) / advance + 1) * advance
    }

    /// The number of the slice that a time is kept in, if windows share them.
    func slice(of time: Int64) -> Int64 { time / sliceLength }

    /// The number of the slice that a window is kept in, if they are not shared.
    func slice(ofWindow start: Int64) -> Int64 { start / advance }

    /// The number of the first slice of a window.
    func firstSlice(ofWindow start: Int64) -> Int64 { sharesSlices ? start / sliceLength : slice(ofWindow: start) }

    /// The number of the last slice of a window.
    func lastSlice(ofWindow start: Int64) -> Int64 {
        sharesSlices ? (start + size) / sliceLength - 1 : slice(ofWindow: start)
    }

    /// The start of the first window that a slice is part of.
    func firstWindow(withSlice number: Int64) -> Int64 {
        sharesSlices ? firstWindow(of: number * sliceLength) : number * advance
    }

    /// The start of the last window that a slice is part of.
    func lastWindow(withSlice number: Int64) -> Int64 {
        sharesSlices ? lastWindow(of: number * sliceLength) : number * advance
    }
}

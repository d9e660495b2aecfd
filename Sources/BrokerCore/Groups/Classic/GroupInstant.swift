/// One moment on both clocks.
package struct GroupInstant: Sendable, Equatable {
    /// Milliseconds since 1970-01-01 UTC: what is written to the log.
    package var wall: Int64
    /// Milliseconds of a clock that never goes back: what deadlines count in, so that a leap of the wall clock
    /// expires nobody.
    package var monotonic: Int64

    /// States a moment.
    package init(wall: Int64, monotonic: Int64) {
        self.wall = wall
        self.monotonic = monotonic
    }

    /// The monotonic time some milliseconds from now; negative spans count as none.
    func after(milliseconds: Int32) -> Int64 {
        monotonic.addingReportingOverflow(Int64(max(0, milliseconds))).partialValue
    }
}

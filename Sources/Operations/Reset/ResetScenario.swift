/// Where committed offsets are to be moved, the scenarios of `kafka-consumer-groups.sh --reset-offsets`.
package enum ResetScenario: Sendable, Equatable {
    /// To each log's first offset.
    case earliest
    /// To each log's end.
    case latest
    /// To one offset, clamped to each log.
    case offset(Int64)
    /// So many records on, or back where negative, clamped to each log.
    case shift(Int64)
    /// To the first record at or after a time, wall milliseconds; to the end where there is none.
    case time(Int64)
    /// Where they are now; to the end where there is no commit.
    case current
}

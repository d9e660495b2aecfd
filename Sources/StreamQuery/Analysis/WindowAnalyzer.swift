/// Checks a WINDOW clause and fills in what it leaves out.
enum WindowAnalyzer {
    private static let day: Int64 = 86_400_000

    /// The windows of a clause: the grace is `max(24 h − size, 0)` where none is given, 0 under EMIT FINAL (ksqlDB's `StreamAggregateBuilder` and
    /// `RewrittenAnalysis`); the retention at least size and grace.
    static func spec(_ clause: WindowClause, isFinal: Bool) throws(StatementError) -> WindowSpec {
        let shape: WindowSpec.Shape
        let size: Int64
        switch clause.shape {
        case .tumbling(let length):
            size = try positive(length, "the size", clause.span)
            shape = .tumbling(size: size)
        case .hopping(let length, let step):
            size = try positive(length, "the size", clause.span)
            let advance = try positive(step, "the advance", clause.span)
            guard advance <= size else {
                throw StatementError(
                    "windows that advance by more than their size would leave records out", at: clause.span)
            }
            shape = .hopping(size: size, advance: advance)
        case .session(let length):
            size = try positive(length, "the gap", clause.span)
            shape = .session(gap: size)
        }
        let grace = clause.grace?.milliseconds ?? (isFinal ? 0 : max(day - size, 0))
        let (least, overflow) = size.addingReportingOverflow(grace)
        guard !overflow else {
            throw StatementError("size and grace do not fit 64 bits of milliseconds", at: clause.span)
        }
        let retention = clause.retention?.milliseconds ?? least
        guard retention >= least else {
            throw StatementError(
                "the retention must be at least size and grace, \(WindowSpec.text(least)), and is \(WindowSpec.text(retention))",
                at: clause.span)
        }
        return WindowSpec(shape: shape, grace: grace, retention: retention)
    }

    private static func positive(
        _ length: WindowLength, _ what: String, _ span: SourceSpan
    ) throws(StatementError) -> Int64 {
        guard let milliseconds = length.milliseconds, milliseconds > 0 else {
            throw StatementError("\(what) of a window must be above 0", at: span)
        }
        return milliseconds
    }
}

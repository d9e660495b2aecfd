/// Why an expression has no value for a record: the value is null then, and the reason goes to the processing log.
package struct EvaluationFailure: Error, Equatable, Sendable {
    /// The reason as a sentence without a full stop.
    package var reason: String

    /// A failure.
    package init(reason: String) { self.reason = reason }
}

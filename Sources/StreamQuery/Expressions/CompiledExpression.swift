/// An expression ready to run: every name, type and function was settled when it was built, and each part knows what it will be given.
///
/// A failure (overflow, a division by zero, a text that is no number) makes the part's value null and is noted in the processing log.
package struct CompiledExpression: Sendable {
    typealias Step = @Sendable (_ row: Row, _ log: inout ProcessingLog) -> SQLValue

    private let step: Step
    /// The type of the values.
    package let type: SQLType

    /// Builds an expression.
    package init(_ expression: TypedExpression) {
        type = expression.type
        step = ExpressionCompiler.step(expression)
    }

    /// The value for a row.
    package func value(_ row: Row, _ log: inout ProcessingLog) -> SQLValue { step(row, &log) }

    /// Whether a condition holds; null does not.
    package func holds(_ row: Row, _ log: inout ProcessingLog) -> Bool {
        if case .boolean(true) = step(row, &log) { true } else { false }
    }
}

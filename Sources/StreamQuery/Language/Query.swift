/// `SELECT … FROM …`, by itself or in a statement.
package struct Query: Equatable, Sendable {
    package var items: [SelectItem]
    package var from: SourceReference
    package var joins: [Join] = []
    package var window: WindowClause?
    /// WINDOW stood behind WHERE: taken here, and refused by ksqlDB.
    package var windowFollowsWhere = false
    package var filter: Expression?
    package var groupBy: [Expression] = []
    package var partitionBy: [Expression] = []
    package var having: Expression?
    package var emit: Emit?
    package var limit: Int?
    /// Where it stands.
    package var span = SourceSpan.none

    package init(_ items: [SelectItem], from: SourceReference) {
        self.items = items
        self.from = from
    }

    package static func == (left: Query, right: Query) -> Bool {
        left.items == right.items && left.from == right.from && left.joins == right.joins
            && left.window == right.window && left.windowFollowsWhere == right.windowFollowsWhere
            && left.filter == right.filter && left.groupBy == right.groupBy && left.partitionBy == right.partitionBy
            && left.having == right.having && left.emit == right.emit && left.limit == right.limit
    }

    /// Whether it takes all columns of its source.
    var selectsAll: Bool {
        items.contains { item in
            if case .all = item { true } else { false }
        }
    }

    /// When results come.
    package enum Emit: String, CaseIterable, Sendable {
        /// With every change.
        case changes = "CHANGES"
        /// Once, when the window closes.
        case final = "FINAL"
    }
}

/// A column of a SELECT.
package enum SelectItem: Equatable, Sendable {
    /// `*` or `source.*`.
    case all(source: Name?, SourceSpan)
    /// `expression [AS alias]`.
    case expression(Expression, alias: Name?)

    package static func == (left: SelectItem, right: SelectItem) -> Bool {
        switch (left, right) {
        case (.all(let mine, _), .all(let theirs, _)): mine == theirs
        case (.expression(let mine, let name), .expression(let theirs, let other)): mine == theirs && name == other
        default: false
        }
    }
}

/// A source with the name it has in the query.
package struct SourceReference: Equatable, Sendable {
    package var name: Name
    package var alias: Name?

    package init(_ name: Name, alias: Name? = nil) {
        self.name = name
        self.alias = alias
    }
}

/// A second source; read, and refused by the analysis.
package struct Join: Equatable, Sendable {
    package enum Kind: String, CaseIterable, Sendable {
        case inner = "INNER JOIN"
        case left = "LEFT JOIN"
        case right = "RIGHT JOIN"
        case full = "FULL JOIN"
    }

    /// How far apart two streams' records may be.
    package struct Within: Equatable, Sendable {
        package var before: WindowLength
        package var after: WindowLength
        package var grace: WindowLength?

        package init(before: WindowLength, after: WindowLength, grace: WindowLength? = nil) {
            (self.before, self.after, self.grace) = (before, after, grace)
        }
    }

    package var kind: Kind
    package var source: SourceReference
    package var within: Within?
    package var condition: Expression
    /// Where it stands.
    package var span: SourceSpan

    package init(
        _ kind: Kind, _ source: SourceReference, within: Within? = nil, on condition: Expression,
        at span: SourceSpan = .none
    ) {
        (self.kind, self.source, self.within, self.condition, self.span) = (kind, source, within, condition, span)
    }

    package static func == (left: Join, right: Join) -> Bool {
        left.kind == right.kind && left.source == right.source && left.within == right.within
            && left.condition == right.condition
    }
}

/// `WINDOW …`.
package struct WindowClause: Equatable, Sendable {
    package enum Shape: Equatable, Sendable {
        case tumbling(size: WindowLength)
        case hopping(size: WindowLength, advance: WindowLength)
        case session(gap: WindowLength)
    }

    /// The name that may stand before the kind; it means nothing.
    package var name: Name?
    package var shape: Shape
    package var retention: WindowLength?
    package var grace: WindowLength?
    /// Where it stands.
    package var span: SourceSpan

    package init(_ shape: Shape, at span: SourceSpan = .none) {
        self.shape = shape
        self.span = span
    }

    package static func == (left: WindowClause, right: WindowClause) -> Bool {
        left.name == right.name && left.shape == right.shape && left.retention == right.retention
            && left.grace == right.grace
    }
}

/// A length of time as it was written: `30 MINUTES`.
package struct WindowLength: Equatable, Sendable {
    /// The units of windows.
    package enum Unit: String, CaseIterable, Sendable {
        case day = "DAY"
        case hour = "HOUR"
        case minute = "MINUTE"
        case second = "SECOND"
        case millisecond = "MILLISECOND"

        /// How long one is.
        package var milliseconds: Int64 {
            switch self {
            case .day: 86_400_000
            case .hour: 3_600_000
            case .minute: 60_000
            case .second: 1000
            case .millisecond: 1
            }
        }
    }

    package var count: Int64
    package var unit: Unit

    package init(_ count: Int64, _ unit: Unit) {
        self.count = count
        self.unit = unit
    }

    /// The length; nil when 64 bits do not hold it.
    package var milliseconds: Int64? {
        let (product, overflow) = count.multipliedReportingOverflow(by: unit.milliseconds)
        return overflow ? nil : product
    }
}

import SeededNumbers
import StreamQuery

/// Statements of every kind, at random.
struct RandomStatements {
    var random: SeededGenerator

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    private mutating func chance(_ one: Int) -> Bool { Int.random(in: 0..<one, using: &random) == 0 }
    private mutating func pick<Item>(_ items: [Item]) -> Item { items.randomElement(using: &random) ?? items[0] }
    private mutating func some<Item>(_ range: ClosedRange<Int>, _ make: (inout Self) -> Item) -> [Item] {
        (0..<Int.random(in: range, using: &random)).map { _ in make(&self) }
    }

    /// Bare, quoted, reserved and awkward names.
    mutating func name() -> Name {
        Name(
            pick([
                "A", "PAGE", "USER_ID", "X1", "page", "Mixed Case", "SELECT", "FROM", "EMIT", "PARTITION", "a`b", "\"",
                "ü",
                "1st", "IF", "EXTENDED", "FUNCTION", "TUMBLING", "COUNT", "WINDOWSTART", "KEY", "ARRAY", "MAP",
                "STRUCT", "_", "A@B",
            ]))
    }

    private mutating func text() -> String {
        pick(["", "it's", "a\nb", "%_", "''", "-- no comment", "/* none */", "naïve \u{1f600}", "\\", "${open", "`\""])
    }

    mutating func type(_ depth: Int) -> SQLType {
        if depth > 0, chance(3) {
            switch Int.random(in: 0..<3, using: &random) {
            case 0: return .array(type(depth - 1))
            case 1: return .map(.string, type(depth - 1))
            default:
                return .structure(
                    some(0...3) { $0.type(depth - 1) }.enumerated().map { .init("F\($0.offset)`x", $0.element) })
            }
        }
        let precision = Int.random(in: 1...38, using: &random)
        return pick([
            .boolean, .integer, .bigint, .double, .string, .bytes, .date, .time, .timestamp,
            .decimal(precision: precision, scale: Int.random(in: 0...precision, using: &random)),
        ])
    }

    private mutating func literal() -> Expression.Kind {
        switch Int.random(in: 0..<7, using: &random) {
        case 0: return .integer(pick([0, 1, -1, .max, .min, 42]))
        case 1: return .bigint(pick([.max, .min, 1 << 40, -(1 << 33)]))
        case 2:
            return .decimal(
                SQLDecimal(pick(["1.50", "-0.001", "7.", "99999999999999999999.99", "0.0"])) ?? SQLDecimal(1))
        case 3: return .double(pick([1.5, -2e300, Double.leastNonzeroMagnitude, 1e15, 0, -0.0, 3]))
        case 4: return .string(text())
        case 5: return .boolean(chance(2))
        default: return .null
        }
    }

    mutating func expression(_ depth: Int) -> Expression {
        guard depth > 0 else {
            return Expression(chance(2) ? literal() : .column(source: chance(4) ? name() : nil, name()))
        }
        return Expression(compound(depth - 1))
    }

    private mutating func compound(_ depth: Int) -> Expression.Kind {
        func inner(_ self: inout Self) -> Expression { self.expression(depth) }
        switch Int.random(in: 0..<19, using: &random) {
        case 0: return .sign(isNegative: chance(2), signed(depth))
        case 1, 2: return .arithmetic(pick(Expression.Arithmetic.allCases), inner(&self), inner(&self))
        case 3: return .comparison(pick(Expression.Comparison.allCases), inner(&self), inner(&self))
        case 4: return .and(inner(&self), inner(&self))
        case 5: return .or(inner(&self), inner(&self))
        case 6: return .not(inner(&self))
        case 7: return .isNull(inner(&self), isNegated: chance(2))
        case 8: return .like(inner(&self), pattern: inner(&self), escape: chance(2) ? "!" : nil, isNegated: chance(2))
        case 9: return .between(inner(&self), inner(&self), inner(&self), isNegated: chance(2))
        case 10: return .isIn(inner(&self), some(1...3, inner), isNegated: chance(2))
        case 11:
            return .cases(
                operand: chance(2) ? inner(&self) : nil, some(1...3) { .init(inner(&$0), inner(&$0)) },
                otherwise: chance(2) ? inner(&self) : nil)
        case 12: return .cast(inner(&self), type(2))
        case 13: return .call(name(), chance(5) ? [Expression(.star)] : some(0...3, inner))
        case 14: return .field(inner(&self), name())
        case 15: return .element(inner(&self), inner(&self))
        case 16: return .array(some(0...3, inner))
        case 17: return .map(some(0...2) { .init(inner(&$0), inner(&$0)) })
        default: return .structure(some(0...2) { .init($0.name(), inner(&$0)) })
        }
    }

    private mutating func signed(_ depth: Int) -> Expression { expression(depth) }

    // MARK: - queries

    private mutating func length() -> WindowLength {
        WindowLength(Int64.random(in: 0...10_000, using: &random), pick(WindowLength.Unit.allCases))
    }

    mutating func query() -> Query {
        var query = Query(
            some(1...3) { random in
                random.chance(4)
                    ? .all(source: random.chance(2) ? random.name() : nil, .none)
                    : .expression(random.expression(2), alias: random.chance(2) ? random.name() : nil)
            }, from: SourceReference(name(), alias: chance(3) ? name() : nil))
        if chance(4) {
            let within = Join.Within(before: length(), after: length(), grace: chance(2) ? length() : nil)
            query.joins = [
                Join(
                    pick(Join.Kind.allCases), SourceReference(name(), alias: chance(2) ? name() : nil),
                    within: chance(2) ? within : nil, on: expression(1))
            ]
        }
        if chance(2) { query.filter = expression(2) }
        if chance(2) {
            var window = WindowClause(
                pick([.tumbling(size: length()), .hopping(size: length(), advance: length()), .session(gap: length())]))
            if chance(3) { window.name = name() }
            if chance(3) { window.retention = length() }
            if chance(3) { window.grace = length() }
            query.window = window
            query.windowFollowsWhere = query.filter != nil && chance(2)
        }
        if chance(2) { query.groupBy = some(1...3) { $0.expression(1) } }
        if chance(4) { query.partitionBy = some(1...2) { $0.expression(1) } }
        if chance(4) { query.having = expression(2) }
        if chance(2) { query.emit = pick(Query.Emit.allCases) }
        if chance(4) { query.limit = Int.random(in: 0...100, using: &random) }
        return query
    }

    private mutating func properties(_ range: ClosedRange<Int>) -> [PropertySetting] {
        some(range) { random in
            PropertySetting(random.name(), Expression(random.literal()))
        }
    }

    mutating func statement(nested: Bool = false) -> Statement {
        let kind: Statement.Kind
        switch Int.random(in: 0..<(nested ? 4 : 18), using: &random) {
        case 0: kind = .query(query())
        case 1:
            var created = CreateAs(pick(SourceKind.allCases), name(), query())
            (created.replaces, created.ifNotExists) = (chance(2), chance(2))
            created.properties = properties(0...2)
            kind = .createAs(created)
        case 2: kind = .insertSelect(into: name(), query())
        case 3:
            var created = CreateSource(pick(SourceKind.allCases), name())
            (created.replaces, created.ifNotExists, created.isReadOnly) = (chance(2), chance(2), chance(2))
            created.columns = some(0...3) { random in
                ColumnDefinition(
                    random.name(), random.type(2),
                    random.pick([.value, .key, .primaryKey, .header(nil), .header(random.text())]))
            }
            created.properties = properties(1...3)
            kind = .createSource(created)
        case 4:
            kind = .insertValues(
                into: name(), columns: some(0...2) { $0.name() }, values: some(1...3) { $0.expression(1) })
        case 5:
            var print = PrintTopic(Name(pick(["page-views", "a.b", "it's", "TOPIC"])))
            print.fromBeginning = chance(2)
            if chance(2) { print.interval = 5 }
            if chance(2) { print.limit = 7 }
            kind = .print(print)
        case 6: kind = .show(pick(Statement.Listing.allCases), isExtended: chance(2))
        case 7: kind = .describe(name(), isExtended: chance(2))
        case 8: kind = .describeFunction(name())
        case 9: kind = .explain(chance(2) ? .statement(statement(nested: true)) : .query(name()))
        case 10: kind = .terminate(chance(2) ? .all : .query(name()))
        case 11: kind = .pause(chance(2) ? .all : .query(name()))
        case 12: kind = .resume(chance(2) ? .all : .query(name()))
        case 13: kind = .drop(pick(SourceKind.allCases), name(), ifExists: chance(2), deletesTopic: chance(2))
        case 14: kind = .set(property: text(), value: text())
        case 15: kind = .unset(property: text())
        case 16: kind = .define(name(), value: text())
        default: kind = .undefine(name())
        }
        return Statement(kind)
    }
}

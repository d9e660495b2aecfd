import AlertRules
import Cluster
import Console
import Monitor
import MonitorScript

/// What panels must say of a model's figures, and how what they say differs from it.
struct PanelModel {
    var model = ClusterModel()
    /// Each kind of figure that was met and found right.
    var seenKinds: Set<String> = []

    /// The groups in the order of their names.
    var groupIDs: [String] { model.rows.keys.sorted() }

    // MARK: - Figures as text

    static func text(_ lag: Lag, exact: Bool = false) -> String {
        switch lag {
        case .noCommit: "—"
        case .unknown: "?"
        case .records(let count, let quality):
            quality.mark + (exact ? Figures.grouped(count) : Figures.short(Double(count)))
        }
    }

    static func text(_ age: LagAge) -> String {
        switch age {
        case .noCommit: "—"
        case .unknown: "?"
        case .caughtUp: "–"
        case .milliseconds(let age, let quality): quality.mark + Durations.long(milliseconds: age)
        }
    }

    /// The time there is, estimated as the script tells of no segments; in two units where they fit.
    static func text(_ loss: LossModel) -> String {
        if loss.verdict == .lost { return "LOST \(Figures.short(loss.lost))" }
        guard let left = loss.horizon, loss.verdict != .none else { return loss.verdict.word }
        let long = "\(loss.verdict.word) ≈\(Durations.long(milliseconds: left))"
        return long.count <= 14 ? long : "\(loss.verdict.word) ≈\(Durations.short(milliseconds: left))"
    }

    /// Before the first commit nothing catches up. Else it is a quotient of floating rates: at a second's edge both sides are right.
    static func texts(_ catchUp: CatchUp, _ lag: Lag) -> Set<String> {
        if lag == .noCommit { return ["—"] }
        switch catchUp {
        case .unknown: return ["?"]
        case .done: return ["–"]
        case .steady: return ["steady"]
        case .never: return ["never"]
        case .after(let seconds):
            return Set(
                [seconds * (1 - 1e-6), seconds * (1 + 1e-6)].map { Durations.long(milliseconds: Int64($0) * 1000) })
        }
    }

    // MARK: - Screens

    /// The groups screen: a line a group.
    mutating func differences(groups lines: [String]) -> [String] {
        let columns: [PanelTable.Column] = [
            .init("GROUP", .leftToNext), .init("STATUS", .left(11)), .init("STATE", .left(11)),
            .init("LAG", .right(8)), .init("AGE", .right(8)), .init("CATCH-UP", .left(8)), .init("LOSS-IN", .left(14)),
        ]
        guard let table = PanelTable(on: lines, columns: columns) else { return ["no table of groups"] }
        var found: [String] = []
        if table.rows.count != groupIDs.count { found.append("\(table.rows.count) groups, not \(groupIDs.count)") }
        for (id, row) in zip(groupIDs, table.rows) {
            let total = model.total(of: id)
            let stale = total.staleMilliseconds.map { " ▲stale \(Durations.short(milliseconds: $0))" } ?? ""
            found += compare("\(id): name", row["GROUP"], [id + stale])
            found += compare("\(id): lag", row["LAG"], [Self.text(total.lag)])
            found += compare("\(id): age", row["AGE"], [Self.text(total.age)])
            found += compare("\(id): catch-up", row["CATCH-UP"], Self.texts(total.catchUp, total.lag))
            found += compare("\(id): status", row["STATUS"], [total.status.word])
            if row["LOSS-IN"]?.hasPrefix(total.verdict.word) != true {
                found.append("\(id): loss is “\(row["LOSS-IN"] ?? "")”, not “\(total.verdict.word)”")
            }
            if found.isEmpty {
                seenKinds.formUnion([Self.kind(total.lag), Self.kind(total.age)])
                if total.staleMilliseconds != nil { seenKinds.insert("stale") }
            }
        }
        return found
    }

    /// A group's screen: its partitions, and what is said of the whole.
    mutating func differences(group id: String, _ lines: [String]) -> [String] {
        let columns: [PanelTable.Column] = [
            .init("TOPIC-PART", .leftToNext), .init("MEMBER", .left(10)), .init("STATUS", .left(11)),
            .init("LAG", .right(7)), .init("CATCH-UP", .left(8)), .init("LOSS-IN", .left(14)),
        ]
        guard let table = PanelTable(on: lines, columns: columns) else { return ["no table of assignments"] }
        let rows = model.rows[id] ?? [:]
        var found: [String] = []
        if table.rows.count != rows.count { found.append("\(id): \(table.rows.count) rows, not \(rows.count)") }
        for (name, row) in rows {
            guard let shown = row.shown else { continue }
            let isStale = model.staleMilliseconds(shown) != nil
            let title = "\(name)" + (isStale ? " ▲stale" : "")
            guard let panel = table.rows.first(where: { $0["TOPIC-PART"] == title }) else {
                found.append("\(id): no row “\(title)”")
                continue
            }
            let lag = shown.isAhead ? "ahead" : Self.text(shown.lag, exact: true)
            found += compare("\(id) \(name): lag", panel["LAG"], [lag])
            found += compare("\(id) \(name): catch-up", panel["CATCH-UP"], Self.texts(shown.catchUp, shown.lag))
            found += compare("\(id) \(name): status", panel["STATUS"], [shown.status.word])
            found += compare("\(id) \(name): loss", panel["LOSS-IN"], [Self.text(shown.loss)])
            if found.isEmpty {
                seenKinds.formUnion(["row \(Self.kind(shown.lag))", "row \(Self.kind(shown.catchUp))"])
                seenKinds.formUnion(["row status \(shown.status.word)", "row loss \(shown.loss.verdict.word)"])
                if isStale { seenKinds.insert("row stale") }
                if shown.isAhead { seenKinds.insert("row ahead") }
            }
        }
        return found + differences(whole: id, lines)
    }

    /// What a group's screen says of the group as a whole, in its graph's frame and in sentences.
    private mutating func differences(whole id: String, _ lines: [String]) -> [String] {
        var found: [String] = []
        let total = model.total(of: id)
        let all = lines.joined(separator: "\n")
        let lag = Self.text(total.lag)
        if !["\(lag),", "\(lag):", "\(lag) "].contains(where: { all.contains("lag \($0)") }) {
            found.append("\(id): nothing says “lag \(lag)”")
        }
        if let said = Self.word(after: ": catch-up ", upTo: "┌", in: all) {
            let wanted = Self.texts(total.catchUp, total.lag).map { $0 == "–" ? "done" : $0 }
            found += compare("\(id): catch-up of the whole", said, Set(wanted))
        } else if total.catchUp != .never, total.lag != .noCommit {
            found.append("\(id): nothing says when it will have caught up")
        }
        let old = total.staleMilliseconds.map { "▲ these figures are \(Durations.long(milliseconds: $0)) old" }
        if let old {
            if !all.contains(old) { found.append("\(id): nothing says “\(old)”") }
        } else if all.contains("these figures are") {
            found.append("\(id): fresh figures are called old")
        }
        for (name, row) in model.rows[id] ?? [:] {
            guard let gone = row.shown?.unreadable, gone > 0 else { continue }
            // The sentence goes on, on the next line where its box is narrow.
            let sentence = "\(Figures.grouped(gone)) records of \(name) were deleted"
            if !all.contains(sentence) { found.append("\(id): nothing says “\(sentence)”") }
            if found.isEmpty { seenKinds.insert("row unreadable") }
        }
        return found
    }

    /// The alerts screen: where each rule on groups stands, and what it measured last.
    mutating func differences(alerts lines: [String]) -> [String] {
        let columns: [PanelTable.Column] = [
            .init("STATE", .left(9)), .init("RULE", .leftToNext), .init("SUBJECT", .leftToNext),
            .init("VALUE", .right(8)),
        ]
        guard let table = PanelTable(on: lines, columns: columns) else { return ["no table of alerts"] }
        var found: [String] = []
        var counts: [ClusterModel.AlertState: Int] = [:]
        for rule in ClusterModel.rules {
            for id in groupIDs {
                let state = model.state(of: rule, for: id)
                counts[state, default: 0] += 1
                let row = table.rows.first { $0["RULE"] == rule.name && $0["SUBJECT"] == id }
                // Of what was never measured there is no row.
                let said = row?["STATE"].map { String($0.drop { $0 != " " }.dropFirst()) } ?? "quiet"
                // Of what could not be read nobody says that it is quiet.
                let words = state == .quiet && model.hasProblem ? [state.rawValue, "failed"] : [state.rawValue]
                found += compare("\(rule.name) \(id)", said, Set(words))
                if let row { found += compare("\(rule.name) \(id): value", row["VALUE"], values(rule, id)) }
                if found.isEmpty { seenKinds.insert("\(rule.name) \(said)") }
            }
        }
        // The model knows of groups; what is told of partitions is only counted with the rest.
        for row in table.rows {
            guard let name = row["RULE"], !ClusterModel.rules.contains(where: { $0.name == name }),
                let state = ClusterModel.AlertState.allCases.first(where: {
                    row["STATE"]?.hasSuffix($0.rawValue) == true
                })
            else { continue }
            counts[state, default: 0] += 1
            seenKinds.insert("\(name) \(state.rawValue)")
        }
        let all = lines.joined(separator: "\n")
        let note = "\(counts[.firing] ?? 0) firing · \(counts[.pending] ?? 0) pending ·"
        if !all.contains(note) { found.append("nothing says “\(note)”") }
        if all.contains("is not evaluated") != model.hasProblem {
            found.append(model.hasProblem ? "rules that were not evaluated look healthy" : "all rules were evaluated")
        }
        if found.isEmpty, model.hasProblem { seenKinds.insert("not evaluated") }
        return found
    }

    private func values(_ rule: ClusterModel.Rule, _ id: String) -> Set<String> {
        guard let value = model.value(of: rule, for: id) else { return ["–"] }
        let definition = DefaultRules.read.rules.rules.first { $0.name == rule.name }
        guard let rule = definition.map({ AlertRule($0, group: "", file: "") }) else { return [] }
        // To the millisecond: seconds of rest are summed up from fractions.
        return [rule.valueText((value * 1000).rounded() / 1000)]
    }

    // MARK: - Comparing

    private func compare(_ what: String, _ said: String?, _ wanted: Set<String>) -> [String] {
        guard let said, wanted.contains(said) else {
            return ["\(what) is “\(said ?? "")”, not “\(wanted.sorted().joined(separator: "” or “"))”"]
        }
        return []
    }

    /// The text between a mark and the next end, blanks at its ends left out.
    private static func word(after mark: String, upTo end: Character, in text: String) -> String? {
        let parts = text.split(separator: "\n").filter { $0.contains(mark) }
        guard let line = parts.first, let range = line.firstRange(of: mark) else { return nil }
        return PanelTable.blankless(String(line[range.upperBound...].prefix { $0 != end && $0 != "└" && $0 != "─" }))
    }

    // MARK: - Kinds

    /// What kind of figures a group has; changes when something happens to it, not with every number.
    func kinds(of id: String) -> [String] {
        let rows = (model.rows[id] ?? [:]).sorted { $0.key < $1.key }
        return rows.flatMap { name, row in
            guard let shown = row.shown else { return ["\(name)"] }
            let words = [shown.status.word, shown.loss.verdict.word]
            let marks = [shown.isAhead, shown.unreadable > 0, model.staleMilliseconds(shown) != nil]
            return ["\(name)", Self.kind(shown.lag), Self.kind(shown.age), Self.kind(shown.catchUp), "\(marks)"] + words
        }
    }

    /// Where all rules on groups stand, and whether they could be evaluated.
    var alertStates: [String] {
        let states = ClusterModel.rules.flatMap { rule in groupIDs.map { model.state(of: rule, for: $0).rawValue } }
        return states + ["\(model.hasProblem)"]
    }

    private static func kind(_ lag: Lag) -> String {
        switch lag {
        case .noCommit: "lag no commit"
        case .unknown: "lag unknown"
        case .records(0, let quality): "lag none\(quality.mark)"
        case .records(_, let quality): "lag records\(quality.mark)"
        }
    }

    private static func kind(_ age: LagAge) -> String {
        switch age {
        case .noCommit: "age no commit"
        case .unknown: "age unknown"
        case .caughtUp: "age caught up"
        case .milliseconds(_, let quality): "age milliseconds\(quality.mark)"
        }
    }

    private static func kind(_ catchUp: CatchUp) -> String {
        switch catchUp {
        case .unknown: "catch-up unknown"
        case .done: "catch-up done"
        case .steady: "catch-up steady"
        case .after: "catch-up after"
        case .never: "catch-up never"
        }
    }
}

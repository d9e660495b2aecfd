import Cluster
import RecordFormats

/// The filter of a list of records: a text, or an expression that may be wrong while it is typed.
extension ConsoleState {
    /// Uses a filter as typed; one that is wrong changes nothing.
    mutating func useFilter(_ typed: String) {
        guard let filter = try? RecordFilter(parsing: typed) else { return }
        setMatch(filter.mark)
        guard let it = tail, filter != it.filter else { return }
        let decodings = decodings(of: it.source)
        tail?.use(filter, decodings)
    }

    /// What is wrong with a filter as typed; nil where it can be used.
    func filterError(_ typed: String) -> FilterError? {
        do throws(FilterError) {
            _ = try RecordFilter(parsing: typed)
            return nil
        } catch {
            return error
        }
    }

    /// What stands beside a filter while it is typed: how an expression is understood, or what is wrong where.
    var filterWord: (text: String, isWrong: Bool)? {
        guard let prompt, case .filter = prompt.kind, isTail else { return nil }
        do throws(FilterError) {
            let filter = try RecordFilter(parsing: prompt.text)
            guard let expression = filter.expression, !filter.isPlainText else { return nil }
            return ("reads \(expression)", false)
        } catch {
            return ("▲ \(error)", true)
        }
    }

    /// Leaves the line of a filter; one that is wrong stays to be mended, and what was used before stays in use.
    mutating func finishFilter(_ line: Prompt) -> [Effect] {
        if isTail, let error = filterError(line.text) {
            prompt = line
            say("\(error)", .warn)
            return []
        }
        if line.text.isEmpty { setMatch("") }
        if tail?.isJudgedInPart == true, isTail {
            say("long values held before were judged by their first \(TailReader.maxValueBytes / 1024) KiB", .warn)
        }
        // A filter that leaves little asks for more.
        return readOn()
    }

    /// Orders the records by time, or by partition and offset.
    mutating func nextOrder() -> [Effect] {
        guard let it = tail else { return [] }
        let order: TailOrder = it.order == .time ? .offset : .time
        tail?.use(order)
        say(order == .time ? "in order of time" : "in order of partition and offset")
        return []
    }
}

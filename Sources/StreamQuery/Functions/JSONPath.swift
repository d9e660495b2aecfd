import Synchronization

/// A path into a JSON text: `$`, `$.name`, `$[2]`, `$['a name']` and any number of such steps.
struct JSONPath: Sendable {
    private enum Step: Sendable {
        case member(String)
        case item(Int)
    }

    private let steps: [Step]

    private static let cache = Mutex<[String: JSONPath]>([:])

    /// The path of a text, read once.
    static func cached(_ text: String) throws(EvaluationFailure) -> JSONPath {
        if let path = cache.withLock({ $0[text] }) { return path }
        guard let path = JSONPath(text) else {
            throw EvaluationFailure(reason: "\"\(text.prefix(60))\" is no path as $.a.b[0]")
        }
        cache.withLock { if $0.count < 1000 { $0[text] = path } }
        return path
    }

    init?(_ text: String) {
        guard text.utf8.count <= 1000, text.first == "$" else { return nil }
        var steps: [Step] = []
        var rest = text.dropFirst()
        while let first = rest.popFirst() {
            if first == "." {
                let name = rest.prefix { $0 != "." && $0 != "[" }
                guard !name.isEmpty else { return nil }
                rest = rest.dropFirst(name.count)
                steps.append(.member(String(name)))
            } else if first == "[" {
                guard let close = rest.firstIndex(of: "]") else { return nil }
                let inner = rest[..<close]
                rest = rest[rest.index(after: close)...]
                if let index = Int(inner), index >= 0 {
                    steps.append(.item(index))
                } else if inner.count >= 2, let quote = inner.first, quote == "'" || quote == "\"", inner.last == quote
                {
                    steps.append(.member(String(inner.dropFirst().dropLast())))
                } else {
                    return nil
                }
            } else {
                return nil
            }
        }
        self.steps = steps
    }

    /// What stands at the path, a string without quotes; nil where there is nothing, null, or no JSON.
    func text(in json: String) -> String? {
        Array(json.utf8).withUnsafeBufferPointer { bytes in
            var scanner = JSONScanner(bytes)
            guard scanner.skip(), scanner.isAtEnd() else { return nil }
            scanner = JSONScanner(bytes)
            for step in steps {
                guard let next = Self.enter(step, scanner) else { return nil }
                scanner = next
            }
            return Self.text(&scanner) ?? nil
        }
    }

    /// The scanner at what a step leads to.
    private static func enter(_ step: Step, _ scanner: JSONScanner) -> JSONScanner? {
        var (scanner, found, place) = (scanner, JSONScanner?.none, 0)
        scanner.skipBlanks()
        switch step {
        case .member(let name):
            guard scanner.next == UInt8(ascii: "{") else { return nil }
            _ = scanner.object(depth: 0) { scanner, key in
                if scanner.text(key) == name { found = scanner }
                return scanner.skip()
            }
        case .item(let index):
            guard scanner.next == UInt8(ascii: "[") else { return nil }
            _ = scanner.array(depth: 0) { scanner in
                if place == index { found = scanner }
                place += 1
                return scanner.skip()
            }
        }
        return found
    }

    /// The value at the scanner as text: nil where there is none, nil inside for null.
    static func text(_ scanner: inout JSONScanner) -> String?? {
        scanner.skipBlanks()
        if scanner.next == UInt8(ascii: "\"") { return scanner.string().flatMap { scanner.text($0) }.map { .some($0) } }
        let start = scanner.at
        guard scanner.skip(), let text = String(validating: scanner.slice(start..<scanner.at), as: UTF8.self) else {
            return nil
        }
        return text == "null" ? .some(nil) : .some(text)
    }
}

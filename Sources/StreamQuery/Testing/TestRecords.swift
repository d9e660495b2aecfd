/// A record of a test's file, in the format of ksqlDB's `ksql-test-runner`.
package struct TestRecord: Equatable, Sendable {
    package var topic: String
    /// Milliseconds; nil where the file says nothing.
    package var timestamp: Int64?
    /// The key's JSON; nil for none or null.
    package var key: [UInt8]?
    /// The value's JSON; nil for none or null.
    package var value: [UInt8]?
    package var window: ResultWindow?
}

/// Why a test's file cannot be used.
package struct TestFileError: Error, Equatable, CustomStringConvertible {
    package var description: String
}

/// Reads files as `{"inputs": [{"topic": "t", "timestamp": 1, "key": "k", "value": {…}, "window": {"start": 0, "end": 9, "type": "time"}}]}`.
package enum TestRecords {
    /// The records under a member, `inputs` or `outputs`.
    package static func read(_ bytes: [UInt8], _ member: String) throws(TestFileError) -> [TestRecord] {
        try bytes.withUnsafeBufferPointer { buffer throws(TestFileError) in
            var scanner = JSONScanner(buffer)
            var records: [TestRecord]?
            var failure: TestFileError?
            let isObject = scanner.object(depth: 0) { scanner, name in
                guard scanner.text(name) == member else { return scanner.skip(depth: 1) }
                var found: [TestRecord] = []
                let isArray = scanner.array(depth: 1) { item in
                    guard let record = record(&item, found.count, &failure) else { return false }
                    found.append(record)
                    return true
                }
                records = found
                return isArray
            }
            if let failure { throw failure }
            guard isObject, scanner.isAtEnd() else {
                throw TestFileError(
                    description: "the file is not a JSON object of \"\(member)\": malformed at byte \(scanner.at)")
            }
            guard let records else { throw TestFileError(description: "the file has no \"\(member)\"") }
            return records
        }
    }

    /// The next record; nil with the failure where a member is not as it should be, and without where it is no JSON.
    private static func record(
        _ scanner: inout JSONScanner, _ place: Int, _ failure: inout TestFileError?
    ) -> TestRecord? {
        let start = scanner.at
        guard scanner.next == UInt8(ascii: "{") else {
            if scanner.skip(depth: 2) {
                let found = String(decoding: scanner.slice(start..<scanner.at).prefix(60), as: UTF8.self)
                failure = TestFileError(description: "record \(place + 1) is no object: \(found)")
            }
            return nil
        }
        var (hasTopic, record, problem) = (false, TestRecord(topic: ""), String?.none)
        let isObject = scanner.object(depth: 2) { scanner, name in
            let start = scanner.at
            guard let name = scanner.text(name), scanner.skip(depth: 3) else { return false }
            hasTopic = hasTopic || name == "topic"
            let value = scanner.slice(start..<scanner.at)
            guard let wanted = take(value, as: name, &record) else { return true }
            problem = "its \"\(name)\" is not \(wanted): \(String(decoding: value.prefix(60), as: UTF8.self))"
            return false
        }
        if problem == nil, isObject, !hasTopic { problem = "it has no \"topic\"" }
        if let problem { failure = TestFileError(description: "record \(place + 1): \(problem)") }
        return isObject && hasTopic ? record : nil
    }

    /// Takes a member of a record.
    ///
    /// - Returns: What it should have been; nil where it is that.
    private static func take(
        _ json: UnsafeBufferPointer<UInt8>, as name: String, _ record: inout TestRecord
    ) -> String? {
        let isNull = json.elementsEqual("null".utf8)
        switch name {
        case "topic":
            guard let topic = JSONScanner.text(json) else { return "a string" }
            record.topic = topic
        case "timestamp":
            guard let time = number(json) else { return "a whole number of milliseconds" }
            record.timestamp = time
        case "window":
            guard !isNull else { break }
            guard let window = window(json) else {
                return "null or an object with \"start\" and \"end\" in whole milliseconds"
            }
            record.window = window
        case "key": record.key = isNull ? nil : Array(json)
        case "value": record.value = isNull ? nil : Array(json)
        default: break
        }
        return nil
    }

    private static func number(_ json: UnsafeBufferPointer<UInt8>) -> Int64? {
        Int64(String(decoding: json, as: UTF8.self))
    }

    private static func window(_ json: UnsafeBufferPointer<UInt8>) -> ResultWindow? {
        var (start, end) = (Int64?.none, Int64?.none)
        var scanner = JSONScanner(json)
        let isObject = scanner.object(depth: 3) { scanner, name in
            let place = scanner.at
            guard scanner.skip(depth: 4) else { return false }
            let value = scanner.slice(place..<scanner.at)
            switch scanner.text(name) {
            case "start": start = number(value)
            case "end": end = number(value)
            default: break
            }
            return true
        }
        guard isObject, let start, let end else { return nil }
        return ResultWindow(start: start, end: end)
    }

    /// A JSON value as the bytes of a format.
    static func bytes(
        _ json: [UInt8]?, _ columns: [Schema.Column], _ format: RecordFormat
    ) throws(TestFileError) -> [UInt8]? {
        guard let json else { return nil }
        switch format.kind {
        case .none: return nil
        case .json: return json
        case .delimited: return json.withUnsafeBufferPointer { JSONScanner.text($0) }.map { Array($0.utf8) } ?? json
        case .kafka:
            guard let type = columns.first?.type else { return nil }
            let value = json.withUnsafeBufferPointer { buffer in
                var reader = JSONValueReader(buffer)
                return reader.value(type)
            }
            guard let value else {
                throw TestFileError(description: "\(String(decoding: json, as: UTF8.self)) is no \(type)")
            }
            do throws(EvaluationFailure) {
                return try KafkaFormat.write(value)
            } catch {
                throw TestFileError(description: error.reason)
            }
        }
    }
}

extension JSONScanner {
    /// The text of a JSON string; nil where the bytes are none.
    static func text(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
        var scanner = JSONScanner(bytes)
        return scanner.string().flatMap { scanner.text($0) }
    }

    /// A JSON value without blanks, its members in the order of their names and its numbers in one form; nil where it is no JSON.
    static func canonical(_ bytes: [UInt8]) -> String? {
        bytes.withUnsafeBufferPointer { buffer in
            var scanner = JSONScanner(buffer)
            guard let text = scanner.canonical(0), scanner.isAtEnd() else { return nil }
            return text
        }
    }

    private mutating func canonical(_ depth: Int) -> String? {
        skipBlanks()
        switch next {
        case UInt8(ascii: "{"):
            var members: [String: String] = [:]
            let isWhole = object(depth: depth) { scanner, name in
                guard let key = scanner.text(name), let value = scanner.canonical(depth + 1) else { return false }
                members[key] = value
                return true
            }
            return isWhole
                ? "{" + members.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ",")
                    + "}" : nil
        case UInt8(ascii: "["):
            var items: [String] = []
            let isWhole = array(depth: depth) { scanner in
                guard let item = scanner.canonical(depth + 1) else { return false }
                items.append(item)
                return true
            }
            return isWhole ? "[" + items.joined(separator: ",") + "]" : nil
        case UInt8(ascii: "\""):
            guard let string = string(), let text = text(string) else { return nil }
            var writer = JSONValueWriter()
            writer.string(text)
            return String(decoding: writer.bytes, as: UTF8.self)
        default:
            let start = at
            guard skip(depth: depth) else { return nil }
            let text = String(decoding: slice(start..<at), as: UTF8.self)
            guard let number = SQLDecimal(text) else { return text }
            // 1.50 and 1.5 are one number.
            var digits = number.description[...]
            if number.scale > 0 {
                while digits.last == "0" { digits.removeLast() }
                if digits.last == "." { digits.removeLast() }
            }
            return digits == "-0" ? "0" : String(digits)
        }
    }
}

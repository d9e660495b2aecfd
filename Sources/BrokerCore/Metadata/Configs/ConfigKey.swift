/// One setting that Kafka knows: its name, type, default and what values it takes (Kafka's `ConfigDef.ConfigKey`).
package struct ConfigKey: Sendable {
    /// A setting's type, numbered as DescribeConfigs v3 answers it.
    package enum ValueType: Int8, Sendable {
        case boolean = 1
        case string = 2
        case int = 3
        case short = 4
        case long = 5
        case double = 6
        case list = 7
        case className = 8
        case password = 9

        /// Kafka's name of the type in error messages.
        package var kafkaName: String {
            switch self {
            case .boolean: "BOOLEAN"
            case .string: "STRING"
            case .int: "INT"
            case .short: "SHORT"
            case .long: "LONG"
            case .double: "DOUBLE"
            case .list: "LIST"
            case .className: "CLASS"
            case .password: "PASSWORD"
            }
        }
    }

    /// What values a setting takes beyond its type.
    package enum Rule: Sendable {
        /// Any value of the type.
        case any
        /// A number not below this.
        case atLeast(Int64)
        /// A number within these bounds.
        case between(Int64, Int64)
        /// One of these words; for lists, each element one of them.
        case oneOf([String])
        /// `compression.gzip.level`: 1 to 9, or -1 for the codec's default.
        case gzipLevel
        /// Lists of replicas to throttle: `*`, or `partition:broker` each (Kafka's `ThrottledReplicaListValidator`).
        case throttledReplicas
    }

    /// The key, for example `retention.ms`.
    package var name: String
    /// The type of its values.
    package var type: ValueType
    /// Kafka's default as text; nil where Kafka has none.
    package var defaultValue: String?
    /// What values it takes.
    package var rule: Rule
    /// Broker keys: may be changed while the broker runs. Topic keys always may.
    package var isDynamic: Bool
    /// What it does, in one sentence, or that it has no effect here and why.
    package var documentation: String

    /// A setting.
    package init(
        _ name: String,
        _ type: ValueType,
        _ defaultValue: String?,
        rule: Rule = .any,
        isDynamic: Bool = true,
        documentation: String = ""
    ) {
        self.name = name
        self.type = type
        self.defaultValue = defaultValue
        self.rule = rule
        self.isDynamic = isDynamic
        self.documentation = documentation
    }

    /// True when the value must never be told (passwords).
    package var isSensitive: Bool { type == .password }

    /// Checks a value as Kafka's `ConfigDef.parseType` and its validators do.
    ///
    /// - Returns: The value trimmed, as it is stored.
    /// - Throws: ``ConfigError/invalidValue(value:key:reason:)`` with Kafka's sentence.
    package func validated(_ value: String) throws(ConfigError) -> String {
        let text = value.trimmingSpaces()
        func refuse(_ reason: String) -> ConfigError { .invalidValue(value: text, key: name, reason: reason) }
        switch type {
        case .boolean:
            guard ["true", "false"].contains(text.lowercased()) else {
                throw refuse("Expected value to be either true or false")
            }
        case .int:
            guard let number = Int32(text) else { throw refuse("Not a number of type INT") }
            try check(Double(number), Int64(number), refuse)
        case .short:
            guard let number = Int16(text) else { throw refuse("Not a number of type SHORT") }
            try check(Double(number), Int64(number), refuse)
        case .long:
            guard let number = Int64(text) else { throw refuse("Not a number of type LONG") }
            try check(Double(number), number, refuse)
        case .double:
            guard let number = Double(text), !number.isNaN else { throw refuse("Not a number of type DOUBLE") }
            try check(number, nil, refuse)
        case .list:
            if case .oneOf(let words) = rule {
                for element in ConfigKey.elements(of: text) where !words.contains(element) {
                    throw ConfigError.invalidValue(
                        value: element, key: name, reason: "String must be one of: \(words.joined(separator: ", "))")
                }
            }
            if case .throttledReplicas = rule, !Self.isReplicaList(text) {
                throw refuse(
                    "\(name) must be the literal '*' or a list of replicas in the following format: "
                        + "[partitionId]:[brokerId],[partitionId]:[brokerId],...")
            }
        case .string, .className, .password:
            if case .oneOf(let words) = rule, !words.contains(text) {
                throw refuse("String must be one of: \(words.joined(separator: ", "))")
            }
        }
        return text
    }

    private func check(
        _ number: Double, _ whole: Int64?, _ refuse: (String) -> ConfigError
    ) throws(ConfigError) {
        switch rule {
        case .any, .oneOf, .throttledReplicas: return
        case .atLeast(let least):
            if whole.map({ $0 < least }) ?? (number < Double(least)) { throw refuse("Value must be at least \(least)") }
        case .between(let least, let most):
            if whole.map({ $0 < least }) ?? (number < Double(least)) { throw refuse("Value must be at least \(least)") }
            if whole.map({ $0 > most }) ?? (number > Double(most)) {
                throw refuse("Value must be no more than \(most)")
            }
        case .gzipLevel:
            if number != -1, number < 1 || number > 9 {
                throw refuse("Value must be between 1 and 9 or equal to -1")
            }
        }
    }

    private static func isReplicaList(_ text: String) -> Bool {
        let elements = elements(of: text)
        return elements == ["*"]
            || elements.allSatisfy { element in
                let numbers = element.split(separator: ":", omittingEmptySubsequences: false)
                return numbers.count == 2
                    && numbers.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { (48...57).contains($0) } }
            }
    }

    /// The elements of a list value: separated by commas, spaces around them dropped, empty text is no element.
    package static func elements(of list: String) -> [String] {
        list.split(separator: ",", omittingEmptySubsequences: true).map { String($0).trimmingSpaces() }
            .filter { !$0.isEmpty }
    }
}

/// A setting that cannot be, in Kafka's words.
package enum ConfigError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The value is none of the type, or out of bounds.
    case invalidValue(value: String, key: String, reason: String)
    /// Topics have no such key.
    case unknownTopicKey(String)
    /// Two values contradict each other, or a key cannot be used here; the sentence says why.
    case refused(String)

    package var description: String {
        switch self {
        case .invalidValue(let value, let key, let reason): "Invalid value \(value) for configuration \(key): \(reason)"
        case .unknownTopicKey(let key): "Unknown topic config name: \(key)"
        case .refused(let sentence): sentence
        }
    }
}

extension String {
    /// The text without ASCII white space at both ends.
    func trimmingSpaces() -> String {
        let bytes = utf8
        let isSpace: (UInt8) -> Bool = { $0 == 32 || (9...13).contains($0) }
        guard let first = bytes.firstIndex(where: { !isSpace($0) }), let last = bytes.lastIndex(where: { !isSpace($0) })
        else { return "" }
        return String(self[first...last])
    }
}

import AlertRules
import Authentication

extension ConfigurationMapping {
    /// A secret by reference; nil where the key is missing. A secret is never written down in the configuration, only where it stands.
    ///
    /// - Throws: `ConfigurationError`.
    mutating func secret(_ key: String, _ reader: inout ConfigurationReader) throws -> Secret? {
        if isText(key) {
            throw error(
                "\(key) must not stand in this file; name where it stands: { environment: NAME } or { file: PATH }",
                at: key)
        }
        guard var reference = try mapping(key) else { return nil }
        let file = try reference.text("file")
        let variable = try reference.text("environment")
        reader.warn(reference)
        switch (file, variable) {
        case (let file?, nil): return .file(file)
        case (nil, let variable?): return .environment(variable)
        default: throw reference.error("\(key) needs either file or environment")
        }
    }

    /// A time as Prometheus writes it, in milliseconds; nil where the key is missing.
    ///
    /// - Throws: `ConfigurationError`.
    mutating func duration(_ key: String, _ range: ClosedRange<Int64>) throws -> Int64? {
        guard let text = try text(key) else { return nil }
        guard let milliseconds = PrometheusDuration.milliseconds(text), range.contains(milliseconds) else {
            let low = PrometheusDuration.text(milliseconds: range.lowerBound)
            let high = PrometheusDuration.text(milliseconds: range.upperBound)
            throw error("\(key) must be a time as 30s, 5m or 4h, from \(low) to \(high), not \"\(text)\"", at: key)
        }
        return milliseconds
    }

    /// Texts by name, such as labels; none where the key is missing.
    ///
    /// - Throws: `ConfigurationError`.
    mutating func textsByName(_ key: String) throws -> [String: String] {
        guard var below = try mapping(key) else { return [:] }
        var texts: [String: String] = [:]
        for name in below.names { texts[name] = try below.text(name) }
        return texts
    }
}

/// Bytes as a decoder read them.
package struct Decoded: Equatable, Sendable {
    /// What they are.
    package let value: ReadableValue
    /// What that is called: `json · utf-8`, `OffsetCommitValue v3`.
    package let name: String
    /// Why the decoder asked for could not read them; `value` is then what they look like.
    package let problem: String?
    /// True where what is shown does not stand so in the bytes.
    package let isTranslated: Bool

    init(_ value: ReadableValue, name: String? = nil, problem: String? = nil) {
        self.value = value
        self.name = name ?? value.name
        self.problem = problem
        isTranslated = false
    }

    init(_ record: InternalRecord) { self.init(translated: record.json, name: record.name) }

    /// JSON made from bytes that are none.
    init(translated json: JSONText, name: String) {
        value = .json(json)
        self.name = name
        problem = nil
        isTranslated = true
    }

    /// The lines for reading.
    package func lines(width: Int) -> [String] { value.lines(width: width) }
}

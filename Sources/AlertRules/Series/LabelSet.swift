/// The labels of one series instance, immutable, ordered by name, hashed once: alert state is found by it at every evaluation.
package struct LabelSet: Hashable, Sendable {
    /// One label with its value.
    package struct Label: Hashable, Sendable {
        /// The label's name.
        package var name: String
        /// Its value; never empty, an empty one is the same as no label.
        package var value: String

        package static func == (left: Self, right: Self) -> Bool {
            left.name == right.name && left.value.hasBytes(of: right.value)
        }
    }

    private final class Storage: Sendable {
        let labels: [Label]
        let hash: Int

        init(_ labels: [Label]) {
            self.labels = labels
            var hasher = Hasher()
            for label in labels { hasher.combine(label) }
            hash = hasher.finalize()
        }
    }

    private let storage: Storage

    /// The pseudo label under which matchers and `by` see a metric's name.
    package static let nameLabel = "__name__"
    /// No labels.
    package static let empty = LabelSet(ordered: [])

    /// Labels by name; empty values count as no label.
    package init(_ values: [String: String] = [:]) {
        let labels = values.lazy.filter { !$0.value.isEmpty }.map { Label(name: $0.key, value: $0.value) }
        self.init(ordered: labels.sorted { $0.name < $1.name })
    }

    /// Labels that are in order already, without empty values.
    package init(ordered labels: [Label]) {
        storage = Storage(labels)
    }

    /// The labels, ordered by name.
    package var labels: [Label] { storage.labels }

    /// Labels by name.
    package var values: [String: String] {
        Dictionary(storage.labels.lazy.map { ($0.name, $0.value) }) { first, _ in first }
    }

    /// What tells these labels from others without comparing them, as long as they are kept.
    var identity: ObjectIdentifier { ObjectIdentifier(storage) }

    /// The value of a label; nil when it is not there.
    package subscript(name: String) -> String? {
        for label in storage.labels where label.name == name { return label.value }
        return nil
    }

    /// The labels with some set anew; an empty value takes a label away.
    package func setting(_ changes: [Label]) -> LabelSet {
        guard !changes.isEmpty else { return self }
        var values = values
        for change in changes { values[change.name] = change.value }
        return LabelSet(values)
    }

    /// The labels with one set anew; an empty value takes it away.
    package func setting(_ name: String, to value: String) -> LabelSet { setting([Label(name: name, value: value)]) }

    /// Only the labels named.
    package func keeping(_ names: [String]) -> LabelSet {
        LabelSet(ordered: storage.labels.filter { names.contains($0.name) })
    }

    /// All labels but those named.
    package func removing(_ names: [String]) -> LabelSet {
        guard storage.labels.contains(where: { names.contains($0.name) }) else { return self }
        return LabelSet(ordered: storage.labels.filter { !names.contains($0.name) })
    }

    package static func == (left: Self, right: Self) -> Bool {
        left.storage === right.storage
            || (left.storage.hash == right.storage.hash && left.storage.labels == right.storage.labels)
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(storage.hash)
    }

    /// Whether a text can be a label's name: letters, digits and `_`, no digit first.
    package static func isLabelName(_ text: String) -> Bool { !text.contains(":") && isMetricName(text) }

    /// Whether a text can be a metric's name: as a label's, with `:` allowed.
    package static func isMetricName(_ text: String) -> Bool {
        guard let first = text.first, first.isNameStart else { return false }
        return text.allSatisfy { $0.isNameStart || $0.isDigit }
    }
}

extension LabelSet: Comparable, CustomStringConvertible {
    /// Ordered as Prometheus orders label sets: label by label, the name first, then the value.
    package static func < (left: Self, right: Self) -> Bool {
        for (one, other) in zip(left.labels, right.labels) where one != other {
            guard one.name == other.name else { return one.name < other.name }
            return one.value.utf8.lexicographicallyPrecedes(other.value.utf8)
        }
        return left.labels.count < right.labels.count
    }

    /// As Prometheus writes labels: `{group="billing", topic="orders"}`.
    package var description: String {
        "{\(labels.map { "\($0.name)=\(Expression.quoted($0.value))" }.joined(separator: ", "))}"
    }
}

extension String {
    /// Whether two texts are the same byte by byte, as Prometheus compares labels: `é` in one scalar and in two are equal texts to Swift only.
    func hasBytes(of other: String) -> Bool { self == other && utf8.elementsEqual(other.utf8) }
}

extension LabelSet {
    /// What the labels are about, for people: a group (with its partition), a partition, a topic, a directory (its last part); nil when they name none.
    package var subject: String? {
        let partition: String? =
            switch (self["topic"], self["partition"]) {
            case (.some(let topic), .some(let number)): "\(topic)-\(number)"
            case (.some(let topic), .none): topic
            case (.none, _): nil
            }
        switch (self["consumergroup"] ?? self["group"] ?? self["consumer_group"], partition) {
        case (.some(let group), .some(let partition)): return "\(group) \(partition)"
        case (.some(let name), .none), (.none, .some(let name)): return name
        case (.none, .none): return self["directory"].map(Self.lastPart) ?? self["instance"]
        }
    }

    private static func lastPart(of path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }
}

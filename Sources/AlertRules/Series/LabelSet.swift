/// The labels of one series instance, immutable, hashed once: alert state is found by it at every evaluation.
package struct LabelSet: Hashable, Sendable {
    private final class Storage: Sendable {
        let values: [String: String]
        let hash: Int

        init(_ values: [String: String]) {
            self.values = values
            hash = values.hashValue
        }
    }

    private let storage: Storage

    /// Labels by name.
    package init(_ values: [String: String] = [:]) {
        storage = Storage(values)
    }

    /// Labels by name.
    package var values: [String: String] { storage.values }

    /// The value of a label; nil when it is not there.
    package subscript(name: String) -> String? { storage.values[name] }

    package static func == (left: Self, right: Self) -> Bool {
        left.storage === right.storage
            || (left.storage.hash == right.storage.hash && left.storage.values == right.storage.values)
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(storage.hash)
    }

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

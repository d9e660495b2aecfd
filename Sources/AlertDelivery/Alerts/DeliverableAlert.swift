package import AlertRules

/// An alert as receivers are told of it: one that fires, or fired and has ended.
package struct DeliverableAlert: Sendable, Equatable {
    /// Its labels, `alertname` and those of the installation among them.
    package var labels: LabelSet
    /// Its annotations, filled in.
    package var annotations: [String: String]
    /// When it began to fire, wall milliseconds.
    package var startsAt: Int64
    /// When it ended, wall milliseconds; nil while it fires.
    package var endsAt: Int64?
    /// Somebody acknowledged or silenced it: receivers are not told of it while it fires.
    package var isHeld: Bool

    /// An alert.
    package init(
        labels: LabelSet, annotations: [String: String] = [:], startsAt: Int64, endsAt: Int64? = nil,
        isHeld: Bool = false
    ) {
        self.labels = labels
        self.annotations = annotations
        self.startsAt = startsAt
        self.endsAt = endsAt
        self.isHeld = isHeld
    }

    /// True while it has not ended.
    package var isFiring: Bool { endsAt == nil }

    /// What tells it from all others, the same in every run and in every program of the Prometheus family.
    package var fingerprint: AlertFingerprint { AlertFingerprint(of: labels) }
}

/// The hash of an alert's labels that Prometheus' programs know it by: FNV-1a over names and values, each with a byte 255 behind it
/// (`model.LabelSet.Fingerprint`).
package struct AlertFingerprint: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The hash.
    package let value: UInt64

    /// The hash of labels.
    package init(of labels: LabelSet) {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        func add(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        for label in labels.labels {
            label.name.utf8.forEach(add)
            add(255)
            label.value.utf8.forEach(add)
            add(255)
        }
        value = hash
    }

    /// Sixteen hexadecimal digits, as Alertmanager writes it.
    package var description: String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// The hash that a text stands for; nil for one that is not sixteen hexadecimal digits.
    package init?(_ text: String) {
        guard text.utf8.count == 16, let value = UInt64(text, radix: 16) else { return nil }
        self.value = value
    }

    package static func < (left: Self, right: Self) -> Bool { left.value < right.value }
}

extension AlertFingerprint: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let known = AlertFingerprint(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "\"\(text)\" is no fingerprint")
        }
        self = known
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension DeliverableAlert: Codable {
    private enum CodingKeys: String, CodingKey {
        case labels, annotations, startsAt, endsAt
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            labels: LabelSet(try container.decode([String: String].self, forKey: .labels)),
            annotations: try container.decode([String: String].self, forKey: .annotations),
            startsAt: try container.decode(Int64.self, forKey: .startsAt),
            endsAt: try container.decodeIfPresent(Int64.self, forKey: .endsAt))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(labels.values, forKey: .labels)
        try container.encode(annotations, forKey: .annotations)
        try container.encode(startsAt, forKey: .startsAt)
        try container.encodeIfPresent(endsAt, forKey: .endsAt)
    }
}

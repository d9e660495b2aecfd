import Cluster
package import RecordFormats

/// How a topic's keys and values are read, and how they were before `x` turned them to hex.
package struct DecoderChoice: Equatable, Sendable {
    /// The key's decoder.
    package var key: Decoder = .automatic
    /// The value's decoder.
    package var value: Decoder = .automatic
    /// The ones that `x` goes back to.
    var keyBeforeHex: Decoder = .automatic
    var valueBeforeHex: Decoder = .automatic

    /// What the bytes look like.
    package init() {}

    /// True while everything is shown as hex.
    var isHex: Bool { key == .hex && value == .hex }
}

/// The dialog that chooses how a topic's records are read.
package struct DecoderDialog: Equatable, Sendable {
    /// The topic.
    package var topic: String
    /// True for the key, false for the value.
    package var isKey = false

    /// A dialog on a topic's values.
    package init(topic: String) { self.topic = topic }
}

extension ConsoleState {
    /// The decoder of a topic's values.
    package func decoder(of topic: String) -> Decoder { decoders[topic]?.value ?? .automatic }

    /// How a topic's records are read.
    package func decoding(of topic: String) -> TopicDecoding {
        let choice = decoders[topic] ?? DecoderChoice()
        return TopicDecoding(topic: topic, key: choice.key, value: choice.value, schemas: settings.schemas)
    }

    /// How the records of each topic are read.
    func decodings(of source: TailSource) -> [String: TopicDecoding] {
        Dictionary(source.topics.map { ($0, decoding(of: $0)) }) { first, _ in first }
    }

    /// Opens the choice of decoders for the topic of the record under the cursor.
    mutating func openDecoders() -> [Effect] {
        guard let topic = tail?.selected?.place.topic ?? tail?.source.topics.first else { return [] }
        dialog = .decoders(DecoderDialog(topic: topic))
        return []
    }

    /// A key while decoders are chosen: what is chosen shows at once.
    mutating func decodersKey(_ key: Key, _ open: DecoderDialog) -> [Effect] {
        var it = open
        let choices = Decoder.choices(topic: it.topic)
        let choice = decoders[it.topic] ?? DecoderChoice()
        let place = choices.firstIndex(of: it.isKey ? choice.key : choice.value) ?? 0
        switch key {
        case "j", .down: use(choices[min(place + 1, choices.count - 1)], it)
        case "k", .up: use(choices[max(place - 1, 0)], it)
        case "i": use(choices[(place + 1) % choices.count], it)
        case "g", .home: use(choices[0], it)
        case .tab, .backTab, .left, .right: it.isKey.toggle()
        case .enter, .escape, "q":
            dialog = nil
            return []
        default: return []
        }
        dialog = .decoders(it)
        return []
    }

    private mutating func use(_ decoder: Decoder, _ dialog: DecoderDialog) {
        var choice = decoders[dialog.topic] ?? DecoderChoice()
        if dialog.isKey { choice.key = decoder } else { choice.value = decoder }
        use(choice, on: dialog.topic)
    }

    /// Shows the records of the selected one's topic as hex, or as before.
    mutating func toggleHex() -> [Effect] {
        guard let topic = tail?.selected?.place.topic ?? tail?.source.topics.first else { return [] }
        var choice = decoders[topic] ?? DecoderChoice()
        if choice.isHex {
            (choice.key, choice.value) = (choice.keyBeforeHex, choice.valueBeforeHex)
        } else {
            (choice.keyBeforeHex, choice.valueBeforeHex) = (choice.key, choice.value)
            (choice.key, choice.value) = (.hex, .hex)
        }
        use(choice, on: topic)
        say(choice.isHex ? "\(topic) in hex" : "\(topic): keys \(choice.key.rawValue), values \(choice.value.rawValue)")
        return []
    }

    private mutating func use(_ choice: DecoderChoice, on topic: String) {
        decoders[topic] = choice
        tail?.scroll = 0
        tail?.matchLine = nil
        // A filter on fields sees what the decoder reads.
        guard let it = tail, !it.filter.isEmpty else { return }
        let decodings = decodings(of: it.source)
        tail?.use(it.filter, decodings)
    }
}

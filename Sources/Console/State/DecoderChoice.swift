package import RecordFormats

/// How a topic's records are read, and how they were before `x` turned them to hex.
package struct DecoderChoice: Equatable, Sendable {
    /// The decoder.
    package var decoder: Decoder = .automatic
    /// The one that `x` goes back to.
    package var beforeHex: Decoder = .automatic

    /// What the bytes look like.
    package init() {}
}

extension ConsoleState {
    /// The decoder of a topic's records.
    package func decoder(of topic: String) -> Decoder { decoders[topic]?.decoder ?? .automatic }

    /// Reads the tail's records with the next decoder; the topic keeps it while the console runs.
    mutating func nextDecoder() -> [Effect] {
        guard let tail else { return [] }
        use(decoder(of: tail.topic).next(topic: tail.topic), on: tail.topic)
        return []
    }

    /// Shows the tail's records as hex, or as before.
    mutating func toggleHex() -> [Effect] {
        guard let tail else { return [] }
        let choice = decoders[tail.topic] ?? DecoderChoice()
        use(choice.decoder == .hex ? choice.beforeHex : .hex, on: tail.topic)
        return []
    }

    private mutating func use(_ decoder: Decoder, on topic: String) {
        var choice = decoders[topic] ?? DecoderChoice()
        if choice.decoder != .hex { choice.beforeHex = choice.decoder }
        choice.decoder = decoder
        decoders[topic] = choice
        tail?.scroll = 0
        tail?.matchLine = nil
        say("decoder \(decoder.rawValue) for \(topic)")
    }
}

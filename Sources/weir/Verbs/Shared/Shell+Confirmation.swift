extension Shell {
    /// Has the person type the name of what is about to be lost.
    ///
    /// - Parameters:
    ///   - consequence: What will happen, as a whole sentence.
    ///   - isConfirmed: `--yes` was given, so nothing is asked.
    /// - Throws: `VerbFailure.refused` when the name is not typed, or nobody can be asked.
    func confirm(_ consequence: String, typing name: String, isConfirmed: Bool) throws(VerbFailure) {
        guard !isConfirmed else { return }
        guard canAsk else {
            throw VerbFailure(
                .refused, "\(consequence) Nobody can be asked without a terminal; add --yes to do it.")
        }
        try output.flush()
        try errors.write(Array(Self.harmless("\(consequence)\nType \(name) to go on: ").utf8))
        try errors.flush()
        guard try answer() == name else {
            throw VerbFailure(.refused, "\(name) was not typed; nothing was changed.")
        }
    }

    /// The line that the person types. Byte by byte, so that nothing of a next answer is taken.
    private func answer() throws(VerbFailure) -> String {
        var bytes: [UInt8] = []
        while bytes.count < 4096, let byte = try input.read(upTo: 1).first, byte != 0x0a { bytes.append(byte) }
        return String(decoding: bytes, as: UTF8.self)
    }
}

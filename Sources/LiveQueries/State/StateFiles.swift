/// The state files of one query: `<id>.<generation>.state`.
struct StateFiles: Sendable {
    private let folder: QueryFolder
    private let prefix: String

    /// The files of a query.
    init(_ folder: QueryFolder, query id: String) {
        self.folder = folder
        // An id may hold anything; a name of a file may not.
        prefix =
            id.utf8.map { byte in
                let isPlain = UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || byte == UInt8(ascii: "_")
                let isLetter =
                    UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte || UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte
                return isPlain || isLetter ? String(UnicodeScalar(byte)) : "%" + String(byte, radix: 16)
            }.joined() + "."
    }

    /// The generations there are, the newest first.
    var generations: [UInt64] {
        folder.names().compactMap { name in
            guard name.hasPrefix(prefix), name.hasSuffix(".state") else { return nil }
            return UInt64(name.dropFirst(prefix.count).dropLast(6))
        }.sorted(by: >)
    }

    /// A generation's state; nil where the file is missing or damaged.
    func read(_ generation: UInt64) throws(QueryFolderError) -> SavedState? {
        guard let bytes = try folder.read(name(generation)) else { return nil }
        return SavedState(bytes)
    }

    /// Writes a state; it is on the disk when this returns.
    func write(_ state: SavedState) throws(QueryFolderError) {
        try folder.write(name(state.generation), state.bytes)
    }

    /// Deletes the states before a generation.
    func remove(before generation: UInt64) {
        for old in generations where old < generation { folder.remove(name(old)) }
    }

    /// Deletes all states.
    func removeAll() { for generation in generations { folder.remove(name(generation)) } }

    private func name(_ generation: UInt64) -> String { "\(prefix)\(generation).state" }
}

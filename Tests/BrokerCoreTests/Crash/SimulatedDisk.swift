import BrokerCore
import NIOCore
import Synchronization

/// A disk in memory that forgets like a real one.
///
/// The fault model: until they are synced, the 512-byte sectors of writes, cuts of files and changes of directories
/// are each kept or lost by a crash, whatever came after them; what is kept is applied in its order. A sync of a file
/// keeps its bytes and length, not its name; a sync of a directory keeps its names, not the files' bytes. A rename is
/// one change: kept or lost as a whole. Any call can be made to fail, or to be the moment of the crash.
final class SimulatedDisk: Storage {
    static let sector = 512

    /// What a call does when its turn comes.
    enum Fault: Sendable, Equatable {
        /// It fails with an error, after half of a write.
        case error(Int32)
        /// The power goes: this call and all later ones fail, and nothing of them happens (save half of a write).
        case powerCut
    }

    struct Inode: Sendable {
        enum Change: Sendable {
            case write(offset: Int, bytes: [UInt8])
            case truncate(Int)
        }
        /// As it is on the disk.
        var durable: [UInt8] = []
        /// As programs see it.
        var current: [UInt8] = []
        /// What leads from the one to the other.
        var pending: [Change] = []
        var modified: Int64 = 0
    }

    struct Directory: Sendable {
        enum Change: Sendable {
            case link(String, Int)
            case unlink(String)
            case rename(String, String, Int)
        }
        var durable: [String: Int] = [:]
        var current: [String: Int] = [:]
        var pending: [Change] = []
    }

    struct State: Sendable {
        var inodes: [Int: Inode] = [:]
        /// By number; a directory's entry in its parent has the negative number.
        var directories: [Int: Directory] = [:]
        /// The directories that were there from the beginning.
        var roots: [String: Int] = [:]
        var nextInode = 1
        var calls = 0
        var fault: (call: Int, fault: Fault)?
        var isDead = false
        /// Syncs that are answered without being done: what a test takes away to see that it is missed.
        var ignoredSync: (@Sendable (StorageError.Operation, String) -> Bool)?

        /// The number of the directory at a path, as programs see it.
        func number(of path: String) -> Int? {
            if let root = roots[path] { return root }
            guard path.utf8.count > 1, let parent = number(of: parentDirectory(of: path)),
                let entry = directories[parent]?.current[fileName(of: path)], entry < 0
            else { return nil }
            return -entry
        }
    }

    let state: Mutex<State>

    /// An empty disk with these directories on it.
    init(directories: [String]) {
        var state = State()
        for directory in directories {
            state.roots[directory] = state.nextInode
            state.directories[state.nextInode] = Directory()
            state.nextInode += 1
        }
        self.state = Mutex(state)
    }

    private init(_ state: State) { self.state = Mutex(state) }

    // MARK: - Faults

    /// Calls that changed something or could have, so far.
    var calls: Int { state.withLock { $0.calls } }
    /// Whether the power was cut.
    var isDead: Bool { state.withLock { $0.isDead } }

    /// Lets the call with this number (counted from now, 1 is the next) go wrong.
    func plan(_ fault: Fault, atCall number: Int) {
        state.withLock { $0.fault = ($0.calls + number, fault) }
    }

    /// Takes a planned fault back.
    func unplan() { state.withLock { $0.fault = nil } }

    /// Leaves out syncs for which this holds.
    func ignoreSyncs(_ predicate: @escaping @Sendable (StorageError.Operation, String) -> Bool) {
        state.withLock { $0.ignoredSync = predicate }
    }

    /// The disk after a crash: what was synced, and of the rest what chance kept.
    func crashed(using random: inout some RandomNumberGenerator) -> SimulatedDisk {
        // Often all or nothing: a kill keeps everything, a dead controller nothing.
        let keep = [0.0, 0.2, 0.5, 0.8, 1.0].randomElement(using: &random) ?? 0.5
        func isKept(_ random: inout some RandomNumberGenerator) -> Bool {
            Double.random(in: 0..<1, using: &random) < keep
        }
        var after = state.withLock { $0 }
        after.fault = nil
        after.isDead = false
        for id in after.inodes.keys.sorted() {
            guard var inode = after.inodes[id] else { continue }
            for change in inode.pending {
                switch change {
                case .truncate(let size):
                    if isKept(&random) { Self.resize(&inode.durable, to: size) }
                case .write(let offset, let bytes):
                    var index = 0
                    while index < bytes.count {
                        let end = min(bytes.count, ((offset + index) / Self.sector + 1) * Self.sector - offset)
                        if isKept(&random) { Self.put(bytes[index..<end], at: offset + index, in: &inode.durable) }
                        index = end
                    }
                }
            }
            inode.pending = []
            inode.current = inode.durable
            after.inodes[id] = inode
        }
        for number in after.directories.keys.sorted() {
            guard var directory = after.directories[number] else { continue }
            for change in directory.pending where isKept(&random) { Self.apply(change, to: &directory.durable) }
            directory.pending = []
            directory.current = directory.durable
            after.directories[number] = directory
        }
        return SimulatedDisk(after)
    }

    // MARK: - Storage

    func open(_ path: String, _ mode: OpenMode) throws(StorageError) -> any StorageFile {
        let changes = mode == .create || mode == .replace
        let inode = try change(.open, path, counts: changes) { (state) throws(StorageError) in
            let (parent, name) = (parentDirectory(of: path), fileName(of: path))
            guard let number = state.number(of: parent), var directory = state.directories[number] else {
                throw StorageError(.open, path, code: StorageError.notFound)
            }
            if let existing = directory.current[name], existing > 0 {
                if mode == .replace { Self.truncate(existing, to: 0, &state) }
                return existing
            }
            guard changes else { throw StorageError(.open, path, code: StorageError.notFound) }
            let id = state.nextInode
            state.nextInode += 1
            state.inodes[id] = Inode()
            Self.record(.link(name, id), in: &directory)
            state.directories[number] = directory
            return id
        }
        return SimulatedFile(disk: self, inode: inode, path: path)
    }

    func list(_ directory: String) throws(StorageError) -> [String] {
        let names = state.withLock { state in
            state.number(of: directory).flatMap { state.directories[$0]?.current.keys.sorted() }
        }
        guard let names else { throw StorageError(.list, directory, code: StorageError.notFound) }
        return names
    }

    func status(of path: String) throws(StorageError) -> FileStatus? {
        state.withLock { state in
            if state.number(of: path) != nil {
                return FileStatus(isDirectory: true, size: 0, modifiedMilliseconds: 0)
            }
            guard let parent = state.number(of: parentDirectory(of: path)),
                let id = state.directories[parent]?.current[fileName(of: path)], let inode = state.inodes[id]
            else { return nil }
            return FileStatus(
                isDirectory: false,
                size: Int64(inode.current.count),
                modifiedMilliseconds: inode.modified
            )
        }
    }

    func createDirectory(_ path: String) throws(StorageError) {
        try change(.createDirectory, path) { (state) throws(StorageError) in
            guard state.number(of: path) == nil else { return }
            guard let parent = state.number(of: parentDirectory(of: path)), var directory = state.directories[parent]
            else { throw StorageError(.createDirectory, path, code: StorageError.notFound) }
            let id = state.nextInode
            state.nextInode += 1
            state.directories[id] = Directory()
            Self.record(.link(fileName(of: path), -id), in: &directory)
            state.directories[parent] = directory
        }
    }

    func remove(_ path: String) throws(StorageError) {
        try change(.remove, path) { (state) in
            guard let parent = state.number(of: parentDirectory(of: path)), var directory = state.directories[parent],
                directory.current[fileName(of: path)] != nil
            else { return }
            Self.record(.unlink(fileName(of: path)), in: &directory)
            state.directories[parent] = directory
        }
    }

    func removeDirectory(_ path: String) throws(StorageError) { try remove(path) }

    func rename(_ path: String, to newPath: String) throws(StorageError) {
        try change(.rename, path) { (state) throws(StorageError) in
            let name = fileName(of: path)
            guard let parent = state.number(of: parentDirectory(of: path)), var directory = state.directories[parent],
                let id = directory.current[name]
            else { throw StorageError(.rename, path, code: StorageError.notFound) }
            Self.record(.rename(name, fileName(of: newPath), id), in: &directory)
            state.directories[parent] = directory
        }
    }

    func syncDirectory(_ path: String) throws(StorageError) {
        try change(.syncDirectory, path) { (state) in
            guard state.ignoredSync?(.syncDirectory, path) != true, let number = state.number(of: path),
                var directory = state.directories[number]
            else { return }
            directory.durable = directory.current
            directory.pending = []
            state.directories[number] = directory
        }
    }

    // MARK: - Files

    fileprivate func read(_ inode: Int, _ path: String, at offset: Int64, count: Int) throws(StorageError) -> [UInt8] {
        let found = state.withLock { state -> [UInt8]? in
            guard !state.isDead, let content = state.inodes[inode]?.current else { return nil }
            let start = min(max(0, Int(offset)), content.count)
            return Array(content[start..<min(content.count, start + count)])
        }
        guard let found else { throw StorageError(.read, path, code: StorageError.inputOutput) }
        return found
    }

    fileprivate func write(_ inode: Int, _ path: String, _ bytes: [UInt8], at offset: Int64) throws(StorageError) {
        try change(.write, path) { (state) in
            Self.write(inode, bytes, at: Int(offset), &state)
        } onFault: { state in
            Self.write(inode, Array(bytes.prefix(bytes.count / 2)), at: Int(offset), &state)
        }
    }

    fileprivate func truncate(_ inode: Int, _ path: String, to size: Int64) throws(StorageError) {
        try change(.truncate, path) { (state) in Self.truncate(inode, to: Int(size), &state) }
    }

    fileprivate func sync(_ inode: Int, _ path: String) throws(StorageError) {
        try change(.sync, path) { (state) in
            guard state.ignoredSync?(.sync, path) != true, var file = state.inodes[inode] else { return }
            file.durable = file.current
            file.pending = []
            state.inodes[inode] = file
        }
    }

    fileprivate func size(_ inode: Int) -> Int64 {
        state.withLock { Int64($0.inodes[inode]?.current.count ?? 0) }
    }

    // MARK: - Under the lock

    private func change<Value: Sendable>(
        _ operation: StorageError.Operation,
        _ path: String,
        counts: Bool = true,
        _ body: (inout State) throws(StorageError) -> Value,
        onFault: (inout State) -> Void = { _ in }
    ) throws(StorageError) -> Value {
        try state.withLock { (state) throws(StorageError) -> Value in
            guard !state.isDead else { throw StorageError(operation, path, code: StorageError.inputOutput) }
            if counts { state.calls += 1 }
            if counts, let fault = state.fault, fault.call == state.calls {
                onFault(&state)
                switch fault.fault {
                case .error(let code): throw StorageError(operation, path, code: code)
                case .powerCut:
                    state.isDead = true
                    throw StorageError(operation, path, code: StorageError.inputOutput)
                }
            }
            return try body(&state)
        }
    }

    private static func record(_ change: Directory.Change, in directory: inout Directory) {
        apply(change, to: &directory.current)
        directory.pending.append(change)
    }

    private static func apply(_ change: Directory.Change, to names: inout [String: Int]) {
        switch change {
        case .link(let name, let id): names[name] = id
        case .unlink(let name): names[name] = nil
        case .rename(let old, let new, let id):
            names[old] = nil
            names[new] = id
        }
    }

    private static func write(_ inode: Int, _ bytes: [UInt8], at offset: Int, _ state: inout State) {
        put(bytes[...], at: offset, in: &state.inodes[inode, default: Inode()].current)
        state.inodes[inode]?.pending.append(.write(offset: offset, bytes: bytes))
    }

    private static func truncate(_ inode: Int, to size: Int, _ state: inout State) {
        resize(&state.inodes[inode, default: Inode()].current, to: size)
        state.inodes[inode]?.pending.append(.truncate(size))
    }

    private static func put(_ bytes: ArraySlice<UInt8>, at offset: Int, in content: inout [UInt8]) {
        if content.count < offset + bytes.count { resize(&content, to: offset + bytes.count) }
        content.replaceSubrange(offset..<(offset + bytes.count), with: bytes)
    }

    private static func resize(_ content: inout [UInt8], to size: Int) {
        if content.count > size {
            content.removeLast(content.count - size)
        } else {
            content.append(contentsOf: repeatElement(0, count: size - content.count))
        }
    }
}

/// An open file of a ``SimulatedDisk``.
final class SimulatedFile: StorageFile {
    private let disk: SimulatedDisk
    private let inode: Int
    private let place: Mutex<String>

    init(disk: SimulatedDisk, inode: Int, path: String) {
        self.disk = disk
        self.inode = inode
        place = Mutex(path)
    }

    var path: String { place.withLock { $0 } }

    func read(at offset: Int64, count: Int, into buffer: inout ByteBuffer) throws(StorageError) -> Int {
        let bytes = try disk.read(inode, path, at: offset, count: count)
        return buffer.writeBytes(bytes)
    }

    func write(_ head: ByteBuffer, _ rest: ByteBuffer, at offset: Int64) throws(StorageError) {
        try disk.write(inode, path, Array(head.readableBytesView) + Array(rest.readableBytesView), at: offset)
    }

    func size() throws(StorageError) -> Int64 { disk.size(inode) }
    func truncate(to size: Int64) throws(StorageError) { try disk.truncate(inode, path, to: size) }
    func sync() throws(StorageError) { try disk.sync(inode, path) }

    func rename(to newPath: String) throws(StorageError) {
        try disk.rename(path, to: newPath)
        place.withLock { $0 = newPath }
    }

    func close() {}
}

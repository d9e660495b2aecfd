import Glibc

extension Secret {
    /// The longest secret that is read, bytes.
    static let longest = 64 << 10

    /// Reads the secret from where it is.
    ///
    /// - Throws: ``SecretError``, which names the place and never what stands there.
    package func read() throws(SecretError) -> SecretBytes {
        let bytes =
            switch self {
            case .file(let path): try Self.firstLine(of: path)
            case .environment(let name): try Self.variable(name)
            }
        guard bytes.count > 0 else { throw SecretError("\(self) is empty") }
        return bytes
    }

    private static func variable(_ name: String) throws(SecretError) -> SecretBytes {
        let place = Secret.environment(name)
        guard let value = getenv(name) else { throw SecretError("\(place) is not set") }
        let count = strlen(value)
        guard count < longest else { throw SecretError("\(place) has more than \(longest) bytes") }
        return SecretBytes(UnsafeRawBufferPointer(start: value, count: count))
    }

    private static func systemWords(_ code: CInt) -> String { String(cString: strerror(code)).lowercased() }

    private static func firstLine(of path: String) throws(SecretError) -> SecretBytes {
        let place = Secret.file(path)
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SecretError("\(place) cannot be read: \(systemWords(errno))") }
        defer { close(descriptor) }
        return try SecretBytes(capacity: longest) {
            (memory: UnsafeMutableRawBufferPointer) throws(SecretError) -> Int in
            var filled = 0
            while filled < memory.count {
                let count = Glibc.read(descriptor, memory.baseAddress.map { $0 + filled }, memory.count - filled)
                if count < 0, errno == EINTR { continue }
                guard count >= 0 else {
                    throw SecretError("\(place) cannot be read: \(systemWords(errno))")
                }
                if count == 0 { break }
                filled += count
            }
            var line = memory[..<filled].prefix { $0 != UInt8(ascii: "\n") }
            if line.last == UInt8(ascii: "\r") { line = line.dropLast() }
            guard line.count < memory.count else {
                throw SecretError("\(place) has a first line of more than \(longest) bytes")
            }
            return line.count
        }
    }
}

extension Secret: CustomStringConvertible {
    /// Where the secret is.
    package var description: String {
        switch self {
        case .file(let path): "the file \(path)"
        case .environment(let name): "the environment variable \(name)"
        }
    }
}

/// Why a secret could not be had, without any of it.
package struct SecretError: Error, Equatable, CustomStringConvertible {
    /// What is wrong, and where.
    package let description: String

    /// An error in words.
    init(_ description: String) { self.description = description }
}

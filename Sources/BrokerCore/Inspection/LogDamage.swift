/// Something in a file of a log that is not as it should be: where, how much and why.
package struct LogDamage: Sendable, Equatable, CustomStringConvertible {
    /// The file as it was reached: the given path, or below it.
    package var path: String
    /// Where in the file, in bytes; nil when it is about the whole file.
    package var position: Int64?
    /// How many bytes are concerned; nil when that is not known.
    package var bytes: Int64?
    /// What is wrong.
    package var reason: String

    /// A damage.
    package init(path: String, position: Int64? = nil, bytes: Int64? = nil, reason: String) {
        self.path = path
        self.position = position
        self.bytes = bytes
        self.reason = reason
    }

    /// `c1-0/00000000000000000031.log: 45 bytes at 3377: the batch is cut`.
    package var description: String {
        switch (position, bytes) {
        case (let position?, let bytes?): "\(path): \(bytes) bytes at \(position): \(reason)"
        case (let position?, nil): "\(path): at \(position): \(reason)"
        default: "\(path): \(reason)"
        }
    }
}

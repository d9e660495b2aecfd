/// The window behind a key's bytes.
package enum WindowedKey {
    /// A key with its window.
    package static func bytes(_ key: [UInt8], start: Int64, end: Int64, _ window: KeyWindow) -> [UInt8] {
        switch window {
        case .time: key + KafkaFormat.bytes(start)
        case .session: key + KafkaFormat.bytes(end) + KafkaFormat.bytes(start)
        }
    }

    /// How many bytes of a key are the key itself, and its window; nil where there are too few or the window is none.
    package static func split(
        _ bytes: UnsafeBufferPointer<UInt8>, _ window: KeyWindow
    ) -> (keyLength: Int, start: Int64, end: Int64)? {
        func number(_ from: Int) -> Int64 {
            Int64(bitPattern: bytes[from..<from + 8].reduce(0) { $0 << 8 | UInt64($1) })
        }
        switch window {
        case .time(let size):
            guard bytes.count >= 8 else { return nil }
            let start = number(bytes.count - 8)
            let (end, overflow) = start.addingReportingOverflow(size)
            return start < 0 ? nil : (bytes.count - 8, start, overflow ? .max : end)
        case .session:
            guard bytes.count >= 16 else { return nil }
            let (end, start) = (number(bytes.count - 16), number(bytes.count - 8))
            return start < 0 || end < start ? nil : (bytes.count - 16, start, end)
        }
    }
}

import Foundation
import Operations

/// Times on the command line: those of Kafka's tools, and the forms with figures that the console takes; in UTC where they name no zone.
enum VerbTime {
    /// Reads a time, as of now.
    ///
    /// - Returns: Milliseconds since 1970.
    /// - Throws: `ResetError.badTime` for a text that has neither form.
    static func milliseconds(_ text: String) throws(ResetError) -> Int64 {
        do throws(ResetError) {
            return try ResetTimes.time(text)
        } catch {
            let now = Int64(Date().timeIntervalSince1970 * 1000)
            // A word alone is refused, as Kafka's tools refuse it.
            guard text.contains(where: \.isNumber), let typed = try? TypedTime(text, now: now, offset: { _ in 0 })
            else { throw error }
            return typed.milliseconds
        }
    }
}

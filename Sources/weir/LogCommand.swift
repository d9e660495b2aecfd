import ArgumentParser
import BrokerCore
import Foundation

/// `weir log`: looks into log directories without a broker.
struct LogCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log",
        abstract: "Looks into log directories, Weir's or Kafka's.",
        subcommands: [Dump.self]
    )

    /// `weir log dump`: prints what is in the files and names each damage.
    struct Dump: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "dump",
            abstract: "Prints segments, batches and records, changing nothing."
        )

        @Argument(help: "Log directories, partition directories or single files.")
        var paths: [String]

        /// What a line of JSON describes.
        enum Lines: String, CaseIterable, EnumerableFlag {
            case json
            case jsonBatches
            case jsonIndexes

            static func help(for lines: Lines) -> ArgumentHelp? {
                switch lines {
                case .json: "Prints a line of JSON a record."
                case .jsonBatches: "Prints a line of JSON a log file, with every batch."
                case .jsonIndexes: "Prints a line of JSON an index or snapshot file, with every entry."
                }
            }
        }

        @Flag var lines: Lines?

        func run() throws {
            let format: LogDump.Format =
                switch lines {
                case .json: .records
                case .jsonBatches: .batches
                case .jsonIndexes: .indexes
                case nil: .text
                }
            var pending = ""
            var failure: (any Error)?
            func flush() {
                do {
                    if failure == nil { try FileHandle.standardOutput.write(contentsOf: Data(pending.utf8)) }
                } catch {
                    failure = error
                }
                pending.removeAll(keepingCapacity: true)
            }
            let summary = LogDump.run(
                paths: paths,
                format: format,
                output: { text in
                    pending += text
                    if pending.utf8.count >= 1 << 16 { flush() }
                },
                onDamage: { damage in
                    if format != .text { try? FileHandle.standardError.write(contentsOf: Data("\(damage)\n".utf8)) }
                }
            )
            flush()
            if let failure { throw failure }
            // Scripts learn of damage by the exit code, as from fsck.
            if summary.damages > 0 { throw ExitCode(1) }
        }
    }
}

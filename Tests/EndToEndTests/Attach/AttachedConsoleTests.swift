import Foundation
import TerminalHarness
import Testing

#if canImport(CVTerm)
    @Suite("The console on a broker of another process", .serialized)
    struct AttachedConsoleTests {
        private let stage: AttachedStage

        init() throws { stage = try AttachedStage() }

        @Test("topics, a group and records show as other clients see them, and nothing can be changed unasked")
        func shows() throws {
            let broker = try stage.serve()
            let address = broker.bootstrap
            try create("orders", "--partitions", "2", on: address)
            try create("latest", "--config", "cleanup.policy=compact", on: address)
            for (partition, count) in [("0", 30), ("1", 20)] {
                try stage.produce((1...count).map { "early \($0)" }, to: "orders", on: address, "-p", partition)
            }
            #expect(try stage.consume("orders", as: "billing", on: address) == 50)
            for (partition, count) in [("0", 11), ("1", 7)] {
                try stage.produce((1...count).map { "late \($0)" }, to: "orders", on: address, "-p", partition)
            }
            try stage.produce((1...50).map { "k\($0 % 5):value \($0)" }, to: "latest", on: address, "-K", ":")

            let terminal = try stage.attach(address)
            terminal.expect("attached \(address) · read-only")
            terminal.type("2")
            terminal.expect(#/\borders +2 +68 /#)
            terminal.expect(#/\blatest +1 +≤50 /#)
            terminal.type("3")
            terminal.expect("MEMBERS")
            terminal.type("/billing\r\r")
            terminal.expect("reading this")
            let described = try lag(of: "billing", on: address)
            #expect(described == [0: [30, 41, 11], 1: [20, 27, 7]])
            for (partition, figures) in described {
                let isShown = terminal.wait(seconds: AttachedStage.patience) {
                    Self.figures(ofRow: "orders-\(partition)", on: $0.text) == figures
                }
                #expect(isShown, "orders-\(partition) should have \(figures):\n\(terminal.text)")
            }
            terminal.openTopic("orders")
            terminal.type("t")
            terminal.expect("OFFSET")
            terminal.type("g")
            terminal.expect(#/early 1\b/#)
            terminal.type("G")
            terminal.expect(#/late 11\b/#)

            terminal.openTopic("latest")
            terminal.type("c")
            terminal.expect("nothing is changed yet")
            terminal.type("C")
            terminal.expect("read-only: nothing can be changed from here")
            #expect(try !overrides(on: address).contains("dirty.ratio"))
            terminal.type("\u{3}")
            #expect(terminal.exitCode(seconds: AttachedStage.patience) == 0)
        }

        @Test("with --write a compaction changes the settings its preview named, and K takes them back")
        func compactBySettings() throws {
            let broker = try stage.serve()
            let address = broker.bootstrap
            try create("latest", "--config", "cleanup.policy=compact", on: address)
            try stage.produce((1...50).map { "k\($0 % 5):value \($0)" }, to: "latest", on: address, "-K", ":")
            let terminal = try stage.attach(address, "--write")
            terminal.expect("attached \(address) ")
            #expect(!terminal.text.contains("read-only"), "\(terminal.text)")
            terminal.openTopic("latest")
            terminal.type("c")
            terminal.expect("min.cleanable.dirty.ratio=0.0 (unset now, put back exactly)")
            terminal.expect("C changes the settings")
            #expect(try !overrides(on: address).contains("dirty.ratio"), "a preview must change nothing")
            terminal.type("C")
            terminal.expect("K takes them back")
            #expect(try overrides(on: address).contains(" min.cleanable.dirty.ratio=0.0 "))
            // K is there once the next look at the cluster has told of the run.
            terminal.expect("<K> stop")
            terminal.type("K")
            let isBack: Bool? = waitFor(seconds: AttachedStage.patience) {
                (try? overrides(on: address)).flatMap { $0.contains("dirty.ratio") ? nil : true }
            }
            #expect(isBack == true, "\(terminal.text)")
            #expect(try overrides(on: address).contains("cleanup.policy=compact "))
            terminal.type("\u{3}")
            #expect(terminal.exitCode(seconds: AttachedStage.patience) == 0)
        }

        @Test("a broker that is killed and comes back leaves the board as it was, then moves it on, and nothing fires")
        func brokerComesBack() throws {
            var broker = try stage.serve()
            let address = broker.bootstrap
            try create("orders", on: address)
            try stage.produce((1...100).map { "early \($0)" }, to: "orders", on: address)
            #expect(try stage.consume("orders", as: "billing", on: address) == 100)
            let terminal = try stage.attach(address)
            terminal.type("2")
            terminal.expect(#/\borders +1 +100 /#)

            broker.killHard()
            terminal.expect("no answer from \(address)")
            // Longer than the 15 s that a rule on a group's lag age waits once its limit is passed.
            terminal.expect(#/all figures are (1[6-9]|[2-9][0-9])s old/#)
            #expect(terminal.text.contains(#/\borders\b.* 100 /#), "\(terminal.text)")

            broker = try stage.serve(listen: address)
            try stage.produce((1...23).map { "late \($0)" }, to: "orders", on: address)
            // Nothing is left unread, or the rule of lag's age would be right to fire.
            #expect(try stage.consume("orders", as: "billing", on: address) == 23)
            terminal.expect("attached \(address) · read-only")
            terminal.expect(#/\borders +1 +123 /#)
            let isLive = terminal.wait(seconds: AttachedStage.patience) {
                !$0.text.contains("stale") && !$0.text.contains("no answer")
            }
            #expect(isLive, "\(terminal.text)")
            terminal.type("4")
            terminal.expect("0 firing · ")
            #expect(terminal.text.contains("nothing fired yet"), "\(terminal.text)")
            terminal.type("\u{3}")
            #expect(terminal.exitCode(seconds: AttachedStage.patience) == 0)
        }

        // MARK: What other clients see

        private func create(_ topic: String, _ options: String..., on address: String) throws {
            let ran = try stage.weir(["topics", "create", topic] + options, on: address)
            #expect(ran.status == 0, "\(ran)")
        }

        /// What is set for the topic `latest` itself.
        private func overrides(on address: String) throws -> String {
            let ran = try stage.weir(["configs", "describe", "latest"], on: address)
            #expect(ran.status == 0, "\(ran)")
            return ran.output
        }

        /// Committed offset, log end and lag of each partition, as `weir groups describe` prints them.
        private func lag(of group: String, on address: String) throws -> [Int: [Int]] {
            let ran = try stage.weir(["groups", "describe", group], on: address)
            let rows = ran.output.matches(of: #/\borders +(\d+) +(\d+) +(\d+) +(\d+)\b/#)
            return Dictionary(
                rows.map { row in (Int(row.1) ?? -1, [row.2, row.3, row.4].map { Int($0) ?? -1 }) },
                uniquingKeysWith: { first, _ in first })
        }

        /// The same three from a row of the group's assignments.
        private static func figures(ofRow name: String, on text: String) -> [Int]? {
            guard let row = text.split(separator: "\n").first(where: { $0.contains(" \(name) ") }),
                let match = row.firstMatch(of: #/ (\d+) +(\d+) +(\d+) /#)
            else { return nil }
            return [match.1, match.2, match.3].compactMap { Int($0) }
        }
    }
#endif

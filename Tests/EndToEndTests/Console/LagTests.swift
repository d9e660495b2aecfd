import ChildProcess
import Foundation
import TerminalHarness
import Testing

#if canImport(CVTerm)
    @Suite("Lag on the screen and in a client", .serialized)
    struct LagTests {
        private struct Sample {
            var time: Double
            var lag: Double
            var age: Double
        }

        @Test("under a consumer at half speed every lag and age shown is what a Python client sees around that time")
        func agrees() throws {
            let folder = try TemporaryFolder()
            let ready = folder.url.appending(path: "ready")
            let samples = folder.url.appending(path: "samples")
            let terminal = try #require(
                HeadlessTerminal(
                    WeirProcess.binary.path,
                    [
                        "--data", folder.url.appending(path: "data").path, "--listen", "127.0.0.1:0", "--ready-file",
                        ready.path,
                    ],
                    rows: 30,
                    columns: 120
                )
            )
            #expect(terminal.waitFor("throughput", seconds: 20))
            let address = try #require(waitFor(seconds: 10) { try? String(contentsOf: ready, encoding: .utf8) })
                .trimmingCharacters(in: .whitespacesAndNewlines)
            let python = ChildProcess()
            let stop = Pipe()
            python.executableURL = URL(filePath: "/usr/bin/python3")
            python.arguments = [clientScript("half_speed.py"), address, "race", "slow", samples.path]
            python.standardInput = stop
            try python.run()
            defer { if python.isRunning { kill(python.processIdentifier, SIGKILL) } }
            #expect(terminal.waitFor("slow", seconds: 30), "\(terminal.text)")
            terminal.type("3")
            #expect(terminal.waitFor("CATCH-UP"))
            terminal.type("\r")
            #expect(terminal.waitFor("reading this"), "\(terminal.text)")
            let shown = try collect(from: terminal, count: 60, of: Self.lag)
            terminal.type("\u{1b}")
            #expect(terminal.waitFor("MEMBERS"), "\(terminal.text)")
            let ages = try collect(from: terminal, count: 20, of: Self.age)
            try stop.fileHandleForWriting.write(contentsOf: Data("stop\n".utf8))
            python.waitUntilExit()
            terminal.type("q")
            let seen = try parse(samples)
            // On a busy machine the client is kept from looking now and then: it says nothing of such a moment.
            var judged = 0
            for row in ages {
                // Ages are shown in whole seconds, at most a poll's interval and a frame old.
                let near = seen.filter { $0.time >= row.time - 1.7 && $0.time <= row.time + 0.1 }.map(\.age)
                guard let low = near.min(), let high = near.max() else { continue }
                judged += 1
                #expect(
                    row.value >= low.rounded(.down) - 1 && row.value <= high.rounded(.up),
                    "age \(row.value) at \(row.time), the client saw \(low) to \(high)"
                )
            }
            for row in shown {
                // A figure is from the last poll: it is at most a poll's interval and a frame old.
                // The looks just before and after count, too: the poll may have come between them and those within.
                let within = seen.indices.filter {
                    seen[$0].time >= row.time - 1.7 && seen[$0].time <= row.time + 0.1
                }
                guard let first = within.first, let last = within.last, first > 0, last + 1 < seen.count else {
                    continue
                }
                let near = seen[first - 1...last + 1]
                guard let low = near.map(\.lag).min(), let high = near.map(\.lag).max() else { continue }
                judged += 1
                // Between two looks of the client the producer went on writing, 400 records a second.
                let gap = zip(near, near.dropFirst()).map { $1.time - $0.time }.max() ?? 0
                let slack = (gap * 400).rounded(.up)
                #expect(
                    row.value >= low - slack && row.value <= high + slack,
                    "shown \(row.value) at \(row.time), the client saw \(low) to \(high), looking every \(gap) s"
                )
            }
            #expect(
                judged >= (ages.count + shown.count) / 2, "\(judged) of \(ages.count + shown.count) moments were judged"
            )
        }

        /// A figure on the screen, each time it changes.
        private func collect(
            from terminal: HeadlessTerminal,
            count: Int,
            of figure: @escaping (String) -> Double?
        ) throws -> [(time: Double, value: Double)] {
            var shown: [(time: Double, value: Double)] = []
            while shown.count < count {
                let last = shown.last?.value
                let changed = terminal.wait(seconds: 20) { figure($0.text).map { $0 != last } ?? false }
                #expect(changed, "the figure stands still:\n\(terminal.text)")
                guard changed, let value = figure(terminal.text) else { return shown }
                shown.append((Date().timeIntervalSince1970, value))
            }
            return shown
        }

        /// The group's AGE in seconds, from the list of groups: `9s`, `1m 05s`.
        private static func age(_ text: String) -> Double? {
            let lines = text.split(separator: "\n").map(String.init)
            guard let heading = lines.firstIndex(where: { $0.contains("MEMBERS") && $0.contains(" AGE") }),
                let row = lines[heading...].first(where: { $0.contains(" slow ") }),
                let range = lines[heading].range(of: " AGE")
            else { return nil }
            let end = lines[heading].distance(from: lines[heading].startIndex, to: range.upperBound)
            guard let match = row.prefix(end).firstMatch(of: /(?:([0-9]+)m )?([0-9]+)s$/), let seconds = Double(match.2)
            else { return nil }
            return (match.1.flatMap { Double($0) } ?? 0) * 60 + seconds
        }

        /// The lag in the first row of the assignments.
        private static func lag(_ text: String) -> Double? {
            let lines = text.split(separator: "\n").map(String.init)
            guard let heading = lines.firstIndex(where: { $0.contains("COMMITTED") && $0.contains("LAG") }),
                let row = lines[heading...].first(where: { $0.contains("race-0") }),
                let range = lines[heading].range(of: " LAG")
            else { return nil }
            let header = lines[heading]
            // Figures keep their right edge under the heading's.
            let end = header.distance(from: header.startIndex, to: range.upperBound)
            let digits = row.prefix(end).reversed().prefix { $0.isNumber || $0 == "," }
            return Double(String(digits.reversed()).replacing(",", with: ""))
        }

        private func parse(_ file: URL) throws -> [Sample] {
            try String(contentsOf: file, encoding: .utf8).split(separator: "\n").compactMap { line in
                let parts = line.split(separator: " ").compactMap { Double($0) }
                return parts.count == 3 ? Sample(time: parts[0], lag: parts[1], age: parts[2]) : nil
            }
        }
    }
#endif

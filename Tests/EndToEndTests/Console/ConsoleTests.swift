import ChildProcess
import Foundation
import TerminalHarness
import Testing

#if canImport(CVTerm)
    @Suite("The real binary on a terminal", .serialized)
    struct ConsoleTests {
        @Test("the demo shows live dashboards, and every screen is reachable by its keys")
        func demo() throws {
            let terminal = try weir(["demo", "--listen", "127.0.0.1:0"])
            #expect(terminal.waitFor("fraud-scorer", seconds: 20), "\(terminal.text)")
            for (keys, text) in [
                ("2", "RATE/s"), ("\r", "segments of"), ("t", "OFFSET"), ("\u{1b}", "segments of"), ("3", "CATCH-UP"),
                ("\r", "reading this"), ("r", "log start"), ("\u{1b}", "reading this"), ("4", "history"),
                ("6", "durability"), ("1", "throughput"), ("?", "help"), ("\u{1b}", "throughput"),
            ] {
                terminal.type(keys)
                #expect(
                    terminal.waitFor(text, seconds: 10), "after \(keys.debugDescription) no \(text):\n\(terminal.text)")
            }
            terminal.type("q")
            #expect(terminal.exitCode(seconds: 20) == 0)
        }

        @Test("what kcat writes shows within two seconds, and the tail accounts for every record")
        func tail() throws {
            let (terminal, address, folder) = try console()
            defer { withExtendedLifetime(folder) {} }
            let made = try run("/usr/bin/python3", [clientScript("topic.py"), address, "numbers", "1"])
            #expect(made.status == 0, "\(made.errors)")
            #expect(terminal.waitFor("numbers", seconds: 10), "\(terminal.text)")
            terminal.type("2")
            #expect(terminal.waitFor("RATE/s"))
            terminal.type("\r")
            #expect(terminal.waitFor("segments of numbers-0"), "\(terminal.text)")
            terminal.type("t")
            #expect(terminal.waitFor("following"), "\(terminal.text)")
            let numbers = Data((1...100_000).map { "\($0)\n" }.joined().utf8)
            #expect(try run("/usr/bin/kcat", ["-P", "-b", address, "-t", "numbers"], input: numbers).status == 0)
            let counted = terminal.wait(seconds: 60) { Self.account($0.text).map { $0 == 100_000 } ?? false }
            #expect(counted, "\(terminal.text)")
            terminal.type("q")
        }

        /// What the tail says it saw, if its own sum is right: `shown 17 + skipped 0 + filtered 665 = 682 seen`.
        private static func account(_ text: String) -> Int? {
            let pattern = /([0-9,]+) \+ skipped ([0-9,]+) \+ filtered ([0-9,]+) = ([0-9,]+)/
            guard let match = text.firstMatch(of: pattern) else { return nil }
            let numbers = [match.1, match.2, match.3, match.4].compactMap { Int($0.replacing(",", with: "")) }
            guard numbers.count == 4, numbers[0] + numbers[1] + numbers[2] == numbers[3] else { return nil }
            return numbers[3]
        }

        @Test("closing the terminal under a producing client loses no connection")
        func lostTerminal() throws {
            let (terminal, address, folder) = try console()
            defer { withExtendedLifetime(folder) {} }
            let pid = terminal.pid
            defer { kill(pid, SIGTERM) }
            let producer = ChildProcess()
            let input = Pipe()
            producer.executableURL = URL(filePath: "/usr/bin/kcat")
            producer.arguments = ["-P", "-b", address, "-t", "kept", "-X", "linger.ms=1"]
            producer.standardInput = input
            producer.standardError = FileHandle.nullDevice
            try producer.run()
            func write(_ range: Range<Int>) throws {
                try input.fileHandleForWriting.write(contentsOf: Data(range.map { "\($0)\n" }.joined().utf8))
            }
            func count() -> Int {
                let read = try? run("/usr/bin/kcat", ["-C", "-b", address, "-t", "kept", "-e", "-q"])
                return read?.output.split(separator: "\n").count ?? -1
            }
            try write(0..<1000)
            // kcat keeps the last lines back until more come or its input ends.
            #expect(waitFor(seconds: 60) { count() > 0 ? true : nil } != nil)
            terminal.closeTerminal()
            try write(1000..<2000)
            try input.fileHandleForWriting.close()
            producer.waitUntilExit()
            #expect(producer.terminationStatus == 0)
            #expect(count() == 2000)
        }

        @Test("quitting while clients are connected asks, and the broker can serve on without a screen")
        func quitting() throws {
            let (terminal, address, folder) = try console()
            defer { withExtendedLifetime(folder) {} }
            let client = ChildProcess()
            let input = Pipe()
            client.executableURL = URL(filePath: "/usr/bin/kcat")
            client.arguments = ["-P", "-b", address, "-t", "asked"]
            client.standardInput = input
            client.standardError = FileHandle.nullDevice
            try client.run()
            defer { client.terminate() }
            try input.fileHandleForWriting.write(contentsOf: Data("one\n".utf8))
            #expect(terminal.waitFor("asked", seconds: 20), "\(terminal.text)")
            terminal.type("q")
            #expect(terminal.waitFor("keep", seconds: 5), "\(terminal.text)")
            terminal.type("k")
            #expect(terminal.waitFor("serves on at \(address)", seconds: 10), "\(terminal.text)")
            #expect(try run("/usr/bin/kcat", ["-L", "-b", address]).status == 0)
            kill(terminal.pid, SIGTERM)
            #expect(terminal.exitCode(seconds: 20) == 0)
        }

        @Test("SIGTERM gives the terminal back and closes the broker in order")
        func terminated() throws {
            let (terminal, _, folder) = try console()
            kill(terminal.pid, SIGTERM)
            #expect(terminal.exitCode(seconds: 20) == 0)
            let marker = folder.url.appending(path: "data/log/.kafka_cleanshutdown")
            #expect(FileManager.default.fileExists(atPath: marker.path))
        }

        @Test("a locale without UTF-8 gets ASCII")
        func ascii() throws {
            let environment = HeadlessTerminal.environment.filter { !$0.hasPrefix("LC_ALL") } + ["LC_ALL=C"]
            let terminal = try weir(["demo", "--listen", "127.0.0.1:0"], environment: environment)
            #expect(terminal.waitFor("fraud-scorer", seconds: 20), "\(terminal.text)")
            let isASCII = terminal.text.utf8.allSatisfy { $0 < 0x80 }
            #expect(isASCII, "\(terminal.text)")
            terminal.type("q")
            #expect(terminal.exitCode(seconds: 20) == 0)
        }

        // MARK: Starting

        private func weir(
            _ arguments: [String],
            environment: [String] = HeadlessTerminal.environment
        ) throws -> HeadlessTerminal {
            try #require(
                HeadlessTerminal(WeirProcess.binary.path, arguments, rows: 30, columns: 100, environment: environment)
            )
        }

        /// The console on a new data directory, with the address its listener took.
        private func console() throws -> (HeadlessTerminal, address: String, TemporaryFolder) {
            let folder = try TemporaryFolder()
            let ready = folder.url.appending(path: "ready")
            let terminal = try weir([
                "--data", folder.url.appending(path: "data").path, "--listen", "127.0.0.1:0", "--ready-file",
                ready.path,
            ])
            #expect(terminal.waitFor("throughput", seconds: 20), "\(terminal.text)")
            let address = try #require(
                waitFor(seconds: 10) { try? String(contentsOf: ready, encoding: .utf8) }
            ).trimmingCharacters(in: .whitespacesAndNewlines)
            return (terminal, address, folder)
        }
    }
#endif

@Suite("Without a usable terminal")
struct NoTerminalTests {
    @Test("a pipe instead of a terminal is refused in one line")
    func pipe() throws {
        let folder = try TemporaryFolder()
        let ran = try run(
            WeirProcess.binary.path, ["--data", folder.url.path, "--listen", "127.0.0.1:0"], seconds: 30)
        #expect(ran.status != 0)
        #expect(!ran.output.contains("\u{1b}") && !ran.errors.contains("\u{1b}"))
        #expect(ran.errors.contains("terminal"), "\(ran.errors)")
    }

    @Test("a directory that another process holds is refused, naming the process and its listener")
    func held() throws {
        let folder = try TemporaryFolder()
        let weir = try WeirProcess(dataDirectory: folder.url)
        let ran = try run(
            WeirProcess.binary.path, ["serve", "--data", folder.url.path, "--listen", "127.0.0.1:0"], seconds: 30)
        #expect(ran.status != 0)
        #expect(ran.errors.contains("\(weir.pid)"), "\(ran.errors)")
        #expect(ran.errors.contains(weir.bootstrap), "\(ran.errors)")
    }

    @Test("where CI runs the terminal emulator must be there")
    func emulator() {
        guard ProcessInfo.processInfo.environment["WEIR_TESTS_MUST_NOT_SKIP"] != nil else { return }
        #expect(TerminalEmulator.isAvailable, "install libvterm-dev: without it no screen is judged")
    }
}

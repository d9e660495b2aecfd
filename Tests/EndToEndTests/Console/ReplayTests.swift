import ChildProcess
import Foundation
import TerminalHarness
import Testing

#if canImport(CVTerm)
    @Suite("Replay from the keyboard", .serialized)
    struct ReplayTests {
        private static let partitions = 3

        @Test(
            "a locked group unlocks, is reset, reads again, and is taken back; librdkafka sees every offset on the way")
        func resetAndUndo() throws {
            let folder = try TemporaryFolder()
            let ready = folder.url.appending(path: "ready")
            let terminal = try #require(
                HeadlessTerminal(
                    WeirProcess.binary.path,
                    [
                        "--data", folder.url.appending(path: "data").path, "--listen", "127.0.0.1:0", "--ready-file",
                        ready.path,
                    ],
                    rows: 36, columns: 160))
            terminal.expect("throughput")
            let address = try #require(waitFor(seconds: 10) { try? String(contentsOf: ready, encoding: .utf8) })
                .trimmingCharacters(in: .whitespacesAndNewlines)
            #expect(try run("/usr/bin/python3", [clientScript("topic.py"), address, "orders", "3"]).status == 0)
            try write(1000, to: address)

            let member = try Member(folder, address)
            #expect(try member.count() == 3000)
            try write(100, to: address)
            openReplay(terminal)
            terminal.expect("billing has 1 live member: offsets cannot be reset while the group is Stable.")
            terminal.type("o100\r")
            terminal.expect("preview only")
            terminal.expect(/records to be read again +2,700/)
            terminal.type("R")
            #expect(!terminal.waitFor("type billing to", seconds: 0.5))

            try member.leave()
            terminal.expect("R applies this after the typed name")
            terminal.type("R")
            terminal.expect("type billing to move 3 partitions: read 2.7k again")
            terminal.type("billing\r")
            terminal.expect("3 partitions of billing moved")
            #expect(try offsets(address) == "100 100 100")
            let undo = try #require(undoFiles(in: folder).first { $0.hasSuffix("Z.csv") })
            #expect(
                try String(contentsOfFile: undo, encoding: .utf8)
                    == "billing,orders,0,1000\nbilling,orders,1,1000\nbilling,orders,2,1000\n")

            let read = try group(address, "read")
            #expect(read.output == "3000\n", "\(read.errors)")
            #expect(try offsets(address) == "1100 1100 1100")
            terminal.expect("1,100")
            terminal.expect(/3 moved. U takes it back|R applies this after the typed name/)
            terminal.type("U")
            terminal.expect("on 3 partitions, 3 read on since")
            terminal.type("bill\r")
            terminal.expect("that is not billing; nothing was changed")
            #expect(try offsets(address) == "1100 1100 1100")
            terminal.type("U")
            terminal.expect("type billing to undo")
            terminal.type("billing\r")
            terminal.expect("3 partitions of billing moved")
            #expect(try offsets(address) == "1000 1000 1000")
            // The undo file is what the shell's verb takes, too.
            let dry = try run(
                WeirProcess.binary.path,
                [
                    "groups", "reset-offsets", "--group", "billing", "--from-file", undo, "--bootstrap-server", address,
                    "--dry-run",
                ])
            #expect(dry.status == 0 && dry.output.contains("1000"), "\(dry.output)\(dry.errors)")
            terminal.type("q")
        }

        @Test("a reset whose undo file cannot be written does not run")
        func noUndoNoReset() throws {
            let folder = try TemporaryFolder()
            let ready = folder.url.appending(path: "ready")
            let data = folder.url.appending(path: "data")
            let terminal = try #require(
                HeadlessTerminal(
                    WeirProcess.binary.path,
                    ["--data", data.path, "--listen", "127.0.0.1:0", "--ready-file", ready.path], rows: 36, columns: 160
                ))
            terminal.expect("throughput")
            let address = try #require(waitFor(seconds: 10) { try? String(contentsOf: ready, encoding: .utf8) })
                .trimmingCharacters(in: .whitespacesAndNewlines)
            #expect(try run("/usr/bin/python3", [clientScript("topic.py"), address, "orders", "3"]).status == 0)
            try write(10, to: address)
            #expect(try group(address, "read").output == "30\n")
            // A file stands where the directory of undo files should be.
            try Data().write(to: data.appending(path: "state/undo"))
            openReplay(terminal)
            terminal.type("o0\r")
            terminal.expect(/records to be read again +30/)
            terminal.expect("R applies this after the typed name")
            terminal.type("R")
            terminal.expect("type billing to move 3 partitions")
            terminal.type("billing\r")
            terminal.expect("nothing was changed:")
            #expect(try offsets(address) == "10 10 10")
            terminal.type("q")
        }

        @Test("attached over the wire the same reset runs, and its undo file lies in the console's own directory")
        func attached() throws {
            let stage = try AttachedStage()
            let broker = try stage.serve()
            #expect(
                try run("/usr/bin/python3", [clientScript("topic.py"), broker.bootstrap, "orders", "3"]).status == 0)
            try write(40, to: broker.bootstrap)
            #expect(try group(broker.bootstrap, "read").output == "120\n")
            let terminal = try stage.attach(broker.bootstrap, "--write")
            openReplay(terminal)
            terminal.type("o15\r")
            terminal.expect(/records to be read again +75/)
            terminal.expect("R applies this after the typed name")
            terminal.type("R")
            terminal.expect("type billing to move 3 partitions")
            terminal.type("billing\r")
            terminal.expect("3 partitions of billing moved")
            #expect(try offsets(broker.bootstrap) == "15 15 15")
            let root = stage.ownData.appending(path: "state/undo").path
            let files = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
            #expect(files.count { $0.hasSuffix("Z.csv") } == 1)
            #expect(!FileManager.default.fileExists(atPath: stage.data.appending(path: "state/undo").path))
            terminal.expect("U takes it back")
            terminal.type("U")
            terminal.expect("type billing to undo the reset of")
            terminal.type("billing\r")
            terminal.expect("3 partitions of billing moved")
            #expect(try offsets(broker.bootstrap) == "40 40 40")
            terminal.type("q")
        }

        /// The group `billing` with a live member that has read all of the topic.
        private final class Member {
            private let process = ChildProcess()
            private let input = Pipe()
            private let ready: URL

            init(_ folder: TemporaryFolder, _ address: String) throws {
                ready = folder.url.appending(path: "member")
                process.executableURL = URL(filePath: "/usr/bin/python3")
                process.arguments = [
                    clientScript("replay_group.py"), address, "orders", "billing", "\(ReplayTests.partitions)",
                    "member",
                    ready.path,
                ]
                process.standardInput = input
                try process.run()
            }

            deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

            /// How many records it read, once it stands at the end.
            func count() throws -> Int {
                let text = waitFor(seconds: 60) { () -> String? in
                    let text = try? String(contentsOf: ready, encoding: .utf8)
                    return text?.hasSuffix("\n") == true ? text : nil
                }
                return try #require(text.flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) })
            }

            func leave() throws {
                try input.fileHandleForWriting.close()
                process.waitUntilExit()
                #expect(process.terminationStatus == 0)
            }
        }

        private func group(_ address: String, _ mode: String) throws -> Ran {
            try run(
                "/usr/bin/python3",
                [clientScript("replay_group.py"), address, "orders", "billing", "\(Self.partitions)", mode])
        }

        /// The committed offsets as librdkafka tells them.
        private func offsets(_ address: String) throws -> String {
            try group(address, "offsets").output.trimmingCharacters(in: .whitespacesAndNewlines)
        }

        private func write(_ count: Int, to address: String) throws {
            let lines = Data((0..<count).map { "key-\($0 % 50):value \($0)\n" }.joined().utf8)
            for partition in 0..<Self.partitions {
                let ran = try run(
                    "/usr/bin/kcat", ["-P", "-b", address, "-t", "orders", "-p", "\(partition)", "-K", ":"],
                    input: lines)
                #expect(ran.status == 0, "\(ran.errors)")
            }
        }

        private func openReplay(_ terminal: HeadlessTerminal) {
            terminal.type("3")
            terminal.expect("billing")
            terminal.type("/\u{15}billing\r")
            terminal.type("r")
            terminal.expect("billing on orders")
        }

        private func undoFiles(in folder: TemporaryFolder) -> [String] {
            let root = folder.url.appending(path: "data/state/undo").path
            return (FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []).map {
                "\(root)/\($0)"
            }
        }
    }
#endif

import Foundation
import TerminalHarness
import Testing

#if canImport(CVTerm)
    @Suite("Somebody has what a broker would need, or a name stands for a cluster", .serialized)
    struct HolderTests {
        private let stage: AttachedStage

        init() throws { stage = try AttachedStage() }

        @Test("on a held data directory the console names the process and attaches to it when asked")
        func heldDirectory() throws {
            let broker = try stage.serve()
            try stage.produce(["one", "two", "three"], to: "numbers", on: broker.bootstrap)
            let terminal = try stage.terminal(["--data", stage.data.path, "--listen", "127.0.0.1:0"])
            terminal.expect("in use by process \(broker.pid)")
            terminal.expect("a  attach the console to \(broker.bootstrap), read-only")
            terminal.type("a")
            terminal.expect("attached \(broker.bootstrap) · read-only")
            terminal.type("2")
            terminal.expect(#/\bnumbers +1 +3 /#)
            terminal.type("\u{3}")
            #expect(terminal.exitCode(seconds: AttachedStage.patience) == 0)
            #expect(broker.isRunning, "leaving an attached console must not touch the broker")
        }

        @Test("without a terminal to ask on, a held data directory is refused with the holder's name")
        func heldDirectoryInPipe() throws {
            let broker = try stage.serve()
            let ran = try run(WeirProcess.binary.path, ["--data", stage.data.path, "--listen", "127.0.0.1:0"])
            #expect(ran.status != 0)
            #expect(ran.errors.contains("process \(broker.pid), listening on \(broker.bootstrap)"), "\(ran)")
            #expect(!(ran.output + ran.errors).contains("\u{1b}"), "\(ran)")
        }

        @Test("where another process has the port it is named, and q leaves with exit code 1")
        func heldPort() throws {
            let broker = try stage.serve()
            let terminal = try stage.terminal(["--data", stage.ownData.path, "--listen", broker.bootstrap])
            terminal.expect("cannot listen on \(broker.bootstrap): weir (pid \(broker.pid)) has it")
            terminal.type("q")
            #expect(terminal.exitCode(seconds: AttachedStage.patience) == 1)
            #expect(broker.isRunning)
        }

        @Test("a cluster of the configuration file is known by its name, and is read-only until --write")
        func named() throws {
            let broker = try stage.serve()
            try stage.configure("clusters:\n  prod:\n    bootstrap: \(broker.bootstrap)\n")
            #expect(try stage.weir(["topics", "create", "doomed"], on: broker.bootstrap).status == 0)
            let terminal = try stage.attach("prod")
            terminal.expect("prod  attached \(broker.bootstrap) · read-only")
            terminal.type("\u{3}")
            #expect(terminal.exitCode(seconds: AttachedStage.patience) == 0)

            let refused = try stage.weir(["topics", "delete", "doomed", "--yes"], on: "prod")
            #expect(refused.status != 0 && refused.errors.contains("read-only"), "\(refused)")
            #expect(try stage.weir(["topics", "list"], on: "prod").output == "doomed\n")
            let done = try stage.weir(["topics", "delete", "doomed", "--yes", "--write"], on: "prod")
            #expect(done.status == 0, "\(done)")
            #expect(try stage.weir(["topics", "list"], on: "prod").output == "")
        }
    }
#endif

import ChildProcess
import Foundation
import TerminalHarness
import Testing

#if canImport(CVTerm)
    @Suite("A real transaction on the screen", .serialized)
    struct TransactionTests {
        private let stage: AttachedStage

        init() throws { stage = try AttachedStage() }

        /// Starts the client and waits until its transaction is open.
        private func client(_ address: String) throws -> (process: ChildProcess, input: Pipe, output: FileHandle) {
            let (python, input, output) = (ChildProcess(), Pipe(), Pipe())
            python.executableURL = URL(filePath: "/usr/bin/python3")
            python.arguments = [clientScript("open_transaction.py"), address, "payments", "payer-1"]
            python.standardInput = input
            python.standardOutput = output
            try python.run()
            #expect(line(of: output.fileHandleForReading) == "open")
            return (python, input, output.fileHandleForReading)
        }

        /// The next line that the client says; what came of it when it ended before.
        private func line(of output: FileHandle) -> String {
            var bytes: [UInt8] = []
            while let byte = output.readData(ofLength: 1).first, byte != UInt8(ascii: "\n") { bytes.append(byte) }
            return String(decoding: bytes, as: UTF8.self)
        }

        /// What both consoles show of it, one in the broker's process and one attached.
        private func follow(_ terminal: HeadlessTerminal, _ address: String) throws {
            terminal.type(":transactions\r")
            terminal.expect("no transactional id is known")
            let (python, input, output) = try client(address)
            defer { if python.isRunning { kill(python.processIdentifier, SIGKILL) } }
            terminal.expect(#/payer-1 +● Ongoing .* payments-0 +5 /#)
            terminal.expect("waits on payments-0 at offset 0, before 5 records")
            terminal.type("\r")
            terminal.expect(#/▶ payments-0 +0 +5 /#)
            terminal.type("\r")
            terminal.expect(#/producers of payments-0/#)
            terminal.expect(#/ 4 .* 0  payer-1/#)
            terminal.expect("5 records wait for the end of a transaction")
            terminal.type("\u{1b}")
            terminal.expect("FIRST OFFSET")
            terminal.type("\u{1b}")
            terminal.expect("HOLDS BACK")
            try input.fileHandleForWriting.write(contentsOf: Data("abort\n".utf8))
            #expect(line(of: output) == "aborted")
            terminal.expect(#/payer-1 +· CompleteAbort/#)
            terminal.expect("the last one was aborted")
            try input.fileHandleForWriting.write(contentsOf: Data("end\n".utf8))
            python.waitUntilExit()
            #expect(python.terminationStatus == 0)
        }

        @Test(
            "the broker's own console shows a Python client's transaction open, and then aborted; and the client among the connections"
        )
        func embedded() throws {
            let ready = stage.ownData.deletingLastPathComponent().appending(path: "ready")
            let terminal = try stage.terminal([
                "--data", stage.data.path, "--listen", "127.0.0.1:0", "--ready-file", ready.path,
            ])
            terminal.expect("throughput")
            let address = try #require(
                waitFor(seconds: AttachedStage.patience) { try? String(contentsOf: ready, encoding: .utf8) }
            ).trimmingCharacters(in: .whitespacesAndNewlines)
            try stage.produce(["x"], to: "warm-up", on: address)
            try follow(terminal, address)
            let (python, input, _) = try client(address)
            terminal.type(":connections\r")
            terminal.expect(#/payer +(confluent-kafka|librdkafka)/#)
            terminal.type("6")
            terminal.expect(#/AddPartitionsToTxn|InitProducerId|Produce/#)
            terminal.expect("open txns   1")
            try input.fileHandleForWriting.write(contentsOf: Data("abort\nend\n".utf8))
            python.waitUntilExit()
            terminal.type("\u{3}")
            terminal.type("s")
            #expect(terminal.exitCode(seconds: AttachedStage.patience) == 0)
        }

        @Test("an attached console shows the same over the protocol")
        func attached() throws {
            let broker = try stage.serve()
            try stage.produce(["x"], to: "warm-up", on: broker.bootstrap)
            let terminal = try stage.attach(broker.bootstrap)
            try follow(terminal, broker.bootstrap)
            terminal.type(":connections\r")
            terminal.expect("Kafka's protocol does not tell who is connected")
            terminal.type("\u{3}")
            #expect(terminal.exitCode(seconds: AttachedStage.patience) == 0)
        }
    }
#endif

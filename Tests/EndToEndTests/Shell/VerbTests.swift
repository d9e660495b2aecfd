import Foundation
import TerminalHarness
import Testing

@Suite("Verbs of the real binary", .serialized)
struct VerbTests {
    private let folder: TemporaryFolder
    private let broker: WeirProcess

    init() throws {
        folder = try TemporaryFolder()
        broker = try WeirProcess(dataDirectory: folder.url, settings: ["auto.create.topics.enable=false"])
    }

    /// Runs a verb on the broker.
    private func weir(_ arguments: String..., input: String = "") throws -> Ran {
        try run(
            WeirProcess.binary.path, arguments + ["--bootstrap-server", broker.bootstrap], input: Data(input.utf8))
    }

    @Test("a topic is created, described, written to, measured, emptied, altered and deleted")
    func life() throws {
        let created = try weir("topics", "create", "orders", "--partitions", "2", "--config", "retention.ms=-1")
        #expect(created.status == 0, "\(created)")
        #expect(created.output == "Created topic orders.\n")
        #expect(try weir("topics", "list").output == "orders\n")
        let described = try weir("topics", "describe", "--topic", "ord.*")
        #expect(
            described.output.contains(
                #/^Topic: orders\tTopicId: [\w-]{22}\tPartitionCount: 2\tReplicationFactor: 1\tConfigs: retention.ms=-1\n/#
            ),
            "\(described)")
        let lines = Data((1...50).map { "line \($0)\n" }.joined().utf8)
        #expect(
            try run("/usr/bin/kcat", ["-P", "-b", broker.bootstrap, "-t", "orders", "-p", "1"], input: lines).status
                == 0)
        #expect(try weir("offsets", "orders").output == "orders:0:0\norders:1:50\n")
        let deleted = try weir("records", "delete", "orders:1:20", "--yes")
        #expect(deleted.output.hasSuffix("partition: orders-1\tlow_watermark: 20\n"), "\(deleted)")
        #expect(try weir("offsets", "orders", "--time", "-2").output == "orders:0:0\norders:1:20\n")
        #expect(try weir("topics", "alter", "orders", "--partitions", "3").status == 0)
        #expect(try weir("offsets", "orders", "--partitions", "2").output == "orders:2:0\n")
        let altered = try weir(
            "configs", "alter", "--topic", "orders", "--add-config", "cleanup.policy=[compact,delete]")
        #expect(altered.output == "Completed updating config for topic orders.\n", "\(altered)")
        let configs = try weir("configs", "describe", "orders")
        #expect(
            configs.output.contains("\n  cleanup.policy=compact,delete sensitive=false synonyms={DYNAMIC_TOPIC_CONFIG:")
        )
        let directories = try weir("log-dirs", "--topic-list", "orders")
        #expect(directories.output.contains(#""partition":"orders-2","size":0,"offsetLag":0,"isFuture":false"#))
        #expect(try weir("topics", "delete", "orders", "--yes").status == 0)
        #expect(try weir("topics", "list").output == "")
    }

    @Test("what is not done shows in the exit code, with one clear line on stderr")
    func failures() throws {
        #expect(try weir("topics", "create", "there").status == 0)
        for (arguments, status, words) in [
            (["topics", "create", "there"], 1, "already exists"),
            (["topics", "describe", "gone"], 1, "'gone' does not exist"),
            (["topics", "delete", "there"], 77, "--yes"),
            (["records", "delete", "there:0:0"], 77, "--yes"),
            (["records", "delete", "there:0:5", "--yes"], 1, "not deleted"),
            (["configs", "describe", "--broker", "7"], 1, "broker 7 does not exist"),
            (["configs", "alter", "there", "--delete-config", "flush.ms"], 1, "flush.ms"),
            (["offsets", "gone"], 1, "Could not match"),
            (["log-dirs", "--broker-list", "9"], 1, "do not exist"),
        ] as [([String], Int32, String)] {
            let ran = try run(
                WeirProcess.binary.path, arguments + ["--bootstrap-server", broker.bootstrap])
            #expect(ran.status == status, "\(arguments): \(ran)")
            #expect(ran.errors.hasPrefix("Error: ") && ran.errors.contains(words), "\(arguments): \(ran)")
            #expect(ran.errors.split(separator: "\n").count == 1, "\(arguments): \(ran)")
        }
        #expect(try weir("topics", "list").output == "there\n")
    }

    @Test("Python reads the JSON of every verb")
    func json() throws {
        #expect(try weir("topics", "create", "json", "--config", "cleanup.policy=compact").status == 0)
        for arguments in [
            ["topics", "list"], ["topics", "describe"], ["topics", "alter", "json", "--partitions", "2"],
            ["offsets"], ["configs", "describe", "json", "--all"],
            ["configs", "alter", "json", "--add-config", "flush.ms=1000"],
            ["log-dirs"], ["topics", "create", "other"], ["topics", "delete", "other", "--yes"],
        ] {
            let ran = try run(
                WeirProcess.binary.path, arguments + ["--json", "--attach", broker.bootstrap])
            #expect(ran.status == 0, "\(arguments): \(ran)")
            let python = try run(
                "/usr/bin/python3", ["-c", "import json, sys; print(type(json.load(sys.stdin)).__name__)"],
                input: Data(ran.output.utf8))
            #expect(["list\n", "dict\n"].contains(python.output), "\(arguments): \(ran.output)\(python.errors)")
        }
    }

    @Test("a broker that is not there is said to be so, with its own exit code")
    func unreachable() throws {
        let address = broker.bootstrap
        #expect(broker.stop() == 0)
        let ran = try run(WeirProcess.binary.path, ["topics", "list", "--bootstrap-server", address], seconds: 60)
        #expect(ran.status == 69, "\(ran)")
        #expect(ran.output.isEmpty)
        #expect(ran.errors.hasPrefix("Error: ") && ran.errors.contains(address), "\(ran)")
    }

    @Test("a listener that never answers does not hold a verb for ever")
    func silent() throws {
        let listener = try SilentListener()
        let ran = try run(
            WeirProcess.binary.path, ["topics", "list", "--bootstrap-server", "127.0.0.1:\(listener.port)"], seconds: 60
        )
        #expect(ran.status == 69, "\(ran)")
        #expect(ran.errors.hasPrefix("Error: "), "\(ran)")
    }

    @Test("output that nobody reads any more ends a verb quietly")
    func closedPipe() throws {
        let command = "\(WeirProcess.binary.path) configs describe --broker 1 --all --attach \(broker.bootstrap) | true"
        let ran = try run("/bin/bash", ["-c", "\(command); echo ${PIPESTATUS[0]}"])
        #expect(["0\n", "141\n"].contains(ran.output), "\(ran)")
        #expect(ran.errors.isEmpty, "\(ran)")
    }

    #if canImport(CVTerm)
        @Test("on a terminal deleting takes the typed name")
        func typedName() throws {
            #expect(try weir("topics", "create", "precious").status == 0)
            for (typed, status) in [("preciuos\r", 77), ("precious\r", 0)] {
                let terminal = try #require(
                    HeadlessTerminal(
                        WeirProcess.binary.path, ["topics", "delete", "precious", "--attach", broker.bootstrap]))
                #expect(terminal.waitFor("Type precious to go on:"), "\(terminal.text)")
                terminal.type(typed)
                #expect(terminal.exitCode(seconds: 30) == status, "\(terminal.text)")
            }
            #expect(try weir("topics", "list").output == "")
        }
    #endif
}

/// A socket that accepts connections into its queue and says nothing.
private final class SilentListener {
    let port: UInt16
    private let descriptor: Int32

    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let isListening = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && listen(descriptor, 16) == 0
                    && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard isListening else { throw EndToEndError("no listener: \(String(cString: strerror(errno)))") }
        port = UInt16(bigEndian: address.sin_port)
    }

    deinit { close(descriptor) }
}

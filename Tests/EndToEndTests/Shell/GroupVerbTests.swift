import ChildProcess
import Foundation
import Testing

@Suite("Groups by the shell, with real consumers", .serialized)
struct GroupVerbTests {
    private let folder: TemporaryFolder
    private let broker: WeirProcess

    init() throws {
        folder = try TemporaryFolder()
        broker = try WeirProcess(dataDirectory: folder.url, settings: ["num.partitions=2"])
        let lines = Data((1...100).map { "\($0)\n" }.joined().utf8)
        for partition in ["0", "1"] {
            _ = try run("/usr/bin/kcat", ["-P", "-b", broker.bootstrap, "-t", "orders", "-p", partition], input: lines)
        }
    }

    private func weir(_ arguments: String...) throws -> Ran {
        try run(
            WeirProcess.binary.path, arguments + ["--bootstrap-server", broker.bootstrap],
            environment: ["XDG_DATA_HOME": folder.url.path])
    }

    /// Reads what is left for the group, and leaves.
    private func consume(_ group: String) throws -> [String] {
        try run(
            "/usr/bin/kcat",
            ["-b", broker.bootstrap, "-G", group, "-e", "-q", "-X", "auto.offset.reset=earliest", "orders"]
        ).output.split(separator: "\n").map(String.init)
    }

    @Test("a reset moves what a consumer reads next, and an export of it undoes another one")
    func reset() throws {
        #expect(try consume("billing").count == 200)
        let preview = try weir("groups", "reset-offsets", "billing", "--all-topics", "--shift-by", "-30", "--detail")
        #expect(preview.status == 0)
        #expect(preview.output.contains(#/orders +0 +100 +70 +-30 +30 +0/#), "\(preview)")
        #expect(try consume("billing").isEmpty, "a preview must change nothing")
        let file = folder.url.appending(path: "before.csv")
        let before = try weir("groups", "reset-offsets", "billing", "--all-topics", "--to-current", "--export")
        #expect(before.output == "orders,0,100\norders,1,100\n")
        try Data(before.output.utf8).write(to: file)
        let executed = try weir(
            "groups", "reset-offsets", "--group", "billing", "--topic", "orders:1", "--to-offset", "95", "--execute")
        #expect(executed.status == 0, "\(executed)")
        #expect(try consume("billing") == ["96", "97", "98", "99", "100"])
        #expect(
            try weir("groups", "reset-offsets", "billing", "--all-topics", "--to-earliest", "--execute").status == 0)
        let undone = try weir("groups", "reset-offsets", "billing", "--from-file", file.path, "--execute")
        #expect(undone.status == 0, "\(undone)")
        #expect(try consume("billing").isEmpty)
    }

    @Test("the undo file that a reset names takes it back, beside those of the console")
    func undo() throws {
        #expect(try consume("billing").count == 200)
        let moved = try weir("groups", "reset-offsets", "billing", "--all-topics", "--to-earliest", "--execute")
        let path = try #require(moved.errors.firstMatch(of: /Undo file (\S+\.csv); this takes it back/)?.1, "\(moved)")
        #expect(path.hasPrefix(folder.url.path + "/weir/state/undo/"))
        let kept = try String(contentsOfFile: String(path), encoding: .utf8)
        #expect(kept == "billing,orders,0,100\nbilling,orders,1,100\n")
        let undone = try weir("groups", "reset-offsets", "billing", "--undo", String(path), "--execute")
        #expect(undone.status == 0, "\(undone)")
        #expect(try consume("billing").isEmpty)
    }

    @Test("a group with members is shown with them and cannot be moved or deleted; afterwards it can")
    func members() throws {
        let consumer = ChildProcess()
        consumer.executableURL = URL(filePath: "/usr/bin/kcat")
        consumer.arguments = [
            "-b", broker.bootstrap, "-G", "live", "-q", "-X", "client.id=reader", "-X", "session.timeout.ms=6000",
            "-X", "auto.offset.reset=earliest", "orders",
        ]
        consumer.standardInput = FileHandle.nullDevice
        consumer.standardOutput = FileHandle.nullDevice
        consumer.standardError = FileHandle.nullDevice
        try consumer.run()
        defer { if consumer.isRunning { kill(consumer.processIdentifier, SIGKILL) } }
        let members = waitFor(seconds: 30) { () -> String? in
            let ran = try? weir("groups", "members", "live", "--verbose")
            return ran?.output.contains("orders(0,1)") == true ? ran?.output : nil
        }
        #expect(members?.contains(#/live +reader-[\w-]+ +/127.0.0.1 +reader +2 +orders\(0,1\)/#) == true)
        #expect(try weir("groups", "state", "live").output.contains(#/live +127.0.0.1:\d+  \(1\) +range +Stable +1/#))
        #expect(try weir("groups", "list", "--state", "stable").output.contains("live"))
        let moved = try weir("groups", "reset-offsets", "live", "--topic", "orders", "--to-earliest", "--execute")
        #expect(moved.status == 1)
        #expect(moved.errors.contains("only be reset if the group 'live' is inactive, but the current state is Stable"))
        #expect(try weir("groups", "delete", "live", "--yes").status == 1)
        // Signals that can be blocked may be, in a child of a test; so the member goes when its session has ended.
        kill(consumer.processIdentifier, SIGKILL)
        let deleted: Bool? = waitFor(seconds: 30) {
            (try? weir("groups", "delete", "live", "--yes"))?.status == 0 ? true : nil
        }
        #expect(deleted == true)
        #expect(try weir("groups", "describe", "live").status == 1)
    }

    @Test("Python reads the JSON of every verb of groups")
    func json() throws {
        #expect(try consume("billing").count == 200)
        for arguments in [
            ["list"], ["describe", "billing"], ["members", "billing"], ["state", "--all-groups"],
            ["reset-offsets", "billing", "--all-topics", "--to-latest"],
            ["delete-offsets", "billing", "--topic", "orders:0", "--yes"], ["delete", "billing", "--yes"],
        ] {
            let ran = try run(
                WeirProcess.binary.path,
                ["groups"] + arguments + ["--json", "--bootstrap-server", broker.bootstrap])
            #expect(ran.status == 0, "\(arguments): \(ran)")
            let read = try run(
                "/usr/bin/python3", ["-c", "import json, sys; print(len(json.load(sys.stdin)) > 0)"],
                input: Data(ran.output.utf8))
            #expect(read.output == "True\n", "\(arguments): \(ran) \(read)")
        }
    }
}

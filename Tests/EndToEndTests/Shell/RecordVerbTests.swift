import ChildProcess
import Foundation
import Testing

@Suite("Records by the shell, beside kcat", .serialized)
struct RecordVerbTests {
    private let folder: TemporaryFolder
    private let broker: WeirProcess

    init() throws {
        folder = try TemporaryFolder()
        broker = try WeirProcess(dataDirectory: folder.url, settings: ["num.partitions=1"])
    }

    private func weir(_ arguments: String..., input: Data = Data()) throws -> Ran {
        try run(WeirProcess.binary.path, arguments + ["--bootstrap-server", broker.bootstrap], input: input)
    }

    private func kcat(_ arguments: String..., input: Data = Data()) throws -> Ran {
        try run("/usr/bin/kcat", arguments + ["-b", broker.bootstrap], input: input)
    }

    /// Writes records of many kinds with kcat: text, control characters, bytes that are no UTF-8, nulls, headers.
    private func fill(_ topic: String) throws {
        let plain = Data((1...300).map { "k\($0 % 7):value \($0)\n" }.joined().utf8)
        #expect(try kcat("-P", "-t", topic, "-K", ":", "-z", "zstd", input: plain).status == 0)
        let odd = Data("esc:\u{1b}[31m\u{7}\nnul:a\u{0}b\\\"/\n:empty key\nnull:\n".utf8)
        #expect(try kcat("-P", "-t", topic, "-K", ":", "-Z", input: odd).status == 0)
        let headers = Data("with headers\n".utf8)
        #expect(try kcat("-P", "-t", topic, "-H", "a=1", "-H", "b", "-H", "a=", input: headers).status == 0)
    }

    @Test("tail prints byte for byte what kcat -C prints for the same format")
    func formats() throws {
        try fill("t")
        let binary = Data([0xff, 0xfe, 0x00, 0x9b, 0x0a])
        #expect(try kcat("-P", "-t", "t", input: binary).status == 0)
        for format in [
            #"%t [%p] %o %T\n"#, #"%K=%k|%S=%s|%h|%%\n"#, #"%R%s"#, #"\x41\t%s\r\n\065"#, #"%k;%s;"#,
        ] {
            let (out, expected) = (folder.url.appending(path: "a"), folder.url.appending(path: "b"))
            let tail = #"exec "$0" tail t -q -e -o beginning -f "$1" --attach "$2" > "$3""#
            let ran = try run(
                "/bin/sh", ["-c", tail, WeirProcess.binary.path, format, broker.bootstrap, out.path])
            #expect(ran.status == 0, "\(ran)")
            let theirs = #"exec kcat -C -t t -q -e -o beginning -f "$0" -b "$1" > "$2""#
            #expect(try run("/bin/sh", ["-c", theirs, format, broker.bootstrap, expected.path]).status == 0)
            let (ours, kcats) = (try Data(contentsOf: out), try Data(contentsOf: expected))
            #expect(!ours.isEmpty && ours == kcats, "\(format)")
        }
    }

    @Test("tail's JSON is kcat's, and produce makes the same records of it again")
    func json() throws {
        try fill("t")
        let lines = try weir("tail", "t", "-e", "-q", "--json").output
        #expect(lines == (try kcat("-C", "-t", "t", "-e", "-q", "-J").output))
        #expect(lines.split(separator: "\n").count == 305)
        #expect(try weir("topics", "create", "copy").status == 0)
        let produced = try weir("produce", "copy", "--json", "-z", "gzip", input: Data(lines.utf8))
        #expect(
            produced.status == 0 && produced.errors == "305 records written to 1 partition of copy\n", "\(produced)")
        let format = #"%T %K=%k %S=%s %h\n"#
        #expect(
            try kcat("-C", "-t", "copy", "-e", "-q", "-f", format).output
                == kcat("-C", "-t", "t", "-e", "-q", "-f", format).output)
    }

    @Test("kcat reads what produce wrote, in every codec", arguments: ["none", "gzip", "snappy", "lz4", "zstd"])
    func codecs(codec: String) throws {
        #expect(try weir("topics", "create", codec).status == 0)
        let lines = (1...5000).map { "k\($0 % 11):line \($0)\n" }.joined()
        let produced = try weir("produce", codec, "-K:", "-z", codec, "-H", "h=1", input: Data(lines.utf8))
        #expect(produced.status == 0, "\(produced)")
        let read = try kcat("-C", "-t", codec, "-e", "-q", "-f", #"%k:%s\n"#)
        #expect(read.output == lines)
        #expect(try kcat("-C", "-t", codec, "-e", "-q", "-c", "1", "-f", "%h").output == "h=1")
    }

    @Test("keys go to the partitions that Python's and Java's producers choose")
    func partitioner() throws {
        let keys = (0..<2000).map { number in String(repeating: "ž\(number * 7919)", count: number % 5) + "\(number)" }
        #expect(try weir("topics", "create", "keyed", "--partitions", "7").status == 0)
        let input = Data(keys.map { "\($0)\tx\n" }.joined().utf8)
        #expect(try weir("produce", "keyed", "-K", #"\t"#, input: input).status == 0)
        let script = """
            import sys
            from kafka.partitioner.default import DefaultPartitioner
            partitions = list(range(7))
            for line in sys.stdin.buffer:
                key = line.rstrip(b"\\n").split(b"\\t")[0]
                sys.stdout.buffer.write(b"%d %s\\n" % (DefaultPartitioner()(key, partitions, partitions), key))
            """
        let expected = try run("/usr/bin/python3", ["-c", script], input: input)
        #expect(expected.status == 0, "\(expected.errors)")
        let read = try kcat("-C", "-t", "keyed", "-e", "-q", "-f", #"%p %k\n"#)
        #expect(read.output.split(separator: "\n").sorted() == expected.output.split(separator: "\n").sorted())
        #expect(read.output.split(separator: "\n").count == 2000)
    }

    @Test("following shows what kcat writes, and ctrl-c ends it cleanly with a count")
    func follow() throws {
        #expect(try weir("topics", "create", "live").status == 0)
        let (out, errors) = (folder.url.appending(path: "out"), folder.url.appending(path: "err"))
        for file in [out, errors] { try Data().write(to: file) }
        let tail = ChildProcess()
        tail.executableURL = WeirProcess.binary
        tail.arguments = ["tail", "live", "-o", "beginning", "--bootstrap-server", broker.bootstrap]
        tail.standardInput = FileHandle.nullDevice
        tail.standardOutput = try FileHandle(forWritingTo: out)
        tail.standardError = try FileHandle(forWritingTo: errors)
        try tail.run()
        for text in ["one", "two"] {
            #expect(try kcat("-P", "-t", "live", input: Data("\(text)\n".utf8)).status == 0)
            let seen = waitFor(seconds: 30) {
                (try? String(contentsOf: out, encoding: .utf8))?.hasSuffix("\(text)\n") == true ? true : nil
            }
            #expect(seen == true, "\(text) was not shown")
        }
        kill(tail.processIdentifier, SIGINT)
        let ended: Bool? = waitFor(seconds: 30) { tail.isRunning ? nil : true }
        #expect(ended == true)
        if ended == nil { kill(tail.processIdentifier, SIGKILL) }
        tail.waitUntilExit()
        #expect(tail.terminationStatus == 0)
        #expect(try String(contentsOf: errors, encoding: .utf8) == "Processed a total of 2 messages\n")
    }

    @Test("a reader that goes away ends tail without a word")
    func closedPipe() throws {
        try fill("t")
        let script = #"{ "$0" tail t -e -o 0 --attach "$1"; echo $? >&2; } | head -n 1"#
        let ran = try run("/bin/sh", ["-c", script, WeirProcess.binary.path, broker.bootstrap])
        #expect(ran.output == "value 1\n")
        #expect(ran.errors.split(separator: "\n").last.map { ["0", "141"].contains($0) } == true, "\(ran)")
    }

    @Test("completion scripts are sound, and complete the names of topics; without a cluster nothing")
    func completion() throws {
        try fill("orders")
        for shell in ["bash", "zsh", "fish"] {
            let script = try run(WeirProcess.binary.path, ["completion", shell])
            #expect(script.status == 0 && script.output.contains("weir"))
            guard shell == "bash" else { continue }
            #expect(try run("/bin/bash", ["-n"], input: Data(script.output.utf8)).status == 0)
        }
        func names(at address: String) throws -> Ran {
            try run(
                WeirProcess.binary.path,
                ["---completion", "tail", "--", "topics", "1", "0", "tail", "--bootstrap-server", address, ""])
        }
        #expect(try names(at: broker.bootstrap).output.split(separator: "\n").contains("orders"))
        let none = try names(at: "127.0.0.1:1")
        #expect(none.output.isEmpty && none.errors.isEmpty, "\(none)")
    }
}

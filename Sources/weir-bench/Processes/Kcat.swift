import Foundation
import Glibc

/// kcat, the command line of librdkafka: the same client for every broker.
struct Kcat {
    /// Its path.
    let path: String
    /// What it and its librdkafka say of themselves.
    let version: String

    /// Finds it in `PATH`; nil where it is missing.
    ///
    /// - Parameter scratch: A file for what it prints.
    init?(scratch: String) {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        guard let path = folders.map({ folder -> String in "\(folder)/kcat" }).first(where: { access($0, X_OK) == 0 })
        else { return nil }
        self.path = path
        guard (try? FinishedProcess.run([path, "-V"], output: scratch)) != nil else { return nil }
        let words = ProcessFiles.text(scratch) ?? ""
        // kcat - Apache Kafka producer and consumer tool … Version 1.7.1 (JSON, …, librdkafka 2.0.2 builtin.features=…)
        let own = words.firstMatch(of: /Version ([0-9.]+)/)?.1 ?? "?"
        let library = words.firstMatch(of: /librdkafka ([0-9.]+)/)?.1 ?? "?"
        version = "kcat \(own), librdkafka \(library)"
    }

    /// Sends each line of a file to partition 0, and waits until all are acknowledged.
    func produce(_ file: String, to topic: String, port: UInt16, scratch: String) throws -> FinishedProcess {
        // The queue of kcat's librdkafka holds 100,000 messages by default, a tenth of a second's.
        try FinishedProcess.run(
            [
                path, "-P", "-b", "127.0.0.1:\(port)", "-t", topic, "-p", "0", "-l", file, "-X", "acks=all", "-X",
                "queue.buffering.max.messages=1000000",
            ], output: scratch)
    }

    /// Reads so many messages from the beginning of partition 0, printing an empty line for each.
    func consume(_ count: Int, of topic: String, port: UInt16) throws -> FinishedProcess {
        try FinishedProcess.run(
            [
                path, "-C", "-q", "-b", "127.0.0.1:\(port)", "-t", topic, "-p", "0", "-o", "beginning", "-c",
                "\(count)",
                "-f", "\\n",
            ], output: "/dev/null")
    }
}

/// librdkafka's mock broker: a thread that keeps the last megabytes of a partition in memory and does little else. It lives in a kcat that
/// waits for messages of another topic, so that its processor time is told apart from the client's.
final class MockBroker {
    /// The port it listens on.
    let port: UInt16
    /// Its process.
    let processID: pid_t

    /// Starts it.
    ///
    /// - Throws: `BenchError` if it does not say its address within ten seconds.
    init(_ kcat: Kcat, scratch: String) throws {
        let processID = try Spawning.spawn(
            [kcat.path, "-C", "-q", "-b", "unused", "-t", "held", "-X", "test.mock.num.brokers=1"], output: scratch)
        guard let port = Self.port(saidIn: scratch) else {
            Self.end(processID)
            throw BenchError("kcat does not say where librdkafka's mock broker listens")
        }
        self.processID = processID
        self.port = port
    }

    deinit { Self.end(processID) }

    /// librdkafka logs `Mock cluster enabled: … replaced with 127.0.0.1:PORT`.
    private static func port(saidIn scratch: String) -> UInt16? {
        let watch = Stopwatch()
        while watch.seconds < 10 {
            if let said = (ProcessFiles.text(scratch) ?? "").firstMatch(of: /replaced with 127\.0\.0\.1:([0-9]+)\s/) {
                return UInt16(said.1)
            }
            usleep(1_000)
        }
        return nil
    }

    private static func end(_ processID: pid_t) {
        kill(processID, SIGKILL)
        var status: Int32 = 0
        waitpid(processID, &status, 0)
    }
}

import Authentication
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import Testing

@testable import AlertDelivery

@Suite("Messages on their way")
struct SendingTests {
    private static func target(_ address: String, _ limit: Int64 = 10_000) throws -> HTTPTarget {
        var target = HTTPTarget(.open(try #require(HTTPAddress(address))))
        target.timeLimit = limit
        return target
    }

    private static func failure(_ post: HTTPPost) async -> DeliveryFailure? {
        do {
            try await post.run()
            return nil
        } catch {
            return error
        }
    }

    private static func failure(_ text: String, limit: Int64 = 20_000, input: [UInt8] = []) -> DeliveryFailure? {
        var target = CommandTarget(arguments: ["/bin/sh", "-c", text, "sh", "an argument; exit 9"])
        target.timeLimit = limit
        do {
            try CommandRun(target: target, input: input).run()
            return nil
        } catch {
            return DeliveryFailure(error.description.replacing("/bin/sh", with: "it"), mayRetry: error.mayRetry)
        }
    }

    @Test("a post has its body, its path and who it is from")
    func post() async throws {
        let server = try await HTTPCatcher()
        let folder = FileManager.default.temporaryDirectory.appending(path: "weir-secret-\(UUID().uuidString)")
        try Data("let me in\n".utf8).write(to: folder)
        defer { try? FileManager.default.removeItem(at: folder) }
        var target = try Self.target("\(server.address)/hooks/")
        target.credentials = .token(.file(folder.path))
        let body = Array("{\"a\":1}".utf8)
        #expect(await Self.failure(HTTPPost(target: target, path: "/api/v2/alerts", body: body)) == nil)
        target.credentials = .basic(user: "ops", password: .file(folder.path))
        #expect(await Self.failure(HTTPPost(target: target, body: body)) == nil)
        let requests = server.requests
        #expect(requests.map(\.path) == ["/hooks/api/v2/alerts", "/hooks/"])
        #expect(requests.map(\.body) == [body, body])
        #expect(requests.first?.headers["Content-Type"] == ["application/json"])
        #expect(requests.map { $0.headers["Authorization"] } == [["Bearer let me in"], ["Basic b3BzOmxldCBtZSBpbg=="]])
        try await server.stop()
    }

    @Test(
        "what a server answers decides whether it is worth another try",
        arguments: [(500, true), (503, true), (429, true), (400, false), (404, false), (301, false)])
    func statuses(code: Int, mayRetry: Bool) async throws {
        let server = try await HTTPCatcher(statuses: [.init(statusCode: code)])
        let failure = await Self.failure(
            HTTPPost(target: try Self.target("\(server.address)/hook?key=secret"), body: []))
        #expect(failure?.mayRetry == mayRetry)
        #expect(failure?.description.contains("\(code)") == true)
        #expect(failure?.description.hasSuffix(": because of this") == true)
        #expect(failure?.description.contains("secret") == false)
        try await server.stop()
    }

    @Test("a server that is not there, or says nothing, fails in time and in words")
    func noServer() async throws {
        let gone = try await HTTPCatcher()
        let address = gone.address
        try await gone.stop()
        let refused = await Self.failure(HTTPPost(target: try Self.target(address), body: []))
        #expect(refused == DeliveryFailure("\(address): connection refused", mayRetry: true))
        let mute = try await HTTPCatcher(answers: false)
        let late = await Self.failure(HTTPPost(target: try Self.target(mute.address, 200), body: []))
        #expect(late == DeliveryFailure("\(mute.address): no answer within 200 ms", mayRetry: true))
        let missing = await Self.failure(
            HTTPPost(target: HTTPTarget(.secret(.environment("WEIR_TEST_NO_SUCH_NAME"))), body: []))
        #expect(missing?.description == "the environment variable WEIR_TEST_NO_SUCH_NAME is not set")
        try await mute.stop()
    }

    @Test(
        "addresses are those of web servers, without users in them",
        arguments: [
            ("https://hooks.example/a?b=c", "https://hooks.example", "/a?b=c", true),
            ("http://[::1]:9093", "http://[::1]:9093", "/", true), ("ftp://x/", "", "", false),
            ("https://me:pass@x/", "", "", false), ("http://x/\r\nHost: y", "", "", false), ("x", "", "", false),
        ])
    func addresses(text: String, place: String, path: String, isOne: Bool) {
        let address = HTTPAddress(text)
        #expect((address != nil) == isOne)
        #expect(address?.place ?? "" == place)
        #expect(address?.path ?? "" == path)
    }

    @Test("a program reads the message whole and is given its arguments as they are")
    func command() throws {
        let output = FileManager.default.temporaryDirectory.appending(path: "weir-output-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: output) }
        let input = Array(repeating: UInt8(ascii: "x"), count: 300_000)
        #expect(Self.failure("echo \"$#:$1\" > \(output.path); cat >> \(output.path)", input: input) == nil)
        let text = try String(contentsOf: output, encoding: .utf8)
        #expect(text == "1:an argument; exit 9\n" + String(repeating: "x", count: 300_000))
    }

    @Test("a program has its three streams and no other file of this process, so that it cannot keep a port taken")
    func inheritance() throws {
        let places = (0..<2).map { _ in
            FileManager.default.temporaryDirectory.appending(path: "weir-file-\(UUID().uuidString)")
        }
        defer { for place in places { try? FileManager.default.removeItem(at: place) } }
        // As NIO's sockets are: not closed where another program takes the process over.
        let descriptor = open(places[0].path, O_RDWR | O_CREAT, 0o600)
        try #require(descriptor > 2)
        defer { close(descriptor) }
        #expect(Self.failure("for file in /proc/$$/fd/*; do readlink $file || true; done > \(places[1].path)") == nil)
        let files = try String(contentsOf: places[1], encoding: .utf8)
        #expect(files.contains(places[1].path))
        #expect(!files.contains(places[0].path), "\(files)")
    }

    @Test("how a program ended is said, and 75 is worth another try")
    func endings() {
        #expect(
            Self.failure("echo first >&2; echo 'no  pager' >&2; exit 3")
                == DeliveryFailure("it ended with status 3: first no pager", mayRetry: false))
        #expect(Self.failure("exit 75") == DeliveryFailure("it ended with status 75", mayRetry: true))
        #expect(Self.failure("kill -9 $$") == DeliveryFailure("it was ended by signal 9", mayRetry: false))
        #expect(Self.failure("cat > /dev/null; head -c 2000000 /dev/zero >&2; exit 1")?.description.count ?? 0 < 700)
        let missing = CommandRun(target: CommandTarget(arguments: ["/no/such/program"]), input: [])
        #expect(throws: DeliveryFailure("/no/such/program: no such file or directory", mayRetry: true)) {
            try missing.run()
        }
    }

    @Test("a program that takes too long is ended with all that it started")
    func timeLimit() throws {
        let pids = FileManager.default.temporaryDirectory.appending(path: "weir-pid-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: pids) }
        let failure = Self.failure("trap '' TERM; sleep 600 & echo $! > \(pids.path); wait; sleep 600", limit: 3000)
        #expect(failure == DeliveryFailure("it took longer than 3000 ms and was ended", mayRetry: true))
        let child = try #require(
            pid_t(try String(contentsOf: pids, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)))
        // A signal takes effect when its receiver is next at work, which on a busy machine is not at once.
        let end = ContinuousClock.now + .seconds(60)
        while Self.isAlive(child), ContinuousClock.now < end { usleep(10_000) }
        #expect(!Self.isAlive(child))
    }

    /// Ended counts, too, where whoever collects orphans has not collected it yet.
    private static func isAlive(_ process: pid_t) -> Bool {
        let state = (try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)) ?? ") Z"
        return kill(process, 0) == 0 && !state.contains(") Z") && !state.contains(") X")
    }
}

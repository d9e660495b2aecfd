import ChildProcess
import Foundation
import Testing

/// A small web server that takes alerts as a webhook and as an Alertmanager, and remembers them; it ends with this object.
final class AlertReceiver {
    struct Request: Decodable {
        struct Alert: Decodable {
            var labels: [String: String]
            var status: String?
            var endsAt: String
        }

        struct Message: Decodable {
            var status: String
            var receiver: String
            var alerts: [Alert]
        }

        enum Body: Decodable {
            case alerts([Alert])
            case message(Message)

            init(from decoder: any Decoder) throws {
                if let alerts = try? [Alert](from: decoder) {
                    self = .alerts(alerts)
                } else {
                    self = .message(try Message(from: decoder))
                }
            }
        }

        var problem: String
        var body: Body

        /// From the webhook, not from the API.
        var isMessage: Bool { if case .message = body { true } else { false } }

        /// The states in which it tells of a group's lag: by a webhook `firing` or `resolved`; by the API its end.
        func states(of group: String) -> [String] {
            let alerts =
                switch body {
                case .alerts(let alerts): alerts
                case .message(let message): message.alerts
                }
            let ours = alerts.filter { $0.labels["group"] == group || $0.labels["consumergroup"] == group }
            return ours.map { $0.status ?? $0.endsAt }
        }
    }

    /// Where it listens on 127.0.0.1.
    let port: String
    private let process = ChildProcess()
    private let log: URL

    /// Starts it.
    ///
    /// - Parameters:
    ///   - folder: Where it writes what came.
    ///   - certificate: A PEM file of its certificate and key, for https; nil for http.
    init(in folder: URL, certificate: String? = nil) throws {
        log = folder.appending(path: "log")
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = [clientScript("alert_receiver.py"), folder.path] + [certificate].compactMap(\.self)
        try process.run()
        port = try #require(
            waitFor(seconds: 30) { try? String(contentsOf: folder.appending(path: "port"), encoding: .utf8) })
    }

    deinit {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// What came so far.
    var requests: [Request] {
        let text = (try? String(contentsOf: log, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").compactMap {
            try? JSONDecoder().decode(Request.self, from: Data($0.utf8))
        }
    }
}

/// Commits an offset of `orders-0`, as a consumer without partitions does.
func commit(_ offset: Int, of group: String, on bootstrap: String) throws {
    let script = """
        import sys
        from confluent_kafka import Consumer, TopicPartition
        consumer = Consumer({'bootstrap.servers': sys.argv[1], 'group.id': sys.argv[2]})
        consumer.commit(offsets=[TopicPartition('orders', 0, int(sys.argv[3]))], asynchronous=False)
        """
    let committed = try run("/usr/bin/python3", ["-c", script, bootstrap, group, "\(offset)"])
    #expect(committed.status == 0, "\(committed.errors)")
}

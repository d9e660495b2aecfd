import KafkaProtocol
import NIOCore

@testable import BrokerServer

/// Sends the requests of a recording to a live server and compares each outcome with the recorded one.
final class ProbeReplay {
    /// How a request of the recording ended here.
    enum Outcome: Equatable {
        /// Answered, with the error codes Kafka gave.
        case sameCodes
        /// The connection was closed, as Kafka did.
        case sameClose
        /// Kafka answered nothing, and neither did the server.
        case sameSilence
        /// The API or version is not served: the connection was closed. Kafka served it.
        case notServed
        /// Anything else.
        case different(String)
    }

    /// A request and its outcome.
    struct Result {
        var connection: Int
        var correlationID: Int32
        var key: Int16
        var request: String
        var outcome: Outcome
        /// Kafka's answer and the one given here, where both answered.
        var answers: (recorded: AnyResponse, live: AnyResponse)?
    }

    /// APIs whose error messages people read in their tools: they are to be Kafka's. (Elsewhere Kafka often says nothing.)
    private static let worded: Set<Int16> = [18, 19, 20, 33, 37, 44, 60]

    private let address: ListenerAddress
    private let rows: [GoldenWire.Row]
    private var clients: [Int: WireClient] = [:]
    /// The answers to the request that was sent last.
    private var answers: (recorded: AnyResponse, live: AnyResponse)?
    /// Ids that Kafka made when the recording was taken, and those this server made in their place.
    private var substitutions: [(recorded: [UInt8], live: [UInt8])] = []

    /// A replay of a recording.
    init(_ name: String, against address: ListenerAddress) throws {
        self.address = address
        rows = try GoldenWire.rows(of: name)
    }

    /// Sends everything, in the recorded order.
    func run() throws -> [Result] {
        var results: [Result] = []
        for (index, row) in rows.enumerated() where row.direction == "req" {
            answers = nil
            let outcome = try replay(row, at: index)
            results.append(
                Result(
                    connection: row.connection, correlationID: row.correlationID ?? 0, key: row.key ?? -1,
                    request: row.key.map { "\(SupportedAPIs[$0]?.api.name ?? "key \($0)") v\(row.version ?? -1)" }
                        ?? "bytes",
                    outcome: outcome, answers: answers))
        }
        return results
    }

    private func client(for connection: Int) throws -> WireClient {
        if let client = clients[connection] { return client }
        let client = try WireClient(to: address)
        clients[connection] = client
        return client
    }

    private func replay(_ row: GoldenWire.Row, at index: Int) throws -> Outcome {
        let client = try client(for: row.connection)
        if let raw = row.rawBytes {
            client.send(raw: raw)
        } else {
            client.send(frame: substituted(row.frame ?? []))
        }
        let following = rows[(index + 1)...].filter { $0.connection == row.connection }
        let answer = following.first {
            $0.direction == "res" && $0.correlationID == row.correlationID && $0.key == row.key
        }
        let isClosed = following.first.map { $0.direction == "close" && $0.closedBy == "broker" } ?? false

        guard let answer, let key = row.key, let version = row.version else {
            if isClosed {
                defer { clients[row.connection] = nil }
                return client.isClosedByPeer() ? .sameClose : .different("Kafka closed, this server did not")
            }
            // Kafka was silent; so is this server if the next request is the next to be answered, which is seen then.
            guard row.key == 0, following.contains(where: { $0.direction == "req" }) else {
                defer { clients[row.connection] = nil }
                guard let frame = try? client.receive(withinMilliseconds: 500), let key = row.key,
                    let version = row.version
                else { return .sameSilence }
                let (_, live) = try AnyResponse.decode(frame: frame, key: key, version: version)
                return .different("Kafka was silent, this server answered \(errorSignature(of: live))")
            }
            return .sameSilence
        }
        let isServed = SupportedAPIs[key]?.served.contains(version) ?? false
        // What was asked in a version that is not known is still answered where it is ApiVersions.
        guard isServed || key == 18 else {
            defer { clients[row.connection] = nil }
            return client.isClosedByPeer() ? .notServed : .different("not served, but the connection stays open")
        }
        let frame: ByteBuffer
        do {
            frame = try client.receive()
        } catch {
            clients[row.connection] = nil
            return .different("Kafka answered, here: \(error)")
        }
        let readVersion = isServed ? version : 0
        let recordedFrame = ByteBuffer(bytes: answer.frame ?? [])
        let (recordedHeader, recorded) = try AnyResponse.decode(frame: recordedFrame, key: key, version: readVersion)
        let (header, live) = try AnyResponse.decode(frame: frame, key: key, version: readVersion)
        guard header.correlationID == recordedHeader.correlationID else {
            return .different("answers request \(header.correlationID)")
        }
        learn(recorded, live)
        answers = (recorded, live)
        let (expected, seen) = (errorSignature(of: recorded), errorSignature(of: live))
        // Metadata of all topics: how many there were is the recording's own business.
        let isSame = key == 3 ? Set(expected) == Set(seen) : expected == seen
        let words = (errorMessages(of: recorded), errorMessages(of: live))
        if isSame, Self.worded.contains(key), words.0 != words.1 {
            return .different("Kafka says \(words.0), here \(words.1)")
        }
        return isSame ? .sameCodes : .different("Kafka \(Self.codes(expected)), here \(Self.codes(seen))")
    }

    private static func codes(_ signature: [String]) -> String {
        signature.map { $0.split(separator: ".").suffix(2).joined(separator: ".") }.joined(separator: " ")
    }

    /// Notes which id here stands for which one of the recording.
    private func learn(_ recorded: AnyResponse, _ live: AnyResponse) {
        switch (recorded, live) {
        case (.joinGroup(let recorded), .joinGroup(let live)):
            substitute(Array(recorded.memberID.utf8), by: Array(live.memberID.utf8))
        case (.consumerGroupHeartbeat(let recorded), .consumerGroupHeartbeat(let live)):
            substitute(Array((recorded.memberID ?? "").utf8), by: Array((live.memberID ?? "").utf8))
        case (.fetch(let recorded), .fetch(let live)) where recorded.sessionID != 0:
            substitute(Self.bytes(recorded.sessionID), by: Self.bytes(live.sessionID))
        case (.metadata(let recorded), .metadata(let live)):
            for topic in recorded.topics where !topic.topicID.isZero && topic.name != nil {
                guard let own = live.topics.first(where: { $0.name == topic.name }) else { continue }
                substitute(Self.bytes(topic.topicID), by: Self.bytes(own.topicID))
            }
        default: break
        }
    }

    private static func bytes(_ id: KafkaUUID) -> [UInt8] {
        var buffer = ByteBuffer()
        buffer.writeInteger(id.high)
        buffer.writeInteger(id.low)
        return Array(buffer.readableBytesView)
    }

    private static func bytes(_ id: Int32) -> [UInt8] { Array(ByteBuffer(integer: id).readableBytesView) }

    private func substitute(_ recorded: [UInt8], by live: [UInt8]) {
        // In place only: a frame has lengths in front of its strings.
        guard recorded.count == live.count, recorded.count >= 4, recorded != live else { return }
        substitutions.removeAll { $0.recorded == recorded }
        substitutions.append((recorded, live))
    }

    private func substituted(_ frame: [UInt8]) -> [UInt8] {
        var frame = frame
        for (recorded, live) in substitutions where frame.count >= recorded.count {
            var position = 0
            while position <= frame.count - recorded.count {
                if frame[position] == recorded[0], frame[position..<position + recorded.count].elementsEqual(recorded) {
                    frame.replaceSubrange(position..<position + recorded.count, with: live)
                    position += recorded.count
                } else {
                    position += 1
                }
            }
        }
        return frame
    }
}

import Foundation
import KafkaProtocol
import NIOCore
import Synchronization
import Testing

@testable import BrokerCore

@Suite("Group requests as Kafka answered them")
struct GroupWireTests {
    @Test("the recorded requests get Kafka's answers, byte for byte")
    func answersAreKafkas() throws {
        let rows = try GroupWire.rows("wire/probe/groups.jsonl")
        var answers: [String: ByteBuffer] = [:]
        for row in rows where row.dir == "res" { answers[row.name] = row.frame }

        let nextID = Mutex("")
        let coordinator = GroupCoordinator(
            settings: GroupSettings(), topic: MemoryOffsetsTopic(), clock: ManualClock()
        ) { nextID.withLock { $0 } }

        var same = 0
        var skipped: [String: Int] = [:]
        for row in rows where row.dir == "req" {
            guard let key = row.apiKey, let version = row.apiVersion, GroupWire.groupAPIs.contains(key) else {
                continue
            }
            guard let expected = answers[row.name] else { continue }
            let decoded: (RequestHeader, AnyRequest)
            do {
                decoded = try AnyRequest.decode(frame: row.frame)
            } catch {
                skipped["\(row.apiName ?? "") v\(version): not served", default: 0] += 1
                continue
            }
            if let reason = Self.difference(decoded.1, version) {
                skipped[reason, default: 0] += 1
                continue
            }
            let (_, wanted) = try AnyResponse.decode(frame: expected, key: key, version: version)
            if case .joinGroup(let answer) = wanted { nextID.withLock { $0 = String(answer.memberID.suffix(36)) } }
            let context = RequestContext(
                clientID: decoded.0.clientID ?? "", clientHost: "/127.0.0.1", apiVersion: version
            )
            let answer = GroupWire.answer(decoded.1, coordinator, context)
            // Compared as bytes: the version leaves fields out that the answer has. The first four are the length.
            let bytes = try answer?.encode(version: version, correlationID: row.correlationId ?? 0).first
            let isSame = bytes?.readableBytesView.dropFirst(4).elementsEqual(expected.readableBytesView) == true
            #expect(isSame, "\(row.name) \(row.apiName ?? "") v\(version)")
            if isSame { same += 1 }
        }
        print("group answers equal to Kafka's: \(same); left out: \(skipped.sorted { $0.key < $1.key })")
        #expect(same >= 125)
    }

    /// Why an answer cannot be compared; nil if it can.
    private static func difference(_ request: AnyRequest, _ version: Int16) -> String? {
        switch request {
        case .listGroups(let request) where request.statesFilter.isEmpty:
            return "ListGroups shows groups of other recordings"
        case .offsetFetch(let request) where request.groupID == "g-orders-pv1" || request.groupID == "g-orders-pv0":
            return "OffsetFetch of a commit that is not served"
        default:
            return nil
        }
    }
}

/// Recorded conversations, and how their requests are put to a coordinator.
enum GroupWire {
    /// The APIs of groups and offsets.
    static let groupAPIs: Set<Int16> = [8, 9, 11, 12, 13, 14, 15, 16, 42, 47]
    /// Those of them that members use.
    static let membershipAPIs: Set<Int16> = [8, 9, 11, 12, 13, 14]

    /// A row of a recorded conversation.
    struct Row: Decodable {
        var conn: Int?
        var dir: String?
        var apiKey: Int16?
        var apiName: String?
        var apiVersion: Int16?
        var correlationId: Int32?
        var hex: String?

        /// The same for a request and its answer.
        var name: String { "\(conn ?? 0)/\(correlationId ?? 0)" }

        /// The frame without its length.
        var frame: ByteBuffer {
            var bytes = ByteBuffer()
            var digits = (hex ?? "").utf8.makeIterator()
            while let high = digits.next(), let low = digits.next() {
                bytes.writeInteger(UInt8(Self.nibble(high) << 4 | Self.nibble(low)))
            }
            return bytes
        }

        private static func nibble(_ digit: UInt8) -> UInt8 {
            digit < UInt8(ascii: "a") ? digit - UInt8(ascii: "0") : digit - UInt8(ascii: "a") + 10
        }
    }

    /// The rows of a file.
    static func rows(_ path: String) throws -> [Row] {
        let text = try String(contentsOf: GroupGolden.folder.appendingPathComponent(path), encoding: .utf8)
        return try text.split(separator: "\n").map { try JSONDecoder().decode(Row.self, from: Data($0.utf8)) }
    }

    /// The answer to a request that is answered at once; nil if it waits.
    static func answer(
        _ request: AnyRequest, _ coordinator: GroupCoordinator, _ context: RequestContext
    ) -> AnyResponse? {
        let answers = Answers<AnyResponse>()
        ask(request, coordinator, context) { answers.take($0) }
        return answers.first
    }

    /// Puts a request to a coordinator.
    static func ask(
        _ request: AnyRequest,
        _ coordinator: GroupCoordinator,
        _ context: RequestContext,
        completion: @escaping @Sendable (AnyResponse) -> Void
    ) {
        switch request {
        case .joinGroup(let request):
            coordinator.join(request, context: context) { completion(.joinGroup($0)) }
        case .syncGroup(let request):
            coordinator.sync(request, context: context) { completion(.syncGroup($0)) }
        case .heartbeat(let request):
            completion(.heartbeat(coordinator.heartbeat(request, context: context)))
        case .leaveGroup(let request):
            completion(.leaveGroup(coordinator.leave(request, context: context)))
        case .offsetCommit(let request):
            coordinator.commitOffsets(request, context: context) { completion(.offsetCommit($0)) }
        case .offsetFetch(let request):
            completion(.offsetFetch(coordinator.fetchOffsets(request, context: context)))
        case .describeGroups(let request):
            completion(.describeGroups(coordinator.describeGroups(request, context: context)))
        case .listGroups(let request):
            completion(.listGroups(coordinator.listGroups(request, context: context)))
        case .deleteGroups(let request):
            coordinator.deleteGroups(request, context: context) { completion(.deleteGroups($0)) }
        case .offsetDelete(let request):
            coordinator.deleteOffsets(request, context: context) { completion(.offsetDelete($0)) }
        default:
            break
        }
    }
}

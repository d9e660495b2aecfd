import Cluster
package import Monitor

/// Who is connected to the sample broker, and what they ask.
extension SampleData {
    private static func connection(
        _ id: UInt64, _ client: String?, _ software: (name: String, version: String)?, port: Int,
        listener: String = "PLAINTEXT", user: String? = nil, since: Int64, idle: Int64, inFlight: Int = 0,
        rates: (requests: Double, bytesIn: Double, bytesOut: Double)
    ) -> ConnectionFigures {
        var it = ConnectionDescription(
            id: id, address: "127.0.0.1:\(port)", listener: listener, connectedAt: now - since)
        it.clientID = client
        it.softwareName = software?.name
        it.softwareVersion = software?.version
        it.user = user
        it.idleMilliseconds = idle
        it.requestsInFlight = inFlight
        return ConnectionFigures(
            description: it, requestsPerSecond: rates.requests, bytesInPerSecond: rates.bytesIn,
            bytesOutPerSecond: rates.bytesOut)
    }

    private static func request(
        _ api: String, total: Int64, rate: Double, errors: Double = 0, p50: Double?, p99: Double?, max: Double?,
        bytesIn: Double, bytesOut: Double
    ) -> RequestFigures {
        var it = RequestFigures(api: api, total: total)
        it.perSecond = rate
        it.errorsPerSecond = errors
        it.medianMilliseconds = p50
        it.p99Milliseconds = p99
        it.maxMilliseconds = max
        it.bytesInPerSecond = bytesIn
        it.bytesOutPerSecond = bytesOut
        return it
    }

    /// How the sample broker serves its clients.
    package static func service() -> ServiceFigures {
        let (librdkafka, java) = (
            (name: "librdkafka", version: "2.11.1"), (name: "apache-kafka-java", version: "3.8.0")
        )
        let scorer = (0..<3).map { number in
            connection(
                UInt64(4 + number), "scorer-\(number)", librdkafka, port: 51_004 + number, since: 11_400_000,
                idle: 40, inFlight: 1, rates: (41.5, 5_200, 1_404_019))
        }
        return ServiceFigures(
            listeners: [
                ListenerDescription(
                    name: "PLAINTEXT", securityProtocol: "PLAINTEXT", address: "127.0.0.1:9092",
                    advertised: "127.0.0.1:9092", connections: 7),
                ListenerDescription(
                    name: "SECURE", securityProtocol: "SASL_SSL", address: "0.0.0.0:9094",
                    advertised: "broker.internal:9094", certificateExpiresAt: now + 12 * 86_400_000 + 3_600_000,
                    connections: 2),
            ],
            connections: scorer + [
                connection(
                    8, "shop-producer", librdkafka, port: 51_100, since: 11_510_000, idle: 2,
                    rates: (412.3, 4_404_019, 31_200)),
                connection(
                    9, "billing", java, port: 51_101, since: 120_000, idle: 11, inFlight: 1,
                    rates: (12.2, 1_210, 844_000)),
                connection(
                    10, "kafka-python-producer-1", nil, port: 51_102, since: 61_000, idle: 55_000, rates: (0, 0, 0)),
                connection(11, nil, nil, port: 51_103, since: 4_000, idle: 4_000, rates: (0, 0, 0)),
                connection(
                    12, "search-index-7", java, port: 40_112, listener: "SECURE", user: "search", since: 7_200_000,
                    idle: 320, inFlight: 1, rates: (2, 300, 1_980_000)),
                connection(
                    13, "metrics", (name: "sarama", version: "1.45.0"), port: 40_114, listener: "SECURE",
                    user: "observer", since: 86_400_000, idle: 9_000, rates: (0.1, 12, 2_400)),
            ],
            requests: [
                request(
                    "ApiVersions", total: 9_104, rate: 0.2, p50: 0.06, p99: 0.31, max: 0.31, bytesIn: 12, bytesOut: 110),
                request(
                    "Fetch", total: 2_881_007, rate: 138.4, p50: 101, p99: 505, max: 512, bytesIn: 18_700,
                    bytesOut: 4_194_304),
                request(
                    "Heartbeat", total: 18_204, rate: 1.6, errors: 0.1, p50: 0.04, p99: 0.22, max: 0.4, bytesIn: 140,
                    bytesOut: 29),
                request(
                    "JoinGroup", total: 61, rate: 0, p50: nil, p99: nil, max: nil, bytesIn: 0, bytesOut: 0),
                request(
                    "Metadata", total: 4_430, rate: 0.3, p50: 0.21, p99: 1.1, max: 1.4, bytesIn: 20, bytesOut: 3_300),
                request(
                    "OffsetCommit", total: 40_201, rate: 4.1, p50: 1.82, p99: 4.4, max: 12.5, bytesIn: 720,
                    bytesOut: 160),
                request(
                    "Produce", total: 1_204_331, rate: 409.6, p50: 1.31, p99: 3.9, max: 18.2, bytesIn: 4_404_019,
                    bytesOut: 31_000),
            ],
            refusedConnections: 3, refusedRequests: 2)
    }
}

package import BrokerCore
import Glibc

/// What a ``BrokerServer`` listens on and the limits it holds its clients to.
///
/// Names in parentheses are Kafka's broker settings of the same meaning.
package struct ServerConfiguration: Sendable, Equatable {
    /// Where to listen (`listeners`).
    package var listeners: [Listener]
    /// The rack clients are told (`broker.rack`).
    package var rack: String?
    /// Open connections over all listeners (`max.connections`). One more is closed as soon as it is accepted. Half of the
    /// files that the process may open are the end in any case.
    package var maxConnections = Int(Int32.max)
    /// Open connections of one address (`max.connections.per.ip`). One more is closed as soon as it is accepted.
    package var maxConnectionsPerAddress = ConnectionsPerAddress()
    /// Bytes of one request frame (`socket.request.max.bytes`), checked before memory is taken.
    package var maxRequestBytes = 104_857_600
    /// Milliseconds after which a connection without a whole request or an answer taken is closed
    /// (`connections.max.idle.ms`); 0 and less: never.
    package var idleMilliseconds: Int64 = 600_000
    /// Bytes of records in one fetch answer (`fetch.max.bytes`), whatever the client asks for; the first batch always fits.
    package var maxFetchBytes = 57_671_680
    /// Fetch sessions that clients may have open (`max.incremental.fetch.session.cache.slots`, KIP-227); 0 for none.
    package var fetchSessionSlots = 1_000
    /// Requests of one connection that are worked on at a time; more of them are not read from the socket.
    package var maxRequestsInFlight = 32
    /// Bytes of finished answers that may wait for an earlier one of their connection before no further request is taken up.
    package var maxWaitingAnswerBytes = 8 << 20
    /// Bytes of answers over all connections that clients have not taken yet (`weir.answer.memory.bytes`).
    package var answerMemoryBytes = 256 << 20
    /// Milliseconds in which a client must take something of its answers while others wait for memory; else it is disconnected.
    package var stalledMilliseconds: Int64 = 5_000
    /// Event loops (`num.network.threads`); nil: one for two cores, at most four. The clients of an embedded broker need cores, too, and what a producer's
    /// connection hands to a consumer's costs two system calls and a change of threads less where both have the same loop.
    package var eventLoops: Int?
    /// `socket.receive.buffer.bytes` and `socket.send.buffer.bytes` where they were set; nil and -1 leave them to the operating system,
    /// which makes them as large as a connection needs.
    package var receiveBufferBytes: Int?
    package var sendBufferBytes: Int?
    /// `socket.listen.backlog.size`: connections that may wait to be accepted.
    package var backlog = 256
    /// Threads for what may wait for the disk: reads of records, changes of topics.
    package var diskThreads = 4
    /// Milliseconds that ``BrokerServer/stop()`` gives connections to take their last answers.
    package var drainMilliseconds: Int64 = 3_000

    /// A configuration with Kafka's limits.
    package init(listeners: [Listener] = [Listener(ListenerAddress(host: "127.0.0.1", port: 9092))]) {
        self.listeners = listeners
    }

    /// A configuration with the limits that a broker's settings name.
    ///
    /// - Throws: ``ConfigError`` for a limit that cannot be read.
    package init(listeners: [Listener], settings: BrokerSettings) throws(ConfigError) {
        self.init(listeners: listeners)
        maxConnectionsPerAddress = try ConnectionsPerAddress(settings)
        rack = settings.text("broker.rack").flatMap { $0.isEmpty ? nil : $0 }
        maxConnections = Int(clamping: settings.integer("max.connections", or: Int64(maxConnections)))
        maxRequestBytes = Int(clamping: settings.integer("socket.request.max.bytes", or: Int64(maxRequestBytes)))
        idleMilliseconds = settings.integer("connections.max.idle.ms", or: idleMilliseconds)
        receiveBufferBytes = settings.values["socket.receive.buffer.bytes"].flatMap { Int($0) }
        sendBufferBytes = settings.values["socket.send.buffer.bytes"].flatMap { Int($0) }
        eventLoops = try Self.eventLoops(settings)
        backlog = settings.values["socket.listen.backlog.size"].flatMap { Int($0) } ?? backlog
        maxFetchBytes = Int(clamping: settings.integer("fetch.max.bytes", or: Int64(maxFetchBytes)))
        answerMemoryBytes = Int(
            clamping: settings.integer("weir.answer.memory.bytes", or: Int64(answerMemoryBytes)))
        fetchSessionSlots = Int(
            clamping: settings.integer("max.incremental.fetch.session.cache.slots", or: Int64(fetchSessionSlots)))
    }

    private static func eventLoops(_ settings: BrokerSettings) throws(ConfigError) -> Int? {
        guard let text = settings.values["num.network.threads"] else { return nil }
        guard let count = Int(text), (1...mostEventLoops).contains(count) else {
            throw .invalidValue(value: text, key: "num.network.threads", reason: "choose 1 to \(mostEventLoops)")
        }
        return count
    }

    /// More threads than any machine has cores for would only take memory.
    private static let mostEventLoops = 256

    /// Connections that may be open at a time: ``maxConnections``, but at most half of the files this process may open, so
    /// that a flood of clients does not take the logs' files.
    var connectionLimit: Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return maxConnections }
        return min(maxConnections, max(16, Int(clamping: limit.rlim_cur) / 2))
    }
}

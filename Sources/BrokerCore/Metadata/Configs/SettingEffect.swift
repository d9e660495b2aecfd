/// What becomes of a setting that Kafka knows: Weir acts on it, or why one embedded broker has nothing to do with it.
///
/// Kafka's whole list is told to tools that ask for it, so a setting may be there without a use. Those are named: where they are
/// described (DescribeConfigs), and in a warning when an owner sets one.
enum SettingEffect {
    /// Broker keys that Weir acts on, beyond those that give topics a default.
    static let effective: Set<String> = [
        "advertised.listeners", "auto.create.topics.enable", "broker.id", "broker.rack",
        "connection.failed.authentication.delay.ms", "connections.max.idle.ms", "connections.max.reauth.ms",
        "default.replication.factor",
        "delete.topic.enable", "fetch.max.bytes",
        "group.consumer.assignors", "group.consumer.heartbeat.interval.ms", "group.consumer.max.heartbeat.interval.ms",
        "group.consumer.max.session.timeout.ms", "group.consumer.max.size", "group.consumer.migration.policy",
        "group.consumer.min.heartbeat.interval.ms", "group.consumer.min.session.timeout.ms",
        "group.consumer.session.timeout.ms", "group.coordinator.rebalance.protocols",
        "group.initial.rebalance.delay.ms", "group.max.session.timeout.ms",
        "group.max.size", "group.min.session.timeout.ms", "listener.security.protocol.map", "listeners",
        "log.cleaner.backoff.ms", "log.cleaner.dedupe.buffer.size",
        "log.cleaner.enable", "log.cleaner.io.max.bytes.per.second", "log.dir", "log.dirs",
        "log.flush.offset.checkpoint.interval.ms", "log.flush.start.offset.checkpoint.interval.ms",
        "log.retention.check.interval.ms", "max.connections", "max.connections.per.ip",
        "max.connections.per.ip.overrides", "max.incremental.fetch.session.cache.slots",
        "metadata.log.max.record.bytes.between.snapshots",
        "metadata.log.max.snapshot.interval.ms", "metadata.log.segment.bytes", "node.id", "num.network.threads",
        "num.partitions",
        "offset.metadata.max.bytes", "offsets.retention.check.interval.ms", "offsets.retention.minutes",
        "offsets.topic.num.partitions", "offsets.topic.segment.bytes", "producer.id.expiration.ms",
        "sasl.enabled.mechanisms", "sasl.jaas.config", "sasl.server.max.receive.size",
        "socket.listen.backlog.size", "socket.receive.buffer.bytes", "socket.request.max.bytes",
        "socket.send.buffer.bytes", "ssl.client.auth", "ssl.enabled.protocols", "ssl.key.password",
        "ssl.keystore.certificate.chain", "ssl.keystore.key", "ssl.keystore.location", "ssl.keystore.type",
        "ssl.truststore.certificates", "ssl.truststore.location", "ssl.truststore.type",
        "transaction.abort.timed.out.transaction.cleanup.interval.ms",
        "transaction.max.timeout.ms", "transaction.remove.expired.transaction.cleanup.interval.ms",
        "transaction.state.log.num.partitions", "transaction.state.log.segment.bytes", "transactional.id.expiration.ms",
        "weir.accept.replication.factor", "weir.answer.memory.bytes", "weir.flush.interval.ms", "weir.flush.mode",
    ]

    /// Topic keys that have no effect, by their reason; broker keys that only give them a default share it.
    private static let idleTopicKeys: [String: String] = [
        "follower.replication.throttled.replicas": alone,
        "leader.replication.throttled.replicas": alone,
        "local.retention.bytes": untiered,
        "local.retention.ms": untiered,
        "message.downconversion.enable": "no client that Weir serves asks for the record formats before version 2",
        "message.format.version": "records are stored in format version 2, as Kafka does since 3.0",
        "remote.storage.enable": untiered,
        "unclean.leader.election.enable": alone,
    ]

    private static let alone = "there is one broker, which leads every partition and is its only replica"
    private static let untiered = "there is no tiered storage"
    private static let unauthorized = "there are no access rules: whoever comes in may do everything"
    private static let ownTLS = "TLS takes certificate, key and authorities in PEM, and its own choice of ciphers"
    private static let ownSASL = "clients log in with PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512"
    private static let unthrottled = "nobody is throttled"
    private static let unmeasured = "Weir has metrics of its own"
    private static let ownThreads = "Weir's threads and queues are its own and need no sizes"

    /// The reasons of broker keys by how they begin, the longest match first.
    private static let idleBrokerKeys: [(prefix: String, reason: String)] = [
        ("alter.config.policy", "no Java classes run here"),
        ("alter.log.dirs", alone), ("authorizer", unauthorized), ("auto.include.jmx", unmeasured),
        ("auto.leader", alone),
        ("background.threads", ownThreads), ("broker.heartbeat", alone), ("broker.id.generation", alone),
        ("broker.session", alone), ("client.quota", unthrottled),
        ("control.plane", alone), ("controlled.shutdown", alone),
        ("controller.", alone), ("create.topic.policy", "no Java classes run here"), ("delegation.token", ownSASL),
        ("delete.records.purgatory", ownThreads), ("early.start", unauthorized), ("eligible.leader", alone),
        ("fetch.purgatory", ownThreads), ("group.coordinator", ownThreads),
        ("initial.broker", alone), ("inter.broker", alone), ("kafka.metrics", unmeasured), ("leader.imbalance", alone),
        ("listener.name", "no listener has a value of its own for it"),
        ("log.cleaner.io.buffer", "the cleaner's buffers follow the batches"),
        ("log.cleaner.threads", "there is one cleaner"),
        ("log.dir.failure", "a failed directory ends writing at once"),
        ("max.connection.creation.rate", unthrottled), ("max.request.partition", ownThreads),
        ("metadata.log.dir", "the metadata log lies beside the others"),
        ("metadata.", "the metadata log is bounded by its snapshots"), ("metric", unmeasured),
        ("num.recovery.threads", ownThreads), ("num.replica", alone), ("num.", ownThreads), ("offsets.commit", alone),
        ("offsets.load", ownThreads), ("offsets.topic.compression", "commits are stored as they are"),
        ("offsets.topic.replication", alone), ("password.encoder", "no password is stored"),
        ("principal.builder", "no Java classes run here"),
        ("process.roles", "Weir is broker and controller at once"), ("producer.purgatory", ownThreads),
        ("queued.", ownThreads), ("quota.", unthrottled), ("remote.", untiered), ("replica.", alone),
        ("replication.quota", alone), ("request.timeout.ms", alone), ("reserved.broker", alone), ("sasl.", ownSASL),
        ("security.", alone), ("socket.connection.setup", alone), ("ssl.", ownTLS), ("telemetry", unmeasured),
        ("transaction.partition.verification", "partitions are always verified: in one process that costs nothing"),
        ("transaction.state.log.load", ownThreads), ("transaction.state.log", alone),
        ("zookeeper.", "Weir is its own controller and needs no ZooKeeper"),
    ]

    /// Why a topic's setting has no effect; nil for one that has.
    static func idleness(ofTopicKey name: String) -> String? { idleTopicKeys[name] }

    /// Why a broker's setting has no effect; nil for one that has.
    static func idleness(ofBrokerKey name: String) -> String? {
        if effective.contains(name) || name.hasPrefix(BrokerConfigKeys.plainUserPrefix) { return nil }
        if let own = ListenerKey(name), own.isEffective { return idleness(ofBrokerKey: own.key) }
        let served = TopicConfigKeys.all.map(\.name).filter { key in
            TopicConfigKeys.synonyms(of: key).contains { $0.name == name }
        }
        if !served.isEmpty { return served.compactMap { idleTopicKeys[$0] }.first }
        return idleBrokerKeys.filter { name.hasPrefix($0.prefix) }.max { $0.prefix.utf8.count < $1.prefix.utf8.count }?
            .reason
    }
}

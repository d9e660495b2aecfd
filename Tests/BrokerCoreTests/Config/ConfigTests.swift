import KafkaProtocol
import Testing

@testable import BrokerCore

@Suite("Settings")
struct ConfigTests {
    @Test("a topic's settings are those that Kafka tells: names, types, values, sources, synonyms")
    func topicSettingsAsKafka() throws {
        let exchanges = try RecordedExchange.all("java/kafka-configs.jsonl")
        var layers = ConfigLayers(
            settings: try BrokerSettings([
                (key: "log.retention.ms", value: "-1"), (key: "log.index.size.max.bytes", value: "8192"),
            ]))
        layers.dynamicBroker = [:]
        var compared = 0
        for exchange in exchanges {
            guard case .describeConfigs(let request) = exchange.request,
                case .describeConfigs(let response) = exchange.response, request.includeSynonyms
            else { continue }
            for resource in response.results where resource.resourceType == 2 && resource.errorCode == .none {
                #expect(resource.configs.map(\.name).sorted() == TopicConfigKeys.all.map(\.name))
                let overrides = Dictionary(
                    uniqueKeysWithValues: resource.configs.filter { $0.configSource == 1 }.map {
                        ($0.name, $0.value ?? "")
                    })
                for expected in resource.configs {
                    let key = try #require(TopicConfigKeys.key(expected.name))
                    let ours = layers.topic(key, overrides: overrides)
                    #expect(key.type.rawValue == expected.configType, "\(key.name)")
                    #expect(ours.value == expected.value, "\(key.name)")
                    #expect(ours.source.rawValue == expected.configSource, "\(key.name)")
                    let layers = ours.layers.map { "\($0.name)=\($0.value ?? "-") \($0.source.rawValue)" }
                    #expect(
                        layers == expected.synonyms.map { "\($0.name)=\($0.value ?? "-") \($0.source)" }, "\(key.name)")
                    compared += 1
                }
            }
        }
        print("compared \(compared) topic settings with Kafka's answers")
        #expect(compared >= 34)
    }

    @Test("a broker's settings are those that Kafka tells: names, types, defaults, what may change")
    func brokerSettingsAsKafka() throws {
        var compared = 0
        for exchange in try RecordedExchange.all("java/kafka-configs.jsonl") {
            guard case .describeConfigs(let request) = exchange.request,
                case .describeConfigs(let response) = exchange.response, request.includeSynonyms
            else { continue }
            for resource in response.results where resource.resourceType == 4 && resource.configs.count > 100 {
                let ours = Set(BrokerConfigKeys.all.map(\.name)).subtracting(BrokerConfigKeys.own.map(\.name))
                #expect(Set(resource.configs.map(\.name)) == ours)
                for expected in resource.configs {
                    let key = try #require(BrokerConfigKeys.key(expected.name))
                    #expect(key.type.rawValue == expected.configType, "\(key.name)")
                    #expect(key.isSensitive == expected.isSensitive, "\(key.name)")
                    #expect(key.isDynamic == !expected.readOnly, "\(key.name)")
                    if expected.configSource == 5 { #expect(key.defaultValue == expected.value, "\(key.name)") }
                    compared += 1
                }
            }
        }
        print("compared \(compared) broker settings with Kafka's answers")
        #expect(compared >= 302)
    }

    @Test(
        "a wrong value is refused in Kafka's words",
        arguments: [
            ("retention.ms", "x", "Invalid value x for configuration retention.ms: Not a number of type LONG"),
            ("segment.bytes", "3", "Invalid value 3 for configuration segment.bytes: Value must be at least 14"),
            ("segment.bytes", "1e9", "Invalid value 1e9 for configuration segment.bytes: Not a number of type INT"),
            (
                "preallocate", "yes",
                "Invalid value yes for configuration preallocate: Expected value to be either true or false"
            ),
            (
                "compression.gzip.level", "0",
                "Invalid value 0 for configuration compression.gzip.level: Value must be between 1 and 9 or equal to -1"
            ),
            (
                "compression.lz4.level", "18",
                "Invalid value 18 for configuration compression.lz4.level: Value must be no more than 17"
            ),
            (
                "compression.zstd.level", "23",
                "Invalid value 23 for configuration compression.zstd.level: Value must be no more than 22"
            ),
            (
                "cleanup.policy", "compact,shred",
                "Invalid value shred for configuration cleanup.policy: String must be one of: compact, delete"
            ),
            (
                "min.cleanable.dirty.ratio", "1.5",
                "Invalid value 1.5 for configuration min.cleanable.dirty.ratio: Value must be no more than 1"
            ),
        ])
    func refusal(key: String, value: String, sentence: String) throws {
        let key = try #require(TopicConfigKeys.key(key))
        let error = #expect(throws: ConfigError.self) { try key.validated(value) }
        #expect(error.map { "\($0)" } == sentence)
    }

    @Test("hours and minutes of the broker become a topic's milliseconds, the finest unit first")
    func coarserUnits() throws {
        let hours = ConfigLayers(settings: try BrokerSettings([(key: "log.retention.hours", value: "2")]))
        #expect(hours.logConfig(overrides: [:]).retentionMs == 7_200_000)
        let minutes = ConfigLayers(
            settings: try BrokerSettings([
                (key: "log.retention.hours", value: "2"), (key: "log.retention.minutes", value: "5"),
            ]))
        #expect(minutes.logConfig(overrides: [:]).retentionMs == 300_000)
        #expect(minutes.logConfig(overrides: ["retention.ms": "7"]).retentionMs == 7)
        let forEver = ConfigLayers(settings: try BrokerSettings([(key: "log.retention.hours", value: "-1")]))
        #expect(forEver.logConfig(overrides: [:]).retentionMs == -1)
    }

    @Test("a properties file is read; a misspelt key is a warning that names the likely one, ZooKeeper is refused")
    func propertiesFile() throws {
        var settings = BrokerSettings()
        try settings.add(
            propertiesFile: """
                # a broker
                ! and another comment

                broker.id=4
                log.dirs: /srv/kafka
                num.partitons=3
                num.partitions = 6
                """)
        #expect(settings.nodeID == 4)
        #expect(try settings.logDirectory() == "/srv/kafka")
        #expect(settings.integer("num.partitions") == 6)
        #expect(settings.warnings == ["unknown setting num.partitons is ignored; did you mean num.partitions?"])
        let error = #expect(throws: ConfigError.self) {
            var settings = BrokerSettings()
            try settings.add(propertiesFile: "zookeeper.connect=localhost:2181")
        }
        #expect(error.map { "\($0)" }?.contains("ZooKeeper") == true)
        #expect(throws: ConfigError.self) {
            var settings = BrokerSettings()
            try settings.add(propertiesFile: "num.partitions=0")
        }
    }

    @Test(
        "lines of a properties file go on after a backslash, escapes stand for characters, and what is set already stays"
    )
    func propertiesSyntax() throws {
        var settings = try BrokerSettings([(key: "num.partitions", value: "2")])
        try settings.add(
            propertiesFile: #"""
                num.partitions=9
                listener.name.sasl_ssl.plain.sasl.jaas.config=org.apache.Plain required \
                    user_alice="a=b" \
                    user_bob="c\u0021";
                ssl.keystore.key = one\ntwo
                broker.rack  r1
                """#)
        #expect(settings.integer("num.partitions") == 2)
        #expect(
            settings.values["listener.name.sasl_ssl.plain.sasl.jaas.config"]
                == #"org.apache.Plain required user_alice="a=b" user_bob="c!";"#)
        #expect(settings.values["ssl.keystore.key"] == "one\ntwo")
        #expect(settings.values["broker.rack"] == "r1")
        #expect(settings.warnings == [])
    }

    @Test("a listener's own setting goes before that of all, a mechanism's before the listener's")
    func listenerSettings() throws {
        let settings = try BrokerSettings([
            (key: "connections.max.reauth.ms", value: "1"),
            (key: "listener.name.in.connections.max.reauth.ms", value: "2"),
            (key: "listener.name.in.scram-sha-256.connections.max.reauth.ms", value: "3"),
            (key: "listener.name.in.socket.request.max.bytes", value: "4"),
        ])
        let key = "connections.max.reauth.ms"
        #expect(settings.text(key, ofListener: "OUT") == "1")
        #expect(settings.text(key, ofListener: "IN") == "2")
        #expect(settings.text(key, ofListener: "IN", mechanism: "SCRAM-SHA-256") == "3")
        #expect(settings.text(key, ofListener: "IN", mechanism: "PLAIN") == "2")
        #expect(
            settings.warnings == [
                "listener.name.in.socket.request.max.bytes has no effect: no listener has a value of its own for it"
            ])
        #expect(throws: ConfigError.self) {
            try BrokerSettings([(key: "listener.name.in.connections.max.reauth.ms", value: "often")])
        }
    }

    @Test("every setting either has an effect or says why it has none, and whoever sets an idle one is told")
    func effects() throws {
        for key in BrokerConfigKeys.all {
            let servesTopics = TopicConfigKeys.brokerDefaults.contains(key.name)
            let why = SettingEffect.idleness(ofBrokerKey: key.name)
            let isOfListener = ListenerKey(key.name)?.isEffective == true
            #expect(
                why != nil || servesTopics || isOfListener || SettingEffect.effective.contains(key.name), "\(key.name)")
            if let why { #expect(key.documentation == "No effect: \(why).", "\(key.name)") }
            if servesTopics { #expect(!key.documentation.isEmpty, "\(key.name)") }
        }
        #expect(SettingEffect.effective.allSatisfy { BrokerConfigKeys.key($0) != nil })
        #expect(TopicConfigKeys.all.allSatisfy { !$0.documentation.isEmpty })
        let settings = try BrokerSettings([
            (key: "num.io.threads", value: "4"), (key: "log.flush.interval.ms", value: "4"),
            (key: "unclean.leader.election.enable", value: "true"),
        ])
        #expect(
            settings.warnings == [
                "num.io.threads has no effect: Weir's threads and queues are its own and need no sizes",
                "unclean.leader.election.enable has no effect: there is one broker, which leads every partition and is "
                    + "its only replica",
            ])
    }

    @Test(
        "limits of the listener that no connection could live with are refused",
        arguments: [
            ("socket.request.max.bytes", "-5"), ("fetch.max.bytes", "0"), ("max.connections", "-1"),
            ("socket.listen.backlog.size", "0"), ("metadata.log.segment.bytes", "0"),
        ])
    func listenerLimits(key: String, value: String) throws {
        #expect(throws: ConfigError.self) { try BrokerSettings([(key: key, value: value)]) }
    }

    @Test("tiered storage cannot be asked of a topic, in Kafka's words")
    func tieredStorage() throws {
        let layers = ConfigLayers(settings: BrokerSettings())
        #expect(
            throws: ConfigError.refused(
                "Tiered Storage functionality is disabled in the broker. "
                    + "Topic cannot be configured with remote log storage.")
        ) { try layers.validate(topicOverrides: ["remote.storage.enable": "true"]) }
        #expect(throws: Never.self) { try layers.validate(topicOverrides: ["remote.storage.enable": "false"]) }
    }

    @Test("the cleaner's pace holds it back until bytes are due, and lets go when it is told to stop")
    func cleanerPace() {
        #expect(!CleanerPace(bytesPerSecond: 1).wait(after: 1 << 40) { true })
        #expect(CleanerPace(bytesPerSecond: .greatestFiniteMagnitude).wait(after: .max) { true })
        #expect(CleanerPace(bytesPerSecond: 1).wait(after: 0) { true })
        var asked = 0
        let isDone = CleanerPace(bytesPerSecond: 1000).wait(after: 120) {
            asked += 1
            return false
        }
        #expect(isDone && asked > 0)
    }
}

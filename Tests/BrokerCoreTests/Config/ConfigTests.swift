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
        let settings = try BrokerSettings(lines: [
            "# a broker", "", "broker.id=4", "log.dirs=/srv/kafka", "num.partitons=3", "num.partitions = 6",
        ])
        #expect(settings.nodeID == 4)
        #expect(try settings.logDirectory() == "/srv/kafka")
        #expect(settings.integer("num.partitions") == 6)
        #expect(settings.warnings == ["unknown setting num.partitons is ignored; did you mean num.partitions?"])
        let error = #expect(throws: ConfigError.self) {
            try BrokerSettings(lines: ["zookeeper.connect=localhost:2181"])
        }
        #expect(error.map { "\($0)" }?.contains("ZooKeeper") == true)
        #expect(throws: ConfigError.self) { try BrokerSettings(lines: ["num.partitions=0"]) }
    }
}

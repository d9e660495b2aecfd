// swift-tools-version: 6.2
import Foundation
import PackageDescription

/// The settings every Swift target shares: Swift 6 mode and the upcoming features that make imports and existentials say what they are.
let strict: [SwiftSetting] =
    [
        .swiftLanguageMode(.v6),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
    ] + (Context.environment["WEIR_WARNINGS_AS_ERRORS"] == nil ? [] : [.treatAllWarnings(as: .error)])

let nio = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioHTTP = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let collections = Target.Dependency.product(name: "Collections", package: "swift-collections")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

func module(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource]? = nil) -> Target {
    .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: strict)
}

func tests(
    of name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = [], resources: [Resource]? = nil
) -> Target {
    .testTarget(
        name: "\(name)Tests",
        dependencies: [.byName(name: name)] + dependencies,
        exclude: exclude,
        resources: resources,
        swiftSettings: strict
    )
}

// The yardstick of the window figures is a loop over simdjson; without it they are taken alone.
let hasSimdjson = FileManager.default.fileExists(atPath: "/usr/include/simdjson.h")

// The order is DESIGN's: a target names only targets above it.
var targets: [Target] = [
    // Doors to C. No foreign type crosses their headers.
    .target(
        name: "CCodec",
        linkerSettings: [
            .linkedLibrary("zstd"), .linkedLibrary("lz4"), .linkedLibrary("snappy"), .linkedLibrary("z"),
        ]
    ),
    .target(name: "CDisk"),
    .target(name: "CAllocator"),
    .target(name: "CSpawn"),
    .target(name: "CTerminal", linkerSettings: [.linkedLibrary("ncursesw"), .linkedLibrary("tinfo")]),

    module("KafkaProtocol", ["CCodec", nio]),
    // The parts of README that are written from the code.
    .target(name: "ReadmeText", path: "Tests/ReadmeText", swiftSettings: strict),
    // Numbers that tests draw by seeds that they print.
    .target(name: "SeededNumbers", path: "Tests/SeededNumbers", swiftSettings: strict),
    // Programs that tests start.
    .target(name: "ChildProcess", dependencies: ["CSpawn"], path: "Tests/ChildProcess", swiftSettings: strict),
    .target(name: "RuleSamples", path: "Tests/RuleSamples", swiftSettings: strict),
    // How tests break frames, by seeds that they print.
    .target(name: "FrameFuzz", dependencies: ["SeededNumbers"], path: "Tests/FrameFuzz", swiftSettings: strict),
    tests(of: "KafkaProtocol", ["FrameFuzz", "SeededNumbers", nio], resources: [.copy("Golden")]),
    module("WindowedMetrics", ["CCodec", collections]),
    tests(of: "WindowedMetrics", ["ChildProcess", "SeededNumbers"]),

    // Who a peer is: SASL's mechanisms, both sides of each.
    module("Authentication", [crypto]),
    tests(of: "Authentication", ["KafkaProtocol", crypto, nio], resources: [.copy("Golden")]),

    // TLS towards servers, with the same terms whoever they are: brokers, webhooks.
    module("ClientTLS", ["Authentication", nio, nioSSL]),

    module("Cluster", ["WindowedMetrics"]),
    // What Kafka's requests can ask of a cluster, written once for the embedded broker and for the client.
    module("ClusterRequests", ["Cluster", "KafkaProtocol", nio]),

    module(
        "BrokerCore",
        ["CDisk", "Authentication", "Cluster", "ClusterRequests", "KafkaProtocol", nio, collections, logging]),
    tests(
        of: "BrokerCore",
        ["ChildProcess", "Cluster", "ClusterRequests", "KafkaProtocol", "SeededNumbers", nio, logging],
        resources: [.copy("Golden")]),
    module("RecordFormats", ["Cluster", "KafkaProtocol", nio]),
    tests(of: "RecordFormats", ["Cluster", "KafkaProtocol", "SeededNumbers", nio], resources: [.copy("Golden")]),

    module(
        "BrokerServer",
        [
            "Authentication", "BrokerCore", "Cluster", "KafkaProtocol", "WindowedMetrics", nio, nioPosix, nioSSL,
            crypto, logging,
        ]),
    tests(
        of: "BrokerServer",
        [
            "Authentication", "BrokerCore", "Cluster", "FrameFuzz", "KafkaProtocol", "ReadmeText", "SeededNumbers",
            "WindowedMetrics", nio, nioPosix, crypto, logging,
        ],
        resources: [.copy("Golden")]),
    module(
        "ClusterClient",
        [
            "Authentication", "ClientTLS", "Cluster", "ClusterRequests", "KafkaProtocol", nio, nioPosix, nioSSL, crypto,
            logging,
        ]),
    // A Kafka of several brokers that does what a test tells it, answering from one model over real sockets.
    .target(
        name: "ScriptedPeer",
        dependencies: ["Cluster", "KafkaProtocol", nio, nioPosix],
        path: "Tests/ScriptedPeer",
        swiftSettings: strict
    ),
    tests(
        of: "ClusterClient",
        [
            "Authentication", "BrokerCore", "BrokerServer", "ChildProcess", "ClientTLS", "Cluster", "ClusterRequests",
            "DemoWorkload", "KafkaProtocol", "ScriptedPeer", "SeededNumbers", nio, nioPosix, crypto, logging,
        ],
        exclude: ["ManyBrokers/mock_cluster.py"],
        resources: [.copy("Transport/Peers")]),
    // ksqlDB's statements: text to plans, plans at work on WindowedMetrics.
    module("StreamQuery", ["Cluster", "WindowedMetrics"]),
    tests(of: "StreamQuery", ["DemoWorkload", "ReadmeText", "SeededNumbers", "WindowedMetrics"]),
    // Queries kept running over a cluster's topics.
    module("LiveQueries", ["Cluster", "StreamQuery", "WindowedMetrics"]),
    tests(
        of: "LiveQueries",
        [
            "BrokerCore", "ChildProcess", "Cluster", "ClusterRequests", "DemoWorkload", "Operations", "StreamQuery",
            "WindowedMetrics", "KafkaProtocol", "SeededNumbers", logging,
        ],
        exclude: ["Models"]),
    module("Operations", ["Cluster", "WindowedMetrics"]),
    tests(
        of: "Operations",
        ["BrokerCore", "Cluster", "KafkaProtocol", "WindowedMetrics", "MonitorScript", "SeededNumbers", logging]),
    // The shipped rules are compiled into the program, as themes are.
    module(
        "AlertRules", ["Cluster", "WindowedMetrics", yams], resources: [.embedInCode("Defaults/default-rules.yaml")]),
    tests(
        of: "AlertRules", ["ChildProcess", "Cluster", "ReadmeText", "RuleSamples", "SeededNumbers", "WindowedMetrics"]),

    // Alerts that go out: grouped, told again, tried again, to a terminal, a program, a webhook, an Alertmanager.
    module(
        "AlertDelivery",
        ["CSpawn", "AlertRules", "Authentication", "ClientTLS", nio, nioHTTP, nioPosix, nioSSL, logging]),
    tests(
        of: "AlertDelivery",
        ["AlertRules", "Authentication", "ClientTLS", "SeededNumbers", nio, nioHTTP, nioPosix, logging]),

    module("Monitor", ["CCodec", "Cluster", "WindowedMetrics", "AlertRules"]),
    // A cluster that plays a script on a clock that only the script moves, and the model that says what must then be shown.
    .target(
        name: "MonitorScript",
        dependencies: ["Cluster", "Monitor", "WindowedMetrics", "AlertRules", "SeededNumbers"],
        path: "Tests/MonitorScript",
        swiftSettings: strict
    ),
    tests(
        of: "Monitor",
        [
            "ChildProcess", "Cluster", "WindowedMetrics", "AlertRules", "MonitorScript", "BrokerCore",
            "ClusterRequests", "RuleSamples",
            "SeededNumbers", logging,
        ]),

    module("MetricsEndpoint", ["AlertRules", "Monitor", nio, nioHTTP, nioPosix, logging]),
    tests(of: "MetricsEndpoint", ["AlertRules", "Cluster", "Monitor", "MonitorScript", nio, logging]),

    // Themes/ is linked into the module as EmbeddedThemes and compiled into the program, which needs no folder beside it.
    module(
        "Console",
        [
            "CTerminal", "Cluster", "LiveQueries", "Monitor", "Operations", "RecordFormats", "AlertRules",
            "StreamQuery", "WindowedMetrics", yams,
        ],
        resources: [.embedInCode("EmbeddedThemes")]
    ),
    tests(
        of: "Console",
        [
            "Cluster", "LiveQueries", "Monitor", "Operations", "RecordFormats", "AlertRules", "WindowedMetrics",
            "ReadmeText", "TerminalHarness", "ConsoleSamples", "MonitorScript", "SeededNumbers", "console-probe",
        ],
        resources: [.copy("Screens"), .copy("BrokenThemes")]
    ),
    module("DemoWorkload", ["BrokerCore", "Cluster", "ClusterRequests", "KafkaProtocol", nio]),
    tests(of: "DemoWorkload", ["BrokerCore", "Cluster", "KafkaProtocol", nio]),

    .executableTarget(
        name: "weir",
        dependencies: [
            "AlertDelivery", "AlertRules", "Authentication", "BrokerCore", "BrokerServer", "CAllocator", "ClientTLS",
            "Cluster", "ClusterClient", "Console", "DemoWorkload", "LiveQueries", "MetricsEndpoint", "Monitor",
            "Operations",
            "RecordFormats", "StreamQuery", arguments,
            logging, yams,
        ],
        swiftSettings: strict
    ),
    .executableTarget(
        name: "weir-bench",
        dependencies: [
            "BrokerCore", "BrokerServer", "CAllocator", "Cluster", "ClusterClient", "Console", "DemoWorkload",
            "KafkaProtocol", "LiveQueries", "Monitor", "MonitorScript", "Operations",
            "WindowedMetrics", "AlertRules", arguments,
            logging,
            nio, nioPosix,
        ] + (hasSimdjson ? ["CJSON"] : []),
        swiftSettings: strict
    ),
    // Verbs run in process, on a broker in the test.
    .testTarget(
        name: "ShellTests",
        dependencies: [
            "weir", "AlertDelivery", "AlertRules", "Authentication", "BrokerCore", "ClientTLS", "Cluster",
            "ClusterClient", "ClusterRequests", "Console", "KafkaProtocol", "Monitor", "Operations", "SeededNumbers",
            arguments, logging, nio,
        ],
        resources: [.copy("Golden")],
        swiftSettings: strict
    ),
    .testTarget(
        name: "EndToEndTests",
        dependencies: ["weir", "ChildProcess", "SeededNumbers", "TerminalHarness"],
        exclude: ["Clients"],
        swiftSettings: strict
    ),
]

if hasSimdjson { targets.append(.target(name: "CJSON", linkerSettings: [.linkedLibrary("simdjson")])) }

// The judge of screens is a terminal emulator of other authors; without it those tests show as skipped.
let hasVTerm = FileManager.default.fileExists(atPath: "/usr/include/vterm.h")
targets += [
    .target(name: "CPty", path: "Tests/CPty", linkerSettings: [.linkedLibrary("util")]),
    .target(
        name: "TerminalHarness",
        dependencies: hasVTerm ? ["CPty", "CVTerm"] : ["CPty"],
        path: "Tests/TerminalHarness",
        swiftSettings: strict
    ),
    .target(
        name: "ConsoleSamples",
        dependencies: ["Cluster", "LiveQueries", "Monitor", "Operations", "AlertRules", "MonitorScript"],
        path: "Tests/ConsoleSamples",
        swiftSettings: strict
    ),
    .executableTarget(
        name: "console-probe",
        dependencies: [
            "Console", "ConsoleSamples", "MonitorScript", "Cluster", "LiveQueries", "Monitor", "Operations",
            "AlertRules",
        ],
        path: "Tests/ConsoleProbe",
        swiftSettings: strict
    ),
]
if hasVTerm { targets.append(.systemLibrary(name: "CVTerm", path: "Tests/CVTerm")) }

let package = Package(
    name: "weir",
    products: [.executable(name: "weir", targets: ["weir"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: targets
)

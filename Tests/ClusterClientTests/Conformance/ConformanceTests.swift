import BrokerCore
import Cluster
import Testing

/// One suite for every implementation of `Cluster`, over one broker.
@Suite("Both clusters are one", .timeLimit(.minutes(5)))
struct ConformanceTests {
    @Test("what is done through one is seen alike by the other and by a model", arguments: 1...8 as ClosedRange<UInt64>)
    func walk(seed: UInt64) async throws {
        let home = try ConformanceHome()
        defer { home.close() }
        let sides = [ConformanceHome.Side(name: "embedded", cluster: EmbeddedCluster(home.broker))]
        let walk = ConformanceWalk(home, sides: sides, seed: seed)
        for _ in 0..<60 { try await walk.step() }
        try await walk.judgeEverything()
    }
}

import Cluster
import Testing
import WindowedMetrics

@testable import Monitor

@Suite("Rebalances and skew of a group")
struct ChurnTests {
    static func group(_ members: [String], generation: Int32, _ state: GroupState = .stable) -> GroupDescription {
        GroupDescription(
            groupID: "g", state: state, generation: generation,
            members: members.map { GroupMember(memberID: $0, clientID: $0, clientHost: "/h") })
    }

    static func churn(_ lives: [GroupDescription]) -> ChurnFigures {
        var churn = GroupChurn(since: 0)
        for (index, life) in lives.enumerated().dropFirst() {
            churn.take(life, after: lives[index - 1], at: Int64(index) * 1_000_000_000)
        }
        return churn.figures(at: DerivationTests.moment(Int64(lives.count)))
    }

    @Test("generations count every rebalance, also several between two polls, and members that come and go")
    func generations() {
        let figures = Self.churn([
            Self.group(["a", "b"], generation: 4), Self.group(["a", "b"], generation: 4),
            Self.group(["b", "c", "d"], generation: 7), Self.group(["b"], generation: 8),
        ])
        #expect(figures.rebalances == 4)
        #expect(figures.isExact)
        #expect(figures.joined == 2)
        #expect(figures.left == 3)
    }

    @Test("without generations the times it left the stable state count, as a lower bound")
    func states() {
        let figures = Self.churn([
            Self.group(["a"], generation: -1), Self.group(["a"], generation: -1, .preparingRebalance),
            Self.group(["a"], generation: -1, .completingRebalance), Self.group(["a"], generation: -1),
            Self.group(["a"], generation: -1, .preparingRebalance),
        ])
        #expect(figures.rebalances == 2)
        #expect(!figures.isExact)
    }

    @Test("skew is one and zero for an even spread, and the number of partitions when one has all")
    func skew() throws {
        let even = try #require(Skew([5, 5, 5]))
        #expect(even.peakToAverage == 1 && even.variation == 0)
        let one = try #require(Skew([0, 0, 12, 0]))
        #expect(one.peakToAverage == 4)
        #expect(abs(one.variation - 3.0.squareRoot()) < 1e-12)
        #expect(Skew([3]) == nil)
        #expect(Skew([0, 0]) == nil)
        #expect(Skew([1, .nan]) == nil)
        #expect(Skew([.greatestFiniteMagnitude, 1]) != nil)
    }
}

import Cluster
import Operations
import Testing

@Suite("Reset plans")
struct ResetPlanTests {
    @Test("every plan is what Kafka's rules give, partition by partition", arguments: UInt64(1)...400)
    func agreesWithModel(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let scene = ResetScene.random(&random)
        let expected = scene.expected()
        let got = Result { () throws(ResetError) in try ResetPlan(scene.request, scene.facts) }
        switch (expected, got) {
        case (nil, .failure): break
        case (let rows?, .success(let plan)):
            #expect(plan.rows.map(ResetScene.Line.init) == rows, "seed \(seed): \(scene.request)")
            #expect(plan.refusals.map(\.group) == scene.activeGroups, "seed \(seed)")
        default: Issue.record("seed \(seed): expected \(String(describing: expected)), got \(got)")
        }
    }

    @Test("a plan that was exported resets to the same offsets when it is read again", arguments: UInt64(1)...100)
    func exportedPlanComesBack(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let scene = ResetScene.random(&random)
        guard let plan = try? ResetPlan(scene.request, scene.facts), !plan.rows.isEmpty else { return }
        let groups = Set(plan.rows.map(\.group)).sorted()
        let text = plan.file.text(namesGroups: groups.count > 1)
        let file = try ResetFile(parsing: text, group: groups.count == 1 ? groups[0] : nil)
        #expect(file == plan.file, "seed \(seed)")
        let again = try ResetPlan(ResetRequest(groups: groups, scope: .file, scenario: .file(file)), scene.facts)
        // "To current" alone keeps offsets outside the log; a file's are clamped.
        for (row, old) in zip(again.rows, plan.rows) where row.note == nil {
            #expect(row.newOffset == old.newOffset, "seed \(seed)")
        }
    }

    @Test("the warnings are Kafka's, word for word")
    func warnings() throws {
        let scene = ResetScene.fixed
        func warnings(_ scenario: ResetScenario) throws -> [String?] {
            var request = scene.request
            request.scenario = scenario
            return try ResetPlan(request, scene.facts).rows.map(\.warning)
        }
        #expect(
            try warnings(.offset(99999)) == [
                "New offset (99999) is higher than latest offset for topic partition orders-0. Value will be set to 30"
            ])
        #expect(
            try warnings(.shift(-100_000)) == [
                "New offset (-99980) is lower than earliest offset for topic partition orders-0. Value will be set to 4"
            ])
        #expect(
            try warnings(.time(5000)) == [
                "Partition 0 from topic orders is empty. Falling back to latest known offset."
            ])
        #expect(try warnings(.latest) == [nil])
    }

    @Test("a move says how many records are read again or skipped, within what the log still has")
    func movement() throws {
        let scene = ResetScene.fixed
        func movement(_ scenario: ResetScenario) throws -> [Int64]? {
            var request = scene.request
            request.scenario = scenario
            return try ResetPlan(request, scene.facts).rows[0].movement.map { [$0.reread, $0.skipped] }
        }
        #expect(try movement(.earliest) == [16, 0])
        #expect(try movement(.latest) == [0, 10])
        #expect(try movement(.current) == [0, 0])
        var without = scene.facts
        without.groups["billing"]?.commits = []
        #expect(try ResetPlan(scene.request, without).rows[0].movement == nil)
    }

    @Test("a shift at the edge of what 64 bits count is clamped, not wrapped round")
    func extremeShift() throws {
        var scene = ResetScene.fixed
        scene.request.scenario = .shift(.max)
        #expect(try ResetPlan(scene.request, scene.facts).rows[0].newOffset == 30)
        scene.request.scenario = .shift(.min)
        #expect(try ResetPlan(scene.request, scene.facts).rows[0].newOffset == 4)
        #expect(ResetScenario.back(.max, from: -2) == .time(.min))
    }

    @Test("a group whose commits could not be read is left alone")
    func unreadableGroup() throws {
        var scene = ResetScene.fixed
        scene.facts.groups["billing"]?.problem = "broker 2 does not answer"
        let plan = try ResetPlan(scene.request, scene.facts)
        #expect(plan.rows.isEmpty)
        #expect(plan.refusals.map(\.reason) == [.unreadable("broker 2 does not answer")])
    }
}

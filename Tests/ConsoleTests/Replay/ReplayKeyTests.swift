import Cluster
import Console
import ConsoleSamples
import Monitor
import Operations
import Testing

@Suite("Replay from the keyboard")
struct ReplayKeyTests {
    /// The replay page of a group without members.
    private func unlocked(rows: Int = 30, columns: Int = 100, keys: String = "") -> Fixture {
        var snapshot = SampleData.snapshot()
        for index in snapshot.groups.indices where snapshot.groups[index].description.groupID == "fraud-scorer" {
            snapshot.groups[index].description.state = .empty
            snapshot.groups[index].description.members = []
            snapshot.groups[index].recordsOutPerSecond = 0
        }
        // It was seen reading before it stopped.
        var console = Fixture(rows: rows, columns: columns)
        snapshot.sequence += 1
        console.feed(.snapshot(snapshot))
        console.press("<tab><enter>r" + keys)
        return console
    }

    private func applied(_ console: Fixture) -> [ReplayRequest] {
        console.effects.compactMap { effect in
            if case .replay(.apply(let request, _, _, _)) = effect { request } else { nil }
        }
    }

    private func looked(_ console: Fixture) -> ReplayRequest? {
        console.effects.reversed().lazy.compactMap { effect -> ReplayRequest? in
            if case .replay(.look(let request, _)) = effect { request } else { nil }
        }.first
    }

    @Test("while members are live the preview is shown and R says why it is locked; it unlocks by itself")
    func locks() throws {
        var console = Fixture()
        console.press("<tab><enter>ro24000000<enter>")
        #expect(console.text.contains("preview only"))
        #expect(console.text.contains("fraud-scorer has 3 live members: offsets cannot be reset"))
        #expect(!console.text.contains("<R>"))
        console.press("R")
        #expect(console.state.prompt == nil && applied(console).isEmpty)
        try ReplaySample.$isEmpty.withValue(true) {
            var snapshot = SampleData.snapshot()
            let index = try #require(snapshot.groups.firstIndex { $0.description.groupID == "fraud-scorer" })
            snapshot.groups[index].description.state = .empty
            snapshot.groups[index].description.members = []
            console.feed(.snapshot(snapshot))
            #expect(console.text.contains("R applies this after the typed name"))
            #expect(!console.text.contains("preview only"))
            #expect(console.text.contains("<R>"))
        }
    }

    @Test("R takes the group's typed name and nothing else, then says what became of each partition")
    func applies() {
        ReplaySample.$isEmpty.withValue(true) {
            var console = unlocked(keys: "o24000000<enter>R")
            #expect(console.state.prompt?.text == "")
            console.press("fraud<enter>")
            #expect(applied(console).isEmpty)
            #expect(console.text.contains("that is not fraud-scorer; nothing was changed"))
            console.press("Rfraud-scorer<enter>")
            #expect(applied(console).map(\.target) == [.offset(24_000_000)])
            #expect(console.text.contains("1 of 12 were not moved"))
            #expect(console.text.contains("orders-3: ▲ broker 2 does not answer"))
            #expect(console.effects.contains(.refresh))
        }
    }

    @Test("U shows what the newest reset's undo would do, that commits moved since, and takes the typed name")
    func undoes() {
        ReplaySample.$isEmpty.withValue(true) {
            var console = unlocked(columns: 160, keys: "U")
            #expect(console.text.contains("undo the reset of 13:52:31 on 1 partition, 1 read on since"))
            #expect(console.text.contains("1,121,110"))
            console.press("fraud-scorer<enter>")
            #expect(applied(console).map(\.target) == [.undo(ReplaySample.undo)])
        }
    }

    @Test("space leaves a partition alone, and the list of targets takes all in again or leaves one")
    func partitions() {
        var console = Fixture()
        console.press("<tab><enter>ro5<enter>")
        #expect(looked(console)?.partitions == nil)
        console.press(" ")
        let all = Set<Int32>(0..<12)
        let left = all.subtracting(console.state.replay?.excluded ?? [])
        #expect(left.count == 11)
        #expect(Set(looked(console)?.partitions ?? []) == left)
        console.press("<tab>G<enter>")
        #expect(looked(console)?.partitions == nil)
        console.press("<enter>")
        #expect(looked(console)?.partitions?.count == 1)
    }

    @Test(
        "what is typed names the target, and nonsense is refused with what would be understood",
        arguments: [
            ("@2026-11-21 12:00<enter>", ReplayTarget.time(1_795_262_400_000)), ("o24,000<enter>", .offset(24000)),
            (":target-earliest<enter>", .earliest), (":target-latest<enter>", .latest),
            (":target-back<enter>90m<enter>", .back(5_400_000)),
            (":target-back<enter>PT1H30M<enter>", .back(5_400_000)),
            (":target-shift<enter>-1,000<enter>", .shift(-1000)),
            (":target-group<enter>billing<enter>", .group("billing")),
            (":target-file<enter>/tmp/a b.csv<enter>", .file(path: "/tmp/a b.csv")),
            ("@noon<enter>", .current), ("o-5<enter>", .current), (":target-shift<enter>0<enter>", .current),
            (":target-group<enter>nobody<enter>", .current), (":target-back<enter>-1x<enter>", .current),
        ] as [(String, ReplayTarget)])
    func targets(keys: String, target: ReplayTarget) {
        var console = Fixture()
        console.press("<tab><enter>r" + keys)
        #expect(looked(console)?.target == target)
        if target == .current { #expect(console.state.message?.level == .warn) }
    }

    @Test("y copies the line that does the same with Kafka's own tool")
    func copies() {
        var console = Fixture(settings: Settings(address: "kafka-1:9092"))
        console.press("<tab><enter>ro24000000<enter>y")
        #expect(
            console.effects.contains(
                .copy(
                    "kafka-consumer-groups.sh --bootstrap-server kafka-1:9092 --group fraud-scorer --reset-offsets "
                        + "--topic orders --to-offset 24000000 --execute")))
    }

    @Test("what is typed is seen on a narrow screen, however long the question is")
    func narrowPrompt() {
        ReplaySample.$isEmpty.withValue(true) {
            var console = unlocked(rows: 24, columns: 80, keys: "U")
            console.press("fraud-sc")
            #expect(console.grid.text(row: 22).hasSuffix("fraud-sc▏"))
        }
    }

    @Test("read-only mode knows neither R nor U")
    func readOnly() {
        ReplaySample.$isEmpty.withValue(true) {
            var console = unlocked(keys: "o5<enter>")
            console.state.snapshot.capabilities.remove(.write)
            console.press("RU")
            #expect(console.state.prompt == nil && applied(console).isEmpty)
            #expect(console.text.contains("read-only: offsets can be looked at, not moved"))
            #expect(!console.text.contains("<R>") && !console.text.contains("<U>"))
        }
    }

    @Test("on a production cluster the cluster's name is typed before the group's")
    func production() {
        ReplaySample.$isEmpty.withValue(true) {
            var console = unlocked(keys: "o5<enter>")
            console.state.settings.isProduction = true
            console.state.settings.clusterName = "eu"
            console.press("Rfraud-scorer<enter>")
            #expect(applied(console).isEmpty)
            console.press("Reu/fraud-scorer<enter>")
            #expect(applied(console).count == 1)
        }
    }

    @Test("an answer to an older question is dropped")
    func lateAnswers() {
        var state = Fixture().state
        for key in [Key.tab, .enter, "r"] { _ = update(&state, .key(key)) }
        let first = state.replay?.ticket ?? 0
        for key: Key in ["o", "5", .enter] { _ = update(&state, .key(key)) }
        _ = update(
            &state,
            .arrived(
                .replay(.looked(ticket: first, .success(ReplaySample.preview(ReplayRequest(group: "g", topic: "t")))))))
        #expect(state.replay?.look == .loading(nil))
    }

    @Test(
        "a group without members looks as its picture, with the axis of time", arguments: ["80x24", "100x30", "200x60"])
    func pictures(size: String) throws {
        let numbers = size.split(separator: "x").compactMap { Int($0) }
        try ReplaySample.$isEmpty.withValue(true) {
            let console = unlocked(rows: numbers[1], columns: numbers[0], keys: "o24000000<enter>x")
            try Golden.expect(console.grid, "replay-unlocked-\(size)")
        }
    }
}

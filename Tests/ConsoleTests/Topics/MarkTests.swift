import Cluster
import ConsoleSamples
import Monitor
import Testing

@testable import Console

@Suite("Marked topics")
struct MarkTests {
    /// The list of topics by name, all rows on the screen.
    private static func topics() -> Fixture {
        var console = Fixture(rows: 50, columns: 160)
        console.press("2")
        return console
    }

    private static func name(_ console: Fixture) -> String { console.state.selectedTopic ?? "none" }

    private static func acts(_ console: Fixture) -> [ClusterAct] {
        console.effects.compactMap { if case .act(let act) = $0 { act } else { nil } }
    }

    /// Marks those of the sample's topics that pass, whatever the order of the list.
    private static func mark(_ console: inout Fixture, where passes: (TopicFigures) -> Bool) -> [String] {
        var marked: [String] = []
        console.press("g")
        for _ in console.state.snapshot.topics {
            let name = name(console)
            if let topic = console.state.topic(name), passes(topic) {
                console.press(" ")
                marked.append(name)
                // The mark led on to the next row, save at the end.
                if console.state.selectedTopic == name { break }
            } else {
                console.press("j")
            }
        }
        return marked.sorted()
    }

    @Test("space marks the row and goes on, marks it no more the second time, and the number is shown")
    func toggles() throws {
        var console = Self.topics()
        let first = Self.name(console)
        console.press(" ")
        #expect(Self.name(console) != first)
        #expect(console.state.markedTopics == [first])
        #expect(console.text.contains("1 marked"))
        console.press("k ")
        #expect(console.state.markedTopics.isEmpty && !console.text.contains("marked"))
        #expect(!console.state.isPaused)
    }

    @Test("marks stay while the list is sorted and filtered, and esc takes them away before it does anything else")
    func stay() {
        var console = Self.topics()
        console.press("  ")
        let marked = console.state.markedTopics
        #expect(marked.count == 2)
        console.press("sS/zzz<enter>")
        #expect(console.state.markedTopics == marked && console.text.contains("2 marked · 0 of"))
        console.press("<esc>")
        #expect(console.state.markedTopics == [] && !console.text.contains("marked"))
        #expect(!console.state.activeFilter.isEmpty && console.state.page == .topics)
        console.press("<esc>")
        #expect(console.state.activeFilter.isEmpty && console.state.page == .topics)
        console.press("<esc>")
        #expect(console.state.page == .dashboard)
    }

    @Test("the tail reads all marked topics")
    func tail() {
        var console = Self.topics()
        console.press("  ")
        let marked = console.state.markedTopics
        console.press("t")
        #expect(console.state.page == .tail(TailSource(topics: marked)))
    }

    @Test("deleting asks once for all marked topics, names them with their sum, and takes their number typed")
    func delete() {
        var console = Self.topics()
        let marked = Self.mark(&console) { !$0.description.isInternal }
        #expect(marked.count > 2)
        console.press("D")
        for name in marked { #expect(console.text.contains(name), "\(console.text)") }
        #expect(console.text.contains("delete \(marked.count) topics") && console.text.contains("gone for good"))
        console.press("<enter>\(marked[0])<enter>")
        #expect(Self.acts(console).isEmpty)
        console.press("D<enter>\(marked.count) topics<enter>")
        #expect(Self.acts(console) == [.deleteTopics(marked)])
    }

    @Test("with one of Kafka's own topics among the marked nothing is deleted")
    func internalTopics() {
        var console = Self.topics()
        let marked = Self.mark(&console) { _ in true }
        #expect(marked.count == console.state.snapshot.topics.count)
        console.press("D")
        #expect(console.text.contains("is Kafka's own: it is not deleted from here"))
        #expect(console.state.dialog == nil)
    }

    @Test("compaction is previewed for those of the marked topics that are compacted, and the others are named")
    func compaction() throws {
        var console = Self.topics()
        let marked = Self.mark(&console) { !$0.description.isInternal }
        let compacted = marked.filter { console.state.topic($0)?.description.retention.isCompacted == true }
        #expect(compacted.count > 0 && compacted.count < marked.count)
        console.press("c")
        guard case .compaction(let dialog) = console.state.dialog else {
            Issue.record("no preview: \(console.text)")
            return
        }
        #expect(dialog.topics == compacted && Set(dialog.partitions.map(\.topic)) == Set(compacted))
        #expect(console.text.contains("left out, as not compacted: "))
        console.press("C")
        let asked = console.effects.compactMap { effect -> [TopicPartition]? in
            if case .compact(let places, _) = effect { places } else { nil }
        }
        #expect(asked.last.map(Set.init) == Set(dialog.partitions))
    }

    @Test("without a mark the row under the cursor is meant, and beside the list of topics space still pauses")
    func unmarked() {
        var console = Self.topics()
        let name = Self.name(console)
        console.press("t")
        #expect(console.state.page == .tail(topic: name, partition: nil))
        console.press("<esc><tab> ")
        #expect(console.state.isPaused)
    }

    @Test("a marked topic that is gone is marked no more")
    func gone() {
        var console = Self.topics()
        console.press("  ")
        let marked = console.state.markedTopics
        var snapshot = console.state.snapshot
        snapshot.topics.removeAll { $0.description.name == marked[0] }
        console.feed(.snapshot(snapshot))
        #expect(console.state.markedTopics == [marked[1]] && console.text.contains("1 marked"))
    }
}

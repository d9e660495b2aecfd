import Cluster
import Console
import ConsoleSamples
import RecordFormats
import Testing

@Suite("Decoders in the tail")
struct DecoderKeyTests {
    @Test("i goes through the decoders; the inspector's box says which one is on and what it made of the bytes")
    func cycle() throws {
        var console = Fixture(rows: 40, columns: 100)
        console.press("jt")
        for _ in 0..<12 where console.state.copyTextForTest?.hasPrefix("{") != true { console.press("k") }
        #expect(console.text.contains("auto: json · utf-8 · gzip batch of 61"))
        console.press("i")
        #expect(console.text.contains("┐json · gzip batch"))
        console.press("i")
        #expect(console.text.contains("┐text · gzip batch"))
        #expect(console.text.contains(#"{"id":88"#))
        console.press("i")
        #expect(console.text.contains("┐hex · gzip batch"))
        #expect(console.text.contains("00000000  7b 22 69 64"))
        console.press("i")
        #expect(console.text.contains("auto: json"))
    }

    @Test("a decoder that cannot read a record says so beside what there is")
    func unfit() throws {
        var console = Fixture(rows: 40, columns: 100)
        console.press("jt")
        for _ in 0..<12 where console.state.tail?.selected?.record.value?.first != 0 { console.press("k") }
        console.press("i")
        #expect(console.text.contains("▲ json: not JSON"))
    }

    @Test("the topic keeps its decoder while the console runs, other topics theirs; x goes to hex and back")
    func remembered() {
        var console = Fixture(rows: 40, columns: 100)
        console.press("jtii<esc>")
        #expect(console.state.decoder(of: "orders") == .text)
        #expect(console.state.decoder(of: "clickstream") == .automatic)
        console.press("t")
        #expect(console.state.decoder(of: "orders") == .text)
        console.press("x")
        #expect(console.state.decoder(of: "orders") == .hex)
        console.press("x")
        #expect(console.state.decoder(of: "orders") == .text)
    }
}

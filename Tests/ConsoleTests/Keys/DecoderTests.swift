import Cluster
import Console
import ConsoleSamples
import RecordFormats
import Testing

@Suite("Decoders in the tail")
struct DecoderKeyTests {
    @Test("i chooses the decoder of each side, showing what each makes of the record; what is chosen shows at once")
    func choosing() throws {
        var console = Fixture(rows: 40, columns: 100)
        console.press("jt")
        for _ in 0..<12 where console.state.copyTextForTest?.hasPrefix("{") != true { console.press("k") }
        #expect(console.text.contains("auto: json · utf-8 · gzip batch of 61"))
        console.press("i")
        #expect(console.text.contains("decoders of orders"))
        #expect(console.text.contains("msgpack   – "))
        console.press("j")
        #expect(console.text.contains("┐json · gzip batch"))
        console.press("jj<esc>")
        #expect(console.text.contains("┐hex · gzip batch"))
        #expect(console.text.contains("00000000  7b 22 69 64"))
        #expect(console.state.decoding(of: "orders").key == .automatic)
        console.press("i<tab>jjj<enter>")
        #expect(console.state.decoding(of: "orders").key == .hex)
        #expect(console.text.contains("75 73 2d 38 38"))
    }

    @Test("a decoder that cannot read a record says so beside what there is")
    func unfit() throws {
        var console = Fixture(rows: 40, columns: 100)
        console.press("jt")
        for _ in 0..<12 where console.state.tail?.selected?.record.value?.first != 0 { console.press("k") }
        console.press("ij<esc>")
        #expect(console.text.contains("▲ json: not JSON"))
    }

    @Test("the topic keeps its decoder while the console runs, other topics theirs; x goes to hex and back")
    func remembered() {
        var console = Fixture(rows: 40, columns: 100)
        console.press("jtijj<esc><esc>")
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
